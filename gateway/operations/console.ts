import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Context, Effect, Schema, Stream } from 'effect';
import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { answer, type Download, download, route, sampled } from '../route.ts';

/**
 * The web console's files, as its build left them: one page, and assets whose names say their content. The page is never
 * kept by a browser, the assets for ever. What the page needs to know of this gateway it asks for.
 */

interface Pages {
  /** With `NONCE` where the nonce of its styles stands. */
  readonly page: string;
  readonly directory: string;
  readonly names: ReadonlySet<string>;
}

export class ConsolePages extends Context.Tag('hufu/ConsolePages')<
  ConsolePages,
  {
    /** Undefined: it has not been built. */
    readonly pages: Pages | undefined;
    readonly issuer: string;
    readonly publicUrl: string;
    readonly client: string;
    readonly scope: string;
  }
>() {}

const NONCE = '__NONCE__';

/** Undefined when there is nothing. Fails when there should be something. */
export const pagesIn = (directory: string | undefined): Effect.Effect<Pages | undefined, Fault> =>
  directory === undefined
    ? Effect.succeed(undefined)
    : Effect.try({
        try: () => ({
          page: readFileSync(join(directory, 'index.html'), 'utf8'),
          directory: join(directory, 'assets'),
          names: new Set(readdirSync(join(directory, 'assets'))),
        }),
        catch: () =>
          fault('console', 'Unusable', `${directory} holds no built console. Check HUFU_CONSOLE_DIR; ./hufu console.`),
      });

const notBuilt = refuse('missing', 'ConsoleNotBuilt', 'This gateway has no web console.', {
  action: 'Start it with ./hufu up, or build the console with ./hufu console and set HUFU_CONSOLE_DIR.',
});

const built = Effect.flatMap(ConsolePages, (console) =>
  console.pages === undefined ? Effect.fail(notBuilt) : Effect.succeed({ ...console, pages: console.pages }),
);

/**
 * Nothing from elsewhere, and no script but ours. Styles that components make carry the nonce of the page; downloads are
 * blobs. Only the issuer is spoken to beside the gateway.
 */
const policy = (issuer: string, nonce: string): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self' ${new URL(issuer).origin}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const pageNow: Effect.Effect<Download, Refusal, ConsolePages> = Effect.map(built, ({ pages, issuer }) => {
  const nonce = randomBytes(16).toString('base64');
  const bytes = new TextEncoder().encode(pages.page.replaceAll(NONCE, nonce));
  return {
    contentType: 'text/html; charset=utf-8',
    bytes: bytes.byteLength,
    headers: { 'content-security-policy': policy(issuer, nonce) },
    open: (offset) => Stream.succeed(bytes.subarray(offset)),
  };
});

const page = (path: `/${string}`, name: string, summary: string) =>
  download({
    method: 'GET',
    path,
    operationId: `operations.console.${name}`,
    summary,
    rate: 'read',
    contentTypes: ['text/html'],
    refusals: [notBuilt],
    handler: () => pageNow,
  });

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
};
/** The build leaves each beside the file, where it is the smaller. */
const ENCODINGS = { br: 'br', gzip: 'gz' } as const;

const noSuchFile = refuse('missing', 'NoSuchFile', 'There is no such file.', { action: 'Load the page anew.' });
const unreadable = (): Fault => fault('console', 'Unavailable', 'The file could not be read.');

const asset = download({
  method: 'GET',
  path: '/console/assets/{asset}',
  operationId: 'operations.console.asset',
  summary: 'Serve a file of the web console',
  rate: 'read',
  contentTypes: ['text/javascript', 'text/css', 'image/svg+xml', 'image/png'],
  in: {
    params: sampled(Schema.Struct({ asset: Schema.String.pipe(Schema.pattern(/^[\w.-]{1,120}$/)) }), {
      asset: 'index-B2f4a1xQ.js',
    }),
    headers: sampled(Schema.Struct({ 'accept-encoding': Schema.optionalWith(Schema.String, { exact: true }) }), {
      'accept-encoding': 'br',
    }),
  },
  refusals: [notBuilt, noSuchFile],
  handler: ({ params: { asset: name }, headers }) =>
    Effect.gen(function* () {
      const { pages } = yield* built;
      const contentType = TYPES[name.split('.').at(-1) ?? ''];
      if (!pages.names.has(name) || contentType === undefined) return yield* Effect.fail(noSuchFile);
      const accepted = new Set((headers['accept-encoding'] ?? '').split(',').map((one) => one.trim().split(';')[0]));
      const encoding = (['br', 'gzip'] as const).find(
        (one) => accepted.has(one) && pages.names.has(`${name}.${ENCODINGS[one]}`),
      );
      const file = encoding === undefined ? name : `${name}.${ENCODINGS[encoding]}`;
      const bytes = yield* Effect.tryPromise({ try: () => readFile(join(pages.directory, file)), catch: unreadable });
      return {
        contentType,
        bytes: bytes.byteLength,
        hash: file,
        headers: {
          'cache-control': 'public, max-age=31536000, immutable',
          vary: 'accept-encoding',
          ...(encoding === undefined ? {} : { 'content-encoding': encoding }),
        },
        open: (offset) => Stream.succeed(bytes.subarray(offset)),
      };
    }),
});

const Settings = Schema.Struct({
  issuer: Schema.String,
  client: Schema.String,
  scope: Schema.String,
  publicUrl: Schema.String.annotations({ description: 'Where the issuer sends browsers back to' }),
}).annotations({ identifier: 'ConsoleSettings' });

const settings = route({
  method: 'GET',
  path: '/console/settings',
  operationId: 'operations.console.settings',
  summary: 'Say what the web console has to know before anybody has signed in',
  out: {
    200: sampled(
      Settings,
      {
        issuer: 'http://127.0.0.1:8080/oidc',
        client: 'hufu-console',
        scope: 'openid',
        publicUrl: 'http://127.0.0.1:8080',
      },
      'No secret is in it',
    ),
  },
  handler: () =>
    Effect.map(ConsolePages, ({ issuer, client, scope, publicUrl }) =>
      answer(200, { issuer, client, scope, publicUrl }),
    ),
});

export const consoleRoutes = [
  page('/console', 'short', 'Show the web console, without the slash'),
  page('/console/', 'page', 'Show the web console in a browser'),
  page('/console/callback', 'callback', 'Show the web console to somebody who comes back from signing in'),
  asset,
  settings,
];
