import { Effect, Either, Fiber, Stream } from 'effect';
import { describe, expect, test } from 'vitest';
import type { CommandFrame, ServerFrame } from '../../../sdk/protocol.ts';
import type { CardReader } from '../port.ts';
import { type ClientLine, RemoteClient } from './remote-client.ts';

/** Answers that come late, twice, for nobody, or not at all. */

class Line implements ClientLine {
  readonly commands: CommandFrame[] = [];
  closedWith: number | undefined;
  send(frame: ServerFrame): void {
    if (frame.type === 'command') this.commands.push(frame);
  }
  close(code: number): void {
    this.closedWith = code;
  }
  get last(): CommandFrame {
    const last = this.commands.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    return last;
  }
}

const ATR = '3b9f96801fc78031a073be21136743200718000001a5';
const main = [{ name: 'main', present: true }];

const opened = async (graceMs = 1_000) => {
  const client = new RemoteClient('s-1', 'counter', graceMs, () => undefined);
  const line = new Line();
  client.attach(line, main, 0);
  const reader = await Effect.runPromise(client.reader('main'));
  if (reader === undefined) throw new Error('no reader');
  const power = Effect.runPromise(reader.powerOn);
  await sent(line, 1);
  client.answered({ type: 'answer', id: line.last.id, data: ATR });
  await power;
  return { client, line, reader };
};

const sent = async (line: Line, count: number): Promise<void> => {
  for (let turn = 0; line.commands.length < count; turn += 1) {
    if (turn > 1_000) throw new Error('it was not sent');
    await new Promise((resolve) => setImmediate(resolve));
  }
};

const SELECT = Uint8Array.from([0, 0xa4, 0, 4, 2, 0x3f, 0]);
const transmit = (reader: CardReader, timeoutMs = 5_000) =>
  Effect.runFork(Effect.either(reader.transmit(SELECT, { timeoutMs })));

describe('a remote client', () => {
  test('an answer that comes late or twice is taken for no other', async () => {
    const { client, line, reader } = await opened();
    const unanswered = transmit(reader, 500);
    await sent(line, 2);
    const first = await Effect.runPromise(Fiber.join(unanswered));
    expect(Either.isLeft(first) && first.left).toMatchObject({ code: 'CardTimeout', execution: 'unknown' });
    const late = line.last.id;
    const power = Effect.runPromise(reader.powerOn);
    await sent(line, 3);
    client.answered({ type: 'answer', id: late, data: '6a82' });
    client.answered({ type: 'answer', id: line.last.id, data: ATR });
    client.answered({ type: 'answer', id: line.last.id, data: 'ffff' });
    expect(Buffer.from(await power).toString('hex')).toBe(ATR);
    const second = transmit(reader);
    await sent(line, 4);
    client.answered({ type: 'answer', id: late, data: '6a82' });
    client.answered({ type: 'answer', id: line.last.id, data: '9000' });
    expect(await Effect.runPromise(Fiber.join(second))).toMatchObject({ right: { sw: 0x9000 } });
    expect(new Set(line.commands.map(({ id }) => id)).size).toBe(4);
  });

  test('what was under way goes out again under its id when the client is back', async () => {
    const { client, line, reader } = await opened();
    const exchange = transmit(reader);
    await sent(line, 2);
    client.detach(line);
    const again = new Line();
    client.attach(again, main, 0);
    client.resume();
    expect(again.commands).toEqual([line.last]);
    // What the old line still does is nothing to it.
    client.detach(line);
    client.answered({ type: 'answer', id: again.last.id, data: '9000' });
    expect(await Effect.runPromise(Fiber.join(exchange))).toMatchObject({ right: { sw: 0x9000 } });
  });

  test('a client that stays away may have done what was sent, and cannot have done what was not', async () => {
    const { client, line, reader } = await opened(30);
    const sentOne = transmit(reader);
    await sent(line, 2);
    client.detach(line);
    expect(await Effect.runPromise(Fiber.join(sentOne))).toMatchObject({
      left: { code: 'ReaderGone', execution: 'unknown' },
    });
    expect(await Effect.runPromise(Effect.flip(reader.powerOn))).toMatchObject({ code: 'ReaderGone', execution: 'no' });
    const other = await opened(30);
    other.client.detach(other.line);
    expect(await Effect.runPromise(Fiber.join(transmit(other.reader)))).toMatchObject({
      left: { code: 'ReaderGone', execution: 'no' },
    });
  });

  test('a fault is what the client says it is, or one of its protocol', async () => {
    const { client, line, reader } = await opened();
    const told = async (code: string) => {
      const count = line.commands.length;
      const exchange = transmit(reader);
      await sent(line, count + 1);
      client.answered({ type: 'fault', id: line.last.id, code, execution: 'yes', message: 'x' });
      return Effect.runPromise(Fiber.join(exchange));
    };
    expect(await told('ReaderRefused')).toMatchObject({ left: { code: 'ReaderRefused', execution: 'yes' } });
    expect(await told('Nonsense')).toMatchObject({ left: { code: 'ProtocolError', execution: 'yes' } });
  });

  test('presence is told, and ends when the client is gone', async () => {
    const { client, reader } = await opened();
    const seen: string[] = [];
    const watching = Effect.runPromise(
      Effect.flip(Stream.runForEach(reader.presence, (presence) => Effect.sync(() => void seen.push(presence)))),
    );
    await new Promise((resolve) => setImmediate(resolve));
    client.update([{ name: 'main', present: false }]);
    client.update([{ name: 'main', present: false }]);
    client.update(main);
    client.lose();
    expect(await watching).toMatchObject({ code: 'ReaderGone' });
    expect(seen).toEqual(['present', 'absent', 'present']);
    expect(await Effect.runPromise(client.reader('other'))).toBeUndefined();
  });
});
