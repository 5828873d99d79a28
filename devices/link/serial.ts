import { Effect, type Scope } from 'effect';
import { SerialPort } from 'serialport';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { endOnHangUp } from './hang-up.ts';
import { type Link, linkOver, type SerialLink, serialFault, unavailable, type WriteOptions } from './link.ts';

/** Links over serial lines (RS-232, RS-485, USB adapters), through `serialport`. A line is opened by one process. */

export interface SerialOptions extends WriteOptions {
  /** `/dev/ttyUSB0`, better `/dev/serial/by-id/…`, which stays the same when it is plugged in elsewhere. */
  readonly path: string;
  readonly baudRate: number;
  /** Default 8 data bits, no parity, 1 stop bit: what most devices speak. */
  readonly dataBits?: 5 | 6 | 7 | 8;
  readonly parity?: 'none' | 'even' | 'odd';
  readonly stopBits?: 1 | 1.5 | 2;
  /** Hardware flow control: without it a peer that is held back loses bytes. Default false. */
  readonly rtscts?: boolean;
}

const opened = (name: string, options: SerialOptions): Effect.Effect<SerialPort, Fault> =>
  Effect.async((resume) => {
    const { writeTimeoutMs: _, ...line } = options;
    const port = new SerialPort({ ...line, autoOpen: false });
    port.open((error) => {
      if (error === null) {
        endOnHangUp(port);
        resume(Effect.succeed(port));
      } else resume(Effect.fail(unavailable(name, error.message.replace(/^Error:? ?/, ''))));
    });
  });

/** Node's callbacks of a serial port as an effect. */
const asked = <Answer>(
  link: Link,
  what: string,
  ask: (answered: (error: Error | null, answer?: Answer) => void) => void,
): Effect.Effect<Answer | undefined, Fault> =>
  Effect.async((resume) => {
    ask((error, answer) => {
      if (error === null) resume(Effect.succeed(answer));
      else resume(Effect.fail(serialFault(link.name, what, error.message)));
    });
  });

const withLines = (link: Link, port: SerialPort): SerialLink => ({
  ...link,
  set: (lines) => Effect.asVoid(asked(link, 'set its lines', (answered) => port.set(lines, answered))),
  get: Effect.map(
    asked<{ cts: boolean; dsr: boolean; dcd: boolean }>(link, 'say how its lines are', (answered) =>
      port.get(answered),
    ),
    (lines) => lines ?? { cts: false, dsr: false, dcd: false },
  ),
  // What was written before goes out at the old speed.
  setBaudRate: (baudRate) =>
    Effect.zipRight(
      asked(link, 'send what it had', (answered) => port.drain(answered)),
      Effect.asVoid(asked(link, `go on at ${baudRate} baud`, (answered) => port.update({ baudRate }, answered))),
    ),
});

/** Opens and locks the line. Fails with `LinkUnavailable` when there is none, or another process has it. */
export const openSerial = (options: SerialOptions): Effect.Effect<SerialLink, Fault, Scope.Scope> =>
  Effect.uninterruptible(
    Effect.gen(function* () {
      const name = `serial ${options.path}`;
      const port = yield* opened(name, options);
      const shut = (): Promise<void> =>
        new Promise((resolve) => {
          // Already closed, as after unplugging: then there is nothing to close.
          if (port.isOpen) port.close(() => resolve());
          else resolve();
        });
      return withLines(yield* linkOver(name, port, shut, options), port);
    }),
  );
