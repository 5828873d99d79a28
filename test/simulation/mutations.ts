import mongoose from 'mongoose';
import type { NodeOptions } from '../../actors/runtime/node.ts';
import type { SimulationOptions } from './simulate.ts';

/** Bugs, planted in the simulated storage or between the runtime and it: the auditor must find each of them. */

const storage =
  (change: (sound: NodeOptions['storage']) => Partial<NodeOptions['storage']>) =>
  (options: NodeOptions): NodeOptions => ({ ...options, storage: { ...options.storage, ...change(options.storage) } });

export const MUTATIONS: ReadonlyArray<readonly [string, SimulationOptions]> = [
  ['a journal whose keys are not unique', { ambush: 0.1, rules: { uniqueKeys: false } }],
  ['a journal that does not wait for the majority', { rules: { waitsForMajority: false } }],
  ['a look that is not linearizable', { ambush: 0, failovers: 0.8, rules: { linearizable: false, behind: 40 } }],
  ['epochs that do not count', { ambush: 0.05, rules: { countsEpochs: false } }],
  ['state documents that go back', { rules: { keepsNewestDocument: false } }],
  [
    'a node that answers before the append',
    {
      plant: storage((sound) => ({
        insertRecords: async (documents) => {
          sound.insertRecords(documents).catch(() => undefined);
          return {};
        },
      })),
    },
  ],
  [
    'a node that takes a taken key for its own record',
    {
      plant: storage((sound) => ({
        insertRecords: async (documents) => {
          await sound.insertRecords(documents);
          return {};
        },
      })),
    },
  ],
  [
    'a node that believes in its lease as long as it holds the partition',
    { ambush: 0.1, plant: (options) => ({ ...options, validUntilMs: () => Number.POSITIVE_INFINITY }) },
  ],
  [
    'a node that trusts its memory without a look',
    { ambush: 0.1, plant: storage(() => ({ lastWriterAfter: async () => undefined })) },
  ],
  [
    'a load that does not ask what time it is',
    {
      failovers: 0.6,
      rules: { behind: 40 },
      plant: storage(() => ({ clusterTime: async () => mongoose.mongo.Timestamp.fromNumber(0) })),
    },
  ],
  [
    'receipts that are forgotten when an actor sleeps',
    {
      plant: storage((sound) => ({
        readStateDocuments: async () => [],
        readTails: async function* (...asked) {
          for await (const record of sound.readTails(...asked)) {
            const turns = record.turns?.map((turn) => ({ ...turn, commandId: `forgotten ${turn.commandId}` })) ?? [];
            yield { ...record, turns };
          }
        },
      })),
    },
  ],
  [
    'a journal that is read with a gap',
    {
      plant: storage((sound) => ({
        readTails: async function* (...asked) {
          let gap = 0;
          for await (const record of sound.readTails(...asked)) {
            gap += 1;
            if (gap !== 7) yield record;
          }
        },
      })),
    },
  ],
];
