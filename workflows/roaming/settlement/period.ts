import { allHandlersFinished, condition, continueAsNew, workflowInfo } from '@temporalio/workflow';
import { type Refusal, refuse } from '../../../domain/kernel/refusal.ts';
import { periodRefusals } from '../../../domain/roaming/settlement/refusals.ts';
import type { FileRef } from '../../../domain/sim/schema.ts';
import {
  activitiesOf,
  faultOf,
  isStepFailure,
  onSignal,
  onUpdate,
  orRefusal,
  refusalOf,
  showStage,
  showSubject,
} from '../../process.ts';
import {
  type Decided,
  type Decision,
  type DetailInput,
  type DetailResult,
  type PeriodInput,
  type PeriodStage,
  type PeriodStep,
  type StageResult,
  settlementContract,
} from './contract.ts';

const { settlePeriod: definition } = settlementContract.workflows;

/** In which stages a decision may come; the period's actor is asked all the same. */
const STAGES: Readonly<Record<Decision['_tag'], ReadonlyArray<PeriodStage>>> = {
  AddRate: ['open'],
  Approve: ['drawn', 'approving'],
  Reject: ['drawn', 'approving'],
  Reopen: ['drawn', 'rejected', 'approving', 'approved'],
  Instruct: ['approved', 'instructed'],
  Confirm: ['instructed', 'paid'],
};

const REMINDED: ReadonlyArray<PeriodStage> = ['drawn', 'approving', 'approved'];

const ended = (): Refusal => refuse('conflict', 'PeriodEnded', 'The period is closed: its process has ended.');

const refusedAt = (stage: PeriodStage, { decision, by }: Decided): Refusal | undefined => {
  if (stage === 'closed') return ended();
  if (!by.roles.includes('finance')) return periodRefusals.notFinance();
  return STAGES[decision._tag].includes(stage) ? undefined : periodRefusals.wrongStage(stage);
};

/**
 * A period of an agreement: days are added until all are there, the statement is drawn and sent, the partner's own is
 * compared, finance decides, an instruction goes out, the money is confirmed, the period is closed. What finance says is an
 * update: it is judged by the stage before it is accepted, and answered when the period has taken it.
 */
export async function settlePeriod(input: PeriodInput): Promise<StageResult> {
  const { pollEveryMs, remindEveryMs, ...step } = input;
  const steps = activitiesOf(settlementContract);
  const period: Period = { step, stage: 'open', given: [], woken: false };
  onSignal(definition, 'partnerStatement', ({ file }) => {
    period.given.push(file);
  });
  onSignal(definition, 'look', () => {
    period.woken = true;
  });
  onUpdate(definition, 'decide', {
    refuse: (decided) => refusedAt(period.stage, decided),
    handle: async (decided) => {
      const result = await orRefusal(steps.decidePeriod({ ...step, ...decided }));
      if (!('_tag' in result)) show(period, result.stage);
      return result;
    },
  });
  showSubject({ partner: step.partner });
  showStage('open', `${step.agreement}, ${step.from} – ${step.to}`);
  show(period, (await steps.readPeriod(step)).stage);
  for (;;) {
    period.woken = false;
    const well = await goOn(steps, period);
    if (period.stage === 'closed') break;
    if (workflowInfo().continueAsNewSuggested && period.given.length === 0) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof settlePeriod>(input);
    }
    const awaited = (): boolean => period.woken || (period.stage === 'drawn' && period.given.length > 0);
    const soon = period.stage === 'open' || !well;
    const happened = await condition(awaited, soon ? pollEveryMs : remindEveryMs);
    if (!happened && REMINDED.includes(period.stage)) await steps.remindFinance({ ...step, stage: period.stage });
  }
  await condition(allHandlersFinished);
  return { stage: period.stage };
}

interface Period {
  readonly step: PeriodStep;
  stage: PeriodStage;
  readonly given: Array<FileRef>;
  /** Something has happened: it is looked again at what can be done. */
  woken: boolean;
}

const show = (period: Period, stage: PeriodStage): void => {
  if (period.stage === stage) return;
  period.stage = stage;
  period.woken = true;
  showStage(stage);
};

/** What can be done in this stage without a person. False: a step has failed for good; a person is told. */
const goOn = async (steps: Steps, period: Period): Promise<boolean> => {
  const { step } = period;
  const before = period.stage;
  const told = (result: StageResult): void => {
    // A person may have spoken meanwhile: that is newer.
    if (period.stage === before) show(period, result.stage);
  };
  try {
    if (before === 'open') told(await steps.drawPeriod(step));
    else if (before === 'drawn') {
      await steps.sendStatement(step);
      const file = period.given.shift();
      if (file !== undefined) await steps.comparePeriod({ ...step, file });
    } else if (before === 'approved') told(await steps.closePeriod(step));
    else if (before === 'instructed' || before === 'paid') {
      // Also of one that was paid at once.
      await steps.sendInstruction(step);
      if (before === 'paid') told(await steps.closePeriod(step));
    }
    return true;
  } catch (error) {
    if (!isStepFailure(error)) throw error;
    const code = (refusalOf(error) ?? faultOf(error))?.code ?? 'StepFailed';
    await steps.settlementFailed({ ...step, what: `${step.agreement}:${step.from}`, code });
    return false;
  }
};

type Steps = ReturnType<typeof activitiesOf<typeof settlementContract>>;

/** The details of both sides of a period. */
export async function reconcileDetail(input: DetailInput): Promise<DetailResult> {
  showSubject({ partner: input.partner });
  showStage('comparing');
  const result = await activitiesOf(settlementContract).compareDetail(input);
  showStage('compared');
  return result;
}
