import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpus, tmpdir, totalmem } from 'node:os';
import { Cause, Effect, Logger } from 'effect';
import { expect, test } from 'vitest';
import { effectLogger, makeLog, redacted } from './log.ts';
import { diskBytes, processorSeconds } from './machine.ts';
import { addSource, counter, exposition, gauge, histogram, holding } from './metrics.ts';
import { collectorOf } from './otlp.ts';
import { tally } from './tally.ts';
import {
  currentTraceparent,
  formatTraceparent,
  makeTracing,
  newSpanId,
  newTraceId,
  parseTraceparent,
  sampledSpan,
  tracingLayer,
  withTraceparent,
} from './tracing.ts';

test('the same metric twice is one; as another type it is a bug', async () => {
  const first = counter({ name: 'hufu_test_total', help: 'for a test', labels: ['kind'] });
  counter({ name: 'hufu_test_total', help: 'for a test', labels: ['kind'] }).inc({ kind: 'a' });
  first.inc({ kind: 'a' });
  expect(await exposition()).toContain('hufu_test_total{kind="a"} 2');
  expect(() => gauge({ name: 'hufu_test_total', help: 'no' })).toThrow('another type');
  histogram({ name: 'hufu_test_seconds', help: 'for a test' }).observe(0.02);
  expect(await exposition()).toContain('hufu_test_seconds_bucket{le="0.025"} 1');
});

test('what is held back or tallied is told when somebody asks', async () => {
  const held = counter({ name: 'hufu_test_held_total', help: 'for a test', labels: ['kind'] });
  const add = holding('hufu_test_held_total', held.labels('a'));
  add(1);
  add(2);
  held.inc({ kind: 'a' });
  const options = {
    name: 'hufu_test_tally_seconds',
    help: 'for a test',
    labels: ['kind'],
    buckets: [0.125, 1],
  } as const;
  const observe = tally(options)('a');
  for (const value of [0.125, 0.5, 1, 7]) observe(value);
  tally(options)('a')(0.125);
  const text = await exposition();
  expect(text).toContain('hufu_test_held_total{kind="a"} 4');
  expect(text.split('\n').filter((line) => line.includes('hufu_test_tally'))).toEqual([
    '# HELP hufu_test_tally_seconds for a test',
    '# TYPE hufu_test_tally_seconds histogram',
    'hufu_test_tally_seconds_bucket{le="0.125",kind="a"} 2',
    'hufu_test_tally_seconds_bucket{le="1",kind="a"} 4',
    'hufu_test_tally_seconds_bucket{le="+Inf",kind="a"} 5',
    'hufu_test_tally_seconds_sum{kind="a"} 8.75',
    'hufu_test_tally_seconds_count{kind="a"} 5',
  ]);
  expect(await exposition()).toContain('hufu_test_held_total{kind="a"} 4');
});

test('the machine’s processors are read anew each time, in seconds over all of them', async () => {
  const times = { user: 1000, nice: 250, sys: 500, irq: 125, idle: 8000 };
  expect(processorSeconds([{ times }, { times }])).toEqual({
    user: 2,
    nice: 0.5,
    system: 1,
    interrupt: 0.25,
    idle: 16,
  });
  const shown = async () =>
    [...(await exposition()).matchAll(/^hufu_machine_processor_seconds_total\{mode="(\w+)"\} (\S+)$/gm)].map(
      ([, mode, seconds]) => [mode, Number(seconds)] as const,
    );
  const first = await shown();
  expect(first.map(([mode]) => mode)).toEqual(['user', 'nice', 'system', 'interrupt', 'idle']);
  const total = (rows: typeof first) => rows.reduce((sum, [, seconds]) => sum + seconds, 0);
  const perProcessor = total(first) / cpus().length;
  expect(perProcessor).toBeGreaterThan(0);
  // Not added up again at each reading: that would be twice as much.
  expect(total(await shown()) / cpus().length).toBeLessThan(perProcessor * 1.5);
});

test('the machine’s memory and disks are shown with what is available of each', async () => {
  const text = await exposition();
  const shown = (name: string): number => {
    const line = text.split('\n').find((one) => one.startsWith(`hufu_machine_${name}`));
    return Number(line?.split(' ').at(-1));
  };
  expect(shown('memory_bytes{of="total"}')).toBe(totalmem());
  expect(shown('memory_bytes{of="available"}')).toBeGreaterThan(0);
  expect(shown('memory_bytes{of="available"}')).toBeLessThan(totalmem());
  for (const path of ['/', tmpdir()]) {
    const total = shown(`disk_bytes{path="${path}",of="total"}`);
    expect(total).toBe((await diskBytes(path))?.total);
    expect(shown(`disk_bytes{path="${path}",of="available"}`)).toBeLessThanOrEqual(total);
  }
  expect(await diskBytes('/there/is/no/such/disk')).toBeUndefined();
});

test('another source is served after ours, and a failing one does not take ours away', async () => {
  const away = [
    addSource('core', async () => 'temporal_x 1\n'),
    addSource('broken', () => Promise.reject(new Error('no'))),
  ];
  const text = await exposition();
  expect(text).toContain('temporal_x 1');
  expect(text).toContain('process_cpu_seconds_total');
  for (const remove of away) remove();
  const later = await exposition();
  expect(later).not.toContain('temporal_x');
  expect(later).toContain('hufu_metrics_source_failures_total{source="broken"} 1');
});

test('secrets and personal data are hidden at any depth, numbers keep their tail', () => {
  const circle: Record<string, unknown> = { imsi: '460012345678901' };
  circle['self'] = circle;
  const shown = JSON.stringify(
    redacted({
      password: 'x-secret',
      nested: [{ 'Set-Cookie': 'x-secret', real_name: 'x-secret', kept: 1, amount: 12n, raw: Buffer.from('x-secret') }],
      circle,
    }),
  );
  expect(shown).not.toContain('x-secret');
  expect(shown).not.toContain('46001');
  expect(shown).toContain('…8901');
  expect(shown).toContain('"kept":1,"amount":"12","raw":"[8 bytes]"');
});

test('Effect writes to the same log, with annotations as redacted fields', async () => {
  const lines: Array<string> = [];
  const logger = effectLogger(makeLog('info', { write: (line) => lines.push(line) }));
  await Effect.runPromise(
    Effect.logWarning('slow', Cause.fail('why')).pipe(
      Effect.zipRight(Effect.logDebug('unseen')),
      Effect.annotateLogs({ token: 'x-secret', area: 'sim' }),
      Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
    ),
  );
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: 'warn', msg: 'slow', token: '[hidden]', area: 'sim', cause: expect.stringContaining('why') },
  ]);
});

test.each([
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', true],
  ['00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00', false],
  ['01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more', true],
])('traceparent %s is read', (text, sampled) => {
  expect(parseTraceparent(text)?.sampled).toBe(sampled);
});

test.each([
  '',
  'ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  '00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01',
])('traceparent %j is none', (text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});

test('spans nest under a remote parent, errors are named by code, and the ring is bounded', async () => {
  const tracing = makeTracing({ ratio: 0, ringSize: 4 });
  const parent = { traceId: newTraceId(), spanId: newSpanId(), sampled: true };
  const inner = Effect.fail({ _tag: 'Fault', code: 'Unavailable', message: 'may quote data' }).pipe(
    Effect.withSpan('inner', { attributes: { area: 'sim', password: 'x' } }),
    Effect.either,
  );
  const sent = await Effect.runPromise(
    Effect.zipRight(inner, currentTraceparent).pipe(
      Effect.withSpan('outer', { kind: 'server' }),
      withTraceparent(formatTraceparent(parent)),
      Effect.provide(tracingLayer(tracing)),
    ),
  );
  const [first, second] = tracing.finished(parent.traceId);
  expect(first).toMatchObject({
    name: 'inner',
    error: 'Unavailable',
    attributes: { area: 'sim', password: '[hidden]' },
  });
  expect(second).toMatchObject({ name: 'outer', kind: 'server', parentSpanId: parent.spanId });
  expect(first?.parentSpanId).toBe(second?.spanId);
  expect(sent).toBe(formatTraceparent({ ...parent, spanId: second?.spanId ?? '' }));

  await Effect.runPromise(
    Effect.forEach([1, 2, 3, 4, 5, 6], (n) => Effect.void.pipe(Effect.withSpan(`span-${n}`))).pipe(
      withTraceparent(formatTraceparent(parent)),
      Effect.provide(tracingLayer(tracing)),
    ),
  );
  expect(tracing.finished().map((span) => span.name)).toEqual(['span-3', 'span-4', 'span-5', 'span-6']);
});

test('an unsampled trace records nothing and says so to whom it calls', async () => {
  const tracing = makeTracing({ ratio: 0, ringSize: 4 });
  const sent = await Effect.runPromise(
    currentTraceparent.pipe(Effect.withSpan('inner'), Effect.withSpan('outer'), Effect.provide(tracingLayer(tracing))),
  );
  expect(parseTraceparent(sent)?.sampled).toBe(false);
  expect(tracing.finished()).toEqual([]);
});

test('a sampled span is made only where its trace is sampled', async () => {
  const tracing = makeTracing({ ratio: 1, ringSize: 8 });
  const inner = Effect.succeed(7).pipe(sampledSpan('hot', { attributes: { area: 'sim' } }));
  const traced = inner.pipe(Effect.withSpan('outer'));
  const unsampled = formatTraceparent({ traceId: newTraceId(), spanId: newSpanId(), sampled: false });
  const all = Effect.all([inner, traced, traced.pipe(withTraceparent(unsampled))]);
  expect(await Effect.runPromise(all.pipe(Effect.provide(tracingLayer(tracing))))).toEqual([7, 7, 7]);
  expect(tracing.finished().map(({ name }) => name)).toEqual(['hot', 'outer']);
});

test('a collector receives the spans over OTLP/HTTP', async () => {
  const bodies: Array<string> = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      bodies.push(`${request.url} ${body}`);
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const tracing = makeTracing({ ratio: 1, ringSize: 4, collector: collectorOf(`http://127.0.0.1:${port}/`) });
  await Effect.runPromise(Effect.void.pipe(Effect.withSpan('exported'), Effect.provide(tracingLayer(tracing))));
  expect(bodies.join()).toContain('/v1/traces');
  expect(bodies.join()).toContain('"name":"exported"');
  await new Promise((closed) => server.close(closed));
});
