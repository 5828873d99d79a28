import type { Command } from 'commander';
import { Effect, Layer } from 'effect';
import { reratingsActor } from '../../actors/roaming/reratings.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import { formatDecimal } from '../../domain/kernel/decimal.ts';
import { Day, Tadig } from '../../domain/roaming/rating/schema.ts';
import { reratingRefusals } from '../../domain/roaming/rerating/refusals.ts';
import { reratingOf } from '../../domain/roaming/rerating/rerating.ts';
import { ReratingId, type Totals } from '../../domain/roaming/rerating/schema.ts';
import { Reason } from '../../domain/sim/schema.ts';
import {
  decideRerating,
  type ReratingDecision,
  type ReratingPlace,
  startRerating,
} from '../../gateway/roaming/reratings.ts';
import { temporalClientLayer } from '../../temporal.config.ts';
import { parsed, print, printList, time, wholeNumber, withTenant } from './answer.ts';
import { envelopeOf, recorded } from './record.ts';
import { adminNodes, adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin reratings list|show|start|approve|reject|withdraw`: as below `/v1/roaming/partners/{partner}/reratings`. */

const nodes = temporalClientLayer.pipe(Layer.provideMerge(adminNodes));

type Tenant = Pick<ReratingPlace, 'tenant'>;

interface Reasoned extends Tenant {
  readonly reason: string;
}

const about = (action: string, { tenant, partner }: ReratingPlace, rerating = 'all') => ({
  tenant,
  action: `admin.reratings.${action}`,
  object: `${partner}/${rerating}`,
});

const stateOf = ({ tenant, partner }: ReratingPlace) =>
  Effect.map(replayActor(reratingsActor, { tenant, key: partner }), ({ state }) => state);

const list = async (partner: string, { tenant, json }: Tenant & { readonly json?: boolean }): Promise<void> => {
  const place = { tenant, partner };
  const state = await withStores(runningEnv(), adminStores, recorded(about('list', place), stateOf(place)));
  printList(state?.reratings ?? [], json, {
    rerating: (one) => one.rerating,
    status: (one) => one.status,
    period: (one) => `${one.from}–${one.to}`,
    agreement: (one) => one.agreement ?? '-',
    plan: (one) => one.plan ?? '-',
    started: (one) => `${time(one.started.atMs)} by ${one.started.by}`,
    decided: (one) => (one.decided === null ? '-' : `by ${one.decided.by}`),
    stalled: (one) => one.stalled?.code ?? '-',
  });
};

const printTotals = ({ records, disputed, unpriced, lines }: Totals): void => {
  print(`${records} records; left alone: ${disputed} disputed, ${unpriced} without a price`);
  printList(lines, false, {
    side: (line) => line.side,
    service: (line) => line.service,
    records: (line) => line.records,
    changed: (line) => line.changed,
    before: (line) => formatDecimal(line.beforeMinor, line.decimals),
    after: (line) => formatDecimal(line.afterMinor, line.decimals),
    difference: (line) => formatDecimal(line.afterMinor - line.beforeMinor, line.decimals),
    currency: (line) => line.currency,
  });
};

const show = async (partner: string, rerating: string, { tenant }: Tenant): Promise<void> => {
  const place = { tenant, partner };
  const looking = Effect.flatMap(stateOf(place), (state) => {
    const found = reratingOf(state, rerating);
    return found === undefined ? Effect.fail(reratingRefusals.unknown()) : Effect.succeed(found);
  });
  const one = await withStores(runningEnv(), adminStores, recorded(about('show', place, rerating), looking));
  print(`${one.rerating}: ${one.status}${one.note === null ? '' : ` (${one.note})`}, ${one.reason}`);
  if ((one.stalled ?? null) !== null) {
    print(`stalled ${time(one.stalled?.atMs ?? 0)}: ${one.stalled?.code}: ${one.stalled?.message}`);
  }
  const totals = one.posted ?? one.preview;
  if (totals !== null) printTotals(totals);
  if (one.refusedCount > 0) print(`${one.refusedCount} postings were refused by their accounts:`);
  for (const { subscriber, code } of one.refused) print(`  ${subscriber}: ${code}`);
};

interface Starting extends Tenant {
  readonly inbound?: boolean;
  readonly from: string;
  readonly to: string;
  readonly agreement?: number;
  readonly plan?: number;
  readonly reason: string;
}

const start = async (partner: string, { tenant, inbound, agreement, plan, ...rest }: Starting): Promise<void> => {
  const place = { tenant, partner };
  const roaming = inbound === true ? ('inbound' as const) : ('outbound' as const);
  const wanted = { ...rest, roaming, agreement: agreement ?? null, plan: plan ?? null };
  const starting = recorded(about('start', place), startRerating(place, wanted, envelopeOf(tenant)));
  const rerating = await withStores(runningEnv(), nodes, starting);
  print(`${rerating} is being previewed: ./hufu admin reratings show ${partner} ${rerating}`);
};

const decide = async (
  partner: string,
  rerating: string,
  tenant: ReratingPlace['tenant'],
  decision: ReratingDecision,
): Promise<void> => {
  const place = { tenant, partner };
  const what = about(decision._tag.toLowerCase(), place, rerating);
  const deciding = decideRerating(place, rerating, envelopeOf(tenant), decision);
  const { status } = await withStores(runningEnv(), nodes, recorded(what, deciding));
  print(`${rerating}: ${status}`);
};

export const addReratings = (tree: Command): void => {
  const reratings = tree.command('reratings').description('usage of a roaming partner priced anew');
  const of = (name: string, what: string): Command =>
    withTenant(reratings.command(name)).argument('<partner>', 'TADIG code', parsed(Tadig)).description(what);
  const one = (name: string, what: string): Command =>
    of(name, what).argument('<rerating>', 'as the list names it', parsed(ReratingId));
  of('list', 'the last 200').option('--json', 'one JSON object a line').action(list);
  one('show', 'sums by service before and after').action(show);
  of('start', 'shows what it would come to; another person approves it')
    .requiredOption('--from <day>', 'of the visited network, YYYY-MM-DD', parsed(Day))
    .requiredOption('--to <day>', 'the last one', parsed(Day))
    .option('--agreement <revision>', 'that holds instead', wholeNumber)
    .option('--plan <revision>', 'that holds instead', wholeNumber)
    .option('--inbound', 'the partner’s subscribers in our network')
    .requiredOption('--reason <reason>', 'why', parsed(Reason))
    .action(start);
  one('approve', 'what another person has started; again, where posting has stalled').action(
    (partner: string, rerating: string, { tenant }: Tenant) => decide(partner, rerating, tenant, { _tag: 'Approve' }),
  );
  const reasoned = (name: string, what: string, _tag: 'Reject' | 'Withdraw'): Command =>
    one(name, what)
      .requiredOption('--reason <reason>', 'why', parsed(Reason))
      .action((partner: string, rerating: string, { tenant, reason }: Reasoned) =>
        decide(partner, rerating, tenant, { _tag, reason }),
      );
  reasoned('reject', 'nothing is posted', 'Reject');
  reasoned('withdraw', 'one that was approved and has stalled: what was posted of it is taken back', 'Withdraw');
};
