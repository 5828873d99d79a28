import type { Command } from 'commander';
import {
  type DeadLetter,
  discardDeadLetter,
  listDeadLetters,
  retryDeadLetter,
} from '../../actors/runtime/dead-letters.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { print, printList, wholeNumber, withTenant } from './answer.ts';
import { recorded } from './record.ts';
import { adminStores, runningEnv, withStores } from './stores.ts';

/** `hufu admin dead-letters …`: what followers of the journal could not take. */

interface ListOptions {
  readonly tenant: TenantId;
  readonly follower?: string;
  readonly kind?: string;
  readonly after?: string;
  readonly limit: number;
  readonly json?: boolean;
}

const list = async ({ json, ...query }: ListOptions): Promise<void> =>
  printList(await withStores(runningEnv(), adminStores, listDeadLetters(query)), json, {
    id: (letter) => letter._id,
    status: (letter) => letter.status,
    code: (letter) => letter.code,
    attempts: (letter) => letter.attempts,
    message: (letter) => letter.message,
  });

const settle =
  (action: 'retry' | 'discard', run: typeof retryDeadLetter, done: (letter: DeadLetter) => string) =>
  async (id: string, { tenant }: { readonly tenant: TenantId }): Promise<void> => {
    const what = { tenant, action: `admin.deadLetter.${action}`, object: id };
    const letter = await withStores(runningEnv(), adminStores, recorded(what, run(id, tenant)));
    print(done(letter));
  };

export const addDeadLetters = (tree: Command): void => {
  const letters = tree.command('dead-letters').description('what could not be delivered');
  withTenant(letters.command('list'))
    .description('in the order of follower and actor')
    .option('--follower <name>', 'of one follower')
    .option('--kind <kind>', 'of one kind of actor')
    .option('--after <id>', 'the last one of the page before')
    .option('--limit <n>', 'at most so many, 1–500', wholeNumber, 50)
    .option('--json', 'one JSON object a line')
    .action(list);
  withTenant(letters.command('retry').argument('<id>'))
    .description('have a letter tried again, and the later ones of the same actor after it')
    .action(settle('retry', retryDeadLetter, ({ _id }) => `${_id} is tried again by the node that owns it`));
  withTenant(letters.command('discard').argument('<id>'))
    .description('give a letter up for good')
    .action(settle('discard', discardDeadLetter, ({ _id }) => `${_id} was given up`));
};
