import { existsSync, statfsSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { EXIT } from './failure.ts';
import { SERVERS, type ServerKind, type ServerName, type StartedName } from './servers/catalog.ts';
import { cacheDir, find } from './servers/find.ts';
import { hostsOf, reachable } from './servers/reach.ts';
import { onPath } from './servers/tool.ts';
import { DEFAULT_PORTS, isFree } from './supervisor/ports.ts';
import { rootDir, stateDirOf } from './supervisor/run.ts';
import { holderIsAlive, readRunFile } from './supervisor/run-file.ts';
import { table } from './table.ts';

/** `hufu doctor`: looks at everything that `up` and `test` need, changes nothing, and says what to do about each gap. */

export interface Finding {
  readonly what: string;
  /** `missing` stops `up`; `note` is worth knowing. */
  readonly state: 'ok' | 'note' | 'missing';
  readonly detail: string;
}

const MIB = 1024 * 1024;
const DISK_NEEDED_MIB = 500;
const DISK_TO_FETCH_MIB = 1_500;
const MEMORY_NEEDED_MIB = 2_048;

const freeMib = (dir: string): number => {
  let nearest = dir;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  const { bavail, bsize } = statfsSync(nearest);
  return Math.round((bavail * bsize) / MIB);
};

const node = (): Finding => {
  const major = Number(process.versions.node.split('.')[0]);
  const detail = `${process.versions.node} (${process.execPath})`;
  return major >= 24
    ? { what: 'Node', state: 'ok', detail }
    : { what: 'Node', state: 'missing', detail: `${detail}; 24 or newer is needed: call ./hufu, which fetches it` };
};

const packages = (): Finding => ({
  what: 'packages',
  state: existsSync(join(rootDir, 'node_modules')) ? 'ok' : 'missing',
  detail: existsSync(join(rootDir, 'node_modules')) ? 'as in package-lock.json' : 'call ./hufu, which installs them',
});

const isStarted = (name: ServerName): name is StartedName => ['mongodb', 'redis', 'temporal'].includes(name);

const server = async (kind: ServerKind): Promise<Finding> => {
  const what = kind.title;
  const found = await find(kind, process.env);
  if (found?.where === 'environment') {
    if (!isStarted(kind.name)) return { what, state: 'ok', detail: `${kind.variable} = ${found.address}` };
    const hosts = hostsOf(kind.name, found.address);
    const answers = await Promise.all(hosts.map(({ host, port }) => reachable(host, port)));
    return hosts.length === 0 || answers.includes(true)
      ? { what, state: 'ok', detail: `answers at the address in ${kind.variable}` }
      : {
          what,
          state: 'missing',
          detail: `does not answer at the address in ${kind.variable}: start it, or unset ${kind.variable}`,
        };
  }
  if (found !== undefined)
    return { what, state: 'ok', detail: `${found.version}, from the ${found.where} (${found.program})` };
  const possible = kind.sources.filter(({ tools }) =>
    tools.every((tool) => onPath(tool, process.env['PATH'] ?? '') !== undefined),
  );
  const ways = possible.map(({ title }) => title).join('; ');
  if (possible.length > 0) return { what, state: 'note', detail: `not here yet; the first call fetches it: ${ways}` };
  const needed = kind.sources.map(({ title, tools }) => `${tools.join(' and ')} for the ${title}`).join(', or ');
  return {
    what,
    state: kind.optional ? 'note' : 'missing',
    detail: `not here: install ${kind.binary} or set ${kind.variable} (${kind.example}); or install ${needed}`,
  };
};

const ports = async (): Promise<Finding> => {
  const run = readRunFile(stateDirOf(process.env));
  if (run !== undefined && holderIsAlive(run))
    return { what: 'ports', state: 'ok', detail: `hufu is running (process ${run.pid})` };
  const names = Object.entries(DEFAULT_PORTS);
  const free = await Promise.all(names.map(([, port]) => isFree(port)));
  const taken = names.filter((_, i) => free[i] === false).map(([name, port]) => `${port} (${name})`);
  return taken.length === 0
    ? { what: 'ports', state: 'ok', detail: 'all free' }
    : { what: 'ports', state: 'note', detail: `taken by something else: ${taken.join(', ')}; others will be used` };
};

const disk = (what: string, dir: string, neededMib: number, variable: string): Finding => {
  const mib = freeMib(dir);
  return mib >= neededMib
    ? { what, state: 'ok', detail: `${mib} MiB free where ${dir} lies` }
    : {
        what,
        state: 'missing',
        detail: `only ${mib} MiB free where ${dir} lies, ${neededMib} needed: free some, or set ${variable}`,
      };
};

const memory = (): Finding => {
  const mib = Math.round(freemem() / MIB);
  const detail = `${mib} of ${Math.round(totalmem() / MIB)} MiB free`;
  return mib >= MEMORY_NEEDED_MIB
    ? { what: 'memory', state: 'ok', detail }
    : { what: 'memory', state: 'note', detail: `${detail}; the servers and one node want about ${MEMORY_NEEDED_MIB}` };
};

const tools = (): Finding => {
  const wanted = ['npm', 'python3', 'go', 'java', 'mvn', 'tar'];
  const missing = wanted.filter((tool) => onPath(tool, process.env['PATH'] ?? '') === undefined);
  return missing.length === 0
    ? { what: 'tools', state: 'ok', detail: `${wanted.join(', ')}: used only to fetch what is not there` }
    : {
        what: 'tools',
        state: 'note',
        detail: `not on the PATH: ${missing.join(', ')}; needed only to fetch servers from packages`,
      };
};

export const examine = async (): Promise<readonly Finding[]> => [
  node(),
  packages(),
  ...(await Promise.all(Object.values(SERVERS).map(server))),
  await ports(),
  disk('disk (state)', stateDirOf(process.env), DISK_NEEDED_MIB, 'HUFU_STATE_DIR'),
  disk('disk (cache)', cacheDir(process.env), DISK_TO_FETCH_MIB, 'XDG_CACHE_HOME'),
  memory(),
  tools(),
];

const MARKS = { ok: '✓', note: '·', missing: '✗' } as const;

export const doctor = async (): Promise<number> => {
  const findings = await examine();
  process.stdout.write(`${table(findings.map(({ state, what, detail }) => [MARKS[state], what, detail]))}\n`);
  const missing = findings.filter(({ state }) => state === 'missing').length;
  process.stdout.write(missing === 0 ? '\n  Nothing is missing: ./hufu up\n' : `\n  ${missing} missing, see ✗ above\n`);
  return missing === 0 ? EXIT.ok : EXIT.unavailable;
};
