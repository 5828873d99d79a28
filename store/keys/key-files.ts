/**
 * The key files: one JSON file per version of a key in `HUFU_KEY_DIR`, readable by its owner alone. A version is made
 * once, by linking a finished file to its name, so two processes that start at the same time agree on it and nobody
 * ever reads half a key. Old versions stay: what they sealed must be opened for as long as it is kept.
 */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';

/** What each purpose is for, and the length of its key: 16 bytes for SM4, 32 for an HMAC with SM3. */
export const KEY_PURPOSES = {
  /** SM4-GCM of Temporal payloads and failures. */
  'temporal-payload': 16,
  /** SM4-GCM of private fields in documents. */
  field: 16,
  /** HMAC by which private fields are looked up. */
  'blind-index': 32,
  /** SM4-GCM of private parts of events in the journal. */
  journal: 16,
  /** HMAC of short-lived tokens and cursors of our own. */
  token: 32,
  /** SM4-GCM of sealed files. */
  file: 16,
  /** HMAC of the audit log's head. */
  audit: 32,
} as const;

export type KeyPurpose = keyof typeof KEY_PURPOSES;

const isPurpose = (text: string): text is KeyPurpose => Object.hasOwn(KEY_PURPOSES, text);
export const ALL_PURPOSES: ReadonlyArray<KeyPurpose> = Object.keys(KEY_PURPOSES).filter(isPurpose);

/** One version of a key. Printing or encoding it shows its id and never the key. */
export class KeyVersion {
  readonly id: string;
  readonly purpose: KeyPurpose;
  readonly version: number;
  readonly key: Buffer;
  readonly createdAtMs: number;
  /** From this moment on it is written with; before, it only reads what a node that is ahead wrote. */
  readonly writeFromMs: number;

  constructor(purpose: KeyPurpose, version: number, key: Buffer, createdAtMs: number, writeFromMs: number) {
    this.id = `${purpose}-${version}`;
    this.purpose = purpose;
    this.version = version;
    this.key = key;
    this.createdAtMs = createdAtMs;
    this.writeFromMs = writeFromMs;
  }

  toJSON(): { readonly id: string } {
    return { id: this.id };
  }

  [inspect.custom](): string {
    return `KeyVersion(${this.id})`;
  }
}

const FILE_NAME = /^([a-z-]+)-([1-9][0-9]{0,8})\.json$/;
/** Its presence says: keys made on the spot are good enough here. */
const DEMO_MARKER = 'DEMO-KEYS';

const keyFault = (code: string, message: string): Fault => fault('keys', code, message);

const failedTo = (doing: string, cause: unknown): Fault =>
  keyFault('Unreadable', `Could not ${doing}: ${cause instanceof Error ? cause.message : String(cause)}`);

const checkMode = (path: string, wanted: number): Fault | undefined => {
  const mode = statSync(path).mode & 0o777;
  return (mode & ~wanted) === 0
    ? undefined
    : keyFault(
        'TooOpen',
        `${path} has mode ${mode.toString(8)}; others could read keys. Run: chmod ${wanted.toString(8)} ${path}`,
      );
};

/** @returns the version, or a Fault that says what is wrong with the file (never what is in it). */
const readVersion = (directory: string, name: string): KeyVersion | Fault | undefined => {
  const match = FILE_NAME.exec(name);
  const purpose = match?.[1] ?? '';
  if (match === null || !isPurpose(purpose)) return undefined;
  const path = join(directory, name);
  const tooOpen = checkMode(path, 0o600);
  if (tooOpen !== undefined) return tooOpen;
  let content: { key?: unknown; createdAt?: unknown; writeFrom?: unknown };
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return keyFault('Damaged', `${path} is not a key file: it holds no readable JSON. Restore it from the backup.`);
  }
  const key = typeof content.key === 'string' ? Buffer.from(content.key, 'hex') : Buffer.alloc(0);
  const createdAtMs = Date.parse(String(content.createdAt));
  const writeFromMs = Date.parse(String(content.writeFrom));
  if (key.length !== KEY_PURPOSES[purpose] || Number.isNaN(createdAtMs) || Number.isNaN(writeFromMs)) {
    return keyFault(
      'Damaged',
      `${path} is not a key file: it needs key (${KEY_PURPOSES[purpose] * 2} hex digits), createdAt and writeFrom.`,
    );
  }
  return new KeyVersion(purpose, Number(match[2]), key, createdAtMs, writeFromMs);
};

/** Every version in the directory, by purpose and version, ascending; or why the directory may not be used. */
export const readKeys = (directory: string): ReadonlyArray<KeyVersion> | Fault => {
  try {
    if (statSync(directory, { throwIfNoEntry: false }) === undefined) {
      return keyFault(
        'Missing',
        `There is no key directory ${directory}. Set HUFU_KEY_DIR, or HUFU_DEMO_KEYS=1 to try.`,
      );
    }
    const tooOpen = checkMode(directory, 0o700);
    if (tooOpen !== undefined) return tooOpen;
    const versions: KeyVersion[] = [];
    for (const name of readdirSync(directory)) {
      const version = readVersion(directory, name);
      if (version === undefined) continue;
      if (!(version instanceof KeyVersion)) return version;
      versions.push(version);
    }
    return versions.sort((a, b) => a.purpose.localeCompare(b.purpose) || a.version - b.version);
  } catch (cause) {
    return failedTo(`read the keys in ${directory}`, cause);
  }
};

/** Writes the version under its name, unless that name is taken; then what is there counts. */
const writeVersion = (directory: string, made: KeyVersion): void => {
  const unfinished = join(directory, `.${made.id}.${randomBytes(6).toString('hex')}`);
  const file = openSync(unfinished, 'wx', 0o600);
  try {
    const content = {
      key: made.key.toString('hex'),
      createdAt: new Date(made.createdAtMs).toISOString(),
      writeFrom: new Date(made.writeFromMs).toISOString(),
    };
    writeSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(unfinished, join(directory, `${made.id}.json`));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  } finally {
    rmSync(unfinished, { force: true });
  }
  const folder = openSync(directory, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
};

export interface NewKeyOptions {
  readonly nowMs: number;
  /** When nodes begin to write with it. Later than now gives every node time to see the file first. */
  readonly writeFromMs?: number;
}

/**
 * Makes the next version of one purpose; the old ones stay for reading. Two calls at the same moment make one.
 * @returns the version that is newest now, or why it could not be made.
 */
export const rotateKey = (directory: string, purpose: KeyPurpose, options: NewKeyOptions): KeyVersion | Fault => {
  const before = readKeys(directory);
  if ('_tag' in before) return before;
  const newest = before.findLast((one) => one.purpose === purpose)?.version ?? 0;
  const key = randomBytes(KEY_PURPOSES[purpose]);
  const writeFromMs = options.writeFromMs ?? options.nowMs;
  try {
    writeVersion(directory, new KeyVersion(purpose, newest + 1, key, options.nowMs, writeFromMs));
    const made = readVersion(directory, `${purpose}-${newest + 1}.json`);
    return made ?? keyFault('Damaged', `${purpose}-${newest + 1} vanished from ${directory} while it was made.`);
  } catch (cause) {
    return failedTo(`write ${purpose}-${newest + 1} to ${directory}`, cause);
  }
};

/**
 * Makes the first version of every purpose that has none. With `demo` the directory is marked, so that later starts
 * may do the same.
 * @returns the ids made, or why not.
 */
export const makeMissingKeys = (
  directory: string,
  options: { readonly nowMs: number; readonly demo?: boolean },
): ReadonlyArray<string> | Fault => {
  try {
    if (mkdirSync(directory, { recursive: true, mode: 0o700 }) !== undefined) chmodSync(directory, 0o700);
    if (options.demo === true) closeSync(openSync(join(directory, DEMO_MARKER), 'a', 0o600));
  } catch (cause) {
    return failedTo(`make the key directory ${directory}`, cause);
  }
  const before = readKeys(directory);
  if ('_tag' in before) return before;
  const made: string[] = [];
  for (const purpose of missingPurposes(before)) {
    const version = new KeyVersion(purpose, 1, randomBytes(KEY_PURPOSES[purpose]), options.nowMs, options.nowMs);
    try {
      writeVersion(directory, version);
    } catch (cause) {
      return failedTo(`write ${version.id} to ${directory}`, cause);
    }
    made.push(version.id);
  }
  return made;
};

export const missingPurposes = (versions: ReadonlyArray<KeyVersion>): ReadonlyArray<KeyPurpose> =>
  ALL_PURPOSES.filter((purpose) => !versions.some((one) => one.purpose === purpose));

/** Whether keys may be made here without anybody having asked for them. */
export const isDemoDirectory = (directory: string): boolean =>
  statSync(join(directory, DEMO_MARKER), { throwIfNoEntry: false }) !== undefined;
