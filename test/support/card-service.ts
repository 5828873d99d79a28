import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Effect, Layer, ManagedRuntime } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import { ActorsLocal } from '../../actors/runtime/live.ts';
import { simActors } from '../../actors/sim/actors.ts';
import { ReaderSlot } from '../../cli/card-service/reader-slot.ts';
import { memoryReader } from '../../devices/card-reader/simulator/memory-card.ts';
import type { SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import {
  CARD_SERVICE,
  type CardServiceSettings,
  cardServiceSocket,
} from '../../gateway/sim/card-service/card-service.ts';
import { CardClient, type CardClientOptions } from '../../sdk/client.ts';
import { PROTOCOL_PATH } from '../../sdk/protocol.ts';
import type { CardSlot } from '../../sdk/slot.ts';
import { type KeyRing, keyRingLayer } from '../../store/keys/key-ring.ts';
import { migrate } from '../../store/migrations.ts';
import { Mongo, mongoLayer } from '../../store/mongo.ts';
import { Audit } from '../../store/operations/audit.ts';
import type { AuditEntry } from '../../store/operations/audit-chain.ts';
import { writingPlans } from '../../store/sim/card-writes.ts';
import { simPlans } from '../../store/sim/lists.ts';
import { provideCards, provideNumbers } from './card-writing.ts';
import { startGateway, type TestGateway } from './gateway.ts';
import { serverAddress, uniqueName } from './names.ts';

/** A gateway with the card service, over actors on the real MongoDB, for the time of a test. */

type Services = Actors | Audit | KeyRing | Mongo;

export class CardServiceHouse {
  readonly directory: string;
  readonly runtime: ManagedRuntime.ManagedRuntime<Services, unknown>;
  readonly audited: AuditEntry[] = [];
  private readonly gateways: TestGateway[] = [];
  private readonly clients: CardClient[] = [];
  private readonly slots: ReaderSlot[] = [];

  private constructor(directory: string) {
    this.directory = directory;
    const append = (entry: AuditEntry) => Effect.sync(() => void this.audited.push(entry));
    this.runtime = ManagedRuntime.make(
      ActorsLocal(simActors, { flushEveryMs: 20 }).pipe(
        Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
        Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('card_service') })),
        Layer.provideMerge(Layer.succeed(Audit, { append })),
      ),
    );
  }

  /** With so many cards that the registers know. */
  static async open(cards: number): Promise<CardServiceHouse> {
    const house = new CardServiceHouse(await mkdtemp(join(tmpdir(), 'hufu-card-service-')));
    await house.run(Effect.flatMap(Mongo, (connection) => migrate(connection, [...simPlans, ...writingPlans])));
    await house.run(provideNumbers(1_000));
    await house.run(provideCards(0, cards));
    return house;
  }

  run<A, E>(effect: Effect.Effect<A, E, Services>): Promise<A> {
    return this.runtime.runPromise(effect);
  }

  async gateway(settings: Partial<CardServiceSettings> = {}): Promise<TestGateway> {
    const socket = await this.run(cardServiceSocket({ ...CARD_SERVICE, stopMs: 2_000, ...settings }));
    const gateway = await startGateway({
      routes: [],
      rights: {},
      sockets: [socket],
      settings: { keyDirectory: join(this.directory, 'issuer') },
    });
    this.gateways.push(gateway);
    return gateway;
  }

  /** A client whose one reader, `main`, holds this card. `through`: port of the way to the gateway. */
  client(
    gateway: TestGateway,
    slots: readonly CardSlot[],
    { port, ...more }: Partial<CardClientOptions> & { readonly port?: number } = {},
  ): CardClient {
    const client = new CardClient({
      url: socketUrl(gateway, port),
      client: 'counter-1',
      token: () => gateway.token('demo-device'),
      slots,
      connect: (url) => new WebSocket(url),
      backOff: { firstMs: 20, mostMs: 200 },
      ...more,
    });
    this.clients.push(client);
    client.start();
    return client;
  }

  slot(card: SimulatedCard, name = 'main'): ReaderSlot {
    const slot = new ReaderSlot(name, memoryReader(name, card));
    this.slots.push(slot);
    return slot;
  }

  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.stop()));
    await Promise.all(this.slots.map((slot) => slot.close()));
    await Promise.all(this.gateways.map((gateway) => gateway.stop()));
    await this.run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
    await this.runtime.dispose();
    await rm(this.directory, { recursive: true });
  }
}

const portOf = ({ address }: TestGateway): number => Number(new URL(address).port);

export const socketUrl = (gateway: TestGateway, port = portOf(gateway)): string =>
  `ws://127.0.0.1:${port}${PROTOCOL_PATH}`;

/** The slot, with something happening once: before its n-th exchange, or its first one when something is so. */
export const interrupted = (
  slot: CardSlot,
  at: number | (() => boolean),
  happens: () => Promise<void>,
): CardSlot & { count: number } => {
  let happened = false;
  const wrapped = {
    name: slot.name,
    count: 0,
    present: () => slot.present(),
    power: (reset: 'cold' | 'warm') => slot.power(reset),
    powerOff: () => slot.powerOff(),
    exchange: async (apdu: Uint8Array, withinMs: number) => {
      wrapped.count += 1;
      if (!happened && (typeof at === 'number' ? wrapped.count === at : at())) {
        happened = true;
        await happens();
      }
      return slot.exchange(apdu, withinMs);
    },
  };
  return wrapped;
};

export const until = async (condition: () => boolean | Promise<boolean>, what: string): Promise<void> => {
  const endMs = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > endMs) throw new Error(`not in time: ${what}`);
    await sleep(10);
  }
};
