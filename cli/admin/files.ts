import type { Command } from 'commander';
import { sweepFiles } from '../../store/files/gridfs.ts';
import { print } from './answer.ts';
import { adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin files sweep`: what nodes and the housekeeping workflow do by themselves, at once. */
export const addFiles = (tree: Command): void => {
  tree
    .command('files')
    .description('the file store')
    .command('sweep')
    .description('remove half-written files whose writers are dead')
    .action(async () => {
      print(`${await withStores(runningEnv(), adminStores, sweepFiles())} half-written files removed`);
    });
};
