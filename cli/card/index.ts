import { Command, CommanderError } from 'commander';
import { EXIT } from '../failure.ts';
import { addExport } from './export.ts';
import { addRead } from './read.ts';
import { addSimulate } from './simulate.ts';
import { addVerify } from './verify.ts';

/** `hufu card …`: a card in a reader of this machine, and cards that are simulated. Needs no server. */
export const card = async (words: readonly string[]): Promise<number> => {
  const tree = new Command('hufu card').showHelpAfterError().exitOverride();
  let code: number = EXIT.ok;
  const exit = (one: number): void => {
    code = one;
  };
  for (const add of [addRead, addExport, addVerify, addSimulate]) add(tree, exit);
  try {
    await tree.parseAsync(words, { from: 'user' });
    return code;
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    return cause.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
};
