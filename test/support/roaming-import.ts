import { decodeEdition } from '../../domain/roaming/ciber/schema.ts';
import type { Checksum, CiberTerms, Intervals, Visitors } from '../../domain/roaming/partner/schema.ts';
import { compileAgreement, type ReadyAgreement } from '../../domain/roaming/rating/compile.ts';
import { decodeAgreement } from '../../domain/roaming/rating/schema.ts';
import { agreementName } from '../../domain/roaming/terms/terms.ts';
import type { RoamingConfiguration } from '../../partners/roaming/port.ts';
import type { NetworkElement, NetworkMonitor } from '../../partners/roaming/visitors.ts';
import { example, right } from './rating.ts';

export interface PlanJson {
  readonly tariffs: ReadonlyArray<{
    readonly terms: ReadonlyArray<{
      readonly rates: ReadonlyArray<object>;
      readonly discounts?: ReadonlyArray<object>;
    }>;
  }>;
}

/** That of the documented examples, and 0.30 for each minute of a call that is received, which the example leaves out; 0.10 for a message. */
export const planJson = (minutePrice = '0.30'): unknown => {
  // Decoded where it is used.
  const plan = example('plan') as PlanJson;
  const minute = { units: 60, price: minutePrice };
  const received = { name: 'received', service: 'voice', direction: 'terminating', first: minute, following: minute };
  const rates = [received, messageReceived('0.10')];
  const tariffs = plan.tariffs.map((tariff) => ({
    ...tariff,
    terms: tariff.terms.map((one) => ({ ...one, rates: [...one.rates, ...rates] })),
  }));
  return { ...plan, tariffs };
};

const messageReceived = (price: string): object => {
  const each = { units: 1, price };
  return { name: 'message-received', service: 'sms', direction: 'terminating', first: each, following: each };
};

/** As `planJson`, but its discounts are for these levels and types of subscribers alone. */
export const planForSome = (subscribers: ReadonlyArray<string>): unknown => {
  const plan = planJson() as PlanJson;
  const tariffs = plan.tariffs.map((tariff) => ({
    ...tariff,
    terms: tariff.terms.map((one) => ({
      ...one,
      discounts: (one.discounts ?? []).map((discount) => ({ ...discount, subscribers })),
    })),
  }));
  return { ...plan, tariffs };
};

/** An agreement like that of the documented examples, with another partner, and 0.02 for a message that is received. */
export const agreementJson = (visited: string): Readonly<Record<string, unknown>> => {
  const agreement = example('agreement') as {
    readonly terms: ReadonlyArray<{ readonly rates: ReadonlyArray<object> }>;
  };
  const terms = agreement.terms.map((one) => ({ ...one, rates: [...one.rates, messageReceived('0.02')] }));
  return { ...agreement, id: `CHNCM-${visited}`, visited, terms };
};

export const agreementWith = (visited: string): ReadyAgreement =>
  right(compileAgreement(right(decodeAgreement(agreementJson(visited)))));

/** What subscribers of this operator cost in our network: the same prices, the other way round. */
export const visitorsAgreementJson = (home: string): Readonly<Record<string, unknown>> => ({
  ...(example('agreement') as object),
  id: `${home}-CHNCM`,
  home,
  visited: 'CHNCM',
});

const visitorsOf = (imsiPrefix: string): Visitors => ({
  imsiPrefixes: [imsiPrefix],
  nrtrde: true,
  localCurrency: 'CNY',
  exchangeRate: '9.65',
  countryCode: '86',
});

/** Subscribers of which partner have these IMSIs. */
const VISITORS = new Map([
  ['HKGPP', '45412'],
  ['JPNDO', '44010'],
  ['USAVZ', '31012'],
]);

/** Partners whose files are CIBER batches. */
const CIBER = new Map<string, CiberTerms>([
  [
    'USAVZ',
    { edition: right(decodeEdition(example('ciber-edition'))), ourSid: '30001', sid: '133', utcOffset: '-0500' },
  ],
]);

/** The documented edition with amounts as fine as those of the documented agreement, for a partner by our clock. */
export const ciberTerms = (): CiberTerms => {
  const edition = right(decodeEdition(example('ciber-edition')));
  const layouts = edition.layouts.map((layout) => ({
    ...layout,
    fields: layout.fields.map((field) => (field.kind === 'amount' ? { ...field, decimals: 3 } : field)),
  }));
  return { edition: { ...edition, layouts }, ourSid: '30001', sid: '133', utcOffset: '+0800' };
};

interface TermsOptions {
  readonly plan?: unknown;
  readonly returnFatal?: boolean;
  readonly elements?: ReadonlyArray<NetworkElement>;
  readonly monitors?: ReadonlyArray<NetworkMonitor>;
  readonly checksum?: Checksum;
  readonly awaited?: Intervals;
  /** Whether partners get our detail with each statement. */
  readonly statementDetail?: boolean;
  /** Of those partners that have no CIBER otherwise. */
  readonly ciber?: CiberTerms;
}

const NOT_AWAITED: Intervals = { usageMinutes: null, nrtrdeMinutes: null };

/** Some partners and their terms, all as in the documented examples. */
export const roamingTerms = (
  bookDigits = 2,
  codes: ReadonlyArray<string> = ['HKGPP'],
  {
    plan = planJson(),
    returnFatal = false,
    elements = [],
    monitors = [],
    checksum,
    awaited = NOT_AWAITED,
    ciber,
    statementDetail = false,
  }: TermsOptions = {},
): RoamingConfiguration => ({
  home: 'CHNCM',
  zone: 'Asia/Shanghai',
  partners: new Map(
    codes.map((code) => {
      const prefix = VISITORS.get(code);
      const visitors = prefix === undefined ? null : visitorsOf(prefix);
      return [
        code,
        {
          ...{
            code,
            name: `partner ${code}`,
            bookDigits,
            returnFatal,
            visitors,
            ciber: CIBER.get(code) ?? ciber ?? null,
          },
          ...{ checksum: checksum ?? null, awaited, statementDetail },
        },
      ];
    }),
  ),
  elements: new Map(elements.map((one) => [one.code, one])),
  cycles: new Map(),
  monitors: new Map(monitors.map((one) => [one.code, one])),
  plan: 'TRAVEL',
  first: [
    { kind: 'plan', name: 'TRAVEL', document: plan },
    ...codes.map((code) => ({
      kind: 'agreement' as const,
      name: agreementName('CHNCM', code),
      document: agreementJson(code),
    })),
    ...codes
      .filter((code) => VISITORS.has(code))
      .map((code) => ({
        kind: 'agreement' as const,
        name: agreementName(code, 'CHNCM'),
        document: visitorsAgreementJson(code),
      })),
  ],
});

interface AgreementJson {
  readonly terms: ReadonlyArray<{ readonly rates: ReadonlyArray<{ readonly name: string }> } & object>;
}

/** The same with dearer messages and cheaper calls received. */
const corrected = (json: Readonly<Record<string, unknown>>): unknown => {
  // Decoded where it is used.
  const agreement = json as unknown as AgreementJson;
  const prices: Readonly<Record<string, string>> = { 'mo-sms': '0.08', mtc: '0.001' };
  const terms = agreement.terms.map((one) => ({
    ...one,
    rates: one.rates.map((rate) => {
      const price = prices[rate.name];
      const unit = { units: 1, price };
      return price === undefined ? rate : { ...rate, first: unit, following: unit };
    }),
  }));
  return { ...agreement, terms };
};

export const correctedAgreement = (visited: string): unknown => corrected(agreementJson(visited));

export const correctedVisitorsAgreement = (home: string): unknown => corrected(visitorsAgreementJson(home));
