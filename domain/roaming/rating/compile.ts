import type { Refusal } from '../../kernel/refusal.ts';
import { type Bands, compileBands } from './bands.ts';
import { parseDay } from './calendar.ts';
import { isCurrency } from './currencies.ts';
import { quantumOf } from './decimal.ts';
import { compileDiscounts, type DiscountRule } from './discounts.ts';
import { type PrefixTrie, prefixTrie } from './prefix-trie.ts';
import { agreementRefusals, type Problems, problemsOf } from './refusals.ts';
import type { Agreement, Direction, Service, Terms } from './schema.ts';

/**
 * An agreement made ready for use: what is wrong with it is found here, once and all of it, and what remains is looked up
 * by an event without searching: version by day, band by minute, destination by a trie, rate by their places.
 */

type Rate = Terms['rates'][number];

/** A rate with its numbers as the event needs them. */
export interface ReadyRate {
  readonly rate: Rate;
  readonly firstUnits: bigint;
  readonly followingUnits: bigint;
}

interface RateTable {
  /** Zone by destination; its values are places in `byZone`. */
  readonly zones: PrefixTrie;
  /** Zone → band → rate. Without bands, one. */
  readonly byZone: ReadonlyArray<ReadonlyArray<ReadyRate>>;
}

type Tax = Terms['taxes'][number];

export interface ReadyTerms {
  readonly terms: Terms;
  readonly fromDay: number;
  /** The first day after them; Infinity when they are open. */
  readonly untilDay: number;
  /** The unit of what is charged, in working units. */
  readonly quantum: bigint;
  readonly holidays: ReadonlySet<number>;
  readonly bands: Bands;
  readonly tables: Readonly<Record<Service, Readonly<Record<Direction, RateTable | undefined>>>>;
  /** Of events. */
  readonly discounts: Readonly<Record<Service, ReadonlyArray<DiscountRule>>>;
  /** Of the period's end. */
  readonly wholeDiscounts: ReadonlyArray<DiscountRule>;
  readonly taxes: Readonly<Record<Service, ReadonlyArray<Tax>>>;
}

export interface ReadyAgreement {
  readonly agreement: Omit<Agreement, 'terms'>;
  /** By their first day. */
  readonly terms: ReadonlyArray<ReadyTerms>;
}

const isFor =
  (service: Service) =>
  ({ services }: { readonly services: ReadonlyArray<Service> }): boolean =>
    services.length === 0 || services.includes(service);

const perService = <A>(make: (service: Service) => A): Readonly<Record<Service, A>> => ({
  voice: make('voice'),
  sms: make('sms'),
  data: make('data'),
});

/** Places of those whose key is there already. */
export const repeated = (keys: ReadonlyArray<string>): ReadonlyArray<number> => {
  const seen = new Set<string>();
  return [...keys.keys()].filter((at) => {
    const key = keys[at] ?? '';
    const again = seen.has(key);
    seen.add(key);
    return again;
  });
};

const nameProblems = (terms: Terms, field: string): ReadonlyArray<Refusal> =>
  (['zones', 'rates', 'discounts', 'taxes', 'commitments'] as const).flatMap((part) =>
    repeated(terms[part].map(({ name }) => name)).map((at) =>
      agreementRefusals.nameTwice(`${field}/${part}/${at}/name`),
    ),
  );

const prefixProblems = ({ zones }: Terms, field: string): ReadonlyArray<Refusal> => {
  const places = zones.flatMap(({ prefixes }, zone) => prefixes.map((prefix, at) => ({ prefix, zone, at })));
  return repeated(places.map(({ prefix }) => prefix)).flatMap((index) => {
    const place = places[index];
    return place === undefined
      ? []
      : [agreementRefusals.prefixTwice(`${field}/zones/${place.zone}/prefixes/${place.at}`)];
  });
};

const moneyProblems = (terms: Terms, quantum: bigint, field: string): ReadonlyArray<Refusal> => [
  ...(isCurrency(terms.currency) ? [] : [agreementRefusals.currencyUnknown(`${field}/currency`)]),
  ...terms.commitments.flatMap(({ amount }, at) =>
    amount % quantum === 0n ? [] : [agreementRefusals.amountTooFine(`${field}/commitments/${at}/amount`)],
  ),
];

/** The rates of one service, direction and zone, by band; a rate without a band is in each. */
const ratesByBand = (
  rates: ReadonlyArray<readonly [Rate, number]>,
  { names }: Bands,
  field: string,
  problems: Refusal[],
): ReadonlyArray<ReadyRate> => {
  const found: Array<ReadyRate | undefined> = new Array<undefined>(Math.max(1, names.length)).fill(undefined);
  for (const [rate, at] of rates) {
    const ready = { rate, firstUnits: BigInt(rate.first.units), followingUnits: BigInt(rate.following.units) };
    const place = rate.band === null ? -1 : names.indexOf(rate.band);
    const where = `${field}/${at}`;
    if (rate.band !== null && place === -1) problems.push(agreementRefusals.bandUnknown(`${where}/band`));
    const bands = rate.band === null ? [...found.keys()] : place === -1 ? [] : [place];
    if (bands.some((band) => found[band] !== undefined)) problems.push(agreementRefusals.rateTwice(where));
    for (const band of bands) found[band] = ready;
  }
  const first = rates[0]?.[1] ?? 0;
  for (const [band, rate] of found.entries()) {
    if (rate === undefined) problems.push(agreementRefusals.rateMissing(`${field}/${first}`, names[band] ?? ''));
  }
  return found.filter((rate) => rate !== undefined);
};

const tableOf = (
  { rates, zones }: Terms,
  bands: Bands,
  [service, direction]: readonly [Service, Direction],
  field: string,
  problems: Refusal[],
): RateTable | undefined => {
  const ours = [...rates.entries()].flatMap(([at, rate]) =>
    rate.service === service && rate.direction === direction ? [[rate, at] as const] : [],
  );
  if (ours.length === 0) return undefined;
  const byZone: Array<ReadonlyArray<ReadyRate>> = [];
  const prefixes: Array<readonly [string, number]> = [];
  for (const name of new Set(ours.map(([{ zone }]) => zone))) {
    const inZone = ours.filter(([{ zone }]) => zone === name);
    const zone = zones.find((one) => one.name === name);
    if (name !== null && zone === undefined) {
      problems.push(...inZone.map(([, at]) => agreementRefusals.zoneUnknown(`${field}/${at}/zone`)));
    }
    for (const prefix of name === null ? [''] : (zone?.prefixes ?? [])) prefixes.push([prefix, byZone.length]);
    byZone.push(ratesByBand(inZone, bands, field, problems));
  }
  return { zones: prefixTrie(prefixes), byZone };
};

const compileTerms = (terms: Terms, field: string): readonly [ReadyTerms, ReadonlyArray<Refusal>] => {
  const fromDay = parseDay(terms.validFrom) ?? 0;
  const untilDay = terms.validUntil === null ? Number.POSITIVE_INFINITY : (parseDay(terms.validUntil) ?? 0);
  const quantum = quantumOf(terms.decimals);
  const [bands, bandProblems] = compileBands(terms.bands, `${field}/bands`);
  const [rules, discountProblems] = compileDiscounts(terms.discounts, quantum, `${field}/discounts`);
  const problems: Refusal[] = [
    ...(fromDay < untilDay ? [] : [agreementRefusals.validityEmpty(`${field}/validUntil`)]),
    ...moneyProblems(terms, quantum, field),
    ...nameProblems(terms, field),
    ...prefixProblems(terms, field),
    ...bandProblems,
    ...discountProblems,
  ];
  const table = (service: Service, direction: Direction) =>
    tableOf(terms, bands, [service, direction], `${field}/rates`, problems);
  const tables = perService((service) => ({
    originating: table(service, 'originating'),
    terminating: table(service, 'terminating'),
  }));
  const ready: ReadyTerms = {
    terms,
    fromDay,
    untilDay,
    quantum,
    holidays: new Set(terms.holidays.map((day) => parseDay(day) ?? 0)),
    bands,
    tables,
    discounts: perService((service) => rules.filter(({ method }) => method === 'incremental').filter(isFor(service))),
    wholeDiscounts: rules.filter(({ method }) => method === 'whole'),
    taxes: perService((service) => terms.taxes.filter(isFor(service))),
  };
  return [ready, problems];
};

/** Versions in the order of their days, and everything that is wrong with them, by place below `field`. */
export const compileVersions = (
  versions: ReadonlyArray<Terms>,
  field: string,
): readonly [ReadonlyArray<ReadyTerms>, ReadonlyArray<Refusal>] => {
  const compiled = versions.map((terms, at) => compileTerms(terms, `${field}/${at}`));
  const problems = compiled.flatMap(([, found]) => found);
  for (const at of repeated(versions.map(({ version }) => String(version)))) {
    problems.push(agreementRefusals.versionTwice(`${field}/${at}/version`));
  }
  const ordered = [...compiled.entries()].sort(([, [a]], [, [b]]) => a.fromDay - b.fromDay);
  for (const [at, [place, [terms]]] of ordered.entries()) {
    const before = ordered[at - 1]?.[1][0];
    if (before !== undefined && before.untilDay > terms.fromDay) {
      problems.push(agreementRefusals.validityOverlaps(`${field}/${place}/validFrom`));
    }
  }
  return [ordered.map(([, [terms]]) => terms), problems];
};

const subscriberProblems = (terms: ReadonlyArray<Terms>): ReadonlyArray<Refusal> =>
  terms.flatMap(({ discounts }, version) =>
    discounts.flatMap(({ subscribers }, at) =>
      subscribers.length === 0
        ? []
        : [agreementRefusals.discountOfSubscribers(`terms/${version}/discounts/${at}/subscribers`)],
    ),
  );

const scopeProblems = (scope: Agreement['scope'], terms: ReadonlyArray<Terms>): ReadonlyArray<Refusal> =>
  terms.flatMap(({ rates }, version) =>
    rates.flatMap(({ service }, at) =>
      scope.length === 0 || scope.includes(service)
        ? []
        : [agreementRefusals.outOfScope(`terms/${version}/rates/${at}/service`)],
    ),
  );

/** @returns everything that is wrong with it when something is. */
export const compileAgreement = ({ terms, ...agreement }: Agreement): ReadyAgreement | Problems => {
  const [ready, found] = compileVersions(terms, 'terms');
  const problems = [...found, ...subscriberProblems(terms), ...scopeProblems(agreement.scope, terms)];
  return problems.length > 0 ? problemsOf(problems) : { agreement, terms: ready };
};
