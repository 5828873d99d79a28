import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { EXIT, say } from '../failure.ts';
import { localApi } from './local-api.ts';
import { type ClientOptions, openClient, pageToken, withClient } from './options.ts';
import { Writes } from './writes.ts';

/** `hufu card-service`: the program on a counter PC that pages of the CRM read and write cards through. */

interface ServiceOptions extends ClientOptions {
  readonly port: number;
  readonly origin: readonly string[];
  readonly tokenFile: string;
}

const PORT = 8_137;

const port = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 0 && value <= 65_535) return value;
  throw new InvalidArgumentError('a number from 0 to 65535');
};

const origin = (text: string, before: readonly string[] = []): readonly string[] => {
  if (URL.canParse(text) && new URL(text).origin === text) return [...before, text];
  throw new InvalidArgumentError('an origin as browsers send it, e.g. https://crm.example');
};

/** Until the process is told to stop, or the client ends by itself. @returns the exit code. */
const serve = async (options: ServiceOptions): Promise<number> => {
  const token = pageToken(options.tokenFile);
  const ended = Promise.withResolvers<number>();
  const open = openClient(options, () => ended.resolve(EXIT.unavailable));
  let at = options.port;
  const app = localApi({
    client: open.client,
    writes: new Writes(open.client),
    connection: open.connection,
    port: () => at,
    origins: options.origin,
    token,
  });
  const server = createServer(getRequestListener(app.fetch));
  server.on('error', (cause: NodeJS.ErrnoException) => {
    say(`cannot listen at 127.0.0.1:${options.port} (${cause.code ?? cause.message})`);
    ended.resolve(EXIT.unavailable);
  });
  server.listen(options.port, '127.0.0.1', () => {
    const found = server.address();
    if (typeof found === 'object' && found !== null) at = found.port;
    process.stdout.write(`http://127.0.0.1:${at}\n`);
    say(`pages of ${options.origin.join(', ')} need the token in ${options.tokenFile}`);
  });
  const stop = (): void => ended.resolve(EXIT.ok);
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  const code = await ended.promise;
  server.close();
  server.closeAllConnections();
  await open.close();
  return code;
};

export const cardService = async (words: readonly string[]): Promise<number> => {
  let run: Promise<number> = Promise.resolve(EXIT.usage);
  const command = withClient(new Command('hufu card-service').showHelpAfterError().exitOverride())
    .description('reads and writes cards for pages of the CRM on this machine; the server does the work')
    .requiredOption('--origin <origin>', 'whose pages may use it; give it again for more', origin)
    .option('--port <port>', 'on 127.0.0.1', port, PORT)
    .option('--token-file <path>', 'the token of the pages; made when there is none', '.hufu/card-service.token')
    .action((options: ServiceOptions) => {
      run = serve(options);
    });
  try {
    await command.parseAsync([...words], { from: 'user' });
    return await run;
  } catch (cause) {
    if (cause instanceof CommanderError) return cause.exitCode === 0 ? EXIT.ok : EXIT.usage;
    throw cause;
  }
};
