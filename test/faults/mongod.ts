import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVERS } from '../../cli/servers/catalog.ts';
import { findOrFetch } from '../../cli/servers/find.ts';
import { isPrimary, mongodArguments, mongodbUri } from '../../cli/servers/mongodb.ts';
import { anyPort } from '../../cli/supervisor/ports.ts';

/** A server of one's own, because it is killed: the one that a test run shares must live. */

const READY_MS = 60_000;
/** The logs that it writes ahead are not the largest of its files, and the others are written ten times a second. */
export const EAGER = ['--wiredTigerEngineConfigString', 'log=(file_max=4MB)', '--syncdelay', '0.1'];

export class Mongod {
  readonly uri: string;
  readonly #program: string;
  readonly port: number;
  readonly #data: string;
  readonly #more: ReadonlyArray<string>;
  #process: ChildProcess;

  private constructor(program: string, port: number, data: string, more: ReadonlyArray<string>) {
    this.uri = mongodbUri(port);
    this.#program = program;
    this.port = port;
    this.#data = data;
    this.#more = more;
    this.#process = this.#spawn();
  }

  static async start(more: ReadonlyArray<string> = []): Promise<Mongod> {
    // An address in the environment is somebody else's server.
    const { MONGODB_URI: _uri, ...env } = process.env;
    const found = await findOrFetch(SERVERS.mongodb, env);
    if (found.where === 'environment') throw new Error('a server of its own is wanted');
    const mongod = new Mongod(found.program, await anyPort(), await mkdtemp(join(tmpdir(), 'hufu-mongod-')), more);
    await mongod.#ready();
    return mongod;
  }

  #spawn(fileKib?: number): ChildProcess {
    const own = [this.#program, ...mongodArguments(this.port, this.#data), ...this.#more];
    if (fileKib === undefined) return spawn(this.#program, own.slice(1), { stdio: 'ignore' });
    // Without the signal a write past the limit fails as on a disk that is full.
    const limited = ['-c', `trap '' XFSZ; ulimit -f ${fileKib}; exec "$@"`, 'bash', ...own];
    const log = openSync(this.#log, 'a');
    return spawn('bash', limited, { stdio: ['ignore', log, log] });
  }

  get #log(): string {
    return join(this.#data, 'limited.log');
  }

  async #ready(): Promise<void> {
    for (const until = Date.now() + READY_MS; !(await isPrimary(this.port)); ) {
      if (Date.now() > until) throw new Error('mongod does not become primary');
      await sleep(50);
    }
  }

  async kill(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await gone;
  }

  /** In order, so that everything is in its files. */
  async stop(): Promise<void> {
    const gone = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    await gone;
  }

  /** After `stop`, of one that was started `EAGER`: none of its files may grow by more than `roomBytes` past the largest one. */
  async startWithRoomFor(roomBytes: number): Promise<void> {
    const files = await readdir(this.#data, { recursive: true });
    const sizes = await Promise.all(files.map(async (name) => (await stat(join(this.#data, name))).size));
    this.#process = this.#spawn(Math.ceil((Math.max(...sizes) + roomBytes) / 1024));
    await this.#ready();
  }

  /** What it said before it ended because a write failed. */
  async lastWords(): Promise<string> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await once(this.#process, 'exit');
    return readFile(this.#log, 'latin1');
  }

  /** After `kill`, with the same files. Resolves when it takes writes again. */
  async startAgain(): Promise<void> {
    this.#process = this.#spawn();
    await this.#ready();
  }

  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  resume(): void {
    this.#process.kill('SIGCONT');
  }

  async remove(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.kill();
    await rm(this.#data, { recursive: true, force: true });
  }
}
