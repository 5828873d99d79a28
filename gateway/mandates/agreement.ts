import { Effect, Schema } from 'effect';
import { findAgreement } from '../../actors/mandates/agreements.ts';
import { numberActor } from '../../actors/mandates/number.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import { isMsisdn, type Msisdn } from '../../domain/mandates/identifiers.ts';
import { AgreementNo, Answer, BankCode, type NumberCommand, type NumberReply } from '../../domain/mandates/schema.ts';
import { type RouteRequest, sampled } from '../route.ts';
import { AGREEMENT, BANK } from './samples.ts';

/** One agreement of a bank, as routes name it and change it. */

export const agreementParams = sampled(Schema.Struct({ bank: BankCode, agreement: AgreementNo }), {
  bank: BANK,
  agreement: AGREEMENT,
});

const ActorKey = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{32}$/));
/** A bank may have used an agreement number for two phone numbers. */
export const agreementQuery = {
  key: Schema.optionalWith(ActorKey, { exact: true }).annotations({
    description: '`key` of a search, where a bank has the agreement number for two phone numbers; default: what stands',
  }),
};
const query = sampled(Schema.Struct(agreementQuery), {});
/** What every route about one agreement takes. */
export const agreementIn = { params: agreementParams, query } as const;

type Asked = Pick<RouteRequest, 'tenant' | 'reach' | 'envelope' | 'caller' | 'commandId'> & {
  readonly params: { readonly bank: string; readonly agreement: string };
  readonly query: { readonly key?: string };
};

/** Refusal: MandateUnknown, also of one of another province. */
export const agreementWithin = ({ tenant, reach, params: name, query: { key } }: Asked) =>
  findAgreement({ tenant, reach, name, key });

/** What staff are told of a change; of the number's other agreements only which banks hear of it. */
export const Changed = Schema.Struct({
  word: Answer.fields.word,
  code: Answer.fields.code,
  case: Answer.fields.subject,
  tell: Answer.fields.tell.annotations({ description: 'Agreements that their banks are told to cancel' }),
  changed: Schema.Boolean,
}).annotations({ identifier: 'MandateChange' });

export const changedOf = ({ word, code, subject, tell, changed }: NumberReply): typeof Changed.Type => ({
  word,
  code,
  case: subject,
  tell,
  changed,
});

const notStanding = refuse('conflict', 'NotStanding', 'The agreement does not stand any more.');

/** A message of staff: known again by the request's key. */
export const messageFor = ({ caller, commandId }: Asked): string =>
  `staff-${sm3Hex(`${caller.subject}\n${commandId}`).slice(0, 32)}`;

/** The number, for a message about it. */
export const numberOf = (number: string | null): Msisdn => {
  if (number !== null && isMsisdn(number)) return number;
  throw new Error('a number with agreements has no number');
};

/** Asks the number's actor, in the caller's name. */
export const askNumber = (asked: Asked, key: string, command: NumberCommand) =>
  Effect.flatMap(Actors, (actors) =>
    actors.ask(numberActor, { id: { tenant: asked.tenant, key }, command, envelope: asked.envelope }),
  );

/** A relation that may be charged or be let be: not one that is over. */
export const standing = <F extends { readonly known: { readonly relation: unknown } }>(found: F) =>
  found.known.relation === undefined ? Effect.fail(notStanding) : Effect.succeed(found);

export const agreementRefusals = { notStanding } as const;
