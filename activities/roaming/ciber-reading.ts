import { decodeBatch } from '../../domain/roaming/ciber/batch.ts';
import { chargeDecimals, readCiberUsage } from '../../domain/roaming/ciber/usage.ts';
import { FileReader } from '../../domain/roaming/codec/file-reader.ts';
import type { Control, Problem } from '../../domain/roaming/imports/file-control.ts';
import { emptyUsage } from '../../domain/roaming/imports/usage.ts';
import { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import type { CiberTerms } from '../../domain/roaming/partner/schema.ts';
import { LIMITS } from '../../domain/sim/limits.ts';
import type { FileTaker, Reading } from './import-reading.ts';

/** A CIBER batch of a partner that does not send TAP: read whole, for its codec is so; each record is the same usage as TAP's. */

const BATCH_BYTES = 256 * 1_024 * 1_024;
const HEAD_BYTES = 65_536;

/** Of what is no batch: its partner may send NRTRDE besides. */
const formatOf = (bytes: Buffer): string | undefined => {
  const [piece] = new FileReader().feed(bytes.subarray(0, HEAD_BYTES));
  return piece !== undefined && 'format' in piece ? piece.format : undefined;
};

export class CiberReading implements FileTaker {
  readonly table = new UsageTable();
  private readonly terms: CiberTerms;
  /** Of the agreement, for a batch has a code of its own for it. */
  private readonly currency: string;
  private readonly pieces: Array<Uint8Array> = [];
  private bytes = 0;

  constructor(terms: CiberTerms, currency: string) {
    this.terms = terms;
    this.currency = currency;
  }

  feed(bytes: Uint8Array): void {
    this.bytes += bytes.length;
    if (this.bytes <= BATCH_BYTES) this.pieces.push(bytes);
  }

  end(): Reading {
    const { edition, utcOffset, sid, ourSid } = this.terms;
    const bytes = Buffer.concat(this.pieces);
    const { records, problems } = decodeBatch(edition, bytes);
    const found: Array<Problem> = problems
      .slice(0, LIMITS.problems)
      .map(({ code, record, field, column, message }) => ({
        line: record,
        code,
        reason: `${message} (${field}, column ${column})`,
      }));
    const wrong = (code: string, reason: string): void => void found.push({ line: 0, code, reason });
    if (this.bytes > BATCH_BYTES) wrong('TooManyRecords', `A batch has at most ${BATCH_BYTES} bytes.`);
    const { batchSequence = '', sendingCarrierSidBid = '', receivingCarrierSidBid = '' } = records[0]?.values ?? {};
    if (Number(sendingCarrierSidBid) !== Number(sid) || Number(receivingCarrierSidBid) !== Number(ourSid)) {
      const from = `${sendingCarrierSidBid} to ${receivingCarrierSidBid}`;
      wrong('OtherPartner', `The batch is from ${from}; ${sid} to ${ourSid} was awaited.`);
    }
    const sequence = Number(batchSequence);
    if (!(sequence > 0)) wrong('SequenceInvalid', 'The header has no number above zero.');
    const decimals = chargeDecimals(edition);
    const usage = emptyUsage();
    const step = edition.recordLength + edition.separator.length;
    for (const [at, record] of records.slice(1, -1).entries()) {
      const place = (at + 1) * step;
      const fate = readCiberUsage(usage, record, { utcOffset, decimals });
      if (fate === undefined) this.table.add(usage, place);
      else this.table.skip(place, fate);
    }
    const control: Control = {
      ...{ format: 'CIBER', kind: 'transfer', series: 'ciber', sequence, currency: this.currency, decimals },
    };
    const otherFormat = formatOf(bytes);
    return { table: this.table, control, problems: found, findings: [], findingCount: 0, otherFormat, fatal: false };
  }
}
