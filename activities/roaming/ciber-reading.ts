import { Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { type CiberBatch, type CiberProblem, decodeBatch, isOfRecord } from '../../domain/roaming/ciber/batch.ts';
import { isReturn } from '../../domain/roaming/ciber/returns.ts';
import type { CiberRecord, Edition } from '../../domain/roaming/ciber/schema.ts';
import { chargeDecimals, readCiberUsage } from '../../domain/roaming/ciber/usage.ts';
import { FileReader } from '../../domain/roaming/codec/file-reader.ts';
import { FATES } from '../../domain/roaming/imports/fate.ts';
import type { Control, Problem } from '../../domain/roaming/imports/file-control.ts';
import { emptyUsage } from '../../domain/roaming/imports/usage.ts';
import { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import type { CiberTerms } from '../../domain/roaming/partner/schema.ts';
import { LIMITS } from '../../domain/sim/limits.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import type { Files } from '../../store/files/files.ts';
import type { FileTaker, Reading } from './import-reading.ts';
import { contentOf } from './stored-file.ts';

/** A CIBER batch of a partner that does not send TAP: read whole, for its codec is so; each record is the same usage as TAP's. */

const BATCH_BYTES = 256 * 1_024 * 1_024;
const HEAD_BYTES = 65_536;

/** Of what is no batch: its partner may send NRTRDE besides. */
const formatOf = (bytes: Buffer): string | undefined => {
  const [piece] = new FileReader().feed(bytes.subarray(0, HEAD_BYTES));
  return piece !== undefined && 'format' in piece ? piece.format : undefined;
};

/** The format of a batch that brings records of ours back. */
export const CIBER_RETURNS = 'CIBER-RETURNS';

/** Bytes of a batch up to what one may have. */
export class BatchBytes {
  private readonly pieces: Array<Uint8Array> = [];
  private bytes = 0;

  add(piece: Uint8Array): void {
    this.bytes += piece.length;
    if (this.bytes <= BATCH_BYTES) this.pieces.push(piece);
  }

  get isTooLong(): boolean {
    return this.bytes > BATCH_BYTES;
  }

  whole(): Buffer {
    return Buffer.concat(this.pieces);
  }
}

/** Of a batch that was stored, whoever’s it is. */
export const storedBatch = (tenant: TenantId, file: FileRef): Effect.Effect<BatchBytes, Refusal | Fault, Files> =>
  Effect.gen(function* () {
    const taken = new BatchBytes();
    yield* Stream.runForEach(contentOf(tenant, file), (piece) => Effect.sync(() => taken.add(piece)));
    return taken;
  });

/** Problems of single records, which go back, and those that keep the batch out. */
const parted = (edition: Edition, { records, problems }: CiberBatch) => {
  const invalid = new Set<number>();
  const whole: Array<CiberProblem> = [];
  for (const one of problems) {
    if (edition.returns !== undefined && isOfRecord(edition, records, one)) invalid.add(one.record);
    else whole.push(one);
  }
  return { invalid, whole };
};

const toldOf = (problems: ReadonlyArray<CiberProblem>): ReadonlyArray<Problem> =>
  problems.slice(0, LIMITS.problems).map(({ code, record, field, column, message }) => ({
    ...{ line: record, code, reason: `${message} (${field}, column ${column})` },
  }));

/** Whose batch it is and which, other than was awaited. */
const headerProblems = ({ sid, ourSid }: CiberTerms, header: CiberRecord | undefined): ReadonlyArray<Problem> => {
  const { batchSequence = '', sendingCarrierSidBid = '', receivingCarrierSidBid = '' } = header?.values ?? {};
  const found: Array<Problem> = [];
  const wrong = (code: string, reason: string): void => void found.push({ line: 0, code, reason });
  if (Number(sendingCarrierSidBid) !== Number(sid) || Number(receivingCarrierSidBid) !== Number(ourSid)) {
    const from = `${sendingCarrierSidBid} to ${receivingCarrierSidBid}`;
    wrong('OtherPartner', `The batch is from ${from}; ${sid} to ${ourSid} was awaited.`);
  }
  if (!(Number(batchSequence) > 0)) wrong('SequenceInvalid', 'The header has no number above zero.');
  return found;
};

/** A batch with everything that is wrong with it. */
export const readBatch = (terms: CiberTerms, taken: BatchBytes) => {
  const { edition } = terms;
  const bytes = taken.whole();
  const batch = decodeBatch(edition, bytes);
  const { invalid, whole } = parted(edition, batch);
  const [header] = batch.records;
  const ofHeader = headerProblems(terms, header);
  const awaited = ofHeader.length === 0 && header?.type === edition.batch.header;
  const isTooLong = { line: 0, code: 'TooManyRecords', reason: `A batch has at most ${BATCH_BYTES} bytes.` };
  return {
    bytes,
    records: batch.records,
    /** Records that have a field which is not of its kind; the header is 1. */
    invalid,
    problems: [...toldOf(whole), ...(taken.isTooLong ? [isTooLong] : []), ...ofHeader],
    sequence: Number(header?.values['batchSequence'] ?? 0),
    /** A batch that is what was awaited but for this: it may go back as a whole. */
    fatal: awaited && !taken.isTooLong ? whole[0]?.code : undefined,
    returns: isReturn(edition, header),
  };
};

export class CiberReading implements FileTaker {
  readonly table = new UsageTable();
  private readonly terms: CiberTerms;
  /** Of the agreement, for a batch has a code of its own for it. */
  private readonly currency: string;
  private readonly taken = new BatchBytes();

  constructor(terms: CiberTerms, currency: string) {
    this.terms = terms;
    this.currency = currency;
  }

  feed(bytes: Uint8Array): void {
    this.taken.add(bytes);
  }

  end(): Reading {
    const { table, terms, currency } = this;
    const { edition, utcOffset } = terms;
    const { bytes, records, invalid, problems, sequence, fatal, returns } = readBatch(terms, this.taken);
    const decimals = chargeDecimals(edition);
    const usage = emptyUsage();
    const step = edition.recordLength + edition.separator.length;
    for (const [at, record] of records.slice(1, -1).entries()) {
      const place = (at + 1) * step;
      const isInvalid = invalid.has(at + 2);
      const fate = isInvalid ? FATES.FieldInvalid : readCiberUsage(usage, record, { utcOffset, decimals });
      if (fate === undefined) table.add(usage, place);
      else table.skip(place, fate);
    }
    const control: Control = { format: 'CIBER', kind: 'transfer', series: 'ciber', sequence, currency, decimals };
    return {
      ...{ table, control, problems, findings: [], findingCount: 0 },
      otherFormat: returns ? CIBER_RETURNS : formatOf(bytes),
      fatal: edition.returns !== undefined && !returns && fatal !== undefined,
    };
  }
}
