import { Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Actors } from '../actors/runtime/actors.ts';
import { cardWriteActor } from '../actors/sim/card-write.ts';
import { maskId } from '../domain/kernel/mask.ts';
import type { CardWriteState } from '../domain/sim/writing/schema.ts';
import { CardServiceError } from '../sdk/client.ts';
import { CLOSE, PROTOCOL_VERSION } from '../sdk/protocol.ts';
import { transportSlot } from '../sdk/slot.ts';
import { CardServiceHouse, interrupted, socketUrl, until } from './support/card-service.ts';
import { cardAt, iccidAt, tenant, WANTED } from './support/card-writing.ts';
import type { TestGateway } from './support/gateway.ts';
import { Wire } from './support/wire.ts';

/** Cards in readers of clients, written from a real gateway over real sockets, with everything that may be cut, cut. */

let house: CardServiceHouse;
let gateway: TestGateway;

beforeAll(async () => {
  house = await CardServiceHouse.open(20);
  gateway = await house.gateway({ helloMs: 300, beatMs: 200, graceMs: 3_000 });
});
afterAll(() => house.close());

const stateOf = (request: string): Promise<CardWriteState | null> =>
  house.run(
    Effect.flatMap(Actors, (actors) => actors.read(cardWriteActor, { tenant, key: request })).pipe(
      Effect.map(({ state }) => state),
      Effect.catchTag('Refusal', () => Effect.succeed(null)),
    ),
  );

describe('a client of the card service', () => {
  it('reads a card and has it written; the same request has the same answer; numbers are masked, and both are audited', async () => {
    const client = house.client(gateway, [house.slot(cardAt(0))], { client: 'counter-0' });
    expect(await client.read('main')).toEqual({
      what: 'read',
      iccid: maskId(iccidAt(0)),
      blank: true,
      profile: 'usim-key-file',
    });
    const states: string[] = [];
    const written = await client.write('main', 'CS-0', WANTED, { onProgress: ({ state }) => states.push(state) });
    expect(written).toEqual({
      what: 'write',
      request: 'CS-0',
      status: 'confirmed',
      final: true,
      iccid: maskId(iccidAt(0)),
      proved: true,
      code: null,
      message: null,
    });
    expect(states[0]).toBe('asked');
    expect(states.filter((state) => state === 'working').length).toBeGreaterThan(20);
    expect(await client.write('main', 'CS-0', WANTED)).toEqual(written);
    expect(await client.read('main')).toMatchObject({ blank: false });
    const actions = house.audited.map(({ action, subject, outcome }) => [action, subject, outcome]);
    expect(actions).toContainEqual(['sim.cardService.read', 'demo-device', 'accepted']);
    expect(actions).toContainEqual(['sim.cardService.write', 'demo-device', 'accepted']);
    expect(JSON.stringify(house.audited)).not.toContain(iccidAt(0));
  });

  it('is told what is wrong', async () => {
    const client = house.client(gateway, [house.slot(cardAt(1))], { client: 'counter-1' });
    const refusal = async (answer: Promise<unknown>): Promise<unknown> =>
      answer.then(
        () => 'no refusal',
        (cause: unknown) => (cause instanceof CardServiceError ? cause.problem : cause),
      );
    expect(await refusal(client.read('other'))).toMatchObject({ code: 'ReaderUnknown' });
    expect(await refusal(client.write('main', 'not an id', WANTED))).toMatchObject({
      code: 'InvalidBody',
      field: 'request',
    });
    const first = { ...WANTED, product: 'OTHER' };
    expect(await client.write('main', 'CS-1', first)).toMatchObject({
      status: 'refused',
      code: 'CardOfAnotherProduct',
    });
    expect(await refusal(client.write('main', 'CS-1', WANTED))).toMatchObject({ code: 'RequestDiffers' });
    // Telecom's data comes from EOP, which this house does not have.
    const telecom = await client.write('main', 'CS-T', { ...WANTED, operator: 'telecom' });
    expect(telecom).toMatchObject({ status: 'refused', code: 'TelecomNotConfigured' });
  });

  it('works over a phone’s slot that opens, transmits and closes', async () => {
    const card = cardAt(2);
    const reader = house.slot(card, 'inner');
    await until(() => reader.present(), 'the card is in its place');
    const slot = transportSlot('sim1', {
      open: async () => ({
        atr: await reader.power('cold'),
        channel: { transmit: (apdu) => reader.exchange(apdu, 5_000), close: () => reader.powerOff() },
      }),
    });
    const client = house.client(gateway, [slot], { client: 'phone-1' });
    expect(await client.write('sim1', 'CS-2', WANTED)).toMatchObject({ status: 'confirmed', proved: true });
  });

  it('carries each command out once when the line is cut in the middle of an exchange', async () => {
    const plain = interrupted(house.slot(cardAt(3)), 0, async () => undefined);
    await house.client(gateway, [plain], { client: 'counter-3' }).write('main', 'CS-3', WANTED);
    for (const [no, at] of [
      [4, 9],
      [5, 25],
    ] as const) {
      const wire = await Wire.lay(new URL(gateway.address));
      const slot = interrupted(house.slot(cardAt(no)), at, async () => {
        await wire.cut();
        setTimeout(() => void wire.mend(), 100);
      });
      const client = house.client(gateway, [slot], { client: `counter-${no}`, port: wire.port });
      expect(await client.write('main', `CS-${no}`, WANTED)).toMatchObject({ status: 'confirmed', proved: true });
      expect(slot.count).toBe(plain.count);
      await client.stop();
      await wire.cut();
    }
  });

  it('goes on after the line was cut for good: the write is in doubt, and settled when the same request comes again', async () => {
    const short = await house.gateway({ graceMs: 50 });
    const wire = await Wire.lay(new URL(short.address));
    const slot = interrupted(house.slot(cardAt(6)), 30, () => wire.cut());
    const client = house.client(short, [slot], { client: 'counter-6', port: wire.port });
    const answer = client.write('main', 'CS-6', WANTED);
    await until(async () => (await stateOf('CS-6'))?.status === 'inDoubt', 'the write is in doubt');
    await wire.mend();
    // The client has asked all the time; nobody had to send the request again.
    expect(await answer).toMatchObject({ status: 'confirmed' });
    await client.stop();
    await wire.cut();
  });

  it('that is killed leaves its write in doubt, and the one that is started in its place settles it', async () => {
    const slot = house.slot(cardAt(7));
    const halted = Promise.withResolvers<void>();
    const over = Promise.withResolvers<void>();
    const hung = interrupted(slot, 30, () => {
      halted.resolve();
      return over.promise;
    });
    const first = house.client(gateway, [hung], { client: 'counter-7' });
    const lost = first.write('main', 'CS-7', WANTED).catch((cause: unknown) => cause);
    await halted.promise;
    const second = house.client(gateway, [slot], { client: 'counter-7' });
    expect(await lost).toMatchObject({ problem: { code: 'Replaced' } });
    expect(await second.write('main', 'CS-7', WANTED)).toMatchObject({ status: 'confirmed', final: true });
    over.resolve();
  });

  it('is served by another server when its own is gone in the middle', async () => {
    const own = await house.gateway({ graceMs: 200 });
    const other = await house.gateway();
    const before = await Wire.lay(new URL(own.address));
    const { port } = before;
    let after: Wire | undefined;
    const slot = interrupted(house.slot(cardAt(8)), 30, async () => {
      await before.cut();
      after = await Wire.lay(new URL(other.address), port);
    });
    const client = house.client(other, [slot], {
      client: 'counter-8',
      port,
      token: () => (after === undefined ? own : other).token('demo-device'),
    });
    expect(await client.write('main', 'CS-8', WANTED)).toMatchObject({ status: 'confirmed', final: true });
    await client.stop();
    await after?.cut();
  });

  it('is waited for by a server that stops', async () => {
    const stopping = await house.gateway();
    const begun = Promise.withResolvers<void>();
    const slot = interrupted(house.slot(cardAt(9)), 10, async () => begun.resolve());
    const client = house.client(stopping, [slot], { client: 'counter-9' });
    const answer = client.write('main', 'CS-9', WANTED);
    await begun.promise;
    await stopping.stop();
    expect(await answer).toMatchObject({ status: 'confirmed' });
  });
});

/** What the server closes with, after these messages. */
const closedWith = (messages: readonly string[]): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(socketUrl(gateway));
    socket.onopen = () => {
      for (const message of messages) socket.send(message);
    };
    socket.onclose = ({ code }) => resolve(code);
  });

/** After the welcome, more messages than any reader has answers. */
const flooded = (token: string): Promise<number> =>
  new Promise((resolve) => {
    const socket = new WebSocket(socketUrl(gateway));
    socket.onopen = () => socket.send(hello(token));
    socket.onmessage = () => {
      socket.onmessage = null;
      for (let no = 0; no < 5_000; no += 1) socket.send('{"type":"beat"}');
    };
    socket.onclose = ({ code }) => resolve(code);
  });

const hello = (token: string, more: object = {}): string =>
  JSON.stringify({
    type: 'hello',
    version: PROTOCOL_VERSION,
    token,
    client: 'stranger',
    session: null,
    readers: [],
    ...more,
  });

describe('whoever connects', () => {
  it('can do nothing without a token of a device', async () => {
    expect(await closedWith([hello('nonsense')])).toBe(CLOSE.notSignedIn);
    expect(await closedWith([hello(await gateway.token('demo-operator'))])).toBe(CLOSE.notAllowed);
    expect(await closedWith([hello(await gateway.token('demo-system-administrator'))])).toBe(CLOSE.notAllowed);
    const ask = JSON.stringify({ type: 'ask', ask: 'a-1', what: 'read', reader: 'main' });
    expect(await closedWith([ask])).toBe(CLOSE.badFrame);
    expect(await closedWith([])).toBe(CLOSE.tooSlow);
  });

  it('is hung up on when it does not keep to the protocol', async () => {
    const token = await gateway.token('demo-device');
    expect(await closedWith(['{'])).toBe(CLOSE.badFrame);
    expect(await closedWith([hello(token, { version: 2 })])).toBe(CLOSE.otherVersion);
    expect(await closedWith([hello(token, { client: 'two words' })])).toBe(CLOSE.badFrame);
    expect(await closedWith(['x'.repeat(70_000)])).toBe(1009);
    expect(await flooded(token)).toBe(CLOSE.tooMany);
    // Welcomed, and then silent.
    expect(await closedWith([hello(token)])).toBe(CLOSE.tooSlow);
    const missing = await fetch(`${gateway.address}/v1/sim/card-service`);
    expect(missing.status).toBe(404);
  });

  it('finds no more places than there are', async () => {
    const small = await house.gateway({ mostClients: 1, graceMs: 100 });
    const first = house.client(small, [], { client: 'first' });
    const states: string[] = [];
    house.client(small, [], { client: 'second', onState: ({ state }) => states.push(state) });
    await until(
      () => states.filter((state) => state === 'connecting').length > 1 || states.includes('connected'),
      'one waits',
    );
    await first.stop();
    await until(() => states.includes('connected'), 'the place of the first is free again');
  });
});
