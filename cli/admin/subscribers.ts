import { Argument, type Command } from 'commander';
import { Effect } from 'effect';
import { subscriberActor } from '../../actors/roaming/subscriber.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { formatDecimal } from '../../domain/kernel/decimal.ts';
import { maskId } from '../../domain/kernel/mask.ts';
import { subscriberRefusals } from '../../domain/roaming/subscriber/refusals.ts';
import type { SubscriberCommand } from '../../domain/roaming/subscriber/schema.ts';
import { activeAt, isOn } from '../../domain/roaming/subscriber/subscriber.ts';
import { takenOf } from '../../domain/roaming/usage/usage-record.ts';
import { type UsagePlace, usageOf } from '../../store/roaming/usage.ts';
import { print, printList, time, wholeNumber, withTenant } from './answer.ts';
import { envelopeOf, recorded } from './record.ts';
import { adminNodes, adminStores, runningEnv, withStores } from './stores.ts';

/**
 * `hufu admin subscriber show|usage|switch|activate`: a subscriber without a gateway. Each look is written to the audit log;
 * numbers are masked, but for those that the command itself names.
 */

interface Options {
  readonly tenant: TenantId;
  readonly json?: boolean;
}

const about = (action: string, tenant: TenantId, subscriber: string) => ({
  tenant,
  action: `admin.subscriber.${action}`,
  object: `roaming.subscriber/${tenant}/${subscriber}`,
});

const read = (tenant: TenantId, key: string) =>
  Effect.flatMap(replayActor(subscriberActor, { tenant, key }), ({ state, rev }) =>
    state === null ? Effect.fail(subscriberRefusals.unknown()) : Effect.succeed({ state, rev }),
  );

const show = async (subscriber: string, { tenant }: Options): Promise<void> => {
  const looking = recorded(about('show', tenant, subscriber), read(tenant, subscriber));
  const { state, rev } = await withStores(runningEnv(), adminStores, looking);
  const nowMs = Date.now();
  const { currency, profile, numbers, limits, balances, alarms, spent } = state;
  const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);
  const shown = {
    rev,
    currency,
    profile: profile === null ? null : { ...profile, name: null, contact: null },
    numbers: numbers.map(({ number, role }) => ({
      number: maskId(number),
      role,
      on: isOn(state, number, nowMs),
      active: activeAt(state, nowMs) === number,
    })),
    ...{ limits, balances, alarms },
    spent: spent.map((one) => ({ ...one, number: maskId(one.number) })),
  };
  print(JSON.stringify(shown, plain, 2));
};

interface UsageOptions extends Options {
  readonly month: string;
  readonly limit: number;
  readonly after?: string;
}

/** `<ms>/<id>`, as the last line says it. */
const placeOf = (text: string | undefined): UsagePlace | undefined => {
  const [atMs = '', id = ''] = text?.split('/') ?? [];
  return text === undefined ? undefined : { atMs: Number(atMs), id };
};

const usage = async (subscriber: string, { tenant, month, limit, after, json }: UsageOptions): Promise<void> => {
  const reading = usageOf({ tenant, owner: { subscriber }, month, after: placeOf(after), limit });
  const found = await withStores(runningEnv(), adminStores, recorded(about('usage', tenant, subscriber), reading));
  const shown = found.map((one) => ({
    id: one.id,
    atMs: one.atMs,
    number: maskId(one.number),
    network: one.terms.network,
    service: one.service,
    direction: one.direction,
    destination: maskId(one.destination),
    quantity: one.quantity,
    taken: takenOf(one),
    fee: `${formatDecimal(one.retailMinor, one.terms.retail?.decimals ?? 0)} ${one.terms.retail?.currency ?? ''}`,
  }));
  printList(shown, json, {
    at: (one) => time(one.atMs),
    number: (one) => one.number,
    network: (one) => one.network,
    service: (one) => `${one.service} ${one.direction}`,
    usage: (one) => one.quantity,
    'off packages': (one) => one.taken,
    fee: (one) => one.fee,
    record: (one) => one.id,
  });
  const last = found.at(-1);
  if (found.length === limit && last !== undefined && json !== true) print(`  more: --after ${last.atMs}/${last.id}`);
};

/** Asks a running node, in the name of whoever runs the command. */
const change = async (action: string, tenant: TenantId, subscriber: string, command: SubscriberCommand) => {
  const asking = Effect.flatMap(Actors, (actors) =>
    actors.ask(subscriberActor, { id: { tenant, key: subscriber }, command, envelope: envelopeOf(tenant) }),
  );
  const { reply, rev } = await withStores(
    runningEnv(),
    adminNodes,
    recorded(about(action, tenant, subscriber), asking),
  );
  print(reply.changed ? `changed; revision ${rev}` : `it was so already; revision ${rev}`);
};

const switchNumber = (subscriber: string, number: string, state: string, { tenant }: Options): Promise<void> =>
  change('switch', tenant, subscriber, { _tag: 'Switch', number, on: state === 'on', fromMs: Date.now() });

const activate = (subscriber: string, number: string, { tenant }: Options): Promise<void> =>
  change('activate', tenant, subscriber, { _tag: 'Activate', number, fromMs: Date.now() });

export const addSubscribers = (tree: Command): void => {
  const subscriber = tree.command('subscriber').description('subscribers abroad');
  withTenant(subscriber.command('show').argument('<subscriber>'))
    .description('a subscriber as it is now, numbers masked')
    .action(show);
  withTenant(subscriber.command('usage').argument('<subscriber>'))
    .description('its records of a month with their fees, the oldest first')
    .requiredOption('--month <YYYY-MM>', 'by the visited network’s clock')
    .option('--limit <records>', 'at most so many', wholeNumber, 50)
    .option('--after <place>', 'go on behind this place')
    .option('--json', 'as JSON')
    .action(usage);
  withTenant(subscriber.command('switch').argument('<subscriber>').argument('<number>'))
    .addArgument(new Argument('<state>', 'which').choices(['on', 'off']))
    .description('a number on or off from now on; asks a running node')
    .action(switchNumber);
  withTenant(subscriber.command('activate').argument('<subscriber>').argument('<number>'))
    .description('the number for calls from now on; asks a running node')
    .action(activate);
};
