import { type Command, Option } from 'commander';
import { Effect } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { protocolOf } from '../../actors/runtime/protocol.ts';
import { replayActor } from '../../actors/runtime/replay.ts';
import { cardWriteActor } from '../../actors/sim/card-write.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { Reason } from '../../domain/sim/schema.ts';
import { RequestId, WRITE_STATUSES } from '../../domain/sim/writing/schema.ts';
import { listCardWrites } from '../../store/sim/card-writes.ts';
import { parsed, print, printList, printMore, time, wholeNumber, withTenant } from './answer.ts';
import { envelopeOf, recorded } from './record.ts';
import { adminNodes, adminStores, runningEnv, withStores } from './stores.ts';

/**
 * `hufu admin write list|show|settle`: writes of blank cards, as the routes below `/v1/sim/card-writes` show them, without
 * a gateway. Numbers are in clear, so each look is written to the audit log; keys are in no write.
 */

interface ListOptions {
  readonly tenant: TenantId;
  readonly status?: readonly string[];
  readonly product?: string;
  readonly city?: string;
  readonly limit: number;
  readonly cursor?: string;
  readonly json?: boolean;
}

const list = async ({ tenant, json, limit, cursor, ...filters }: ListOptions): Promise<void> => {
  const what = { tenant, action: 'admin.write.list', object: filters.status?.join(',') ?? 'all writes' };
  const listing = Effect.suspend(() => listCardWrites({ tenant, filters, limit, cursor }));
  const page = await withStores(runningEnv(), adminStores, recorded(what, listing));
  printList(page.items, json, {
    requested: (write) => time(write.requestedAtMs),
    request: (write) => write.request,
    status: (write) => write.status,
    code: (write) => write.code ?? '-',
    iccid: (write) => write.iccid ?? '-',
    product: (write) => write.product,
    city: (write) => write.city ?? '-',
    reader: (write) => write.reader ?? '-',
  });
  printMore(page.nextCursor, json);
};

interface OneOptions {
  readonly tenant: TenantId;
}

const objectOf = (tenant: TenantId, request: string): string => `sim.cardWrite/${tenant}/${request}`;

const show = async (request: string, { tenant }: OneOptions): Promise<void> => {
  const looking = Effect.map(replayActor(cardWriteActor, { tenant, key: request }), ({ rev, state, broken }) => ({
    rev,
    write: protocolOf(cardWriteActor).encodeState(state),
    broken,
  }));
  const what = { tenant, action: 'admin.write.show', object: objectOf(tenant, request) };
  print(JSON.stringify(await withStores(runningEnv(), adminStores, recorded(what, looking)), null, 2));
};

const OUTCOMES = ['written', 'notWritten', 'scrapped'] as const;

interface Settling extends OneOptions {
  readonly outcome: (typeof OUTCOMES)[number];
  readonly reason: string;
}

/** What follows from it for IMSI, range and card is told to them by the subscription, as after any end of a write. */
export const settleWrite = (request: string, { tenant, outcome, reason }: Settling) =>
  recorded(
    { tenant, action: 'admin.write.settle', object: objectOf(tenant, request) },
    Effect.flatMap(Actors, (actors) =>
      actors.ask(cardWriteActor, {
        id: { tenant, key: request },
        command: { _tag: 'Settle', outcome, reason },
        envelope: envelopeOf(tenant),
      }),
    ),
  );

const settle = async (request: string, settling: Settling): Promise<void> => {
  const { reply } = await withStores(runningEnv(), adminNodes, settleWrite(request, settling));
  print(`${request}: ${reply.write.status}${reply.write.scrapped ? ', its card is out of use' : ''}`);
};

export const addWrites = (tree: Command): void => {
  const write = tree.command('write').description('writes of blank cards');
  withTenant(write.command('list'))
    .description('the newest first')
    .addOption(new Option('--status <status...>', 'e.g. inDoubt').choices(WRITE_STATUSES))
    .option('--product <product>', 'of one product')
    .option('--city <city>', 'of one city')
    .option('--limit <n>', 'in a page, 1–200', wholeNumber, 50)
    .option('--cursor <cursor>', 'of the page before')
    .option('--json', 'one JSON object a line')
    .action(list);
  withTenant(write.command('show').argument('<request>', 'the CRM’s request id', parsed(RequestId)))
    .description('one write as it is now, from its journal; JSON')
    .action(show);
  withTenant(write.command('settle').argument('<request>', 'the CRM’s request id', parsed(RequestId)))
    .description('say what became of a write in doubt whose card cannot be read again')
    .addOption(new Option('--outcome <outcome>', 'what became of it').choices(OUTCOMES).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why; it is kept with your name', parsed(Reason))
    .action(settle);
};
