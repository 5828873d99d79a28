import { Effect } from 'effect';
import { numberIdOf, readNumber, tellNumber } from '../../actors/mandates/asking.ts';
import { numberActor } from '../../actors/mandates/number.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { Msisdn } from '../../domain/mandates/identifiers.ts';
import type { AnswerOf, DraftOf } from '../../domain/mandates/messages/schema.ts';
import type { CaseAction } from '../../domain/mandates/schema.ts';
import type { RunningBank } from '../../partners/bank/simulator.ts';
import type { RunningProvince } from '../../partners/province/simulator.ts';
import type { ProvinceSubscriber } from '../../partners/province/simulator-books.ts';
import type { Simulators } from '../../partners/simulators.ts';
import { CLAIM, cardOf, RULES, TERMS } from './mandates.ts';
import { tenant } from './mandates-house.ts';

/** What banks and staff do in a flow about a mandate, and how each side stands afterwards. */

export interface Opening {
  readonly bank: string;
  readonly agreement: string;
  readonly number: string;
}

type Sides = Pick<Simulators, 'banks' | 'provinces'>;

export const bankOf = (sides: Sides, code: string): RunningBank => {
  const found = sides.banks.find(({ listed }) => listed.code === code);
  if (found === undefined) throw new Error(`no bank ${code}`);
  return found;
};

export const provinceOf = (sides: Sides, number: string): RunningProvince => {
  const found = sides.provinces.find(({ listed }) => listed.segments.some((segment) => number.startsWith(segment)));
  if (found === undefined) throw new Error(`no province for ${number}`);
  return found;
};

let numbers = 0;
/** A number that nobody has used, at home in a province. */
export const newNumber = async (sides: Sides, home = '110000', kind: Partial<ProvinceSubscriber> = {}) => {
  const province = sides.provinces.find(({ listed }) => listed.code === home);
  if (province === undefined) throw new Error(`no province ${home}`);
  numbers += 1;
  const number = `${province.listed.segments[0]}${String(200_000 + numbers)}`;
  await province.setSubscriber(number, kind);
  return number;
};

let messages = 0;
/** Each with a new id. */
const common = ({ bank, agreement, number }: Opening) => {
  messages += 1;
  return { id: `M-${messages}`, request: `R-${agreement}`, bank, agreement, number };
};
export const account = cardOf(1);

export const messageOf = {
  openRequest: (opening: Opening): DraftOf<'openRequest'> => ({
    ...common(opening),
    type: 'openRequest',
    account,
    channel: 'onlineBanking',
  }),
  resultNotice: (opening: Opening, terms = TERMS): DraftOf<'resultNotice'> => ({
    ...common(opening),
    type: 'resultNotice',
    account,
    channel: 'onlineBanking',
    userType: 'prepaid',
    terms,
  }),
  declineNotice: (opening: Opening): DraftOf<'declineNotice'> => ({
    ...common(opening),
    type: 'declineNotice',
    reason: 'not wanted after all',
  }),
  cancelRequest: (opening: Opening): DraftOf<'cancelRequest'> => ({
    ...common(opening),
    type: 'cancelRequest',
    reason: 'at the branch',
  }),
} as const;

type Said = 'openRequest' | 'resultNotice' | 'declineNotice' | 'cancelRequest';
type Sayable = { readonly [Type in Said]: DraftOf<Type> }[Said];

/** Once; throws when nobody answers. */
export const say = async <D extends Sayable>(sides: Sides, draft: D): Promise<AnswerOf<D['type']>> =>
  // The exchange has seen that it is the answer to this message.
  (await bankOf(sides, draft.bank).say(draft)) as AnswerOf<D['type']>;

const PAUSE_MS = 100;

/** As a bank does: the same message again until it is answered. */
export const insist = async <D extends Sayable>(sides: Sides, draft: D): Promise<AnswerOf<D['type']>> => {
  for (;;) {
    const answer = await say(sides, draft).catch(() => undefined);
    if (answer !== undefined && answer.result !== 'Busy') return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
};

/** Whoever cancels on the carrier's side. */
export const cancelHere = ({ bank, agreement, number }: Opening, message: string) =>
  tellNumber(
    { _tag: 'Cancel', message, number: number as Msisdn, bank, agreement, by: 'staff', reason: 'the user asks' },
    { tenant, subject: 'wang' },
  );

/** Made on the bank's page after a redirect. */
export const establishFromHall = ({ bank, agreement, number }: Opening, message: string, terms = TERMS) =>
  tellNumber(
    {
      _tag: 'Establish',
      message,
      number: number as Msisdn,
      claim: { ...CLAIM, bank, agreement, account, channel: 'hall', terms },
      rules: RULES,
    },
    { tenant, subject: 'hall' },
  );

export const stateOf = (number: string) =>
  Effect.flatMap(numberIdOf(tenant, number as Msisdn), readNumber).pipe(Effect.map((found) => found?.state ?? null));

/** A person decides the number's open case. */
export const resolveCase = (number: string, action: CaseAction, subject = 'wang') =>
  Effect.gen(function* () {
    const id = yield* numberIdOf(tenant, number as Msisdn);
    const open = (yield* stateOf(number))?.cases[0];
    if (open === undefined) throw new Error('there is no case');
    const command = { _tag: 'Resolve', case: open.id, action, note: 'asked the user' } as const;
    const envelope = { commandId: `${open.id}/${subject}`, caller: { tenant, subject, roles: [] } };
    return (yield* (yield* Actors).ask(numberActor, { id, command, envelope })).reply;
  });

/** `CMB/A-1 formal`, or `none`: one word of each side about a number. */
export const wordsAbout = (sides: Sides, number: string, opened: ReadonlyArray<Opening>) =>
  Effect.map(stateOf(number), (state) => {
    const wordOf = (relation: { bank: string; agreement: string; status: string } | null | undefined): string =>
      relation === null || relation === undefined
        ? 'none'
        : `${relation.bank}/${relation.agreement} ${relation.status}`;
    const province = provinceOf(sides, number);
    const atBanks = opened
      .filter(({ bank, agreement }) => bankOf(sides, bank).formal().includes(agreement))
      .map(({ bank, agreement }) => `${bank}/${agreement} formal`);
    return {
      here: wordOf(state?.relation),
      banks: atBanks.length === 0 ? 'none' : atBanks.join(', '),
      province: wordOf(province.records().get(number)?.relation),
      boss: wordOf(province.boss().get(number)?.relation),
    };
  });

export const everywhere = (word: string) => ({ here: word, banks: word, province: word, boss: word });
