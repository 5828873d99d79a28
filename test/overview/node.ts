import * as NodeRuntime from '@effect/platform-node-shared/NodeRuntime';
import { Layer } from 'effect';
import { clusterLayer } from '../../actors/runtime/cluster.ts';
import { ActorsLive } from '../../actors/runtime/live.ts';
import { keyRingLayer } from '../../store/keys/key-ring.ts';
import { mongoLayer } from '../../store/mongo.ts';
import { Counter } from '../support/counter.ts';

/** A node with counters as a process of its own, for the test that looks at it from outside and pauses it. */
const [, , uri = '', database = '', port = '', keyDirectory = ''] = process.argv;

NodeRuntime.runMain(
  Layer.launch(
    ActorsLive([Counter]).pipe(
      Layer.provide(clusterLayer({ host: '127.0.0.1', port: Number(port) })),
      Layer.provide(keyRingLayer({ directory: keyDirectory, demoKeys: true })),
      Layer.provide(mongoLayer({ uri, database })),
    ),
  ),
);
