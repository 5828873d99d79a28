import { Effect } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { cardWriteActor } from '../../actors/sim/card-write.ts';
import { eopOrderActor } from '../../actors/sim/eop-order.ts';
import { eopRequestOf } from '../../actors/sim/telecom-supply.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import type { EopOrderState, Party, Word } from '../../domain/sim/telecom/schema.ts';
import { wordOf } from '../../domain/sim/telecom/word.ts';
import { EopPort } from '../../partners/eop/port.ts';
import type { WriteResultInput } from '../../workflows/sim/contract.ts';

/**
 * EOP and the CRM are told the same: both are told what the write has come to by the time of the call. What each of
 * them knows is recorded with what EOP handed out.
 */

type Step = Pick<WriteResultInput, 'tenant' | 'request'>;

/** Null for a write that EOP has nothing to do with. */
const orderOf = ({ tenant, request }: Step): Effect.Effect<EopOrderState | null, Refusal | Fault, Actors> =>
  Effect.flatMap(Actors, (actors) => actors.read(eopOrderActor, { tenant, key: request })).pipe(
    Effect.map(({ state }) => state),
    Effect.catchIf(
      (failure) => failure._tag === 'Refusal' && failure.kind === 'missing',
      () => Effect.succeed(null),
    ),
  );

const record = (
  { tenant, request }: Step,
  command:
    | { readonly _tag: 'Told'; readonly party: Party; readonly revision: number; readonly word: Word }
    | { readonly _tag: 'Untold'; readonly party: Party; readonly revision: number; readonly code: string },
  id: string,
) =>
  Effect.gen(function* () {
    const caller = { subject: 'service:card-writing', tenant, roles: [] };
    const envelope = { commandId: `write/${request}/${command._tag}/${id}`, caller };
    yield* (yield* Actors).ask(eopOrderActor, { id: { tenant, key: request }, command, envelope });
  });

/** This party has been told this word; of a write without EOP nothing is recorded. */
export const recordTold = (step: Step, party: Party, revision: number, word: Word) =>
  Effect.gen(function* () {
    if ((yield* orderOf(step)) === null) return;
    yield* record(step, { _tag: 'Told', party, revision, word }, `${party}/${revision}`);
  });

export const recordUntold = ({
  party,
  code,
  ...step
}: WriteResultInput & { readonly party: Party; readonly code: string }) =>
  Effect.gen(function* () {
    if ((yield* orderOf(step)) === null) return null;
    const { revision } = step;
    yield* record(step, { _tag: 'Untold', party, revision, code }, `${party}/${revision}/${code}`);
    return null;
  });

/** `told: false`: EOP was never asked for this write. */
export const tellEop = ({ tenant, request }: WriteResultInput) =>
  Effect.gen(function* () {
    const order = yield* orderOf({ tenant, request });
    const { state, rev } = yield* (yield* Actors).read(cardWriteActor, { tenant, key: request });
    const word = state === null ? undefined : wordOf(state.status);
    if (order === null || order.iccid === null || state === null || word === undefined) return { told: false };
    yield* (yield* EopPort).tellResult({
      request: eopRequestOf({ tenant, request }),
      revision: rev,
      word,
      iccid: order.iccid,
      // What failed is given back whatever it was: EOP may have handed out something that never came.
      imsi: word === 'failed' ? null : order.imsi,
      code: state.code,
    });
    yield* recordTold({ tenant, request }, 'eop', rev, word);
    return { told: true };
  });
