import type { Command } from 'commander';
import { Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { exportAudit, searchAudit, verifyAudit } from '../../store/operations/audit.ts';
import { Failure } from '../failure.ts';
import { print, printList, printMore, time, wholeNumber, withTenant } from './answer.ts';
import { recorded } from './record.ts';
import { adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin audit …`: the audit log of a tenant, verified, searched, written out. Looking is itself written down. */

interface SearchOptions {
  readonly tenant: TenantId;
  readonly json?: boolean;
  readonly limit: number;
  readonly cursor?: string;
  readonly order: string;
  readonly subject?: string;
  readonly action?: string;
  readonly object?: string;
  readonly outcome?: string;
  readonly requestId?: string;
  readonly sinceMs?: number;
  readonly untilMs?: number;
}

const verify = async ({ tenant, json }: { readonly tenant: TenantId; readonly json?: boolean }): Promise<void> => {
  const verdict = await withStores(runningEnv(), adminStores, verifyAudit(tenant));
  const { lines, hash, unsealed, broken } = verdict;
  if (json === true) print(JSON.stringify(verdict));
  else if (broken === undefined) print(`whole: ${lines} lines, ${unsealed} of them not sealed yet, last hash ${hash}`);
  if (broken !== undefined) {
    throw new Failure(
      `the audit log of ${tenant} is broken at line ${broken.seq}: ${broken.kind}`,
      'docs/operations.md says what each kind means. Keep the database as it is, and compare with an export.',
    );
  }
};

const search = async ({ tenant, json, limit, cursor, order, ...filters }: SearchOptions): Promise<void> => {
  const page = await withStores(
    runningEnv(),
    adminStores,
    recorded(
      { tenant, action: 'admin.audit.search', object: 'audit' },
      searchAudit({ tenant, filters, limit, cursor, order }),
    ),
  );
  printList(page.items, json, {
    seq: (line) => line.seq,
    time: (line) => time(line.atMs),
    subject: (line) => line.subject,
    action: (line) => line.action,
    object: (line) => line.object,
    outcome: (line) => line.outcome,
  });
  printMore(page.nextCursor, json);
};

const exported = ({ tenant, from }: { readonly tenant: TenantId; readonly from: number }): Promise<void> =>
  withStores(
    runningEnv(),
    adminStores,
    recorded(
      { tenant, action: 'admin.audit.export', object: `audit/${from}` },
      Stream.runForEach(exportAudit(tenant, from), (line) => Effect.sync(() => void process.stdout.write(line))),
    ),
  );

export const addAudit = (tree: Command): void => {
  const audit = tree.command('audit').description('the audit log of a tenant');
  withTenant(audit.command('verify'))
    .description('walk the whole chain and say whether it is whole')
    .option('--json', 'the verdict as JSON')
    .action(verify);
  withTenant(audit.command('search'))
    .description('look for lines, newest first')
    .option('--subject <subject>', 'who')
    .option('--action <action>', 'what, e.g. sim.application.submit')
    .option('--object <object>', 'on what')
    .option('--outcome <outcome>', 'accepted, refused:<code>, failed')
    .option('--request-id <id>')
    .option('--since-ms <ms>', 'from this time on, since the epoch', wholeNumber)
    .option('--until-ms <ms>', 'before this time', wholeNumber)
    .option('--order <order>', 'newest or oldest first', 'newest')
    .option('--limit <n>', 'lines in a page, 1–200', wholeNumber, 50)
    .option('--cursor <cursor>', 'of the page before')
    .option('--json', 'one JSON object a line')
    .action(search);
  withTenant(audit.command('export'))
    .description('write all lines to the output, as JSON lines')
    .option('--from <seq>', 'the first line', wholeNumber, 1)
    .action(exported);
};
