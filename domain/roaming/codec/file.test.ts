import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reform } from '../../../test/support/roaming-records.ts';
import { tapFile, tapParts, tapRecord } from '../../../test/support/tap-file.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { FileReader, type FileRefusal, type Piece, readFile } from './file-reader.ts';
import { FileWriter } from './file-writer.ts';
import type { FormatName } from './grammar.ts';
import type { Value } from './interpret.ts';
import { fileOfJson, JsonWriter } from './json.ts';

const RECORDS = 60;
const FILE = tapFile(RECORDS);

/** Read in chunks of the sizes given, over and over. */
const inChunks = (bytes: Buffer, sizes: readonly number[]): { pieces: Piece[]; refused: FileRefusal | undefined } => {
  const reader = new FileReader();
  const pieces: Piece[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(...reader.feed(bytes.subarray(at, at + size)));
    at += size;
  }
  pieces.push(...reader.end());
  return { pieces, refused: reader.refused };
};

const valuesOf = (pieces: readonly Piece[]): unknown[] =>
  pieces.map((piece) =>
    'plain' in piece ? [piece.kind, piece.name, piece.plain(), piece.remarks.length] : piece.kind,
  );

const jsonOf = (bytes: Buffer): string => {
  const { pieces, refused } = readFile(bytes);
  expect(refused).toBeUndefined();
  const writer = new JsonWriter();
  return pieces.map((piece) => writer.push(piece)).join('') + writer.end();
};

const backOf = (json: string): Buffer => {
  const pieces = fileOfJson(json);
  if (isRefusal(pieces)) throw new Error(JSON.stringify(pieces));
  return Buffer.concat(pieces);
};

const picks = (seed: number) => {
  let state = seed;
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
};

/** A batch with these records in its list, with definite lengths. */
const tapWith = (records: readonly Buffer[], release = 12): Buffer => {
  const writer = new FileWriter('TAP-0312');
  writer.open();
  const [control] = tapParts;
  writer.unit('part', {
    batchControlInfo: { ...control?.batchControlInfo, releaseVersionNumber: release },
  } as unknown as Value);
  writer.open();
  for (const record of records) writer.raw(record);
  writer.close();
  writer.close();
  return Buffer.concat(writer.end());
};

/** A message sent, one received, and one of the event charging of 3.12. */
const MESSAGES = [
  {
    mobileOriginatedCall: {
      basicCallInformation: {
        chargeableSubscriber: { simChargeableSubscriber: { imsi: '460010000000001', msisdn: '8613800000001' } },
        destination: { sMSDestinationNumber: '8613800000002' },
        callEventStartTimeStamp: { localTimeStamp: '20261101120000', utcTimeOffsetCode: 0 },
        totalCallEventDuration: 0,
      },
      basicServiceUsedList: [{ basicService: { serviceCode: { teleServiceCode: '22' } } }],
    },
  },
  {
    mobileTerminatedCall: {
      basicCallInformation: { callOriginator: { callingNumber: '447900000001' }, totalCallEventDuration: 0 },
      basicServiceUsedList: [{ basicService: { serviceCode: { teleServiceCode: '21' } } }],
    },
  },
  { messagingEvent: { messagingEventService: 0, eventReference: 'm-1', charge: 60 } },
];

/** A data call whose incoming volume has these bytes. */
const call = (volume: string): Buffer => {
  const element = (tag: string, content: string) => `${tag}${hexSize(content.length / 2)}${content}`;
  return Buffer.from(element('6e', element('7f79', element('5f817a', volume))), 'hex');
};
const hexSize = (size: number): string => size.toString(16).padStart(2, '0');

describe('a TAP 3.12 file', () => {
  const { pieces, refused } = readFile(FILE);
  const records = pieces.flatMap((piece) => (piece.kind === 'record' && piece.format === 'TAP-0312' ? [piece] : []));

  it('of messages alone gives each with its teleservice and parties, and is written back as it came', () => {
    const writer = new FileWriter('TAP-0312');
    for (const message of MESSAGES) writer.unit('record', message as Value);
    const bytes = tapWith([Buffer.concat(writer.end())]);
    const records = readFile(bytes).pieces.flatMap((piece) => (piece.kind === 'record' ? [piece.plain()] : []));
    expect(records).toEqual(MESSAGES);
    expect(backOf(jsonOf(bytes)).equals(bytes)).toBe(true);
  });

  it('gives every group and record with its offset', () => {
    expect(refused).toBeUndefined();
    expect(records.map((record) => record.plain())).toEqual(Array.from({ length: RECORDS }, (_, at) => tapRecord(at)));
    for (const record of records) {
      expect(FILE.subarray(record.offset, record.offset + record.bytes.length).equals(record.bytes)).toBe(true);
    }
    expect(records[12]?.view.gprsCall?.gprsBasicCallInformation?.chargingId).toBe(4_294_967_308);
    expect(records[0]?.view.gprsCall).toBeUndefined();
  });

  it('is the same in chunks of any size, and with indefinite lengths', () => {
    const whole = valuesOf(pieces);
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 5 }),
        fc.nat(),
        (sizes, seed) => {
          expect(valuesOf(inChunks(FILE, sizes).pieces)).toEqual(whole);
          const other = reform(
            FILE,
            { indefinite: true, longLengths: true, padding: false, unknown: false },
            picks(seed),
          );
          expect(valuesOf(inChunks(other, sizes).pieces)).toEqual(whole);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('comes back the same from JSON, also with long lengths, padding and elements that are not known', () => {
    expect(backOf(jsonOf(FILE)).equals(FILE)).toBe(true);
    for (let seed = 1; seed < 20; seed += 1) {
      const other = reform(FILE, { indefinite: false, longLengths: true, padding: true, unknown: true }, picks(seed));
      const file = Buffer.concat([Buffer.alloc(3), other, Buffer.alloc(5, 0xff), other, Buffer.alloc(2)]);
      expect(backOf(jsonOf(file)).equals(file)).toBe(true);
    }
  });

  it('is whole JSON wherever the file breaks off, and is not written back then', () => {
    for (let length = 1; length < FILE.length; length += 97) {
      const { pieces, refused } = readFile(FILE.subarray(0, length));
      if (refused === undefined) throw new Error('read to its end');
      const writer = new JsonWriter();
      const json = pieces.map((piece) => writer.push(piece)).join('') + writer.broken(refused, refused.offset);
      const units = JSON.parse(json) as readonly object[];
      expect(units.at(-1)).toMatchObject({ $refused: { code: refused.code, offset: refused.offset } });
      expect(isRefusal(fileOfJson(json))).toBe(true);
    }
  });

  it('keeps what is not known when a record is changed, and writes definite lengths', () => {
    const other = reform(FILE, { indefinite: true, longLengths: false, padding: false, unknown: true }, picks(7));
    const json = jsonOf(other).replaceAll('"causeForTerm":0', '"causeForTerm":4');
    const changed = readFile(backOf(json));
    expect(changed.refused).toBeUndefined();
    const count = (all: readonly Piece[]) =>
      all.reduce((sum, piece) => sum + (piece.kind === 'kept' ? 1 : 'kept' in piece ? piece.kept.length : 0), 0);
    expect(count(changed.pieces)).toBe(count(readFile(other).pieces));
    expect(JSON.stringify(valuesOf(changed.pieces))).toContain('"causeForTerm":4');
    expect(changed.pieces.every((piece) => piece.kind !== 'opened' || piece.length >= 0)).toBe(true);
  });
});

describe('a reader that uses its memory again', () => {
  it('gives the same, chunk by chunk, and does not answer for a chunk that is over', () => {
    const reader = new FileReader({ reuse: true });
    const values: unknown[] = [];
    const seen: Piece[] = [];
    for (let at = 0; at < FILE.length; at += 700) {
      const pieces = reader.feed(FILE.subarray(at, at + 700));
      values.push(...valuesOf(pieces));
      seen.push(...pieces);
    }
    values.push(...valuesOf(reader.end()));
    expect(values).toEqual(valuesOf(readFile(FILE).pieces));
    const [first] = seen.flatMap((piece) => ('plain' in piece ? [piece] : []));
    expect(() => first?.plain()).toThrow('gone on');
  });
});

describe('refusals', () => {
  const at = (bytes: Buffer): unknown => {
    const { refused } = readFile(bytes);
    return refused && { code: refused.code, offset: refused.offset, field: refused.field };
  };
  const [first] = readFile(FILE).pieces.filter(({ kind }) => kind === 'record');
  const begin = first?.offset ?? 0;

  it.each<[string, Buffer, object]>([
    ['nothing', Buffer.alloc(0), { code: 'EmptyFile', offset: 0, field: '' }],
    ['padding alone', Buffer.alloc(9), { code: 'EmptyFile', offset: 0, field: '' }],
    ['text', Buffer.from('Hello, world'), { code: 'UnknownFormat', offset: 0, field: '' }],
    [
      'cut short',
      FILE.subarray(0, FILE.length - 3),
      { code: 'LengthPastParent', offset: FILE.length - 70, field: 'transferBatch' },
    ],
    ['an older version', tapWith([], 8), { code: 'UnsupportedVersion', offset: 2, field: '' }],
    ['no version', Buffer.from('61026400', 'hex'), { code: 'VersionMissing', offset: 2, field: '' }],
  ])('%s', (name, bytes, expected) => {
    const found = at(bytes);
    if (name === 'cut short') expect(found).toMatchObject({ code: 'LengthPastParent', field: 'transferBatch' });
    else expect(found).toEqual(expected);
  });

  it('a length past its parent is told by its byte and its path', () => {
    const broken = Buffer.from(FILE);
    // The IMSI of the first record: from its record, group and subscriber downwards, its length is made too long.
    const imsi = broken.indexOf(Buffer.from('5f810108', 'hex'), begin);
    broken[imsi + 3] = 0x7f;
    expect(at(broken)).toEqual({
      code: 'LengthPastParent',
      offset: imsi,
      field:
        'transferBatch/callEventDetails/0/mobileOriginatedCall/basicCallInformation/chargeableSubscriber/simChargeableSubscriber',
    });
  });

  it('an indefinite length that does not end is told, and one that goes on in the next chunk is awaited', () => {
    const open = Buffer.from('6180', 'hex');
    const inner = FILE.subarray(FILE[1] === 0x82 ? 4 : 2);
    expect(at(Buffer.concat([open, inner]))).toMatchObject({ code: 'UnendedLength', field: 'transferBatch' });
    expect(readFile(Buffer.concat([open, inner, Buffer.alloc(2)])).refused).toBeUndefined();
  });
});

describe('a file in one buffer', () => {
  const forms = { indefinite: true, longLengths: false, padding: false, unknown: false };

  it('may have more bytes than a record or group may, with indefinite lengths too', () => {
    const record = Buffer.concat([Buffer.from('6e80', 'hex'), Buffer.alloc(1024 * 1024, 0xff), Buffer.alloc(2)]);
    const file = reform(tapWith([]), forms, () => 0);
    // Before the end of the list, of the batch and of nothing else: two zeros each.
    const records = Array.from({ length: 20 }, () => record);
    const whole = Buffer.concat([file.subarray(0, -4), ...records, file.subarray(-4)]);
    const { pieces, refused } = readFile(whole);
    expect(refused).toBeUndefined();
    expect(pieces.filter(({ kind }) => kind === 'record')).toHaveLength(20);
  });

  it('is refused where one record or group has more than 16 MiB, in whichever form', () => {
    const padding = Buffer.alloc(17 * 1024 * 1024, 0xff);
    const file = reform(tapWith([]), forms, () => 0);
    const long = Buffer.concat([
      file.subarray(0, -4),
      Buffer.from('6e80', 'hex'),
      padding,
      Buffer.alloc(2),
      file.subarray(-4),
    ]);
    const at = file.length - 4;
    for (const sizes of [[long.length], [65_536]]) {
      expect(inChunks(long, sizes).refused).toMatchObject({ code: 'UnitTooLarge', offset: at });
    }
  });
});

describe('what real files hold', () => {
  it('a volume without its sign byte is kept as it stands, and told', () => {
    const [record] = readFile(tapWith([call('fffffff0')])).pieces.filter(({ kind }) => kind === 'record');
    if (record === undefined || !('plain' in record)) throw new Error('no record');
    expect(record.plain()).toEqual({ gprsCall: { gprsServiceUsed: { dataVolumeIncoming: -16 } } });
    expect(record.remarks.map(({ what, path }) => [what, path])).toContainEqual([
      'negative',
      'gprsCall/gprsServiceUsed/dataVolumeIncoming',
    ]);
  });

  it('a remark is told of its own record alone', () => {
    const first = tapRecord(0) as Value;
    const writer = new FileWriter('TAP-0312');
    writer.unit('record', first);
    const good = Buffer.concat(writer.end());
    // A call with an element that no version knows.
    const odd = Buffer.from('69055f837f0100', 'hex');
    const { pieces } = readFile(tapWith([good, odd, good]));
    const records = pieces.flatMap((piece) => (piece.kind === 'record' ? [piece.remarks.length] : []));
    expect(records).toEqual([0, 1, 0]);
  });

  it('an unknown kind of record is counted, and stands where it stood', () => {
    const foreign = Buffer.from('7f8322030102ff', 'hex');
    const file = tapWith([call('01'), foreign, call('02')]);
    const { pieces } = readFile(file);
    expect(pieces.map((piece) => (piece.kind === 'kept' ? piece.what : piece.kind))).toEqual([
      ...['opened', 'part', 'opened', 'record', 'unknown', 'record', 'closed', 'closed'],
    ]);
    expect(backOf(jsonOf(file)).equals(file)).toBe(true);
  });

  it.each([9, 10, 11, 12])('release %i picks its grammar from the file', (release) => {
    const formats = readFile(tapWith([], release)).pieces.flatMap((piece) =>
      piece.kind === 'opened' ? [piece.format] : [],
    );
    const name = `TAP-03${String(release).padStart(2, '0')}` as FormatName;
    expect(formats).toEqual([name, name]);
  });

  it('NRTRDE is not taken for TAP, though both begin with 0x61', () => {
    const writer = new FileWriter('NRTRDE-0201');
    writer.open();
    writer.unit('part', { specificationVersionNumber: 2 });
    writer.unit('part', { releaseVersionNumber: 1 });
    writer.open();
    writer.unit('record', { moc: { imsi: '460011234567890', callEventDuration: 61 } });
    writer.close();
    writer.close();
    const file = Buffer.concat(writer.end());
    expect(file[0]).toBe(0x61);
    expect(jsonOf(file)).toContain('"$format":"NRTRDE-0201"');
    expect(backOf(jsonOf(file)).equals(file)).toBe(true);
  });

  it.each([9, 12])('RAP returns records of TAP 3.%i inside', (release) => {
    const format = `RAP-0105/TAP-03${String(release).padStart(2, '0')}` as FormatName;
    const writer = new FileWriter(format);
    writer.open();
    writer.unit('part', {
      rapBatchControlInfoRap: {
        sender: 'CHNCU',
        specificationVersionNumber: 3,
        releaseVersionNumber: release,
        rapSpecificationVersionNumber: 1,
        rapReleaseVersionNumber: 5,
      },
    });
    writer.open();
    const callEventDetail = { mobileOriginatedCall: { operatorSpecInformation: ['as it was'] } };
    writer.unit('record', {
      severeReturn: { fileSequenceNumber: '00042', callEventDetail, errorDetail: [{ errorCode: 200 }] },
    });
    writer.close();
    writer.close();
    const file = Buffer.concat(writer.end());
    const { pieces, refused } = readFile(file);
    expect(refused).toBeUndefined();
    expect(pieces.flatMap((piece) => (piece.kind === 'opened' ? [piece.format] : []))).toEqual([format, format]);
    expect(JSON.stringify(valuesOf(pieces))).toContain(JSON.stringify(callEventDetail));
    expect(backOf(jsonOf(file)).equals(file)).toBe(true);
  });
});
