import { Effect } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { roamingActors } from '../../actors/roaming/actors.ts';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { keepUsage } from '../../store/roaming/usage.ts';
import { type AdminStores, hufu, objects, startAdminStores } from '../../test/support/admin.ts';

/** `hufu admin subscriber …` as it is typed, against real stores. */

const tenant = 'demo' as TenantId;
const NUMBER = '8613912345678';
let stores: AdminStores;

beforeAll(async () => {
  stores = await startAdminStores('admin_subscribers', roamingActors);
  await stores.run(
    Effect.gen(function* () {
      yield* (yield* Actors).ask(subscriberActor, {
        id: { tenant, key: 'S1' },
        command: { _tag: 'Open', primary: NUMBER, currency: 'CNY' },
        envelope: { commandId: 'open', caller: { subject: 'test', tenant, roles: [] } },
      });
      yield* keepUsage(tenant, [
        {
          owner: { subscriber: 'S1' },
          file: 'a',
          part: 'a.0',
          terms: {
            ...{ roaming: 'outbound', partner: 'HKGPP', network: 'HKGPP', home: 'CHNCM', agreement: 'A', plan: 'P' },
            charged: { currency: 'XDR', decimals: 3 },
            retail: { currency: 'CNY', decimals: 2 },
          },
          records: [1, 2].map((record) => ({
            ...({ record, number: NUMBER, imsi: '', attributedBy: 'msisdn', utcOffsetMinutes: 480 } as const),
            ...({ service: 'voice', direction: 'originating', destination: '85221234567', quantity: 60 } as const),
            atMs: Date.UTC(2026, 10, 3, record),
            ...{ chargedMinor: 1n, agreedMinor: 1n, retailMinor: 198n, agreementVersion: 1, planVersion: 1, takes: [] },
          })),
        },
      ]);
    }),
  );
});
afterAll(() => stores.stop());

it('a subscriber is shown with its numbers masked', async () => {
  const shown = await hufu('subscriber', 'show', 'S1');
  expect(JSON.parse(shown)).toMatchObject({ rev: 1, numbers: [{ number: '861******5678', on: true, active: true }] });
  expect(shown).not.toContain(NUMBER);
});

it('its records of a month are listed with their fees, page by page', async () => {
  const all = objects(await hufu('subscriber', 'usage', 'S1', '--month', '2026-11', '--json'));
  expect(all).toMatchObject([
    { id: 'a.1', number: '861******5678', fee: '1.98 CNY' },
    { id: 'a.2', destination: '852****4567' },
  ]);
  const first = await hufu('subscriber', 'usage', 'S1', '--month', '2026-11', '--limit', '1');
  const [, after = ''] = /--after (\S+)/.exec(first) ?? [];
  const rest = objects(await hufu('subscriber', 'usage', 'S1', '--month', '2026-11', '--after', after, '--json'));
  expect(rest).toMatchObject([{ id: 'a.2' }]);
});
