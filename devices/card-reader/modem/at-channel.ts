import { Clock, Effect, Option, Stream } from 'effect';
import type { Fault } from '../../../domain/kernel/refusal.ts';
import { incomingWithin, type Link } from '../../link/link.ts';
import { linkFault, readerFault } from '../faults.ts';
import type { ReaderFault } from '../port.ts';
import { cmeFault } from './cme-error.ts';

/**
 * AT commands (ITU-T V.250, 3GPP TS 27.007) to a modem: a line goes out; lines come back until a final result code. The
 * echo of the command and what the modem says unasked stand between them. An answer that was given up may come later, and
 * must not be taken for the next one: the modem is asked `AT` until it is quiet.
 */

const FINAL = /^(?:OK|ERROR|\+CME ERROR:.*|NO CARRIER)$/;
/** A result code of its own, or a line of hex that goes on from the one before. */
const LONGEST_LINE = 4_096;
const PROBE_MS = 1_000;
const QUIET_MS = 200;
const SETTLE_MS = 20_000;

export class AtChannel {
  readonly name: string;
  readonly link: Link;
  private text = '';
  private behind = true;

  constructor(link: Link) {
    this.link = link;
    this.name = `modem on ${link.name}`;
  }

  private line(silenceMs: number): Effect.Effect<string, Fault | ReaderFault> {
    return Effect.suspend(() => {
      const end = this.text.search(/[\r\n]/);
      if (end >= 0) {
        const line = this.text.slice(0, end).trim();
        this.text = this.text.slice(end + 1);
        return line === '' ? this.line(silenceMs) : Effect.succeed(line);
      }
      // Noise without an end of line is not kept for ever.
      if (this.text.length > LONGEST_LINE) this.text = '';
      return Effect.flatMap(Stream.runHead(incomingWithin(this.link, silenceMs)), (chunk) => {
        if (Option.isNone(chunk)) return Effect.fail(readerFault('ReaderGone', `${this.name} was closed here.`));
        this.text += Buffer.from(chunk.value).toString('latin1');
        return this.line(silenceMs);
      });
    });
  }

  private say(command: string): Effect.Effect<void, ReaderFault> {
    return Effect.mapError(this.link.write(Buffer.from(`${command}\r`, 'latin1')), linkFault('unknown'));
  }

  /** Lines of an answer without the echo, and its final result code. */
  private answer(
    command: string,
    withinMs: number,
  ): Effect.Effect<{ readonly lines: readonly string[]; readonly final: string }, Fault | ReaderFault> {
    const channel = this;
    return Effect.gen(function* () {
      const deadlineMs = (yield* Clock.currentTimeMillis) + withinMs;
      const lines: string[] = [];
      for (;;) {
        const leftMs = Math.max(1, deadlineMs - (yield* Clock.currentTimeMillis));
        const line = yield* channel.line(leftMs);
        if (line === command) continue;
        if (FINAL.test(line)) return { lines, final: line };
        lines.push(line);
      }
    });
  }

  /** Until an `AT` was answered and nothing follows. Modems that are busy do not even hear it. */
  private settled(): Effect.Effect<void, ReaderFault> {
    const channel = this;
    const late = (fault: Fault): boolean => fault.code === 'LinkTimeout';
    const quiet = Effect.forever(channel.line(QUIET_MS)).pipe(Effect.catchIf(late, () => Effect.void));
    return Effect.gen(function* () {
      const deadlineMs = (yield* Clock.currentTimeMillis) + SETTLE_MS;
      while ((yield* Clock.currentTimeMillis) < deadlineMs) {
        yield* channel.say('AT');
        const heard = yield* channel.answer('AT', PROBE_MS).pipe(
          Effect.as(true),
          Effect.catchIf(late, () => Effect.succeed(false)),
        );
        if (!heard) continue;
        yield* quiet;
        channel.text = '';
        channel.behind = false;
        return;
      }
      yield* channel.link.close;
      return yield* Effect.fail(readerFault('ReaderGone', `${channel.name} does not answer AT.`));
    }).pipe(Effect.mapError(toReader('no')));
  }

  /**
   * The lines of the answer that begin with `prefix` (with what follows it in lines of their own), once the modem has
   * said OK. Its errors are faults.
   */
  ask(command: string, prefix: string, withinMs: number): Effect.Effect<readonly string[], ReaderFault> {
    const channel = this;
    return Effect.gen(function* () {
      if (channel.behind) yield* channel.settled();
      channel.behind = true;
      yield* channel.say(command);
      const { lines, final } = yield* Effect.mapError(channel.answer(command, withinMs), toReader('unknown'));
      channel.behind = false;
      if (final !== 'OK')
        return yield* Effect.fail(cmeFault(channel.name, final.replace(/^(?:ERROR|\+CME ERROR:)/, '')));
      const at = lines.findIndex((line) => line.startsWith(prefix));
      return prefix === '' || at < 0 ? [] : [(lines[at] ?? '').slice(prefix.length).trim(), ...lines.slice(at + 1)];
    });
  }
}

const toReader =
  (execution: 'no' | 'unknown') =>
  (fault: Fault | ReaderFault): ReaderFault =>
    'execution' in fault ? fault : linkFault(execution)(fault);
