import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import { Effect, Either } from 'effect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { ALL_PURPOSES, KEY_PURPOSES, makeMissingKeys, readKeys, rotateKey } from './key-files.ts';
import { KeyRing, type KeyRingOptions, keyRingLayer, listKeys, rotate } from './key-ring.ts';

let root: string;
let directory: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hufu-keys-'));
  directory = join(root, 'keys');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

type Ring = Effect.Effect.Success<typeof KeyRing>;

const withRing = <A>(use: (ring: Ring) => A, options: Partial<KeyRingOptions> = {}): Promise<Either.Either<A, Fault>> =>
  Effect.runPromise(
    Effect.map(KeyRing, use).pipe(
      Effect.provide(keyRingLayer({ directory, demoKeys: false, ...options })),
      Effect.either,
    ),
  );

const codeOf = (result: Either.Either<unknown, Fault>): string =>
  Either.isLeft(result) ? result.left.code : 'it started';

describe('the key ring', () => {
  it('makes no keys that nobody asked for', async () => {
    expect(codeOf(await withRing(() => 0))).toBe('Missing');
    expect(readdirSync(root)).toEqual([]);
  });

  it('makes demo keys once when told to, for their owner alone', async () => {
    const ids = (ring: Ring) => ALL_PURPOSES.map((purpose) => ring.current(purpose));
    const first = Either.getOrThrow(await withRing(ids, { demoKeys: true }));
    expect(first.map((one) => one.id)).toEqual(ALL_PURPOSES.map((purpose) => `${purpose}-1`));
    expect(first.map((one) => one.key.length)).toEqual(ALL_PURPOSES.map((purpose) => KEY_PURPOSES[purpose]));
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(directory)) expect(statSync(join(directory, name)).mode & 0o777).toBe(0o600);

    const again = Either.getOrThrow(await withRing(ids));
    expect(again.map((one) => one.key.toString('hex'))).toEqual(first.map((one) => one.key.toString('hex')));
  });

  it('makes what is missing in a directory that is marked for it', async () => {
    await withRing(() => 0, { demoKeys: true });
    rmSync(join(directory, 'field-1.json'));
    expect(Either.getOrThrow(await withRing((ring) => ring.current('field').id))).toBe('field-1');
  });

  it('refuses a directory without the mark in which a purpose has no key', async () => {
    makeMissingKeys(directory, { nowMs: 0 });
    rmSync(join(directory, 'audit-1.json'));
    expect(codeOf(await withRing(() => 0))).toBe('Missing');
  });

  it.each([
    ['the directory', () => chmodSync(directory, 0o750), 'TooOpen'],
    ['a key file', () => chmodSync(join(directory, 'field-1.json'), 0o640), 'TooOpen'],
    ['a key of a wrong length', () => writeFileSync(join(directory, 'field-1.json'), '{"key":"00"}'), 'Damaged'],
    ['half a file', () => writeFileSync(join(directory, 'field-1.json'), '{"key":"00'), 'Damaged'],
  ])('refuses to start with %s wrong', async (_what, spoil, code) => {
    makeMissingKeys(directory, { nowMs: 0 });
    spoil();
    expect(codeOf(await withRing(() => 0))).toBe(code);
  });

  it('writes with the newest key in force and still knows the old ones', async () => {
    makeMissingKeys(directory, { nowMs: 0 });
    await Effect.runPromise(rotate(directory, 'field'));
    await Effect.runPromise(rotate(directory, 'field', 60_000));
    const lines = await Effect.runPromise(listKeys(directory));
    expect(lines.filter((one) => one.purpose === 'field').map((one) => [one.id, one.standing])).toEqual([
      ['field-1', 'old'],
      ['field-2', 'current'],
      ['field-3', 'coming'],
    ]);
    const seen = await withRing((ring) => ({
      current: ring.current('field').id,
      old: ring.byId('field', 'field-1')?.id,
      coming: ring.byId('field', 'field-3')?.id,
      otherPurpose: ring.byId('journal', 'field-1'),
      unknown: ring.byId('field', 'field-9'),
    }));
    expect(Either.getOrThrow(seen)).toEqual({
      current: 'field-2',
      old: 'field-1',
      coming: 'field-3',
      otherPurpose: undefined,
      unknown: undefined,
    });
  });

  it('sees a rotation without a restart', async () => {
    makeMissingKeys(directory, { nowMs: 0 });
    await Effect.runPromise(
      Effect.gen(function* () {
        const ring = yield* KeyRing;
        yield* rotate(directory, 'token');
        const deadline = Date.now() + 5_000;
        while (ring.current('token').id !== 'token-2' && Date.now() < deadline) yield* Effect.sleep(10);
        expect(ring.current('token').id).toBe('token-2');
      }).pipe(Effect.provide(keyRingLayer({ directory, demoKeys: false, refreshEveryMs: 20 }))),
    );
  });

  it('keeps what it had when the directory is damaged while it runs', async () => {
    makeMissingKeys(directory, { nowMs: 0 });
    await Effect.runPromise(
      Effect.gen(function* () {
        const ring = yield* KeyRing;
        writeFileSync(join(directory, 'field-1.json'), '');
        expect((yield* Effect.flip(ring.refresh)).code).toBe('Damaged');
        expect(ring.current('field').id).toBe('field-1');
      }).pipe(Effect.provide(keyRingLayer({ directory, demoKeys: false }))),
    );
  });

  it('never prints a key', () => {
    makeMissingKeys(directory, { nowMs: 0 });
    const made = rotateKey(directory, 'field', { nowMs: 0 });
    if ('_tag' in made) throw new Error(made.message);
    expect(JSON.stringify({ made })).toBe('{"made":{"id":"field-2"}}');
    expect(inspect(made)).toBe('KeyVersion(field-2)');
  });

  it('agrees with processes that start at the same moment', async () => {
    const module = fileURLToPath(new URL('./key-files.ts', import.meta.url));
    const script = `
      const { makeMissingKeys, readKeys } = await import(${JSON.stringify(module)});
      const made = makeMissingKeys(${JSON.stringify(directory)}, { nowMs: 0, demo: true });
      if ('_tag' in made) throw new Error(made.message);
      const keys = readKeys(${JSON.stringify(directory)});
      console.log(keys.map((one) => one.id + one.key.toString('hex')).join());
    `;
    const starts = Array.from({ length: 4 }, () =>
      promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]),
    );
    const outputs = (await Promise.all(starts)).map((one) => one.stdout);
    expect(new Set(outputs).size).toBe(1);
    expect(outputs[0]?.split(',')).toHaveLength(ALL_PURPOSES.length);
    expect(readdirSync(directory).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('ignores files that are not keys', () => {
    makeMissingKeys(directory, { nowMs: 0 });
    writeFileSync(join(directory, 'README.md'), 'not a key');
    writeFileSync(join(directory, 'other-1.json'), readFileSync(join(directory, 'field-1.json')));
    const keys = readKeys(directory);
    expect('_tag' in keys ? keys.code : keys.length).toBe(ALL_PURPOSES.length);
  });
});
