import { lastingPort, type NodeProcess } from '../support/node-process.ts';
import { Wire } from '../support/wire.ts';
import type { Version } from './load.ts';

/** A node's place in the house: its two wires, and whichever process is there at the moment. */

export const READY_MS = 40_000;
export const ANSWERED_MS = 60_000;

export interface Wires {
  readonly calls: Wire;
  readonly storage: Wire;
  readonly listenPort: number;
}

export const lay = async (mongodPort: number): Promise<Wires> => {
  const here = (port: number) => ({ hostname: '127.0.0.1', port });
  const listenPort = await lastingPort();
  const calls = await Wire.lay(here(listenPort), await lastingPort());
  return { calls, storage: await Wire.lay(here(mongodPort), await lastingPort()), listenPort };
};

/** One of the three: the same place in the cluster, whichever process is there at the moment. */
export class Node {
  readonly name: string;
  /** Others reach it by this one. */
  readonly calls: Wire;
  /** By this one it reaches its mongod. */
  readonly storage: Wire;
  /** Of the program that starts next. */
  version: Version = 1;
  readonly #spawn: (name: string, node: Node) => NodeProcess;
  #process: NodeProcess | undefined;
  #starts = 0;
  paused = false;

  constructor(name: string, calls: Wire, storage: Wire, spawn: (name: string, node: Node) => NodeProcess) {
    this.name = name;
    this.calls = calls;
    this.storage = storage;
    this.#spawn = spawn;
  }

  get running(): boolean {
    return this.#process !== undefined;
  }

  /** Resolves when it takes its part; names of callers in it are never used twice. */
  async start(): Promise<void> {
    this.#starts += 1;
    this.#process = this.#spawn(`${this.name}i${this.#starts}`, this);
    await this.#process.ready(READY_MS);
  }

  /** Its callers end with the answers that they wait for. */
  async rest(): Promise<void> {
    await this.#process?.request('rest', 'rested', ANSWERED_MS);
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    this.paused = false;
    await process?.end(signal);
  }

  pause(): void {
    this.#process?.pause();
    this.paused = this.running;
  }

  resume(): void {
    this.#process?.resume();
    this.paused = false;
  }
}
