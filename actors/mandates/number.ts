import { numberDecider } from '../../domain/mandates/number.ts';
import {
  type NumberCommand,
  NumberEvent,
  NumberReply,
  NumberState,
  numberCommands,
} from '../../domain/mandates/schema.ts';
import { defineActor, type ReminderChange } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** What the relation is by now decides: an agreement may end while another one's provisional relation stands. */
const endOfProvisional = (
  event: NumberEvent,
  { relation }: NumberState,
): ReadonlyArray<ReminderChange<NumberCommand>> => {
  if (event._tag !== 'Reserved' && event._tag !== 'Formalised' && event._tag !== 'Ended') return [];
  if (relation?.status !== 'provisional' || relation.expiresAtMs === null) return [{ _tag: 'Cancel', name: 'expiry' }];
  const { bank, agreement, expiresAtMs } = relation;
  return [{ _tag: 'Set', name: 'expiry', atMs: expiresAtMs, command: { _tag: 'Expire', bank, agreement } }];
};

/** All mandates of a primary number; its key is a pseudonym of the number (`numberKey` in `store/mandates/`). */
export const numberActor = defineActor({
  kind: 'mandates.number',
  decider: numberDecider,
  commands: answering(numberCommands, NumberReply),
  event: NumberEvent,
  eventVersion: 1,
  state: NumberState,
  stateVersion: 1,
  collection: 'mandates_numbers',
  // Numbers and accounts are personal data.
  sealed: true,
  receipts: 32,
  idleAfterMs: 5_000,
  reminders: endOfProvisional,
});
