import { decodeElement, type NetworkElementDocument } from '../element/schema.ts';
import { decodeOperator, type Operator } from '../operator/schema.ts';
import { type Department, decodeDepartment, decodePartner, type Partner } from '../partner/schema.ts';
import { compileAgreement, type ReadyAgreement } from '../rating/compile.ts';
import { isMonthly } from '../rating/discounts.ts';
import { isProblems, type Problems, problemsOf } from '../rating/refusals.ts';
import { compilePlan, type ReadyPlan } from '../rating/retail.ts';
import { decodeAgreement, decodeRetailPlan, type RetailPlan } from '../rating/schema.ts';
import { termsRefusals } from './refusals.ts';
import type { TermsKind } from './schema.ts';
import { agreementName } from './terms.ts';

/** A document of terms, checked whole and made ready to be used: everything that is wrong with it, by its place. */

export interface Ready {
  readonly agreement: ReadyAgreement;
  readonly plan: ReadyPlan;
  readonly partner: Partner;
  readonly operator: Operator;
  readonly department: Department;
  readonly element: NetworkElementDocument;
}

/** Places of discounts of the month that are not everybody's, or of a tariff that a record does not tell. */
const tieredDiscounts = ({ tariffs }: RetailPlan) =>
  tariffs.flatMap(({ terms, numbers }, tariff) =>
    terms.flatMap(({ discounts }, version) =>
      [...discounts.entries()].flatMap(([at, discount]) =>
        isMonthly(discount) && (numbers === 'local' || discount.subscribers.length > 0)
          ? [termsRefusals.discountTiered(`tariffs/${tariff}/terms/${version}/discounts/${at}`)]
          : [],
      ),
    ),
  );

const readyPlan = (json: unknown): ReadyPlan | Problems => {
  const plan = decodeRetailPlan(json);
  if (isProblems(plan)) return plan;
  const compiled = compilePlan(plan);
  const tiered = tieredDiscounts(plan);
  if (tiered.length === 0) return compiled;
  return problemsOf([...(isProblems(compiled) ? compiled.refusals : []), ...tiered]);
};

const readyAgreement = (json: unknown): ReadyAgreement | Problems => {
  const agreement = decodeAgreement(json);
  return isProblems(agreement) ? agreement : compileAgreement(agreement);
};

const READY: { readonly [K in TermsKind]: (json: unknown) => Ready[K] | Problems } = {
  agreement: readyAgreement,
  plan: readyPlan,
  partner: decodePartner,
  operator: decodeOperator,
  department: decodeDepartment,
  element: decodeElement,
};

/** What the terms are called that the document is of. */
const NAME: { readonly [K in TermsKind]: (ready: Ready[K]) => string } = {
  agreement: ({ agreement: { home, visited } }) => agreementName(home, visited),
  plan: ({ id }) => id,
  partner: ({ code }) => code,
  operator: ({ code }) => code,
  department: ({ code }) => code,
  element: ({ code }) => code,
};

export const readyTerms = <K extends TermsKind>(kind: K, json: unknown): Ready[K] | Problems => READY[kind](json);

export const nameOfTerms = <K extends TermsKind>(kind: K, ready: Ready[K]): string => NAME[kind](ready);

/** Where a document says what it is called. */
const NAMED: Readonly<Record<TermsKind, string>> = {
  agreement: 'visited',
  plan: 'id',
  partner: 'code',
  operator: 'code',
  department: 'code',
  element: 'code',
};

/** As it may be proposed under this name. */
export const termsNamed = <K extends TermsKind>(kind: K, name: string, json: unknown): Ready[K] | Problems => {
  const ready = readyTerms(kind, json);
  if (isProblems(ready) || nameOfTerms(kind, ready) === name) return ready;
  return problemsOf([termsRefusals.otherName(NAMED[kind])]);
};

/** Of which other kind no document may have the same name: files of both are kept by it. */
export const apartFrom = (kind: TermsKind): TermsKind | undefined =>
  kind === 'partner' ? 'element' : kind === 'element' ? 'partner' : undefined;

/** What of a document that is in force this next one may not change; undefined where the kind fixes nothing. */
export const changeRule = <K extends TermsKind>(
  kind: K,
  after: Ready[K],
): ((before: Ready[K]) => Problems | undefined) | undefined => {
  if (kind !== 'partner') return undefined;
  const { bookDigits } = after as Partner;
  return (before) =>
    (before as Partner).bookDigits === bookDigits ? undefined : problemsOf([termsRefusals.bookDigitsFixed()]);
};
