import type { Command } from 'commander';
import { Effect } from 'effect';
import { ActorOverview, type NodeView } from '../../actors/runtime/overview.ts';
import { printList, time } from './answer.ts';
import { adminNodes, runningEnv, withStores } from './stores.ts';

/** `hufu admin nodes`: which nodes hold actors. It shows nothing of a tenant. */

const nodes = async ({ json }: { readonly json?: boolean }): Promise<void> => {
  const found = await withStores(
    runningEnv(),
    adminNodes,
    Effect.flatMap(ActorOverview, (overview) => overview.nodes),
  );
  const said = (what: 'awake' | 'open' | 'appending') => (node: NodeView) => node.own?.[what] ?? '-';
  printList(found, json, {
    address: (node) => node.address,
    healthy: (node) => (node.healthy ? 'yes' : 'no'),
    contact: (node) => node.contact,
    heartbeat: (node) => time(node.heartbeatAtMs),
    shards: (node) => node.shards,
    partitions: (node) => node.partitions,
    open: said('open'),
    awake: said('awake'),
    appending: said('appending'),
  });
};

export const addNodes = (tree: Command): void => {
  tree
    .command('nodes')
    .description('nodes that hold actors, by the storage of the cluster and by what they say themselves')
    .option('--json', 'one JSON object a line')
    .action(nodes);
};
