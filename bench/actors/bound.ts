import { databaseOf } from '../../store/mongo.ts';
import type { BenchContext } from '../bench.ts';
import { nodeOn, type OwnDatabase } from '../database.ts';
import { startNodeProcess } from '../node-process.ts';
import { fill } from './known.ts';

/**
 * More actors than a node may keep awake, asked one after the other: it puts the oldest to sleep, and its memory stays
 * what it is. The same asks of actors that are awake already are the baseline.
 */

const CALLERS = 256;
const MEBI = 1_024 * 1_024;

export const bound = async (context: BenchContext, own: OwnDatabase): Promise<void> => {
  const allowed = context.full ? 20_000 : 4_000;
  const touched = 5 * allowed;
  const prefix = 'bound';
  await fill(databaseOf(own.connection), { prefix, actors: touched, records: 1, turnsARecord: 8, documents: true });
  const node = await startNodeProcess({ ...nodeOn(context, own), maxAwake: allowed });
  const walk = { do: 'touch', how: 'ask', prefix, callers: CALLERS } as const;
  const first = await node.request({ ...walk, from: 0, count: 2 * allowed });
  const warm = await node.request({ do: 'look' });
  const rest = await node.request({ ...walk, from: 2 * allowed, count: touched - 2 * allowed });
  const end = await node.request({ do: 'look' });
  // The younger half of those that may be awake: whoever has to be woken was put to sleep before an older one.
  const young = { from: touched - allowed / 2, count: allowed / 2 };
  const baseline = (await node.request({ ...walk, ...young })).perSecond;
  const woken = (await node.request({ do: 'look' })).activations - end.activations;
  await node.stop();
  const name = `${allowed.toLocaleString('en')} may be awake, ${touched.toLocaleString('en')} asked in turn`;
  const report = (figure: string, value: number, unit: string, more: object = {}): void =>
    context.report({ figure: `${name}: ${figure}`, value, unit, ...more });
  report('most awake at once', end.mostAwake, 'actors', { goal: { max: allowed } });
  report('asks', rest.perSecond, '1/s', { baseline });
  report('p99', rest.p99Ms, 'ms');
  report('put to sleep before an older one', woken, 'actors', { goal: { max: 0 } });
  report('asks repeated after a fault', first.again + rest.again, 'asks');
  report(
    'memory grown over the last three fifths',
    Number(((end.usedBytes - warm.usedBytes) / MEBI).toFixed(1)),
    'MiB',
  );
};
