import { describe, expect, test } from 'vitest';
import { Counter } from '../../test/support/counter.ts';
import { type Batch, type BatchReply, Lanes, type LineOutcome } from './lanes.ts';
import type { Outcome } from './outcome.ts';
import { protocolOf } from './protocol.ts';
import { testCaller, testId } from './test-kit.ts';

const protocol = protocolOf(Counter);

/** Asks partition by partition; the answer is told by `reply` for each message. */
const world = (reply: (partition: number, batch: Batch, message: number) => BatchReply | undefined) => {
  const messages: Array<{ readonly partition: number; readonly lines: ReadonlyArray<number> }> = [];
  let asked = 0;
  const lanes = new Lanes(async (partition, batch) => {
    messages.push({ partition, lines: batch.lines.map((line) => line.partition) });
    return reply(partition, batch, messages.length);
  });
  const ask = (partition: number, key = `k${asked++}`): Promise<Outcome> =>
    new Promise((answer) => {
      const envelope = { commandId: 'c', caller: testCaller };
      const command = { _tag: 'Add' };
      const question = { command, inputHash: 'h', envelope, askedAtMs: 0, answer };
      lanes.ask(protocol, testId(key), partition, question, { by: 1 });
    });
  return { lanes, messages, ask };
};

const answered: LineOutcome = { _tag: 'Answered', encoded: { value: 1 }, rev: 1 };
const all = (node: string, batch: Batch, outcome: LineOutcome = answered): BatchReply => ({
  node,
  outcomes: batch.lines.map(() => outcome),
});

describe('asks to other nodes', () => {
  test('go one message a partition until the answers say who holds it, then one a node', async () => {
    const { messages, ask } = world((partition, batch) => all(partition < 10 ? 'low' : 'high', batch));
    expect(await Promise.all([1, 2, 11, 2].map((one) => ask(one)))).toHaveLength(4);
    expect(messages.map((message) => message.lines)).toEqual([[1], [2, 2], [11]]);
    await Promise.all([1, 2, 11, 12].map((one) => ask(one)));
    expect(messages.slice(3).map((message) => message.lines)).toEqual([[1, 2], [11], [12]]);
  });

  test('what a node holds no more is asked again, by its own partition', async () => {
    let moved = false;
    const { messages, ask } = world((_, batch) => ({
      node: moved && batch.lines[0]?.partition === 2 ? 'new' : 'old',
      outcomes: batch.lines.map(({ partition }, index) =>
        moved && partition === 2 && index > 0 ? { _tag: 'Moved' } : answered,
      ),
    }));
    await Promise.all([1, 2].map((one) => ask(one)));
    moved = true;
    expect((await Promise.all([1, 2].map((one) => ask(one)))).map((outcome) => outcome._tag)).toEqual([
      'Answered',
      'Answered',
    ]);
    expect(messages.slice(2).map((message) => message.lines)).toEqual([[1, 2], [2]]);
  });

  test('that are sent on and on, or get no answer, are to be retried by the caller', async () => {
    const restless = world((_, batch) => all('any', batch, { _tag: 'Moved' }));
    expect(await restless.ask(1)).toMatchObject({ _tag: 'Fault', code: 'Retry' });
    expect(restless.messages).toHaveLength(4);
    const silent = world(() => undefined);
    expect(await silent.ask(1)).toMatchObject({ _tag: 'Fault', code: 'Retry' });
    expect(silent.messages).toHaveLength(1);
  });

  test('are bounded: past that the caller gets Busy', async () => {
    const { ask } = world(() => undefined);
    const outcomes = await Promise.all(Array.from({ length: 20_005 }, () => ask(1)));
    expect(outcomes.filter((outcome) => outcome._tag === 'Fault' && outcome.code === 'Busy')).toHaveLength(5);
  });

  test('more for one actor than its mailbox holds are not sent; others are', async () => {
    const { messages, ask } = world((_, batch) => all('one', batch));
    const outcomes = await Promise.all([...Array.from({ length: 1_030 }, () => ask(1, 'flooded')), ask(1, 'other')]);
    const busy = outcomes.filter((outcome) => outcome._tag === 'Fault' && outcome.code === 'Busy');
    expect([busy.length, outcomes.at(-1)]).toEqual([6, answered]);
    expect(messages.flatMap((message) => message.lines)).toHaveLength(1_025);
    expect(await ask(1, 'flooded')).toEqual(answered);
  });

  test('reads come back decoded, and a refusal or a fault as it was', async () => {
    const outcomes: Array<LineOutcome> = [
      { _tag: 'State', state: { value: 3, turns: 1 }, stateVersion: 1, rev: 1 },
      { _tag: 'Fault', service: 'actor', code: 'Busy', message: '' },
    ];
    for (const outcome of outcomes) {
      const { lanes } = world((_, batch) => all('one', batch, outcome));
      const seen = await new Promise((answer) => {
        lanes.read(protocol, testId('a'), 1, { answer });
      });
      if (outcome._tag === 'State') {
        expect(seen).toMatchObject({ _tag: 'State', snapshot: { state: { value: 3, turns: 1 }, rev: 1 } });
      } else expect(seen).toEqual(outcome);
    }
  });
});
