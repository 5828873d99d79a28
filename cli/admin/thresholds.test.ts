import { Effect } from 'effect';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { operationsActors } from '../../actors/operations/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { changeThreshold, readThresholds } from '../../gateway/operations/thresholds.ts';
import { type AdminStores, hufu, objects, startAdminStores } from '../../test/support/admin.ts';

/** `hufu admin thresholds …` as it is typed, against real stores. */

const tenant = 'demo' as TenantId;
let stores: AdminStores;
beforeAll(async () => {
  stores = await startAdminStores('admin_thresholds', operationsActors);
});
afterAll(() => stores.stop());

const change = (value: number | null, commandId: string) =>
  stores.run(
    changeThreshold(
      tenant,
      { _tag: 'Set', alarm: 'HufuMachineBusy', value, reason: 'the machines are small' },
      { commandId, caller: { subject: 'ann', tenant, roles: [] } },
    ),
  );

it('thresholds are set, switched off and set back, and say who did', async () => {
  const listed = async () =>
    objects(await hufu('thresholds', 'list', '--json')).find(({ alarm }) => alarm === 'HufuMachineBusy');
  expect(await listed()).toMatchObject({ value: 0.8, isDefault: true, changed: null });
  expect(await change(0.7, 'one')).toMatchObject({ changed: true });
  expect(await listed()).toMatchObject({ value: 0.7, isDefault: false, changed: { by: 'ann' } });
  expect(await change(null, 'two')).toMatchObject({ value: null });
  expect(await hufu('thresholds', 'list')).toMatch(/HufuMachineBusy +off +share +0\.8/);
  expect(await hufu('thresholds', 'changes')).toMatch(/HufuMachineBusy +0\.7 +ann +the machines are small/);
  expect(await stores.run(Effect.flip(change80()))).toMatchObject({ code: 'ThresholdOutOfBounds', field: 'value' });
  // Alarms are of the whole installation.
  expect(await stores.run(Effect.flip(readThresholds('rival' as TenantId)))).toMatchObject({
    code: 'NotOperationsTenant',
  });
  await expect(hufu('thresholds', 'set', 'HufuNodeAway', '1', '--reason', 'none')).rejects.toThrow();
  await expect(hufu('thresholds', 'set', 'HufuMachineBusy', 'much', '--reason', 'none')).rejects.toThrow();
});

const change80 = () =>
  changeThreshold(
    tenant,
    { _tag: 'Set', alarm: 'HufuMachineBusy', value: 80, reason: 'per cent' },
    { commandId: 'three', caller: { subject: 'ann', tenant, roles: [] } },
  );
