import type { Command } from 'commander';
import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { listResourceFiles } from '../../store/sim/resource-files.ts';
import { stockLevels } from '../../store/sim/statistics.ts';
import { listStockPools } from '../../store/sim/stock-pools.ts';
import { print, printList, time, withTenant } from './answer.ts';
import { adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin stock levels|pools|files`: what is in stock, which thresholds watch it, which files have filled it. */

interface Options {
  readonly tenant: TenantId;
  readonly json?: boolean;
}

const levels = async ({ tenant, json }: Options): Promise<void> => {
  const found = await withStores(runningEnv(), adminStores, stockLevels(tenant));
  if (found === undefined) return print('everything is being counted anew');
  printList(found, json, {
    type: (level) => level.type,
    product: (level) => level.product,
    city: (level) => level.city || 'any',
    available: (level) => level.available,
  });
};

const pools = async ({ tenant, json }: Options): Promise<void> => {
  const request = { tenant, filters: { active: true }, limit: 200 };
  const { items } = await withStores(runningEnv(), adminStores, listStockPools(request));
  printList(items, json, {
    pool: (one) => one.pool,
    low: (one) => one.low,
    clear: (one) => one.clear,
    alarm: (one) => (one.raised ? `since ${time(one.sinceMs)}` : '-'),
  });
};

const files = async ({ tenant, json }: Options): Promise<void> => {
  const { items } = await withStores(
    runningEnv(),
    adminStores,
    Effect.suspend(() => listResourceFiles({ tenant })),
  );
  printList(items, json, {
    received: (file) => time(file.receivedAtMs),
    name: (file) => file.name,
    status: (file) => file.status,
    lines: (file) => file.lines,
    refused: (file) => file.refused,
    numbers: (file) => file.numbers,
    ranges: (file) => file.ranges,
  });
};

export const addStock = (tree: Command): void => {
  const stock = tree.command('stock').description('numbers and cards in stock');
  const add = (name: string, what: string, action: (options: Options) => Promise<void>) =>
    withTenant(stock.command(name)).description(what).option('--json', 'one JSON object a line').action(action);
  add('levels', 'what is available now, as thresholds see it', levels);
  add('pools', 'thresholds, and which alarms stand', pools);
  add('files', 'files of IMSIs and ICCIDs, the newest first', files);
};
