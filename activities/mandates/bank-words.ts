import { Effect } from 'effect';
import { tellNumber } from '../../actors/mandates/asking.ts';
import { type Fault, isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { BankWord } from '../../domain/mandates/changes.ts';
import type { Msisdn } from '../../domain/mandates/identifiers.ts';
import type { ResultCode } from '../../domain/mandates/messages/results.ts';
import { BankPort } from '../../partners/bank/port.ts';
import type { AgreementChange, AgreementInput, Standing } from '../../workflows/mandates/contract.ts';
import { CurrentStep } from '../activity.ts';

/**
 * What a bank is told of an agreement of its own (docs/partners/bank.md). A word that is overtaken by what has happened
 * since is not said; each has an id that follows from the turn it comes from, so the bank knows it again.
 */

const STILL_TRUE: Readonly<Record<BankWord, (standing: Standing) => boolean>> = {
  formed: (standing) => standing === 'formal',
  expired: (standing) => standing === 'expired',
  takeBack: (standing) => standing !== 'provisional' && standing !== 'formal' && standing !== 'cancelling',
  askCancel: (standing) => standing === 'cancelling',
};

/** It does not stand there: so much the better when it is to end. */
const GONE: ReadonlySet<ResultCode> = new Set(['Done', 'RelationUnknown', 'RelationEnded', 'ProvisionalExpired']);

const refusedByBank = (result: ResultCode): Refusal =>
  refuse('conflict', `BankSays${result}`, `The bank answers ${result}.`, {
    action: 'Settle it with the bank, and have it told again.',
  });

/** The bank's answer is the actor's too: confirmed, or rejected. Who has settled it meanwhile has settled it. */
const answered = ({ rev, ...word }: Said, result: ResultCode) =>
  Effect.gen(function* () {
    const { tenant, bank, agreement, msisdn } = word;
    const { subject } = (yield* CurrentStep).caller;
    const said = { message: `hufu:${rev}:${result === 'CancelRejected' ? 'rejected' : 'confirmed'}`, number: msisdn };
    const command =
      result === 'CancelRejected'
        ? ({ _tag: 'RejectCancel', ...said, bank, agreement, reason: 'The bank does not let it go.' } as const)
        : ({ _tag: 'ConfirmCancel', ...said, bank, agreement } as const);
    yield* tellNumber(command, { tenant, subject }).pipe(
      Effect.catchIf(
        (failure) => isRefusal(failure) && failure.code !== 'MessageConflict',
        () => Effect.void,
      ),
    );
  });

interface Said extends AgreementInput, AgreementChange {
  readonly msisdn: Msisdn;
}

const say = (word: Said, tell: BankWord): Effect.Effect<ResultCode, Refusal | Fault, BankPort> =>
  Effect.gen(function* () {
    const banks = yield* BankPort;
    const { bank, agreement, rev, msisdn, reason } = word;
    const key = word.number.slice(0, 16);
    const draft = { id: `hufu:${key}:${rev}:${tell}`, request: `hufu:${key}:${rev}`, bank, agreement, number: msisdn };
    const { result } =
      tell === 'formed'
        ? yield* banks.send({ ...draft, type: 'formedNotice' })
        : tell === 'expired'
          ? yield* banks.send({ ...draft, type: 'provisionalEnded', how: 'expired' })
          : yield* banks.send({ ...draft, type: 'cancelRequest', reason });
    return result;
  });

/** Refused with a code behind `BankSays` when the bank takes the message and does not do what it says. */
export const sayToBank = (word: Said, standing: Standing) =>
  Effect.gen(function* () {
    const { tell } = word;
    if (tell === null || !STILL_TRUE[tell](standing)) return;
    const result = yield* say(word, tell);
    if (tell === 'askCancel' && (GONE.has(result) || result === 'CancelRejected')) return yield* answered(word, result);
    if (tell === 'formed' ? result === 'Done' : GONE.has(result)) return;
    yield* Effect.fail(refusedByBank(result));
  });
