import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import type { TemporalActivities } from '../activities/activity.ts';
import { type Fault, fault, isRefusal, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { queueOf } from '../workflows/contract.ts';
import { faultFailure, refusalFailure, refusalOf } from '../workflows/refusal-failure.ts';
import type { Alert, Arrival, CardMakingInput, CardMakingProgress } from '../workflows/sim/contract.ts';
import { simContract } from '../workflows/sim/contract.ts';
import { DEFAULT_DEADLINES } from '../workflows/sim/stages.ts';
import { tenant } from './temporal/harness.ts';
import { withServer, withWorker } from './temporal/time-skipping.ts';

/** The card-making process itself, over weeks that pass in seconds; its steps are told here what to answer. */
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const workflowsPath = fileURLToPath(new URL('../workflows/workflows.ts', import.meta.url));
const { cardMaking } = simContract.workflows;
const by = { subject: 'anna', tenant, roles: ['operator'] as const };

const file = (name: string) => ({ id: `id-${name}`, name, bytes: 1, sm3: name.padEnd(64, '0') });
const arrival = (kind: Arrival['kind'], more: Partial<Arrival> = {}): Arrival => ({
  partnerFile: `vop:${kind}`,
  file: file(kind.slice(0, 4)),
  status: 'fit',
  kind,
  round: 1,
  part: 0,
  subjectSm3: '',
  ...more,
});
const part = { id: '1.1', part: 1, vendor: 'V', quantity: 1 };
const pos = arrival('pos', { part: 1 });
const verdict = arrival('posValidation', { part: 1, subjectSm3: pos.file.sm3 });
const books = {
  applied: 1,
  open: 0,
  rejected: 0,
  planned: 0,
  inProduction: 0,
  made: 1,
  failed: 0,
  cancelled: 0,
  confirmed: 1,
};
const reply = { changed: true, stage: 'completed', waitingFor: null, round: 1, books };

type Step = (input: never, times: number) => unknown;

/** What every step answers when nothing else is said; each call is counted and may fail as a real one does. */
class Scene {
  readonly calls = new Map<string, number>();
  readonly alerts: Array<Alert> = [];
  /** Files that lie on the partner's server and were not seen yet. */
  readonly outbox: Array<Arrival> = [];
  readonly #steps: Record<string, Step> = {
    openApplication: () => ({ partner: 'vop', cities: ['110000'], products: ['P'] }),
    checkResources: () => ({ short: [], ready: 1 }),
    generateApplicationFile: () => ({ file: file('appl') }),
    uploadApplicationFile: () => ({ path: '/apply/x' }),
    pollPartner: () => ({ cursor: 'c', arrivals: this.outbox.splice(0) }),
    readFile: () => arrival('validation'),
    applyValidation: () => ({ accepted: [1], rejected: [] }),
    applyCardFile: () => ({ quarantined: null }),
    splitCardFile: () => ({ parts: [part] }),
    assignPart: () => ({ file: file('part') }),
    sendPart: () => ({ path: '/inbox/x' }),
    cancelPart: () => ({ cancelled: 1 }),
    applyPos: () => ({ verdict: 'accepted', reason: '', outstanding: 0, quarantined: null }),
    correctLines: () => ({ ...reply, round: 2 }),
    dropLines: () => reply,
    pauseApplication: () => reply,
    resumeApplication: () => reply,
    cancelApplication: () => reply,
    completeApplication: () => reply,
    raiseAlert: (alert: Alert) => {
      this.alerts.push(alert);
      return null;
    },
  };

  /** `step` answers from now on; a refusal or a fault that it gives is thrown. */
  on = <Input>(name: string, step: (input: Input, times: number) => unknown): this => {
    this.#steps[name] = step as Step;
    return this;
  };

  get activities(): TemporalActivities {
    const run =
      (name: string) =>
      async (input: unknown): Promise<unknown> => {
        const times = (this.calls.get(name) ?? 0) + 1;
        this.calls.set(name, times);
        const answer = this.#steps[name]?.(input as never, times);
        if (isRefusal(answer)) throw refusalFailure(answer);
        if (isFaultOf(answer)) throw faultFailure(answer);
        return answer;
      };
    return Object.fromEntries(Object.keys(this.#steps).map((name) => [name, run(name)]));
  }
}

const isFaultOf = (value: unknown): value is Fault =>
  typeof value === 'object' && value !== null && '_tag' in value && value._tag === 'Fault';

interface Run {
  readonly progress: () => Promise<CardMakingProgress>;
  readonly update: <A>(name: string, input?: object) => Promise<A>;
  readonly refused: (name: string, input?: object) => Promise<Refusal | undefined>;
  readonly until: (holds: (progress: CardMakingProgress) => boolean) => Promise<CardMakingProgress>;
  readonly result: () => Promise<CardMakingProgress>;
  readonly pass: (ms: number) => Promise<void>;
}

let serial = 0;

const withRun = (
  scene: Scene,
  use: (run: Run) => Promise<void>,
  more: Partial<CardMakingInput> = {},
): Promise<void> => {
  serial += 1;
  const application = `A-${serial}`;
  const taskQueue = `${queueOf('sim')}-${serial}`;
  const input: CardMakingInput = {
    tenant,
    application,
    startedBy: by,
    pollEveryMs: 6 * HOUR,
    deadlines: DEFAULT_DEADLINES,
    ...more,
  };
  return withServer((environment) =>
    withWorker(environment, { workflowsPath, taskQueue, activities: scene.activities }, async (client: Client) => {
      const handle = await client.workflow.start(cardMaking.type, {
        taskQueue,
        workflowId: application,
        args: [input],
      });
      const progress = () => handle.query<CardMakingProgress>('progress');
      const update = <A>(name: string, given: object = {}) =>
        handle.executeUpdate<A, [object]>(name, { args: [{ by, ...given }] });
      const run: Run = {
        progress,
        update,
        refused: (name, given) => update(name, given).then(() => undefined, refusalOf),
        until: async (holds) => {
          for (let hour = 0; hour < 60 * 24; hour += 1) {
            const seen = await progress();
            if (holds(seen)) return seen;
            await environment.sleep(HOUR);
          }
          throw new Error(`not within sixty days: ${JSON.stringify(await progress())}`);
        },
        result: () => handle.result() as Promise<CardMakingProgress>,
        pass: (ms) => environment.sleep(ms),
      };
      await use(run);
    }),
  );
};

const atSplit = ({ rounds }: CardMakingProgress): boolean =>
  rounds[0]?.stage === 'splitting' && rounds[0].waitingFor === 'staff';
const levels = (scene: Scene, stage: string) =>
  scene.alerts.filter((alert) => alert.stage === stage).map(({ level }) => level);
const bySplit = { round: 1, rule: { by: 'city', vendors: { '110000': 'V' } } };

describe('the card-making process', () => {
  it('reminds once and alarms once per stage, over weeks', async () => {
    const scene = new Scene();
    await withRun(scene, async (run) => {
      await run.pass(10 * DAY);
      expect(levels(scene, 'validation')).toEqual(['reminder', 'alarm']);
      expect((await run.progress()).rounds[0]).toMatchObject({ reminded: true, alarmed: true, stage: 'validation' });
      scene.outbox.push(arrival('validation'), arrival('cardMaking'));
      await run.until(atSplit);
      await run.update('split', bySplit);
      await run.pass(11 * DAY);
      expect(levels(scene, 'production')).toEqual(['reminder']);
      scene.outbox.push(pos);
      await run.until(({ stage }) => stage === 'posValidation');
      scene.outbox.push(verdict);
      expect(await run.result()).toMatchObject({ ended: 'completed', books });
      expect(levels(scene, 'production')).toEqual(['reminder']);
    });
  });

  it('lets the clock of a stage stand still while it is paused, and looks at no partner', async () => {
    const scene = new Scene();
    await withRun(scene, async (run) => {
      await run.until(({ stage, polls }) => stage === 'validation' && polls > 0);
      await run.pass(20 * HOUR);
      expect(levels(scene, 'validation')).toEqual([]);
      await run.update('pause', { reason: 'a holiday' });
      const polls = scene.calls.get('pollPartner') ?? 0;
      expect((await run.refused('pollNow'))?.code).toBe('ApplicationPaused');
      await run.pass(30 * DAY);
      expect(levels(scene, 'validation')).toEqual([]);
      expect(scene.calls.get('pollPartner') ?? 0).toBeLessThanOrEqual(polls + 1);
      await run.update('resume');
      await run.pass(2 * HOUR);
      expect(levels(scene, 'validation')).toEqual([]);
      await run.pass(4 * HOUR);
      expect(levels(scene, 'validation')).toEqual(['reminder']);
    });
  });

  it('says at once what cannot be done now', async () => {
    const scene = new Scene().on('splitCardFile', () => refuse('invalid', 'CityWithoutVendor', 'No vendor.'));
    await withRun(scene, async (run) => {
      await run.until(({ stage }) => stage === 'validation');
      expect((await run.refused('split', bySplit))?.code).toBe('StageMismatch');
      expect((await run.refused('split', { ...bySplit, round: 7 }))?.code).toBe('RoundUnknown');
      expect((await run.refused('retryStage', { round: 1 }))?.code).toBe('NothingToRetry');
      scene.outbox.push(arrival('validation'), arrival('cardMaking'));
      await run.until(atSplit);
      expect((await run.refused('split', bySplit))?.code).toBe('CityWithoutVendor');
      scene.on('splitCardFile', () => ({ parts: [part] }));
      await run.update('split', bySplit);
      expect((await run.refused('split', bySplit))?.code).toMatch(/AlreadySplit|StageMismatch/);
    });
  });

  it('stands still with a step that was refused until a person retries it, and never fails', async () => {
    const scene = new Scene()
      .on('generateApplicationFile', (_, times) =>
        times === 1 ? refuse('invalid', 'BadLine', 'no', { action: 'Fix it.' }) : { file: file('appl') },
      )
      .on('applyCardFile', (_, times) => {
        if (times === 1) throw ApplicationFailure.nonRetryable('a bug', 'Defect');
        return { quarantined: times === 2 ? { line: 3, code: 'NumberNotAllocated', reason: 'x' } : null };
      });
    await withRun(scene, async (run) => {
      const first = await run.until(({ rounds }) => rounds[0]?.problem !== null);
      expect(first).toMatchObject({
        waitingFor: 'staff',
        rounds: [{ problem: { code: 'BadLine', action: 'Fix it.' } }],
      });
      await run.update('retryStage', { round: 1 });
      scene.outbox.push(arrival('validation'), arrival('cardMaking'));
      expect((await run.until(({ rounds }) => rounds[0]?.problem !== null)).rounds[0]?.problem?.code).toBe(
        'StepFailed',
      );
      await run.update('retryStage', { round: 1 });
      const kept = await run.until(({ rounds }) => rounds[0]?.problem?.code === 'NumberNotAllocated');
      expect(kept).toMatchObject({ stage: 'cardFile', waitingFor: 'staff' });
      scene.outbox.push(arrival('cardMaking', { file: file('other'), partnerFile: 'vop:other' }));
      await run.until(atSplit);
      expect((await run.progress()).rounds[0]?.problem).toBeNull();
    });
  });

  it('shows that the partner is away, and goes on when it is back', async () => {
    let away = true;
    const scene = new Scene().on('pollPartner', () =>
      away
        ? fault('vop', 'Unavailable', 'Nobody answers.')
        : { cursor: 'c', arrivals: [arrival('validation'), arrival('cardMaking')] },
    );
    await withRun(scene, async (run) => {
      await run.until(({ partnerFault }) => partnerFault === 'Unavailable');
      expect(await run.progress()).toMatchObject({ stage: 'validation', ended: null });
      away = false;
      await run.until(atSplit);
      expect((await run.progress()).partnerFault).toBeNull();
    });
  });

  it('lets a vendor that is away hold back nobody but itself, and wants another POS file for a refused one', async () => {
    const parts = [part, { ...part, id: '1.2', part: 2, vendor: 'W' }];
    let away = true;
    const scene = new Scene()
      .on('splitCardFile', () => ({ parts }))
      .on<{ part: typeof part }>('sendPart', ({ part: { vendor } }) =>
        vendor === 'W' && away ? refuse('invalid', 'UnknownUser', 'They know us not.') : { path: 'x' },
      )
      .on('applyPos', (_, times) =>
        times === 1
          ? { verdict: 'rejected', reason: 'unreadable', outstanding: 1, quarantined: null }
          : { verdict: 'accepted', reason: '', outstanding: 0, quarantined: null },
      );
    await withRun(scene, async (run) => {
      scene.outbox.push(arrival('validation'), arrival('cardMaking'));
      await run.until(atSplit);
      await run.update('split', bySplit);
      scene.outbox.push(pos, verdict);
      await run.until(({ rounds }) => rounds[0]?.keptOut[0]?.problem.code === 'PosRejected');
      const next = file('pos2');
      // What was refused comes again, and changes nothing; then the vendor's next one.
      scene.outbox.push(pos, verdict, { ...pos, file: next }, { ...verdict, file: file('pv2'), subjectSm3: next.sm3 });
      await run.until(({ rounds }) => rounds[0]?.parts[0]?.settled === true);
      expect(scene.calls.get('applyPos')).toBe(2);
      expect(await run.progress()).toMatchObject({
        stage: 'splitting',
        rounds: [{ problem: { code: 'UnknownUser' } }],
      });
      away = false;
      await run.update('retryStage', { round: 1 });
      await run.until(({ stage }) => stage === 'production');
      const second = { ...pos, part: 2, file: file('pos3') };
      scene.outbox.push(second, { ...verdict, part: 2, file: file('pv3'), subjectSm3: second.file.sm3 });
      expect((await run.result()).ended).toBe('completed');
    });
  });

  it('goes on without a part that staff give up: one that cannot be sent, one that its vendor never delivers', async () => {
    const parts = [part, { ...part, id: '1.2', part: 2, vendor: 'W' }, { ...part, id: '1.3', part: 3, vendor: 'X' }];
    const scene = new Scene()
      .on('splitCardFile', () => ({ parts }))
      .on<{ part: typeof part }>('sendPart', ({ part: { vendor } }) =>
        vendor === 'W' ? refuse('invalid', 'UnknownUser', 'They know us not.') : { path: 'x' },
      )
      .on('cancelPart', (_, times) =>
        times === 1 ? refuse('conflict', 'ApplicationEnded', 'Too late.') : { cancelled: 1 },
      );
    await withRun(scene, async (run) => {
      scene.outbox.push(arrival('validation'), arrival('cardMaking'));
      await run.until(atSplit);
      await run.update('split', bySplit);
      await run.until(({ rounds }) => rounds[0]?.problem?.code === 'UnknownUser');
      const giveUp = (id: string) => ({ round: 1, part: id, reason: 'not to be had' });
      expect((await run.refused('cancelPart', { ...giveUp('1.2'), round: 7 }))?.code).toBe('RoundUnknown');
      expect((await run.refused('cancelPart', giveUp('1.9')))?.code).toBe('PartUnknown');
      // What the application refuses changes nothing.
      expect((await run.refused('cancelPart', giveUp('1.2')))?.code).toBe('ApplicationEnded');
      expect(await run.progress()).toMatchObject({ rounds: [{ problem: { code: 'UnknownUser' } }] });
      expect(await run.update('cancelPart', giveUp('1.2'))).toEqual({ part: '1.2', cancelled: 1 });
      expect((await run.refused('cancelPart', giveUp('1.2')))?.code).toBe('PartSettled');
      await run.until(({ stage, waitingFor }) => stage === 'production' && waitingFor === 'vendor');
      scene.outbox.push(pos, verdict);
      await run.until(({ rounds }) => rounds[0]?.parts[0]?.settled === true);
      expect((await run.refused('cancelPart', giveUp('1.1')))?.code).toBe('PartSettled');
      await run.update('cancelPart', giveUp('1.3'));
      const result = await run.result();
      expect(result).toMatchObject({ ended: 'completed', rounds: [{ problem: null }] });
      expect(result.rounds[0]?.parts.map(({ sent }) => sent)).toEqual([true, false, true]);
      expect([scene.calls.get('applyPos'), scene.calls.get('cancelPart')]).toEqual([1, 3]);
    });
  });

  it('gives no part up whose POS file is being counted, and counts none of a part that is given up', async () => {
    const parts = [part, { ...part, id: '1.2', part: 2, vendor: 'W' }];
    const scene = new Scene()
      .on('splitCardFile', () => ({ parts }))
      .on('applyPos', (_, times) =>
        times === 1
          ? refuse('invalid', 'TooManyExceptions', 'Too many.')
          : { verdict: 'partial', reason: '', outstanding: 1, quarantined: null },
      );
    await withRun(scene, async (run) => {
      scene.outbox.push(arrival('validation'), arrival('cardMaking'));
      await run.until(atSplit);
      await run.update('split', bySplit);
      scene.outbox.push(pos, verdict);
      await run.until(({ rounds }) => rounds[0]?.problem?.code === 'TooManyExceptions');
      const giveUp = { round: 1, part: '1.1', reason: 'not to be had' };
      expect((await run.refused('cancelPart', giveUp))?.code).toBe('StepUnderWay');
      await run.update('retryStage', { round: 1 });
      await run.until(({ rounds }) => rounds[0]?.keptOut[0]?.problem.code === 'PosIncomplete');
      await run.update('cancelPart', giveUp);
      expect(await run.progress()).toMatchObject({ stage: 'production', rounds: [{ keptOut: [] }] });
      const late = file('pos2');
      scene.outbox.push({ ...pos, file: late }, { ...verdict, file: file('pv2'), subjectSm3: late.sm3 });
      await run.update('pollNow');
      expect((await run.progress()).rounds[0]?.parts[0]).toMatchObject({ settled: true, pos: [], posValidations: [] });
      await run.update('cancelPart', { ...giveUp, part: '1.2' });
      expect((await run.result()).ended).toBe('completed');
      expect(scene.calls.get('applyPos')).toBe(2);
    });
  });

  it('can be cancelled while the partner is away for days, without waiting for it', async () => {
    const scene = new Scene().on('uploadApplicationFile', () => fault('vop', 'Unavailable', 'Nobody answers.'));
    await withRun(scene, async (run) => {
      await run.until(({ stage }) => stage === 'uploading');
      expect(await run.update('cancel', { reason: 'not needed' })).toEqual({ ended: 'cancelled' });
      expect(await run.result()).toMatchObject({ ended: 'cancelled', stage: 'cancelled' });
    });
  });
});
