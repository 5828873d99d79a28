import { allHandlersFinished, condition, continueAsNew, setCurrentDetails } from '@temporalio/workflow';
import { activitiesOf, onQuery, showStage, showSubject } from '../../process.ts';
import { simContract } from '../contract.ts';
import { watchDeadlines } from '../deadlines.ts';
import { watch } from '../look-out.ts';
import { attempt, interruptibly, until, untilStopped } from '../running.ts';
import type { TelecomInput, TelecomProgress } from './contract.ts';
import {
  deliver,
  endTelecom,
  follow,
  keepOut,
  newTelecomProgress,
  refreshTelecom,
  type TelecomProcess,
  type TelecomStanding,
} from './process.ts';
import { listenToTelecomStaff } from './staff.ts';

/**
 * Card making with the base operator Telecom (seed 000 §5.2): days from the exported application to the last card that
 * the vendor has reported. One look-out watches mailbox and vendor; nothing that Telecom, a mail server or a vendor does
 * makes the process fail.
 */

const stepOf = ({ input }: TelecomProcess) => ({ tenant: input.tenant, application: input.application });

const lookOnce = async (process: TelecomProcess): Promise<void> => {
  const { standing, steps } = process;
  const { told } = process;
  if (standing.stage === 'production') {
    const step = { ...stepOf(process), cursor: standing.vendorCursor };
    const looked = await interruptibly(process, () => steps.telecomReports(step));
    if (looked === undefined) return;
    standing.vendorCursor = looked.cursor;
    for (const arrival of looked.arrivals) deliver(process, arrival);
  } else {
    const step = { ...stepOf(process), cursor: standing.mailCursor };
    const looked = await interruptibly(process, () => steps.telecomLook(step));
    if (looked === undefined) return;
    standing.mailCursor = looked.cursor;
    process.pollNow = process.pollNow || looked.more;
    if (process.told === told) follow(process, looked.reply);
    for (const arrival of looked.arrivals) deliver(process, arrival);
    for (const problem of looked.strange) keepOut(process, problem);
  }
  standing.partnerFault = null;
};

const WATCHED: ReadonlySet<string> = new Set(['mailing', 'result', 'production']);

/** Takes the result file into account; one that is quarantined gives way to the next. */
const applyResult = async (process: TelecomProcess): Promise<void> => {
  const { standing, steps } = process;
  const { result } = standing;
  if (result === null) return;
  const step = { ...stepOf(process), file: result.file };
  const { quarantined, reply } = await attempt(process, standing, () => steps.telecomApplyResult(step));
  if (quarantined !== null) {
    standing.result = null;
    deliver(process, { ...result, status: 'quarantined', error: quarantined });
  }
  follow(process, reply);
};

const applyReport = async (process: TelecomProcess): Promise<void> => {
  const { standing, steps } = process;
  const [report] = standing.reports;
  if (report === undefined) return;
  const step = { ...stepOf(process), file: report.file };
  follow(process, await attempt(process, standing, () => steps.telecomApplyReport(step)));
  standing.spent = [...standing.spent, report.file.sm3].slice(-20);
  standing.reports = standing.reports.filter(({ file }) => file.sm3 !== report.file.sm3);
};

const accountedFor = ({ books }: TelecomProgress): boolean =>
  books !== null && books.open + books.planned + books.inProduction === 0;

/** What is to be done next, given what has come; undefined: wait. */
const nextStep = (process: TelecomProcess): (() => Promise<void>) | undefined => {
  const { standing, steps } = process;
  const { stage, waitingFor } = standing;
  const attempted = (step: () => ReturnType<typeof steps.telecomSend>) => async () =>
    follow(process, await attempt(process, standing, step, { lightly: true }));
  // An answer may be there before the letter is known to have gone.
  if (standing.result !== null && (stage === 'scan' || stage === 'mailing' || stage === 'result')) {
    return () => applyResult(process);
  }
  if (stage === 'mailing' && waitingFor === null) return attempted(() => steps.telecomSend(stepOf(process)));
  if (stage === 'handover') return attempted(() => steps.telecomHandOver(stepOf(process)));
  if (stage !== 'production') return undefined;
  if (accountedFor(standing)) {
    return async () => {
      const reply = await attempt(process, standing, () => steps.telecomComplete(stepOf(process)));
      standing.books = reply.books;
      endTelecom(process, 'completed');
    };
  }
  return standing.reports.length > 0 ? () => applyReport(process) : undefined;
};

/** Does one step after the other, as each becomes possible, until the process stops. */
const goOn = async (process: TelecomProcess): Promise<void> => {
  for (;;) {
    await until(process, () => !process.standing.paused && !process.holding && nextStep(process) !== undefined);
    await nextStep(process)?.();
  }
};

const open = async (process: TelecomProcess): Promise<void> => {
  const { input, standing, steps } = process;
  const step = { ...stepOf(process), by: input.startedBy };
  const { reply, ...subject } = await attempt(process, standing, () => steps.telecomExport(step));
  showSubject(subject);
  follow(process, reply);
};

/** The run's page in the Temporal UI, encrypted like all payloads. */
const detailsOf = (standing: TelecomStanding): string =>
  `**${standing.application}**: ${standing.stage}${standing.paused ? ' (paused)' : ''}, waits for ` +
  `${standing.problem === null ? (standing.waitingFor ?? 'nobody') : `staff: ${standing.problem.code}`}`;

const newProcess = (input: TelecomInput, standing: TelecomStanding): TelecomProcess => {
  let shown: string | undefined;
  const process: TelecomProcess = {
    input,
    progress: standing,
    standing,
    steps: activitiesOf(simContract),
    stopping: null,
    holding: false,
    busy: 0,
    pollNow: false,
    looking: false,
    told: 0,
    retries: new Map(),
    interruptible: new Set(),
    givingUp: new Set(),
    telling: new Set(),
    refresh: () => {
      refreshTelecom(process);
      if (shown !== standing.stage) showStage(standing.stage);
      shown = standing.stage;
      setCurrentDetails(detailsOf(standing));
    },
    end: (how) => endTelecom(process, how),
  };
  return process;
};

export async function telecomCardMaking(input: TelecomInput): Promise<TelecomProgress> {
  const standing: TelecomStanding = { ...newTelecomProgress(input.application, Date.now()), ...input.resume, round: 1 };
  const process = newProcess(input, standing);
  onQuery(simContract.workflows.telecomCardMaking, 'progress', () => standing);
  listenToTelecomStaff(process);
  process.refresh();
  if (input.resume === undefined) await open(process).catch(untilStopped);
  // A letter or a report.
  const awaited = (): boolean => WATCHED.has(standing.stage);
  const running = [
    goOn(process).catch(untilStopped),
    watchDeadlines(process, standing),
    watch(process, awaited, () => lookOnce(process)),
  ];
  await Promise.all(running);
  await condition(allHandlersFinished);
  await Promise.all(process.telling);
  if (process.stopping === 'continue') await continueAsNew<typeof telecomCardMaking>({ ...input, resume: standing });
  return standing;
}
