import { type AddCommand, runTree } from '../command-tree.ts';
import { addActor } from './actor.ts';
import { addAlerts } from './alerts.ts';
import { addAudit } from './audit.ts';
import { addBackups } from './backups.ts';
import { addBlankCards } from './blank-cards.ts';
import { addClearingCases } from './cases.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addFiles } from './files.ts';
import { addFinance } from './finance.ts';
import { addKeys } from './keys.ts';
import { addMandates } from './mandates.ts';
import { addMigrate } from './migrate.ts';
import { addNodes } from './nodes.ts';
import { addReaders } from './readers.ts';
import { addRebuild } from './rebuild.ts';
import { addReratings } from './reratings.ts';
import { addRoaming } from './roaming.ts';
import { addRoamingFiles } from './roaming-files.ts';
import { addStatistics } from './statistics.ts';
import { addStock } from './stock.ts';
import { addSubscribers } from './subscribers.ts';
import { addTerms } from './terms.ts';
import { addThresholds } from './thresholds.ts';
import { addToken } from './token.ts';
import { addWrites } from './writes.ts';

/**
 * `hufu admin …`: a file per topic, each adding its commands to the tree. A command that reaches the stores takes them
 * from the environment, or else from the run of this checkout (`runningEnv`). Actions return nothing; they throw.
 */
const topics: ReadonlyArray<AddCommand> = [
  addActor,
  addAlerts,
  addAudit,
  addBackups,
  addDeadLetters,
  addFiles,
  addKeys,
  addMandates,
  addMigrate,
  addNodes,
  addReaders,
  addRebuild,
  addRoaming,
  addRoamingFiles,
  addReratings,
  addFinance,
  addClearingCases,
  addStatistics,
  addStock,
  addSubscribers,
  addTerms,
  addThresholds,
  addToken,
  addWrites,
  addBlankCards,
];

export const admin = (words: readonly string[]): Promise<number> => runTree('admin', words, topics);
