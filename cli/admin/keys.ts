import { type Command, InvalidArgumentError } from 'commander';
import { Effect, Layer } from 'effect';
import { ALL_PURPOSES, type KeyPurpose } from '../../store/keys/key-files.ts';
import { type KeyLine, keyRingConfig, listKeys, rotate } from '../../store/keys/key-ring.ts';
import { print, printList, wholeNumber } from './answer.ts';
import { runningEnv, withStores } from './stores.ts';

/** `hufu admin keys …`: the versions in `HUFU_KEY_DIR`, never the keys themselves. Needs no server. */

const directory = Effect.map(keyRingConfig, (config) => config.directory);

const purposeOf = (text: string): KeyPurpose => {
  const purpose = ALL_PURPOSES.find((one) => one === text);
  if (purpose === undefined) throw new InvalidArgumentError(`one of ${ALL_PURPOSES.join(', ')}`);
  return purpose;
};

const columns = {
  id: (line: KeyLine) => line.id,
  standing: (line: KeyLine) => line.standing,
  made: (line: KeyLine) => line.createdAt,
  'written with from': (line: KeyLine) => line.writeFrom,
};

export const addKeys = (tree: Command): void => {
  const keys = tree.command('keys').description('the keys of this installation');
  keys
    .command('list')
    .description('every version, without the key')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { readonly json?: boolean }) => {
      printList(await withStores(runningEnv(), Layer.empty, Effect.flatMap(directory, listKeys)), json, columns);
    });
  keys
    .command('rotate')
    .description('make the next version of a key; the old ones stay, to read with')
    .argument('<purpose>', ALL_PURPOSES.join(', '), purposeOf)
    .option('--after <ms>', 'write with it only after so many milliseconds', wholeNumber, 0)
    .option('--json', 'the new version as JSON')
    .action(async (purpose: KeyPurpose, { after, json }: { readonly after: number; readonly json?: boolean }) => {
      const run = Effect.flatMap(directory, (path) => rotate(path, purpose, after));
      const line = await withStores(runningEnv(), Layer.empty, run);
      if (json === true) print(JSON.stringify(line));
      else print(`${line.id} made; written with from ${line.writeFrom}`);
    });
};
