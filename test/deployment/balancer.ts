import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { anyPort } from '../../cli/supervisor/ports.ts';

/** HAProxy as both load balancers run it: the file of `deploy/`, with addresses of this machine. */

export const CONFIGURATION = resolve(import.meta.dirname, '../../deploy/balancer/haproxy.cfg');

export class Balancer {
  readonly url: string;
  readonly #inside: string;
  readonly #child: ChildProcess;
  #output = '';

  private constructor(program: string, env: Readonly<Record<string, string>>) {
    this.url = `http://${env['BALANCER_BIND']}`;
    this.#inside = `http://${env['BALANCER_INSIDE_BIND']}`;
    this.#child = spawn(program, ['-db', '-f', CONFIGURATION], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk) => {
        this.#output = (this.#output + String(chunk)).slice(-4_096);
      });
    }
  }

  /** @param nodes `host:port` of the three. */
  static async start(program: string, nodes: ReadonlyArray<string>, port: number): Promise<Balancer> {
    const [NODE_1 = '', NODE_2 = '', NODE_3 = ''] = nodes;
    const inside = `127.0.0.1:${await anyPort()}`;
    const env = { BALANCER_BIND: `127.0.0.1:${port}`, BALANCER_INSIDE_BIND: inside, NODE_1, NODE_2, NODE_3 };
    return new Balancer(program, env);
  }

  /** Which of `node1`, `node2`, `node3` get requests. */
  async ready(): Promise<ReadonlyArray<string>> {
    if (this.#child.exitCode !== null) throw new Error(`haproxy ended with ${this.#child.exitCode}:\n${this.#output}`);
    const response = await fetch(`${this.#inside}/metrics`).catch(() => undefined);
    const text = (await response?.text()) ?? '';
    const up = text.matchAll(/^haproxy_server_status\{proxy="ready",server="(\w+)",state="UP"\} 1$/gm);
    return [...up].map(([, name = '']) => name);
  }

  /** What keepalived asks: 200 while this machine should have the shared address. */
  async fit(): Promise<number> {
    return (await fetch(`${this.#inside}/balancer`)).status;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }
}
