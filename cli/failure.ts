/**
 * Something that the person at the keyboard can put right. `main.ts` prints the message and what to do, without a stack;
 * anything else that is thrown is a bug and shows its stack.
 */
export class Failure extends Error {
  readonly todo: readonly string[];
  constructor(message: string, ...todo: readonly string[]) {
    super(message);
    this.todo = todo;
  }
}

/** Exit codes, as in sysexits.h where one fits. */
export const EXIT = { ok: 0, failed: 1, usage: 64, badData: 65, unavailable: 69, software: 70 } as const;

/** A line for the person who waits. Progress goes to the error stream: the output stream is the command's result. */
export const say = (line: string): void => {
  process.stderr.write(`hufu: ${line}\n`);
};
