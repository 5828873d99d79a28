/**
 * Schedules are declared in a list and reconciled at start: what is missing is created, what differs is updated, what
 * is ours and no longer declared is removed. Ours are those whose id begins with `hufu/`. A schedule that an operator
 * paused stays paused.
 */
import { createHash } from 'node:crypto';
import { type Client, ScheduleAlreadyRunning, ScheduleNotFoundError, type ScheduleSpec } from '@temporalio/client';
import { Effect } from 'effect';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import { canonicalJson } from '../domain/kernel/canonical-json.ts';
import { type Fault, fault, isFault } from '../domain/kernel/refusal.ts';
import { type AnyWorkflow, type InputOf, queueOf, workflowIdOf } from '../workflows/contract.ts';
import { HUFU_AREA, HUFU_TENANT } from '../workflows/search-attributes.ts';
import { temporalTry } from './errors.ts';

const OURS = 'hufu/';
/** In the memo of what a schedule starts: the hash of the declaration that it was made from. */
const HASH = 'declaration';

export interface DeclaredSchedule {
  /** Unique in the list; the schedule's id is `hufu/<name>`. */
  readonly name: string;
  /** When, e.g. `{ cronExpressions: ['0 3 * * *'], timezone: 'Asia/Shanghai' }`. */
  readonly spec: ScheduleSpec;
  readonly workflow: AnyWorkflow;
  readonly tenant: TenantId;
  readonly input: { readonly tenant: TenantId };
  /** What to do when the last one still runs: nothing by default. */
  readonly overlap?: 'SKIP' | 'BUFFER_ONE' | 'ALLOW_ALL';
}

/** The input type is the contract's. */
export const schedule = <W extends AnyWorkflow>(
  declared: Omit<DeclaredSchedule, 'workflow' | 'input' | 'tenant'> & {
    readonly workflow: W;
    readonly input: InputOf<W> & { readonly tenant: TenantId };
  },
): DeclaredSchedule => ({ ...declared, tenant: declared.input.tenant });

export interface Reconciled {
  readonly created: ReadonlyArray<string>;
  readonly updated: ReadonlyArray<string>;
  readonly removed: ReadonlyArray<string>;
}

const idOf = (declared: DeclaredSchedule): string => `${OURS}${declared.name}`;

const bodyOf = (declared: DeclaredSchedule, queuePrefix: string) => {
  const { spec, workflow, tenant, input, name, overlap = 'SKIP' } = declared;
  const taskQueue = queueOf(workflow.area, queuePrefix);
  const hash = createHash('sha256')
    .update(canonicalJson({ spec, type: workflow.type, input, overlap, taskQueue }))
    .digest('hex');
  return {
    hash,
    spec,
    policies: { overlap, catchupWindow: '1 hour' as const },
    action: {
      type: 'startWorkflow' as const,
      workflowType: workflow.type,
      // The server adds the time that it was due.
      workflowId: workflowIdOf(workflow, tenant, name),
      taskQueue,
      args: [input],
      memo: { [HASH]: hash },
      typedSearchAttributes: [
        { key: HUFU_AREA, value: workflow.area as string },
        { key: HUFU_TENANT, value: tenant as string },
      ],
    },
  };
};

const reconcileOne = async (client: Client, declared: DeclaredSchedule, queuePrefix: string) => {
  const { hash, ...body } = bodyOf(declared, queuePrefix);
  const handle = client.schedule.getHandle(idOf(declared));
  try {
    const found = await handle.describe();
    if (found.action.memo?.[HASH] === hash) return 'same';
    await handle.update(({ state: { paused, note } }) => ({
      ...body,
      state: { paused, ...(note === undefined ? {} : { note }) },
    }));
    return 'updated';
  } catch (error) {
    if (!(error instanceof ScheduleNotFoundError)) throw error;
  }
  try {
    await client.schedule.create({ scheduleId: idOf(declared), ...body });
    return 'created';
  } catch (error) {
    // Another node was faster; it declares the same.
    if (error instanceof ScheduleAlreadyRunning) return 'same';
    throw error;
  }
};

const removeOthers = async (client: Client, declared: ReadonlyArray<DeclaredSchedule>): Promise<Array<string>> => {
  const kept = new Set(declared.map(idOf));
  const removed: Array<string> = [];
  for await (const { scheduleId } of client.schedule.list()) {
    if (!scheduleId.startsWith(OURS) || kept.has(scheduleId)) continue;
    await client.schedule
      .getHandle(scheduleId)
      .delete()
      .catch((error: unknown) => {
        if (!(error instanceof ScheduleNotFoundError)) throw error;
      });
    removed.push(scheduleId);
  }
  return removed;
};

export const reconcileSchedules = (
  client: Client,
  declared: ReadonlyArray<DeclaredSchedule>,
  queuePrefix = 'hufu',
): Effect.Effect<Reconciled, Fault> =>
  temporalTry('reconciling the schedules', async () => {
    const found: Record<'created' | 'updated' | 'same', Array<string>> = { created: [], updated: [], same: [] };
    for (const one of declared) found[await reconcileOne(client, one, queuePrefix)].push(idOf(one));
    return { created: found.created, updated: found.updated, removed: await removeOthers(client, declared) };
  }).pipe(
    Effect.mapError((failure) => (isFault(failure) ? failure : fault('temporal', failure.code, failure.message))),
  );
