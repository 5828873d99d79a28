import type { Arrival, PartProgress, PartRef, Problem, RoundProgress } from './contract.ts';
import { alert, attempt, enter, type Process, quarantine, stuck, until, waitFor } from './process.ts';

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
  await attempt(process, round, () => process.steps.uploadApplicationFile({ ...stepOf(process, round), file }));
  enter(process, round, 'validation');
};

/** Waits for a file of the partner. */
const arrived = async <A extends Arrival>(process: Process, round: RoundProgress, slot: () => A | null): Promise<A> => {
  waitFor(process, round, 'partner');
  for (;;) {
    const arrival = slot();
    if (arrival !== null) return arrival;
    await until(process, () => slot() !== null);
  }
};

const validation = async (process: Process, round: RoundProgress): Promise<void> => {
  const { file } = await arrived(process, round, () => round.validation);
  const { accepted, rejected } = await attempt(process, round, () =>
    process.steps.applyValidation({ ...stepOf(process, round), file }),
  );
  const undecided = new Set([...process.progress.undecided, ...rejected]);
  process.progress.undecided = [...undecided].sort((left, right) => left - right);
  enter(process, round, accepted.length === 0 ? 'completed' : 'cardFile');
};

const cardFile = async (process: Process, round: RoundProgress): Promise<void> => {
  for (;;) {
    const arrival = await arrived(process, round, () => round.cardFile);
    const { file } = arrival;
    const { quarantined } = await attempt(process, round, () =>
      process.steps.applyCardFile({ ...stepOf(process, round), file }),
    );
    if (quarantined === null) break;
    // It was well formed, but not what the application knows: another one is awaited.
    round.cardFile = null;
    quarantine(round, arrival, quarantined);
    await alert(process, round, 'problem', quarantined.code);
  }
  enter(process, round, 'splitting');
};

/** Staff split (the update `split` fills the parts), then every part goes to its vendor. */
const splitting = async (process: Process, round: RoundProgress): Promise<void> => {
  waitFor(process, round, 'staff');
  await until(process, () => round.parts.length > 0);
  waitFor(process, round, null);
  const file = round.cardFile?.file;
  if (file === undefined) throw new Error('a round is split only after its card-making file has come');
  for (const part of round.parts) {
    if (part.sent) continue;
    const about = { ...stepOf(process, round), part: refOf(part) };
    const assigned = await attempt(process, round, () => process.steps.assignPart({ ...about, file }));
    await attempt(process, round, () => process.steps.sendPart({ ...about, file: assigned.file }));
    part.sent = true;
  }
  enter(process, round, 'production');
};

/** A POS file together with the verdict that names it. */
const pairOf = (part: PartProgress): { readonly pos: Arrival; readonly posValidation: Arrival } | undefined => {
  for (const posValidation of part.posValidations) {
    const pos = part.pos.find((each) => each.file.sm3 === posValidation.subjectSm3);
    if (pos !== undefined) return { pos, posValidation };
  }
  return undefined;
};

const without = (arrivals: Array<Arrival>, arrival: Arrival): Array<Arrival> =>
  arrivals.filter((each) => each.file.sm3 !== arrival.file.sm3);

const settlePart = async (process: Process, round: RoundProgress, part: PartProgress): Promise<void> => {
  while (!part.settled) {
    await until(process, () => pairOf(part) !== undefined);
    const pair = pairOf(part);
    if (pair === undefined) continue;
    const { verdict, reason } = await attempt(process, round, () =>
      process.steps.applyPos({
        ...stepOf(process, round),
        part: refOf(part),
        pos: pair.pos.file,
        posValidation: pair.posValidation.file,
      }),
    );
    part.pos = without(part.pos, pair.pos);
    part.posValidations = without(part.posValidations, pair.posValidation);
    part.settled = verdict !== 'rejected';
    if (!part.settled) {
      round.problem = {
        code: 'PosRejected',
        message: `The partner refused the POS file of part ${part.id}: ${reason}`,
        action: 'Have the vendor send another POS file.',
      };
    }
  }
};

const producing = async (process: Process, round: RoundProgress): Promise<void> => {
  const showStage = async (): Promise<void> => {
    waitFor(process, round, 'vendor');
    await until(process, () => round.parts.every((part) => part.settled || part.pos.length > 0));
    enter(process, round, 'posValidation');
    waitFor(process, round, 'partner');
  };
  const stages = round.stage === 'production' ? [showStage()] : [];
  // One part after the other would let a slow vendor hold back the others; their files are applied as they come.
  await Promise.all([...stages, ...round.parts.map((part) => settlePart(process, round, part))]);
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
        await splitting(process, round);
        break;
      case 'production':
      case 'posValidation':
        await producing(process, round);
        break;
      default:
        return;
    }
  }
};
