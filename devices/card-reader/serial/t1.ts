import { Clock, Effect, Either } from 'effect';
import { during, readerFault } from '../faults.ts';
import type { Execution, ReaderFault } from '../port.ts';
import type { CharacterLine } from './character-line.ts';
import { type Block, checkLength, decodeBlock, encodeBlock, LONGEST_DATA, PROLOGUE } from './t1-block.ts';

/**
 * The block protocol T=1 (ISO 7816-3 §11), our side: APDUs in blocks that are numbered and checked, repeated when they
 * were spoilt, and resynchronised when repeating does not help. After that the command is not sent again by itself: the
 * card may have done it.
 */

export interface T1Settings {
  /** The longest data field that the card takes. */
  readonly ifsc: number;
  /** A block begins within this. */
  readonly blockWaitingMs: number;
  /** A character follows within this. */
  readonly characterWaitingMs: number;
  readonly crc: boolean;
}

/** ISO 7816-3 §11.6.3.2: a block is asked for again twice, then resynchronisation is tried three times. */
const REPEATS = 2;
const RESYNCHS = 3;

type Received = Block | 'check' | 'other' | 'silence';

export class T1Channel {
  private readonly line: CharacterLine;
  private readonly settings: T1Settings;
  private ifsc: number;
  /** Numbers of the next I-block of ours and of the card's. */
  private ours: 0 | 1 = 0;
  private cards: 0 | 1 = 0;
  private deadlineMs = 0;
  private waits = 1;
  private execution: Execution = 'no';

  constructor(line: CharacterLine, settings: T1Settings) {
    this.line = line;
    this.settings = settings;
    this.ifsc = Math.min(settings.ifsc, LONGEST_DATA);
  }

  private broken(what: string): ReaderFault {
    return readerFault('ProtocolError', `the card on ${this.line.name} ${what} (T=1).`);
  }

  private send(block: Block): Effect.Effect<void, ReaderFault> {
    return Effect.zipRight(this.line.discard, this.line.send(encodeBlock(block, this.settings.crc)));
  }

  /** The next block. A waiting time that the card asked for holds once. */
  private receive(): Effect.Effect<Received, ReaderFault> {
    const { line, settings } = this;
    const channel = this;
    return Effect.gen(function* () {
      const leftMs = channel.deadlineMs - (yield* Clock.currentTimeMillis);
      if (leftMs <= 0)
        return yield* Effect.fail(readerFault('CardTimeout', `the card on ${line.name} was too slow (T=1).`));
      const waitingMs = Math.min(settings.blockWaitingMs * channel.waits, leftMs);
      channel.waits = 1;
      const prologue = yield* line.take(1, waitingMs);
      const head = Buffer.concat([prologue, yield* line.take(PROLOGUE - 1, settings.characterWaitingMs)]);
      const length = (head[2] ?? 0) + checkLength(settings.crc);
      const rest = yield* line.take(length, settings.characterWaitingMs);
      return decodeBlock(Buffer.concat([head, rest]), settings.crc);
    }).pipe(
      Effect.catchIf(
        ({ code }) => code === 'CardTimeout',
        (fault) =>
          Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
            nowMs >= channel.deadlineMs ? Effect.fail(fault) : Effect.succeed('silence' as const),
          ),
      ),
    );
  }

  /** A request of the card, answered; false when the block is none. */
  private answered(block: Received): Effect.Effect<boolean, ReaderFault> {
    if (typeof block === 'string' || block.kind !== 'S' || block.response || block.what === 'resynch') {
      return Effect.succeed(false);
    }
    const [value = 1] = block.data;
    if (block.what === 'abort') {
      return Effect.zipRight(this.send({ ...block, response: true }), Effect.fail(this.broken('broke the chain off')));
    }
    if (block.what === 'wtx') this.waits = Math.max(1, value);
    else if (value >= 1 && value <= LONGEST_DATA) this.ifsc = value;
    return Effect.as(this.send({ ...block, response: true }), true);
  }

  /** What the card says to a block, its requests for time answered, spoilt blocks asked for again, or an end of it. */
  private reply(said: Block): Effect.Effect<Exclude<Block, { kind: 'S' }>, ReaderFault> {
    const channel = this;
    return Effect.gen(function* () {
      let latest = said;
      yield* channel.send(latest);
      for (let tries = 0; ; ) {
        const got = yield* channel.receive();
        if (yield* channel.answered(got)) continue;
        const block = typeof got === 'string' ? undefined : got;
        if (block !== undefined && block.kind !== 'S' && channel.fits(said, block)) return block;
        if (tries === REPEATS) return yield* channel.resynchronised();
        tries += 1;
        const wanted = block?.kind === 'R' && said.kind === 'I' && block.sequence === said.sequence;
        // It has our block and did not understand what came after, or it was we who did not understand.
        if (wanted) latest = said;
        else if (block?.kind !== 'R') {
          latest = { kind: 'R', sequence: channel.cards, error: got === 'check' ? 'check' : 'other' };
        }
        yield* channel.send(latest);
      }
    });
  }

  /** An I-block with the next number, or the R-block that asks for our next one of a chain. */
  private fits(said: Block, got: Exclude<Block, { kind: 'S' }>): boolean {
    if (got.kind === 'I') return got.sequence === this.cards && !(said.kind === 'I' && said.more);
    return got.kind === 'R' && said.kind === 'I' && said.more && got.error === 'none' && got.sequence !== said.sequence;
  }

  /** Both sides begin at zero again; what was under way is given up, so this always fails. */
  private resynchronised(): Effect.Effect<never, ReaderFault> {
    const channel = this;
    return Effect.gen(function* () {
      for (let tries = 0; tries < RESYNCHS; tries += 1) {
        yield* channel.send({ kind: 'S', what: 'resynch', response: false, data: new Uint8Array() });
        const got = yield* channel.receive();
        if (typeof got === 'string' || got.kind !== 'S' || got.what !== 'resynch' || !got.response) continue;
        channel.ours = 0;
        channel.cards = 0;
        return yield* Effect.fail(channel.broken('understood nothing and was resynchronised'));
      }
      return yield* Effect.fail(channel.broken('understands nothing, not even to begin again'));
    });
  }

  /** One APDU → response data and status word. */
  exchange(apdu: Uint8Array, withinMs: number): Effect.Effect<Uint8Array, ReaderFault> {
    const channel = this;
    return Effect.gen(function* () {
      channel.execution = 'no';
      channel.waits = 1;
      channel.deadlineMs = (yield* Clock.currentTimeMillis) + withinMs;
      let answer = yield* channel.sendAll(apdu);
      const parts: Uint8Array[] = [];
      for (;;) {
        if (answer.kind !== 'I') return yield* Effect.fail(channel.broken('acknowledges what was not chained'));
        parts.push(answer.data);
        channel.cards = flipped(channel.cards);
        if (!answer.more) return Buffer.concat(parts);
        channel.execution = 'yes';
        answer = yield* channel.reply({ kind: 'R', sequence: channel.cards, error: 'none' });
      }
    }).pipe(Effect.mapError((fault) => during(channel.execution)(fault)));
  }

  /** The command in as many blocks as the card needs; the answer to the last one. */
  private sendAll(apdu: Uint8Array): Effect.Effect<Exclude<Block, { kind: 'S' }>, ReaderFault> {
    const channel = this;
    return Effect.gen(function* () {
      let at = 0;
      for (;;) {
        const data = apdu.subarray(at, at + channel.ifsc);
        at += data.length;
        const more = at < apdu.length;
        if (!more) channel.execution = 'unknown';
        const said: Block = { kind: 'I', sequence: channel.ours, more, data };
        channel.ours = flipped(channel.ours);
        const answer = yield* channel.reply(said);
        if (!more) return answer;
      }
    });
  }

  /** Tells the card how long our data field may be; a card that does not agree keeps to 32 bytes. */
  announceLength(withinMs: number): Effect.Effect<void, ReaderFault> {
    const channel = this;
    return Effect.gen(function* () {
      channel.deadlineMs = (yield* Clock.currentTimeMillis) + withinMs;
      yield* channel.send({ kind: 'S', what: 'ifs', response: false, data: Uint8Array.of(LONGEST_DATA) });
      yield* Effect.either(channel.receive()).pipe(
        Effect.flatMap((got) =>
          Either.isLeft(got) && got.left.code !== 'CardTimeout' ? Effect.fail(got.left) : Effect.void,
        ),
      );
    });
  }
}

const flipped = (sequence: 0 | 1): 0 | 1 => (sequence === 0 ? 1 : 0);
