import { codec } from '../codec/codec.ts';
import type { Piece } from '../codec/file-reader.ts';
import { unitBytes } from '../codec/file-writer.ts';
import { type FileName, sequenceText } from '../validation/file-name.ts';
import { longStamp } from '../validation/stamp.ts';
import { listOf, type RapIdentity, type RapOccasion } from './rap-file.ts';
import { identityOf } from './read.ts';

/** A RAP file that arrived is acknowledged under its own number, by the network that it was sent to (TD.32). */
export const acknowledgement = (
  received: RapIdentity,
  occasion: RapOccasion,
): { readonly name: FileName; readonly bytes: Buffer } => {
  const stamp = longStamp(occasion.createdMs, occasion.utcOffset);
  const value = {
    acknowledgement: {
      sender: received.recipient,
      recipient: received.sender,
      rapFileSequenceNumber: sequenceText(received.sequence),
      ackFileCreationTimeStamp: stamp,
      ackFileAvailableTimeStamp: stamp,
      ...(received.test ? { fileTypeIndicator: 'T' } : {}),
      ...listOf(occasion.operatorSpecific),
    },
  };
  const { recipient: sender, sender: recipient, sequence, test } = received;
  return {
    name: { kind: 'acknowledgement', test, sender, recipient, sequence },
    // No group of TAP is in it: it is the same for each version.
    bytes: unitBytes(codec('RAP-0105/TAP-0312'), 'file', value, []),
  };
};

/** Which of our RAP files an acknowledgement is for; undefined for every other piece. */
export const acknowledged = (piece: Piece): RapIdentity | undefined => {
  if (piece.kind !== 'file' || piece.format !== 'RAP-0105/TAP-0312') return undefined;
  const { acknowledgement: value } = piece.plain();
  const from = value === undefined ? undefined : identityOf(value);
  if (from === undefined) return undefined;
  return { sender: from.recipient, recipient: from.sender, sequence: from.sequence, test: from.test };
};
