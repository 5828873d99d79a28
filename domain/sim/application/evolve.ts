import { countIntoBooks, countIntoPart, move, openBooks, outstanding } from './books.ts';
import type {
  ApplicationEvent,
  ApplicationFile,
  ApplicationState,
  FileProgress,
  Line,
  LineInput,
  Part,
  PartInput,
} from './schema.ts';

/**
 * What each event makes of the state. An event that happened is believed: all checks are in `decide.ts`.
 */

type Of<Tag extends ApplicationEvent['_tag']> = Extract<ApplicationEvent, { readonly _tag: Tag }>;

const draftLine = (input: LineInput): Line => ({
  no: input.no,
  cardType: input.cardType,
  product: input.product,
  city: input.city,
  round: 0,
  step: 'draft',
  books: openBooks(input.quantity),
  iccid: [],
  imsi: [],
  missingIccid: 0,
  missingImsi: 0,
  code: null,
  reason: null,
});

const draftLines = (inputs: ReadonlyArray<LineInput>): ReadonlyArray<Line> =>
  [...inputs].sort((left, right) => left.no - right.no).map(draftLine);

export const drafted = (event: Of<'Drafted'>): ApplicationState => ({
  no: event.no,
  partner: event.partner,
  remarks: event.remarks,
  vendors: event.vendors,
  createdAtMs: event.createdAtMs,
  createdBy: event.createdBy,
  round: 0,
  paused: false,
  reason: null,
  ended: null,
  endedAtMs: null,
  lines: draftLines(event.lines),
  files: [],
  cardFiles: [],
  parts: [],
  progress: [],
});

/** Changes the lines that `items` names; the others stay the same objects. */
const withLines = <Item extends { readonly no: number }>(
  state: ApplicationState,
  items: ReadonlyArray<Item>,
  change: (line: Line, item: Item) => Line,
): ApplicationState => {
  const byNo = new Map(items.map((item) => [item.no, item]));
  return {
    ...state,
    lines: state.lines.map((line) => {
      const item = byNo.get(line.no);
      return item === undefined ? line : change(line, item);
    }),
  };
};

const checked = (state: ApplicationState, event: Of<'Checked'>): ApplicationState =>
  withLines(state, event.lines, (line, result) => ({
    ...line,
    step: result.missingIccid + result.missingImsi > 0 ? 'short' : 'generating',
    iccid: result.iccid,
    imsi: result.imsi,
    missingIccid: result.missingIccid,
    missingImsi: result.missingImsi,
  }));

const sameFile = (left: ApplicationFile, right: ApplicationFile): boolean =>
  left.kind === right.kind && left.round === right.round && left.file.sm3 === right.file.sm3;

const fileRecorded = (state: ApplicationState, event: Of<'FileRecorded'>): ApplicationState => {
  const { kind, round, status, file, part } = event;
  const entry: ApplicationFile = { kind, round, status, file, part };
  const files = [...state.files.filter((each) => !sameFile(each, entry)), entry];
  const parts =
    kind === 'pos' ? state.parts.map((each) => (each.id === part ? { ...each, pos: file.sm3 } : each)) : state.parts;
  if (kind !== 'application') return { ...state, files, parts };
  const from = status === 'generated' ? 'generating' : 'uploading';
  const to = status === 'generated' ? 'uploading' : 'validation';
  const lines = state.lines.map((line) =>
    line.round === round && line.step === from ? { ...line, step: to as Line['step'] } : line,
  );
  return { ...state, files, lines };
};

const validated = (state: ApplicationState, event: Of<'Validated'>): ApplicationState => {
  const accepted = withLines(
    state,
    event.accepted.map((no) => ({ no })),
    (line) => ({ ...line, step: 'accepted', code: null, reason: null }),
  );
  return withLines(accepted, event.rejected, (line, { code, reason }) => ({
    ...line,
    step: 'rejected',
    code,
    reason,
    books: move(line.books, 'open', 'rejected', line.books.open),
  }));
};

/** The numbers of the round before stay on the line until the next check has replaced them: they are to be released. */
const corrected = (state: ApplicationState, event: Of<'Corrected'>): ApplicationState => {
  const round = state.round + 1;
  return withLines({ ...state, round }, event.lines, (line, correction) => ({
    ...line,
    product: correction.product ?? line.product,
    city: correction.city ?? line.city,
    round,
    step: 'checking',
    missingIccid: 0,
    missingImsi: 0,
    books: openBooks(correction.quantity ?? line.books.applied),
  }));
};

const lineDropped = (state: ApplicationState, event: Of<'LineDropped'>): ApplicationState =>
  withLines(state, [event], (line) => ({
    ...line,
    step: line.step === 'rejected' ? 'dropped' : line.step === 'short' ? 'cancelled' : line.step,
    reason: event.reason,
    books: move(line.books, 'open', 'cancelled', line.books.open),
  }));

const cardsPlanned = (state: ApplicationState, event: Of<'CardsPlanned'>): ApplicationState => {
  const rows = event.lines.reduce((sum, line) => sum + line.rows, 0);
  const file = { sm3: event.file, round: event.round, rows, lines: event.lines, criterion: null };
  return withLines({ ...state, cardFiles: [...state.cardFiles, file] }, event.lines, (line, item) => ({
    ...line,
    books: move(line.books, 'open', 'planned', item.rows),
  }));
};

export const partId = (round: number, part: number): string => `${round}.${part}`;

const plannedPart = (input: PartInput, round: number, cardFile: string): Part => ({
  id: partId(round, input.part),
  part: input.part,
  round,
  cardFile,
  vendor: input.vendor,
  status: 'planned',
  lines: input.lines.map(({ no, quantity }) => ({ no, quantity, made: 0, failed: 0, confirmed: 0, cancelled: 0 })),
  pos: null,
  reason: null,
});

const split = (state: ApplicationState, event: Of<'Split'>): ApplicationState => {
  const round = state.cardFiles.find((file) => file.sm3 === event.file)?.round ?? state.round;
  return {
    ...state,
    cardFiles: state.cardFiles.map((file) =>
      file.sm3 === event.file ? { ...file, criterion: event.criterion } : file,
    ),
    parts: [
      ...state.parts.filter((part) => part.cardFile !== event.file),
      ...event.parts.map((part) => plannedPart(part, round, event.file)),
    ],
  };
};

const withPart = (state: ApplicationState, id: string, change: (part: Part) => Part): ApplicationState => ({
  ...state,
  parts: state.parts.map((part) => (part.id === id ? change(part) : part)),
});

const partSent = (state: ApplicationState, id: string): ApplicationState => {
  const part = state.parts.find((each) => each.id === id);
  const sent = withPart(state, id, (each) => ({ ...each, status: 'sent' }));
  return withLines(sent, part?.lines ?? [], (line, { quantity }) => ({
    ...line,
    books: move(line.books, 'planned', 'inProduction', quantity),
  }));
};

const partCancelled = (state: ApplicationState, event: Of<'PartCancelled'>): ApplicationState => {
  const part = state.parts.find((each) => each.id === event.part);
  const from = part?.status === 'sent' ? 'inProduction' : 'planned';
  const cancelled = withPart(state, event.part, (each) => ({
    ...each,
    status: each.status === 'sent' ? 'sent' : 'cancelled',
    reason: event.reason,
    lines: each.lines.map((line) => ({ ...line, cancelled: line.cancelled + outstanding(line) })),
  }));
  return withLines(cancelled, part?.lines ?? [], (line, item) => ({
    ...line,
    books: move(line.books, from, 'cancelled', outstanding(item)),
  }));
};

const freshProgress = (event: Of<'ProgressPosted'>): FileProgress => ({
  sm3: event.file,
  kind: event.kind,
  nextChunk: 0,
  done: false,
  made: 0,
  failed: 0,
  confirmed: 0,
  reversed: 0,
  unknown: 0,
  duplicate: 0,
});

const progressPosted = (state: ApplicationState, event: Of<'ProgressPosted'>): ApplicationState => {
  const before = state.progress.find((file) => file.sm3 === event.file) ?? freshProgress(event);
  const sum = (of: 'made' | 'failed' | 'confirmed' | 'reversed'): number =>
    event.counts.reduce((total, count) => total + count[of], before[of]);
  const after: FileProgress = {
    ...before,
    nextChunk: event.chunk + 1,
    done: event.last,
    made: sum('made'),
    failed: sum('failed'),
    confirmed: sum('confirmed'),
    reversed: sum('reversed'),
    unknown: before.unknown + event.unknown,
    duplicate: before.duplicate + event.duplicate,
  };
  const progress = [...state.progress.filter((file) => file.sm3 !== event.file), after];
  return event.counts.reduce<ApplicationState>(
    (posted, count) =>
      withLines(
        withPart(posted, count.part, (part) => countIntoPart(part, count) ?? part),
        [count],
        (line) => ({ ...line, books: countIntoBooks(line.books, count) }),
      ),
    { ...state, progress },
  );
};

const cancelled = (state: ApplicationState, event: Of<'Cancelled'>): ApplicationState => ({
  ...state,
  ended: 'cancelled',
  endedAtMs: event.atMs,
  reason: event.reason,
  parts: state.parts.map((part) => ({
    ...part,
    status: 'cancelled',
    lines: part.lines.map((line) => ({ ...line, cancelled: line.cancelled + outstanding(line) })),
  })),
  lines: state.lines.map((line) => ({
    ...line,
    step: line.step === 'rejected' || line.step === 'dropped' ? 'dropped' : 'cancelled',
    books: move(move(line.books, 'open', 'cancelled', line.books.open), 'planned', 'cancelled', line.books.planned),
  })),
});

const submitted = (state: ApplicationState): ApplicationState => ({
  ...state,
  round: 1,
  lines: state.lines.map((line) => ({ ...line, round: 1, step: 'checking' })),
});

const recheckAsked = (state: ApplicationState): ApplicationState => ({
  ...state,
  lines: state.lines.map((line) => (line.step === 'short' ? { ...line, step: 'checking' } : line)),
});

/** Every event but the first needs the application to be there. */
const evolveDrafted = (state: ApplicationState, event: Exclude<ApplicationEvent, Of<'Drafted'>>): ApplicationState => {
  switch (event._tag) {
    case 'LinesEdited':
      return { ...state, remarks: event.remarks, vendors: event.vendors, lines: draftLines(event.lines) };
    case 'Submitted':
      return submitted(state);
    case 'Checked':
      return checked(state, event);
    case 'RecheckAsked':
      return recheckAsked(state);
    case 'FileRecorded':
      return fileRecorded(state, event);
    case 'Validated':
      return validated(state, event);
    case 'Corrected':
      return corrected(state, event);
    case 'LineDropped':
      return lineDropped(state, event);
    case 'CardsPlanned':
      return cardsPlanned(state, event);
    case 'Split':
      return split(state, event);
    case 'PartSent':
      return partSent(state, event.part);
    case 'PartCancelled':
      return partCancelled(state, event);
    case 'PosRejected':
      return withPart(state, event.part, (part) => ({ ...part, pos: null, reason: event.reason }));
    case 'ProgressPosted':
      return progressPosted(state, event);
    case 'Paused':
      return { ...state, paused: true, reason: event.reason };
    case 'Resumed':
      return { ...state, paused: false, reason: null };
    case 'Cancelled':
      return cancelled(state, event);
    case 'Completed':
      return { ...state, ended: 'completed', endedAtMs: event.atMs };
  }
};

export const evolve = (state: ApplicationState | null, event: ApplicationEvent): ApplicationState | null => {
  if (event._tag === 'Drafted') return drafted(event);
  return state === null ? null : evolveDrafted(state, event);
};
