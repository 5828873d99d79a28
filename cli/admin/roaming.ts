import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { Effect, Layer } from 'effect';
import { settlementPeriodActor } from '../../actors/roaming/settlement-period.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { formatDecimal } from '../../domain/kernel/decimal.ts';
import { LANGUAGES, type Language } from '../../domain/kernel/report.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { periodRefusals } from '../../domain/roaming/settlement/refusals.ts';
import { Day, Id, STAGES } from '../../domain/roaming/settlement/schema.ts';
import { settlementReport } from '../../domain/roaming/settlement/settlement-report.ts';
import { reconciliationOfPeriod } from '../../gateway/roaming/settlement/periods.ts';
import { sampleOfDay } from '../../gateway/roaming/settlement/samples-of-days.ts';
import { operatorNames, periodsIn } from '../../gateway/roaming/settlement/settlement-report.ts';
import { printedReport, REPORT_FORMATS, type ReportFormat } from '../../printing/report.ts';
import { statementReport } from '../../printing/roaming-statement.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { CLEARING_KINDS, listClearingFiles } from '../../store/roaming/clearing-files.ts';
import { listPeriods } from '../../store/roaming/settlement.ts';
import { parsed, print, printList, printMore, time, wholeNumber, withTenant } from './answer.ts';
import { recorded } from './record.ts';
import { adminNodes, adminStores, runningEnv, withStores } from './stores.ts';

/**
 * `hufu admin roaming settlements|days|weeks|months|files|sample|report|reconciliation|statement`: what the routes of settlement show, without a gateway. Each
 * look is written to the audit log. Finance decides over REST alone, in its own name.
 */

interface Filters {
  readonly tenant: TenantId;
  readonly partner?: string;
  readonly stage?: string;
  readonly kind?: string;
  readonly of?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const settlements = async ({ tenant, limit, cursor, json, ...filters }: Filters): Promise<void> => {
  const what = { tenant, action: 'admin.roaming.settlements', object: filters.partner ?? 'all partners' };
  const listing = Effect.suspend(() => listPeriods({ tenant, filters, limit, cursor }));
  const page = await withStores(runningEnv(), adminStores, recorded(what, listing));
  printList(page.items, json, {
    from: (one) => one.from,
    to: (one) => one.to,
    partner: (one) => one.partner,
    agreement: (one) => one.agreement,
    mechanism: (one) => one.mechanism,
    stage: (one) => one.stage,
    revision: (one) => one.revision,
    days: (one) => one.days,
    tolerated: (one) => (one.tolerated === null ? '-' : one.tolerated ? 'yes' : 'no'),
  });
  printMore(page.nextCursor, json);
};

const files = async ({ tenant, limit, cursor, json, ...filters }: Filters): Promise<void> => {
  const what = { tenant, action: 'admin.roaming.files', object: filters.partner ?? 'all partners' };
  const listing = Effect.suspend(() => listClearingFiles({ tenant, filters, limit, cursor }));
  const page = await withStores(runningEnv(), adminStores, recorded(what, listing));
  printList(page.items, json, {
    at: (one) => time(one.atMs),
    kind: (one) => one.kind,
    partner: (one) => one.partner,
    of: (one) => one.of,
    name: (one) => one.name,
    way: (one) => one.way,
    sent: (one) => Object.keys(one.sent).join(', ') || '-',
    result: (one) => one.result,
    figures: (one) =>
      Object.entries(one.counts)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') || '-',
  });
  printMore(page.nextCursor, json);
};

const statement = async (
  agreement: string,
  from: string,
  options: {
    readonly tenant: TenantId;
    readonly format: ReportFormat | 'json';
    readonly language: Language;
    readonly out: string;
  },
): Promise<void> => {
  const { tenant, format, language, out } = options;
  const key = `${agreement}:${from}`;
  const reading = Effect.flatMap(replayActor(settlementPeriodActor, { tenant, key }), ({ state }) =>
    state?.statement == null ? Effect.fail(periodRefusals.unknown()) : Effect.succeed(state.statement),
  );
  const what = { tenant, action: 'admin.roaming.statement', object: key };
  const drawn = await withStores(runningEnv(), adminStores, recorded(what, reading));
  await writeFile(out, await statementReport(drawn, format, language), { mode: 0o600 });
  print(`${out}: revision ${drawn.revision}, net ${drawn.netMinor} ${drawn.currency} (${drawn.decimals} decimals)`);
};

const reconciliation = async (
  agreement: string,
  from: string,
  { tenant }: { readonly tenant: TenantId },
): Promise<void> => {
  const key = `${agreement}:${from}`;
  const reading = Effect.flatMap(replayActor(settlementPeriodActor, { tenant, key }), ({ state }) =>
    state === null ? Effect.fail(periodRefusals.unknown()) : reconciliationOfPeriod(tenant, state),
  );
  const what = { tenant, action: 'admin.roaming.reconciliation', object: key };
  const stores = Layer.provideMerge(FilesLive, adminStores);
  const { required, detail, atMs, differences, open, first } = await withStores(
    runningEnv(),
    stores,
    recorded(what, reading),
  );
  print(`${key}: ${required ? 'is approved by reconciled records alone' : 'does not wait for reconciled records'}`);
  if (detail === null) print('no detail of the partner was compared');
  else print(`${detail} of ${atMs === null ? '-' : time(atMs)}: ${differences} differences, ${open} open`);
  for (const { file, record } of first) print(`open: ${file} record ${record}`);
};

const sample = async (
  partner: string,
  day: string,
  { tenant, seed, size }: { readonly tenant: TenantId; readonly seed: string; readonly size: number },
): Promise<void> => {
  const what = { tenant, action: 'admin.roaming.sample', object: `${partner}/${day}` };
  const drawing = sampleOfDay(tenant, { partner, day, seed, size });
  const nodes = Layer.provideMerge(FilesLive, adminNodes);
  const drawn = await withStores(runningEnv(), nodes, recorded(what, drawing));
  printList(drawn.records, false, {
    record: (one) => `${one.file ?? one.id} ${one.record}`,
    user: (one) => one.user ?? '-',
    at: (one) => time(one.atMs),
    service: (one) => one.service,
    quantity: (one) => one.quantity,
    charged: (one) => `${formatDecimal(one.chargedMinor, one.decimals)} ${one.currency}`,
    agreed: (one) => formatDecimal(one.agreedMinor, one.decimals),
    steps: (one) => one.agreement.price?.steps.map(({ text, amount }) => `${text} ${amount}`).join('; ') ?? '-',
    'as agreed': (one) => (one.asAgreed ? 'yes' : 'NO'),
  });
  print(`${drawn.records.length} of ${drawn.population} records, seed ${drawn.seed}`);
  printList(drawn.control, false, {
    direction: (one) => one.direction,
    service: (one) => one.service,
    booked: (one) => `${one.bookedEvents}: ${formatDecimal(one.bookedMinor, one.decimals)} ${one.currency}`,
    records: (one) => `${one.records}: ${formatDecimal(one.recordsMinor, one.decimals)}`,
    agrees: (one) => (one.agrees ? 'yes' : 'NO'),
  });
  print(
    `${drawn.file.name}: ${drawn.file.rows} rows, ${drawn.file.complete ? 'those of the books' : 'NOT those of the books'}`,
  );
};

interface Reported {
  readonly tenant: TenantId;
  readonly from: string;
  readonly to: string;
  readonly partner?: string;
  readonly format: ReportFormat;
  readonly language: Language;
  readonly out: string;
}

const report = async ({ tenant, from, to, partner, format, language, out }: Reported): Promise<void> => {
  const what = { tenant, action: 'admin.roaming.report', object: `${from}/${to}` };
  const reading = Effect.gen(function* () {
    const periods = yield* periodsIn(tenant, partner, from, to);
    const codes = periods.map(({ terms }) => terms.partner);
    return { periods, names: yield* operatorNames(tenant, codes, language) };
  });
  const nodes = Layer.provideMerge(FilesLive, adminNodes);
  const { periods, names } = await withStores(runningEnv(), nodes, recorded(what, reading));
  const made = settlementReport(periods, { from, to }, language, Date.now(), names);
  await writeFile(out, await printedReport(made, format), { mode: 0o600 });
  print(`${out}: ${periods.length} periods`);
};

export const addRoaming = (tree: Command): void => {
  const roaming = tree.command('roaming').description('settlement with roaming partners');
  const list = (name: string, what: string): Command =>
    withTenant(roaming.command(name))
      .description(what)
      .option('--partner <code>', 'TADIG code')
      .option('--limit <n>', 'in a page, 1–200', wholeNumber, 50)
      .option('--cursor <cursor>', 'of the page before')
      .option('--json', 'one JSON object a line');
  list('settlements', 'periods of agreements, the newest first')
    .addOption(new Option('--stage <stage>', 'e.g. drawn, which waits for finance').choices(STAGES))
    .action(settlements);
  list('days', 'closed days, with when their reports were sent').action((options: Filters) =>
    files({ ...options, kind: 'dayReport' }),
  );
  list('weeks', 'calendar weeks, with when their files were sent').action((options: Filters) =>
    files({ ...options, kind: 'weekReport' }),
  );
  list('months', 'closed months, with when their reports were sent').action((options: Filters) =>
    files({ ...options, kind: 'monthReport' }),
  );
  list('files', 'files that settlement has made, sent and received')
    .addOption(new Option('--kind <kind>', 'e.g. partnerStatement').choices(CLEARING_KINDS))
    .option('--of <what>', 'a day, a month, or <agreement>:<first day>')
    .action(files);
  withTenant(roaming.command('sample'))
    .argument('<partner>', 'TADIG code', parsed(Tadig))
    .argument('<day>', 'that is closed', parsed(Day))
    .description('records of a day drawn by a seed, with their prices, and the day’s sums checked')
    .requiredOption('--seed <seed>', 'the same draws the same')
    .option('--size <n>', '1–100', wholeNumber, 10)
    .action(sample);
  withTenant(roaming.command('report'))
    .description('write what was settled with each partner, and when, to a file')
    .requiredOption('--from <day>', 'of the time', parsed(Day))
    .requiredOption('--to <day>', 'its last day', parsed(Day))
    .option('--partner <code>', 'TADIG code', parsed(Tadig))
    .addOption(new Option('--format <format>').choices(REPORT_FORMATS).default('pdf'))
    .addOption(new Option('--language <language>').choices(LANGUAGES).default('zh'))
    .requiredOption('--out <file>', 'where it is written')
    .action(report);
  withTenant(roaming.command('reconciliation'))
    .argument('<agreement>', 'e.g. HKGPP-2026', parsed(Id))
    .argument('<from>', 'the first day of its period', parsed(Day))
    .description('whether a period’s records are reconciled with the partner’s detail')
    .action(reconciliation);
  withTenant(roaming.command('statement'))
    .argument('<agreement>', 'e.g. HKGPP-2026', parsed(Id))
    .argument('<from>', 'the first day of its period', parsed(Day))
    .description('write the statement of a period to a file')
    .addOption(new Option('--format <format>').choices([...REPORT_FORMATS, 'json']).default('pdf'))
    .addOption(new Option('--language <language>').choices(LANGUAGES).default('en'))
    .requiredOption('--out <file>', 'where it is written')
    .action(statement);
};
