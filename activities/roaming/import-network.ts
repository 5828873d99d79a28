import { Clock, Effect } from 'effect';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { classDuplicates, FATES, fateOfCode, RATED, reasonOf } from '../../domain/roaming/imports/fate.ts';
import type { Control, Problem } from '../../domain/roaming/imports/file-control.ts';
import { IMPORT_LIMITS } from '../../domain/roaming/imports/schema.ts';
import { emptyUsage } from '../../domain/roaming/imports/usage.ts';
import { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import { type CdrLine, CdrReader } from '../../domain/roaming/network/cdr-reader.ts';
import { eventsOf, readVisitorEvent, setUsage } from '../../domain/roaming/network/visitor-record.ts';
import { type Price, rateEvent } from '../../domain/roaming/rating/rate.ts';
import type { ConfiguredPartner, RoamingConfiguration } from '../../partners/roaming/port.ts';
import type { NetworkElement, NetworkMonitor } from '../../partners/roaming/visitors.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { alertOf } from './import-asking.ts';
import { BookKeeping, keepBooks } from './import-books.ts';
import { type Handling, NO_SUMS, type Owned, type Rated, type Step, type Work } from './import-handling.ts';
import { usageEventOf } from './import-rating.ts';
import { type FileTaker, type Reading, readInto } from './import-reading.ts';
import { keepOutgoing } from './keep-outgoing.ts';
import { keepVisitorUsage } from './keep-visitor-usage.ts';
import type { VisitorAgreements } from './terms.ts';
import { keepVisitorStatistics } from './visitor-statistics.ts';

/**
 * A file of our own network (seed 002 §3.2.1): its records are visitors', whose home operator pays by the agreement. They
 * wait for its next file.
 */

export class NetworkReading implements FileTaker {
  readonly table = new UsageTable();
  private readonly reader: CdrReader;
  private readonly events: ReturnType<typeof eventsOf>;
  private readonly format: string;
  private readonly usage = emptyUsage();

  /** @param format what its files are called in lists */
  constructor({ code, layout }: NetworkMonitor, format: string = layout.name) {
    this.reader = new CdrReader(layout, code);
    this.events = eventsOf(layout);
    this.format = format;
  }

  feed(bytes: Uint8Array): void {
    this.take(this.reader.feed(bytes));
  }

  private take(lines: ReadonlyArray<CdrLine>): void {
    for (const { offset, values } of lines) {
      if (this.table.rows >= IMPORT_LIMITS.records) return;
      const event = readVisitorEvent(values, this.events);
      if (typeof event === 'number') this.table.skip(offset, event);
      else {
        setUsage(this.usage, event);
        this.table.add(this.usage, offset);
      }
    }
  }

  end(): Reading {
    const { last, problems } = this.reader.end();
    this.take(last);
    const { table, reader, format } = this;
    const tooMany = `A file has at most ${IMPORT_LIMITS.records} records.`;
    const passed = `${reader.passedOver} numbers of records were passed over, or stood there twice.`;
    const findings: ReadonlyArray<Problem> =
      reader.passedOver === 0 ? [] : [{ line: 0, code: 'RecordsMissing', reason: passed }];
    const control: Control = {
      ...{ format, kind: 'transfer', series: 'charging', sequence: reader.sequence, currency: null, decimals: 0 },
    };
    const more = reader.records > table.rows ? [{ line: 0, code: 'TooManyRecords', reason: tooMany }] : [];
    return { table, control, problems: [...problems, ...more], findings, findingCount: findings.length, fatal: false };
  }
}

/** By IMSI, the longest prefix first. */
class Homes {
  private readonly byPrefix = new Map<string, string>();
  private readonly lengths: ReadonlyArray<number>;

  constructor({ partners }: Pick<RoamingConfiguration, 'partners'>) {
    for (const { code, visitors } of partners.values()) {
      for (const prefix of visitors?.imsiPrefixes ?? []) this.byPrefix.set(prefix, code);
    }
    this.lengths = [...new Set([...this.byPrefix.keys()].map(({ length }) => length))].sort((a, b) => b - a);
  }

  of(imsi: string): string | undefined {
    for (const length of this.lengths) {
      const found = this.byPrefix.get(imsi.slice(0, length));
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** The partners in the place of subscribers: who pays. */
export const homesOf = ({ imsis }: UsageTable, terms: RoamingConfiguration): Owned => {
  const homes = new Homes(terms);
  const subscribers: Array<string> = [];
  const owners = Int32Array.from(imsis, (imsi) => {
    const home = homes.of(imsi);
    if (home === undefined) return -1;
    const place = subscribers.indexOf(home);
    return place === -1 ? subscribers.push(home) - 1 : place;
  });
  return { subscribers, owners };
};

/** Those who pay in one currency. */
export interface Account {
  readonly partner: ConfiguredPartner;
  /** Its id. */
  readonly agreement: string;
  readonly currency: string;
  readonly decimals: number;
}

export class RatedVisitors {
  readonly accounts: Array<Account> = [];
  readonly table: UsageTable;
  private readonly accountOf: Int32Array;
  /** By row: the version of the agreement by which the price was found. */
  readonly versions: Uint32Array;
  private readonly home: string;
  private readonly agreements: VisitorAgreements;

  /** Prices every record that is to be rated; one without a price is quarantined. */
  constructor(
    table: UsageTable,
    { subscribers, owners }: Owned,
    { home, partners }: RoamingConfiguration,
    agreements: VisitorAgreements,
  ) {
    this.agreements = agreements;
    this.table = table;
    this.home = home;
    this.accountOf = new Int32Array(table.rows).fill(-1);
    this.versions = new Uint32Array(table.rows);
    const { fates } = table;
    for (let row = 0; row < table.rows; row += 1) {
      if (fates[row] !== RATED) continue;
      const partner = partners.get(subscribers[owners[table.identities[row] ?? -1] ?? -1] ?? '');
      const price = partner === undefined ? FATES.HomeUnknown : this.priceOf(row, partner);
      if (typeof price === 'number') fates[row] = price;
      else if (partner !== undefined) {
        this.accountOf[row] = this.accountAt(partner, price);
        table.setCharge(row, Number(price.chargeMinor));
        this.versions[row] = price.version;
      }
    }
  }

  private accountAt(partner: ConfiguredPartner, { currency, decimals }: Price): number {
    const same = (one: Account): boolean =>
      one.partner === partner && one.currency === currency && one.decimals === decimals;
    const found = this.accounts.findIndex(same);
    if (found !== -1) return found;
    const agreement = this.agreements.get(partner.code)?.ready.agreement.id ?? '';
    return this.accounts.push({ partner, agreement, currency, decimals }) - 1;
  }

  /** Or the fate of a record that has none. */
  priceOf(row: number, { code }: ConfiguredPartner): Price | number {
    const agreement = this.agreements.get(code);
    if (agreement === undefined) return FATES.VisitorsUnpriced;
    const price = rateEvent(agreement.ready, usageEventOf(this.table, row, code, this.home));
    return isRefusal(price) ? (fateOfCode(price.code) ?? FATES.InvalidQuantity) : price;
  }

  /** Who pays for a rated record. */
  accountAtRow(row: number): Account | undefined {
    return this.accounts[this.accountOf[row] ?? -1];
  }
}

/** Books what each partner's subscribers used. `file`: under which name. */
export const bookVisitors = (
  input: ImportInput,
  terms: RoamingConfiguration,
  visitors: RatedVisitors,
  file: string = input.file.sm3,
): Step<void> =>
  Effect.forEach(
    visitors.accounts,
    (account) => {
      const { partner, currency, decimals } = account;
      const has = (row: number): boolean => visitors.accountAtRow(row) === account;
      const side = { direction: 'inbound', network: terms.home, has, whole: false } as const;
      const keeping = new BookKeeping(visitors.table, new Map(), partner, terms, { currency, decimals }, side);
      return keepBooks({ ...input, partner: partner.code }, terms, keeping, `${file}.${currency}${decimals}`);
    },
    { discard: true },
  );

const rated = (
  input: ImportInput,
  terms: RoamingConfiguration,
  element: NetworkElement,
  agreements: VisitorAgreements,
  work: Work,
  owned: Owned,
): Rated => {
  const visitors = new RatedVisitors(work.reading.table, owned, terms, agreements);
  return {
    // The network charges nothing itself: its records have their price of several agreements, each in its currency.
    sums: () => NO_SUMS,
    charge: () =>
      keepOutgoing(input, element, visitors).pipe(
        Effect.zipRight(keepVisitorUsage(input, terms, visitors)),
        Effect.zipRight(keepVisitorStatistics(input, terms, visitors, input.file.sm3)),
        Effect.as(new Map()),
      ),
    book: () => bookVisitors(input, terms, visitors),
  };
};

/** Tells a person what is missing and what came twice, each once for an element. */
const alarm = ({ input, reading: { table, findings } }: Work): Step<void> =>
  Effect.gen(function* () {
    const tell = (code: string, stage: string) => alertOf(input.tenant, input.partner, code, stage);
    if (findings.length > 0) yield* tell('RecordsMissing', 'missing');
    const twice = table.fates.find((fate) => reasonOf(fate)?.sort === 'duplicate');
    if (twice !== undefined) yield* tell('RecordsTwice', reasonOf(twice)?.code ?? '');
  });

/** Duplicates by what they are, and what has not happened yet. */
export const sorted = (work: Work): Step<void> =>
  Effect.gen(function* () {
    const { table } = work.reading;
    classDuplicates(table.fates);
    yield* alarm(work);
    const nowMs = yield* Clock.currentTimeMillis;
    const { fates } = table;
    for (let row = 0; row < table.rows; row += 1) {
      if (fates[row] === RATED && table.atMs(row) > nowMs) fates[row] = FATES.EventInFuture;
    }
  });

export const networkHandling = (
  input: ImportInput,
  terms: RoamingConfiguration,
  element: NetworkElement,
  agreements: VisitorAgreements,
): Handling => ({
  used: ({ subscribers }) => ({
    visitors: Object.fromEntries(
      subscribers.flatMap((code) => {
        const agreement = agreements.get(code);
        return agreement === undefined ? [] : [[code, agreement.revision] as const];
      }),
    ),
  }),
  returnsFatal: false,
  read: () => readInto(input, new NetworkReading(element)),
  attribute: (work) =>
    Effect.gen(function* () {
      yield* sorted(work);
      return homesOf(work.reading.table, terms);
    }),
  rate: (work, owned) => rated(input, terms, element, agreements, work, owned),
});
