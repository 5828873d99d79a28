import type { Command } from 'commander';
import { Effect } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { listReaders } from '../../store/sim/card-writes.ts';
import { printList, printMore, time, wholeNumber, withTenant } from './answer.ts';
import { adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin reader list`: card readers, and what they are doing. */

interface Options {
  readonly tenant: TenantId;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const list = async ({ tenant, json, limit, cursor }: Options): Promise<void> => {
  const listing = Effect.suspend(() => listReaders({ tenant, limit, cursor }));
  const page = await withStores(runningEnv(), adminStores, listing);
  printList(page.items, json, {
    reader: (one) => one.name,
    place: (one) => one.place,
    // A node that died does not say so: its session has a time.
    attached: (one) => (one.attached ? `until ${time(one.untilMs)}` : '-'),
    writing: (one) => one.current ?? '-',
    waiting: (one) => one.waiting,
  });
  printMore(page.nextCursor, json);
};

export const addReaders = (tree: Command): void => {
  const reader = tree.command('reader').description('card readers');
  withTenant(reader.command('list'))
    .description('by name, with what they are doing')
    .option('--limit <n>', 'in a page, 1–200', wholeNumber, 50)
    .option('--cursor <cursor>', 'of the page before')
    .option('--json', 'one JSON object a line')
    .action(list);
};
