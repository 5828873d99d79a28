import { Effect } from 'effect';
import { readerFault } from '../faults.ts';
import type { ReaderFault } from '../port.ts';
import type { AtChannel } from './at-channel.ts';

/** `+CSIM: <length>,"<hex>"`, the hex perhaps without quotes or going on in the next lines. */
const answerOf = (lines: readonly string[]): Uint8Array | undefined => {
  const [first = '', ...more] = lines;
  const found = /^(\d+) *, *"?([0-9A-Fa-f]*)"?$/.exec(first);
  if (found === null) return undefined;
  const length = Number(found[1]);
  let hex = found[2] ?? '';
  for (const line of more) {
    if (hex.length >= length) break;
    // What the modem says unasked in between is no hex.
    if (/^[0-9A-Fa-f]+"?$/.test(line)) hex += line.replace('"', '');
  }
  return hex.length === length && length % 2 === 0 && length >= 4 ? Buffer.from(hex, 'hex') : undefined;
};

/** One command through `AT+CSIM` (TS 27.007 §8.17). */
export const genericAccess = (
  at: AtChannel,
  command: Uint8Array,
  withinMs: number,
): Effect.Effect<Uint8Array, ReaderFault> => {
  const hex = Buffer.from(command).toString('hex').toUpperCase();
  return Effect.flatMap(at.ask(`AT+CSIM=${hex.length},"${hex}"`, '+CSIM:', withinMs), (lines) => {
    const answer = answerOf(lines);
    return answer === undefined
      ? Effect.fail(readerFault('ProtocolError', `${at.name} said OK to AT+CSIM, and no answer that fits.`, 'unknown'))
      : Effect.succeed(answer);
  });
};
