import { runTree } from '../command-tree.ts';
import { addCdr } from './cdr.ts';
import { addCiber } from './ciber.ts';
import { addRate } from './rate.ts';

/** `hufu roaming …`: roaming on files of this machine. Needs no server. */
export const roaming = (words: readonly string[]): Promise<number> =>
  runTree('roaming', words, [addRate, addCiber, addCdr]);
