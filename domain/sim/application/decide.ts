import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { LIMITS } from '../limits.ts';
import { blocksQuantity } from '../number-block.ts';
import { isSettled, stageOf, totalBooks, waitingForOf } from './books.ts';
import { decideProduction, isProduction } from './decide-production.ts';
import { evolve } from './evolve.ts';
import { linesProblem } from './lines.ts';
import { refusals } from './refusals.ts';
import type { ApplicationCommand, ApplicationEvent, ApplicationReply, ApplicationState, Line } from './schema.ts';

/**
 * The rules of an application for cards (seed 000 §5.1): what may happen to it, line by line and round by round. A
 * fact that is reported a second time changes nothing; one that contradicts what is known is refused.
 */

type Of<Tag extends ApplicationCommand['_tag']> = Extract<ApplicationCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<ApplicationEvent> | Refusal;

const draft = (command: Of<'Draft'>, facts: Facts): Outcome => {
  const { partner, remarks, vendors, lines } = command;
  return (
    linesProblem(lines) ?? [
      {
        _tag: 'Drafted',
        no: facts.actor.key,
        partner,
        remarks,
        vendors,
        lines,
        createdAtMs: facts.nowMs,
        createdBy: facts.caller.subject,
      },
    ]
  );
};

const editLines = (state: ApplicationState, command: Of<'EditLines'>): Outcome => {
  if (state.round > 0) return refusals.notDraft();
  const { remarks, vendors, lines } = command;
  return linesProblem(lines) ?? [{ _tag: 'LinesEdited', remarks, vendors, lines }];
};

/** Walks items that name lines; the first refusal wins. `undefined` from `judge` passes over what is known already. */
const judgeLines = <Item extends { readonly no: number }>(
  state: ApplicationState,
  items: ReadonlyArray<Item>,
  judge: (line: Line, item: Item) => Refusal | 'new' | 'known',
): ReadonlyArray<Item> | Refusal => {
  const byNo = new Map(state.lines.map((line) => [line.no, line]));
  const seen = new Set<number>();
  const fresh: Array<Item> = [];
  for (const item of items) {
    const line = byNo.get(item.no);
    if (line === undefined) return refusals.unknownLine(item.no);
    if (seen.has(item.no)) return refusals.duplicateLine(item.no);
    seen.add(item.no);
    const verdict = judge(line, item);
    if (verdict === 'new') fresh.push(item);
    else if (verdict !== 'known') return verdict;
  }
  return fresh;
};

const isOutcomeRefusal = (value: ReadonlyArray<unknown> | Refusal): value is Refusal => !Array.isArray(value);

const recordCheck = (state: ApplicationState, command: Of<'RecordCheck'>): Outcome => {
  const fresh = judgeLines(state, command.lines, (line, found) => {
    if (line.round !== command.round) return refusals.roundMismatch(line.no);
    if (line.step !== 'checking' && line.step !== 'short') return 'known';
    const quantity = line.books.open;
    const imsis = line.cardType === 'finished' ? quantity : 0;
    const addsUp =
      blocksQuantity(found.iccid) + found.missingIccid === quantity &&
      blocksQuantity(found.imsi) + found.missingImsi === imsis;
    return addsUp ? 'new' : refusals.checkDoesNotAddUp(line.no);
  });
  if (isOutcomeRefusal(fresh)) return fresh;
  return fresh.length === 0 ? [] : [{ _tag: 'Checked', round: command.round, lines: fresh }];
};

const recordFile = (state: ApplicationState, command: Of<'RecordFile'>): Outcome => {
  const { round, kind, status, file, part } = command;
  const same = state.files.find(
    (each) => each.kind === kind && each.round === round && each.file.sm3 === file.sm3 && each.status === status,
  );
  if (same !== undefined) return [];
  const found = part === null ? undefined : state.parts.find(({ id }) => id === part);
  if (part !== null && found === undefined) return refusals.partUnknown();
  if (kind === 'pos' && found?.status !== 'sent') return refusals.partNotSent();
  if (kind === 'application') {
    const steps = status === 'generated' ? ['generating', 'uploading'] : ['uploading', 'validation'];
    const fits = state.lines.some((line) => line.round === round && steps.includes(line.step));
    if (status === 'received' || !fits) return refusals.fileOutOfStage();
  }
  const replaces = state.files.some((each) => each.kind === kind && each.round === round && each.file.sm3 === file.sm3);
  if (!replaces && state.files.length >= LIMITS.files) return refusals.tooManyFiles();
  return [{ _tag: 'FileRecorded', round, kind, status, file, part }];
};

const recordValidation = (state: ApplicationState, command: Of<'RecordValidation'>): Outcome => {
  const both = command.rejected.find(({ no }) => command.accepted.includes(no));
  if (both !== undefined) return refusals.validationContradicts(both.no);
  const judge = (verdict: 'accepted' | 'rejected') => (line: Line) => {
    if (line.round !== command.round) return refusals.roundMismatch(line.no);
    if (line.step === 'validation') return 'new';
    if (line.step !== 'accepted' && line.step !== 'rejected') return refusals.lineOutOfStage(line.no);
    return line.step === verdict ? 'known' : refusals.validationContradicts(line.no);
  };
  const accepted = judgeLines(
    state,
    command.accepted.map((no) => ({ no })),
    judge('accepted'),
  );
  if (isOutcomeRefusal(accepted)) return accepted;
  const rejected = judgeLines(state, command.rejected, judge('rejected'));
  if (isOutcomeRefusal(rejected)) return rejected;
  if (accepted.length + rejected.length === 0) return [];
  return [
    {
      _tag: 'Validated',
      round: command.round,
      file: command.file,
      accepted: accepted.map(({ no }) => no),
      rejected,
    },
  ];
};

const correct = (state: ApplicationState, command: Of<'Correct'>): Outcome => {
  const fresh = judgeLines(state, command.lines, (line) =>
    line.step === 'rejected' || line.step === 'short' ? 'new' : refusals.lineOutOfStage(line.no),
  );
  if (isOutcomeRefusal(fresh)) return fresh;
  const quantities = new Map(fresh.map((line) => [line.no, line.quantity]));
  const total = state.lines.reduce((sum, line) => sum + (quantities.get(line.no) ?? line.books.applied), 0);
  return total > LIMITS.quantity ? refusals.tooManyCards() : [{ _tag: 'Corrected', lines: fresh }];
};

const dropLine = (state: ApplicationState, command: Of<'DropLine'>): Outcome => {
  const line = state.lines.find(({ no }) => no === command.no);
  if (line === undefined) return refusals.unknownLine(command.no);
  if (line.step === 'dropped' || line.step === 'cancelled') return [];
  const open = line.step === 'accepted' && line.books.open > 0;
  if (!open && line.step !== 'rejected' && line.step !== 'short') return refusals.lineOutOfStage(line.no);
  return [{ _tag: 'LineDropped', no: command.no, reason: command.reason }];
};

const cancel = (state: ApplicationState, command: Of<'Cancel'>, facts: Facts): Outcome =>
  state.parts.some((part) => part.status === 'sent')
    ? refusals.partsAtVendor()
    : [{ _tag: 'Cancelled', reason: command.reason, atMs: facts.nowMs }];

/** Said again after the end, these change nothing; everything else is refused then. */
const alreadyEnded = (state: ApplicationState, command: ApplicationCommand): Outcome =>
  (command._tag === 'Cancel' && state.ended === 'cancelled') ||
  (command._tag === 'Complete' && state.ended === 'completed')
    ? []
    : refusals.applicationEnded();

const decideSubmitted = (state: ApplicationState, command: ApplicationCommand, facts: Facts): Outcome => {
  if (isProduction(command)) return decideProduction(state, command);
  switch (command._tag) {
    case 'RecordCheck':
      return recordCheck(state, command);
    case 'Recheck':
      return state.lines.some((line) => line.step === 'short') ? [{ _tag: 'RecheckAsked' }] : [];
    case 'RecordFile':
      return recordFile(state, command);
    case 'RecordValidation':
      return recordValidation(state, command);
    case 'Correct':
      return correct(state, command);
    case 'DropLine':
      return dropLine(state, command);
    case 'Pause':
      return state.paused ? [] : [{ _tag: 'Paused', reason: command.reason }];
    case 'Resume':
      return state.paused ? [{ _tag: 'Resumed' }] : [];
    case 'Complete':
      return isSettled(state) ? [{ _tag: 'Completed', atMs: facts.nowMs }] : refusals.booksOpen();
    case 'Submit':
      return [];
    case 'Draft':
      return refusals.applicationExists();
    case 'EditLines':
      return editLines(state, command);
    case 'Cancel':
      return cancel(state, command, facts);
  }
};

const outcomeOf = (state: ApplicationState | null, command: ApplicationCommand, facts: Facts): Outcome => {
  if (command._tag === 'Draft') return state === null ? draft(command, facts) : refusals.applicationExists();
  if (state === null) return refusals.applicationUnknown();
  if (state.ended !== null) return alreadyEnded(state, command);
  if (state.round > 0) return decideSubmitted(state, command, facts);
  switch (command._tag) {
    case 'EditLines':
      return editLines(state, command);
    case 'Submit':
      return [{ _tag: 'Submitted' }];
    case 'Cancel':
      return cancel(state, command, facts);
    default:
      return refusals.notSubmitted();
  }
};

const replyOf = (state: ApplicationState, changed: boolean): ApplicationReply => ({
  changed,
  stage: stageOf(state),
  waitingFor: waitingForOf(state),
  round: state.round,
  books: totalBooks(state.lines),
});

const decide = (
  state: ApplicationState | null,
  command: ApplicationCommand,
  facts: Facts,
): Decision<ApplicationEvent, ApplicationReply> => {
  const outcome = outcomeOf(state, command, facts);
  if (isOutcomeRefusal(outcome)) return outcome;
  const after = outcome.reduce(evolve, state);
  return after === null ? refusals.applicationUnknown() : accept(outcome, replyOf(after, outcome.length > 0));
};

export const applicationDecider: Decider<
  ApplicationState | null,
  ApplicationCommand,
  ApplicationEvent,
  ApplicationReply
> = { initial: null, decide, evolve };
