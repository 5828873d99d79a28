import { compileAgreement, type ReadyAgreement } from '../../domain/roaming/rating/compile.ts';
import { compilePlan } from '../../domain/roaming/rating/retail.ts';
import { decodeAgreement, decodeRetailPlan, type RetailPlan } from '../../domain/roaming/rating/schema.ts';
import type { RoamingTerms } from '../../partners/roaming/port.ts';
import { example, right } from './rating.ts';

/** 0.30 for each minute of a call that is received, which the example leaves out. */
const withReceivedCalls = (plan: RetailPlan): RetailPlan => {
  const price = 300_000_000_000n;
  const minute = { units: 60, price };
  const received = { name: 'received', service: 'voice', direction: 'terminating', zone: null, band: null } as const;
  const rate = { ...received, setup: 0n, first: minute, following: minute, minimum: 0n };
  const tariffs = plan.tariffs.map((tariff) => ({
    ...tariff,
    terms: tariff.terms.map((one) => ({ ...one, rates: [...one.rates, rate] })),
  }));
  return { ...plan, tariffs };
};

/** An agreement like that of the documented examples, with another partner. */
export const agreementWith = (visited: string): ReadyAgreement =>
  right(compileAgreement({ ...right(decodeAgreement(example('agreement'))), visited }));

/** Terms with some partners, all as in the documented examples. */
export const roamingTerms = (
  bookDigits = 2,
  codes: ReadonlyArray<string> = ['HKGPP'],
  returnFatal = false,
): RoamingTerms => ({
  home: 'CHNCM',
  zone: 'Asia/Shanghai',
  partners: new Map(
    codes.map((code) => [
      code,
      { code, name: `partner ${code}`, agreement: agreementWith(code), bookDigits, returnFatal },
    ]),
  ),
  plan: right(compilePlan(withReceivedCalls(right(decodeRetailPlan(example('plan')))))),
});
