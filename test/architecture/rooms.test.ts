import { describe, expect, test } from 'vitest';
import { roomProblems } from './rooms.ts';
import { sources } from './sources.ts';

describe('the table of rooms', () => {
  test('every import of the project keeps to it', () => {
    const all = sources();
    expect(all.length).toBeGreaterThan(50);
    expect(all.flatMap(({ path, text }) => roomProblems(path, text))).toEqual([]);
  });

  test.each([
    ['a decider that reads the store', 'domain/sim/card.ts', "import { Mongo } from '../../store/mongo.ts';"],
    ['a decider that runs effects', 'domain/sim/card.ts', "import { Effect } from 'effect';"],
    ['a decider that opens files', 'domain/sim/card.ts', "import { readFileSync } from 'node:fs';"],
    ['a schema that runs more than schemas', 'domain/sim/schema.ts', "import { Layer } from 'effect/Layer';"],
    ['a kernel that knows an area', 'domain/kernel/decider.ts', "import { Card } from '../sim/schema.ts';"],
    ['matching that knows an area', 'domain/matching/match.ts', "import { isIccid } from '../sim/iccid.ts';"],
    ['an actor that calls the gateway', 'actors/sim/card.ts', "import { route } from '../../gateway/route.ts';"],
    ['an actor that drives a device', 'actors/sim/card.ts', "import { open } from '../../devices/reader/driver.ts';"],
    ['the runtime that knows an area', 'actors/runtime/turn.ts', "import { decide } from '../../domain/sim/card.ts';"],
    [
      'a workflow that touches a store',
      'workflows/sim/card-making.ts',
      "import { Mongo } from '../../store/mongo.ts';",
    ],
    ['a workflow with Effect in its bundle', 'workflows/sim/card-making.ts', "import { Schema } from 'effect';"],
    [
      'a workflow with a schema in its bundle',
      'workflows/sim/contract.ts',
      "import { Card } from '../../domain/sim/schema.ts';",
    ],
    [
      'a gateway that knows how a process works',
      'gateway/sim/cards.ts',
      "import { run } from '../../workflows/sim/card-making.ts';",
    ],
    ['a gateway that calls a partner', 'gateway/sim/cards.ts', "import { vop } from '../../partners/vop/port.ts';"],
    ['a partner that calls another', 'partners/vop/sftp.ts', "import { x } from '../vendor/port.ts';"],
    ['a driver that knows its simulator', 'partners/vop/sftp.ts', "import { x } from '../simulator/desk.ts';"],
    ['a store that asks an actor', 'store/sim/lists.ts', "import { x } from '../../actors/actors.ts';"],
    ['a printer that reads the store', 'printing/report.ts', "import { x } from '../store/mongo.ts';"],
    ['telemetry that knows the house', 'telemetry/log.ts', "import { x } from '../domain/kernel/brand.ts';"],
    [
      'an import in the middle of a function',
      'domain/sim/card.ts',
      "export const f = () => import('../../store/mongo.ts');",
    ],
    ['a re-export', 'domain/sim/card.ts', "export { Mongo } from '../../store/mongo.ts';"],
    ['an import hidden among types', 'workflows/sim/a.ts', "import { type Effect, Schema } from 'effect';"],
    ['a phone that opens files', 'sdk/line.ts', "import { readFileSync } from 'node:fs';"],
    ['a phone that knows the house', 'sdk/line.ts', "import { x } from '../domain/kernel/brand.ts';"],
    ['a gateway that drives a device', 'gateway/sim/a.ts', "import { x } from '../../devices/card-reader/vpcd.ts';"],
    ['a console that knows the server', 'console/a.tsx', "import { RIGHTS } from '../gateway/rights.ts';"],
    ['a console with a package of the server', 'console/a.tsx', "import { Effect } from 'effect';"],
    ['a device that knows the client', 'devices/card-reader/a.ts', "import { x } from '../../sdk/client.ts';"],
    ['a file in no room', 'lib/things.ts', "import 'node:fs';"],
  ])('refuses %s', (_, path, source) => {
    expect(roomProblems(path, source)).toHaveLength(1);
  });

  test.each([
    ['a decider with hashes', 'domain/sim/card.ts', "import { createHash } from 'node:crypto';"],
    ['a schema', 'domain/sim/schema.ts', "import { Schema } from 'effect';"],
    ['a schema of a part', 'domain/sim/application/schema.ts', "import * as Schema from 'effect/Schema';"],
    ['a type of Effect in a workflow', 'workflows/sim/a.ts', "import type { Effect } from 'effect';"],
    [
      'a type of a schema in a workflow',
      'workflows/sim/a.ts',
      "import { type Card } from '../../domain/sim/schema.ts';",
    ],
    ['an actor with a device port', 'actors/sim/card.ts', "import { Reader } from '../../devices/reader/port.ts';"],
    [
      'a gateway with a contract',
      'gateway/sim/cards.ts',
      "import { cardMaking } from '../../workflows/sim/contract.ts';",
    ],
  ])('allows %s', (_, path, source) => {
    expect(roomProblems(path, source)).toEqual([]);
  });
});
