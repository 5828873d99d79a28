import { type Command, Option } from 'commander';
import { Effect } from 'effect';
import { financeAccountActor } from '../../actors/roaming/finance-account.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { financeRefusals } from '../../domain/roaming/finance/refusals.ts';
import { ACCOUNT_KINDS, ACCOUNT_STATUSES, AccountKey } from '../../domain/roaming/finance/schema.ts';
import { requestAccount } from '../../gateway/roaming/settlement/accounts.ts';
import { listFinanceAccounts } from '../../store/roaming/finance-accounts.ts';
import { parsed, print, printList, printMore, time, wholeNumber, withTenant } from './answer.ts';
import { envelopeOf, recorded } from './record.ts';
import { adminNodes, adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin finance list|show|send`: accounts of roaming on their way to finance's system, as below `/v1/roaming/finance-accounts`. */

interface Tenant {
  readonly tenant: TenantId;
}

interface Filters extends Tenant {
  readonly status?: string;
  readonly kind?: string;
  readonly partner?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const list = async ({ tenant, limit, cursor, json, ...filters }: Filters): Promise<void> => {
  const what = { tenant, action: 'admin.finance.list', object: filters.partner ?? 'all partners' };
  const listing = Effect.suspend(() => listFinanceAccounts({ tenant, filters, limit, cursor }));
  const page = await withStores(runningEnv(), adminStores, recorded(what, listing));
  printList(page.items, json, {
    account: (one) => one.key,
    status: (one) => one.status,
    attempt: (one) => one.attempt,
    requested: (one) => time(one.atMs),
    ended: (one) => (one.endedAtMs === null ? '-' : time(one.endedAtMs)),
    http: (one) => one.httpStatus ?? '-',
    code: (one) => one.code ?? '-',
  });
  printMore(page.nextCursor, json);
};

const show = async (account: string, { tenant }: Tenant): Promise<void> => {
  const looking = Effect.flatMap(replayActor(financeAccountActor, { tenant, key: account }), ({ state }) =>
    state === null ? Effect.fail(financeRefusals.unknown()) : Effect.succeed(state),
  );
  const what = { tenant, action: 'admin.finance.show', object: account };
  const { status, attempts } = await withStores(runningEnv(), adminStores, recorded(what, looking));
  print(`${account}: ${status}`);
  for (const { attempt, by, atMs, code, answer } of attempts) {
    const said = answer === null ? 'no answer' : `HTTP ${answer.status} ${answer.text}`;
    print(`${attempt}. ${time(atMs)} by ${by}: ${code === null ? '' : `${code}, `}${said}`);
  }
};

const send = async (account: string, { tenant }: Tenant): Promise<void> => {
  const what = { tenant, action: 'admin.finance.send', object: account };
  const sending = requestAccount(tenant, account, envelopeOf(tenant));
  const { status, attempt } = await withStores(runningEnv(), adminNodes, recorded(what, sending));
  print(`${account}: ${status}, attempt ${attempt}; ./hufu admin finance show ${account}`);
};

export const addFinance = (tree: Command): void => {
  const finance = tree.command('finance').description('accounts of roaming that are sent to finance’s system');
  withTenant(finance.command('list'))
    .description('the newest first')
    .addOption(new Option('--status <status>', 'e.g. refused, which waits for a person').choices(ACCOUNT_STATUSES))
    .addOption(new Option('--kind <kind>').choices(ACCOUNT_KINDS))
    .option('--partner <code>', 'TADIG code')
    .option('--limit <n>', 'in a page, 1–200', wholeNumber, 50)
    .option('--cursor <cursor>', 'of the page before')
    .option('--json', 'one JSON object a line')
    .action(list);
  const one = (name: string, what: string): Command =>
    withTenant(finance.command(name))
      .argument(
        '<account>',
        'day:HKGPP:2026-10-01, month:HKGPP:2026-10, period:HKGPP-2026:2026-10-01',
        parsed(AccountKey),
      )
      .description(what);
  one('show', 'each attempt, with finance’s answer').action(show);
  one('send', 'what is closed; once more what finance refused').action(send);
};
