import { type Command, InvalidArgumentError } from 'commander';
import { FORMATS, type FormatName } from '../../domain/roaming/codec/grammar.ts';
import { type AddCommand, runTree } from '../command-tree.ts';
import { checkAsJson, checkFile } from './check.ts';
import { factsFor } from './facts.ts';
import { encodeJson, printJson } from './json.ts';
import { type RapArguments, rapFile } from './rap.ts';

const formatOf = (text: string): FormatName => {
  const format = FORMATS.find((one) => one === text);
  if (format === undefined) throw new InvalidArgumentError(`one of ${FORMATS.join(', ')}`);
  return format;
};

interface Options {
  readonly as?: FormatName;
  readonly facts?: string;
  readonly json?: boolean;
}

const sequenceOf = (text: string): number => {
  const sequence = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (sequence === 0) throw new InvalidArgumentError('1 to 99999');
  return sequence;
};

const offsetOf = (text: string): string => {
  if (!/^[+-]\d{4}$/.test(text)) throw new InvalidArgumentError('+hhmm or -hhmm');
  return text;
};

const withFormat = (command: Command): Command =>
  command.option('--as <format>', 'take this format for granted, whatever version the file names', formatOf);
const withFacts = (command: Command): Command =>
  withFormat(command).option('--facts <json>', 'what the file does not say: history, agreement, edition');

const addChecks: AddCommand = (tree, exit) => {
  withFacts(tree.command('check'))
    .description(
      'structure, and for TAP every rule of TD.57; 0 nothing found, 1 remarks or warnings, 2 cannot be read, 3 records go back, 4 the file goes back',
    )
    .option('--json', 'as JSON, a finding on a line')
    .argument('<file>')
    .action(async (file: string, { as, facts, json }: Options) => {
      exit(await (json === true ? checkAsJson : checkFile)(file, as, await factsFor(file, facts)));
    });
  withFacts(tree.command('rap'))
    .description(
      'check a TAP file and write the RAP file that returns what is wrong; 0 or 1 nothing goes back, 3, 4 as for check',
    )
    .argument('<file>')
    .requiredOption('--sequence <number>', 'of the RAP file', sequenceOf)
    .option('--out <directory>', 'where to', '.')
    .option('--utc <offset>', 'of the times that are written', offsetOf, '+0000')
    .option('--note <text...>', 'operator specific information, in the file and in each return', [])
    .action(async (file: string, { as, facts, ...options }: Options & RapArguments) => {
      exit(await rapFile(file, as, await factsFor(file, facts), options));
    });
};

const addForms: AddCommand = (tree, exit) => {
  withFormat(tree.command('json'))
    .description('print a file as JSON, by the field names of its standard; 2 when it is refused, and JSON says why')
    .argument('<file>')
    .action(async (file: string, { as }: Options) => {
      exit(await printJson(file, as));
    });
  tree
    .command('encode')
    .description('write the file that JSON from `hufu tap json` describes; 2 when it is refused')
    .argument('<json>')
    .requiredOption('--out <file>', 'where to')
    .action(async (json: string, { out }: { readonly out: string }) => {
      exit(await encodeJson(json, out));
    });
};

/** `hufu tap …`: files of TAP, RAP and NRTRDE, without any server. */
export const tap = (words: readonly string[]): Promise<number> => runTree('tap', words, [addChecks, addForms]);
