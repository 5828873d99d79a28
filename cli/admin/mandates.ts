import { type Command, Option } from 'commander';
import { Effect, Schema } from 'effect';
import { findAgreement, readAgreementHistory } from '../../actors/mandates/agreements.ts';
import { numberActor } from '../../actors/mandates/number.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { maskId } from '../../domain/kernel/mask.ts';
import { EVERYWHERE } from '../../domain/kernel/province.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { LANGUAGES, type Language } from '../../domain/kernel/report.ts';
import { parseMsisdn } from '../../domain/mandates/identifiers.ts';
import { DifferenceStatus } from '../../domain/mandates/reconciliation/schema.ts';
import { AgreementNo, BankCode, CaseAction, ProvinceCode, Reason } from '../../domain/mandates/schema.ts';
import { knownOf } from '../../domain/mandates/state.ts';
import { WORDS } from '../../domain/mandates/words.ts';
import { listDifferences, listReconciliations } from '../../store/mandates/reconciliation.ts';
import { findRelation, listRelations, type RelationItem } from '../../store/mandates/relations.ts';
import { parsed, print, printList, printMore, time, wholeNumber, withTenant } from './answer.ts';
import { envelopeOf, recorded } from './record.ts';
import { adminNodes, adminStores, runningEnv, withStores } from './stores.ts';

/**
 * `hufu admin mandates search|show|history|queue|resolve|runs|differences`: what the routes below `/v1/mandates` do, without a gateway and for
 * all provinces. Each look is written to the audit log; numbers and accounts are masked.
 */

interface Filters {
  readonly tenant: TenantId;
  readonly number?: string;
  readonly account?: string;
  readonly agreement?: string;
  readonly bank?: string;
  readonly province?: string;
  readonly status?: ReadonlyArray<string>;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const COLUMNS: Readonly<Record<string, (item: RelationItem) => string>> = {
  changed: (item) => time(item.changedAtMs),
  bank: (item) => item.bank,
  agreement: (item) => item.agreement,
  status: (item) => item.status,
  number: (item) => item.number ?? '-',
  account: (item) => item.account ?? '-',
  province: (item) => item.province ?? '-',
};

const listing = (
  action: 'search' | 'queue',
  { tenant, number, account, json: _json, limit, cursor, ...filters }: Filters,
  more: { readonly filters?: Readonly<Record<string, number>>; readonly order?: string },
) => {
  const found = Effect.suspend(() => {
    const msisdn = number === undefined ? undefined : parseMsisdn(number);
    if (isRefusal(msisdn)) return Effect.fail(msisdn);
    const request = { tenant, limit, cursor, ...more, filters: { ...filters, ...more.filters } };
    return listRelations(request, EVERYWHERE, { number: msisdn, account });
  });
  const what = { tenant, action: `admin.mandates.${action}`, object: filters.province ?? 'all provinces' };
  return withStores(runningEnv(), adminStores, recorded(what, found));
};

const search = async (options: Filters): Promise<void> => {
  const page = await listing('search', options, {});
  printList(page.items, options.json, COLUMNS);
  printMore(page.nextCursor, options.json);
};

const queue = async (options: Filters): Promise<void> => {
  const page = await listing('queue', options, { filters: { openCaseSinceMs: 1 }, order: 'oldestCase' });
  printList(page.items, options.json, {
    since: (item) => time(item.caseSinceMs ?? 0),
    case: (item) => item.case ?? '-',
    why: (item) => (item.caseKind === null ? '-' : WORDS.en.caseKind[item.caseKind]),
    bank: (item) => item.bank,
    agreement: (item) => item.agreement,
    province: (item) => item.province ?? '-',
    persons: (item) => (item.twoPersons ? 'two' : 'one'),
    proposed: (item) => (item.proposedBy === null ? '-' : `${item.proposedAction} by ${item.proposedBy}`),
  });
  printMore(page.nextCursor, options.json);
};

interface RunFilters {
  readonly tenant: TenantId;
  readonly partner?: string;
  readonly status?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const runs = async ({ tenant, partner, limit, cursor, json }: RunFilters): Promise<void> => {
  const listing = Effect.suspend(() => listReconciliations({ tenant, filters: { partner }, limit, cursor }));
  const what = { tenant, action: 'admin.mandates.runs', object: partner ?? 'all partners' };
  const page = await withStores(runningEnv(), adminStores, recorded(what, listing));
  printList(page.items, json, {
    period: (run) => run.period,
    partner: (run) => run.partner,
    stage: (run) => run.stage,
    quarantined: (run) => run.quarantined,
    differences: (run) => run.differences ?? '-',
    queued: (run) => run.outcomes['queued'] ?? 0,
    closing: (run) => run.balanceHere?.closing ?? '-',
    'closing there': (run) => run.balanceThere?.closing ?? '-',
    'does not balance': (run) => run.imbalances.join(', ') || '-',
  });
  printMore(page.nextCursor, json);
};

const differences = async ({ tenant, partner, status, limit, cursor, json }: RunFilters): Promise<void> => {
  const listing = Effect.suspend(() => listDifferences({ tenant, filters: { partner, status }, limit, cursor }));
  const what = { tenant, action: 'admin.mandates.differences', object: partner ?? 'all partners' };
  const page = await withStores(runningEnv(), adminStores, recorded(what, listing));
  printList(page.items, json, {
    difference: (one) => one.key,
    class: (one) => one.class,
    status: (one) => one.status,
    action: (one) => one.action,
    days: (one) => one.ageDays,
    agreement: (one) => `${one.bank ?? '-'} ${one.agreement ?? '-'}`,
    number: (one) => one.number ?? '-',
    province: (one) => one.province ?? '-',
    decided: (one) => (one.decidedBy === null ? '-' : `${one.decision} by ${one.decidedBy}`),
  });
  printMore(page.nextCursor, json);
};

interface OneOptions {
  readonly tenant: TenantId;
  readonly key?: string;
  readonly language?: Language;
}

const about = (action: string, tenant: TenantId, bank: string, agreement: string) => ({
  tenant,
  action: `admin.mandates.${action}`,
  object: `${bank}/${agreement}`,
});

const wanted = (bank: string, agreement: string, { tenant, key }: OneOptions) => ({
  tenant,
  reach: EVERYWHERE,
  name: { bank, agreement },
  key,
});

const show = async (bank: string, agreement: string, options: OneOptions): Promise<void> => {
  const looking = Effect.gen(function* () {
    const item = yield* findRelation(wanted(bank, agreement, options));
    const { state, rev } = yield* replayActor(numberActor, { tenant: options.tenant, key: item.key });
    return { item, state, rev };
  });
  const what = about('show', options.tenant, bank, agreement);
  const { item, state, rev } = await withStores(runningEnv(), adminStores, recorded(what, looking));
  const masked = <A extends { readonly account: { readonly number: string } }>({ account, ...rest }: A) => ({
    ...rest,
    account: maskId(account.number),
  });
  const { relation, open, ended } = knownOf(state, { bank, agreement });
  const shown = {
    rev,
    key: item.key,
    number: item.number,
    relation: relation === undefined ? null : masked(relation),
    case: open === undefined ? null : { ...open, theirs: masked(open.theirs) },
    ended: ended ?? null,
    stopped: state.stopped,
    charges: state.charges.filter((charge) => charge.bank === bank && charge.agreement === agreement),
  };
  print(JSON.stringify(shown, null, 2));
};

const history = async (bank: string, agreement: string, options: OneOptions): Promise<void> => {
  const { tenant, language = 'en' } = options;
  const reading = Effect.flatMap(findRelation(wanted(bank, agreement, options)), ({ key, province }) =>
    readAgreementHistory({ id: { tenant, key }, province }, { bank, agreement }, language),
  );
  const what = about('history', tenant, bank, agreement);
  const { lines, whole } = await withStores(runningEnv(), adminStores, recorded(what, reading));
  for (const { atMs, by, command, message, answer, code, rule, text } of lines) {
    const because = [code, rule === null ? null : `rule ${rule.name}`].filter((one) => one !== null).join(', ');
    const said = answer === null ? '' : `\t→ ${answer}${because === '' ? '' : ` (${because})`}`;
    print(`${time(atMs)}\t${by}\t${command}${message === null ? '' : ` ${message}`}${said}`);
    for (const one of text) print(`\t${one}`);
  }
  if (!whole) print('  the number has a longer history: hufu admin actor journal mandates.number …');
};

interface Resolving extends OneOptions {
  readonly case: string;
  readonly action: typeof CaseAction.Type;
  readonly note: string;
}

export const resolveCase = (bank: string, agreement: string, { case: id, action, note, ...one }: Resolving) =>
  recorded(
    about('resolve', one.tenant, bank, agreement),
    Effect.gen(function* () {
      const found = yield* findAgreement(wanted(bank, agreement, one));
      const command = { _tag: 'Resolve' as const, case: id, action, note };
      return yield* (yield* Actors).ask(numberActor, { id: found.id, command, envelope: envelopeOf(one.tenant) });
    }),
  );

const resolve = async (bank: string, agreement: string, resolving: Resolving): Promise<void> => {
  const { reply } = await withStores(runningEnv(), adminNodes, resolveCase(bank, agreement, resolving));
  const { word, code, tell } = reply;
  print(`${resolving.case}: ${code === 'SecondPersonNeeded' ? 'proposed; another person is to say the same' : word}`);
  for (const told of tell) print(`  ${told.bank} is told to cancel ${told.agreement}`);
};

export const addMandates = (tree: Command): void => {
  const mandates = tree.command('mandates').description('bank mandates of all provinces');
  const list = (name: string, what: string): Command =>
    withTenant(mandates.command(name))
      .description(what)
      .option('--bank <bank>', 'e.g. CCB', parsed(BankCode))
      .option('--province <province>', 'e.g. 110000', parsed(ProvinceCode))
      .option('--limit <n>', 'in a page, 1–200', wholeNumber, 50)
      .option('--cursor <cursor>', 'of the page before')
      .option('--json', 'one JSON object a line');
  const one = (name: string, what: string): Command =>
    withTenant(mandates.command(name))
      .argument('<bank>', 'e.g. CCB', parsed(BankCode))
      .argument('<agreement>', 'its number for the mandate', parsed(AgreementNo))
      .description(what)
      .option('--key <key>', 'of the number’s actor, where the bank has the agreement twice');
  list('search', 'agreements, the newest change first')
    .option('--number <number>', 'the whole phone number')
    .option('--account <account>', 'the whole account')
    .option('--agreement <agreement>', 'the bank’s number for it', parsed(AgreementNo))
    .addOption(new Option('--status <status...>', 'e.g. formal').choices(Object.keys(WORDS.en.status)))
    .action(search);
  list('queue', 'cases for a person, the oldest first').action(queue);
  const ofRuns = (name: string, what: string): Command =>
    withTenant(mandates.command(name))
      .description(what)
      .option('--partner <partner>', 'a bank or a province')
      .option('--limit <n>', 'in a page, 1–200', wholeNumber, 50)
      .option('--cursor <cursor>', 'of the page before')
      .option('--json', 'one JSON object a line');
  ofRuns('runs', 'runs of reconciliation, the newest first').action(runs);
  ofRuns('differences', 'what runs have found, the newest first')
    .addOption(
      new Option('--status <status>', 'e.g. queued, which waits for a person').choices(DifferenceStatus.literals),
    )
    .action(differences);
  one('show', 'one agreement as its number’s actor has it now; JSON').action(show);
  one('history', 'who said what when, and what came of it')
    .addOption(new Option('--language <language>', 'of the sentences').choices(LANGUAGES).default('en'))
    .action(history);
  one('resolve', 'decide a case; over the province’s amount another person says the same')
    .requiredOption(
      '--case <case>',
      'as the queue names it',
      parsed(Schema.String.pipe(Schema.pattern(/^C-[0-9a-f]{16}$/))),
    )
    .addOption(
      new Option('--action <action>', 'what becomes of both').choices(CaseAction.literals).makeOptionMandatory(),
    )
    .requiredOption('--note <note>', 'why', parsed(Reason))
    .action(resolve);
};
