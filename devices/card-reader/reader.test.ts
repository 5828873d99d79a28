import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Effect, Either, Fiber, Stream } from 'effect';
import { describe, expect, test } from 'vitest';
import {
  blank,
  hex,
  KINDS_OF_READER,
  modemOverMemory,
  type Open,
  overMemory,
  scoped,
  vpcd,
  withT1,
} from '../../test/support/card-readers.ts';
import { vpcdCard } from './simulator/vpcd-card.ts';
import { listenVpcd } from './vpcd.ts';

/** One list of scenarios over each way to a card; the card at its far end is the simulated one. */

const session: { readonly log: ReadonlyArray<Readonly<Record<'label' | 'apdu' | 'data' | 'sw', string>>> } = JSON.parse(
  readFileSync(resolve(import.meta.dirname, '../../test/vectors/softsim_apdu_session.json'), 'utf8'),
);

describe.each(KINDS_OF_READER)('%s', (_name, open) => {
  test('the session with a real software SIM, command by command', async () => {
    await scoped(
      Effect.gen(function* () {
        const { reader } = yield* open();
        yield* reader.powerOn;
        for (const { label = '', apdu = '', data, sw } of session.log) {
          if (label === 'SELECT MF after reset') yield* reader.reset;
          const answer = yield* reader.transmit(hex(apdu));
          expect({ label, data: answer.data.toString('hex'), sw: answer.sw.toString(16) }).toEqual({ label, data, sw });
        }
      }),
    );
  });
});

/** UPDATE BINARY of the ICCID, which the blank card takes once the file is selected. */
const SELECT_ICCID = '00a40004022fe2';
const UPDATE = '00d600000a988812010000407643f3';
const READ = '00b000000a';
const WRITTEN = '988812010000407643f3';
const BLANK = 'f'.repeat(20);

const FAULTY: ReadonlyArray<readonly [string, () => Open]> = [
  ['a card that dials in (vpcd)', () => vpcd],
  ['a smart mouse, T=0', () => overMemory(blank())],
  ['a smart mouse, T=1', () => overMemory(withT1())],
  ['a modem', () => modemOverMemory],
];

const contentOf = ({ card }: { readonly card: ReturnType<typeof blank> }): string => {
  const { mf } = card.card.personality;
  const file = mf.children.find(({ fid }) => fid === '2fe2');
  return file?.kind === 'ef' ? (file.records[0]?.toString('hex') ?? '') : '';
};

describe.each(FAULTY)('%s, when something goes wrong', (_name, open) => {
  test.each([
    ['before', BLANK],
    ['after', WRITTEN],
  ] as const)('the card is pulled out %s a write: nobody may say that it was not done', async (when, content) => {
    await scoped(
      Effect.gen(function* () {
        const place = yield* open();
        const { reader, card } = place;
        yield* reader.powerOn;
        yield* reader.transmit(hex(SELECT_ICCID));
        card.misbehave({ removed: { at: 1, when } });
        const fault = yield* Effect.flip(reader.transmit(hex(UPDATE), { timeoutMs: 1_000 }));
        expect(fault).toMatchObject({ service: 'card-reader', execution: 'unknown' });
        expect(['ReaderGone', 'CardTimeout', 'ProtocolError', 'CardAbsent']).toContain(fault.code);
        expect(contentOf(place)).toBe(content);
        // Nothing is sent to a card of unknown state.
        expect(yield* Effect.flip(reader.transmit(hex(READ)))).toMatchObject({
          code: 'CardNotPowered',
          execution: 'no',
        });
      }),
    );
  });

  test('a card that is silent: a time-out, and its late answer is nobody else’s', async () => {
    await scoped(
      Effect.gen(function* () {
        const place = yield* open();
        const { reader, card } = place;
        const atr = yield* reader.powerOn;
        yield* reader.transmit(hex(SELECT_ICCID));
        card.misbehave({ silent: { at: 1, ms: 600 } });
        const fault = yield* Effect.flip(reader.transmit(hex(UPDATE), { timeoutMs: 200 }));
        expect(fault).toMatchObject({ code: 'CardTimeout', execution: 'unknown' });
        expect(yield* reader.powerOn).toEqual(atr);
        yield* reader.transmit(hex(SELECT_ICCID));
        expect((yield* reader.transmit(hex(READ))).data.toString('hex')).toBe(WRITTEN);
      }),
    );
  });

  test('an answer that means nothing is a fault, and the card works again when it is powered on', async () => {
    await scoped(
      Effect.gen(function* () {
        const { reader, card } = yield* open();
        yield* reader.powerOn;
        card.misbehave({ garbage: { at: 1 } });
        const fault = yield* Effect.flip(reader.transmit(hex(SELECT_ICCID), { timeoutMs: 2_000 }));
        expect(fault).toMatchObject({ code: 'ProtocolError', execution: 'unknown' });
        yield* reader.powerOn;
        expect((yield* reader.transmit(hex(SELECT_ICCID))).sw).toBe(0x9000);
      }),
    );
  });

  test('a slow card is waited for; commands of many fibers go one after the other', async () => {
    await scoped(
      Effect.gen(function* () {
        const { reader, card } = yield* open();
        yield* reader.powerOn;
        yield* reader.transmit(hex(SELECT_ICCID));
        card.misbehave({ slowMs: 30 });
        const answers = yield* Effect.all(
          Array.from({ length: 5 }, () => reader.transmit(hex(READ))),
          { concurrency: 'unbounded' },
        );
        expect(answers.map(({ data }) => data.toString('hex'))).toEqual(Array.from({ length: 5 }, () => BLANK));
      }),
    );
  });

  test('whoever is interrupted leaves no half command behind', async () => {
    await scoped(
      Effect.gen(function* () {
        const place = yield* open();
        const { reader, card } = place;
        yield* reader.powerOn;
        yield* reader.transmit(hex(SELECT_ICCID));
        card.misbehave({ slowMs: 100 });
        const writing = yield* Effect.fork(reader.transmit(hex(UPDATE)));
        yield* Effect.sleep(20);
        yield* Fiber.interrupt(writing);
        expect(contentOf(place)).toBe(WRITTEN);
        expect((yield* reader.transmit(hex(READ))).data.toString('hex')).toBe(WRITTEN);
      }),
    );
  });

  test('a corrupt read-back and a wrong counter are answers, for the writer to see', async () => {
    await scoped(
      Effect.gen(function* () {
        const { reader, card } = yield* open();
        yield* reader.powerOn;
        yield* reader.transmit(hex(SELECT_ICCID));
        card.misbehave({ corruptRead: '2fe2', admTries: 1 });
        yield* reader.transmit(hex(UPDATE));
        expect((yield* reader.transmit(hex(READ))).data.toString('hex')).toBe(`99${WRITTEN.slice(2)}`);
        expect((yield* reader.transmit(hex('0020000a083939393939393939'))).sw).toBe(0x63c0);
        expect((yield* reader.transmit(hex('0020000a0831323334ffffffff'))).sw).toBe(0x6983);
      }),
    );
  });
});

test('presence: of a card that dialled in, until it hangs up', async () => {
  await scoped(
    Effect.gen(function* () {
      const { reader, card } = yield* vpcd;
      yield* reader.powerOn;
      const seen: string[] = [];
      const following = yield* Effect.fork(
        Effect.either(Stream.runForEach(reader.presence, (one) => Effect.sync(() => seen.push(one)))),
      );
      card.misbehave({ removed: { at: 1, when: 'before' } });
      yield* Effect.ignore(reader.transmit(hex(READ)));
      const end = yield* Fiber.join(following);
      expect(seen).toEqual(['present']);
      expect(Either.isLeft(end) && end.left).toMatchObject({ code: 'ReaderGone' });
    }),
  );
});

test('presence: as the line of a smart mouse says', async () => {
  await scoped(
    Effect.gen(function* () {
      const { reader, card } = yield* overMemory(blank());
      yield* reader.powerOn;
      const following = yield* Effect.fork(Stream.runCollect(Stream.take(reader.presence, 2)));
      yield* Effect.yieldNow();
      card.misbehave({ removed: { at: 1, when: 'before' } });
      yield* Effect.ignore(reader.transmit(hex(READ), { timeoutMs: 300 }));
      expect([...(yield* Fiber.join(following))]).toEqual(['present', 'absent']);
      expect(yield* Effect.flip(reader.powerOn)).toMatchObject({ code: 'CardAbsent' });
    }),
  );
});

test('two hundred cards dial in at once: each is a reader of its own, and a silent one holds up nobody', async () => {
  await scoped(
    Effect.gen(function* () {
      const listener = yield* listenVpcd({ port: 0, maxWaiting: 256 });
      const cards = Array.from({ length: 200 }, () => blank());
      cards[0]?.misbehave({ silent: { at: 1, ms: 60_000 } });
      for (const card of cards) yield* Effect.forkScoped(vpcdCard(card, { host: '127.0.0.1', port: listener.port }));
      const readers = yield* Effect.all(Array.from({ length: 200 }, () => listener.accept));
      // Longer than all of them need together, and far less than the silent one is silent.
      const options = { timeoutMs: 15_000 };
      const answers = yield* Effect.forEach(
        readers,
        ({ powerOn, transmit }) => Effect.either(Effect.zipRight(powerOn, transmit(hex(SELECT_ICCID), options))),
        { concurrency: 'unbounded' },
      );
      expect(answers.filter(Either.isRight)).toHaveLength(199);
      expect(answers.find(Either.isLeft)?.left).toMatchObject({ code: 'CardTimeout', execution: 'unknown' });
    }),
  );
}, 60_000);
