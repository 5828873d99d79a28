import type { CommandApdu, ResponseApdu } from './apdu.ts';

/**
 * A talk with a card, as a plain rule: it yields a command, is given the response, and ends with what it found out.
 * Whoever has a reader carries it out; a fault of the reader ends it from outside.
 */
export type Talk<Result> = Generator<CommandApdu, Result, ResponseApdu>;
