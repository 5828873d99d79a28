/**
 * A key ring of fixed keys for tests of whatever is sealed. They are printed here, so they protect nothing; only tests
 * import this.
 */
import { Effect, Layer } from 'effect';
import { KeyRing, type RingKey } from '../../store/keys/key-ring.ts';

const keys: ReadonlyArray<RingKey> = [
  { id: 'temporal-payload-1', key: Buffer.from('test-key-not-1!!') },
  { id: 'temporal-payload-2', key: Buffer.from('test-key-not-2!!') },
];

/** @param newest which of the two is written with; both are read */
export const testKeys = (newest: 1 | 2 = 1) => ({
  current: (): RingKey => {
    const key = keys[newest - 1];
    if (key === undefined) throw new Error('no such test key');
    return key;
  },
  byId: (_purpose: string, id: string): RingKey | undefined => keys.find((key) => key.id === id),
});

export const TestKeyRing: Layer.Layer<KeyRing> = Layer.succeed(KeyRing, { ...testKeys(), refresh: Effect.void });
