import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import ssh2 from 'ssh2';
import { fingerprintOf } from '../sftp-connection.ts';

/** What a simulator keeps in its directory: keys made at the first start, and its state, so that a restart goes on. */
export interface KeyPair {
  readonly privateKey: string;
  /** OpenSSH form. */
  readonly publicKey: string;
  readonly privateFile: string;
  readonly fingerprint: string;
}

const readOr = async <A>(path: string, otherwise: A): Promise<string | A> =>
  readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return otherwise;
    throw error;
  });

/** The library writes about one key in 300 so that it cannot read it again (a point with leading zeros). */
const newKey = (comment: string): string => {
  for (let tries = 0; tries < 20; tries += 1) {
    const made = ssh2.utils.generateKeyPairSync('ed25519', { comment }).private;
    if (!(ssh2.utils.parseKey(made) instanceof Error)) return made;
  }
  throw new Error('no readable key in twenty tries');
};

/** The key pair of this name; made when it is not there yet. */
export const keyPair = async (directory: string, name: string): Promise<KeyPair> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const privateFile = join(directory, `${name}_ed25519`);
  let privateKey = await readOr(privateFile, undefined);
  if (privateKey === undefined) {
    privateKey = newKey(name);
    await writeFile(privateFile, privateKey, { mode: 0o600 });
  }
  const parsed = ssh2.utils.parseKey(privateKey);
  if (parsed instanceof Error) throw parsed;
  const wire = parsed.getPublicSSH();
  const publicKey = `${parsed.type} ${wire.toString('base64')} ${name}`;
  await writeFile(`${privateFile}.pub`, `${publicKey}\n`);
  return { privateKey, publicKey, privateFile, fingerprint: fingerprintOf(wire) };
};

/** A JSON file that is replaced as a whole: after a crash it holds the last state or the one before. */
export interface StateFile<A> {
  readonly value: A;
  readonly save: () => Promise<void>;
}

export const stateFile = async <A extends object>(path: string, initial: A): Promise<StateFile<A>> => {
  const text = await readOr(path, undefined);
  // Written by this program alone; a missing key of an older state takes its initial value.
  const value: A = text === undefined ? initial : { ...initial, ...(JSON.parse(text) as Partial<A>) };
  let turn: Promise<void> = Promise.resolve();
  const write = async () => {
    await writeFile(`${path}.new`, JSON.stringify(value));
    await rename(`${path}.new`, path);
  };
  return {
    value,
    save: () => {
      turn = turn.catch(() => undefined).then(write);
      return turn;
    },
  };
};

/** A number of [0, 1) that depends on nothing but the words: who draws again draws the same. */
export const draw = (...words: ReadonlyArray<string | number>): number =>
  createHash('sm3').update(words.join('\n')).digest().readUInt32BE() / 2 ** 32;
