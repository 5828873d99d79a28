import { dirname, join, normalize } from 'node:path';
import { parseSync } from 'oxc-parser';

/**
 * The table of rooms from docs/architecture.md as data, and the rule that reads it: which file may import what. Imports
 * are taken from the syntax tree, so a type-only import is told from one that runs.
 */

interface Import {
  readonly specifier: string;
  /** Erased before the file runs. */
  readonly typeOnly: boolean;
  readonly line: number;
}

interface Room {
  readonly name: string;
  readonly holds: RegExp;
  /** Files of ours that it may import. Its own room is not implied: a partner does not import another partner. */
  readonly ours: (path: string) => readonly RegExp[];
  /** Packages that it may import by value; every package when left out. */
  readonly packages?: RegExp;
  /** Files that it may import as types only. */
  readonly types?: readonly RegExp[];
}

const folder = (path: string, depth: number): RegExp =>
  new RegExp(`^${path.split('/').slice(0, depth).join('/').replaceAll('.', '\\.')}/`);

const DOMAIN = /^domain\//;
const STORE = /^store\//;
const TELEMETRY = /^telemetry\//;
const PRINTING = /^printing\//;
const ACTORS = /^actors\//;
const CONTRACT = /^workflows\/(?:(?:[^/]+\/)+contract\.ts|[^/]+\.ts)$/;
/** What may be asked of a device or a partner, without how it is done. */
const DEVICE_PORT = /^devices\/[^/]+\/port\.ts$/;
const PARTNER_PORT = /^partners\/[^/]+\/port\.ts$/;
/** What both ends of the card service's WebSocket say. */
const CARD_PROTOCOL = /^sdk\/protocol\.ts$/;
/** Connection, queues, search attributes, codec: what everyone who talks to Temporal from outside needs. */
const TEMPORAL = /^(?:temporal\.config\.ts$|temporal\/)/;

/** Pure: hashes and ciphers, dates, encodings of files. */
const PURE = /^(?:node:crypto|node:buffer|luxon|decimal\.js|iconv-lite|sm-crypto)$/;
const EFFECT = /^(?:effect$|effect\/|@effect\/)/;

/** The first room whose pattern holds the file counts. */
const ROOMS: readonly Room[] = [
  { name: 'tests', holds: /(?:^test\/|\.test\.ts$)/, ours: () => [/^/] },
  { name: 'cli', holds: /^cli\//, ours: () => [/^/] },
  { name: 'bench', holds: /^bench\//, ours: () => [/^/] },
  // Runs in browsers: HTTP is all that it has of ours, and packages of the server are none of its own.
  {
    name: 'console',
    holds: /^console\//,
    ours: () => [/^console\//],
    packages: /^(?:react|react-dom|antd|@ant-design\/icons|@tanstack\/react-query|echarts|dayjs|oauth4webapi)(?:\/|$)/,
  },
  // Runs on phones: it may need nothing of ours, and nothing of Node.
  { name: 'sdk', holds: /^sdk\//, ours: () => [/^sdk\//], packages: /^$/ },
  { name: 'domain/kernel', holds: /^domain\/kernel\//, ours: () => [/^domain\/kernel\//], packages: PURE },
  // Matching is shared by areas: it may know none of them.
  {
    name: 'domain/matching',
    holds: /^domain\/matching\//,
    ours: () => [/^domain\/(?:kernel|matching)\//],
    packages: PURE,
  },
  // `schema.ts` alone may import effect/Schema by value, see `schemaRule`.
  { name: 'domain', holds: DOMAIN, ours: () => [DOMAIN], packages: PURE },
  { name: 'telemetry', holds: TELEMETRY, ours: () => [TELEMETRY] },
  { name: 'printing', holds: PRINTING, ours: () => [DOMAIN, PRINTING] },
  { name: 'store', holds: STORE, ours: () => [DOMAIN, STORE, TELEMETRY] },
  { name: 'devices/link', holds: /^devices\/link\//, ours: () => [/^domain\/kernel\//, /^devices\/link\//] },
  {
    name: 'devices',
    holds: /^devices\//,
    ours: (path) => [DOMAIN, /^devices\/link\//, TELEMETRY, CARD_PROTOCOL, folder(path, 2)],
  },
  { name: 'partners/simulators', holds: /^partners\/simulators\.ts$/, ours: () => [DOMAIN, TELEMETRY, /^partners\//] },
  {
    name: 'partners',
    holds: /^partners\//,
    // Files beside the partners are what they share: the transfer of files, settings. Simulators share a kit that no
    // driver may know.
    ours: (path) => [
      DOMAIN,
      TELEMETRY,
      PRINTING,
      /^partners\/[^/]+\.ts$/,
      folder(path, 2),
      ...(path.includes('/simulator') ? [/^partners\/simulator\//] : []),
    ],
  },
  {
    name: 'actors/runtime',
    holds: /^actors\/runtime\//,
    ours: () => [/^domain\/kernel\//, /^store\/(?:runtime\/|keys\/|[^/]+\.ts$)/, TELEMETRY, /^actors\/runtime\//],
  },
  { name: 'actors', holds: ACTORS, ours: () => [DOMAIN, STORE, TELEMETRY, ACTORS, DEVICE_PORT, PARTNER_PORT] },
  {
    name: 'workflows',
    holds: /^workflows\//,
    ours: () => [/^domain\/(?!.*schema\.ts$)/, /^workflows\//],
    types: [DOMAIN],
    packages: /^(?:@temporalio\/(?:workflow|common)|luxon|decimal\.js)$/,
  },
  {
    name: 'activities',
    holds: /^activities\//,
    ours: () => [DOMAIN, STORE, TELEMETRY, ACTORS, PRINTING, /^partners\//, CONTRACT, TEMPORAL, /^activities\//],
  },
  { name: 'temporal', holds: TEMPORAL, ours: () => [DOMAIN, STORE, TELEMETRY, CONTRACT, TEMPORAL] },
  {
    name: 'gateway',
    holds: /^gateway\//,
    ours: () => [
      DOMAIN,
      STORE,
      TELEMETRY,
      ACTORS,
      CONTRACT,
      TEMPORAL,
      CARD_PROTOCOL,
      PRINTING,
      DEVICE_PORT,
      /^devices\/card-reader\/remote\//,
      /^gateway\//,
    ],
  },
  { name: 'root', holds: /^[^/]+\.ts$/, ours: () => [] },
];

const lineAt = (source: string, offset: number): number => source.slice(0, offset).split('\n').length;

/** Every import, re-export and `import()` of a file. */
export const importsOf = (path: string, source: string): readonly Import[] => {
  const { module, errors } = parseSync(path, source);
  const [error] = errors;
  if (error !== undefined) throw new Error(`${path} does not parse: ${error.message}`);
  const found: Import[] = [];
  for (const { moduleRequest, entries, start } of module.staticImports) {
    const typeOnly = entries.length > 0 && entries.every(({ isType }) => isType);
    found.push({ specifier: moduleRequest.value, typeOnly, line: lineAt(source, start) });
  }
  for (const { entries, start } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) found.push({ specifier: moduleRequest.value, typeOnly: isType, line: lineAt(source, start) });
    }
  }
  for (const { moduleRequest, start } of module.dynamicImports) {
    const text = source.slice(moduleRequest.start, moduleRequest.end);
    // What is computed is found by no reader either; only the command line does so.
    const specifier = /^['"`][^$]*['"`]$/.test(text) ? text.slice(1, -1) : '(computed)';
    found.push({ specifier, typeOnly: false, line: lineAt(source, start) });
  }
  return found;
};

const isSchemaFile = (path: string): boolean => path.endsWith('/schema.ts') || path === 'schema.ts';

const packageProblem = (room: Room, path: string, { specifier, typeOnly }: Import): string | undefined => {
  if (room.packages === undefined || typeOnly || room.packages.test(specifier)) return undefined;
  if (room.name === 'domain' && isSchemaFile(path) && /^effect(?:\/Schema)?$/.test(specifier)) return undefined;
  const why = EFFECT.test(specifier) ? ' by value (only domain/**/schema.ts may, and only effect/Schema)' : '';
  return `${room.name} may not import ${specifier}${why}`;
};

const ourProblem = (room: Room, path: string, { specifier, typeOnly }: Import): string | undefined => {
  const target = normalize(join(dirname(path), specifier));
  const allowed = [...room.ours(path), ...(typeOnly ? (room.types ?? []) : [])];
  return allowed.some((pattern) => pattern.test(target)) ? undefined : `${room.name} may not import ${target}`;
};

/** What is wrong with a file's imports: `path:line: why`, one per import. */
export const roomProblems = (path: string, source: string): readonly string[] => {
  const room = ROOMS.find(({ holds }) => holds.test(path));
  if (room === undefined) return [`${path}: lies in no room of the table`];
  return importsOf(path, source).flatMap((one) => {
    const problem = one.specifier.startsWith('.') ? ourProblem(room, path, one) : packageProblem(room, path, one);
    return problem === undefined ? [] : [`${path}:${one.line}: ${problem}`];
  });
};
