import { Clock, Effect } from 'effect';
import { during, readerFault } from '../faults.ts';
import type { Execution, ReaderFault } from '../port.ts';
import type { CharacterLine } from './character-line.ts';

/**
 * The character protocol T=0 (ISO 7816-3 §10): five bytes of header, then procedure bytes of the card say what goes next,
 * until a status word. A command of T=0 has data in one direction only.
 */

const NULL = 0x60;
const HEADER = 5;

export interface T0Times {
  /** The work waiting time: the card says something at least this often. */
  readonly waitingMs: number;
  /** The whole exchange. */
  readonly withinMs: number;
}

const isSw1 = (byte: number): boolean => byte !== NULL && ((byte & 0xf0) === 0x60 || (byte & 0xf0) === 0x90);

/** Until the last byte of a command with data is out the card cannot execute it; after that nobody knows. */
class Course {
  private readonly line: CharacterLine;
  private readonly data: Uint8Array;
  private readonly expected: number;
  private sent = 0;
  readonly received: Uint8Array[] = [];
  private got = 0;

  constructor(line: CharacterLine, command: Uint8Array) {
    this.line = line;
    this.data = command.subarray(HEADER);
    // P3 is Le of a command without data, where 0 asks for 256; without an answer the card sends its status at once.
    this.expected = this.data.length > 0 ? 0 : (command[4] ?? 0) || 256;
  }

  get execution(): Execution {
    return this.data.length > 0 && this.sent < this.data.length ? 'no' : 'unknown';
  }

  /** All that is left, or one byte. */
  transfer(all: boolean, waitingMs: number): Effect.Effect<void, ReaderFault> {
    const course = this;
    return Effect.gen(function* () {
      if (course.data.length > 0) {
        const rest = course.data.subarray(course.sent, all ? undefined : course.sent + 1);
        if (rest.length === 0) return yield* Effect.fail(course.outOfPlace('asks for more than the command has'));
        // Once it is handed to the line it may arrive, whatever the line says afterwards.
        course.sent += rest.length;
        return yield* course.line.send(rest);
      }
      const count = all ? course.expected - course.got : 1;
      if (course.got + count > course.expected || count === 0) {
        return yield* Effect.fail(course.outOfPlace('sends more than was asked for'));
      }
      course.received.push(yield* course.line.take(count, waitingMs));
      course.got += count;
    });
  }

  outOfPlace(what: string): ReaderFault {
    return readerFault('ProtocolError', `the card on ${this.line.name} ${what} (T=0).`);
  }
}

/** One command TPDU (five bytes, or five bytes and data) → response data and status word. */
export const exchangeT0 = (
  line: CharacterLine,
  command: Uint8Array,
  { waitingMs, withinMs }: T0Times,
): Effect.Effect<Uint8Array, ReaderFault> => {
  const course = new Course(line, command);
  const ins = command[1] ?? 0;
  return Effect.gen(function* () {
    const deadlineMs = (yield* Clock.currentTimeMillis) + withinMs;
    yield* line.discard;
    yield* line.send(command.subarray(0, HEADER));
    for (;;) {
      const leftMs = deadlineMs - (yield* Clock.currentTimeMillis);
      if (leftMs <= 0) {
        return yield* Effect.fail(
          readerFault('CardTimeout', `the card on ${line.name} asks for time without end (T=0).`),
        );
      }
      const [procedure = NULL] = yield* line.take(1, Math.min(waitingMs, leftMs));
      if (procedure === NULL) continue;
      if (isSw1(procedure)) {
        const sw2 = yield* line.take(1, waitingMs);
        return Buffer.concat([...course.received, Uint8Array.of(procedure), sw2]);
      }
      if (procedure === ins) yield* course.transfer(true, waitingMs);
      else if (procedure === (ins ^ 0xff)) yield* course.transfer(false, waitingMs);
      else {
        const byte = procedure.toString(16).padStart(2, '0');
        return yield* Effect.fail(course.outOfPlace(`sent ${byte}, which is no procedure byte here`));
      }
    }
  }).pipe(Effect.mapError((fault) => during(course.execution)(fault)));
};
