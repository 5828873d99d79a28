import { keepOut, pairOf, quarantine, showParts } from './arrivals.ts';
import type { Arrival, PartProgress, PartRef, Problem, RoundProgress } from './contract.ts';
import { enter, type Process } from './process.ts';
import { attempt, GivenUp, stuck, until } from './running.ts';

/**
 * A round: the lines of one application file on their way through the nine steps of seed 000 §5.1. Corrected lines go
 * in a round of their own, beside the others. Each stage can be entered again at its beginning (after a restart of the
 * process, or a continued run): its steps are idempotent.
 */

const stepOf = ({ input }: Process, { round }: RoundProgress) => ({
  tenant: input.tenant,
  application: input.application,
  round,
});

const refOf = ({ id, part, vendor, quantity }: PartProgress): PartRef => ({ id, part, vendor, quantity });

const SHORTAGE: Problem = {
  code: 'NumbersShort',
  message: 'The ranges have too few free numbers for some lines.',
  action: 'Register a range and retry the stage, or correct or give up the lines.',
};

const checking = async (process: Process, round: RoundProgress): Promise<void> => {
  let again = false;
  for (;;) {
    const check = await attempt(process, round, () =>
      process.steps.checkResources({ ...stepOf(process, round), again }),
    );
    if (check.short.length === 0) {
      enter(process, round, check.ready === 0 ? 'completed' : 'generating');
      return;
    }
    await stuck(process, round, { ...SHORTAGE, message: `${SHORTAGE.message} Lines: ${check.short.join(', ')}.` });
    again = true;
  }
};

const sending = async (process: Process, round: RoundProgress): Promise<void> => {
  const { file } = await attempt(process, round, () =>
    process.steps.generateApplicationFile({ ...stepOf(process, round), atMs: round.sinceMs }),
  );
  enter(process, round, 'uploading');
  const upload = () => process.steps.uploadApplicationFile({ ...stepOf(process, round), file });
  await attempt(process, round, upload, { lightly: true });
  enter(process, round, 'validation', 'partner');
};

const fileIn = (slot: Arrival | null): Arrival => {
  if (slot === null) throw new Error('a step begins only after its file has come');
  return slot;
};

const validation = async (process: Process, round: RoundProgress): Promise<void> => {
  enter(process, round, 'validation', 'partner');
  await until(process, () => round.validation !== null);
  const { accepted, rejected } = await attempt(process, round, () =>
    process.steps.applyValidation({ ...stepOf(process, round), file: fileIn(round.validation).file }),
  );
  const undecided = new Set([...process.progress.undecided, ...rejected]);
  process.progress.undecided = [...undecided].sort((left, right) => left - right);
  if (accepted.length === 0) enter(process, round, 'completed');
  else enter(process, round, 'cardFile', 'partner');
};

const cardFile = async (process: Process, round: RoundProgress): Promise<void> => {
  for (;;) {
    enter(process, round, 'cardFile', 'partner');
    await until(process, () => round.cardFile !== null);
    const arrival = fileIn(round.cardFile);
    const { quarantined } = await attempt(process, round, () =>
      process.steps.applyCardFile({ ...stepOf(process, round), file: arrival.file }),
    );
    if (quarantined === null) break;
    // It was well formed, but not what the application knows: the next one is taken, or awaited.
    const [spare = null, ...spares] = round.spareCardFiles;
    round.cardFile = spare;
    round.spareCardFiles = spares;
    quarantine(process, round, arrival, quarantined);
  }
  round.spareCardFiles = [];
  enter(process, round, 'splitting', 'staff');
};

/** Gives a part to its vendor (step 6). */
const sendPart = async (process: Process, round: RoundProgress, part: PartProgress): Promise<void> => {
  const about = { ...stepOf(process, round), part: refOf(part) };
  const cards = fileIn(round.cardFile).file;
  const { file } = await attempt(process, round, () => process.steps.assignPart({ ...about, file: cards }), { part });
  await attempt(process, round, () => process.steps.sendPart({ ...about, file }), { part });
  part.sent = true;
  showParts(process, round);
};

const MAX_SPENT = 100;

/**
 * Applies POS files with their verdicts (steps 7 to 9) until one accounts for every card of the part, or staff have
 * given up the rest of it.
 */
const settlePart = async (process: Process, round: RoundProgress, part: PartProgress): Promise<void> => {
  while (!part.settled) {
    await until(process, () => part.settled || pairOf(part) !== undefined);
    const pair = pairOf(part);
    if (pair === undefined || part.settled) continue;
    const { sm3 } = pair.pos.file;
    const apply = () =>
      process.steps.applyPos({
        ...stepOf(process, round),
        part: refOf(part),
        pos: pair.pos.file,
        posValidation: pair.posValidation.file,
      });
    const { verdict, reason, outstanding, quarantined } = await attempt(process, round, apply, { part });
    if (quarantined !== null) {
      part.posValidations = part.posValidations.filter((each) => each !== pair.posValidation);
      quarantine(process, round, pair.posValidation, quarantined);
      continue;
    }
    part.spent = [...part.spent, sm3].slice(-MAX_SPENT);
    part.pos = part.pos.filter((each) => each.file.sm3 !== sm3);
    part.posValidations = part.posValidations.filter((each) => each.subjectSm3 !== sm3);
    part.settled = verdict !== 'rejected' && outstanding === 0;
    if (!part.settled) {
      const rejected = verdict === 'rejected';
      keepOut(process, round, {
        kind: 'pos',
        part: part.part,
        problem: {
          code: rejected ? 'PosRejected' : 'PosIncomplete',
          message: rejected
            ? `The partner refused the POS file of part ${part.id}: ${reason}`
            : `The POS file of part ${part.id} leaves ${outstanding} cards unaccounted for.`,
          action: 'Have the vendor send another POS file.',
          partnerFile: pair.pos.partnerFile,
        },
      });
    }
    round.keptOut = round.keptOut.filter((each) => !(part.settled && each.part === part.part));
    showParts(process, round);
  }
};

const leadPart = async (process: Process, round: RoundProgress, part: PartProgress): Promise<void> => {
  try {
    if (!part.sent && !part.settled) await sendPart(process, round, part);
    await settlePart(process, round, part);
  } catch (error) {
    if (!(error instanceof GivenUp)) throw error;
  }
};

/** Each part goes its own way, so that a vendor that is slow or away does not hold back the others. */
const producing = async (process: Process, round: RoundProgress): Promise<void> => {
  if (round.parts.length === 0) enter(process, round, 'splitting', 'staff');
  await until(process, () => round.parts.length > 0);
  showParts(process, round);
  const ways = await Promise.allSettled(round.parts.map((part) => leadPart(process, round, part)));
  // All have come to rest before one's stop or failure is passed on: no step is left behind.
  for (const way of ways) if (way.status === 'rejected') throw way.reason;
  enter(process, round, 'completed');
};

/** Takes the round from the stage that it is in to its end. Rejects with `Stopped` at a waiting point. */
export const runRound = async (process: Process, round: RoundProgress): Promise<void> => {
  for (;;) {
    switch (round.stage) {
      case 'checking':
        await checking(process, round);
        break;
      case 'generating':
      case 'uploading':
        await sending(process, round);
        break;
      case 'validation':
        await validation(process, round);
        break;
      case 'cardFile':
        await cardFile(process, round);
        break;
      case 'splitting':
      case 'production':
      case 'posValidation':
        await producing(process, round);
        break;
      default:
        return;
    }
  }
};
