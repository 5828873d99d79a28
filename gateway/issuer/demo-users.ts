import { randomBytes, timingSafeEqual } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { Effect, Either, Schema } from 'effect';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { ROLES, type Role } from '../../domain/kernel/caller.ts';
import { type Fault, fault } from '../../domain/kernel/refusal.ts';

/**
 * Who may sign in to the embedded issuer, and what it signs with. Both are made at the first start, in the key
 * directory, readable by the owner alone, and never leave it otherwise: the repository holds no password. Each demo user
 * is also a client (`client_credentials`), so that scripts and tests get a token without a browser.
 */

const DemoUser = Schema.Struct({
  /** `sub` of the tokens, login name and client id in one. */
  subject: Schema.String,
  tenant: Schema.String,
  roles: Schema.Array(Schema.Literal(...ROLES)),
  provinces: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] }),
  /** Of a roaming partner. */
  tadig: Schema.optionalWith(Schema.NullOr(Schema.String), { default: () => null }),
  password: Schema.String,
  clientSecret: Schema.String,
});
export type DemoUser = typeof DemoUser.Type;

const DemoUsers = Schema.parseJson(Schema.Struct({ users: Schema.Array(DemoUser) }));
const SigningKeys = Schema.parseJson(
  Schema.Struct({ keys: Schema.Array(Schema.Record({ key: Schema.String, value: Schema.Unknown })) }),
);

/** File names in the key directory. */
export const USERS_FILE = 'issuer.demo-users.json';
export const KEYS_FILE = 'issuer.signing-keys.json';

const secret = (): string => randomBytes(24).toString('base64url');

const newUser = (subject: string, tenant: string, role: Role, ...provinces: ReadonlyArray<string>): DemoUser => ({
  subject,
  tenant,
  roles: [role],
  provinces,
  tadig: null,
  password: secret(),
  clientSecret: secret(),
});

const BEIJING = '110000';
const SHANGHAI = '310000';

/**
 * One user per role in the tenant `demo`, all of one province, and a colleague of operator and finance; an operator of another province and one of
 * another tenant, and two roaming partners, to see that these are apart.
 */
const newUsers = (): ReadonlyArray<DemoUser> => [
  ...ROLES.filter((role) => role !== 'roaming-partner').map((role) => newUser(`demo-${role}`, 'demo', role, BEIJING)),
  { ...newUser('demo-roaming-partner', 'demo', 'roaming-partner'), tadig: 'HKGPP' },
  { ...newUser('other-roaming-partner', 'demo', 'roaming-partner'), tadig: 'JPNDO' },
  newUser('beijing-operator', 'demo', 'operator', BEIJING),
  newUser('beijing-finance', 'demo', 'finance', BEIJING),
  newUser('shanghai-operator', 'demo', 'operator', SHANGHAI),
  newUser('rival-operator', 'rival', 'operator'),
];

/** ES256, with a key id. Put another key first in the file to rotate: all are published, the first one signs. */
const newKeys = async (): Promise<{ readonly keys: ReadonlyArray<JWK> }> => {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return {
    keys: [{ ...(await exportJWK(privateKey)), kid: randomBytes(8).toString('hex'), alg: 'ES256', use: 'sig' }],
  };
};

/** Writes the file unless it is there; of two processes that start at once, the first one's counts. */
const writeOnce = (directory: string, name: string, content: unknown): void => {
  const unfinished = join(directory, `.${name}.${randomBytes(6).toString('hex')}`);
  const file = openSync(unfinished, 'wx', 0o600);
  try {
    writeSync(file, `${JSON.stringify(content, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  try {
    linkSync(unfinished, join(directory, name));
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
  } finally {
    rmSync(unfinished, { force: true });
  }
};

const load = <A, I>(
  directory: string,
  name: string,
  schema: Schema.Schema<A, I>,
  make: () => Promise<unknown>,
): Effect.Effect<A, Fault> =>
  Effect.tryPromise({
    try: async () => {
      const path = join(directory, name);
      mkdirSync(directory, { recursive: true, mode: 0o700 });
      if (statSync(path, { throwIfNoEntry: false }) === undefined) writeOnce(directory, name, await make());
      if ((statSync(path).mode & 0o077) !== 0) throw new Error(`others can read it. Run: chmod 600 ${path}`);
      const decoded = Schema.decodeUnknownEither(schema)(readFileSync(path, 'utf8'));
      // The parse error would repeat what is in the file.
      if (Either.isLeft(decoded)) throw new Error('it does not hold what it should. Remove it to have it made again.');
      return decoded.right;
    },
    catch: (cause) =>
      fault('issuer', 'Unusable', `${join(directory, name)}: ${cause instanceof Error ? cause.message : cause}`),
  });

/** The demo users of this key directory; made when there are none yet. */
export const demoUsers = (keyDirectory: string): Effect.Effect<ReadonlyArray<DemoUser>, Fault> =>
  Effect.map(
    load(keyDirectory, USERS_FILE, DemoUsers, async () => ({ users: newUsers() })),
    ({ users }) => users,
  );

/** The private signing keys (JWK), newest first; made when there are none yet. */
export const signingKeys = (keyDirectory: string): Effect.Effect<ReadonlyArray<JWK>, Fault> =>
  Effect.map(load(keyDirectory, KEYS_FILE, SigningKeys, newKeys), ({ keys }) => keys as ReadonlyArray<JWK>);

/** What may be shown of a signing key. */
export const publicKey = ({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, oth: _oth, ...rest }: JWK): JWK => rest;

/** Compared in the same time whatever differs. */
export const passwordMatches = (user: DemoUser, password: string): boolean => {
  const wanted = Buffer.from(user.password);
  const given = Buffer.from(password);
  return wanted.length === given.length && timingSafeEqual(wanted, given);
};
