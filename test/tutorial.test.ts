import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serverAddress, uniqueName } from './support/names.ts';

/**
 * `docs/tutorial.md`, followed to the letter in a copy of the project: each block of TypeScript is a file, each diff a
 * changed line, each console a command with what it must print. `…` stands for anything.
 */

const root = resolve(import.meta.dirname, '..');
const page = readFileSync(join(root, 'docs/tutorial.md'), 'utf8');
const copy = mkdtempSync(join(tmpdir(), 'hufu-tutorial-'));
const database = uniqueName('tutorial');
const running = new Set<ChildProcess>();

const blocks = (language: string): ReadonlyArray<string> =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map(([, text = '']) => text);

const files = blocks('ts').map((text) => {
  const [, path = '', code = ''] = /^\/\/ (\S+\.ts)\n([\s\S]*)$/.exec(text) ?? [];
  return { path, code };
});

/** `--- file`, one line that goes, the lines that come in its place. */
const changes = blocks('diff').map((text) => {
  const [, path = '', before = '', after = ''] = /^--- (\S+)\n-(.*)\n((?:\+.*\n)+)$/.exec(text) ?? [];
  return { path, before, after: after.trimEnd().replaceAll(/^\+/gm, '') };
});

/** A command and the lines that it prints. */
const commands = blocks('console').flatMap((text) =>
  text
    .split(/^\$ /m)
    .slice(1)
    .map((one) => {
      const [command = '', ...printed] = one.trimEnd().split('\n');
      return { command, printed: printed.filter((line) => line !== '…') };
    }),
);

const env = {
  ...process.env,
  HUFU_DATABASE: database,
  HUFU_KEY_DIR: '.hufu/cafe-keys',
  HUFU_DEMO_KEYS: '1',
  HUFU_LOG: 'error',
  // The test runner's own settings are not those of a person's shell.
  NODE_OPTIONS: '',
  VITEST: '',
  NO_COLOR: '1',
};

beforeAll(() => {
  const left = new Set(['node_modules', '.git', '.hufu']);
  cpSync(root, copy, {
    recursive: true,
    filter: (from) => dirname(from) !== root || !left.has(from.slice(root.length + 1)),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  mkdirSync(join(copy, '.hufu'));
  for (const { path, code } of files) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), code);
  }
  for (const { path, before, after } of changes) {
    const [head = '', tail, ...more] = readFileSync(join(copy, path), 'utf8').split(`${before}\n`);
    if (tail === undefined || more.length > 0) throw new Error(`${path} has not one line: ${before}`);
    writeFileSync(join(copy, path), `${head}${after}\n${tail}`);
  }
});

afterAll(async () => {
  for (const child of running) child.kill('SIGKILL');
  const connection = await mongoose.createConnection(serverAddress('MONGODB_URI'), { dbName: database }).asPromise();
  await connection.dropDatabase();
  await connection.close();
  rmSync(copy, { recursive: true });
});

/** @returns what it printed. */
const node = async (...words: ReadonlyArray<string>): Promise<string> => {
  const failed = (error: { readonly stdout?: string; readonly stderr?: string }): never => {
    throw new Error(`${words.join(' ')}\n${error.stdout ?? ''}${error.stderr ?? ''}`);
  };
  return (await promisify(execFile)(process.execPath, words, { cwd: copy, env }).catch(failed)).stdout;
};

const expected = (lines: ReadonlyArray<string>): ReadonlyArray<RegExp> =>
  lines.map(
    (line) =>
      new RegExp(
        `^${line
          .trim()
          .split('…')
          .map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&'))
          .join('.*')}$`,
      ),
  );

/** Columns are parted by tabs. */
const missing = (lines: ReadonlyArray<string>, text: string): ReadonlyArray<string> => {
  const found = text.split('\n').map((line) => line.replaceAll(/\s+/g, ' ').trim());
  return expected(lines).flatMap((pattern, n) => (found.some((line) => pattern.test(line)) ? [] : [lines[n] ?? '']));
};

/** A program that stays is killed, as the page says, once it has printed what it must. */
const runAndKill = async (words: ReadonlyArray<string>, printed: ReadonlyArray<string>): Promise<void> => {
  const child = spawn(process.execPath, words, { cwd: copy, env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.add(child);
  const ended = once(child, 'exit');
  let text = '';
  const done = new Promise<void>((allThere) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (piece) => {
        text += String(piece);
        if (missing(printed, text).length === 0) allThere();
      });
    }
  });
  const timeout = AbortSignal.timeout(60_000);
  await Promise.race([done, ended, once(timeout, 'abort')]);
  child.kill('SIGKILL');
  await ended;
  running.delete(child);
  expect(missing(printed, text), text).toEqual([]);
};

describe('docs/tutorial.md', () => {
  it('has the files, changes and commands that are expected', () => {
    expect(files.map(({ path }) => path)).toEqual([
      'domain/cafe/tab.ts',
      'devices/coffee-machine/port.ts',
      'devices/coffee-machine/simulator.ts',
      'actors/cafe/tab.ts',
      'actors/cafe/tab.test.ts',
      'test/cafe/node.ts',
    ]);
    expect(changes.map(({ path }) => path)).toEqual([
      'actors/actors.ts',
      'actors/actors.ts',
      'cli/node.ts',
      'cli/node.ts',
    ]);
    expect(commands.length).toBeGreaterThanOrEqual(11);
  });

  it('compiles as part of the project, in its style and within its rooms', async () => {
    await node('node_modules/typescript/bin/tsc', '--noEmit', '-p', '.');
    const changed = [...files, ...changes].map(({ path }) => path);
    await node('node_modules/@biomejs/biome/bin/biome', 'check', '--vcs-enabled=false', ...new Set(changed));
    await node('node_modules/vitest/vitest.mjs', 'run', 'test/architecture/rooms');
  });

  for (const { command, printed } of commands) {
    it(`$ ${command}`, async () => {
      const [program, ...words] = command.split(' ');
      if (program === 'node') return runAndKill(words, printed);
      const [name, ...rest] = words;
      const run =
        name === 'test' ? node('node_modules/vitest/vitest.mjs', 'run', ...rest) : node('cli/main.ts', ...words);
      const text = await run;
      expect(missing(printed, text), text).toEqual([]);
    });
  }
});
