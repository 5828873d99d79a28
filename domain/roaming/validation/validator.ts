import type { FileRefusal, Piece } from '../codec/file-reader.ts';
import type { TapName } from '../codec/grammar.ts';
import { headerAt } from '../codec/header.ts';
import type { Unit } from '../codec/unit.ts';
import { wholeRecord } from './checks/records.ts';
import type { Facts } from './facts.ts';
import { ahead } from './file-name.ts';
import type { Finding, PathStep, Report, Verdict } from './finding.ts';
import { type Plan, planOf, type Ruling } from './plan.ts';
import { ALL_VERSIONS, type Place, RECORD_KINDS, type Severity } from './rule.ts';
import { add, choiceOf, RecordState, UNKNOWN_HEADER, Walk } from './walk.ts';

/**
 * A TAP file judged by TD.57 while it is read: pieces in, findings out, and at the end a report. Memory holds sums and the
 * tables of the file's own codes, whatever its size. Pure: the same pieces and facts give the same findings.
 *
 * A fatal error may come last, when records have been handed on long ago: nothing of a file counts before its report.
 */
const NONE: readonly Finding[] = [];

/** Tags of the elements around groups and records. */
const BATCH: PathStep = { name: 'transferBatch', tag: 1, occurrence: 1 };
const DETAILS: PathStep = { name: 'callEventDetails', tag: 3, occurrence: 1 };
const NOTIFICATION: PathStep = { name: 'notification', tag: 2, occurrence: 1 };

const PARTS: readonly Place[] = [
  'batchControlInfo',
  'accountingInfo',
  'networkInfo',
  'messageDescriptionInfo',
  'auditControlInfo',
];
/** The two kinds of chargeable subscriber, of which a record has one. */
const SUBSCRIBERS: readonly number[] = [199, 254];
const isPart = (name: string): name is Place => (PARTS as readonly string[]).includes(name);
const isRecord = (name: string): name is Place => (RECORD_KINDS as readonly string[]).includes(name);
const isTap = (format: string): format is TapName => (ALL_VERSIONS as readonly string[]).includes(format);

/** What a record charges, refunds left out: in the file's currency, in its smallest unit. */
export interface RecordAmounts {
  readonly charge: bigint;
  readonly tax: bigint;
}

export class FileValidator {
  private readonly facts: Facts;
  private walk: Walk | undefined;
  private plan: Plan = new Map();
  private kind: Report['kind'] = 'unreadable';
  private readonly seen = new Set<string>();
  private batches = 0;
  private lastOffset = 0;
  private readonly counts = new Map<string, number>();
  private readonly severities: Record<Severity, number> = { warning: 0, severe: 0, fatal: 0 };
  private returned = 0;
  private returnedCharge = 0n;
  private returnedTax = 0n;
  private last: RecordAmounts = { charge: 0n, tax: 0n };

  constructor(facts: Facts = {}) {
    this.facts = facts;
  }

  /** What the record that was taken last charges. */
  get amounts(): RecordAmounts {
    return this.last;
  }

  /**
   * The next piece of the file, in the file's order; gives what is wrong in it. Pieces of a reader with `reuse` must be
   * given before its next `feed`.
   */
  take(piece: Piece): readonly Finding[] {
    if (piece.kind === 'closed') return NONE;
    if (piece.kind === 'opened') return this.opened(piece);
    if (piece.kind === 'kept') return this.kept(piece);
    const walk = this.begin(piece.format);
    if (walk === undefined) return NONE;
    this.lastOffset = piece.offset;
    if (piece.kind === 'record') return this.record(walk, piece);
    if (piece.kind === 'part') return this.part(walk, piece);
    this.kind = 'notification';
    return this.judged(walk, piece, 'notification', undefined, []);
  }

  /**
   * After the last piece. `refused` is the reader's; `digest` the SHA-256 of the file in hexadecimal, which tells a copy
   * from a number used again. `findings` are those of the file as a whole.
   */
  end(outcome: { readonly refused?: FileRefusal | undefined; readonly digest?: string }): {
    readonly findings: readonly Finding[];
    readonly report: Report;
  } {
    const findings: Finding[] = [];
    const copy = this.isCopy(outcome.digest);
    if (outcome.refused !== undefined) {
      const row = outcome.refused.code === 'VersionMissing' ? 'batchControlInfo/34' : 'transferBatch/50';
      findings.push(...this.whole(row, outcome.refused.offset));
    }
    if (outcome.refused === undefined && this.kind === 'transferBatch') findings.push(...this.complete());
    if (this.reused(outcome.digest)) findings.push(...this.whole('fileSequenceNumber/201', this.lastOffset));
    return { findings, report: this.report(copy) };
  }

  private begin(format: string): Walk | undefined {
    if (!isTap(format)) return undefined;
    if (this.walk === undefined) {
      this.plan = planOf(format, this.facts.edition);
      this.walk = new Walk(format, this.facts);
    }
    return this.walk;
  }

  private opened(piece: Extract<Piece, { readonly kind: 'opened' }>): readonly Finding[] {
    if (this.begin(piece.format) === undefined) return NONE;
    this.lastOffset = piece.offset;
    this.seen.add(piece.name);
    if (piece.name !== BATCH.name) return NONE;
    this.kind = 'transferBatch';
    this.batches += 1;
    return this.batches > 1 ? this.whole('transferBatch/51', piece.offset) : NONE;
  }

  private kept(piece: Extract<Piece, { readonly kind: 'kept' }>): readonly Finding[] {
    if (this.walk === undefined || piece.what === 'padding') return NONE;
    if (piece.level === 'record') {
      this.walk.records += 1;
      return this.whole('callEventDetails/50', piece.offset, [BATCH, DETAILS]);
    }
    return piece.what === 'repeated' ? this.whole('transferBatch/51', piece.offset) : NONE;
  }

  private part(walk: Walk, unit: Unit): readonly Finding[] {
    const { name } = unit;
    const late = this.seen.has(DETAILS.name) && name !== 'auditControlInfo';
    this.seen.add(name);
    const before = late ? this.whole('transferBatch/51', unit.offset) : NONE;
    return isPart(name) ? [...before, ...this.judged(walk, unit, name, undefined, [BATCH])] : before;
  }

  private record(walk: Walk, unit: Unit): readonly Finding[] {
    const { name } = unit;
    if (!isRecord(name)) return NONE;
    const record = new RecordState();
    walk.record = record;
    const found = this.judged(walk, unit, name, walk.records, [BATCH, DETAILS]);
    walk.records += 1;
    const { sums } = walk;
    for (const [into, from] of [
      [sums.plain, record.plain],
      [sums.refund, record.refund],
    ] as const) {
      into.charge = add(into.charge, from.charge);
      into.tax = add(into.tax, from.tax);
      into.discount = add(into.discount, from.discount);
    }
    if (record.eventMs < walk.firstMs) walk.firstMs = record.eventMs;
    if (record.eventMs > walk.lastMs) walk.lastMs = record.eventMs;
    if (found.some(({ severity }) => severity === 'severe')) {
      this.last = { charge: BigInt(record.plain.charge), tax: BigInt(record.plain.tax) };
      this.returned += 1;
      this.returnedCharge += this.last.charge;
      this.returnedTax += this.last.tax;
    }
    return found;
  }

  private judged(
    walk: Walk,
    unit: Unit,
    place: Place,
    record: number | undefined,
    above: readonly PathStep[],
  ): readonly Finding[] {
    const plan = this.plan.get(place);
    if (plan === undefined) return NONE;
    const level = unit.kind;
    if (walk.findings.length > 0) walk.findings = [];
    walk.unit(unit, { place, plan, record, above, choice: choiceOf(walk.version, level) });
    if (record !== undefined) wholeRecord(walk, place, unit.entry);
    if (unit.remarkable) this.odd(walk, unit, record !== undefined);
    if (walk.findings.length === 0) return NONE;
    for (const finding of walk.findings) this.count(finding);
    return walk.findings;
  }

  /** Elements that are in no field because they stand twice, or in a form that they cannot have. */
  private odd(walk: Walk, unit: Unit, inRecord: boolean): void {
    for (const { what, bytes } of unit.remarks) {
      if (what === 'misshapen') walk.report(`anyItem/${inRecord ? 11 : 10}`, unit.entry);
      if (what !== 'repeated') continue;
      const header = headerAt(bytes, 0);
      const second = header !== undefined && header !== 'malformed' && SUBSCRIBERS.includes(header.tag);
      walk.report(second ? 'chargeableSubscriber/31' : `anyItem/${inRecord ? 52 : 51}`, unit.entry);
    }
  }

  private complete(): readonly Finding[] {
    const { walk } = this;
    if (walk === undefined) return NONE;
    const charged = [walk.sums.plain, walk.sums.refund].some(({ charge }) => charge > 0);
    const missing: [string, boolean][] = [
      ['transferBatch/30', !this.seen.has('batchControlInfo')],
      ['transferBatch/31', charged && !this.seen.has('accountingInfo')],
      ['transferBatch/32', !this.seen.has('networkInfo')],
      ['transferBatch/33', !this.seen.has(DETAILS.name)],
      ['transferBatch/34', !this.seen.has('auditControlInfo')],
      ['accountingInfo/32', charged && this.seen.has('accountingInfo') && walk.tables.rates.size === 0],
    ];
    return missing.flatMap(([row, is]) => (is ? this.whole(row, 0) : []));
  }

  /** About the file as a whole, or of an element that is in no unit. */
  private whole(row: string, offset: number, path?: readonly PathStep[]): readonly Finding[] {
    // Before a version is known, its newest table holds.
    const plan = this.plan.size > 0 ? this.plan : planOf('TAP-0312', this.facts.edition);
    const place =
      row.startsWith('transferBatch') || row.startsWith('accounting') || row.startsWith('callEvent')
        ? 'file'
        : this.control;
    const ruling: Ruling | undefined = plan.get(place)?.rulings.get(row);
    if (ruling === undefined) return NONE;
    const { severity, code } = ruling;
    const { item } = ruling.rule;
    const above = path ?? (this.kind === 'notification' ? [NOTIFICATION] : [BATCH]);
    const finding = { ruling, severity, item, code, place, record: undefined, offset, path: above };
    this.count(finding);
    return [finding];
  }

  private get control(): Place {
    return this.kind === 'notification' ? 'notification' : 'batchControlInfo';
  }

  private count({ ruling, severity }: Finding): void {
    const key = `${ruling.rule.item}/${ruling.code}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    this.severities[severity] += 1;
  }

  private isCopy(digest: string | undefined): boolean {
    const earlier = this.facts.history?.earlier;
    return earlier?.outcome === 'accepted' && digest !== undefined && earlier.digest === digest;
  }

  private reused(digest: string | undefined): boolean {
    const earlier = this.facts.history?.earlier;
    return earlier?.outcome === 'accepted' && digest !== undefined && earlier.digest !== digest;
  }

  private report(copy: boolean): Report {
    const { walk, severities } = this;
    const verdict: Verdict = copy
      ? 'copy'
      : severities.fatal > 0
        ? 'rejected'
        : this.returned > 0
          ? 'partly'
          : 'accepted';
    const header = walk?.header ?? UNKNOWN_HEADER;
    const expected = this.facts.history?.expected;
    const past = expected === undefined || header.sequence === undefined ? 0 : ahead(header.sequence, expected);
    const { plain, refund } = walk?.sums ?? { plain: NO_AMOUNTS, refund: NO_AMOUNTS };
    return {
      format: walk?.version,
      kind: this.kind,
      header,
      verdict,
      records: walk?.records ?? 0,
      returned: this.returned,
      returnedCharge: this.returnedCharge,
      returnedTax: this.returnedTax,
      totals: {
        charge: BigInt(plain.charge),
        chargeRefund: BigInt(refund.charge),
        tax: BigInt(plain.tax),
        taxRefund: BigInt(refund.tax),
        discount: BigInt(plain.discount),
        discountRefund: BigInt(refund.discount),
      },
      counts: this.counts,
      severities,
      gap: expected !== undefined && past > 0 ? { from: expected, to: before(header.sequence ?? 1) } : undefined,
      notChecked: notChecked(this.facts),
    };
  }
}

const NO_AMOUNTS = { charge: 0, tax: 0, discount: 0 };
const LAST_SEQUENCE = 99_999;
const before = (sequence: number): number => (sequence === 1 ? LAST_SEQUENCE : sequence - 1);

/** Rows that need a fact which was not handed in. */
const NEEDS: readonly (readonly [readonly string[], (facts: Facts) => unknown])[] = [
  [['sender/100', 'recipient/100', 'fileSequenceNumber/100'], ({ fileName }) => fileName],
  [['fileAvailableTimeStamp/104', 'fileAvailableTimeStamp/105'], ({ receivedAtMs }) => receivedAtMs],
  [
    ['fileSequenceNumber/200', 'fileSequenceNumber/201', 'batchControlInfo/37', 'batchControlInfo/40'],
    ({ history }) => history,
  ],
  [['sender/20'], ({ senders }) => senders],
  [['recipient/20'], ({ recipients }) => recipients],
  [['batchControlInfo/38', 'batchControlInfo/39'], ({ agreement, fileName }) => agreement?.live ?? fileName],
  [['imsi/200'], ({ agreement }) => agreement?.imsiPrefixes],
  [['chargeableSubscriber/32'], ({ agreement }) => agreement?.msisdnRequired],
  [['callEventStartTimeStamp/200'], ({ agreement }) => agreement?.maxAgeDays],
  [['callEventDetails/32', 'callEventDetails/33', 'callEventDetails/34'], ({ agreement }) => agreement?.agreedKinds],
  [['operatorSpecInformation/30'], ({ agreement }) => agreement?.operatorSpecInformation],
  [['exchangeRateCode/200', 'exchangeRateCode/202'], ({ agreement }) => agreement?.exchangeRate],
  [['taxCode/200'], ({ agreement }) => agreement?.taxRates],
];

const notChecked = (facts: Facts): readonly string[] =>
  NEEDS.flatMap(([rows, fact]) => (fact(facts) === undefined ? rows : []));
