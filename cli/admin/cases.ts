import { type Command, InvalidArgumentError, Option } from 'commander';
import { Effect, Layer, Schema } from 'effect';
import { clearingCaseActor } from '../../actors/roaming/clearing-case.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { caseRefusals } from '../../domain/roaming/cases/refusals.ts';
import {
  CASE_KINDS,
  CASE_STATUSES,
  type CaseCommand,
  CaseId,
  type CaseOrigin,
  Measured,
  RESOLUTIONS,
  type Resolution,
  TapFileName,
  UsageId,
} from '../../domain/roaming/cases/schema.ts';
import type { EvidenceTolerance } from '../../domain/roaming/monitor/evidence.ts';
import { Tadig } from '../../domain/roaming/rating/schema.ts';
import { Day, Id, SERVICES } from '../../domain/roaming/settlement/schema.ts';
import { Reason } from '../../domain/sim/schema.ts';
import { askCase, openCase } from '../../gateway/roaming/settlement/cases.ts';
import { evidenceOf, TOLERANCE } from '../../gateway/roaming/settlement/evidence.ts';
import { FilesLive } from '../../store/files/gridfs.ts';
import { listClearingCases } from '../../store/roaming/clearing-cases.ts';
import { parsed, print, printList, printMore, time, wholeNumber, withTenant } from './answer.ts';
import { envelopeOf, recorded } from './record.ts';
import { adminNodes, adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin clearing-cases list|show|evidence|open-fee|open-difference|take|propose|approve|return`: as below `/v1/roaming/cases`. */

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
  const what = { tenant, action: 'admin.clearingCases.list', object: filters.partner ?? 'all partners' };
  const listing = Effect.suspend(() => listClearingCases({ tenant, filters, limit, cursor }));
  const page = await withStores(runningEnv(), adminStores, recorded(what, listing));
  printList(page.items, json, {
    case: (one) => one.key,
    kind: (one) => one.kind,
    partner: (one) => one.partner,
    of: (one) => one.of,
    status: (one) => one.status,
    opened: (one) => `${time(one.openedAtMs)} by ${one.openedBy}`,
    taken: (one) => one.takenBy ?? '-',
    resolution: (one) => one.resolution ?? '-',
    amount: (one) => one.amountMinor ?? '-',
  });
  printMore(page.nextCursor, json);
};

/** What it is about, naming no number. */
const about = (origin: CaseOrigin): string => {
  if (origin.kind === 'fee') return `fee of user ${origin.user} on ${origin.day}, ${origin.service ?? 'all services'}`;
  if (origin.kind === 'finding') return `${origin.finding} on ${origin.day} (${origin.month})`;
  const side = (name: string, line: typeof origin.ours): string =>
    `${name} ${line === null ? 'none' : `${line.amountMinor} ${line.currency} ${line.usage} ${line.status}`}`;
  const { file, record, classes, ours, theirs } = origin;
  return `${file} record ${record}, ${classes.join(', ')}: ${side('ours', ours)}; ${side('theirs', theirs)}`;
};

const show = async (key: string, { tenant }: Tenant): Promise<void> => {
  const looking = Effect.flatMap(replayActor(clearingCaseActor, { tenant, key }), ({ state }) =>
    state === null ? Effect.fail(caseRefusals.unknown()) : Effect.succeed(state),
  );
  const what = { tenant, action: 'admin.clearingCases.show', object: key };
  const {
    status,
    origin,
    reason,
    opened,
    taken,
    proposal,
    approved,
    returned,
    earlier = [],
  } = await withStores(runningEnv(), adminStores, recorded(what, looking));
  print(`${key}: ${status}; ${about(origin)}`);
  print(`opened ${time(opened.atMs)} by ${opened.by}: ${reason}`);
  if (taken !== null) print(`taken ${time(taken.atMs)} by ${taken.by}`);
  if (proposal !== null) {
    print(`${proposal.resolution}, ${proposal.amountMinor}, by ${proposal.by}: ${proposal.reason}`);
  }
  if (proposal?.measured !== undefined) {
    const { usage, monitor, session } = proposal.measured;
    print(`measured ${usage} by ${monitor} (${session})`);
  }
  if (approved !== null) print(`approved ${time(approved.atMs)} by ${approved.by}`);
  if (returned !== null) print(`came back: ${returned}`);
  for (const settled of earlier) {
    const { resolution, amountMinor, by } = settled.proposal;
    print(`settled before: ${about(settled.origin)}; ${resolution}, ${amountMinor}, by ${by}`);
  }
};

const nodes = Layer.provideMerge(FilesLive, adminNodes);

interface Tolerated extends Tenant, EvidenceTolerance {}

const lineOf = (name: string, line: { readonly at: string; readonly usage: bigint } | null): string =>
  line === null ? `${name}: none` : `${name}: ${line.usage} at ${line.at}`;

const evidence = async (key: string, { tenant, ...tolerance }: Tolerated): Promise<void> => {
  const looking = Effect.flatMap(replayActor(clearingCaseActor, { tenant, key }), ({ state }) =>
    state === null ? Effect.fail(caseRefusals.unknown()) : evidenceOf(tenant, state, tolerance),
  );
  const what = { tenant, action: 'admin.clearingCases.evidence', object: key };
  const { ours, theirs, observed, agrees, proposal, findings } = await withStores(
    runningEnv(),
    nodes,
    recorded(what, looking),
  );
  print(lineOf('ours', ours));
  print(lineOf('theirs', theirs));
  print(lineOf(observed === null ? 'monitored' : `monitored by ${observed.monitor}`, observed));
  if (agrees !== null) print(`agrees with: ${agrees}`);
  if (proposal !== null) {
    const { resolution, measured } = proposal;
    print(`propose --resolution ${resolution} --measured ${measured.monitor},${measured.session},${measured.usage}`);
  }
  for (const { code, of, text } of findings) print(`${code}${of === null ? '' : ` (${of})`}: ${text}`);
};

const measuredOf = (text: string) => {
  const [monitor, session, usage] = text.split(',');
  const found = Schema.decodeUnknownOption(Measured)({ monitor, session, usage });
  if (found._tag === 'Some') return found.value;
  throw new InvalidArgumentError('a monitor, a session and what was measured, as evidence prints them');
};

const tell = async (verb: string, key: string, tenant: TenantId, command: CaseCommand): Promise<void> => {
  const what = { tenant, action: `admin.clearingCases.${verb}`, object: key };
  const asking = askCase(tenant, key, command, envelopeOf(tenant));
  const { status } = await withStores(runningEnv(), adminNodes, recorded(what, asking));
  print(`${key}: ${status}`);
};

type Opening = Parameters<typeof openCase>[1];

const open = async (tenant: TenantId, asked: Opening): Promise<void> => {
  const object = asked.kind === 'fee' ? `${asked.partner}/${asked.day}` : `${asked.agreement}:${asked.from}`;
  const what = { tenant, action: 'admin.clearingCases.open', object };
  const key = await withStores(runningEnv(), nodes, recorded(what, openCase(tenant, asked, envelopeOf(tenant))));
  print(`${key}: ./hufu admin clearing-cases show ${key}`);
};

interface Reasoned extends Tenant {
  readonly reason: string;
}

interface FeeOptions {
  readonly service?: (typeof SERVICES)[number];
}

interface Proposing extends Tenant {
  readonly resolution: Resolution;
  readonly reason: string;
  readonly amount?: bigint;
  readonly record?: string;
  readonly measured?: typeof Measured.Type;
}

const minor = (text: string): bigint => BigInt(text);

export const addClearingCases = (tree: Command): void => {
  const cases = tree
    .command('clearing-cases')
    .description('differences, fees and findings of roaming that persons settle');
  withTenant(cases.command('list'))
    .description('the newest first')
    .addOption(new Option('--status <status>').choices(CASE_STATUSES))
    .addOption(new Option('--kind <kind>').choices(CASE_KINDS))
    .option('--partner <code>', 'TADIG code')
    .option('--limit <n>', 'in a page, 1–200', wholeNumber, 50)
    .option('--cursor <cursor>', 'of the page before')
    .option('--json', 'one JSON object a line')
    .action(list);
  const one = (name: string, what: string): Command =>
    withTenant(cases.command(name)).argument('<case>', 'as the list names it', parsed(CaseId)).description(what);
  const opening = (name: string, what: string): Command =>
    withTenant(cases.command(name)).description(what).requiredOption('--reason <reason>', 'why', parsed(Reason));
  opening('open-fee', 'of a user in a closed billing file')
    .argument('<partner>', 'TADIG code', parsed(Tadig))
    .argument('<day>', 'of the file', parsed(Day))
    .argument('<user>', 'as the file names it', parsed(Id))
    .addOption(new Option('--service <service>', 'left out: all').choices(SERVICES))
    .action((partner: string, day: string, user: string, { tenant, reason, service }: Reasoned & FeeOptions) =>
      open(tenant, { kind: 'fee', partner, day, user, service: service ?? null, reason }),
    );
  opening('open-difference', 'of a record in the newest compared detail of a period')
    .argument('<agreement>', 'e.g. HKGPP-2026', parsed(Id))
    .argument('<from>', 'the first day of its period', parsed(Day))
    .argument('<file>', 'name of the TAP file', parsed(TapFileName))
    .argument('<record>', 'in the file, from 1', wholeNumber)
    .action((agreement: string, from: string, file: string, record: number, { tenant, reason }: Reasoned) =>
      open(tenant, { kind: 'difference', agreement, from, file, record, reason }),
    );
  one('show', 'what it is about, and how it stands').action(show);
  one('evidence', 'of a record that differs: what monitors have measured, and what is wrong with that')
    .option('--begin-seconds <n>', 'how far begins may be apart', wholeNumber, TOLERANCE.beginSeconds)
    .option('--duration-seconds <n>', 'how far lengths may be apart', wholeNumber, TOLERANCE.durationSeconds)
    .option('--volume-per-mille <n>', 'how far volumes may be apart', wholeNumber, TOLERANCE.volumePerMille)
    .action(evidence);
  one('take', 'to work on it').action((key: string, { tenant }: Tenant) => tell('take', key, tenant, { _tag: 'Take' }));
  one('propose', 'how a case that you have taken is settled')
    .addOption(new Option('--resolution <resolution>').choices(RESOLUTIONS).makeOptionMandatory())
    .requiredOption('--reason <reason>', 'why', parsed(Reason))
    .option('--amount <minor>', 'of a fee or finding: what the books are adjusted by, in minor units', minor)
    .option('--record <id>', 'whose record is adjusted', parsed(UsageId))
    .option('--measured <monitor,session,usage>', 'what is held to be true, as evidence prints it', measuredOf)
    .action((key: string, { tenant, resolution, reason, amount, record, measured }: Proposing) => {
      const about = { amountMinor: amount ?? null, record: record ?? null };
      const said = { resolution, reason, ...about, ...(measured === undefined ? {} : { measured }) };
      return tell('propose', key, tenant, { _tag: 'Propose', ...said });
    });
  one('approve', 'what somebody else has proposed').action((key: string, { tenant }: Tenant) =>
    tell('approve', key, tenant, { _tag: 'Approve' }),
  );
  one('return', 'a proposal, to whoever works on it')
    .requiredOption('--reason <reason>', 'why', parsed(Reason))
    .action((key: string, { tenant, reason }: Tenant & { readonly reason: string }) =>
      tell('return', key, tenant, { _tag: 'Return', reason }),
    );
};
