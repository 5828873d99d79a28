import { Command, CommanderError } from 'commander';
import { EXIT } from './failure.ts';

/** Adds a command to a tree; `exit` says how the process is to end, when it is not well. */
export type AddCommand = (tree: Command, exit: (code: number) => void) => void;

/** `hufu NAME WORDS`: the words go to whichever of the commands they name. @returns the exit code */
export const runTree = async (
  name: string,
  words: readonly string[],
  adds: ReadonlyArray<AddCommand>,
): Promise<number> => {
  const tree = new Command(`hufu ${name}`).showHelpAfterError().exitOverride();
  let code: number = EXIT.ok;
  for (const add of adds) {
    add(tree, (one) => {
      code = one;
    });
  }
  try {
    await tree.parseAsync(words, { from: 'user' });
    return code;
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    return cause.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
};
