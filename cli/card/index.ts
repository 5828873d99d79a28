import { addBatch } from '../card-service/batch.ts';
import { runTree } from '../command-tree.ts';
import { addExport } from './export.ts';
import { addRead } from './read.ts';
import { addSimulate } from './simulate.ts';
import { addVerify } from './verify.ts';
import { addWrite } from './write.ts';

/** `hufu card …`: a card in a reader of this machine, and cards that are simulated. Only `batch` needs a server. */
export const card = (words: readonly string[]): Promise<number> =>
  runTree('card', words, [addRead, addExport, addWrite, addVerify, addBatch, addSimulate]);
