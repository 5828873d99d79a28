import { allHandlersFinished, condition, continueAsNew, setCurrentDetails } from '@temporalio/workflow';
import { activitiesOf, onQuery, showStage, showSubject } from '../process.ts';
import { deliver } from './arrivals.ts';
import { type CardMakingInput, type CardMakingProgress, type RoundProgress, simContract } from './contract.ts';
import { watchDeadlines } from './deadlines.ts';
import { watch } from './look-out.ts';
import { end, enter, newProgress, type Process, refresh } from './process.ts';
import { runRound } from './round.ts';
import { attempt, interruptibly, untilStopped } from './running.ts';
import { listenToStaff } from './staff.ts';

/**
 * Card making with the base operator (seed 000 §5.1): days or weeks from an application to the last confirmed card.
 * Rounds run beside each other; one look-out watches the partner's server for all of them; nothing that a partner does
 * makes the process fail.
 */

/** The run's page in the Temporal UI: a row for each round. Encrypted like all payloads. */
const detailsOf = (progress: CardMakingProgress): string => {
  const rows = progress.rounds.map((round) => {
    const sent = round.parts.filter((part) => part.sent).length;
    const settled = round.parts.filter((part) => part.settled).length;
    const waits = round.problem === null ? (round.waitingFor ?? '') : `staff: ${round.problem.code}`;
    return `| ${round.round} | ${round.stage} | ${waits} | ${sent} / ${round.parts.length} | ${settled} |`;
  });
  return [
    `**${progress.application}**${progress.paused ? ' (paused)' : ''}`,
    '',
    '| round | stage | waits for | parts sent | parts settled |',
    '|---|---|---|---|---|',
    ...rows,
    ...(progress.undecided.length === 0 ? [] : ['', `Rejected lines to decide on: ${progress.undecided.join(', ')}`]),
  ].join('\n');
};

const PARTNER_STAGES: ReadonlySet<string> = new Set(['validation', 'cardFile', 'production', 'posValidation']);

const lookOnce = async (process: Process): Promise<void> => {
  const { progress, input, steps } = process;
  const { tenant, application } = input;
  const looked = await interruptibly(process, () =>
    steps.pollPartner({ tenant, application, cursor: progress.cursor }),
  );
  if (looked === undefined) return;
  progress.cursor = looked.cursor;
  progress.partnerFault = null;
  for (const arrival of looked.arrivals) deliver(process, arrival);
};

/** Waits until every round is through and no line waits for a decision; then the application is completed. */
const complete = async (process: Process): Promise<void> => {
  const { progress, input, steps } = process;
  const through = (): boolean =>
    progress.undecided.length === 0 && progress.rounds.every((round) => round.stage === 'completed');
  await condition(() => process.stopping !== null || (through() && !process.holding));
  const last = progress.rounds.at(-1);
  if (process.stopping !== null || last === undefined) return;
  const { tenant, application } = input;
  const { books } = await attempt(process, last, () => steps.completeApplication({ tenant, application }));
  progress.books = books;
  end(process, 'completed');
};

const open = async (process: Process): Promise<void> => {
  const { input, progress, steps } = process;
  const { tenant, application, startedBy } = input;
  const [round] = progress.rounds;
  if (round === undefined) return;
  showSubject(await attempt(process, round, () => steps.openApplication({ tenant, application, by: startedBy })));
  enter(process, round, 'checking');
};

/** The stage is an event of the history, so it is set when it changes; the details cost nothing. */
const shower = (progress: CardMakingProgress): (() => void) => {
  let shown: string | undefined;
  return () => {
    if (shown !== progress.stage) showStage(progress.stage);
    shown = progress.stage;
    setCurrentDetails(detailsOf(progress));
  };
};

const newProcess = (input: CardMakingInput, progress: CardMakingProgress): Process => {
  const process: Process = {
    input,
    progress,
    steps: activitiesOf(simContract),
    stopping: null,
    holding: false,
    busy: 0,
    pollNow: false,
    looking: false,
    retries: new Map(),
    interruptible: new Set(),
    givingUp: new Set(),
    telling: new Set(),
    onChange: shower(progress),
    refresh: () => refresh(process),
    end: (how) => end(process, how),
  };
  return process;
};

export async function cardMaking(input: CardMakingInput): Promise<CardMakingProgress> {
  const progress = input.resume ?? newProgress(input.application, Date.now());
  const process = newProcess(input, progress);
  onQuery(simContract.workflows.cardMaking, 'progress', () => progress);
  const running: Array<Promise<void>> = [];
  const start = (round: RoundProgress): void => {
    running.push(runRound(process, round).catch(untilStopped), watchDeadlines(process, round));
  };
  listenToStaff(process, start);
  refresh(process);
  if (input.resume === undefined) await open(process).catch(untilStopped);
  for (const round of progress.rounds) if (round.stage !== 'completed') start(round);
  const awaits = (round: RoundProgress): boolean =>
    PARTNER_STAGES.has(round.stage) || (round.stage === 'splitting' && round.parts.some((part) => part.sent));
  running.push(
    watch(
      process,
      () => progress.rounds.some(awaits),
      () => lookOnce(process),
    ),
  );
  await complete(process).catch(untilStopped);
  await condition(allHandlersFinished);
  await Promise.all(running);
  await Promise.all(process.telling);
  if (process.stopping === 'continue') await continueAsNew<typeof cardMaking>({ ...input, resume: progress });
  return progress;
}
