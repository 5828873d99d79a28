import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { compileVersions, type ReadyTerms, repeated } from './compile.ts';
import { quantumOf } from './decimal.ts';
import { isMonthly, NO_TOTALS, type Totals } from './discounts.ts';
import { type Price, rateUnder, type Step, type UsageEvent } from './rate.ts';
import { agreementRefusals, type Problems, problemsOf, ratingRefusals } from './refusals.ts';
import type { Balance, RetailPlan } from './schema.ts';
import { isUsage } from './services.ts';

/**
 * What a subscriber pays (seed 002 §2.1.3, §3.2.2): packages first, the one that ends soonest before the others, then the
 * tariff of the visited network for what no package covers.
 */

type Package = RetailPlan['packages'][number];

interface Money {
  readonly currency: string;
  readonly decimals: number;
}

interface Tariffs {
  readonly byNetwork: ReadonlyMap<string, ReadonlyArray<ReadyTerms>>;
  /** Of networks that no tariff names. */
  readonly elsewhere: ReadonlyArray<ReadyTerms> | undefined;
}

export interface ReadyPlan extends Tariffs {
  readonly id: string;
  readonly packages: ReadonlyMap<string, Package>;
  /** Of its packages' prices; null: none has one. */
  readonly money: Money | null;
  /** Of a subscriber's numbers of the visited country; null: the plan makes no difference between numbers. */
  readonly local: Tariffs | null;
  /** Membership levels and package types that its discounts name. */
  readonly subscribers: ReadonlySet<string>;
}

export const tariffIn = ({ byNetwork, elsewhere }: Tariffs, network: string): ReadonlyArray<ReadyTerms> | undefined =>
  byNetwork.get(network) ?? elsewhere;

/** Without the discounts of the month, which no event has of its own. */
const ofEvents = (ready: ReadyTerms): ReadyTerms => {
  const { voice, sms, data } = ready.discounts;
  const own = (rules: typeof voice) => rules.filter((rule) => !isMonthly(rule));
  return { ...ready, discounts: { voice: own(voice), sms: own(sms), data: own(data) }, wholeDiscounts: [] };
};

type Ordered = ReadonlyArray<readonly [number, RetailPlan['tariffs'][number]]>;

const compileTariffs = (tariffs: Ordered, problems: Refusal[]): Tariffs => {
  const byNetwork = new Map<string, ReadonlyArray<ReadyTerms>>();
  let elsewhere: ReadonlyArray<ReadyTerms> | undefined;
  for (const [at, { networks, terms }] of tariffs) {
    const [versions, found] = compileVersions(terms, `tariffs/${at}/terms`);
    const ready = versions.map(ofEvents);
    problems.push(...found);
    const twice = networks.length === 0 ? elsewhere !== undefined : networks.some((network) => byNetwork.has(network));
    if (twice) problems.push(agreementRefusals.networkTwice(`tariffs/${at}/networks`));
    if (networks.length === 0) elsewhere = ready;
    for (const network of networks) byNetwork.set(network, ready);
  }
  return { byNetwork, elsewhere };
};

/** What a file brings a subscriber is in one currency, whichever of his numbers it is of. */
const currencyProblems = (locals: Ordered, all: Tariffs): ReadonlyArray<Refusal> =>
  locals.flatMap(([at, { networks, terms }]) => {
    const others =
      networks.length === 0 ? [all.elsewhere, ...all.byNetwork.values()] : networks.map((one) => tariffIn(all, one));
    const money = others.flatMap((versions) => versions?.[0]?.terms ?? []);
    const fits = terms.every(({ currency, decimals }) =>
      money.every((one) => one.currency === currency && one.decimals === decimals),
    );
    return fits ? [] : [agreementRefusals.otherCurrency(`tariffs/${at}/terms`)];
  });

/** In what the plan's packages are paid: in what its usage is. */
const moneyOf = ({ packages, tariffs }: RetailPlan, problems: Refusal[]): Money | null => {
  const all = tariffs.flatMap(({ terms }) => terms.map(({ currency, decimals }) => ({ currency, decimals })));
  const [money] = all;
  const priced = [...packages.entries()].flatMap(([at, { price }]) => (price === null ? [] : [{ at, price }]));
  if (money === undefined || priced.length === 0) return null;
  const same = all.every(({ currency, decimals }) => currency === money.currency && decimals === money.decimals);
  for (const { at, price } of priced) {
    const field = `packages/${at}/price`;
    if (!same) problems.push(agreementRefusals.priceWithoutCurrency(field));
    else if (price % quantumOf(money.decimals) !== 0n) problems.push(agreementRefusals.amountTooFine(field));
  }
  return money;
};

/** @returns everything that is wrong with it when something is. */
export const compilePlan = (plan: RetailPlan): ReadyPlan | Problems => {
  const { id, packages, tariffs } = plan;
  const problems: Refusal[] = repeated(packages.map(({ name }) => name)).map((at) =>
    agreementRefusals.nameTwice(`packages/${at}/name`),
  );
  const ordered = [...tariffs.entries()];
  const all = compileTariffs(
    ordered.filter(([, { numbers }]) => numbers === 'all'),
    problems,
  );
  const locals = ordered.filter(([, { numbers }]) => numbers === 'local');
  const local = locals.length === 0 ? null : compileTariffs(locals, problems);
  problems.push(...currencyProblems(locals, all));
  const money = moneyOf(plan, problems);
  if (problems.length > 0) return problemsOf(problems);
  const subscribers = tariffs.flatMap(({ terms }) =>
    terms.flatMap(({ discounts }) => discounts.flatMap((discount) => discount.subscribers)),
  );
  return {
    id,
    packages: new Map(packages.map((one) => [one.name, one])),
    money,
    ...all,
    local,
    subscribers: new Set(subscribers),
  };
};

/** What granting a package costs, in minor units; null: nothing. Refusals: PackageNotInPlan. */
export const priceOfPackage = (
  { packages, money }: ReadyPlan,
  name: string,
): (Money & { readonly amountMinor: bigint }) | null | Refusal => {
  const found = packages.get(name);
  if (found === undefined) return ratingRefusals.packageNotInPlan();
  if (found.price === null || money === null) return null;
  return { ...money, amountMinor: found.price / quantumOf(money.decimals) };
};

/** Membership level and package type of a subscriber, as far as the plan has discounts for them. */
export const groupsIn = (
  { subscribers }: Pick<ReadyPlan, 'subscribers'>,
  profile: { readonly membership: string | null; readonly packageType: string | null } | null,
): ReadonlyArray<string> =>
  [profile?.membership ?? null, profile?.packageType ?? null].filter(
    (one) => one !== null && subscribers.has(one),
  ) as string[];

const covers = (
  { service, directions, networks }: Package,
  event: Pick<UsageEvent, 'service' | 'direction' | 'visited'>,
): boolean =>
  service === event.service &&
  (directions.length === 0 || directions.includes(event.direction)) &&
  (networks.length === 0 || networks.includes(event.visited));

/** Why usage, or what is left of it, is not of a balance (seed 002 §2.2.2). */
export const OUTSIDE = [
  'NotInPlan',
  'OtherService',
  'OtherDirection',
  'OtherNetwork',
  'NotYet',
  'Over',
  'UsedUp',
  'GrantedLater',
] as const;
export type Outside = (typeof OUTSIDE)[number];

/**
 * Of each balance that nothing of the event was taken from, the first reason that holds; none when others cover all of it.
 * Where usage is left, one that covers the event and holds at its moment had nothing left when the event was priced, for
 * packages come before the tariff; one that has something left was not there yet.
 *
 * @param taken what the event takes off each balance, in seconds, bytes or messages.
 */
export const outsideOf = (
  { packages }: Pick<ReadyPlan, 'packages'>,
  event: Pick<UsageEvent, 'service' | 'direction' | 'visited' | 'atMs' | 'quantity'>,
  balances: ReadonlyArray<Balance>,
  taken: ReadonlyMap<string, number>,
): ReadonlyArray<{ readonly balance: string; readonly package: string; readonly reason: Outside }> => {
  if ([...taken.values()].reduce((sum, one) => sum + one, 0) >= event.quantity) return [];
  const reasonOf = ({ package: name, left, fromMs, untilMs }: Balance): Outside => {
    const one = packages.get(name);
    if (one === undefined) return 'NotInPlan';
    if (one.service !== event.service) return 'OtherService';
    if (!covers({ ...one, networks: [] }, event)) return 'OtherDirection';
    if (!covers(one, event)) return 'OtherNetwork';
    if (event.atMs < fromMs) return 'NotYet';
    if (event.atMs >= untilMs) return 'Over';
    return left > 0 ? 'GrantedLater' : 'UsedUp';
  };
  return balances
    .filter(({ id }) => !taken.has(id))
    .map((one) => ({ balance: one.id, package: one.package, reason: reasonOf(one) }));
};

const soonest = (a: Balance, b: Balance): number => a.untilMs - b.untilMs || (a.id < b.id ? -1 : 1);

/** What is taken off which balance, as steps; the usage that is left. */
const takePackages = (
  { packages }: ReadyPlan,
  event: UsageEvent,
  balances: ReadonlyArray<Balance>,
): { readonly steps: Step[]; readonly left: number } => {
  const steps: Step[] = [];
  let left = event.quantity;
  const usable = balances.filter(
    ({ fromMs, untilMs, left }) => left > 0 && fromMs <= event.atMs && event.atMs < untilMs,
  );
  for (const balance of usable.sort(soonest)) {
    const one = packages.get(balance.package);
    if (left === 0) break;
    if (one === undefined || !covers(one, event)) continue;
    const over = left % one.unit;
    const wanted = over === 0 ? left : left + one.unit - over;
    const taken = Math.min(balance.left, wanted);
    const quantity = Math.min(left, taken);
    steps.push({
      kind: 'package',
      balance: balance.id,
      package: one.name,
      quantity: BigInt(quantity),
      taken: BigInt(taken),
      amount: 0n,
    });
    left -= quantity;
  }
  return { steps, left };
};

/**
 * What packages have left of an event, by the tariff of the number that it is of: what the local tariff of a number of the
 * visited country has no price for is priced as for all.
 */
export const rateByPlan = (
  plan: ReadyPlan,
  event: UsageEvent,
  before: Totals,
  quantity: bigint,
  steps: ReadonlyArray<Step>,
): Price | Refusal => {
  const local = event.local === true && plan.local !== null ? tariffIn(plan.local, event.visited) : undefined;
  const own = local === undefined ? undefined : rateUnder(local, event, before, quantity, [...steps]);
  if (own !== undefined && !isRefusal(own)) return own;
  const versions = tariffIn(plan, event.visited);
  if (versions === undefined) return ratingRefusals.networkWithoutTariff();
  return rateUnder(versions, event, before, quantity, [...steps]);
};

/**
 * What the event costs the subscriber. Its `package` steps say what is taken off which balance; the balances are the
 * caller's to keep. What no package covers is priced as usage of its own, with first units and setup.
 */
export const rateForSubscriber = (
  plan: ReadyPlan,
  event: UsageEvent,
  balances: ReadonlyArray<Balance>,
  before: Totals = NO_TOTALS,
): Price | Refusal => {
  if (!isUsage(event.service, event.quantity)) return ratingRefusals.invalidQuantity();
  const { steps, left } = takePackages(plan, event, balances);
  return rateByPlan(plan, event, before, BigInt(left), steps);
};

/** The balances after an event was priced. */
export const afterPackages = (balances: ReadonlyArray<Balance>, { steps }: Price): ReadonlyArray<Balance> => {
  const taken = new Map(
    steps.flatMap((step) => (step.kind === 'package' ? [[step.balance, step.taken] as const] : [])),
  );
  return balances.map((one) => ({ ...one, left: one.left - Number(taken.get(one.id) ?? 0n) }));
};
