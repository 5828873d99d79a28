import { accept, type Decider, type Facts } from '../../kernel/decider.ts';
import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { outgoingRefusals } from './refusals.ts';
import {
  OUTGOING_LIMITS,
  type OutgoingCommand,
  type OutgoingEvent,
  type OutgoingFile,
  type OutgoingFormat,
  type OutgoingReply,
  type OutgoingState,
  type Series,
} from './schema.ts';

/**
 * What goes out to one partner. A number is given in the same turn in which the file gets its records, so a crash before or
 * after leaves neither a gap nor a number with two files: whoever asks again for the same occasion finds the same file. The
 * files of a series are sent in their order.
 */

type Of<Tag extends OutgoingCommand['_tag']> = Extract<OutgoingCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<OutgoingEvent> | Refusal;
type Waiting = OutgoingState['waiting'][number];
type Place = Pick<OutgoingFile, 'series' | 'sequence'>;

/** TAP counts to 99999 (TD.57, File Sequence Number), CIBER to 999, NRTRDE to 9999999 (TD.35). */
const NUMBERS: Readonly<Record<OutgoingFormat, number>> = { tap: 99_999, ciber: 999, nrtrde: 9_999_999 };

const add = (state: OutgoingState, command: Of<'Add'>): Outcome => {
  const waiting = state.waiting.find(({ id }) => id === command.id);
  if (waiting !== undefined) return waiting.ref.sm3 === command.ref.sm3 ? [] : outgoingRefusals.batchDiffers();
  if (state.known.includes(command.id)) return [];
  if (state.waiting.length >= OUTGOING_LIMITS.waiting) return outgoingRefusals.tooManyWaiting();
  return [{ ...command, _tag: 'Added' }];
};

/** What goes with the next file of a series: of one currency, the oldest first. */
const nextBatches = ({ waiting }: OutgoingState, { series, format }: Of<'Cut'>): ReadonlyArray<Waiting> => {
  const most = format === 'ciber' ? OUTGOING_LIMITS.recordsPerCiber : OUTGOING_LIMITS.recordsPerFile;
  const ours = waiting.filter((one) => one.series.includes(series));
  const [first] = ours;
  if (first === undefined) return [];
  const taken: Array<Waiting> = [];
  let records = 0;
  for (const one of ours) {
    const sameMoney = one.currency === first.currency && one.decimals === first.decimals;
    // NRTRDE has no money: what differs there does not part it.
    if (series === 'billing' && !sameMoney) continue;
    if (taken.length >= OUTGOING_LIMITS.batchesPerFile) break;
    if (taken.length > 0 && records + one.records > most) break;
    taken.push(one);
    records += one.records;
  }
  return taken;
};

const cut = (state: OutgoingState, command: Of<'Cut'>, { nowMs }: Facts): Outcome => {
  const { series, occasion, format, empty } = command;
  if (state.files.some((one) => one.series === series && one.occasion === occasion)) return [];
  const batches = nextBatches(state, command).map(({ series: _, ...batch }) => batch);
  if (batches.length === 0 && !empty) return [];
  const sequence = (state.last[series] % NUMBERS[format]) + 1;
  const kind = batches.length === 0 ? 'notification' : 'transfer';
  return [{ _tag: 'Cut', series, occasion, sequence, format, kind, batches, atMs: nowMs }];
};

const fileOf = ({ files }: OutgoingState, { series, sequence }: Place): OutgoingFile | undefined =>
  files.findLast((one) => one.series === series && one.sequence === sequence);

const build = (file: OutgoingFile, command: Of<'Build'>): Outcome => {
  if (file.status === 'built' && file.file?.sm3 === command.file.sm3) return [];
  if (file.status === 'sent') return [];
  return file.status === 'cut' ? [{ ...command, _tag: 'Built' }] : outgoingRefusals.notCut();
};

const send = (state: OutgoingState, file: OutgoingFile, { nowMs }: Facts): Outcome => {
  const { series, sequence } = file;
  if (file.status === 'sent') return [];
  if (file.status !== 'built') return outgoingRefusals.notBuilt();
  const before = state.files.find((one) => one.series === series && one.status !== 'sent');
  return before === file || file.rap !== null
    ? [{ _tag: 'Sent', series, sequence, atMs: nowMs }]
    : outgoingRefusals.outOfOrder(before?.sequence ?? 0);
};

const rebuild = (file: OutgoingFile, { series, sequence, rap }: Of<'Rebuild'>): Outcome => {
  if (rap !== null && file.rap === rap) return [];
  const allowed = rap === null ? file.status === 'held' : file.status === 'sent';
  return allowed ? [{ _tag: 'Reopened', series, sequence, rap }] : outgoingRefusals.notHeld();
};

const outcomeOf = (state: OutgoingState, command: OutgoingCommand, facts: Facts): Outcome => {
  if (command._tag === 'Add') return add(state, command);
  if (command._tag === 'Cut') return cut(state, command, facts);
  const file = fileOf(state, command);
  if (file === undefined) return outgoingRefusals.fileUnknown();
  switch (command._tag) {
    case 'Build':
      return build(file, command);
    case 'Hold': {
      if (file.status === 'held') return [];
      return file.status === 'cut' ? [{ ...command, _tag: 'Held' }] : outgoingRefusals.notCut();
    }
    case 'Rebuild':
      return rebuild(file, command);
    case 'Send':
      return send(state, file, facts);
  }
};

/** Of those that are sent only the newest are kept. */
const remembered = (files: ReadonlyArray<OutgoingFile>): ReadonlyArray<OutgoingFile> => {
  const over = files.filter(({ status }) => status === 'sent').length - OUTGOING_LIMITS.files * 2;
  if (over <= 0) return files;
  let dropped = 0;
  return files.filter(({ status }) => {
    if (status !== 'sent' || dropped >= over) return true;
    dropped += 1;
    return false;
  });
};

const without = (waiting: ReadonlyArray<Waiting>, ids: ReadonlySet<string>, series: Series): ReadonlyArray<Waiting> =>
  waiting.flatMap((one) => {
    if (!ids.has(one.id)) return [one];
    const left = one.series.filter((other) => other !== series);
    return left.length === 0 ? [] : [{ ...one, series: left }];
  });

const cutDone = (state: OutgoingState, event: Extract<OutgoingEvent, { readonly _tag: 'Cut' }>): OutgoingState => {
  const { _tag, ...about } = event;
  const ids = new Set(event.batches.map(({ id }) => id));
  const file: OutgoingFile = {
    ...about,
    status: 'cut',
    file: null,
    records: event.batches.reduce((sum, { records }) => sum + records, 0),
    chargeMinor: event.batches.reduce((sum, { chargeMinor }) => sum + chargeMinor, 0n),
    reason: null,
    sentAtMs: null,
    rap: null,
  };
  return {
    ...state,
    waiting: without(state.waiting, ids, event.series),
    last: { ...state.last, [event.series]: event.sequence },
    files: remembered([...state.files, file]),
  };
};

const changed = (state: OutgoingState, place: Place, change: Partial<OutgoingFile>): OutgoingState => {
  const file = fileOf(state, place);
  return { ...state, files: state.files.map((one) => (one === file ? { ...one, ...change } : one)) };
};

const evolve = (state: OutgoingState, event: OutgoingEvent): OutgoingState => {
  switch (event._tag) {
    case 'Added': {
      const { _tag, ...batch } = event;
      const known = [...state.known, batch.id].slice(-OUTGOING_LIMITS.known);
      return { ...state, waiting: [...state.waiting, batch], known };
    }
    case 'Cut':
      return cutDone(state, event);
    case 'Built':
      return changed(state, event, { status: 'built', file: event.file, reason: null });
    case 'Held':
      return changed(state, event, { status: 'held', reason: event.reason });
    case 'Reopened':
      return changed(state, event, {
        status: 'cut',
        file: null,
        reason: null,
        ...(event.rap === null ? {} : { rap: event.rap }),
      });
    case 'Sent':
      return changed(state, event, { status: 'sent', sentAtMs: event.atMs });
  }
};

/** The file that a command is about, as it is now. */
const replied = (state: OutgoingState, command: OutgoingCommand): OutgoingFile | null => {
  if (command._tag === 'Add') return null;
  if (command._tag !== 'Cut') return fileOf(state, command) ?? null;
  const { series, occasion } = command;
  return state.files.findLast((one) => one.series === series && one.occasion === occasion) ?? null;
};

export const outgoingDecider: Decider<OutgoingState, OutgoingCommand, OutgoingEvent, OutgoingReply> = {
  initial: { waiting: [], known: [], last: { billing: 0, nrtrde: 0 }, files: [] },
  evolve,
  decide: (state, command, facts) => {
    const outcome = outcomeOf(state, command, facts);
    if (isRefusal(outcome)) return outcome;
    return accept(outcome, { changed: outcome.length > 0, file: replied(outcome.reduce(evolve, state), command) });
  },
};
