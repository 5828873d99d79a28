import { Effect } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { roamingActors } from '../../actors/roaming/actors.ts';
import { fileRegisterActor } from '../../actors/roaming/import-file.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { delaysOf } from '../../domain/roaming/imports/delivery.ts';
import { keepDelivery } from '../../store/roaming/deliveries.ts';
import { countExchange } from '../../store/roaming/exchanges.ts';
import { type AdminStores, hufu, objects, startAdminStores } from '../../test/support/admin.ts';

/** `hufu admin roaming-files deliveries|exchanges` as it is typed, against real stores. */

const tenant = 'demo' as TenantId;
const AT_MS = Date.UTC(2026, 10, 20, 4);
const HOUR_MS = 3_600_000;
const DAYS = ['--from', '2026-11-01', '--to', '2026-11-30'];
let stores: AdminStores;

beforeAll(async () => {
  stores = await startAdminStores('admin_roaming_files', roamingActors);
  await stores.run(
    Effect.gen(function* () {
      const actors = yield* Actors;
      for (const sequence of [7, 9]) {
        const sm3 = String(sequence).repeat(64);
        yield* actors.ask(fileRegisterActor, {
          id: { tenant, key: 'HKGPP' },
          command: { _tag: 'Claim', series: 'nrtrde', sequence, sm3 },
          envelope: { commandId: `claim-${sequence}`, caller: { subject: 'ann', tenant, roles: [] } },
        });
        yield* actors.ask(fileRegisterActor, {
          id: { tenant, key: 'HKGPP' },
          command: { _tag: 'Release', sm3 },
          envelope: { commandId: `release-${sequence}`, caller: { subject: 'ann', tenant, roles: [] } },
        });
        yield* keepDelivery(tenant, {
          ...{ partner: 'HKGPP', name: `NRHKGPPCHNCM000000${sequence}`, file: sm3, sequence },
          ...{ availableAtMs: AT_MS - 60_000, receivedAtMs: AT_MS },
          delays: delaysOf([AT_MS - HOUR_MS, AT_MS - 5 * HOUR_MS], AT_MS),
        });
      }
      const exchange = { partner: 'HKGPP', way: 'take', atMs: AT_MS } as const;
      for (const tookMs of [200, 1_800, undefined]) yield* countExchange(tenant, { ...exchange, tookMs });
    }),
  );
});
afterAll(() => stores.stop());

it('how soon usage came and how well files were exchanged is shown by partner', async () => {
  expect(await hufu('roaming-files', 'deliveries', 'HKGPP', ...DAYS)).toMatch(
    /HKGPP +2 of 3 +4 +50\.00 % +300 min +300 min +8/,
  );
  expect(objects(await hufu('roaming-files', 'deliveries', 'HKGPP', ...DAYS, '--json'))).toMatchObject([
    { partner: 'HKGPP', received: 2, due: 3, inTimeShare: 0.5, missing: [{ from: 8, to: 8 }] },
  ]);
  // Of a partner of whom nothing has come.
  expect(await hufu('roaming-files', 'deliveries', 'JPNDO', ...DAYS)).toMatch(/JPNDO +0 of 0 +0 +- +-/);
  expect(await hufu('roaming-files', 'exchanges', ...DAYS)).toMatch(/HKGPP +take +2 of 3 +66\.67 % +50\.00 % +1000 ms/);
  expect(await hufu('roaming-files', 'exchanges', ...DAYS, '--partner', 'JPNDO')).toContain('none');
});
