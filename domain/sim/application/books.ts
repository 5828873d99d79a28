import type { ApplicationState, Books, Line, Part, PartLine, ProgressCount, Stage, WaitingFor } from './schema.ts';
import { leastStage } from './stages.ts';

/**
 * The books of an application: where each card applied for is, and what follows from that: the stage, and whom the
 * application waits for. Nothing here is stored twice; stage and totals are always computed from the lines.
 */

type Account = Exclude<keyof Books, 'applied' | 'confirmed'>;

export const openBooks = (quantity: number): Books => ({
  applied: quantity,
  open: quantity,
  rejected: 0,
  planned: 0,
  inProduction: 0,
  made: 0,
  failed: 0,
  cancelled: 0,
  confirmed: 0,
});

/** Moves `quantity` cards; the caller has checked that they are there. */
export const move = (books: Books, from: Account, to: Account, quantity: number): Books =>
  quantity === 0 ? books : { ...books, [from]: books[from] - quantity, [to]: books[to] + quantity };

export const booksBalance = (books: Books): boolean => {
  const accounts = [
    books.open,
    books.rejected,
    books.planned,
    books.inProduction,
    books.made,
    books.failed,
    books.cancelled,
  ];
  return (
    accounts.every((quantity) => quantity >= 0) &&
    accounts.reduce((sum, quantity) => sum + quantity, 0) === books.applied &&
    books.confirmed <= books.made
  );
};

export const totalBooks = (lines: ReadonlyArray<Pick<Line, 'books'>>): Books =>
  lines.reduce<Books>((sum, { books }) => {
    return {
      applied: sum.applied + books.applied,
      open: sum.open + books.open,
      rejected: sum.rejected + books.rejected,
      planned: sum.planned + books.planned,
      inProduction: sum.inProduction + books.inProduction,
      made: sum.made + books.made,
      failed: sum.failed + books.failed,
      cancelled: sum.cancelled + books.cancelled,
      confirmed: sum.confirmed + books.confirmed,
    };
  }, openBooks(0));

export const outstanding = (line: PartLine): number => line.quantity - line.made - line.failed - line.cancelled;

export const partOutstanding = (part: Part): number => part.lines.reduce((sum, line) => sum + outstanding(line), 0);

/** Takes one line's count into a part; undefined when the part does not hold that many cards. */
export const countIntoPart = (part: Part, count: ProgressCount): Part | undefined => {
  const line = part.lines.find(({ no }) => no === count.no);
  if (line === undefined || count.made + count.failed > outstanding(line)) return undefined;
  const made = line.made + count.made;
  if (count.confirmed + count.reversed > made - line.confirmed) return undefined;
  const counted = {
    ...line,
    made: made - count.reversed,
    failed: line.failed + count.failed + count.reversed,
    confirmed: line.confirmed + count.confirmed,
  };
  return { ...part, lines: part.lines.map((each) => (each === line ? counted : each)) };
};

/** What a count does to the line's own books. */
export const countIntoBooks = (books: Books, count: ProgressCount): Books => {
  const produced = move(move(books, 'inProduction', 'made', count.made), 'inProduction', 'failed', count.failed);
  const reversed = move(produced, 'made', 'failed', count.reversed);
  return { ...reversed, confirmed: reversed.confirmed + count.confirmed };
};

/** The stage that a line is in; undefined when nothing is left to do for it, or only a person's decision. */
const lineStage = (line: Line, parts: ReadonlyArray<Part>): Stage | undefined => {
  switch (line.step) {
    case 'draft':
    case 'checking':
    case 'generating':
    case 'uploading':
    case 'validation':
      return line.step;
    case 'short':
      return 'checking';
    case 'rejected':
    case 'dropped':
    case 'cancelled':
      return undefined;
    case 'accepted': {
      const { open, planned, inProduction, made, confirmed } = line.books;
      if (open > 0) return 'cardFile';
      if (planned > 0) return 'splitting';
      if (inProduction > 0) {
        const unreported = parts.some(
          (part) => part.pos === null && part.lines.some((each) => each.no === line.no && outstanding(each) > 0),
        );
        return unreported ? 'production' : 'posValidation';
      }
      return made > confirmed ? 'posValidation' : undefined;
    }
  }
};

/**
 * The stage of the line that is least far. Rejected lines do not hold back the others: they show in `waitingFor`,
 * and give the stage (`validation`) only when nothing else is under way.
 */
export const stageOf = (state: ApplicationState): Stage => {
  if (state.ended !== null) return state.ended;
  const least = leastStage(
    state.lines.map((line) => lineStage(line, state.parts)).filter((stage) => stage !== undefined),
  );
  if (least !== undefined) return least;
  return state.lines.some((line) => line.step === 'rejected') ? 'validation' : 'posValidation';
};

export const waitingForOf = (state: ApplicationState): WaitingFor => {
  if (state.ended !== null) return null;
  const stage = stageOf(state);
  const unsplit = state.cardFiles.some((file) => file.criterion === null);
  const undecided = state.lines.some((line) => line.step === 'rejected' || line.step === 'short');
  if (stage === 'draft' || unsplit || undecided) return 'staff';
  if (stage === 'production') return 'vendor';
  if (stage === 'posValidation') return isSettled(state) ? null : 'partner';
  return stage === 'validation' || stage === 'cardFile' ? 'partner' : null;
};

/** Every card is made and confirmed, failed, cancelled, or rejected and given up: the application can be completed. */
export const isSettled = (state: ApplicationState): boolean =>
  state.lines.every(({ step, books }) => {
    if (step === 'dropped' || step === 'cancelled') return true;
    if (step !== 'accepted') return false;
    return books.open + books.planned + books.inProduction === 0 && books.made === books.confirmed;
  });
