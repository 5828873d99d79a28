import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Context, Effect, Schema, Stream } from 'effect';
import { type Fault, fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { exposition, registry } from '../../telemetry/metrics.ts';
import { type Download, download, sampled } from '../route.ts';

/** What describes the system to readers and machines: the API document, the page that shows it, the metrics. */

export class ApiDocument extends Context.Tag('hufu/ApiDocument')<
  ApiDocument,
  {
    /** OpenAPI 3.1, as JSON text. */
    readonly json: string;
    readonly issuer: string;
    readonly publicUrl: string;
  }
>() {}

const text = (contentType: string, content: string, headers: Readonly<Record<string, string>> = {}): Download => {
  const bytes = new TextEncoder().encode(content);
  return { contentType, headers, bytes: bytes.byteLength, open: (offset) => Stream.succeed(bytes.subarray(offset)) };
};

const document = download({
  method: 'GET',
  path: '/openapi.json',
  operationId: 'operations.documents.openapi',
  summary: 'Read the description of this API',
  rate: 'read',
  contentTypes: ['application/json'],
  handler: () => Effect.map(ApiDocument, ({ json }) => text('application/json', json)),
});

/** The page needs its own script and style, and to reach the issuer for a token. */
const pagePolicy = (issuer: string): Readonly<Record<string, string>> => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    `connect-src 'self' ${new URL(issuer).origin}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
});

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Hufu 虎符 API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="api"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#api',
  deepLinking: true,
  docExpansion: 'none',
  validatorUrl: null,
  persistAuthorization: false,
  oauth2RedirectUrl: window.location.origin + '/docs/oauth2-redirect.html',
});
window.ui.initOAuth({ clientId: 'hufu-docs', usePkceWithAuthorizationCodeGrant: true, scopes: 'openid' });
`;

const page = download({
  method: 'GET',
  path: '/docs',
  operationId: 'operations.documents.page',
  summary: 'Show the API in a browser',
  rate: 'read',
  contentTypes: ['text/html'],
  handler: () => Effect.map(ApiDocument, ({ issuer }) => text('text/html; charset=utf-8', PAGE, pagePolicy(issuer))),
});

/** What of the package is served, and as what. Nothing comes from another host: a site may have no way out. */
const ASSETS = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'oauth2-redirect.html': 'text/html; charset=utf-8',
  'oauth2-redirect.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const;

const isAsset = (name: string): name is keyof typeof ASSETS => Object.hasOwn(ASSETS, name);

const unreadable = (): Fault => fault('documents', 'Unavailable', 'The file could not be read.');

const fileContent = (name: keyof typeof ASSETS): Effect.Effect<Download, Refusal | Fault> => {
  const path = fileURLToPath(import.meta.resolve(`swagger-ui-dist/${name}`));
  return Effect.tryPromise({ try: () => stat(path), catch: unreadable }).pipe(
    Effect.map(({ size, mtimeMs }) => ({
      contentType: ASSETS[name],
      bytes: size,
      hash: `${size}-${Math.floor(mtimeMs)}`,
      open: (offset) =>
        Stream.fromAsyncIterable<Uint8Array, Fault>(createReadStream(path, { start: offset }), unreadable),
    })),
  );
};

const asset = download({
  method: 'GET',
  path: '/docs/{asset}',
  operationId: 'operations.documents.asset',
  summary: 'Serve a file of the page that shows the API',
  rate: 'read',
  contentTypes: ['text/css', 'text/javascript', 'text/html', 'image/png'],
  in: { params: sampled(Schema.Struct({ asset: Schema.String }), { asset: 'swagger-ui.css' }) },
  handler: ({ params }) =>
    Effect.gen(function* () {
      const { issuer } = yield* ApiDocument;
      if (params.asset === 'start.js') return text('text/javascript; charset=utf-8', START);
      if (!isAsset(params.asset)) return yield* Effect.fail(refuse('missing', 'NoSuchFile', 'There is no such file.'));
      const content = yield* fileContent(params.asset);
      return { ...content, headers: pagePolicy(issuer) };
    }),
});

const metrics = download({
  method: 'GET',
  path: '/metrics',
  operationId: 'operations.metrics.read',
  summary: 'Read the metrics of this node, in Prometheus text format',
  rate: 'probe',
  contentTypes: ['text/plain'],
  handler: () => Effect.map(Effect.promise(exposition), (content) => text(registry.contentType, content)),
});

export const documentRoutes = [document, page, asset, metrics];
