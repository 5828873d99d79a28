import { type Command, InvalidArgumentError } from 'commander';
import { Effect } from 'effect';
import { gsm, usim } from '../../devices/card-reader/simulator/card/personality.ts';
import { SimCard } from '../../devices/card-reader/simulator/card/sim-card.ts';
import { modemCard } from '../../devices/card-reader/simulator/modem-card.ts';
import { type Misbehaviour, SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import { smartMouseCard } from '../../devices/card-reader/simulator/smart-mouse-card.ts';
import { vpcdCard } from '../../devices/card-reader/simulator/vpcd-card.ts';
import { openPseudoTerminal } from '../../devices/link/pseudo-terminal.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { print, wholeNumber } from '../admin/answer.ts';
import { runProcess } from '../process-shell.ts';

/** `hufu card simulate`: a simulated card on a transport, in the foreground. */

type On =
  | { readonly kind: 'serial' | 'modem' }
  | { readonly kind: 'vpcd'; readonly host: string; readonly port: number };

interface Options {
  readonly on: On;
  readonly card: 'usim' | 'gsm';
  readonly removeBefore?: number;
  readonly removeAfter?: number;
  readonly silentAt?: number;
  readonly silentMs: number;
  readonly garbageAt?: number;
  readonly slow?: number;
  readonly corrupt?: string;
  readonly admTries?: number;
}

const REDIAL_MS = 250;

const onOf = (text: string): On => {
  if (text === 'serial' || text === 'modem') return { kind: text };
  const [, host = '', port = ''] = /^vpcd:(?:(.*):)?(\d{1,5})$/.exec(text) ?? [];
  if (port !== '') return { kind: 'vpcd', host: host || '127.0.0.1', port: Number(port) };
  throw new InvalidArgumentError('serial, modem or vpcd:[HOST:]PORT');
};

const cardOf = (text: string): Options['card'] => {
  if (text === 'usim' || text === 'gsm') return text;
  throw new InvalidArgumentError('usim or gsm');
};

const fidOf = (text: string): string => {
  if (/^[0-9a-f]{4}$/.test(text)) return text;
  throw new InvalidArgumentError('four hex digits in lower case');
};

const misbehaviourOf = (options: Options): Misbehaviour => {
  const { removeBefore, removeAfter, silentAt, silentMs, garbageAt, slow, corrupt, admTries } = options;
  const removed =
    removeBefore !== undefined
      ? ({ at: removeBefore, when: 'before' } as const)
      : removeAfter !== undefined
        ? ({ at: removeAfter, when: 'after' } as const)
        : undefined;
  return {
    ...(removed === undefined ? {} : { removed }),
    ...(silentAt === undefined ? {} : { silent: { at: silentAt, ms: silentMs } }),
    ...(garbageAt === undefined ? {} : { garbage: { at: garbageAt } }),
    ...(slow === undefined ? {} : { slowMs: slow }),
    ...(corrupt === undefined ? {} : { corruptRead: corrupt }),
    ...(admTries === undefined ? {} : { admTries }),
  };
};

const serve = (card: SimulatedCard, on: On): Effect.Effect<void, Fault> => {
  if (on.kind === 'vpcd') {
    const { host, port } = on;
    // A reader that is not there yet, or was closed, is dialled again; a card that was taken out stays out.
    return vpcdCard(card, { host, port }).pipe(
      Effect.catchAll(() => Effect.succeed('hung up' as const)),
      Effect.tap((end) => (end === 'hung up' ? Effect.sleep(REDIAL_MS) : Effect.void)),
      Effect.repeat({ until: (end) => end === 'removed' }),
      Effect.asVoid,
    );
  }
  return Effect.scoped(
    Effect.flatMap(openPseudoTerminal, ({ path, device }) => {
      print(on.kind === 'modem' ? `modem:${path}` : `serial:${path}?reset=open`);
      return on.kind === 'modem' ? modemCard(card, device) : smartMouseCard(card, device);
    }),
  );
};

const simulate = (options: Options): Promise<number> => {
  const card = new SimulatedCard(new SimCard(options.card === 'gsm' ? gsm() : usim()));
  card.misbehave(misbehaviourOf(options));
  const served = Effect.forkScoped(serve(card, options.on));
  return runProcess('simulated card', Effect.as(served, { addresses: [], env: {} }));
};

export const addSimulate = (tree: Command, exit: (code: number) => void): void => {
  tree
    .command('simulate')
    .description('a simulated card, in the foreground; prints the address of its reader')
    .requiredOption('--on <transport>', 'serial, modem (both a pseudo-terminal of their own), vpcd:[HOST:]PORT', onOf)
    .option('--card <kind>', 'usim: blank, sealed by ACTIVATE; gsm: a SIM of class A0', cardOf, 'usim')
    .option('--remove-before <n>', 'is taken out when the n-th command arrives', wholeNumber)
    .option('--remove-after <n>', 'is taken out when it has executed the n-th command', wholeNumber)
    .option('--silent-at <n>', 'says nothing to the n-th command for a while', wholeNumber)
    .option('--silent-ms <ms>', 'how long', wholeNumber, 10_000)
    .option('--garbage-at <n>', 'answers the n-th command with nonsense', wholeNumber)
    .option('--slow <ms>', 'needs so long for each command', wholeNumber)
    .option('--corrupt <fid>', 'gives this file back with a wrong bit', fidOf)
    .option('--adm-tries <n>', 'so many tries are left of ADM1', wholeNumber)
    .action(async (options: Options) => exit(await simulate(options)));
};
