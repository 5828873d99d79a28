import { createCipheriv, randomBytes } from 'node:crypto';
import { GCM_NONCE_BYTES, open, SM4_KEY_BYTES, seal } from '../domain/keys/sm4-gcm.ts';
import type { Bench } from './bench.ts';

/**
 * SM4-GCM of ours beside two of the platform's: SM4-CTR is the same cipher without authentication, so the ratio is the
 * price of our hash; AES-128-GCM is what hardware gives, so it says what the choice of algorithm costs.
 */

const MEGABYTE = 1_000_000;

/** Megabytes a second, the best of three, so that a neighbour on the machine does not decide. */
const measure = (bytes: number, budgetMs: number, run: () => void): number => {
  let best = 0;
  for (let round = 0; round < 3; round++) {
    const start = performance.now();
    let calls = 0;
    let spentMs = 0;
    while (spentMs < budgetMs) {
      run();
      calls++;
      spentMs = performance.now() - start;
    }
    best = Math.max(best, (calls * bytes) / MEGABYTE / (spentMs / 1_000));
  }
  return best;
};

const sizes = [
  { name: '1 KB', bytes: 1_024 },
  { name: '64 KB', bytes: 65_536 },
];

export const bench: Bench = {
  name: 'sm4-gcm',
  title: 'SM4-GCM in one thread, beside SM4-CTR and AES-128-GCM of the platform',
  servers: [],
  run: async ({ full, report, log }) => {
    const budgetMs = full ? 3_000 : 500;
    const key = randomBytes(SM4_KEY_BYTES);
    const nonce = randomBytes(GCM_NONCE_BYTES);
    const aad = Buffer.from('sim_cards/imsi/demo');
    for (const { name, bytes } of sizes) {
      log(`sealing and opening messages of ${name}`);
      const text = randomBytes(bytes);
      const sealed = seal(key, nonce, text, aad);
      const ctr = measure(bytes, budgetMs, () => {
        const cipher = createCipheriv('sm4-ctr', key, Buffer.alloc(16));
        Buffer.concat([cipher.update(text), cipher.final()]);
      });
      const aes = measure(bytes, budgetMs, () => {
        const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(aad);
        Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
      });
      const sealing = measure(bytes, budgetMs, () => void seal(key, nonce, text, aad));
      const opening = measure(bytes, budgetMs, () => void open(key, nonce, sealed, aad));
      const unit = 'MB/s';
      report({ figure: `seal ${name} (baseline SM4-CTR)`, value: sealing, unit, baseline: ctr });
      report({ figure: `open ${name} (baseline SM4-CTR)`, value: opening, unit, baseline: ctr });
      report({ figure: `seal ${name} (baseline AES-128-GCM)`, value: sealing, unit, baseline: aes });
    }
  },
};
