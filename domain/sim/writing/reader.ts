import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { READER_QUEUE, type ReaderCommand, type ReaderEvent, type ReaderReply, type ReaderState } from './schema.ts';

/**
 * A reader by its name: which writes wait for it, which one it has, and which session (an open link on some node) may
 * take the next. One at a time, first come first served; what a session had when it was lost goes to the next one,
 * which finds out from the card what became of it.
 */

type Of<Tag extends ReaderCommand['_tag']> = Extract<ReaderCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<ReaderEvent> | Refusal;

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const readerRefusals = {
  unknown: (): Refusal =>
    refuse('missing', 'ReaderUnknown', 'No reader of this name has ever been connected.', { field: 'reader' }),
  invalidName: (): Refusal =>
    refuse('invalid', 'InvalidReaderName', 'A reader has a name of 1–64 letters, digits, . _ -', { field: 'reader' }),
  attached: (): Refusal =>
    refuse('conflict', 'ReaderAttached', 'Another link has this reader; it is not open twice.', {
      action: 'Give the reader another name, or wait until the other link is closed.',
    }),
  sessionOver: (): Refusal => refuse('conflict', 'SessionOver', 'Another link has this reader now.'),
  busy: (): Refusal =>
    refuse('exhausted', 'ReaderBusy', 'As many writes wait for this reader as may.', {
      field: 'reader',
      action: 'Ask again in a moment, or take another reader.',
    }),
} as const;

const attach = (state: ReaderState | null, command: Of<'Attach'>, { actor, nowMs }: Facts): Outcome => {
  const { session, forMs, place } = command;
  if (!NAME.test(actor.key)) return readerRefusals.invalidName();
  const other = state !== null && state.session !== null && state.session !== session && state.untilMs > nowMs;
  if (other) return readerRefusals.attached();
  return [{ _tag: 'Attached', name: actor.key, session, untilMs: nowMs + forMs, place }];
};

const ofSession = (state: ReaderState, command: Of<'Detach' | 'Take' | 'Done'>): Outcome => {
  if (state.session !== command.session) return command._tag === 'Detach' ? [] : readerRefusals.sessionOver();
  switch (command._tag) {
    case 'Detach':
      return [{ _tag: 'Detached', session: command.session }];
    case 'Take': {
      const [request] = state.queue;
      return state.current !== null || request === undefined ? [] : [{ _tag: 'Taken', request }];
    }
    case 'Done':
      return state.current === command.request ? [{ _tag: 'Done', request: command.request }] : [];
  }
};

const outcomeOf = (state: ReaderState | null, command: ReaderCommand, facts: Facts): Outcome => {
  if (command._tag === 'Attach') return attach(state, command, facts);
  if (state === null) return readerRefusals.unknown();
  if (command._tag !== 'Enqueue') return ofSession(state, command);
  const { request } = command;
  if (state.current === request || state.queue.includes(request)) return [];
  return state.queue.length >= READER_QUEUE ? readerRefusals.busy() : [{ _tag: 'Enqueued', request }];
};

const evolve = (state: ReaderState | null, event: ReaderEvent): ReaderState | null => {
  if (event._tag === 'Attached') {
    const { name, session, untilMs, place } = event;
    return { name, session, untilMs, place, current: state?.current ?? null, queue: state?.queue ?? [] };
  }
  if (state === null) return null;
  switch (event._tag) {
    case 'Detached':
      return { ...state, session: null, untilMs: 0 };
    case 'Enqueued':
      return { ...state, queue: [...state.queue, event.request] };
    case 'Taken':
      return { ...state, current: event.request, queue: state.queue.filter((one) => one !== event.request) };
    case 'Done':
      return { ...state, current: null };
  }
};

const decide = (
  state: ReaderState | null,
  command: ReaderCommand,
  facts: Facts,
): Decision<ReaderEvent, ReaderReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  return after === null
    ? readerRefusals.unknown()
    : accept(outcome, { changed: outcome.length > 0, current: after.current });
};

export const readerDecider: Decider<ReaderState | null, ReaderCommand, ReaderEvent, ReaderReply> = {
  initial: null,
  decide,
  evolve,
};
