import { Command, CommanderError } from 'commander';
import { EXIT } from '../failure.ts';
import { addActor } from './actor.ts';
import { addAlerts } from './alerts.ts';
import { addAudit } from './audit.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addFiles } from './files.ts';
import { addKeys } from './keys.ts';
import { addMigrate } from './migrate.ts';
import { addNodes } from './nodes.ts';
import { addRebuild } from './rebuild.ts';
import { addToken } from './token.ts';

/**
 * `hufu admin …`: a file per topic, each adding its commands to the tree. A command that reaches the stores takes them
 * from the environment, or else from the run of this checkout (`runningEnv`). Actions return nothing; they throw.
 */
const topics: ReadonlyArray<(tree: Command) => void> = [
  addActor,
  addAlerts,
  addAudit,
  addDeadLetters,
  addFiles,
  addKeys,
  addMigrate,
  addNodes,
  addRebuild,
  addToken,
];

export const admin = async (words: readonly string[]): Promise<number> => {
  const tree = new Command('hufu admin').showHelpAfterError().exitOverride();
  for (const add of topics) add(tree);
  try {
    await tree.parseAsync(words, { from: 'user' });
    return EXIT.ok;
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    return cause.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
};
