import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { deliveredAgain } from '../../kernel/delivery.ts';
import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { LIMITS } from '../limits.ts';
import type { ResourceFileCommand, ResourceFileEvent, ResourceFileReply, ResourceFileState } from './schema.ts';

/**
 * A file of resources, known by its content (SM3): delivered twice it is imported once. What is to be registered is
 * planned once and kept, so that an import that was cut short goes on with the same ranges. A file that does not parse
 * is quarantined until a person releases or discards it; single lines that are refused do not keep the others out.
 */

type Of<Tag extends ResourceFileCommand['_tag']> = Extract<ResourceFileCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<ResourceFileEvent> | Refusal;

export const resourceFileRefusals = {
  fileUnknown: (): Refusal => refuse('missing', 'FileUnknown', 'No file with this content has been received.'),
  contentDiffers: (): Refusal =>
    refuse('invalid', 'ContentDiffers', 'The reference does not belong to the content that the key names.', {
      field: 'ref/sm3',
    }),
  ended: (): Refusal => refuse('conflict', 'FileEnded', 'The file is done, quarantined or discarded.'),
  notPlanned: (): Refusal => refuse('conflict', 'FileNotPlanned', 'The file has not been read to its end.'),
  plannedDifferently: (): Refusal =>
    refuse('conflict', 'FilePlannedDifferently', 'Other ranges have been planned for this file.'),
  notQuarantined: (): Refusal => refuse('conflict', 'FileNotQuarantined', 'The file is not in quarantine.'),
  reportMissing: (): Refusal =>
    refuse('missing', 'ReportMissing', 'There is no report yet: the import has not ended.', {
      action: 'Look at the file again a moment later.',
    }),
} as const;

const receive = (state: ResourceFileState | null, command: Of<'Receive'>, facts: Facts): Outcome => {
  const { name, ref, source } = command;
  if (facts.actor.key !== ref.sm3) return resourceFileRefusals.contentDiffers();
  return state === null
    ? [{ _tag: 'Received', name, ref, source, atMs: facts.nowMs }]
    : [{ _tag: 'DeliveredAgain', name }];
};

const plan = (state: ResourceFileState, command: Of<'Plan'>): Outcome => {
  if (state.status === 'received') return [{ ...command, _tag: 'Planned' }];
  if (state.status !== 'planned') return resourceFileRefusals.ended();
  const same = JSON.stringify(state.ranges) === JSON.stringify(command.ranges);
  return same ? [] : resourceFileRefusals.plannedDifferently();
};

const finish = (state: ResourceFileState, { _tag, ...done }: Of<'Finish'>, facts: Facts): Outcome => {
  if (state.status === 'done') return [];
  return state.status === 'planned'
    ? [{ _tag: 'Finished', ...done, atMs: facts.nowMs }]
    : resourceFileRefusals.notPlanned();
};

const quarantine = (state: ResourceFileState, { problems, problemCount }: Of<'Quarantine'>): Outcome => {
  if (state.status === 'quarantined') return [];
  if (state.status !== 'received') return resourceFileRefusals.ended();
  return [{ _tag: 'Quarantined', problems: problems.slice(0, LIMITS.problems), problemCount }];
};

const outcomeOf = (state: ResourceFileState | null, command: ResourceFileCommand, facts: Facts): Outcome => {
  if (command._tag === 'Receive') return receive(state, command, facts);
  if (state === null) return resourceFileRefusals.fileUnknown();
  switch (command._tag) {
    case 'Progress':
      // Late news of an attempt that another one has overtaken.
      return state.status === 'received' && command.lines > state.lines
        ? [{ _tag: 'Progressed', lines: command.lines }]
        : [];
    case 'Plan':
      return plan(state, command);
    case 'Finish':
      return finish(state, command, facts);
    case 'Quarantine':
      return quarantine(state, command);
    case 'Release':
      return state.status === 'quarantined'
        ? [{ _tag: 'Released', note: command.note }]
        : resourceFileRefusals.notQuarantined();
    case 'Discard':
      if (state.status === 'discarded') return [];
      return state.status === 'quarantined'
        ? [{ _tag: 'Discarded', reason: command.reason, atMs: facts.nowMs }]
        : resourceFileRefusals.notQuarantined();
  }
};

const NONE = { lines: 0, accepted: 0, refused: 0, numbers: 0 } as const;

const evolveReceived = (
  state: ResourceFileState,
  event: Exclude<ResourceFileEvent, { readonly _tag: 'Received' }>,
): ResourceFileState => {
  switch (event._tag) {
    case 'DeliveredAgain':
      return deliveredAgain(state, event.name);
    case 'Progressed':
      return { ...state, lines: event.lines };
    case 'Planned': {
      const { _tag, ...planned } = event;
      return { ...state, ...planned, status: 'planned' };
    }
    case 'Finished': {
      const { lines, accepted, refused, numbers, report, atMs } = event;
      return { ...state, lines, accepted, refused, numbers, report, status: 'done', endedAtMs: atMs };
    }
    case 'Quarantined':
      return { ...state, status: 'quarantined', problems: event.problems, problemCount: event.problemCount };
    case 'Released':
      return { ...state, ...NONE, status: 'received', attempt: state.attempt + 1, note: event.note };
    case 'Discarded':
      return { ...state, status: 'discarded', note: event.reason, endedAtMs: event.atMs };
  }
};

const evolve = (state: ResourceFileState | null, event: ResourceFileEvent): ResourceFileState | null => {
  if (event._tag !== 'Received') return state === null ? null : evolveReceived(state, event);
  const { name, ref, source, atMs } = event;
  return {
    name,
    otherNames: [],
    deliveries: 1,
    ref,
    source,
    status: 'received',
    attempt: 1,
    type: null,
    layout: null,
    ...NONE,
    ranges: [],
    problems: [],
    problemCount: 0,
    report: null,
    note: null,
    receivedAtMs: atMs,
    endedAtMs: null,
  };
};

const decide = (
  state: ResourceFileState | null,
  command: ResourceFileCommand,
  facts: Facts,
): Decision<ResourceFileEvent, ResourceFileReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  if (after === null) return resourceFileRefusals.fileUnknown();
  const { status, attempt, ranges } = after;
  return accept(outcome, { changed: outcome.length > 0, status, attempt, ranges });
};

export const resourceFileDecider: Decider<
  ResourceFileState | null,
  ResourceFileCommand,
  ResourceFileEvent,
  ResourceFileReply
> = { initial: null, decide, evolve };
