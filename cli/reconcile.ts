import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { errorFile, errorRow } from '../domain/mandates/reconciliation/error-file.ts';
import { imbalancesOf } from '../domain/mandates/reconciliation/file.ts';
import { DEFAULT_RULES } from '../domain/mandates/reconciliation/rules.ts';
import { type Balance, parseRules, type Rules } from '../domain/mandates/reconciliation/schema.ts';
import {
  type ComparedFiles,
  compareFiles,
  type DifferenceFound,
  writeCarried,
} from '../store/mandates/compare-files.ts';
import { print } from './admin/answer.ts';
import { EXIT, Failure } from './failure.ts';
import { isDetail, reconcileDetails, tellProblems } from './reconcile-details.ts';

/**
 * `hufu reconcile`: a partner's file held against ours, on files of this machine alone: of mandates, or the detail of a
 * roaming statement, as the files themselves say. Ends with 0 when nothing differs and both sides add up, 1 when something
 * does not, 65 when a file is not fit to be compared.
 */

interface Options {
  readonly rules?: string;
  readonly differences: string;
  readonly errorFile?: string;
  readonly carriedHere?: string;
  readonly carriedThere?: string;
  readonly carryHere?: string;
  readonly carryThere?: string;
  readonly json?: boolean;
}

const rulesOf = (path: string | undefined): Rules => {
  if (path === undefined) return DEFAULT_RULES;
  const rules = parseRules(readFileSync(path, 'utf8'));
  if (typeof rules === 'string') throw new Failure(`${path}: ${rules}`, 'docs/partners/mandate-files.md shows rules.');
  return rules;
};

const COLUMNS = 'class|action|because|text|ageDays|columns|code|lineOurs|lineTheirs|bank|agreement';

/** One line each; no number, no account and no terms. */
const lineOf = (found: DifferenceFound): string => {
  const { class: name, action, because, text, ageDays, columns, code, lineHere, lineThere, here, there } = found;
  const row = here ?? there;
  return [
    name,
    action,
    because ?? '',
    text ?? '',
    ageDays,
    columns.join(','),
    code ?? '',
    lineHere,
    lineThere,
    row?.bank ?? '',
    row?.agreement ?? '',
  ].join('|');
};

const tell = (side: string, { opening, opened, cancelled, closing }: Balance): string =>
  `${side}: opening ${opening} + opened ${opened} - cancelled ${cancelled} = closing ${closing}`;

const write = async (compared: ComparedFiles, options: Options): Promise<void> => {
  const { scope, differences } = compared;
  const text = [COLUMNS, ...differences.map(lineOf)].map((line) => `${line}\n`).join('');
  await writeFile(options.differences, text, { mode: 0o600 });
  if (options.errorFile !== undefined) {
    const rows = differences.flatMap((found) => {
      if (found.action !== 'write') return [];
      const row = errorRow({ ...found, run: '', numberKey: null }, found.here);
      return row === undefined ? [] : [row];
    });
    await writeFile(options.errorFile, errorFile(scope, 1, rows).bytes, { mode: 0o600 });
  }
  if (options.carryHere !== undefined) await writeCarried(options.carryHere, compared, 'here');
  if (options.carryThere !== undefined) await writeCarried(options.carryThere, compared, 'there');
};

const run = async (ours: string, theirs: string, options: Options): Promise<number> => {
  const rules = rulesOf(options.rules);
  const scratch = await mkdtemp(join(tmpdir(), 'hufu-reconcile-'));
  try {
    if (await isDetail(theirs)) return await reconcileDetails({ ours, theirs, scratch }, options);
    const { carriedHere, carriedThere } = options;
    const compared = await compareFiles({
      ours,
      theirs,
      carriedHere,
      carriedThere,
      rules,
      scratch,
      report: join(scratch, 'report'),
    });
    if ('side' in compared) {
      tellProblems(compared.side === 'ours' ? ours : theirs, compared.problems, options.json);
      return EXIT.badData;
    }
    const { counts, balanceHere, balanceThere, total } = compared;
    const imbalances = [
      ...imbalancesOf('Ours', balanceHere, undefined),
      ...imbalancesOf('Theirs', balanceThere, undefined),
    ];
    await write(compared, options);
    if (options.json === true) print(JSON.stringify({ ...compared, differences: total, imbalances }));
    else {
      for (const [name, count] of Object.entries(counts)) print(`${name} ${count}`);
      print(tell('ours', balanceHere));
      print(tell('theirs', balanceThere));
      for (const imbalance of imbalances) print(imbalance);
      if (total > rules.most) print(`TooManyDifferences: more than ${rules.most}; none is written`);
    }
    return total === 0 && imbalances.length === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    await rm(scratch, { recursive: true });
  }
};

export const reconcile = async (words: readonly string[]): Promise<number> => {
  let code: number = EXIT.ok;
  const command = new Command('hufu reconcile')
    .description(
      'hold a partner’s file against ours: mandates of a bank or a province (docs/partners/mandate-files.md), or the ' +
        'detail of a roaming statement (docs/roaming-settlement.md)',
    )
    .argument('<ours>', 'our file of the day, the month or the period')
    .argument('<theirs>', 'the file of the partner')
    .option('--rules <file>', 'what becomes of which difference; JSON (default: the rules of the house)')
    .option('--differences <file>', 'where the differences are written', 'differences.txt')
    .option('--error-file <file>', 'where the error-handling file of a province is written')
    .option('--carried-here <file>', 'our rows that the day before left waiting')
    .option('--carried-there <file>', 'their rows that the day before left waiting')
    .option('--carry-here <file>', 'where our rows that wait for tomorrow are written')
    .option('--carry-there <file>', 'where their rows that wait for tomorrow are written')
    .option('--json', 'one JSON object')
    .showHelpAfterError()
    .exitOverride()
    .action(async (ours: string, theirs: string, options: Options) => {
      code = await run(ours, theirs, options);
    });
  try {
    await command.parseAsync(words, { from: 'user' });
    return code;
  } catch (cause) {
    if (!(cause instanceof CommanderError)) throw cause;
    return cause.exitCode === 0 ? EXIT.ok : EXIT.usage;
  }
};
