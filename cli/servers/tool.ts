import { spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { say } from '../failure.ts';

/** Runs the machine's own tools (pip, go, mvn, tar) with progress, and finds programs on the PATH. */

const PROGRESS_EVERY_MS = 15_000;
const KEPT_CHARS = 4_000;

/** Resolves when the tool ended with 0. @throws Error with the last lines of its output. The output is in DIR/tool.log. */
export const runTool = (
  command: string,
  args: readonly string[],
  options: { readonly dir: string; readonly what: string; readonly env?: Readonly<Record<string, string>> },
): Promise<void> =>
  new Promise((resolve, reject) => {
    const started = Date.now();
    const log = createWriteStream(join(options.dir, 'tool.log'), { flags: 'a' });
    let tail = '';
    const child = spawn(command, [...args], {
      cwd: options.dir,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        log.write(chunk);
        tail = (tail + chunk.toString('utf8')).slice(-KEPT_CHARS);
      });
    }
    const progress = setInterval(
      () => say(`  ${options.what}: ${Math.round((Date.now() - started) / 1_000)} s…`),
      PROGRESS_EVERY_MS,
    );
    const done = (problem: string | undefined): void => {
      clearInterval(progress);
      log.end();
      if (problem === undefined) resolve();
      else reject(new Error([problem, ...tail.trim().split('\n').slice(-3)].join('\n        ')));
    };
    child.on('error', (cause) => done(`${command} cannot be run: ${cause.message}`));
    child.on('close', (code) => done(code === 0 ? undefined : `${options.what} failed (exit code ${code}):`));
  });

export const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
};

/** Where the program lies on the PATH. */
export const onPath = (program: string, path: string): string | undefined =>
  path
    .split(delimiter)
    .filter((dir) => dir !== '')
    .map((dir) => join(dir, program))
    .find(isExecutable);

/** What a short command prints, with both streams joined; undefined when it fails or takes longer than 10 s. */
export const outputOf = (command: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise((resolve) => {
    const child = spawn(command, [...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: 10_000 });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString('utf8');
      });
    }
    child.on('error', () => resolve(undefined));
    child.on('close', (code) => resolve(code === 0 ? output : undefined));
  });
