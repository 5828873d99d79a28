import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chunk, Effect, Fiber, Stream } from 'effect';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type SftpClient, sftpClient } from './sftp.ts';
import { SFTP_TUNING, type SftpServer } from './sftp-connection.ts';
import { WINDOW } from './sftp-session.ts';
import { NO_TROUBLES, type RunningServer, type ServerTroubles, startSftpServer } from './simulator/server.ts';
import { type KeyPair, keyPair } from './simulator/state.ts';
import type { Upload } from './transfer.ts';

const TUNING = {
  ...SFTP_TUNING,
  connectTimeoutMs: 2_000,
  requestTimeoutMs: 2_000,
  attempts: 4,
  backoffMs: 20,
  backoffMaxMs: 100,
  settleMs: 60,
};

let directory: string;
let root: string;
let server: RunningServer;
let troubles: ServerTroubles;
let client: KeyPair;
let hostKey: KeyPair;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-sftp-'));
  root = join(directory, 'files');
  for (const name of ['in', 'archive', 'secret']) await mkdir(join(root, name), { recursive: true });
  client = await keyPair(directory, 'client');
  hostKey = await keyPair(directory, 'host');
  troubles = { ...NO_TROUBLES };
  const users = [
    { username: 'rps', publicKeys: [client.publicKey], password: 'pass phrase', directories: ['in', 'archive'] },
  ];
  server = await startSftpServer({ root, hostKey: hostKey.privateKey, users, host: '127.0.0.1', port: 0, troubles });
});
afterEach(async () => {
  await server.close();
  await rm(directory, { recursive: true });
});

const address = (more: Partial<SftpServer> = {}): SftpServer => ({
  service: 'partner',
  host: '127.0.0.1',
  port: server.port,
  username: 'rps',
  fingerprints: [hostKey.fingerprint],
  privateKey: client.privateKey,
  basePath: '',
  ...more,
});
const run = <A, E>(use: (sftp: SftpClient) => Effect.Effect<A, E>, more: Partial<SftpServer> = {}) =>
  Effect.runPromise(Effect.scoped(Effect.flatMap(sftpClient(address(more), TUNING), use)));
const failure = <A, E>(use: (sftp: SftpClient) => Effect.Effect<A, E>, more: Partial<SftpServer> = {}) =>
  run((sftp) => Effect.flip(use(sftp)), more);

const uploadOf = (name: string, content: Buffer, opened: Array<number> = []): Upload => ({
  name,
  bytes: content.length,
  sm3: createHash('sm3').update(content).digest('hex'),
  open: (offset) => {
    opened.push(offset);
    const rest = content.subarray(offset);
    // Pieces of an odd size, so that windows are cut out of them.
    return Stream.fromIterable(
      Array.from({ length: Math.ceil(rest.length / 40_001) }, (_, at) => rest.subarray(at * 40_001, (at + 1) * 40_001)),
    );
  },
});
const downloaded = (sftp: SftpClient, file: Parameters<SftpClient['download']>[0]) =>
  Stream.runCollect(sftp.download(file)).pipe(Effect.map((parts) => Buffer.concat(Chunk.toReadonlyArray(parts))));
const visible = async () => (await readdir(join(root, 'in'))).filter((name) => !name.startsWith('.'));

describe('whole files', () => {
  test('go up and come down unchanged; the same again is no second one, other bytes are a conflict', async () => {
    const content = randomBytes(3 * WINDOW + 12_345);
    await run((sftp) =>
      Effect.gen(function* () {
        expect(yield* sftp.upload('in', uploadOf('a.txt', content))).toMatchObject({
          path: '/in/a.txt',
          bytes: content.length,
          written: true,
        });
        expect(yield* sftp.upload('in', uploadOf('a.txt', content))).toMatchObject({ written: false });
        for (const other of [content.subarray(1), Buffer.from(content).fill(0, 0, 1)]) {
          const conflict = yield* Effect.flip(sftp.upload('in', uploadOf('a.txt', other)));
          expect(conflict).toMatchObject({ _tag: 'Refusal', code: 'UploadConflict' });
        }
        const [file] = yield* sftp.list('in');
        expect(file).toMatchObject({ name: 'a.txt', bytes: content.length });
        if (file) expect((yield* downloaded(sftp, file)).equals(content)).toBe(true);
      }),
    );
    expect(await readdir(join(root, 'in'))).toEqual(['a.txt']);
  });

  test('of no byte at all', async () => {
    await run((sftp) => sftp.upload('in', uploadOf('empty.txt', Buffer.alloc(0))));
    const bytes = await run((sftp) =>
      Effect.flatMap(sftp.list('in'), ([file]) => (file ? downloaded(sftp, file) : Effect.succeed(undefined))),
    );
    expect(bytes).toEqual(Buffer.alloc(0));
  });

  test('are listed oldest first, without temporary and growing ones', async () => {
    const put = async (name: string, second: number) => {
      await writeFile(join(root, 'in', name), name);
      await utimes(join(root, 'in', name), second, second);
    };
    for (const [name, second] of [
      ['b', 20],
      ['a', 20],
      ['z', 10],
      ['.c.part', 5],
      ['d.tmp', 5],
      ['e.filepart', 5],
      ['growing', 30],
    ] as const)
      await put(name, second);
    const names = await run((sftp) =>
      Effect.gen(function* () {
        const listing = yield* Effect.fork(sftp.list('in'));
        let length = 10;
        const grow = Effect.sleep(15).pipe(
          Effect.zipRight(
            Effect.promise(() => {
              length += 1;
              return truncate(join(root, 'in', 'growing'), length);
            }),
          ),
          Effect.forever,
        );
        const growing = yield* Effect.fork(grow);
        const files = yield* Fiber.join(listing);
        yield* Fiber.interrupt(growing);
        return files.map(({ name }) => name);
      }),
    );
    expect(names).toEqual(['z', 'a', 'b']);
  });

  test('are moved once; delivered again under the same name they are kept beside the first', async () => {
    await writeFile(join(root, 'in', 'a'), '1');
    await run((sftp) =>
      Effect.gen(function* () {
        const [file] = yield* sftp.list('in');
        if (!file) throw new Error('not listed');
        yield* sftp.move(file, 'archive');
        yield* sftp.move(file, 'archive');
        yield* Effect.promise(() => writeFile(join(root, 'in', 'a'), '2'));
        yield* sftp.move(file, 'archive');
        expect(yield* Effect.flip(sftp.move({ ...file, path: '/in/none', name: 'none' }, 'archive'))).toMatchObject({
          code: 'RemoteFileMissing',
        });
      }),
    );
    expect(await readdir(join(root, 'archive'))).toEqual(['a', 'a.2']);
  });
});

describe('whom we speak to', () => {
  test('another host key is refused, and no password is sent to it', async () => {
    const other = await keyPair(directory, 'other');
    const error = await failure((sftp) => sftp.list('in'), {
      fingerprints: [other.fingerprint],
      password: 'pass phrase',
    });
    expect(error).toMatchObject({ _tag: 'Refusal', kind: 'denied', code: 'HostKeyMismatch' });
    expect(await run((sftp) => sftp.list('in'), { fingerprints: [other.fingerprint, hostKey.fingerprint] })).toEqual(
      [],
    );
  });
  test('a password works as well as a key; neither known is a refusal', async () => {
    const { privateKey: _, ...withPassword } = { ...address(), password: 'pass phrase' };
    const list = Effect.scoped(Effect.flatMap(sftpClient(withPassword, TUNING), (sftp) => sftp.list('in')));
    expect(await Effect.runPromise(list)).toEqual([]);
    const stranger = await keyPair(directory, 'stranger');
    expect(await failure((sftp) => sftp.list('in'), { privateKey: stranger.privateKey })).toMatchObject({
      code: 'AuthenticationRefused',
    });
  });
  test('a directory that is not ours is denied, one that is not there is missing', async () => {
    expect(await failure((sftp) => sftp.list('secret'))).toMatchObject({ _tag: 'Refusal', code: 'PartnerDenied' });
    expect(await failure((sftp) => sftp.list('in/none'))).toMatchObject({ _tag: 'Refusal', code: 'RemoteFileMissing' });
  });
  test('a server that is down is a fault; one that comes back meanwhile is waited for', async () => {
    troubles.down = true;
    await server.applyTroubles();
    expect(await failure((sftp) => sftp.list('in'))).toMatchObject({
      _tag: 'Fault',
      service: 'partner',
      code: 'Unavailable',
    });
    const list = run((sftp) => sftp.list('in'));
    troubles.down = false;
    await server.applyTroubles();
    expect(await list).toEqual([]);
  });
  test('a server that does not answer in time is a fault', async () => {
    await writeFile(join(root, 'in', 'a'), '1');
    troubles.latencyMs = 400;
    const impatient = sftpClient(address(), { ...TUNING, requestTimeoutMs: 100, attempts: 1 });
    const error = Effect.scoped(Effect.flatMap(impatient, (sftp) => Effect.flip(sftp.list('in'))));
    expect(await Effect.runPromise(error)).toMatchObject({ _tag: 'Fault', code: 'Timeout' });
  });
});

describe('a transfer that breaks', () => {
  test('goes on, up and down, over connections that are dropped in the middle', async () => {
    const content = randomBytes(6 * WINDOW + 77);
    Object.assign(troubles, { dropAfterBytes: WINDOW + 100_000, drops: 3 });
    await run((sftp) => sftp.upload('in', uploadOf('big', content)));
    expect(troubles.drops).toBe(0);
    expect((await readFile(join(root, 'in', 'big'))).equals(content)).toBe(true);
    Object.assign(troubles, { drops: 3 });
    const bytes = await run((sftp) =>
      Effect.flatMap(sftp.list('in'), ([file]) => (file ? downloaded(sftp, file) : Effect.succeed(undefined))),
    );
    expect(troubles.drops).toBe(0);
    expect(bytes?.equals(content)).toBe(true);
    expect(await readdir(join(root, 'in'))).toEqual(['big']);
  });

  test('killed in the middle shows nothing, and the next one goes on where it was', async () => {
    const content = randomBytes(8 * WINDOW);
    const endless = uploadOf('big', content);
    const stuck = {
      ...endless,
      open: (offset: number) => Stream.concat(Stream.take(endless.open(offset), 80), Stream.never),
    };
    await run((sftp) =>
      Effect.gen(function* () {
        const sending = yield* Effect.fork(sftp.upload('in', stuck));
        const written = Effect.promise(async () => {
          const [name] = await readdir(join(root, 'in'));
          return name === undefined ? 0 : (await readFile(join(root, 'in', name))).length;
        });
        yield* written.pipe(
          Effect.delay(10),
          Effect.repeat({ until: (bytes) => bytes >= 5 * WINDOW }),
          Effect.timeout(5_000),
        );
        yield* Fiber.interrupt(sending);
      }),
    );
    expect(await visible()).toEqual([]);
    const opened: Array<number> = [];
    await run((sftp) => sftp.upload('in', uploadOf('big', content, opened)));
    expect(Math.max(...opened)).toBeGreaterThanOrEqual(4 * WINDOW);
    expect((await readFile(join(root, 'in', 'big'))).equals(content)).toBe(true);
    expect(await readdir(join(root, 'in'))).toEqual(['big']);
  });

  test('does not go on from bytes that are not ours', async () => {
    const content = randomBytes(5 * WINDOW);
    const { sm3 } = uploadOf('big', content);
    await writeFile(join(root, 'in', `.big.${sm3.slice(0, 16)}.0000.part`), randomBytes(4 * WINDOW));
    await run((sftp) => sftp.upload('in', uploadOf('big', content)));
    expect((await readFile(join(root, 'in', 'big'))).equals(content)).toBe(true);
  });

  test('and finds another file when it comes back says so', async () => {
    const name = join(root, 'in', 'big');
    await writeFile(name, randomBytes(4 * WINDOW));
    const error = await run((sftp) =>
      Effect.gen(function* () {
        const [file] = yield* sftp.list('in');
        if (!file) throw new Error('not listed');
        let first = true;
        const change = Effect.promise(async () => {
          if (!first) return;
          first = false;
          await writeFile(name, randomBytes(4 * WINDOW));
          await utimes(name, 1, 1);
          troubles.down = true;
          await server.applyTroubles();
          troubles.down = false;
          await server.applyTroubles();
        });
        return yield* Effect.flip(Stream.runForEach(sftp.download(file), () => change));
      }),
    );
    expect(error).toMatchObject({ _tag: 'Fault', code: 'RemoteFileChanged' });
  });

  test('holds one window, not the file: the source is not read ahead of the server', async () => {
    troubles.latencyMs = 5;
    let asked = 0;
    const part = Buffer.alloc(WINDOW);
    const open = () =>
      Stream.repeatEffect(
        Effect.sync(() => {
          asked += 1;
          return part;
        }),
      );
    await run((sftp) =>
      Effect.gen(function* () {
        const sending = yield* Effect.fork(sftp.upload('in', { name: 'x', bytes: 1e12, sm3: 'a'.repeat(64), open }));
        yield* Effect.sync(() => asked).pipe(
          Effect.delay(5),
          Effect.repeat({ until: (found) => found >= 3 }),
          Effect.timeout(5_000),
        );
        yield* Fiber.interrupt(sending);
      }),
    );
    const [name] = await readdir(join(root, 'in'));
    const { length } = await readFile(join(root, 'in', name ?? ''));
    expect(asked * WINDOW - length).toBeLessThanOrEqual(2 * WINDOW);
  });
});
