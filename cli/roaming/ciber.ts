import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type CiberProblem, decodeBatch, encodeBatch } from '../../domain/roaming/ciber/batch.ts';
import { decodeCiberRecords, decodeEdition, type Edition } from '../../domain/roaming/ciber/schema.ts';
import { print } from '../admin/answer.ts';
import { EXIT, Failure, say } from '../failure.ts';
import { orFail, readJson } from './documents.ts';

/** `hufu roaming ciber`: CIBER batches to JSON and back, by an edition that is data. */

const editionIn = (path: string): Edition => {
  const edition = orFail(path, decodeEdition(readJson(path)));
  if (!edition.confirmed) say(`the layouts of ${path} are not confirmed: hold them against the partner's edition`);
  return edition;
};

const tell = (problems: ReadonlyArray<CiberProblem>): number => {
  for (const { code, record, field, column, message } of problems) {
    say(`record ${record}, ${field === '' ? '' : `${field}, `}column ${column}: ${code} ${message}`);
  }
  return EXIT.failed;
};

const toJson = (path: string, edition: Edition): number => {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch {
    throw new Failure(`${path} cannot be read.`);
  }
  const { records, problems } = decodeBatch(edition, bytes);
  if (problems.length > 0) return tell(problems);
  print(JSON.stringify(records, null, 2));
  return EXIT.ok;
};

const write = (path: string, out: string, edition: Edition): number => {
  const encoded = encodeBatch(edition, orFail(path, decodeCiberRecords(readJson(path))));
  if (!(encoded instanceof Uint8Array)) return tell(encoded);
  writeFileSync(out, encoded);
  return EXIT.ok;
};

interface Options {
  readonly edition: string;
}

export const addCiber = (tree: Command, exit: (code: number) => void): void => {
  const ciber = tree.command('ciber').description('CIBER batches to JSON and back, checked');
  const withEdition = (command: Command): Command =>
    command.requiredOption('--edition <file>', 'JSON: the layouts, as docs/examples/roaming/ciber-edition.json');
  withEdition(ciber.command('json'))
    .description('check a batch and print its records; what is wrong is told by record, field and column')
    .argument('<batch>')
    .action((batch: string, { edition }: Options) => exit(toJson(batch, editionIn(edition))));
  withEdition(ciber.command('write'))
    .description('write a batch from records in JSON; counts and totals are checked')
    .argument('<records>')
    .argument('<batch>')
    .action((records: string, batch: string, { edition }: Options) => exit(write(records, batch, editionIn(edition))));
};
