import { Effect } from 'effect';
import { outgoingActor } from '../../actors/roaming/outgoing.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { orBeginning } from '../../actors/runtime/beginning.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { outgoingDecider } from '../../domain/roaming/outgoing/outgoing.ts';
import type { OutgoingCommand } from '../../domain/roaming/outgoing/schema.ts';
import { CurrentStep } from '../activity.ts';

/** How steps ask the actor of what goes out to a partner. */

export interface ToPartner {
  readonly tenant: TenantId;
  /** TADIG code. */
  readonly partner: string;
}

/** `fact` tells apart what one step asks more than once. */
export const askOutgoing = (
  { tenant, partner }: ToPartner,
  command: OutgoingCommand,
  ...fact: ReadonlyArray<string | number>
) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller, commandIdFor } = yield* CurrentStep;
    const envelope = { commandId: commandIdFor(command._tag, partner, ...fact), caller };
    const { reply } = yield* actors.ask(outgoingActor, { id: { tenant, key: partner }, command, envelope });
    return reply;
  });

export const readOutgoing = ({ tenant, partner }: ToPartner) =>
  Effect.flatMap(Actors, (actors) => actors.read(outgoingActor, { tenant, key: partner })).pipe(
    orBeginning(outgoingDecider.initial),
  );
