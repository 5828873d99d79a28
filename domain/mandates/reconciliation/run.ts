import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { Problem, RunCommand, RunEvent, RunFile, RunReply, RunState, Scope } from './schema.ts';

/**
 * A reconciliation run: a bank or a province, and a day or a month. The run knows every file that came for its period,
 * by content and name, and which one of them counts: the first that is fit. Another one that would count too is kept
 * out until a person lets it take the place (decision 0244).
 */

export const runRefusals = {
  unknown: (): Refusal => refuse('missing', 'RunUnknown', 'There is no such run.'),
  scopeDiffers: (): Refusal =>
    refuse('invalid', 'ScopeDiffers', 'The key is that of another run.', { field: 'partner' }),
  fileUnknown: (): Refusal => refuse('missing', 'FileUnknown', 'No such file has come for this run.', { field: 'sm3' }),
  notQuarantined: (): Refusal => refuse('conflict', 'FileNotQuarantined', 'The file is not in quarantine.'),
  notReceived: (): Refusal => refuse('conflict', 'FileNotReceived', 'The file is not waiting to be read.'),
  noFile: (): Refusal => refuse('conflict', 'NoFileCounts', 'No file of this run counts yet.'),
  crowded: (): Refusal =>
    refuse('exhausted', 'TooManyFiles', 'As many files have come for this run as it can have.', {
      action: 'Ask the partner which one counts.',
    }),
} as const;

const MAX_FILES = 50;
const MAX_NAMES = 16;
export const MAX_PROBLEMS = 100;

/** The actor's key: `bank:CCB:2026-11-25`. */
export const runKey = ({ party, partner, period }: Scope): string => `${party}:${partner}:${period}`;

const ANOTHER: Problem = {
  line: 0,
  field: '',
  code: 'OtherContent',
  reason: 'Another file of this period counts already. Release this one to take its place, or discard it.',
};

const countsOf = (state: RunState): RunFile | undefined => state.files.find(({ status }) => status === 'counts');
const fileOf = (state: RunState, sm3: string): RunFile | undefined => state.files.find(({ ref }) => ref.sm3 === sm3);

type Outcome = ReadonlyArray<RunEvent> | Refusal;

const receive = (state: RunState, { ref, source }: Extract<RunCommand, { _tag: 'Receive' }>, atMs: number): Outcome => {
  if (fileOf(state, ref.sm3) !== undefined) return [{ _tag: 'DeliveredAgain', sm3: ref.sm3, name: ref.name, atMs }];
  return state.files.length >= MAX_FILES ? runRefusals.crowded() : [{ _tag: 'Received', ref, source, atMs }];
};

type OfFile = Extract<RunCommand, { readonly _tag: 'Accept' | 'Quarantine' | 'Release' | 'Discard' }>;

const ofFile = (state: RunState, command: OfFile, facts: Facts): Outcome => {
  const atMs = facts.nowMs;
  const by = facts.caller.subject;
  const { sm3 } = command;
  const file = fileOf(state, sm3);
  if (file === undefined) return runRefusals.fileUnknown();
  switch (command._tag) {
    case 'Accept': {
      if (file.status === 'counts') return [];
      if (file.status !== 'received') return runRefusals.notReceived();
      // One that a person has released takes the place of the other.
      const other = file.note === null && countsOf(state) !== undefined;
      return other
        ? [{ _tag: 'Quarantined', sm3, problems: [ANOTHER], problemCount: 1, atMs }]
        : [{ _tag: 'Accepted', sm3, atMs }];
    }
    case 'Quarantine':
      if (file.status === 'quarantined' || file.status === 'discarded') return [];
      if (file.status !== 'received') return runRefusals.notReceived();
      return [
        {
          _tag: 'Quarantined',
          sm3,
          problems: command.problems.slice(0, MAX_PROBLEMS),
          problemCount: command.problemCount,
          atMs,
        },
      ];
    case 'Release':
      return file.status === 'quarantined'
        ? [{ _tag: 'Released', sm3, by, note: command.note, atMs }]
        : runRefusals.notQuarantined();
    case 'Discard':
      if (file.status === 'discarded') return [];
      return file.status === 'quarantined'
        ? [{ _tag: 'Discarded', sm3, by, note: command.note, atMs }]
        : runRefusals.notQuarantined();
  }
};

const outcomeOf = (state: RunState | null, command: RunCommand, facts: Facts): Outcome => {
  const atMs = facts.nowMs;
  if (command._tag === 'Open') {
    const { _tag, ...scope } = command;
    if (facts.actor.key !== runKey(scope)) return runRefusals.scopeDiffers();
    return state === null ? [{ _tag: 'Opened', scope, atMs }] : [];
  }
  if (state === null) return runRefusals.unknown();
  switch (command._tag) {
    case 'Receive':
      return receive(state, command, atMs);
    case 'Accept':
    case 'Quarantine':
    case 'Release':
    case 'Discard':
      return ofFile(state, command, facts);
    case 'Miss':
      return state.stage === 'awaiting' ? [{ _tag: 'Missed', atMs }] : [];
    case 'Compare': {
      const { _tag, ...compared } = command;
      return countsOf(state) === undefined ? runRefusals.noFile() : [{ _tag: 'Compared', compared, atMs }];
    }
    case 'Stop':
      return [{ _tag: 'Stopped', outcomes: command.outcomes, atMs }];
    case 'Correct': {
      const { outcomes, errorFile } = command;
      return [{ _tag: 'Corrected', outcomes, errorFile, atMs }];
    }
    case 'Answer': {
      const { ref, outcomes } = command;
      return state.answer?.ref.sm3 === ref.sm3 ? [] : [{ _tag: 'Answered', ref, outcomes, atMs }];
    }
  }
};

type LaterEvent = Exclude<RunEvent, { readonly _tag: 'Opened' }>;

const withFile = (state: RunState, sm3: string, change: (file: RunFile) => RunFile): RunState => ({
  ...state,
  files: state.files.map((file) => (file.ref.sm3 === sm3 ? change(file) : file)),
});

const received = (state: RunState, event: Extract<LaterEvent, { _tag: 'Received' }>): RunState => {
  const { ref, source, atMs } = event;
  const file: RunFile = {
    ref,
    names: [ref.name],
    deliveries: 1,
    source,
    status: 'received',
    problems: [],
    problemCount: 0,
    note: null,
    receivedAtMs: atMs,
  };
  return { ...state, files: [...state.files, file] };
};

const evolveOpened = (state: RunState, event: LaterEvent): RunState => {
  switch (event._tag) {
    case 'Received':
      return received(state, event);
    case 'DeliveredAgain':
      return withFile(state, event.sm3, (file) => ({
        ...file,
        deliveries: file.deliveries + 1,
        names: file.names.includes(event.name) ? file.names : [...file.names, event.name].slice(-MAX_NAMES),
      }));
    case 'Accepted': {
      const files = state.files.map((file) =>
        file.status === 'counts' ? { ...file, status: 'replaced' as const } : file,
      );
      const counted = withFile({ ...state, files }, event.sm3, (file) => ({ ...file, status: 'counts' }));
      return {
        ...counted,
        stage: 'received',
        attempt: state.attempt + 1,
        compared: null,
        outcomes: {},
        errorFile: null,
        answer: null,
      };
    }
    case 'Quarantined': {
      const { problems, problemCount } = event;
      return withFile(state, event.sm3, (file) => ({ ...file, status: 'quarantined', problems, problemCount }));
    }
    case 'Released':
      return withFile(state, event.sm3, (file) => ({ ...file, status: 'received', note: event.note }));
    case 'Discarded':
      return withFile(state, event.sm3, (file) => ({ ...file, status: 'discarded', note: event.note }));
    case 'Missed':
      return { ...state, stage: 'missing' };
    case 'Compared':
      return { ...state, stage: 'compared', compared: event.compared };
    case 'Stopped':
      return { ...state, stage: 'stopped', outcomes: event.outcomes };
    case 'Corrected': {
      const { outcomes, errorFile } = event;
      // A run that is repeated has the answer to its file already.
      const answer = errorFile?.sm3 === state.errorFile?.sm3 ? state.answer : null;
      const stage = errorFile === null || answer !== null ? 'done' : 'sent';
      return { ...state, stage, outcomes, errorFile, answer };
    }
    case 'Answered':
      return { ...state, stage: 'done', answer: { ref: event.ref, outcomes: event.outcomes } };
  }
};

const evolve = (state: RunState | null, event: RunEvent): RunState | null => {
  if (event._tag === 'Opened') {
    return {
      scope: event.scope,
      stage: 'awaiting',
      attempt: 0,
      files: [],
      compared: null,
      outcomes: {},
      errorFile: null,
      answer: null,
      openedAtMs: event.atMs,
      changedAtMs: event.atMs,
    };
  }
  return state === null ? null : { ...evolveOpened(state, event), changedAtMs: event.atMs };
};

const sm3Of = (command: RunCommand): string | undefined => {
  if (command._tag === 'Receive') return command.ref.sm3;
  return 'sm3' in command ? command.sm3 : undefined;
};

const decide = (state: RunState | null, command: RunCommand, facts: Facts): Decision<RunEvent, RunReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  if (after === null) return runRefusals.unknown();
  const file = fileOf(after, sm3Of(command) ?? '');
  return accept(outcome, {
    changed: outcome.length > 0,
    stage: after.stage,
    file: file?.status ?? null,
    attempt: after.attempt,
  });
};

export const runDecider: Decider<RunState | null, RunCommand, RunEvent, RunReply> = { initial: null, decide, evolve };
