import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type Fault, fault, isRefusal, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import type { TelecomReply } from '../domain/sim/telecom/application/schema.ts';
import { queueOf } from '../workflows/contract.ts';
import { faultFailure, refusalFailure, refusalOf } from '../workflows/refusal-failure.ts';
import { type Alert, simContract } from '../workflows/sim/contract.ts';
import type { TelecomArrival, TelecomInput, TelecomProgress } from '../workflows/sim/telecom/contract.ts';
import { TELECOM_DEADLINES } from '../workflows/sim/telecom/deadlines.ts';
import { tenant } from './temporal/harness.ts';
import { withServer, withWorker } from './temporal/time-skipping.ts';

/** Telecom's process itself, over weeks that pass in seconds; its steps are told here what to answer. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const workflowsPath = fileURLToPath(new URL('../workflows/workflows.ts', import.meta.url));
const by = { subject: 'anna', tenant, roles: ['operator'] as const };

const books = (more: Partial<TelecomReply['books']>): TelecomReply['books'] => ({
  applied: 1,
  open: 0,
  rejected: 0,
  planned: 0,
  inProduction: 0,
  made: 0,
  failed: 0,
  cancelled: 0,
  confirmed: 0,
  ...more,
});
const at = (stage: TelecomReply['stage'], waitingFor: TelecomReply['waitingFor'], more = books({ open: 1 })) => ({
  changed: true,
  stage,
  waitingFor,
  books: more,
});
const arrival = (kind: TelecomArrival['kind'], status: TelecomArrival['status'] = 'fit'): TelecomArrival => ({
  partnerFile: `telecom:${kind}`,
  file: { id: kind, name: kind, bytes: 1, sm3: kind.padEnd(64, '0') },
  status,
  kind,
});

/** A small world: what the steps answer follows from what has happened; each call is counted. */
class Scene {
  readonly calls = new Map<string, number>();
  readonly alerts: Array<Alert> = [];
  readonly inbox: Array<TelecomArrival> = [];
  readonly reports: Array<TelecomArrival> = [];
  reply: TelecomReply = at('draft', 'staff');
  sending: 'taken' | Refusal | Fault = 'taken';
  readonly #to = (reply: TelecomReply): TelecomReply => {
    this.reply = reply;
    return reply;
  };
  readonly #steps: Readonly<Record<string, (input: never) => unknown>> = {
    telecomExport: () => ({ partner: 'telecom', cities: [], products: [], reply: this.#to(at('scan', 'staff')) }),
    telecomAttachScan: () => this.#to(at('mailing', null)),
    telecomSend: () => (this.sending === 'taken' ? this.#to(at('result', 'partner')) : this.sending),
    telecomResend: () => this.#to(at('mailing', null)),
    telecomLook: () => ({
      cursor: '1:1',
      more: false,
      arrivals: this.inbox.splice(0),
      strange: [],
      reply: this.reply,
    }),
    telecomReports: () => ({ cursor: '[]', arrivals: this.reports.splice(0) }),
    telecomApplyResult: () => ({ quarantined: null, reply: this.#to(at('handover', null, books({ planned: 1 }))) }),
    telecomHandOver: () => this.#to(at('production', 'vendor', books({ inProduction: 1 }))),
    telecomApplyReport: () => this.#to(at('production', 'vendor', books({ made: 1 }))),
    telecomComplete: () => this.#to(at('completed', null, books({ made: 1 }))),
    telecomPause: () => this.reply,
    telecomResume: () => this.reply,
    telecomCancel: () => this.#to(at('cancelled', null, books({ cancelled: 1 }))),
    raiseAlert: (alert: Alert) => {
      this.alerts.push(alert);
      return null;
    },
  };

  get activities() {
    const run = (name: string) => async (input: unknown) => {
      this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
      const answer = this.#steps[name]?.(input as never);
      if (isRefusal(answer)) throw refusalFailure(answer);
      if (typeof answer === 'object' && answer !== null && '_tag' in answer) throw faultFailure(answer as Fault);
      return answer;
    };
    return Object.fromEntries(Object.keys(this.#steps).map((name) => [name, run(name)]));
  }

  levels = (stage: string) => this.alerts.filter((alert) => alert.stage === stage).map(({ level }) => level);
}

interface Run {
  readonly progress: () => Promise<TelecomProgress>;
  readonly update: <A>(name: string, input?: object) => Promise<A>;
  readonly until: (holds: (progress: TelecomProgress) => boolean) => Promise<TelecomProgress>;
  readonly result: () => Promise<TelecomProgress>;
  readonly pass: (ms: number) => Promise<void>;
}

let serial = 0;
const withRun = (scene: Scene, use: (run: Run) => Promise<void>, more: Partial<TelecomInput> = {}): Promise<void> => {
  serial += 1;
  const application = `T-${serial}`;
  const taskQueue = `${queueOf('sim')}-telecom-${serial}`;
  const deadlines = TELECOM_DEADLINES;
  const input: TelecomInput = { tenant, application, startedBy: by, pollEveryMs: 6 * HOUR, deadlines, ...more };
  return withServer((environment) =>
    withWorker(environment, { workflowsPath, taskQueue, activities: scene.activities }, async (client) => {
      const { type } = simContract.workflows.telecomCardMaking;
      const handle = await client.workflow.start(type, { taskQueue, workflowId: application, args: [input] });
      const progress = () => handle.query<TelecomProgress>('progress');
      await use({
        progress,
        update: (name, given = {}) => handle.executeUpdate(name, { args: [{ by, ...given }] }),
        until: async (holds) => {
          for (let hour = 0; hour < 60 * 24; hour += 1) {
            const seen = await progress();
            if (holds(seen)) return seen;
            await environment.sleep(HOUR);
          }
          throw new Error(`not within sixty days: ${JSON.stringify(await progress())}`);
        },
        result: () => handle.result() as Promise<TelecomProgress>,
        pass: (ms) => environment.sleep(ms),
      });
    }),
  );
};

const scan = { file: { id: 's', name: 'scan.pdf', bytes: 1, sm3: 's'.repeat(64) } };

describe('the card-making process with Telecom', () => {
  it('reminds once and alarms once per stage, goes on in new runs, and ends when every card is accounted for', async () => {
    const scene = new Scene();
    await withRun(
      scene,
      async (run) => {
        await run.until(({ stage }) => stage === 'scan');
        await run.pass(4 * DAY);
        expect(scene.levels('scan')).toEqual(['reminder', 'alarm']);
        await run.update('attachScan', scan);
        await run.until(({ stage }) => stage === 'result');
        await run.pass(30 * DAY);
        expect(scene.levels('result')).toEqual(['reminder', 'alarm']);
        scene.inbox.push(arrival('cardMaking'));
        await run.until(({ stage }) => stage === 'production');
        await run.pass(11 * DAY);
        expect(scene.levels('production')).toEqual(['reminder']);
        scene.reports.push(arrival('pos'), arrival('pos'));
        expect(await run.result()).toMatchObject({ ended: 'completed', books: { made: 1 } });
        expect(scene.calls.get('telecomSend')).toBe(1);
        expect(scene.calls.get('telecomApplyReport')).toBe(1);
      },
      { continueAfterEvents: 60 },
    );
  });

  it('lets the clock stand still while it is paused, and looks at no mailbox', async () => {
    const scene = new Scene();
    await withRun(scene, async (run) => {
      await run.until(({ stage }) => stage === 'scan');
      await run.update('attachScan', scan);
      await run.until(({ stage }) => stage === 'result');
      await run.update('pause', { reason: 'a holiday' });
      const looks = scene.calls.get('telecomLook');
      await run.pass(20 * DAY);
      expect(scene.levels('result')).toEqual([]);
      expect(scene.calls.get('telecomLook')).toBe(looks);
      await run.update('resume');
      await run.pass(3 * DAY);
      expect(scene.levels('result')).toEqual(['reminder']);
      await run.update('cancel', { reason: 'not needed' });
      expect(await run.result()).toMatchObject({ ended: 'cancelled', books: { cancelled: 1 } });
    });
  });

  it('stands still with a refused letter until a person asks again, and sends no second one by itself', async () => {
    const scene = new Scene();
    scene.sending = refuse('invalid', 'LetterRefused', 'no');
    await withRun(scene, async (run) => {
      await run.until(({ stage }) => stage === 'scan');
      await run.update('attachScan', scan);
      await run.until(({ problem }) => problem?.code === 'LetterRefused');
      await run.pass(2 * HOUR);
      expect(scene.calls.get('telecomSend')).toBe(1);
      scene.sending = fault('mail', 'Unavailable', 'away');
      await run.update('retryStage');
      await run.pass(2 * HOUR);
      expect(scene.calls.get('telecomSend')).toBeGreaterThan(5);
      scene.sending = 'taken';
      await run.until(({ stage }) => stage === 'result');
      const refused = await run.update('retryStage').then(() => undefined, refusalOf);
      expect(refused?.code).toBe('NothingToRetry');
      await run.update('cancel', { reason: 'enough' });
    });
  });
});
