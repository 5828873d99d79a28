import { type Command, Option } from 'commander';
import { Effect } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { blankCardActor } from '../../actors/sim/blank-card.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { Iccid, Reason } from '../../domain/sim/schema.ts';
import { parsed, print, withTenant } from './answer.ts';
import { envelopeOf, recorded } from './record.ts';
import { adminNodes, runningEnv, withStores } from './stores.ts';

/** `hufu admin blank-card allow-try`: as the route below `/v1/sim/blank-cards` does it, without a gateway. */

const TRIES = ['adm', 'channel'] as const;

interface Allowing {
  readonly tenant: TenantId;
  readonly of: (typeof TRIES)[number];
  readonly reason: string;
}

/** What is uncertain of the card has been checked: it may be tried once more. */
export const allowTry = (iccid: string, { tenant, of, reason }: Allowing) =>
  recorded(
    { tenant, action: 'admin.blankCard.allowTry', object: `sim.blankCard/${tenant}/${iccid}` },
    Effect.flatMap(Actors, (actors) =>
      actors.ask(blankCardActor, {
        id: { tenant, key: iccid },
        command: { _tag: 'AllowTry', of, reason },
        envelope: envelopeOf(tenant),
      }),
    ),
  );

const allow = async (iccid: string, allowing: Allowing): Promise<void> => {
  const { reply } = await withStores(runningEnv(), adminNodes, allowTry(iccid, allowing));
  print(`${iccid}: ADM code ${reply.adm._tag.toLowerCase()}, channel ${reply.channel}`);
};

export const addBlankCards = (tree: Command): void => {
  const card = tree.command('blank-card').description('blank cards');
  withTenant(card.command('allow-try').argument('<iccid>', 'of the card', parsed(Iccid)))
    .description('say that an uncertain ADM code or key of the channel has been checked and may be tried once more')
    .addOption(new Option('--of <what>', 'what is uncertain').choices(TRIES).makeOptionMandatory())
    .requiredOption('--reason <text>', 'why; it is kept with your name', parsed(Reason))
    .action(allow);
};
