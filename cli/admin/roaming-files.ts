import { type Command, Option } from 'commander';
import { Effect } from 'effect';
import { fileRegisterActor } from '../../actors/roaming/import-file.ts';
import { outgoingActor } from '../../actors/roaming/outgoing.ts';
import { orBeginning } from '../../actors/runtime/beginning.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { formatDecimal } from '../../domain/kernel/decimal.ts';
import { momentsOf } from '../../domain/kernel/period.ts';
import { exchangeQuality } from '../../domain/roaming/exchange.ts';
import { qualityOf } from '../../domain/roaming/imports/delivery.ts';
import { registerDecider } from '../../domain/roaming/imports/register.ts';
import { Day, Tadig } from '../../domain/roaming/rating/schema.ts';
import { deliveriesOf } from '../../store/roaming/deliveries.ts';
import { exchangesOf } from '../../store/roaming/exchanges.ts';
import { listImportFiles } from '../../store/roaming/import-files.ts';
import { listQuarantinedRecords } from '../../store/roaming/quarantined-records.ts';
import { listReturnedRecords } from '../../store/roaming/returned-records.ts';
import { parsed, print, printList, printMore, time, wholeNumber, withTenant } from './answer.ts';
import { adminStores, runningEnv, withStores } from './stores.ts';

/**
 * `hufu admin roaming-files list|quarantine|returned|deliveries|exchanges|outgoing`: what the lists below `/v1/roaming` show, without a gateway. No
 * number of anybody is in them. What is decided about a record is decided over REST, by whoever answers for it.
 */

interface Options {
  readonly tenant: TenantId;
  readonly partner?: string;
  readonly status?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const files = async ({ tenant, json, limit, cursor, ...filters }: Options): Promise<void> => {
  const page = await withStores(runningEnv(), adminStores, listImportFiles({ tenant, filters, limit, cursor }));
  printList(page.items, json, {
    received: (file) => time(file.receivedAtMs),
    from: (file) => file.partner,
    name: (file) => file.name,
    status: (file) => file.status,
    in: (file) => file.audit?.in ?? file.records,
    rated: (file) => file.audit?.rated ?? '-',
    rejected: (file) => file.audit?.rejected ?? '-',
    duplicate: (file) => file.audit?.duplicate ?? '-',
    quarantined: (file) => file.audit?.quarantined ?? '-',
  });
  printMore(page.nextCursor, json);
};

const quarantine = async ({ tenant, json, limit, cursor, ...filters }: Options): Promise<void> => {
  const page = await withStores(runningEnv(), adminStores, listQuarantinedRecords({ tenant, filters, limit, cursor }));
  printList(page.items, json, {
    from: (one) => one.partner,
    file: (one) => one.file.slice(0, 12),
    record: (one) => one.record,
    code: (one) => one.code,
    status: (one) => one.status,
  });
  printMore(page.nextCursor, json);
};

const returned = async ({ tenant, json, limit, cursor, ...filters }: Options): Promise<void> => {
  const page = await withStores(runningEnv(), adminStores, listReturnedRecords({ tenant, filters, limit, cursor }));
  printList(page.items, json, {
    partner: (one) => one.partner,
    rap: (one) => one.rap,
    place: (one) => one.place,
    file: (one) => one.sequence,
    record: (one) => one.record,
    found: (one) => one.findings.map(({ item, code }) => (item === '' ? `${code}` : `${item}.${code}`)).join(' '),
    charge: (one) => `${formatDecimal(BigInt(one.chargeMinor), one.decimals)} ${one.currency}`,
    status: (one) => one.status,
  });
  printMore(page.nextCursor, json);
};

const outgoing = async (partner: string, { tenant, json }: Pick<Options, 'tenant' | 'json'>): Promise<void> => {
  const reading = Effect.map(replayActor(outgoingActor, { tenant, key: partner }), ({ state }) => state);
  const { files: sent, waiting } = await withStores(runningEnv(), adminStores, reading);
  const items = sent.map(({ batches: _, chargeMinor, ...file }) => ({ ...file, chargeMinor: String(chargeMinor) }));
  printList(items, json, {
    series: (file) => file.series,
    number: (file) => file.sequence,
    of: (file) => file.occasion,
    kind: (file) => file.kind,
    records: (file) => file.records,
    charge: (file) => file.chargeMinor,
    status: (file) => file.status,
    sent: (file) => (file.sentAtMs === null ? '-' : time(file.sentAtMs)),
    held: (file) => file.reason ?? '-',
  });
  const records = waiting.reduce((sum, one) => sum + (one.series.includes('billing') ? one.records : 0), 0);
  if (json !== true) print(`  ${records} records wait for the next billing file`);
};

interface Days {
  readonly tenant: TenantId;
  readonly from: string;
  readonly to: string;
  readonly json?: boolean;
}

const percent = (share: number | null): string => (share === null ? '-' : `${(share * 100).toFixed(2)} %`);
const minutes = (ms: number | null): string => (ms === null ? '-' : `${Math.ceil(ms / 60_000)} min`);

const deliveries = async (partner: string, { tenant, from, to, json }: Days): Promise<void> => {
  const reading = Effect.gen(function* () {
    const register = yield* orBeginning(registerDecider.initial)(
      replayActor(fileRegisterActor, { tenant, key: partner }),
    );
    const missing = register.missing.filter(({ series }) => series === 'nrtrde');
    return qualityOf(yield* deliveriesOf(tenant, partner, momentsOf({ from, to })), missing);
  });
  const found = await withStores(runningEnv(), adminStores, reading);
  printList([{ partner, ...found }], json, {
    partner: (one) => one.partner,
    files: (one) => `${one.received} of ${one.due}`,
    events: (one) => one.events,
    'within 4 h': (one) => percent(one.inTimeShare),
    p95: (one) => minutes(one.p95Ms),
    longest: (one) => minutes(one.longestMs),
    missing: (one) => one.missing.map(({ from: a, to: b }) => (a === b ? a : `${a}-${b}`)).join(' ') || '-',
  });
};

const exchanges = async ({ tenant, json, ...days }: Days & { readonly partner?: string }): Promise<void> => {
  const found = await withStores(runningEnv(), adminStores, exchangesOf(tenant, days));
  const items = found.map(({ exchanges: counted, ...one }) => ({ ...one, ...exchangeQuality(counted) }));
  printList(items, json, {
    partner: (one) => one.partner,
    way: (one) => one.way,
    done: (one) => `${one.succeeded} of ${one.tried}`,
    success: (one) => percent(one.successShare),
    'within 1 s': (one) => percent(one.withinSecondShare),
    mean: (one) => (one.meanMs === null ? '-' : `${one.meanMs} ms`),
    p95: (one) => (one.p95Ms === null ? '-' : `${one.p95Ms} ms`),
  });
};

const listing = (command: Command, statuses: ReadonlyArray<string>): Command =>
  withTenant(command)
    .option('--partner <code>', 'of this partner, or element of the network', parsed(Tadig))
    .addOption(new Option('--status <status>').choices([...statuses]))
    .option('--limit <n>', 'in a page, 1–200', wholeNumber, 50)
    .option('--cursor <cursor>', 'of the page before')
    .option('--json', 'one JSON object a line');

export const addRoamingFiles = (tree: Command): void => {
  const roaming = tree
    .command('roaming-files')
    .description('files of partners and of our own network, and what became of them');
  listing(roaming.command('list'), ['received', 'planned', 'charged', 'done', 'quarantined', 'discarded'])
    .description('files that came, the newest first')
    .action(files);
  listing(roaming.command('quarantine'), ['open', 'rated', 'rejected'])
    .description('records that wait for a person')
    .action(quarantine);
  listing(roaming.command('returned'), ['open', 'resubmitted', 'lost'])
    .description('records of ours that partners returned')
    .action(returned);
  withTenant(roaming.command('deliveries'))
    .description('how soon a partner’s usage in near real time came')
    .argument('<partner>', 'TADIG code', parsed(Tadig))
    .requiredOption('--from <day>', 'first day', parsed(Day))
    .requiredOption('--to <day>', 'last day; it counts, too', parsed(Day))
    .option('--json', 'one JSON object a line')
    .action(deliveries);
  withTenant(roaming.command('exchanges'))
    .description('how well files were exchanged with partners and elements: success, delay')
    .requiredOption('--from <day>', 'first day (UTC)', parsed(Day))
    .requiredOption('--to <day>', 'last day; it counts, too', parsed(Day))
    .option('--partner <code>', 'of this partner, or element of the network', parsed(Tadig))
    .option('--json', 'one JSON object a line')
    .action(exchanges);
  withTenant(roaming.command('outgoing'))
    .description('files for a partner by their numbers, and what waits')
    .argument('<partner>', 'TADIG code', parsed(Tadig))
    .option('--json', 'one JSON object a line')
    .action(outgoing);
};
