import type { Refusal } from '../../kernel/refusal.ts';
import { LIMITS } from '../limits.ts';
import { countIntoPart, partOutstanding } from './books.ts';
import { partId } from './evolve.ts';
import { refusals } from './refusals.ts';
import type { ApplicationCommand, ApplicationEvent, ApplicationState, CardFile, Part } from './schema.ts';

/** The second half of an application's rules: from the card-making file over parts and vendors to the POS reports. */

type Of<Tag extends ApplicationCommand['_tag']> = Extract<ApplicationCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<ApplicationEvent> | Refusal;

const PRODUCTION = [
  'RecordCardFile',
  'RecordSplit',
  'RecordPartSent',
  'CancelPart',
  'RejectPos',
  'PostProgress',
] as const;
type ProductionCommand = Of<(typeof PRODUCTION)[number]>;

export const isProduction = (command: ApplicationCommand): command is ProductionCommand =>
  PRODUCTION.some((tag) => tag === command._tag);

const recordCardFile = (state: ApplicationState, command: Of<'RecordCardFile'>): Outcome => {
  if (state.cardFiles.some((file) => file.sm3 === command.file)) return [];
  if (state.cardFiles.length >= LIMITS.files) return refusals.tooManyFiles();
  const seen = new Set<number>();
  for (const { no, rows } of command.lines) {
    const line = state.lines.find((each) => each.no === no);
    if (line === undefined) return refusals.unknownLine(no);
    if (seen.has(no)) return refusals.duplicateLine(no);
    seen.add(no);
    if (line.round !== command.round) return refusals.roundMismatch(no);
    if (line.step !== 'accepted') return refusals.lineOutOfStage(no);
    if (rows > line.books.open) return refusals.cardFileExceedsLine(no);
  }
  return [{ _tag: 'CardsPlanned', round: command.round, file: command.file, lines: command.lines }];
};

/** Each row of the file in exactly one part: per line, the quantities of the parts add up to the file's rows. */
const coverProblem = (file: CardFile, command: Of<'RecordSplit'>): Refusal | undefined => {
  const rows = new Map(file.lines.map((line) => [line.no, line.rows]));
  for (const part of command.parts) {
    const inPart = new Set<number>();
    for (const { no, quantity } of part.lines) {
      if (inPart.has(no)) return refusals.duplicateLine(no);
      inPart.add(no);
      const left = rows.get(no);
      if (left === undefined || quantity > left) return refusals.splitDoesNotCover(no);
      rows.set(no, left - quantity);
    }
  }
  for (const [no, left] of rows) if (left > 0) return refusals.splitDoesNotCover(no);
  return undefined;
};

const partsProblem = (
  state: ApplicationState,
  others: ReadonlyArray<Part>,
  file: CardFile,
  command: Of<'RecordSplit'>,
): Refusal | undefined => {
  const ids = new Set(others.map(({ id }) => id));
  for (const { part, vendor } of command.parts) {
    const id = partId(file.round, part);
    if (ids.has(id)) return refusals.duplicatePart(part);
    ids.add(id);
    if (state.vendors.length > 0 && !state.vendors.includes(vendor)) return refusals.vendorNotNamed(part);
  }
  const entries = [...others, ...command.parts].reduce((sum, { lines }) => sum + lines.length, 0);
  return ids.size > LIMITS.parts || entries > LIMITS.partLines ? refusals.tooManyParts() : undefined;
};

const recordSplit = (state: ApplicationState, command: Of<'RecordSplit'>): Outcome => {
  const file = state.cardFiles.find((each) => each.sm3 === command.file);
  if (file === undefined) return refusals.cardFileUnknown();
  const mine = state.parts.filter((part) => part.cardFile === command.file);
  if (mine.some((part) => part.status !== 'planned')) return refusals.splitFixed();
  const others = state.parts.filter((part) => part.cardFile !== command.file);
  return (
    coverProblem(file, command) ??
    partsProblem(state, others, file, command) ?? [
      { _tag: 'Split', file: command.file, criterion: command.criterion, parts: command.parts },
    ]
  );
};

const recordPartSent = (part: Part): Outcome => {
  if (part.status === 'cancelled') return refusals.partCancelled();
  return part.status === 'sent' ? [] : [{ _tag: 'PartSent', part: part.id }];
};

const cancelPart = (part: Part, reason: string): Outcome =>
  partOutstanding(part) === 0 ? [] : [{ _tag: 'PartCancelled', part: part.id, reason }];

const rejectPos = (state: ApplicationState, part: Part, command: Of<'RejectPos'>): Outcome => {
  const { file, code, reason } = command;
  if (state.progress.some((each) => each.sm3 === file)) return refusals.posAlreadyCounted();
  if (part.pos === file) return [{ _tag: 'PosRejected', part: part.id, file, code, reason }];
  const known = state.files.some((each) => each.kind === 'pos' && each.part === part.id && each.file.sm3 === file);
  return known ? [] : refusals.posNotReceived();
};

const postProgress = (state: ApplicationState, command: Of<'PostProgress'>): Outcome => {
  const progress = state.progress.find((each) => each.sm3 === command.file);
  if (progress === undefined && state.progress.length >= LIMITS.files) return refusals.tooManyFiles();
  if (progress !== undefined && progress.kind !== command.kind) return refusals.fileKindChanged();
  const next = progress?.nextChunk ?? 0;
  if (command.chunk < next) return [];
  if (progress?.done === true) return refusals.chunkAfterLast();
  if (command.chunk > next) return refusals.chunkOutOfOrder();
  const parts = new Map(state.parts.map((part) => [part.id, part]));
  for (const count of command.counts) {
    const part = parts.get(count.part);
    if (part === undefined) return refusals.partUnknown();
    if (part.status !== 'sent') return refusals.partNotSent();
    const counted = countIntoPart(part, count);
    if (counted === undefined) return refusals.progressExceedsPart(count.no);
    parts.set(count.part, counted);
  }
  return [{ ...command, _tag: 'ProgressPosted' }];
};

export const decideProduction = (state: ApplicationState, command: ProductionCommand): Outcome => {
  if (command._tag === 'RecordCardFile') return recordCardFile(state, command);
  if (command._tag === 'RecordSplit') return recordSplit(state, command);
  if (command._tag === 'PostProgress') return postProgress(state, command);
  const part = state.parts.find(({ id }) => id === command.part);
  if (part === undefined) return refusals.partUnknown();
  if (command._tag === 'RecordPartSent') return recordPartSent(part);
  if (command._tag === 'CancelPart') return cancelPart(part, command.reason);
  return rejectPos(state, part, command);
};
