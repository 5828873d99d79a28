import { type Command, InvalidArgumentError } from 'commander';
import { Cause, Effect, Exit } from 'effect';
import { openReader, parseReaderAddress, type ReaderAddress } from '../../devices/card-reader/address.ts';
import type { CardReader, ReaderFault } from '../../devices/card-reader/port.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { Failure, say } from '../failure.ts';

const addressOf = (text: string): ReaderAddress => {
  const address = parseReaderAddress(text);
  if (isRefusal(address)) throw new InvalidArgumentError(address.message);
  return address;
};

export const withReader = (command: Command): Command =>
  command.requiredOption(
    '--reader <address>',
    'serial:PATH?baud=9600&reset=rts|dtr|open&echo=on|off, modem:PATH?access=csim|crsm, vpcd:PORT, pcsc:NAME',
    addressOf,
  );

const TODO: Readonly<Record<string, string>> = {
  ReaderUnavailable: 'Is it plugged in, may you open it, and has nobody else opened it?',
  CardAbsent: 'Put a card in, and look whether its contacts are clean.',
};

/** Does it with the reader. @throws Failure in the words of the fault. */
export const useReader = async <A>(
  address: ReaderAddress,
  use: (reader: CardReader) => Effect.Effect<A, ReaderFault>,
): Promise<A> => {
  const opened = openReader(address, (port) => say(`waiting for a card to dial in on port ${port}`));
  const exit = await Effect.runPromiseExit(Effect.scoped(Effect.flatMap(opened, use)));
  if (Exit.isSuccess(exit)) return exit.value;
  const failure = Cause.failureOption(exit.cause);
  if (failure._tag === 'None') throw Cause.squash(exit.cause);
  const { message, code, execution } = failure.value;
  const done = { no: [], unknown: ['Whether the card has done the last command is not known.'], yes: [] }[execution];
  throw new Failure(`${message} (${code})`, ...done, ...(TODO[code] === undefined ? [] : [TODO[code]]));
};
