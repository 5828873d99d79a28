import { Effect, Fiber, Stream } from 'effect';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blank, hex, overMemory, scoped, withT1 } from '../../../test/support/card-readers.ts';
import { byteReader } from '../../link/byte-reader.ts';
import { type MemorySerial, memorySerial } from '../../link/memory-serial.ts';
import { smartMouseCard } from '../simulator/smart-mouse-card.ts';
import { atrLength } from './atr-length.ts';
import { characterLine, inverseConvention } from './character-line.ts';
import { smartMouse } from './smart-mouse.ts';
import { exchangeT0 } from './t0.ts';
import { type Block, decodeBlock, encodeBlock } from './t1-block.ts';

const bit = fc.constantFrom(0 as const, 1 as const);
const data = fc.uint8Array({ maxLength: 254 });
const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ kind: fc.constant('I' as const), sequence: bit, more: fc.boolean(), data }),
  fc.record({
    kind: fc.constant('R' as const),
    sequence: bit,
    error: fc.constantFrom('none' as const, 'check', 'other'),
  }),
  fc.record({
    kind: fc.constant('S' as const),
    what: fc.constantFrom('wtx' as const, 'ifs'),
    response: fc.boolean(),
    data: fc.uint8Array({ minLength: 1, maxLength: 1 }),
  }),
  fc.record({
    kind: fc.constant('S' as const),
    what: fc.constantFrom('resynch' as const, 'abort'),
    response: fc.boolean(),
    data: fc.constant(new Uint8Array()),
  }),
);

describe('blocks of T=1', () => {
  test('say what they said, whatever it was', () => {
    fc.assert(
      fc.property(block, fc.boolean(), (one, crc) => {
        const back = decodeBlock(encodeBlock(one, crc), crc);
        expect(back).toEqual('data' in one ? { ...one, data: Buffer.from(one.data) } : one);
      }),
    );
  });

  test('one wrong bit is seen', () => {
    fc.assert(
      fc.property(block, fc.boolean(), fc.nat(), fc.nat({ max: 7 }), (one, crc, at, shift) => {
        const bytes = encodeBlock(one, crc);
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ (1 << shift);
        expect(decodeBlock(bytes, crc)).toBe('check');
      }),
    );
  });

  test('any bytes are a block or none, never an error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 270 }), fc.boolean(), (bytes, crc) => {
        expect(['check', 'other', 'object']).toContain(
          ((found) => (typeof found === 'string' ? found : typeof found))(decodeBlock(bytes, crc)),
        );
      }),
    );
  });

  test('the examples of ISO 7816-3 annex A', () => {
    expect(
      Buffer.from(encodeBlock({ kind: 'S', what: 'ifs', response: false, data: Uint8Array.of(0xfe) }, false)).toString(
        'hex',
      ),
    ).toBe('00c101fe3e');
    expect(Buffer.from(encodeBlock({ kind: 'R', sequence: 1, error: 'check' }, false)).toString('hex')).toBe(
      '00910091',
    );
    expect(
      Buffer.from(encodeBlock({ kind: 'I', sequence: 1, more: true, data: Uint8Array.of(1) }, false)).toString('hex'),
    ).toBe('0060010160');
  });
});

test.each([
  ['3b9f96801fc78031a073be21136743200718000001a5', 22],
  ['3b1694710101020100', 9],
  ['3b00', 2],
  ['3b8081312065d4', 7],
])('the length of an answer to reset is known from its beginning: %s', (text, length) => {
  const bytes = hex(text);
  const known = Array.from(bytes, (_, at) => atrLength(bytes.subarray(0, at + 1))).filter((one) => one !== undefined);
  expect(new Set(known)).toEqual(new Set([length]));
  expect(bytes.length).toBe(length);
});

test('inverse convention is its own inverse: 3F is 03 on the line', () => {
  expect(inverseConvention(Uint8Array.of(0x3f))[0]).toBe(0x03);
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(inverseConvention(inverseConvention(bytes))).toEqual(bytes);
    }),
  );
});

/** Whatever the device writes arrives in pieces of these sizes. */
const cutUp = (serial: MemorySerial, sizes: readonly number[]): MemorySerial => {
  let no = 0;
  const pieces = (bytes: Uint8Array): Uint8Array[] => {
    const all: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; ) {
      const size = sizes[no % sizes.length] ?? 1;
      no += 1;
      all.push(bytes.subarray(at, at + size));
      at += size;
    }
    return all;
  };
  const write = (bytes: Uint8Array) =>
    Effect.forEach(pieces(bytes), (piece) => Effect.zipLeft(serial.device.write(piece), Effect.yieldNow()), {
      discard: true,
    });
  return { ...serial, device: { ...serial.device, write } };
};

test.each([
  ['T=0', blank],
  ['T=1', withT1],
] as const)('%s: answers are understood wherever the line cuts them', async (_name, card) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 8 }), (sizes) =>
      scoped(
        Effect.gen(function* () {
          const { open, device } = cutUp(yield* memorySerial, sizes);
          yield* Effect.forkScoped(smartMouseCard(card(), device, { reset: 'rts' }));
          const reader = yield* smartMouse('memory', { open, reset: 'rts' });
          yield* reader.powerOn;
          const { data: fcp, sw } = yield* reader.transmit(hex('00a40004022fe2'));
          expect([fcp.toString('hex'), sw]).toEqual(['62178202412183022fe28a01058b032f06038002000a880110', 0x9000]);
        }),
      ),
    ),
    { numRuns: 15 },
  );
});

test.each([
  ['T=0', blank],
  ['T=1', withT1],
] as const)('%s: noise between commands is not taken for an answer', async (_name, card) => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 40 }), (noise) =>
      scoped(
        Effect.gen(function* () {
          const { open, device } = yield* memorySerial;
          yield* Effect.forkScoped(smartMouseCard(card(), device, { reset: 'rts' }));
          const reader = yield* smartMouse('memory', { open, reset: 'rts' });
          yield* reader.powerOn;
          yield* device.write(noise);
          // It has arrived, and lies there.
          yield* Effect.promise(() => new Promise((later) => setImmediate(later)));
          expect((yield* reader.transmit(hex('00a40004022fe2'))).sw).toBe(0x9000);
        }),
      ),
    ),
    { numRuns: 15 },
  );
});

/** A card that says what is written here, each time it has heard so many bytes. */
const told = (said: ReadonlyArray<readonly [heard: number, say: string]>, command: string) =>
  scoped(
    Effect.gen(function* () {
      const { open, device } = yield* memorySerial;
      const card = yield* Effect.fork(
        Effect.gen(function* () {
          const bytes = byteReader(device);
          for (const [heard, say] of said) {
            yield* bytes.take(heard, 1_000);
            yield* device.write(hex(say));
          }
          yield* Stream.runDrain(device.incoming);
        }),
      );
      const link = yield* open({ baudRate: 9_600 });
      const line = characterLine(link, byteReader(link), { echo: false, inverse: false });
      const outcome = yield* Effect.either(exchangeT0(line, hex(command), { waitingMs: 100, withinMs: 400 }));
      yield* Fiber.interrupt(card);
      return outcome._tag === 'Right'
        ? Buffer.from(outcome.right).toString('hex')
        : `${outcome.left.code} ${outcome.left.execution}`;
    }),
  );

const WRITE = '00d6000002aabb';
const READ = '00b0000002';

test.each([
  ['a status at once', READ, [[5, '6a82']], '6a82'],
  ['NULL, NULL, then all', READ, [[5, '6060b001029000']], '01029000'],
  ['one byte, then the rest', READ, [[5, '4f01b0029000']], '01029000'],
  [
    'a write, all at once',
    WRITE,
    [
      [5, 'd6'],
      [2, '9000'],
    ],
    '9000',
  ],
  [
    'a write, byte by byte',
    WRITE,
    [
      [5, '29'],
      [1, '29'],
      [1, '9000'],
    ],
    '9000',
  ],
  ['refused before the data', WRITE, [[5, '6982']], '6982'],
  // The card never had the data, so it cannot have written.
  ['silent after the header of a write', WRITE, [[5, '']], 'CardTimeout no'],
  [
    'silent after half of the data',
    WRITE,
    [
      [5, '29'],
      [1, ''],
    ],
    'CardTimeout no',
  ],
  [
    'silent after the data',
    WRITE,
    [
      [5, 'd6'],
      [2, ''],
    ],
    'CardTimeout unknown',
  ],
  [
    'half a status',
    WRITE,
    [
      [5, 'd6'],
      [2, '90'],
    ],
    'CardTimeout unknown',
  ],
  ['a procedure byte of another instruction', READ, [[5, 'a4']], 'ProtocolError unknown'],
  ['more data than was asked for', READ, [[5, '4f014f024f03']], 'ProtocolError unknown'],
] as const)('T=0: %s', async (_name, command, said, outcome) => {
  expect(await told(said, command)).toBe(outcome);
});

test('T=0: a card that asks for time without end is given up', async () => {
  await scoped(
    Effect.gen(function* () {
      const { open, device } = yield* memorySerial;
      const asking = Effect.forever(Effect.delay(device.write(Uint8Array.of(0x60)), 20));
      yield* Effect.forkScoped(Effect.zipRight(byteReader(device).take(5, 1_000), asking));
      const link = yield* open({ baudRate: 9_600 });
      const line = characterLine(link, byteReader(link), { echo: false, inverse: false });
      const fault = yield* Effect.flip(exchangeT0(line, hex(READ), { waitingMs: 5_000, withinMs: 300 }));
      expect(fault).toMatchObject({ code: 'CardTimeout', execution: 'unknown' });
    }),
  );
});

test('a card that declines another speed keeps the first one; one that ignores the proposal is reset', async () => {
  for (const pps of ['decline', 'ignore'] as const) {
    await scoped(
      Effect.gen(function* () {
        const { open, device } = yield* memorySerial;
        yield* Effect.forkScoped(smartMouseCard(blank(), device, { reset: 'rts', pps }));
        const reader = yield* smartMouse('memory', { open, reset: 'rts', maxBaudRate: 250_000 });
        yield* reader.powerOn;
        expect(device.state().baudRate).toBe(9_600);
        expect((yield* reader.transmit(hex('00a40004022fe2'))).sw).toBe(0x9000);
      }),
    );
  }
});

test('a reader without a card is told from one that is gone', async () => {
  await scoped(
    Effect.gen(function* () {
      const { open } = yield* memorySerial;
      const reader = yield* smartMouse('memory', { open, reset: 'dtr' });
      expect(yield* Effect.flip(reader.powerOn)).toMatchObject({ code: 'CardAbsent', execution: 'no' });
      const { reader: other } = yield* overMemory(blank(), { echo: true });
      expect((yield* other.powerOn).length).toBe(22);
    }),
  );
});
