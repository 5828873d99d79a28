import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { blank, hex, type Open, overMemory, scoped, vpcd } from '../../test/support/card-readers.ts';
import { authenticationRun } from './authentication-run.ts';
import { gsm } from './simulator/card/personality.ts';
import { SimCard } from './simulator/card/sim-card.ts';
import { SimulatedCard } from './simulator/simulated-card.ts';

const K = '465b5ce8b199b49faa5f0a2ee238a6bc';
const OPC = 'cd63cb71954a9f4e48a5994e37a02baf';
const RAND = hex('23553cbe9637a89d218ae64dae47bf35');
const keys = (k: string) => ({ k: new SecretBytes(hex(k)), opc: new SecretBytes(hex(OPC)) });

/** The keys are written as on a card that is being made. */
const withKeys = (card: SimulatedCard): SimulatedCard => {
  card.card.personality.keyFile.records[0] = Buffer.from(`${K}${OPC}00`, 'hex');
  return card;
};

test('a USIM with the right keys says so, and one that is ahead is asked once more', async () => {
  await scoped(
    Effect.gen(function* () {
      const { reader, card } = yield* vpcd;
      withKeys(card);
      expect(yield* authenticationRun(reader, keys(K), RAND, 0x400n)).toEqual({ outcome: 'right', sqn: 0x400n });
      // The card has seen 0x400: the next that it takes is 0x420.
      expect(yield* authenticationRun(reader, keys(K), RAND, 0x20n)).toEqual({ outcome: 'right', sqn: 0x420n });
      expect(yield* authenticationRun(reader, keys(`00${K.slice(2)}`), RAND, 0x440n)).toEqual({ outcome: 'wrong' });
    }),
  );
});

const simOverMemory = (): Open => overMemory(withKeys(new SimulatedCard(new SimCard(gsm()))));

test('a SIM answers RUN GSM ALGORITHM; its answer tells right keys from wrong ones', async () => {
  await scoped(
    Effect.gen(function* () {
      const { reader } = yield* simOverMemory();
      expect(yield* authenticationRun(reader, keys(K), RAND, 0n)).toEqual({ outcome: 'right', sqn: 0n });
      expect(yield* authenticationRun(reader, keys(`00${K.slice(2)}`), RAND, 0n)).toEqual({ outcome: 'wrong' });
    }),
  );
});

test('a card that demands its PIN computes nothing, and that is no wrong key', async () => {
  await scoped(
    Effect.gen(function* () {
      const { reader, card } = yield* overMemory(withKeys(blank()));
      yield* reader.powerOn;
      expect((yield* reader.transmit(hex('002800010831323334ffffffff'))).sw).toBe(0x9000);
      expect(card.card.codes.isEnabled(1)).toBe(true);
      expect(yield* authenticationRun(reader, keys(K), RAND, 0x20n)).toEqual({
        outcome: 'refused',
        status: 'NotAllowed',
      });
    }),
  );
});
