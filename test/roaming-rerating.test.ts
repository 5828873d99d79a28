import { Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { booksActor } from '../actors/roaming/books.ts';
import { reratingsActor } from '../actors/roaming/reratings.ts';
import { subscriberActor } from '../actors/roaming/subscriber.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { isRefusal } from '../domain/kernel/refusal.ts';
import type { BooksCommand, BooksState } from '../domain/roaming/settlement/schema.ts';
import { spentIn } from '../domain/roaming/subscriber/spending.ts';
import { simulatedFile } from '../partners/roaming/simulator-file.ts';
import { usageOf } from '../store/roaming/usage.ts';
import { removeUsageMonth } from '../store/roaming/usage-months.ts';
import { Processes } from '../temporal/client.ts';
import { roamingContract } from '../workflows/roaming/contract.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { agreementWith, correctedAgreement, planJson } from './support/roaming-import.ts';

/** Usage of a period priced anew: shown first, approved by a second person, posted as adjustments (seed 002 §3.1.1). */

const { rerate } = roamingContract.workflows;
const SUBSCRIBERS = 10;
const RERATINGS = `/partners/${PARTNER}/reratings`;
const FINANCE = 'demo-finance';
const ADMINISTRATOR = 'demo-unit-administrator';
const caller = { subject: 'test', tenant, roles: [] };
let house: RoamingHouse;

const approved = async (path: string, document: unknown): Promise<void> => {
  const body = { document, note: 'corrected' };
  const proposed = await house.ask('POST', `${path}/revisions`, { body, as: FINANCE });
  expect(proposed).toMatchObject({ status: 201, json: { revision: 2 } });
  expect(await house.ask('POST', `${path}/revisions/2/approve`, { as: ADMINISTRATOR })).toMatchObject({ status: 200 });
};

beforeAll(async () => {
  house = await startRoamingHouse('roaming_rerating');
  await house.openSubscribers(SUBSCRIBERS);
  const file = { sender: PARTNER, recipient: 'CHNCM', sequence: 1, records: 200, subscribers: SUBSCRIBERS };
  const more = { day: '20261102', utcOffset: '+0800', agreement: agreementWith(PARTNER) };
  const bytes = Buffer.concat([...simulatedFile({ ...file, ...more })]);
  const answer = await house.ask('POST', `/import-files?partner=${PARTNER}&name=CD${PARTNER}CHNCM00001`, { bytes });
  const path = (answer.headers.get('location') ?? '').replace('/v1/roaming', '');
  const done = { status: 'done', audit: { in: 200, rated: 200 }, terms: { agreement: 1, plan: 1 } };
  await vi.waitFor(async () => expect((await house.ask('GET', path)).json).toMatchObject(done), { timeout: 60_000 });
  await approved(`/agreements/CHNCM-${PARTNER}`, correctedAgreement(PARTNER));
  await approved('/plans/TRAVEL', planJson('0.60'));
}, 180_000);
afterAll(() => house.stop());

const spent = async (): Promise<bigint> => {
  let sum = 0n;
  for (let at = 0; at < SUBSCRIBERS; at += 1) {
    const reading = Effect.flatMap(Actors, (actors) => actors.read(subscriberActor, { tenant, key: `S${at}` }));
    const { state } = await house.run(reading);
    sum += state === null ? 0n : spentIn(state, '2026-11');
  }
  return sum;
};

const books = async () => {
  const found: Array<{ readonly key: string; readonly state: BooksState }> = [];
  for (let digit = 0; digit < 10; digit += 1) {
    const id = { tenant, key: `${PARTNER}:${digit}` };
    const { state } = await house.run(
      Effect.flatMap(Actors, (actors) => actors.read(booksActor, id)).pipe(
        Effect.catchIf(isRefusal, () => Effect.succeed({ state: null })),
      ),
    );
    if (state !== null) found.push({ key: id.key, state });
  }
  const lines = (which: 'open' | 'closed') => found.flatMap(({ state }) => state[which].flatMap((day) => day.lines));
  const sum = (which: 'open' | 'closed') => lines(which).reduce((total, line) => total + line.amountMinor, 0n);
  return { keys: found.map(({ key }) => key), lines, sum };
};

interface Line {
  readonly side: string;
  readonly beforeMinor: string;
  readonly afterMinor: string;
  readonly changed: number;
}
interface Shown {
  readonly rerating: string;
  readonly preview: { readonly records: number; readonly lines: ReadonlyArray<Line> };
}
const movedBy = ({ preview: { lines } }: Shown, side: string): bigint =>
  lines
    .filter((line) => line.side === side)
    .reduce((sum, { beforeMinor, afterMinor }) => sum + BigInt(afterMinor) - BigInt(beforeMinor), 0n);

/** The run of a re-rating, when it has ended, for the replay test. */
const keep = async (path: string, name: string): Promise<void> => {
  const key = `${PARTNER}-${path.split('/').at(-1)}`;
  await house.run(Effect.flatMap(Processes, (processes) => processes.result(rerate, { tenant, key })));
  await house.keepHistory(rerate, key, name);
};

const WANTED = {
  ...{ roaming: 'outbound', from: '2026-11-01', to: '2026-11-30', agreement: 2, plan: 2 },
  reason: 'amendment 3 holds from November on',
};
const start = (more: object = {}, as = FINANCE) => house.ask('POST', RERATINGS, { body: { ...WANTED, ...more }, as });

/** Starts it, and waits for what it would come to. */
const previewed = async (more: object = {}): Promise<{ readonly path: string; readonly shown: Shown }> => {
  const answer = await start(more);
  expect(answer).toMatchObject({ status: 202 });
  const path = (answer.headers.get('location') ?? '').replace('/v1/roaming', '');
  await house.waitFor(path, { status: 'previewed' });
  return { path, shown: (await house.ask('GET', path)).json as Shown };
};

describe('a re-rating', () => {
  it('shows what it would come to, and posts nothing before another person approves it', async () => {
    const [spentBefore, bookedBefore] = [await spent(), (await books()).sum('open')];
    expect(await start({}, 'demo-operator')).toMatchObject({ status: 403 });
    expect(await start({ agreement: null, plan: null })).toMatchObject({
      status: 422,
      json: { code: 'NothingWanted' },
    });
    const { path, shown } = await previewed();
    expect(shown).toMatchObject({ preview: { records: 200, disputed: 0, unpriced: 0 } });
    expect(movedBy(shown, 'wholesale')).not.toBe(0n);
    expect(movedBy(shown, 'retail')).not.toBe(0n);
    expect(await start()).toMatchObject({ status: 409, json: { code: 'ReratingOpen' } });
    expect(await house.ask('POST', `${path}/approve`, { as: FINANCE })).toMatchObject({
      json: { code: 'SecondPersonNeeded' },
    });
    const reject = await house.ask('POST', `${path}/reject`, { body: { reason: 'look again' }, as: ADMINISTRATOR });
    expect(reject).toMatchObject({ status: 200, json: { status: 'rejected' } });
    expect([await spent(), (await books()).sum('open')]).toEqual([spentBefore, bookedBefore]);
    await keep(path, 'roaming-rerate-rejected');
  });

  it('of a revision that is not approved fails, and says why', async () => {
    const answer = await start({ agreement: 7 });
    const path = (answer.headers.get('location') ?? '').replace('/v1/roaming', '');
    await house.waitFor(path, { status: 'failed', note: expect.stringContaining('RevisionUnknown') });
  });

  it('posts differences to subscribers, and to the books as adjustments of an open day', async () => {
    const before = await books();
    const close: BooksCommand = { _tag: 'Close', day: '2026-11-02' };
    for (const key of before.keys) {
      const envelope = { commandId: `close-${key}`, caller };
      const asking = { id: { tenant, key }, command: close, envelope };
      await house.run(Effect.flatMap(Actors, (actors) => actors.ask(booksActor, asking)));
    }
    const closed = (await books()).lines('closed');
    const spentBefore = await spent();
    const { path, shown } = await previewed();
    expect(await house.ask('POST', `${path}/approve`, { as: ADMINISTRATOR })).toMatchObject({ status: 202 });
    await house.waitFor(path, { status: 'done', posted: shown.preview, refusedCount: 0 });
    await keep(path, 'roaming-rerate-done');
    expect((await spent()) - spentBefore).toBe(movedBy(shown, 'retail'));
    const after = await books();
    expect(after.lines('closed')).toEqual(closed);
    expect(after.sum('open')).toBe(movedBy(shown, 'wholesale'));
    for (const line of after.lines('open')) expect(line).toMatchObject({ belongs: '2026-11-02', events: 0, usage: 0n });
    expect(await house.ask('POST', `${path}/approve`, { as: ADMINISTRATOR })).toMatchObject({
      json: { changed: false },
    });
  });

  it('twice is one: by the same revisions nothing changes any more, and by the first it is taken back', async () => {
    const [spentBefore, bookedBefore] = [await spent(), (await books()).sum('open')];
    const again = await previewed();
    expect(again.shown.preview.lines.map(({ changed }) => changed)).toEqual(again.shown.preview.lines.map(() => 0));
    await house.ask('POST', `${again.path}/approve`, { as: ADMINISTRATOR });
    await house.waitFor(again.path, { status: 'done' });
    expect([await spent(), (await books()).sum('open')]).toEqual([spentBefore, bookedBefore]);
    const back = await previewed({ agreement: 1, plan: 1 });
    await house.ask('POST', `${back.path}/approve`, { as: ADMINISTRATOR });
    await house.waitFor(back.path, { status: 'done' });
    expect((await books()).sum('open')).toBe(0n);
    expect((await spent()) - spentBefore).toBe(movedBy(back.shown, 'retail'));
  });

  it('stands in a subscriber’s usage as differences beside what was rated, each with an id of its own', async () => {
    const found = await house.run(usageOf({ tenant, owner: { subscriber: 'S0' }, month: '2026-11', limit: 200 }));
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    const differences = found.filter(({ id }) => /\.v[0-9a-f]{16}$/.test(id));
    expect(differences.length).toBeGreaterThan(0);
    for (const one of differences) expect(one).toMatchObject({ quantity: 0, chargedMinor: 0n, takes: [] });
    // There and back.
    expect(differences.reduce((sum, { retailMinor }) => sum + retailMinor, 0n)).toBe(0n);
  });

  it('is explained with the record: what it was rated at, step by step, and what each re-rating added', async () => {
    const kept = await house.run(usageOf({ tenant, owner: { subscriber: 'S0' }, month: '2026-11', limit: 200 }));
    const corrected = kept.find(({ id }) => /\.v[0-9a-f]{16}$/.test(id))?.id ?? '';
    const id = corrected.replace(/\.v[0-9a-f]{16}$/, '');
    const path = `/subscribers/S0/usage/${id}/rating?month=2026-11`;
    expect(await house.ask('GET', path)).toMatchObject({
      status: 200,
      json: {
        asRated: true,
        agreement: { revision: 1, price: { currency: 'XDR' }, refusal: null },
        plan: { revision: 1, price: { currency: 'CNY' }, refusal: null },
        corrections: [{}, {}],
      },
    });
    expect(await house.ask('GET', `/subscribers/S1/usage/${id}/rating?month=2026-11`)).toMatchObject({ status: 404 });
  });

  it('that cannot be posted says why; withdrawn, what was posted of it is taken back and others go on', async () => {
    const [spentBefore, { keys, sum }] = [await spent(), await books()];
    const { path, shown } = await previewed();
    const [key = ''] = keys;
    const command: BooksCommand = {
      ...{ _tag: 'Balance', file: shown.rerating, in: 0, rated: 0, rejected: 0, duplicate: 0, quarantined: 0 },
      chunks: 0,
    };
    const asking = { id: { tenant, key }, command, envelope: { commandId: `block-${key}`, caller } };
    await house.run(Effect.flatMap(Actors, (actors) => actors.ask(booksActor, asking)));
    const withdraw = () =>
      house.ask('POST', `${path}/withdraw`, { body: { reason: 'the books do not take it' }, as: FINANCE });
    expect(await withdraw()).toMatchObject({ status: 409, json: { code: 'ReratingNotStalled' } });
    const stalled = { status: 'approved', stalled: { code: 'FileBalanced', message: expect.any(String) } };
    for (const changed of [true, true]) {
      const approving = await house.ask('POST', `${path}/approve`, { as: ADMINISTRATOR });
      expect(approving).toMatchObject({ status: 202, json: { changed, status: 'approved' } });
      await house.waitFor(path, stalled);
    }
    expect((await spent()) - spentBefore).toBe(movedBy(shown, 'retail'));
    expect(await start()).toMatchObject({ status: 409, json: { code: 'ReratingOpen' } });
    expect(await withdraw()).toMatchObject({ status: 202, json: { status: 'withdrawing' } });
    await house.waitFor(path, { status: 'withdrawn', refusedCount: 0, note: 'the books do not take it' });
    await keep(path, 'roaming-rerate-withdrawn');
    expect([await spent(), (await books()).sum('open')]).toEqual([spentBefore, sum('open')]);
    const next = await previewed();
    expect(next.shown.preview).toEqual(shown.preview);
    const reject = { body: { reason: 'seen' }, as: ADMINISTRATOR };
    expect(await house.ask('POST', `${next.path}/reject`, reject)).toMatchObject({ json: { status: 'rejected' } });
  });

  it('of a month whose records were removed is refused, and fails when they went after it was started', async () => {
    await house.run(removeUsageMonth('2026-11', 1_795_416_000_000));
    const removed = { status: 409, json: { code: 'UsageRemoved', field: 'from' } };
    expect(await start()).toMatchObject(removed);
    expect(await start({ from: '2026-10-31', to: '2026-11-01' })).toMatchObject(removed);
    const rerating = 'v0123456789abcdef';
    const command = { _tag: 'Start', rerating, ...WANTED, roaming: 'outbound' } as const;
    const envelope = { commandId: 'before-it-went', caller };
    await house.run(
      Effect.gen(function* () {
        yield* (yield* Actors).ask(reratingsActor, { id: { tenant, key: PARTNER }, command, envelope });
        const input = { tenant, partner: PARTNER, rerating };
        yield* (yield* Processes).start(rerate, { key: `${PARTNER}-${rerating}`, input });
      }),
    );
    await house.waitFor(`${RERATINGS}/${rerating}`, {
      status: 'failed',
      note: expect.stringContaining('UsageRemoved'),
    });
  });
});
