"""A USIM on vicc, the smart card emulator of vsmartcard: its files are laid out here; its answer to reset, commands,
file control parameters, codes and status words are vicc's. Dials the vpcd port that is given and stays."""

import inspect
import sys

import virtualsmartcard.TLVutils as tlv
import virtualsmartcard.VirtualSmartcard as vicc
from virtualsmartcard.ConstantDefinitions import FDB
from virtualsmartcard.SmartcardFilesystem import DF, MF, Record, RecordStructureEF, TransparentStructureEF
from virtualsmartcard.SmartcardSAM import SAM

# The release in Debian 12 joins bytes as if they were a list, and ends with the first SELECT; its authors have mended it.
source = inspect.getsource(tlv.pack)
if 'result = b""' in source:
    exec(source.replace('return b"".join(result)', "return result"), tlv.__dict__)
# And it compares the length that is asked for where none is, in an UPDATE.
as_it_is = vicc.Iso7816OS.formatResult
vicc.Iso7816OS.formatResult = lambda card, seekable, le, *rest: as_it_is(card, seekable and le is not None, le, *rest)

USIM = bytes.fromhex("a0000000871002ffffffff8907090000")
RECORDS = FDB["EFSTRUCTURE_LINEAR_FIXED_NOFURTHERINFO"]


def plain(parent, fid, size):
    parent.append(TransparentStructureEF(parent=parent, fid=fid, data=b"\xff" * size))


def records(parent, fid, size, count):
    blank = [Record(None, b"\xff" * size) for _ in range(count)]
    parent.append(RecordStructureEF(parent, fid, RECORDS, maxrecordsize=size, records=blank))


def directory(parent, fid, name=None):
    made = DF(parent=parent, fid=fid, dfname=name)
    parent.append(made)
    return made


mf = MF()
plain(mf, 0x2FE2, 10)
records(mf, 0x2F00, 38, 1)
telecom = directory(mf, 0x7F10)
records(telecom, 0x6F3A, 28, 300)
usim = directory(mf, 0x7FF0, USIM)
plain(usim, 0x6F07, 9)
plain(usim, 0x6F78, 2)
plain(usim, 0x6FAD, 4)
plain(usim, 0x6F46, 17)
plain(usim, 0x6F60, 300)
plain(usim, 0x6F7B, 40_000)
records(usim, 0x6F42, 52, 2)

card = mf, SAM(sys.argv[2].encode().ljust(8, b"\xff"), b"1234567890", mf)
vicc.CardGenerator = lambda kind: type("Laid out", (), {"getCard": lambda self: card})()
vicc.VirtualICC(None, "iso7816", "127.0.0.1", int(sys.argv[1]), logginglevel=50).run()
