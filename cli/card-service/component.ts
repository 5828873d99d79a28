import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import type { WritingComponent } from '../../sdk/client.ts';
import { isComponentName } from '../../sdk/protocol.ts';
import { Failure } from '../failure.ts';

/** The writing component (写卡组件, seed 000 §4.3 step 3) that this program is: an entry of the server's allow list, and its key. */

export interface ComponentAt {
  readonly name: string;
  readonly version: string;
  /** PEM, PKCS #8: `openssl genpkey -algorithm ed25519`. */
  readonly keyFile: string;
}

/** `counter-client@2.1.0=/etc/hufu/component.key` */
export const componentAt = (text: string): ComponentAt => {
  const [, name = '', version = '', keyFile = ''] = /^([^@=]+)@([^=]+)=(.+)$/.exec(text) ?? [];
  if (isComponentName({ name, version })) return { name, version, keyFile };
  throw new InvalidArgumentError('NAME@VERSION=FILE, as the component stands on the allow list');
};

/** @throws Failure when somebody else can read the file. */
export const ownersAlone = (path: string): void => {
  if ((statSync(path).mode & 0o077) !== 0) throw new Failure(`others can read ${path}`, `Run: chmod 600 ${path}`);
};

const keyIn = (path: string): KeyObject => {
  try {
    return createPrivateKey(readFileSync(path));
  } catch {
    // The cause may quote what is in the file.
    throw new Failure(`${path} holds no private key`, `Make one: openssl genpkey -algorithm ed25519 -out ${path}`);
  }
};

/** Signs with the key in the file. @throws Failure when it is no Ed25519 key of this user alone. */
export const signingComponent = ({ name, version, keyFile }: ComponentAt): WritingComponent => {
  if (statSync(keyFile, { throwIfNoEntry: false }) === undefined) throw new Failure(`there is no file ${keyFile}`);
  ownersAlone(keyFile);
  const key = keyIn(keyFile);
  if (key.asymmetricKeyType !== 'ed25519') throw new Failure(`the key in ${keyFile} is none of Ed25519`);
  return { name, version, sign: async (text) => sign(null, text, key) };
};
