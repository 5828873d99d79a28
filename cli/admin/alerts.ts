import { type Command, Option } from 'commander';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { listAlerts } from '../../store/operations/alerts.ts';
import { printList, printMore, time, wholeNumber, withTenant } from './answer.ts';
import { adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin alerts list`: what a person should look at. Acknowledged over REST, by whoever has seen to it. */

interface Options {
  readonly tenant: TenantId;
  readonly open?: boolean;
  readonly level?: string;
  readonly source?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const list = async ({ tenant, json, limit, cursor, ...filters }: Options): Promise<void> => {
  const page = await withStores(runningEnv(), adminStores, listAlerts({ tenant, filters, limit, cursor }));
  printList(page.items, json, {
    last: (alert) => time(alert.lastAtMs),
    level: (alert) => alert.level,
    code: (alert) => alert.code,
    source: (alert) => alert.source,
    subject: (alert) => alert.subject,
    times: (alert) => alert.times,
    'seen to by': (alert) => (alert.open ? '-' : (alert.acknowledgedBy ?? '-')),
  });
  printMore(page.nextCursor, json);
};

export const addAlerts = (tree: Command): void => {
  const alerts = tree.command('alerts').description('what a person should look at');
  withTenant(alerts.command('list'))
    .description('the last raised first')
    .option('--open', 'only what nobody has acknowledged')
    .addOption(new Option('--level <level>').choices(['reminder', 'alarm', 'problem']))
    .option('--source <source>', 'the process that raised them')
    .option('--limit <n>', 'in a page, 1–200', wholeNumber, 50)
    .option('--cursor <cursor>', 'of the page before')
    .option('--json', 'one JSON object a line')
    .action(list);
};
