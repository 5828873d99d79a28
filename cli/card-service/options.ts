import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { Effect } from 'effect';
import { openReader, parseReaderAddress, type ReaderAddress } from '../../devices/card-reader/address.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { CardClient, type ConnectionState } from '../../sdk/client.ts';
import { isReaderName, PROTOCOL_PATH } from '../../sdk/protocol.ts';
import { clientCredentialsToken } from '../client-credentials.ts';
import { Failure, say } from '../failure.ts';
import { type ComponentAt, componentAt, ownersAlone, signingComponent } from './component.ts';
import { ReaderSlot } from './reader-slot.ts';

/** What a client of the card service on this machine needs: a server, credentials, readers. */

export interface ClientOptions {
  readonly server: URL;
  readonly client: string;
  readonly reader: readonly NamedReader[];
  readonly tokenUrl?: URL;
  readonly component?: ComponentAt;
}

export interface NamedReader {
  readonly name: string;
  readonly address: ReaderAddress;
}

const namedReader = (text: string, before: readonly NamedReader[] = []): readonly NamedReader[] => {
  const [, name = 'main', rest = text] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})=(.+)$/.exec(text) ?? [];
  const address = parseReaderAddress(rest);
  if (isRefusal(address)) throw new InvalidArgumentError(address.message);
  if (before.some((one) => one.name === name)) throw new InvalidArgumentError(`there is a reader ${name} already`);
  return [...before, { name, address }];
};

/** Access tokens and results do not go over an open network in the clear. */
const address = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const local = url !== undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && local)) return url;
  throw new InvalidArgumentError('an https address; http only to this machine');
};

const clientName = (text: string): string => {
  if (isReaderName(text)) return text;
  throw new InvalidArgumentError('1 to 64 letters, digits, . _ -');
};

export const withClient = (command: Command): Command =>
  command
    .requiredOption('--server <url>', 'the gateway, e.g. https://hufu.example', address)
    .requiredOption('--reader <[name=]address>', 'a reader of this machine; give it again for more', namedReader)
    .option('--client <name>', 'which machine this is', clientName, hostname().replaceAll(/[^A-Za-z0-9._-]/g, '-'))
    .option('--token-url <url>', "the issuer's token endpoint; default: the server's own", address)
    .option('--component <name@version=file>', 'the writing component, and its private key: for Telecom', componentAt);

const fromEnvironment = (name: string): string => {
  const file = process.env[`${name}_FILE`];
  const value = file === undefined ? process.env[name] : readFileSync(file, 'utf8').trim();
  if (value !== undefined && value !== '') return value;
  throw new Failure(`${name} is not set`, `Set ${name}, or ${name}_FILE to a file that holds it.`);
};

export interface OpenClient {
  readonly client: CardClient;
  readonly connection: () => ConnectionState;
  readonly close: () => Promise<void>;
}

const TOLD: Readonly<Record<string, string>> = {
  Replaced: 'another card service has connected under the same name; give each machine its own --client',
  NotAllowed: 'these credentials may not write cards: they need the role device',
  OtherVersion: 'the server speaks another version of the protocol; install the one that comes with it',
};

/** Opens readers and connection. @throws Failure when there are no credentials, or the component's key is no good. */
export const openClient = (options: ClientOptions, stopped: (code: string) => void): OpenClient => {
  const [id, secret] = [fromEnvironment('HUFU_CLIENT_ID'), fromEnvironment('HUFU_CLIENT_SECRET')];
  const tokenUrl = options.tokenUrl ?? new URL('/oidc/token', options.server);
  const socketUrl = new URL(PROTOCOL_PATH, options.server);
  socketUrl.protocol = socketUrl.protocol === 'https:' ? 'wss:' : 'ws:';
  const component = options.component === undefined ? {} : { component: signingComponent(options.component) };
  let state: ConnectionState = { state: 'connecting' };
  const slots = options.reader.map(({ name, address: at }) => new ReaderSlot(name, reopened(name, at)));
  const client = new CardClient({
    url: socketUrl.href,
    client: options.client,
    token: () =>
      clientCredentialsToken(tokenUrl.href, id, secret).catch((cause: unknown) => {
        if (cause instanceof Failure) say(cause.message);
        throw cause;
      }),
    slots,
    ...component,
    connect: (url) => new WebSocket(url),
    onState: (next) => {
      if (next.state !== state.state) say(`card service: ${next.state}`);
      state = next;
      if (next.state !== 'stopped') return;
      if (TOLD[next.code] !== undefined) say(TOLD[next.code] ?? '');
      stopped(next.code);
    },
  });
  client.start();
  return {
    client,
    connection: () => state,
    close: async () => {
      await client.stop();
      await Promise.all(slots.map((slot) => slot.close()));
    },
  };
};

/** A reader that listens keeps the port that it got first. */
const reopened = (name: string, at: ReaderAddress) => {
  let current = at;
  return Effect.suspend(() =>
    openReader(current, (port) => {
      if (current.kind !== 'vpcd') return;
      if (current.port !== port || current === at) say(`reader ${name}: cards dial in on port ${port}`);
      current = { ...current, port };
    }),
  );
};

const TOKEN_BYTES = 32;

/** The token that pages need: what the file holds, made at the first start, readable by its owner alone. */
export const pageToken = (path: string): string => {
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, `${randomBytes(TOKEN_BYTES).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  }
  ownersAlone(path);
  const token = readFileSync(path, 'utf8').trim();
  if (/^[\w.~+/=-]{20,200}$/.test(token)) return token;
  throw new Failure(`${path} holds no token of at least 20 letters and digits`, 'Remove it to have one made.');
};
