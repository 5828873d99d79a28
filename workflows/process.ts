/**
 * What a workflow is written with: the activities of its contract under their retry profiles, typed handlers for its
 * signals, queries and updates, and the stage that the Temporal UI shows. Part of the bundle: no Effect, no I/O.
 */
import {
  ActivityFailure,
  defineQuery,
  defineSignal,
  defineUpdate,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { isRefusal, type Refusal } from '../domain/kernel/refusal.ts';
import type {
  AnswerOf,
  AnyWorkflow,
  Contract,
  InputOf,
  PayloadOf,
  QueryNames,
  ResultOf,
  SignalNames,
  UpdateNames,
} from './contract.ts';
import { refusalFailure, refusalOf } from './refusal-failure.ts';
import { retryProfiles } from './retry-profiles.ts';
import { HUFU_CITY, HUFU_PARTNER, HUFU_PRODUCT, HUFU_STAGE } from './search-attributes.ts';

export { faultOf, refusalOf } from './refusal-failure.ts';

/** The steps as a workflow calls them. They throw; `refusalOf(error)` and `faultOf(error)` say what it was. */
export type Steps<C extends Contract> = {
  readonly [K in keyof C['activities']]: (input: InputOf<C['activities'][K]>) => Promise<ResultOf<C['activities'][K]>>;
};

export const activitiesOf = <C extends Contract>(contract: C): Steps<C> =>
  Object.fromEntries(
    Object.entries(contract.activities).map(([name, { profile }]) => {
      const { retry, ...timeouts } = retryProfiles[profile];
      const proxy = proxyActivities({ ...timeouts, ...(retry === undefined ? {} : { retry }) });
      return [name, (input: unknown) => stepOf(proxy, name)(input)];
    }),
  ) as Steps<C>;

type Step = (input: unknown) => Promise<unknown>;

const stepOf = (proxy: Readonly<Record<string, Step>>, name: string): Step => {
  const step = proxy[name];
  if (step === undefined) throw new Error(`no proxy for the activity ${name}`);
  return step;
};

export const onSignal = <W extends AnyWorkflow, Name extends SignalNames<W>>(
  _workflow: W,
  name: Name,
  handle: (payload: PayloadOf<W['signals'][Name]>) => void | Promise<void>,
): void => {
  setHandler(defineSignal<[PayloadOf<W['signals'][Name]>]>(name), handle);
};

export const onQuery = <W extends AnyWorkflow, Name extends QueryNames<W>>(
  _workflow: W,
  name: Name,
  answer: () => AnswerOf<W['queries'][Name]>,
): void => {
  setHandler(defineQuery<AnswerOf<W['queries'][Name]>>(name), answer);
};

/**
 * `refuse` looks at the state before the update is accepted: what it refuses leaves no trace in the history and the
 * caller learns it at once. `handle` may still refuse (after a step did); it must not throw for anything else.
 */
export const onUpdate = <W extends AnyWorkflow, Name extends UpdateNames<W>>(
  _workflow: W,
  name: Name,
  update: {
    readonly refuse: (input: InputOf<W['updates'][Name]>) => Refusal | undefined;
    readonly handle: (
      input: InputOf<W['updates'][Name]>,
    ) => ResultOf<W['updates'][Name]> | Refusal | Promise<ResultOf<W['updates'][Name]> | Refusal>;
  },
): void => {
  type Input = InputOf<W['updates'][Name]>;
  type Result = ResultOf<W['updates'][Name]>;
  setHandler(
    defineUpdate<Result, [Input]>(name),
    async (input) => {
      const result = await update.handle(input);
      if (isRefusal(result)) throw refusalFailure(result);
      return result;
    },
    {
      validator: (input) => {
        const refusal = update.refuse(input);
        if (refusal !== undefined) throw refusalFailure(refusal);
      },
    },
  );
};

/** Shows where the run is: the stage as a search attribute, the details (Markdown, encrypted) on the run's page. */
export const showStage = (stage: string, details?: string): void => {
  upsertSearchAttributes([{ key: HUFU_STAGE, value: stage }]);
  if (details !== undefined) setCurrentDetails(details);
};

/** By what the run can be found; set once at its beginning. Codes only, no names and no numbers of anybody. */
export const showSubject = (subject: {
  readonly partner?: string;
  readonly cities?: ReadonlyArray<string>;
  readonly products?: ReadonlyArray<string>;
}): void => {
  upsertSearchAttributes([
    ...(subject.partner === undefined ? [] : [{ key: HUFU_PARTNER, value: subject.partner }]),
    ...(subject.cities === undefined ? [] : [{ key: HUFU_CITY, value: [...subject.cities] }]),
    ...(subject.products === undefined ? [] : [{ key: HUFU_PRODUCT, value: [...subject.products] }]),
  ]);
};

/** A step that failed for good: refused, given up by its profile, or out of time. Not a cancellation, not a bug here. */
export const isStepFailure = (error: unknown): error is ActivityFailure =>
  error instanceof ActivityFailure && !isCancellation(error);

/** A step's refusal is the answer to the update; anything else that fails is for the run to show. */
export const orRefusal = async <A>(work: Promise<A>): Promise<A | Refusal> => {
  try {
    return await work;
  } catch (error) {
    const refusal = isStepFailure(error) ? refusalOf(error) : undefined;
    if (refusal === undefined) throw error;
    return refusal;
  }
};
