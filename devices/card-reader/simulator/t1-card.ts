import { Effect } from 'effect';
import type { Fault } from '../../../domain/kernel/refusal.ts';
import { type Block, checkLength, decodeBlock, encodeBlock, PROLOGUE } from '../serial/t1-block.ts';
import type { SimulatedCard } from './simulated-card.ts';
import type { Wire } from './smart-mouse-card.ts';

export interface T1Manners {
  /** T=1: asks for so many waiting times before each answer. */
  readonly waits?: number;
  /** T=1: spoils every n-th block that it sends. */
  readonly spoilEvery?: number;
  /** T=1: takes every n-th block that it gets for a spoilt one. */
  readonly deafEvery?: number;
  /** T=1: answers in pieces of so many bytes. */
  readonly pieces?: number;
}

const CHARACTER_MS = 1_000;
const NOTHING = new Uint8Array();
const OUR_PIECE = 32;

const flipped = (sequence: 0 | 1): 0 | 1 => (sequence === 0 ? 1 : 0);

/** The card's side of T=1 (ISO 7816-3 §11). */
export class T1Card {
  private readonly card: SimulatedCard;
  private readonly manners: T1Manners;
  private readonly wire: Wire;
  private readonly crc: boolean;
  private ours: 0 | 1 = 0;
  private readers: 0 | 1 = 0;
  private command: Uint8Array = NOTHING;
  /** What is left of the answer. */
  private answer: Uint8Array = NOTHING;
  private last: Block = { kind: 'R', sequence: 0, error: 'none' };
  private sent = 0;
  private got = 0;

  constructor(card: SimulatedCard, manners: T1Manners, wire: Wire, crc: boolean) {
    this.card = card;
    this.manners = manners;
    this.wire = wire;
    this.crc = crc;
  }

  private send(block: Block): Effect.Effect<void, Fault> {
    // A complaint is not repeated; what it is about is.
    if (block.kind !== 'R' || block.error === 'none') this.last = block;
    this.sent += 1;
    const bytes = encodeBlock(block, this.crc);
    const { spoilEvery } = this.manners;
    if (spoilEvery !== undefined && this.sent % spoilEvery === 0) bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 0x55;
    return this.wire.write(bytes);
  }

  private receive(first: Uint8Array): Effect.Effect<Block | 'check' | 'other', Fault> {
    const { wire, crc, manners } = this;
    this.got += 1;
    const deaf = manners.deafEvery !== undefined && this.got % manners.deafEvery === 0;
    return Effect.gen(function* () {
      const head = Buffer.concat([first, yield* wire.bytes.take(PROLOGUE - 1, CHARACTER_MS)]);
      const rest = yield* wire.bytes.take((head[2] ?? 0) + checkLength(crc), CHARACTER_MS);
      return deaf ? 'check' : decodeBlock(Buffer.concat([head, rest]), crc);
    });
  }

  private nextPiece(): Effect.Effect<void, Fault> {
    const length = this.manners.pieces ?? OUR_PIECE;
    const data = this.answer.subarray(0, length);
    this.answer = this.answer.subarray(length);
    const block: Block = { kind: 'I', sequence: this.ours, more: this.answer.length > 0, data };
    this.ours = flipped(this.ours);
    return this.send(block);
  }

  /** One block of the reader, from its first byte on; true when the card was taken out. */
  serve(first: Uint8Array): Effect.Effect<boolean, Fault> {
    const self = this;
    return Effect.gen(function* () {
      const block = yield* self.receive(first);
      if (typeof block === 'string') {
        yield* self.send({ kind: 'R', sequence: self.readers, error: block });
        return false;
      }
      if (block.kind === 'S') {
        yield* self.supervised(block);
        return false;
      }
      if (block.kind === 'R') {
        yield* self.asked(block);
        return false;
      }
      if (block.sequence !== self.readers) {
        yield* self.send(self.last);
        return false;
      }
      self.readers = flipped(self.readers);
      self.command = Buffer.concat([self.command, block.data]);
      if (block.more) {
        yield* self.send({ kind: 'R', sequence: self.readers, error: 'none' });
        return false;
      }
      return yield* self.execute();
    });
  }

  /** For the next piece, for the last block again, or for an answer to a command that never arrived whole. */
  private asked({ sequence, error }: Extract<Block, { kind: 'R' }>): Effect.Effect<void, Fault> {
    const { last } = this;
    if (last.kind !== 'I') return this.send(last);
    if (last.more && error === 'none' && sequence === this.ours) return this.nextPiece();
    return this.send(sequence === last.sequence ? last : { kind: 'R', sequence: this.readers, error: 'none' });
  }

  private supervised(block: Extract<Block, { kind: 'S' }>): Effect.Effect<void, Fault> {
    // The answer to a request for time of ours.
    if (block.response) return Effect.void;
    if (block.what === 'resynch') {
      this.ours = 0;
      this.readers = 0;
      this.command = NOTHING;
      this.answer = NOTHING;
    }
    return this.send({ ...block, response: true });
  }

  private execute(): Effect.Effect<boolean, Fault> {
    const self = this;
    return Effect.gen(function* () {
      for (let no = 0; no < (self.manners.waits ?? 0); no += 1) {
        const request: Block = { kind: 'S', what: 'wtx', response: false, data: Uint8Array.of(2) };
        yield* self.wire.write(encodeBlock(request, self.crc));
        yield* self.receive(yield* self.wire.bytes.take(1, 2 * CHARACTER_MS));
      }
      const command = self.command;
      self.command = NOTHING;
      const answer = yield* self.card.command(command);
      if (answer === 'removed') return true;
      self.answer = answer;
      yield* self.nextPiece();
      return false;
    });
  }
}
