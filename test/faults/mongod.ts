import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { SERVERS } from '../../cli/servers/catalog.ts';
import { findOrFetch } from '../../cli/servers/find.ts';
import { isPrimary, mongodArguments, mongodbUri } from '../../cli/servers/mongodb.ts';
import { anyPort } from '../../cli/supervisor/ports.ts';

/** A server of one's own, because it is killed: the one that a test run shares must live. */

const READY_MS = 60_000;

export class Mongod {
  readonly uri: string;
  readonly #program: string;
  readonly port: number;
  readonly #data: string;
  #process: ChildProcess;

  private constructor(program: string, port: number, data: string) {
    this.uri = mongodbUri(port);
    this.#program = program;
    this.port = port;
    this.#data = data;
    this.#process = this.#spawn();
  }

  static async start(): Promise<Mongod> {
    // An address in the environment is somebody else's server.
    const { MONGODB_URI: _uri, ...env } = process.env;
    const found = await findOrFetch(SERVERS.mongodb, env);
    if (found.where === 'environment') throw new Error('a server of its own is wanted');
    const mongod = new Mongod(found.program, await anyPort(), await mkdtemp(join(tmpdir(), 'hufu-mongod-')));
    await mongod.#ready();
    return mongod;
  }

  #spawn(): ChildProcess {
    return spawn(this.#program, [...mongodArguments(this.port, this.#data)], { stdio: 'ignore' });
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
