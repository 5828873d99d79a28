import type { FileKind } from '../../domain/sim/vop-file.ts';
import type { Arrival, KeptOut, PartProgress, Problem, RoundProgress } from './contract.ts';
import { enter, type Process, refresh } from './process.ts';
import { tell } from './running.ts';

/**
 * Files that have come from the partner, put where their rounds wait for them. They may come twice, late, in any order
 * and broken; what is not needed any more changes nothing.
 */

/** Of what may come without end, the newest are remembered. */
const MAX_KEPT = 20;
const remember = <A>(list: ReadonlyArray<A>, item: A): Array<A> => [...list, item].slice(-MAX_KEPT);

const isSame =
  (arrival: Arrival) =>
  (other: Arrival): boolean =>
    other.file.sm3 === arrival.file.sm3;

const partOf = (round: RoundProgress, part: number): PartProgress | undefined =>
  round.parts.find((each) => each.part === part);

/** Whether the round still needs a file of this kind, so that a broken one is a person's business. */
const needs = (round: RoundProgress, kind: FileKind | null, part: number): boolean => {
  const of = partOf(round, part);
  switch (kind) {
    case 'validation':
      return round.validation === null;
    case 'cardMaking':
      return round.cardFile === null;
    case 'pos':
      return of === undefined || (!of.settled && of.pos.length === 0);
    case 'posValidation':
      return of === undefined || !of.settled;
    default:
      return true;
  }
};

/** A POS file together with the verdict that names it. */
export const pairOf = (part: PartProgress): { readonly pos: Arrival; readonly posValidation: Arrival } | undefined => {
  for (const posValidation of part.posValidations) {
    const pos = part.pos.find((each) => each.file.sm3 === posValidation.subjectSm3);
    if (pos !== undefined) return { pos, posValidation };
  }
  return undefined;
};

/** Where the round is between its split and its last verdict. */
export const showParts = (process: Process, round: RoundProgress): void => {
  const open = round.parts.filter((part) => !part.settled);
  if (open.some((part) => !part.sent)) enter(process, round, 'splitting');
  else if (open.every((part) => part.pos.length > 0)) enter(process, round, 'posValidation', 'partner');
  else enter(process, round, 'production', 'vendor');
};

/** A file that the round needs cannot be used: shown, and told once. */
export const keepOut = (process: Process, round: RoundProgress, file: KeptOut): void => {
  const known = round.keptOut.some(({ problem }) => problem.partnerFile === file.problem.partnerFile);
  if (known) return;
  round.keptOut = remember(round.keptOut, file);
  tell(process, round, 'problem', file.problem.code);
  refresh(process);
};

const problemOf = ({ partnerFile }: Arrival, error: Arrival['error']): Problem => ({
  code: error?.code ?? 'Quarantined',
  message: `A file is quarantined${error === undefined ? '.' : `, line ${error.line}: ${error.reason}`}`,
  action: 'Have the partner send it again, or put the file right and hand it in.',
  partnerFile,
});

export const quarantine = (process: Process, round: RoundProgress, arrival: Arrival, error = arrival.error): void => {
  const kind = arrival.round === 0 ? null : arrival.kind;
  if (needs(round, kind, arrival.part))
    keepOut(process, round, { kind, part: arrival.part, problem: problemOf(arrival, error) });
};

const takePos = (part: PartProgress, arrival: Arrival): void => {
  const pos = arrival.kind === 'pos';
  if (part.settled || part.spent.includes(pos ? arrival.file.sm3 : arrival.subjectSm3)) return;
  const slot = pos ? part.pos : part.posValidations;
  if (slot.some(isSame(arrival))) return;
  if (pos) part.pos = remember(slot, arrival);
  else part.posValidations = remember(slot, arrival);
};

const take = (process: Process, round: RoundProgress, arrival: Arrival): void => {
  const part = partOf(round, arrival.part);
  if (arrival.kind === 'validation') {
    // One that stands in the way (refused when it was applied) gives way to the next.
    if (round.validation === null || (round.stage === 'validation' && round.stuckOn !== null)) {
      round.validation = arrival;
    }
  } else if (arrival.kind === 'cardMaking') {
    if (round.cardFile === null) round.cardFile = arrival;
    else if (!isSame(arrival)(round.cardFile) && !round.spareCardFiles.some(isSame(arrival))) {
      round.spareCardFiles = remember(round.spareCardFiles, arrival);
    }
  } else if (part !== undefined) {
    takePos(part, arrival);
    showParts(process, round);
  }
  const put = ({ kind, part: of }: KeptOut): boolean => kind === null || (kind === arrival.kind && of === arrival.part);
  round.keptOut = round.keptOut.filter((each) => !put(each) && needs(round, each.kind, each.part));
};

/** Puts a file that has come where its round waits for it. A good one takes the place of those that were kept out. */
export const deliver = (process: Process, arrival: Arrival): void => {
  const open = process.progress.rounds.filter((each) => each.stage !== 'completed');
  const named = open.find((each) => each.round === arrival.round);
  if (arrival.status === 'quarantined') {
    const round = named ?? (arrival.round === 0 ? open[0] : undefined);
    if (round !== undefined) quarantine(process, round, arrival);
  } else if (named !== undefined && arrival.round > 0) {
    take(process, named, arrival);
  }
  refresh(process);
};

/** Staff have decided about a file that was kept out, or, without one, about all of a round's. */
export const dismiss = (process: Process, round: RoundProgress, partnerFile?: string): void => {
  round.keptOut = round.keptOut.filter(
    ({ problem }) => partnerFile !== undefined && problem.partnerFile !== partnerFile,
  );
  refresh(process);
};
