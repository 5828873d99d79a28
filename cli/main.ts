import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { EXIT, Failure, say } from './failure.ts';
import type { UpOptions } from './up.ts';

/**
 * The `hufu` command: one subcommand per thing to do, each in a file of its own that is loaded only when asked for.
 * Each answers with an exit code: 0 done, 1 failed, 64 wrong arguments, 69 something is missing, 70 a bug.
 */

const finish = (run: Promise<number>): Promise<void> =>
  run.then(
    (code) => process.exit(code),
    (cause: unknown) => {
      if (cause instanceof Failure) {
        say(cause.message);
        for (const line of cause.todo) process.stderr.write(`      ${line}\n`);
        process.exit(EXIT.unavailable);
      }
      process.stderr.write(
        `hufu: a bug, please report it\n${cause instanceof Error ? (cause.stack ?? cause.message) : cause}\n`,
      );
      process.exit(EXIT.software);
    },
  );

const between =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`a number from ${least} to ${most}`);
  };
const count = between(1, 9);

/** The size that the demo is meant to be seen at. */
const DEMO_CARDS = 20_000;

const program = new Command('hufu')
  .description('Hufu (虎符): durable actors for cards, credentials and clearing')
  .showHelpAfterError()
  .exitOverride();

const withNodes = (command: Command): Command =>
  command
    .option('--separate', 'run gateway, worker and actors as processes of their own')
    .option('--nodes <n>', 'run this many equal nodes that share the work', count);

withNodes(program.command('up'))
  .description('start everything, print the addresses, stay in the foreground')
  .action((options: { separate?: boolean; nodes?: number }) => finish(import('./up.ts').then(({ up }) => up(options))));

const TOURS = ['cards', 'sim', 'mandates', 'roaming'] as const;
const tourOf = (text: string): (typeof TOURS)[number] => {
  const tour = TOURS.find((one) => one === text);
  if (tour === undefined) throw new InvalidArgumentError(TOURS.join(' or '));
  return tour;
};

withNodes(program.command('demo'))
  .description('up, then a tour; stays up unless --exit')
  .argument(
    '[tour]',
    'cards: a card-making cycle; sim: blank cards are written; mandates: bank mandates; roaming: clearing',
    tourOf,
    'cards',
  )
  .option('--exit', 'stop when the tour is over')
  .option('--cards <n>', 'how many cards are applied for', between(1_200, 2_000_000), DEMO_CARDS)
  .option('--kill-worker', 'end the process that works, with SIGKILL, in the middle of the cycle')
  .option('--pcsc <reader>', 'sim: also write in this virtual reader of PC/SC (vsmartcard-vpcd), when it is empty')
  .action(
    (
      tour: (typeof TOURS)[number],
      options: UpOptions & { exit?: boolean; cards: number; killWorker?: boolean; pcsc?: string },
    ) =>
      finish(
        import('./demo.ts').then(({ demo, demoOfMandates, demoOfRoaming, demoOfSim }) => {
          if (tour === 'mandates') return demoOfMandates(options);
          if (tour === 'roaming') return demoOfRoaming(options);
          return tour === 'sim' ? demoOfSim(options) : demo(options);
        }),
      ),
  );

program
  .command('down')
  .description('stop what up started, from another shell')
  .action(() => finish(import('./down.ts').then(({ down }) => down())));

program
  .command('test')
  .description('run the tests on servers of their own; takes names of groups, paths and options of vitest')
  .argument('[what...]')
  .allowUnknownOption()
  .helpOption(false)
  .action((what: string[]) => finish(import('./test.ts').then(({ test }) => test(what))));

program
  .command('check')
  .description('types, format and lint, imports between rooms, dead code')
  .action(() => finish(import('./check.ts').then(({ check }) => check())));

program
  .command('bench')
  .description('run benchmarks and print their figures')
  .argument('[names...]', 'of benchmarks, or of a part: NAME/PART')
  .option('--full', 'the large sizes; may take long')
  .option('--json', 'one line per figure')
  .action((names: string[], options: { full?: boolean; json?: boolean }) =>
    finish(import('./bench.ts').then(({ bench }) => bench(names, options))),
  );

program
  .command('doctor')
  .description('what is missing on this machine, and what to do about it')
  .action(() => finish(import('./doctor.ts').then(({ doctor }) => doctor())));

program
  .command('console')
  .description('build the web console, unless it is built; says where it lies')
  .action(() => finish(import('./console/built.ts').then(({ printConsole }) => printConsole())));

program
  .command('admin')
  .description('look after a running system: migrations, audit, actors, dead letters, keys')
  .argument('[words...]')
  .allowUnknownOption()
  .helpOption(false)
  .action((words: string[]) => finish(import('./admin/index.ts').then(({ admin }) => admin(words))));

program
  .command('card')
  .description('read, export and verify a card in a reader of this machine; simulate one')
  .argument('[words...]')
  .allowUnknownOption()
  .helpOption(false)
  .action((words: string[]) => finish(import('./card/index.ts').then(({ card }) => card(words))));

program
  .command('card-service')
  .description('the service on a counter PC through which pages of the CRM read and write cards')
  .argument('[words...]')
  .allowUnknownOption()
  .helpOption(false)
  .action((words: string[]) => finish(import('./card-service/index.ts').then(({ cardService }) => cardService(words))));

program
  .command('tap')
  .description('files of TAP, RAP and NRTRDE: check them, print them as JSON, write them from it')
  .argument('[words...]')
  .allowUnknownOption()
  .helpOption(false)
  .action((words: string[]) => finish(import('./tap/index.ts').then(({ tap }) => tap(words))));

program
  .command('roaming')
  .description('roaming on files of this machine: price events and explain the prices; CIBER batches')
  .argument('[words...]')
  .allowUnknownOption()
  .helpOption(false)
  .action((words: string[]) => finish(import('./roaming/index.ts').then(({ roaming }) => roaming(words))));

program
  .command('reconcile')
  .description('hold a partner’s file against ours: mandates of a bank or a province, details of a roaming statement')
  .argument('[words...]')
  .allowUnknownOption()
  .helpOption(false)
  .action((words: string[]) => finish(import('./reconcile.ts').then(({ reconcile }) => reconcile(words))));

program
  .command('node')
  .description('one process with some roles, in the foreground; servers come from the environment')
  .option('--roles <names>', 'gateway, actors, worker, devices; separated by commas', 'gateway,actors,worker,devices')
  .action(({ roles }: { roles: string }) => finish(runNode(roles)));

program
  .command('simulators')
  .description("the partners' simulators, in the foreground")
  .action(() => finish(runSimulators()));

const runNode = async (names: string): Promise<number> => {
  const [{ parseRoles }, { nodeLayer }, { runProcess }, { Effect, Layer }] = await Promise.all([
    import('./role.ts'),
    import('./node.ts'),
    import('./process-shell.ts'),
    import('effect'),
  ]);
  const roles = parseRoles(names);
  return runProcess(
    `node (${[...roles].join(', ')})`,
    Layer.build(nodeLayer(roles)).pipe(Effect.as({ addresses: [], env: {} })),
  );
};

const runSimulators = async (): Promise<number> => {
  const [{ simulators }, { runProcess }] = await Promise.all([import('./simulators.ts'), import('./process-shell.ts')]);
  return runProcess('simulators', simulators);
};

try {
  await program.parseAsync();
} catch (cause) {
  if (!(cause instanceof CommanderError)) throw cause;
  process.exitCode = cause.exitCode === 0 ? EXIT.ok : EXIT.usage;
}
