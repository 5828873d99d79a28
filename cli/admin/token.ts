import type { Command } from 'commander';
import { Config, Effect, Layer, Option } from 'effect';
import { demoUsers } from '../../gateway/issuer/demo-users.ts';
import { clientCredentialsToken } from '../client-credentials.ts';
import { Failure } from '../failure.ts';
import { print } from './answer.ts';
import { runningEnv, withStores } from './stores.ts';

/** `hufu admin token <demo user>`: an access token of the embedded issuer, for curl. */

const settings = Config.all({
  issuer: Config.option(Config.nonEmptyString('OIDC_ISSUER')),
  keys: Config.nonEmptyString('HUFU_KEY_DIR'),
  host: Config.string('HUFU_HTTP_HOST').pipe(Config.withDefault('127.0.0.1')),
  port: Config.port('HUFU_HTTP_PORT').pipe(Config.withDefault(8080)),
});

const token = async (subject: string): Promise<void> => {
  const found = await withStores(
    runningEnv(),
    Layer.empty,
    Effect.flatMap(settings, (read) => Effect.map(demoUsers(read.keys), (users) => ({ ...read, users }))),
  );
  if (Option.isSome(found.issuer)) {
    throw new Failure('tokens come from another issuer here (OIDC_ISSUER)', `Ask for one at ${found.issuer.value}.`);
  }
  const user = found.users.find((one) => one.subject === subject);
  if (user === undefined) {
    throw new Failure(
      `there is no demo user ${subject}`,
      `There are ${found.users.map((one) => one.subject).join(', ')}.`,
    );
  }
  const url = `http://${found.host}:${found.port}/oidc/token`;
  print(await clientCredentialsToken(url, user.subject, user.clientSecret));
};

export const addToken = (tree: Command): void => {
  tree
    .command('token')
    .argument('<user>', 'demo-operator, demo-auditor, …')
    .description('print an access token of a demo user, for curl')
    .action(token);
};
