import type { Command } from 'commander';
import { isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { compileAgreement, type ReadyTerms } from '../../domain/roaming/rating/compile.ts';
import { NO_TOTALS, type Totals } from '../../domain/roaming/rating/discounts.ts';
import { endPeriod } from '../../domain/roaming/rating/period.ts';
import { addPrice, type Price, rateEvent, type UsageEvent, usageEvent } from '../../domain/roaming/rating/rate.ts';
import type { Problems } from '../../domain/roaming/rating/refusals.ts';
import { afterPackages, compilePlan, rateForSubscriber } from '../../domain/roaming/rating/retail.ts';
import {
  type Balance,
  decodeAgreement,
  decodeBalances,
  decodeRetailPlan,
  decodeUsageRecords,
} from '../../domain/roaming/rating/schema.ts';
import { print } from '../admin/answer.ts';
import { EXIT } from '../failure.ts';
import { orFail, readJson, told } from './documents.ts';
import { asJson, explained, explainedEnd } from './explain.ts';

/** `hufu roaming rate`: what events cost under an agreement or a retail plan, explained step by step. */

/** Decodes and compiles what the file holds. */
const ready = <Document, Ready>(
  path: string,
  decode: (json: unknown) => Document | Problems,
  compile: (document: Document) => Ready | Problems,
): Ready => orFail(path, compile(orFail(path, decode(readJson(path)))));

interface Pricing {
  readonly price: (event: UsageEvent) => Price | Refusal;
  readonly versions: ReadonlyArray<ReadyTerms>;
  readonly totals: () => ReadonlyMap<number, Totals>;
}

/** Events one after the other: what one of them takes or adds is there for the next. Totals are kept by version. */
const pricing = (path: string, retail: boolean, balancesPath: string | undefined): Pricing => {
  const totals = new Map<number, Totals>();
  if (!retail) {
    const agreement = ready(path, decodeAgreement, compileAgreement);
    const price = (event: UsageEvent): Price | Refusal => {
      const first = rateEvent(agreement, event);
      if (isRefusal(first)) return first;
      const before = totals.get(first.version) ?? NO_TOTALS;
      const priced = rateEvent(agreement, event, before);
      if (!isRefusal(priced)) totals.set(priced.version, addPrice(before, event, priced));
      return priced;
    };
    return { price, versions: agreement.terms, totals: () => totals };
  }
  const plan = ready(path, decodeRetailPlan, compilePlan);
  let balances: ReadonlyArray<Balance> =
    balancesPath === undefined ? [] : orFail(balancesPath, decodeBalances(readJson(balancesPath)));
  const price = (event: UsageEvent): Price | Refusal => {
    const priced = rateForSubscriber(plan, event, balances);
    if (!isRefusal(priced)) balances = afterPackages(balances, priced);
    return priced;
  };
  return { price, versions: [], totals: () => totals };
};

interface Options {
  readonly retail?: boolean;
  readonly balances?: string;
  readonly end?: boolean;
  readonly json?: boolean;
}

const rate = (path: string, eventsPath: string, { retail, balances, end, json }: Options): number => {
  const { price, versions, totals } = pricing(path, retail === true, balances);
  const found = readJson(eventsPath);
  const records = orFail(eventsPath, decodeUsageRecords(Array.isArray(found) ? found : [found]));
  let code: number = EXIT.ok;
  for (const record of records) {
    const priced = price(usageEvent(record));
    if (isRefusal(priced)) {
      code = EXIT.failed;
      print(json === true ? JSON.stringify({ id: record.id, refusal: priced }) : `${record.id}: ${told(priced)}`);
    } else if (json === true) print(asJson(record.id, priced));
    else for (const line of explained(record.id, priced)) print(line);
  }
  if (end === true) {
    for (const one of versions) {
      const total = totals().get(one.terms.version);
      if (total !== undefined) for (const line of explainedEnd(endPeriod(one, total), one.terms)) print(line);
    }
  }
  return code;
};

export const addRate = (tree: Command, exit: (code: number) => void): void => {
  tree
    .command('rate')
    .description('price events under an agreement, or a retail plan, and explain each price step by step')
    .argument('<agreement>', 'JSON: an agreement; with --retail a plan')
    .argument('<events>', 'JSON: one usage record, or a list of them in the order in which they are priced')
    .option('--retail', 'price as for a subscriber: packages first, then the tariff')
    .option('--balances <file>', 'JSON: what the subscriber has left of packages; with --retail')
    .option('--end', 'end the settlement period after the events: discounts on the whole, commitments')
    .option('--json', 'a line of JSON per event')
    .action((agreement: string, events: string, options: Options) => exit(rate(agreement, events, options)));
};
