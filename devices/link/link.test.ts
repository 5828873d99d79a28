import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { Chunk, Deferred, Effect, Either, Fiber, type Scope, Stream } from 'effect';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { incomingWithin, type Link, type WriteOptions } from './link.ts';
import { memoryPair } from './memory.ts';
import { openSerial } from './serial.ts';
import { listenTcp, openTcp } from './tcp.ts';

/**
 * One list of scenarios over each kind of link: the two ends of a line, and a way to pull the far end out of the wall.
 * TCP runs over the loopback address, serial over two pseudo-terminals with a relay between them as the cable.
 */

interface Line {
  readonly near: Link;
  readonly far: Link;
  /** What happens when the device is unplugged, without any word to us. */
  readonly unplug: Effect.Effect<void>;
}

const children = new Set<ChildProcess>();
afterEach(async () => {
  for (const child of children) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  children.clear();
});

/** Two pseudo-terminals, joined; each direction waits for the other side to read, as a line with flow control does. */
const CABLE = `
import os, pty, threading, tty
def end():
    master, slave = pty.openpty()
    tty.setraw(slave)
    return master, os.ttyname(slave), slave
a, left, _a = end()
b, right, _b = end()
print(left, right, flush=True)
def carry(source, sink):
    while True:
        chunk = os.read(source, 1024)
        while chunk:
            chunk = chunk[os.write(sink, chunk):]
threading.Thread(target=carry, args=(a, b), daemon=True).start()
carry(b, a)
`;

const cable = async (): Promise<{ readonly paths: readonly [string, string]; readonly process: ChildProcess }> => {
  const process = spawn('python3', ['-c', CABLE], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.add(process);
  const [line] = (await once(createInterface({ input: process.stdout }), 'line')) as [string];
  const [left = '', right = ''] = line.split(' ');
  return { paths: [left, right], process };
};

const serialLine = (options: WriteOptions): Effect.Effect<Line, Fault, Scope.Scope> =>
  Effect.gen(function* () {
    const { paths, process } = yield* Effect.promise(cable);
    const near = yield* openSerial({ path: paths[0], baudRate: 115_200, ...options });
    const far = yield* openSerial({ path: paths[1], baudRate: 115_200, ...options });
    const unplug = Effect.promise(async () => {
      const gone = once(process, 'exit');
      process.kill('SIGKILL');
      await gone;
    });
    return { near, far, unplug };
  });

const tcpLine = (options: WriteOptions): Effect.Effect<Line, Fault, Scope.Scope> =>
  Effect.gen(function* () {
    const listener = yield* listenTcp({ port: 0, ...options });
    const [near, far] = yield* Effect.all(
      [openTcp({ host: '127.0.0.1', port: listener.port, ...options }), listener.accept],
      { concurrency: 2 },
    );
    return { near, far, unplug: far.close };
  });

const memoryLine = (options: WriteOptions): Effect.Effect<Line, Fault, Scope.Scope> =>
  Effect.map(memoryPair(options), ([near, far]) => ({ near, far, unplug: far.close }));

const run = <A, E>(scenario: Effect.Effect<A, E, Scope.Scope>): Promise<A> =>
  Effect.runPromise(Effect.scoped(scenario));

/** Reads until so many bytes have come. */
const take = (link: Link, bytes: number): Effect.Effect<Buffer, Fault> =>
  link.incoming.pipe(
    Stream.scan(Buffer.alloc(0), (all, chunk) => Buffer.concat([all, chunk])),
    Stream.takeUntil((all) => all.length >= bytes),
    Stream.runLast,
    Effect.map((last) => (last._tag === 'Some' ? last.value : Buffer.alloc(0))),
  );

const rest = (link: Link): Effect.Effect<{ readonly bytes: number; readonly fault: Fault | undefined }> =>
  Effect.gen(function* () {
    let bytes = 0;
    const reading = Stream.runForEach(link.incoming, (chunk) => Effect.sync(() => (bytes += chunk.length)));
    const outcome = yield* Effect.either(reading);
    return { bytes, fault: Either.isLeft(outcome) ? outcome.left : undefined };
  });

/** Until nothing more is taken for a while. */
const untilStill = (count: () => number): Effect.Effect<void> =>
  Effect.gen(function* () {
    for (let before = -1; count() !== before; ) {
      before = count();
      yield* Effect.sleep(150);
    }
  });

/** The first `count` blocks of 64 KiB. */
const cut = (all: Buffer, count: number): ReadonlyArray<Buffer> =>
  Array.from({ length: count }, (_, i) => all.subarray(i * 64 * 1024, (i + 1) * 64 * 1024));

const MANY = Buffer.alloc(512 * 1024, 'card reader ');

describe.each([
  ['serial', serialLine],
  ['tcp', tcpLine],
  ['memory', memoryLine],
] as const)('a %s link', (_kind, open) => {
  test('carries any bytes both ways, in order, also of many writers', async () => {
    await run(
      Effect.gen(function* () {
        const { near, far } = yield* open({});
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { minLength: 1 }), (frames) =>
              Effect.runPromise(
                Effect.gen(function* () {
                  const all = Buffer.concat(frames);
                  const there = yield* Effect.fork(take(far, all.length));
                  for (const frame of frames) yield* near.write(frame);
                  expect((yield* Fiber.join(there)).equals(all)).toBe(true);
                  yield* far.write(all);
                  expect((yield* take(near, all.length)).equals(all)).toBe(true);
                }),
              ),
            ),
            { numRuns: 20 },
          ),
        );
        // Frames of several writers are not mixed.
        const frames = Array.from({ length: 40 }, (_, i) => Buffer.alloc(700, i));
        const there = yield* Effect.fork(take(far, 40 * 700));
        yield* Effect.forEach(frames, (frame) => near.write(frame), { concurrency: 'unbounded' });
        const read = yield* Fiber.join(there);
        for (let at = 0; at < read.length; at += 700) {
          expect(new Set(read.subarray(at, at + 700)).size).toBe(1);
        }
      }),
    );
  });

  test('a reader that stops leaves the rest to the next one', async () => {
    await run(
      Effect.gen(function* () {
        const { near, far } = yield* open({});
        const first = yield* Effect.fork(Effect.flip(Stream.runDrain(incomingWithin(near, 50))));
        expect(yield* Fiber.join(first)).toMatchObject({ service: 'link', code: 'LinkTimeout' });
        yield* far.write(Buffer.from('after the time-out'));
        expect((yield* take(near, 18)).toString()).toBe('after the time-out');
      }),
    );
  });

  test('the peer is pulled out in the middle: what came is read, then it is gone, for good', async () => {
    await run(
      Effect.gen(function* () {
        const { near, far, unplug } = yield* open({ writeTimeoutMs: 5_000 });
        yield* far.write(Buffer.from('half a fra'));
        const waiting = yield* Deferred.make<void>();
        const reading = yield* Effect.fork(
          near.incoming.pipe(
            Stream.tap(() => Deferred.succeed(waiting, undefined)),
            Stream.runCollect,
            Effect.either,
          ),
        );
        yield* Deferred.await(waiting);
        yield* unplug;
        expect(yield* Fiber.join(reading)).toMatchObject({ left: { service: 'link', code: 'LinkGone' } });
        // A socket learns of it at the second write at the latest.
        const writes = Effect.forever(near.write(Buffer.from('is anybody there?')));
        expect(yield* Effect.flip(writes)).toMatchObject({ code: 'LinkGone' });
        expect((yield* rest(near)).fault).toMatchObject({ code: 'LinkGone' });
      }),
    );
  });

  test('a peer that is pulled out while it is held back is gone for whoever reads then', async () => {
    await run(
      Effect.gen(function* () {
        const { near, far, unplug } = yield* open({ writeTimeoutMs: 20_000 });
        let written = 0;
        const block = Buffer.alloc(64 * 1024, 'nobody reads this ');
        const writing = yield* Effect.fork(
          Effect.forever(Effect.tap(far.write(block), () => Effect.sync(() => (written += 1)))),
        );
        yield* untilStill(() => written);
        yield* unplug;
        const { bytes, fault } = yield* rest(near);
        expect(fault).toMatchObject({ code: 'LinkGone' });
        expect(bytes).toBeGreaterThan(0);
        yield* Fiber.interrupt(writing);
      }),
    );
  });

  test('a peer that does not read holds the writer back; once it reads, nothing is missing', async () => {
    await run(
      Effect.gen(function* () {
        const { near, far } = yield* open({ writeTimeoutMs: 20_000 });
        const block = (no: number): Buffer => Buffer.alloc(64 * 1024, `block ${no} `);
        let written = 0;
        let last = Number.POSITIVE_INFINITY;
        const writing = yield* Effect.fork(
          Effect.iterate(0, {
            while: (no) => no < last,
            body: (no) =>
              Effect.map(near.write(block(no)), () => {
                written = no + 1;
                return written;
              }),
          }),
        );
        // Held back: nothing more is taken for a while. A line without back-pressure would come here never.
        yield* untilStill(() => written);
        last = written + 3;
        let read = 0;
        yield* far.incoming.pipe(
          Stream.tap((chunk) => Effect.sync(() => (read += chunk.length))),
          Stream.mapAccum(Buffer.alloc(0), (left, chunk) => {
            const all = Buffer.concat([left, chunk]);
            const whole = Math.floor(all.length / block(0).length);
            return [all.subarray(whole * block(0).length), whole === 0 ? [] : cut(all, whole)];
          }),
          Stream.flattenIterables,
          Stream.zipWithIndex,
          Stream.tap(([got, no]) => Effect.sync(() => expect(got.equals(block(no))).toBe(true))),
          Stream.take(last),
          Stream.runDrain,
        );
        yield* Fiber.join(writing);
        expect(read).toBe(last * block(0).length);
      }),
    );
  });

  test('a write that is not taken in time is a fault, and ends the link', async () => {
    await run(
      Effect.gen(function* () {
        const { near } = yield* open({ writeTimeoutMs: 200 });
        const failure = yield* Effect.flip(Effect.forever(near.write(MANY)));
        expect(failure).toMatchObject({ code: 'LinkTimeout' });
        expect(yield* Effect.flip(near.write(Buffer.from('x')))).toMatchObject({ code: 'LinkGone' });
      }),
    );
  });

  test('closing ends the reader plainly, fails the writer, and hangs up on the peer', async () => {
    await run(
      Effect.gen(function* () {
        const { near, far } = yield* open({});
        const reading = yield* Effect.fork(Stream.runCollect(near.incoming));
        yield* Effect.yieldNow();
        yield* near.close;
        yield* near.close;
        expect(Chunk.size(yield* Fiber.join(reading))).toBe(0);
        expect(yield* Effect.flip(near.write(Buffer.from('x')))).toMatchObject({ code: 'LinkGone' });
        // A serial line has no hang-up: its far end just hears nothing.
        if (_kind !== 'serial') expect((yield* rest(far)).fault).toMatchObject({ code: 'LinkGone' });
      }),
    );
  });
});

describe('opening', () => {
  const failing = (effect: Effect.Effect<unknown, Fault, Scope.Scope>): Promise<Fault> => run(Effect.flip(effect));

  test('a serial line that is not there, or is in use, is unavailable', async () => {
    const missing = await failing(openSerial({ path: '/dev/hufu-no-such-line', baudRate: 9_600 }));
    expect(missing).toMatchObject({ service: 'link', code: 'LinkUnavailable' });
    expect(missing.message).toContain('/dev/hufu-no-such-line');
    const { paths } = await cable();
    const twice = Effect.zipRight(
      openSerial({ path: paths[0], baudRate: 9_600 }),
      openSerial({ path: paths[0], baudRate: 9_600 }),
    );
    expect(await failing(twice)).toMatchObject({ code: 'LinkUnavailable' });
    // The scope has closed it: it can be opened again.
    await run(openSerial({ path: paths[0], baudRate: 9_600 }));
  });

  test('nobody listens; the port is taken; nobody answers in time', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    expect(await failing(listenTcp({ port }))).toMatchObject({ code: 'LinkUnavailable' });
    await new Promise((resolve) => server.close(resolve));
    expect(await failing(openTcp({ host: '127.0.0.1', port }))).toMatchObject({ code: 'LinkUnavailable' });
    // An address of documentation (RFC 5737): packets to it go nowhere, or are refused by the way there.
    const nowhere = openTcp({ host: '192.0.2.1', port: 4_001, connectTimeoutMs: 200 });
    expect(await failing(nowhere)).toMatchObject({ code: 'LinkUnavailable' });
  });

  test('peers that dial in wait for their turn; too many are hung up on', async () => {
    await run(
      Effect.gen(function* () {
        const listener = yield* listenTcp({ port: 0, maxWaiting: 2 });
        const peers = yield* Effect.forEach([1, 2, 3], () => openTcp({ host: '127.0.0.1', port: listener.port }));
        const [first, second, third] = peers;
        if (first === undefined || second === undefined || third === undefined) throw new Error('three dialled');
        expect((yield* rest(third)).fault).toMatchObject({ code: 'LinkGone' });
        yield* first.write(Buffer.from('said before it was taken'));
        const taken = yield* listener.accept;
        expect((yield* take(taken, 24)).toString()).toBe('said before it was taken');
        expect(taken.name).toMatch(/^tcp from 127\.0\.0\.1:\d+$/);
      }),
    );
  });
});
