/** What a start makes on a server: the namespace, its search attributes, the declared schedules. */
import { Effect, Redacted, Schedule } from 'effect';
import { expect, test } from 'vitest';
import { Processes } from '../../temporal/client.ts';
import { prepareNamespace } from '../../temporal/namespace.ts';
import { reconcileSchedules, schedule } from '../../temporal/schedules.ts';
import { connectionOptions, RETENTION_DAYS, Temporal, temporalSettings } from '../../temporal.config.ts';
import { exampleContract } from './example-contract.ts';
import { clientLayer, ownSettings, tenant } from './harness.ts';

const { nap } = exampleContract.workflows;
const nightly = schedule({
  name: 'nightly-nap',
  workflow: nap,
  input: { tenant, days: 1 },
  spec: { cronExpressions: ['0 3 * * *'], timezone: 'Asia/Shanghai' },
});

test('a second start finds everything; schedules follow their list; a wrong type is told', async () => {
  const settings = ownSettings();
  await Effect.runPromise(
    Effect.gen(function* () {
      const { client } = yield* Temporal;
      const connection = client.connection as Parameters<typeof prepareNamespace>[0];
      const options = { namespace: settings.namespace, retentionDays: RETENTION_DAYS };
      yield* prepareNamespace(connection, options);
      yield* Effect.flatMap(Processes, ({ health }) => health);

      const id = 'hufu/nightly-nap';
      const reconcile = (list: Parameters<typeof reconcileSchedules>[1]) => reconcileSchedules(client, list);
      expect(yield* reconcile([nightly])).toEqual({ created: [id], updated: [], removed: [] });
      expect(yield* reconcile([nightly])).toEqual({ created: [], updated: [], removed: [] });

      const handle = client.schedule.getHandle(id);
      yield* Effect.promise(() => handle.pause('an operator wants it'));
      const later = { ...nightly, spec: { cronExpressions: ['30 4 * * *'], timezone: 'Asia/Shanghai' } };
      expect(yield* reconcile([later])).toEqual({ created: [], updated: [id], removed: [] });
      const described = yield* Effect.promise(() => handle.describe());
      expect(described.state).toMatchObject({ paused: true, note: 'an operator wants it' });
      expect(described.spec.calendars?.[0]?.hour).toMatchObject([{ start: 4 }]);
      expect(described.action).toMatchObject({ workflowType: 'operations.nap', args: [{ tenant, days: 1 }] });

      yield* Effect.promise(() =>
        client.schedule.create({
          scheduleId: 'by-hand',
          spec: { intervals: [{ every: '1 day' }] },
          action: { type: 'startWorkflow', workflowType: nap.type, taskQueue: 'x', args: [{ tenant, days: 1 }] },
          state: { paused: true },
        }),
      );
      const removed = yield* reconcile([]).pipe(
        // The list of schedules is read from visibility, which follows a moment later.
        Effect.filterOrFail((found) => found.removed.length > 0),
        Effect.retry(Schedule.spaced(100)),
        Effect.timeout(20_000),
      );
      expect(removed.removed).toEqual([id]);
      expect((yield* Effect.promise(() => client.schedule.getHandle('by-hand').describe())).scheduleId).toBe('by-hand');

      yield* Effect.promise(() =>
        connection.operatorService.removeSearchAttributes({
          namespace: settings.namespace,
          searchAttributes: ['HufuStage'],
        }),
      );
      yield* Effect.promise(() =>
        connection.operatorService.addSearchAttributes({
          namespace: settings.namespace,
          searchAttributes: { HufuStage: 3 },
        }),
      ).pipe(Effect.catchAllCause(() => Effect.void));
      expect(yield* Effect.flip(prepareNamespace(connection, options))).toMatchObject({
        _tag: 'Fault',
        code: 'SearchAttributeType',
      });
    }).pipe(Effect.provide(clientLayer(settings))),
  );
});

test('a server that is not there is a fault that names the variable', async () => {
  const failure = await Effect.runPromise(
    Effect.flip(
      Effect.provide(Processes, clientLayer({ ...ownSettings(), address: '127.0.0.1:1', connectTimeoutMs: 1_000 })),
    ),
  );
  expect(failure).toMatchObject({
    _tag: 'Fault',
    code: 'Unavailable',
    message: expect.stringContaining('TEMPORAL_ADDRESS'),
  });
});

test('settings come from the environment; an API key switches TLS on; half a certificate is told', async () => {
  const withEnvironment = async <A>(variables: Record<string, string>, read: () => Promise<A>): Promise<A> => {
    const before = { ...process.env };
    Object.assign(process.env, variables);
    try {
      return await read();
    } finally {
      for (const name of Object.keys(variables)) delete process.env[name];
      Object.assign(process.env, before);
    }
  };
  const hosted = { TEMPORAL_ADDRESS: 'x.tmprl.cloud:7233', TEMPORAL_NAMESPACE: 'own', TEMPORAL_API_KEY: 'k' };
  const settings = await withEnvironment(hosted, () => Effect.runPromise(temporalSettings));
  expect(settings).toMatchObject({ address: 'x.tmprl.cloud:7233', namespace: 'own', tls: true });
  expect(settings.apiKey === undefined ? undefined : Redacted.value(settings.apiKey)).toBe('k');
  expect(connectionOptions(settings)).toMatchObject({ tls: true, apiKey: 'k' });
  const half = await withEnvironment({ TEMPORAL_TLS_CERT: new URL(import.meta.url).pathname }, () =>
    Effect.runPromise(Effect.flip(temporalSettings)),
  );
  expect(half).toMatchObject({ _tag: 'Fault', code: 'Configuration' });
});
