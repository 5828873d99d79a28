import { maskId } from '../kernel/mask.ts';
import type { Language } from '../kernel/report.ts';
import type { CHECKED_RULES } from './eligibility.ts';
import { numberDecider } from './number.ts';
import { rulesVersionAt } from './province-rules.ts';
import type { Answer, Claim, NumberEvent, NumberState, RulesState, Terms } from './schema.ts';
import { type Named, nameOf, sameName } from './state.ts';
import { chinaTime, WORDS, yuan } from './words.ts';

/**
 * What became of an agreement, as staff read it: who said what when, what it changed, what was answered, and which rule said
 * so. Taken from the turns of its number's actor; accounts are masked.
 */

export interface Turn {
  readonly rev: number;
  readonly atMs: number;
  /** Who asked: a person, or `service:…`. */
  readonly subject: string;
  readonly command: string;
  readonly events: ReadonlyArray<NumberEvent>;
}

export interface HistoryLine {
  readonly rev: number;
  readonly atMs: number;
  readonly by: string;
  readonly command: string;
  /** Of the message; null of what is none: the clock, a person's decision. */
  readonly message: string | null;
  readonly answer: Answer['word'] | null;
  readonly code: string | null;
  readonly rule: {
    readonly name: string;
    /** Of the province's rules in force then; null when it had none. */
    readonly fromMs: number | null;
    readonly note: string | null;
  } | null;
  /** What changed, a sentence each, in the language asked for. */
  readonly text: ReadonlyArray<string>;
}

type CheckedRule = (typeof CHECKED_RULES)[number];
/** Which rule of a province gives a code; of the others, the code says enough. */
const RULES_BY_CODE: Readonly<
  Record<string, CheckedRule | 'prepaid.threshold' | 'prepaid.amount' | 'postpaid' | 'charges'>
> = {
  AlreadyMandated: 'existingRelation',
  SecondaryNumber: 'primaryNumber',
  NumberNotNormal: 'status',
  ExclusiveService: 'exclusiveServices',
  Blacklisted: 'blacklist',
  CollectionUser: 'collection',
  PrepaidNotOffered: 'userType',
  ThresholdOutOfBounds: 'prepaid.threshold',
  AmountOutOfBounds: 'prepaid.amount',
  TermsOfPrepaid: 'postpaid',
  AutomaticPaymentNotOffered: 'postpaid',
  DayLimit: 'charges',
  MonthLimit: 'charges',
};

const termsText = ({ thresholdMinor, amountMinor, automaticPayment }: Terms, language: Language): string => {
  const prepaid = thresholdMinor !== null && amountMinor !== null;
  if (language === 'zh') {
    return prepaid
      ? `阈值 ${yuan(thresholdMinor)} 元，充值 ${yuan(amountMinor)} 元`
      : automaticPayment
        ? '自动缴费'
        : '不自动缴费';
  }
  if (prepaid) return `below ¥${yuan(thresholdMinor)} topped up by ¥${yuan(amountMinor)}`;
  return automaticPayment ? 'bills paid by themselves' : 'bills not paid by themselves';
};

const claimText = (claim: Claim, language: Language): string =>
  `${claim.bank} ${claim.agreement}, ${maskId(claim.account.number)}, ${termsText(claim.terms, language)}`;

const RULE = { zh: '理由', en: 'reason' } as const;

const endText = (event: Extract<NumberEvent, { readonly _tag: 'Ended' | 'CancelBegun' }>, language: Language) => {
  const { party, status } = WORDS[language];
  const what = event._tag === 'Ended' ? status[event.ending] : status.cancelling;
  return `${what} (${party[event.by]}; ${RULE[language]}: ${event.reason})`;
};

type CaseEvent = Extract<NumberEvent, { readonly _tag: 'CaseOpened' | 'CaseProposed' | 'CaseClosed' }>;

/** @param own whether the case is about this agreement; of another one that meets it, no more is said than that */
const caseText = (event: CaseEvent, own: boolean, language: Language): string => {
  const { caseKind, action } = WORDS[language];
  const zh = language === 'zh';
  if (event._tag === 'CaseOpened') {
    const { id, kind, theirs, twoPersons } = event.case;
    const two = twoPersons ? (zh ? '，须两人确认' : ', takes two persons') : '';
    const about = own ? `: ${claimText(theirs, language)}` : '';
    return `${zh ? '转人工处理' : 'a case was opened'} ${id} (${caseKind[kind]}${two})${about}`;
  }
  const done = event._tag === 'CaseProposed' ? (zh ? '提议' : 'proposed') : zh ? '决定' : 'decided';
  return `${event.case}: ${event.by} ${done} ${action[event.action]} (${event.note})`;
};

const textOf = (event: NumberEvent, own: boolean, language: Language): string | undefined => {
  const { status, charge, chargeStatus, answer } = WORDS[language];
  switch (event._tag) {
    case 'Reserved':
      return `${status.provisional} → ${chinaTime(event.expiresAtMs)}: ${claimText(event.claim, language)}`;
    case 'Formalised':
      return `${status.formal}: ${claimText(event.claim, language)}`;
    case 'Changed':
      return `${language === 'zh' ? '变更' : 'changed'}: ${claimText(event.claim, language)}`;
    case 'Ended':
    case 'CancelBegun':
      return endText(event, language);
    case 'CancelRejected':
      return `${status.formal} (${language === 'zh' ? '解约被银行拒绝' : 'the bank does not let it go'}: ${event.reason})`;
    case 'CaseOpened':
    case 'CaseProposed':
    case 'CaseClosed':
      return caseText(event, own, language);
    case 'ChargeBegun': {
      const { id, kind, attempt, amountMinor } = event.charge;
      return `${charge[kind]} ${id} #${attempt}: ¥${yuan(amountMinor)}`;
    }
    case 'ChargeSettled':
      return `${event.charge}: ${chargeStatus[event.status]}`;
    case 'Stopped':
      return answer.stopped;
    case 'Resumed':
      return answer.resumed;
    case 'Answered':
      return undefined;
  }
};

/** Whether the event is about the agreement itself, about what stands in its place, or about neither. */
const bearingOf = (event: NumberEvent, name: Named, state: NumberState): 'own' | 'met' | 'none' => {
  const ours = state.relation !== null && sameName(name)(state.relation);
  const ofCase = (theirs: Named | undefined) =>
    theirs !== undefined && sameName(name)(theirs) ? 'own' : ours ? 'met' : 'none';
  switch (event._tag) {
    case 'Reserved':
    case 'Formalised':
    case 'Changed':
      return sameName(name)(nameOf(event.claim)) ? 'own' : 'none';
    case 'Ended':
    case 'CancelBegun':
    case 'CancelRejected':
      return sameName(name)(event) ? 'own' : 'none';
    case 'CaseOpened':
      return ofCase(event.case.theirs);
    case 'CaseProposed':
    case 'CaseClosed':
      return ofCase(state.cases.find(({ id }) => id === event.case)?.theirs);
    case 'ChargeBegun':
      return sameName(name)(event.charge) ? 'own' : 'none';
    case 'ChargeSettled': {
      const charged = state.charges.find(({ id }) => id === event.charge);
      return charged !== undefined && sameName(name)(charged) ? 'own' : 'none';
    }
    case 'Stopped':
    case 'Resumed':
      return ours ? 'own' : 'none';
    case 'Answered':
      return 'none';
  }
};

const ruleOf = (code: string | null, rules: RulesState, atMs: number): HistoryLine['rule'] => {
  const name = RULES_BY_CODE[code ?? ''];
  if (name === undefined) return null;
  const version = rulesVersionAt(rules, atMs);
  return { name, fromMs: version?.fromMs ?? null, note: version?.note ?? null };
};

/**
 * The lines of one agreement, the oldest first. A message that changed nothing says in the journal what was answered, not which
 * agreement it named: these stand among the lines of each agreement of the number.
 * @param turns all of the number's actor, in order from the first
 */
export const historyOf = (
  turns: ReadonlyArray<Turn>,
  name: Named,
  rules: RulesState,
  language: Language,
): ReadonlyArray<HistoryLine> => {
  const lines: Array<HistoryLine> = [];
  let state = numberDecider.initial;
  for (const { rev, atMs, subject, command, events } of turns) {
    const text: Array<string> = [];
    for (const event of events) {
      const bearing = bearingOf(event, name, state);
      const said = bearing === 'none' ? undefined : textOf(event, bearing === 'own', language);
      if (said !== undefined) text.push(said);
      state = numberDecider.evolve(state, event);
    }
    const answered = events.find((event) => event._tag === 'Answered')?.answer;
    const onlyAnswered = events.length === 1 && answered !== undefined;
    if (text.length === 0 && !onlyAnswered) continue;
    const [answer, code] = [answered?.word ?? null, answered?.code ?? null];
    const rule = ruleOf(code, rules, atMs);
    lines.push({ rev, atMs, by: subject, command, message: answered?.message ?? null, answer, code, rule, text });
  }
  return lines;
};
