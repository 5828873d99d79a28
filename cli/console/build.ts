import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

/**
 * `node cli/console/build.ts DIRECTORY`: bundles the web console there, each file also compressed, for the gateway
 * compresses nothing while somebody waits. It stands alone, so that an image can be built of it. Prints how much a browser loads before the first page is seen.
 */

const [directory = ''] = process.argv.slice(2);
const root = join(import.meta.dirname, '..', '..');

await build({
  root: join(root, 'console'),
  base: '/console/',
  configFile: false,
  logLevel: 'error',
  build: {
    outDir: directory,
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    // The policy of the page lets nothing in but files of ours.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_200,
  },
});

const assets = join(directory, 'assets');
const COMPRESSED = new Set(['.js', '.css', '.svg']);
const sizes = new Map<string, number>();
for (const name of readdirSync(assets)) {
  if (!COMPRESSED.has(extname(name))) continue;
  const bytes = readFileSync(join(assets, name));
  const gzip = gzipSync(bytes, { level: 9 });
  sizes.set(name, gzip.byteLength);
  if (gzip.byteLength >= bytes.byteLength) continue;
  writeFileSync(join(assets, `${name}.gz`), gzip);
  writeFileSync(
    join(assets, `${name}.br`),
    brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }),
  );
}

const first = [...readFileSync(join(directory, 'index.html'), 'utf8').matchAll(/assets\/([\w.-]+\.(?:js|css))/g)];
const bytes = first.reduce((sum, [, name = '']) => sum + (sizes.get(name) ?? 0), 0);
process.stderr.write(`hufu: the console's first page loads ${Math.round(bytes / 1024)} KiB (gzip)\n`);
