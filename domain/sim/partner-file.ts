import { accept, type Decider, type Decision, type Facts } from '../kernel/decider.ts';
import { deliveredAgain } from '../kernel/delivery.ts';
import { type Refusal, refuse } from '../kernel/refusal.ts';
import { LIMITS } from './limits.ts';
import type {
  FileNameCommand,
  FileNameEvent,
  FileNameReply,
  FileNameState,
  PartnerFileCommand,
  PartnerFileEvent,
  PartnerFileReply,
  PartnerFileState,
} from './schema.ts';

/**
 * A partner's file, known by its content (SM3) and not by its name: delivered twice it is processed once. What does
 * not parse is quarantined with line and reason until a person releases or discards it. A second actor, by the name,
 * knows which content a name stands for, so that other bytes under the name of a file that counts are found.
 */

type Of<Tag extends PartnerFileCommand['_tag']> = Extract<PartnerFileCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<PartnerFileEvent> | Refusal;

const KEY_CHARACTERS = /^[A-Za-z0-9._-]{1,80}$/;

/** The actor's key of a file's content: `<partner>:<sm3>`. */
export const partnerFileKey = (partner: string, sm3: string): string => `${partner}:${sm3}`;

/** The actor's key of a file's name. A name with other characters than a key may have goes in as its hash. */
export const fileNameKey = (partner: string, name: string, sm3OfText: (text: string) => string): string =>
  KEY_CHARACTERS.test(name) ? `${partner}:${name}` : `${partner}:@${sm3OfText(name)}`;

export const partnerFileRefusals = {
  fileUnknown: (): Refusal => refuse('missing', 'FileUnknown', 'No file with this content has been received.'),
  contentDiffers: (): Refusal =>
    refuse('invalid', 'ContentDiffers', 'The reference does not belong to the content that the key names.', {
      field: 'ref/sm3',
    }),
  notReceived: (): Refusal =>
    refuse('conflict', 'FileNotReceived', 'The file is not waiting to be read: it is quarantined, discarded or done.'),
  notParsed: (): Refusal => refuse('conflict', 'FileNotParsed', 'The file has not been read to its end.'),
  notQuarantined: (): Refusal => refuse('conflict', 'FileNotQuarantined', 'The file is not in quarantine.'),
  processed: (): Refusal => refuse('conflict', 'FileProcessed', 'The file has been taken into account.'),
  nameTaken: (): Refusal =>
    refuse('conflict', 'FileNameTaken', 'A file with this name and other content has been taken into account.', {
      field: 'name',
      action: 'Ask the partner which of the two counts; discard the other.',
    }),
} as const;

const receive = (state: PartnerFileState | null, command: Of<'Receive'>, facts: Facts): Outcome => {
  const { name, ref, source } = command;
  const partner = facts.actor.key.split(':')[0] ?? '';
  if (facts.actor.key !== partnerFileKey(partner, ref.sm3)) return partnerFileRefusals.contentDiffers();
  return state === null
    ? [{ _tag: 'Received', partner, name, ref, source, atMs: facts.nowMs }]
    : [{ _tag: 'DeliveredAgain', name }];
};

const quarantine = (state: PartnerFileState, command: Of<'Quarantine'>): Outcome => {
  if (state.status === 'quarantined' || state.status === 'discarded') return [];
  if (state.status === 'processed') return partnerFileRefusals.processed();
  const { kind, application, problems, problemCount } = command;
  return [{ _tag: 'Quarantined', kind, application, problems: problems.slice(0, LIMITS.problems), problemCount }];
};

const outcomeOf = (state: PartnerFileState | null, command: PartnerFileCommand, facts: Facts): Outcome => {
  if (command._tag === 'Receive') return receive(state, command, facts);
  if (state === null) return partnerFileRefusals.fileUnknown();
  const { status } = state;
  switch (command._tag) {
    case 'RecordParsed': {
      if (status === 'parsed' || status === 'processed') return [];
      if (status !== 'received') return partnerFileRefusals.notReceived();
      const { kind, application, rows } = command;
      return [{ _tag: 'Parsed', kind, application, rows }];
    }
    case 'RecordProcessed':
      if (status === 'processed') return [];
      return status === 'parsed' ? [{ _tag: 'Processed' }] : partnerFileRefusals.notParsed();
    case 'Quarantine':
      return quarantine(state, command);
    case 'Release':
      return status === 'quarantined'
        ? [{ _tag: 'Released', note: command.note }]
        : partnerFileRefusals.notQuarantined();
    case 'Discard':
      if (status === 'discarded') return [];
      return status === 'quarantined'
        ? [{ _tag: 'Discarded', reason: command.reason }]
        : partnerFileRefusals.notQuarantined();
  }
};

const evolveReceived = (
  state: PartnerFileState,
  event: Exclude<PartnerFileEvent, { readonly _tag: 'Received' }>,
): PartnerFileState => {
  switch (event._tag) {
    case 'DeliveredAgain':
      return deliveredAgain(state, event.name);
    case 'Parsed':
      return { ...state, status: 'parsed', kind: event.kind, application: event.application, rows: event.rows };
    case 'Processed':
      return { ...state, status: 'processed' };
    case 'Quarantined': {
      const { kind, application, problems, problemCount } = event;
      return { ...state, status: 'quarantined', kind, application, problems, problemCount };
    }
    case 'Released':
      return { ...state, status: 'received', attempt: state.attempt + 1, note: event.note };
    case 'Discarded':
      return { ...state, status: 'discarded', note: event.reason };
  }
};

const evolve = (state: PartnerFileState | null, event: PartnerFileEvent): PartnerFileState | null => {
  if (event._tag !== 'Received') return state === null ? null : evolveReceived(state, event);
  return {
    partner: event.partner,
    name: event.name,
    otherNames: [],
    deliveries: 1,
    ref: event.ref,
    source: event.source,
    status: 'received',
    attempt: 1,
    kind: null,
    application: null,
    rows: null,
    problems: [],
    problemCount: 0,
    note: null,
    receivedAtMs: event.atMs,
  };
};

const decide = (
  state: PartnerFileState | null,
  command: PartnerFileCommand,
  facts: Facts,
): Decision<PartnerFileEvent, PartnerFileReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  if (after === null) return partnerFileRefusals.fileUnknown();
  const { status, attempt } = after;
  const first = state === null && command._tag === 'Receive';
  return accept(outcome, { changed: outcome.length > 0, first, status, attempt });
};

export const partnerFileDecider: Decider<
  PartnerFileState | null,
  PartnerFileCommand,
  PartnerFileEvent,
  PartnerFileReply
> = { initial: null, decide, evolve };

/** Claimed when a file has been read without a problem, so a broken one does not keep its name from the good one. */
export const fileNameDecider: Decider<FileNameState, FileNameCommand, FileNameEvent, FileNameReply> = {
  initial: { sm3: null },
  decide: (state, { sm3 }) => {
    if (state.sm3 === null) return accept([{ _tag: 'Claimed', sm3 }], { changed: true });
    return state.sm3 === sm3 ? accept([], { changed: false }) : partnerFileRefusals.nameTaken();
  },
  evolve: (_state, { sm3 }) => ({ sm3 }),
};
