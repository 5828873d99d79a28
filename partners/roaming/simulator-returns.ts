import { isRefusal } from '../../domain/kernel/refusal.ts';
import { FileReader } from '../../domain/roaming/codec/file-reader.ts';
import { FileWriter } from '../../domain/roaming/codec/file-writer.ts';
import type { Value } from '../../domain/roaming/codec/interpret.ts';
import { type RapIdentity, rapControl, rapName } from '../../domain/roaming/rap/rap-file.ts';
import { ReturnCollector } from '../../domain/roaming/rap/write.ts';
import type { RoamingAgreement } from '../../domain/roaming/validation/facts.ts';
import { formatFileName, sequenceText } from '../../domain/roaming/validation/file-name.ts';
import { FileValidator } from '../../domain/roaming/validation/validator.ts';

/** What a partner does with our TAP files: judges them by what it thinks is agreed, and returns what it does not take. */

interface RapBytes {
  readonly name: string;
  readonly bytes: Buffer;
}

const UTC_OFFSET = '+0800';

/** Undefined when it takes all of the file. */
export const returnsFor = (
  fileName: string,
  bytes: Buffer,
  agreement: RoamingAgreement,
  sequence: number,
): RapBytes | undefined => {
  const createdMs = Date.now();
  const reader = new FileReader();
  const validator = new FileValidator({ fileName, receivedAtMs: createdMs, agreement });
  const collector = new ReturnCollector();
  const returns: Array<Buffer> = [];
  for (const piece of [...reader.feed(bytes), ...reader.end()]) {
    const one = collector.take(piece, validator.take(piece));
    if (one !== undefined) returns.push(one);
  }
  const { findings, report } = validator.end({ refused: reader.refused });
  const rap = collector.end(findings, report, { sequence, createdMs, utcOffset: UTC_OFFSET });
  if (rap === undefined || isRefusal(rap)) return undefined;
  const inside = rap.returns === 'severe' ? returns : [rap.returns];
  return { name: formatFileName(rap.name), bytes: Buffer.concat([rap.head, ...inside, rap.tail]) };
};

/** Says that the partner has not got these of our files. */
export const missingReturn = (identity: RapIdentity, from: number, to: number): RapBytes => {
  const occasion = { createdMs: Date.now(), utcOffset: UTC_OFFSET };
  const writer = new FileWriter('RAP-0105/TAP-0312');
  const money = { decimalPlaces: undefined, currency: undefined };
  const missing: Value = {
    missingReturn: { startMissingSeqNumber: sequenceText(from), endMissingSeqNumber: sequenceText(to) },
  };
  writer.open();
  writer.unit('part', rapControl(identity, occasion, 'TAP-0312', money));
  writer.open();
  writer.unit('record', missing);
  writer.close();
  writer.unit('part', { rapAuditControlInfo: { totalSevereReturnValue: 0, returnDetailsCount: 1 } });
  writer.close();
  return { name: formatFileName(rapName(identity)), bytes: Buffer.concat(writer.end()) };
};
