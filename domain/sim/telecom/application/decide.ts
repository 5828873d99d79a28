import { accept, type Decider, type Decision, type Facts } from '../../../kernel/decider.ts';
import type { Refusal } from '../../../kernel/refusal.ts';
import { move, openBooks, totalBooks } from '../../application/books.ts';
import { linesProblem } from '../../application/lines.ts';
import { refusals } from '../../application/refusals.ts';
import { telecomRefusals } from './refusals.ts';
import type {
  TelecomCommand,
  TelecomEvent,
  TelecomLine,
  TelecomLineInputs,
  TelecomReply,
  TelecomState,
} from './schema.ts';
import { telecomStage, telecomWaitingFor } from './stage.ts';

/**
 * The rules of an application for Telecom's blank cards (seed 000 §5.2). There is no validation round and no number of
 * ours in it: Telecom answers a stamped letter with the cards that it grants. A fact that is reported a second time
 * changes nothing; one that contradicts what is known is refused.
 */

type Of<Tag extends TelecomCommand['_tag']> = Extract<TelecomCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<TelecomEvent> | Refusal;

/** Letters that are kept, each way. */
const MAX_LETTERS = 200;

const draft = (command: Of<'Draft'>, facts: Facts): Outcome => {
  const { _tag, ...input } = command;
  return (
    linesProblem(input.lines) ?? [
      { _tag: 'Drafted', no: facts.actor.key, ...input, createdAtMs: facts.nowMs, createdBy: facts.caller.subject },
    ]
  );
};

const editLines = (state: TelecomState, { _tag, ...input }: Of<'EditLines'>): Outcome =>
  state.exports.length > 0 ? refusals.notDraft() : (linesProblem(input.lines) ?? [{ _tag: 'LinesEdited', ...input }]);

const recordExport = (state: TelecomState, { files }: Of<'RecordExport'>): Outcome => {
  if (state.exports.length === 0) return [{ _tag: 'Exported', files }];
  const same =
    state.exports.length === files.length &&
    files.every(({ form, file }) => state.exports.some((known) => known.form === form && known.file.sm3 === file.sm3));
  return same ? [] : telecomRefusals.exportedDifferently();
};

const attachScan = (state: TelecomState, { file }: Of<'AttachScan'>): Outcome => {
  const stage = telecomStage(state);
  if (stage === 'draft') return telecomRefusals.notExported();
  if (state.scan?.sm3 === file.sm3) return [];
  return stage === 'scan' || stage === 'mailing' ? [{ _tag: 'ScanAttached', file }] : telecomRefusals.alreadyMailed();
};

const recordSent = (state: TelecomState, { messageId, scan }: Of<'RecordSent'>, { nowMs }: Facts): Outcome => {
  if (state.sent.some((letter) => letter.messageId === messageId)) return [];
  if (state.scan === null) return telecomRefusals.scanMissing();
  if (!state.toSend) return telecomRefusals.nothingToSend();
  if (state.scan.sm3 !== scan) return telecomRefusals.scanReplaced();
  return [{ _tag: 'LetterSent', messageId, scan, atMs: nowMs }];
};

const resend = (state: TelecomState, { reason }: Of<'Resend'>): Outcome => {
  if (state.scan === null) return telecomRefusals.scanMissing();
  if (state.result !== null) return refusals.lineOutOfStage(0);
  if (state.toSend) return [];
  return state.sent.length >= MAX_LETTERS ? telecomRefusals.tooManyLetters() : [{ _tag: 'ResendAsked', reason }];
};

const recordLetter = (state: TelecomState, { _tag, ...letter }: Of<'RecordLetter'>, { nowMs }: Facts): Outcome => {
  const known = state.received.find(({ messageId }) => messageId === letter.messageId);
  if (known !== undefined) return known.sm3 === letter.sm3 ? [] : telecomRefusals.letterDiffers();
  if (!state.sent.some(({ messageId }) => messageId === letter.about)) return telecomRefusals.letterUnknown();
  if (state.received.length >= MAX_LETTERS) return telecomRefusals.tooManyLetters();
  return [{ _tag: 'LetterReceived', ...letter, atMs: nowMs }];
};

const recordResult = (state: TelecomState, { file, lines }: Of<'RecordResult'>): Outcome => {
  if (state.result !== null) return state.result.sm3 === file.sm3 ? [] : telecomRefusals.resultKnown();
  if (state.exports.length === 0) return telecomRefusals.notExported();
  const seen = new Set<number>();
  for (const { no, rows } of lines) {
    const line = state.lines.find((each) => each.no === no);
    if (line === undefined) return refusals.unknownLine(no);
    if (seen.has(no)) return refusals.duplicateLine(no);
    seen.add(no);
    if (rows > line.books.open) return telecomRefusals.resultExceedsLine(no);
  }
  return [{ _tag: 'CardsPlanned', file, lines }];
};

const chooseVendor = (state: TelecomState, { vendor }: Of<'ChooseVendor'>): Outcome => {
  if (state.vendor === vendor) return [];
  return state.handedOver === null ? [{ _tag: 'VendorChosen', vendor }] : telecomRefusals.handedOver();
};

const recordHandedOver = (state: TelecomState, { vendor, file }: Of<'RecordHandedOver'>): Outcome => {
  if (state.result === null) return telecomRefusals.noResult();
  if (state.vendor !== vendor) return telecomRefusals.otherVendor();
  if (state.handedOver !== null) return state.handedOver.sm3 === file.sm3 ? [] : telecomRefusals.handedOver();
  return [{ _tag: 'HandedOver', vendor, file }];
};

const postProduction = (state: TelecomState, command: Of<'PostProduction'>): Outcome => {
  if (state.handedOver === null) return telecomRefusals.notHandedOver();
  const report = state.reports.find(({ sm3 }) => sm3 === command.file);
  const next = report?.nextChunk ?? 0;
  if (report?.done === true || command.chunk < next) return [];
  if (command.chunk > next) return refusals.chunkOutOfOrder();
  for (const { no, made, failed } of command.counts) {
    const line = state.lines.find((each) => each.no === no);
    if (line === undefined) return refusals.unknownLine(no);
    if (made + failed > line.books.inProduction) return refusals.progressExceedsPart(no);
  }
  const { _tag, ...input } = command;
  return [{ _tag: 'ProductionPosted', ...input }];
};

const complete = (state: TelecomState, { nowMs }: Facts): Outcome => {
  const { open, planned, inProduction } = totalBooks(state.lines);
  return open + planned + inProduction > 0 ? refusals.booksOpen() : [{ _tag: 'Completed', atMs: nowMs }];
};

const decideOpen = (state: TelecomState, command: Exclude<TelecomCommand, Of<'Draft'>>, facts: Facts): Outcome => {
  switch (command._tag) {
    case 'EditLines':
      return editLines(state, command);
    case 'RecordExport':
      return recordExport(state, command);
    case 'AttachScan':
      return attachScan(state, command);
    case 'RecordSent':
      return recordSent(state, command, facts);
    case 'Resend':
      return resend(state, command);
    case 'RecordLetter':
      return recordLetter(state, command, facts);
    case 'RecordResult':
      return recordResult(state, command);
    case 'ChooseVendor':
      return chooseVendor(state, command);
    case 'RecordHandedOver':
      return recordHandedOver(state, command);
    case 'PostProduction':
      return postProduction(state, command);
    case 'GiveUp':
      return state.handedOver === null
        ? telecomRefusals.notHandedOver()
        : [{ _tag: 'GivenUp', reason: command.reason }];
    case 'Pause':
      return state.paused ? [] : [{ _tag: 'Paused', reason: command.reason }];
    case 'Resume':
      return state.paused ? [{ _tag: 'Resumed' }] : [];
    case 'Cancel':
      return state.handedOver === null
        ? [{ _tag: 'Cancelled', reason: command.reason, atMs: facts.nowMs }]
        : refusals.partsAtVendor();
    case 'Complete':
      return complete(state, facts);
  }
};

const outcomeOf = (state: TelecomState | null, command: TelecomCommand, facts: Facts): Outcome => {
  if (command._tag === 'Draft') return state === null ? draft(command, facts) : refusals.applicationExists();
  if (state === null) return refusals.applicationUnknown();
  if (state.ended === null) return decideOpen(state, command, facts);
  const again = { Cancel: 'cancelled', Complete: 'completed' } as const;
  const repeated = (command._tag === 'Cancel' || command._tag === 'Complete') && again[command._tag] === state.ended;
  return repeated ? [] : refusals.applicationEnded();
};

const freshLines = (lines: TelecomLineInputs): ReadonlyArray<TelecomLine> =>
  lines.map((line) => ({ ...line, books: openBooks(line.quantity) }));

const moved = (
  state: TelecomState,
  change: (line: TelecomLine) => TelecomLine['books'],
): Pick<TelecomState, 'lines'> => ({ lines: state.lines.map((line) => ({ ...line, books: change(line) })) });

const planned = (state: TelecomState, { file, lines }: Extract<TelecomEvent, { _tag: 'CardsPlanned' }>) => {
  const rows = new Map(lines.map((line) => [line.no, line.rows]));
  return {
    ...state,
    result: file,
    toSend: false,
    // What Telecom did not grant does not come any more.
    ...moved(state, ({ no, books }) => {
      const granted = move(books, 'open', 'planned', rows.get(no) ?? 0);
      return move(granted, 'open', 'rejected', granted.open);
    }),
  };
};

const posted = (state: TelecomState, event: Extract<TelecomEvent, { _tag: 'ProductionPosted' }>): TelecomState => {
  const before = state.reports.find(({ sm3 }) => sm3 === event.file);
  const sum = (field: 'made' | 'failed') => event.counts.reduce((total, count) => total + count[field], 0);
  const report = {
    sm3: event.file,
    nextChunk: event.chunk + 1,
    done: event.last,
    made: (before?.made ?? 0) + sum('made'),
    failed: (before?.failed ?? 0) + sum('failed'),
    unknown: (before?.unknown ?? 0) + event.unknown,
    duplicate: (before?.duplicate ?? 0) + event.duplicate,
  };
  const counts = new Map(event.counts.map((count) => [count.no, count]));
  return {
    ...state,
    reports: [...state.reports.filter((each) => each !== before), report].slice(-MAX_LETTERS),
    ...moved(state, ({ no, books }) => {
      const count = counts.get(no);
      if (count === undefined) return books;
      const made = move(move(books, 'inProduction', 'made', count.made), 'inProduction', 'failed', count.failed);
      // The vendor's report is the last word on a card of Telecom's.
      return { ...made, confirmed: made.confirmed + count.made };
    }),
  };
};

const received = (
  state: TelecomState,
  { _tag, atMs, ...letter }: Extract<TelecomEvent, { _tag: 'LetterReceived' }>,
) => ({
  ...state,
  received: [...state.received, { ...letter, receivedAtMs: atMs }],
  sent: state.sent.map((each) => {
    if (each.messageId !== letter.about || each.delivery === 'answered') return each;
    const delivery = letter.kind === 'answer' ? ('answered' as const) : letter.kind;
    return { ...each, delivery, note: letter.kind === 'answer' ? each.note : `${letter.status} ${letter.note}`.trim() };
  }),
});

const evolveDrafted = (state: TelecomState, event: Exclude<TelecomEvent, { _tag: 'Drafted' }>): TelecomState => {
  switch (event._tag) {
    case 'LinesEdited':
      return { ...state, remarks: event.remarks, vendor: event.vendor, lines: freshLines(event.lines) };
    case 'Exported':
      return { ...state, exports: event.files };
    case 'ScanAttached':
      return { ...state, scan: event.file, toSend: true };
    case 'LetterSent': {
      const { messageId, scan, atMs } = event;
      const letter = { messageId, scan, sentAtMs: atMs, delivery: 'accepted' as const, note: '' };
      return { ...state, toSend: false, sent: [...state.sent, letter] };
    }
    case 'ResendAsked':
      return { ...state, toSend: true, reason: event.reason };
    case 'LetterReceived':
      return received(state, event);
    case 'CardsPlanned':
      return planned(state, event);
    case 'VendorChosen':
      return { ...state, vendor: event.vendor };
    case 'HandedOver':
      return {
        ...state,
        handedOver: event.file,
        ...moved(state, ({ books }) => move(books, 'planned', 'inProduction', books.planned)),
      };
    case 'ProductionPosted':
      return posted(state, event);
    case 'GivenUp':
      return {
        ...state,
        reason: event.reason,
        ...moved(state, ({ books }) => move(books, 'inProduction', 'cancelled', books.inProduction)),
      };
    case 'Paused':
      return { ...state, paused: true, reason: event.reason };
    case 'Resumed':
      return { ...state, paused: false, reason: null };
    case 'Cancelled':
      return {
        ...state,
        ended: 'cancelled',
        endedAtMs: event.atMs,
        reason: event.reason,
        ...moved(state, ({ books }) =>
          move(move(books, 'open', 'cancelled', books.open), 'planned', 'cancelled', books.planned),
        ),
      };
    case 'Completed':
      return { ...state, ended: 'completed', endedAtMs: event.atMs };
  }
};

const evolve = (state: TelecomState | null, event: TelecomEvent): TelecomState | null => {
  if (event._tag !== 'Drafted') return state === null ? null : evolveDrafted(state, event);
  const { no, remarks, vendor, createdAtMs, createdBy } = event;
  return {
    no,
    remarks,
    vendor,
    createdAtMs,
    createdBy,
    lines: freshLines(event.lines),
    exports: [],
    scan: null,
    toSend: false,
    sent: [],
    received: [],
    result: null,
    handedOver: null,
    reports: [],
    paused: false,
    reason: null,
    ended: null,
    endedAtMs: null,
  };
};

const decide = (
  state: TelecomState | null,
  command: TelecomCommand,
  facts: Facts,
): Decision<TelecomEvent, TelecomReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  if (after === null) return refusals.applicationUnknown();
  return accept(outcome, {
    changed: outcome.length > 0,
    stage: telecomStage(after),
    waitingFor: telecomWaitingFor(after),
    books: totalBooks(after.lines),
  });
};

export const telecomDecider: Decider<TelecomState | null, TelecomCommand, TelecomEvent, TelecomReply> = {
  initial: null,
  decide,
  evolve,
};
