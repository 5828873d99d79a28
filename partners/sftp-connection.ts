import { createHash, timingSafeEqual } from 'node:crypto';
import { Deferred, Effect, FiberId, RcMap, type Scope } from 'effect';
import ssh2, { type ConnectConfig, type SFTPWrapper } from 'ssh2';
import { type Fault, fault, type Refusal, refuse } from '../domain/kernel/refusal.ts';

/**
 * The connection to a partner's SFTP server: pinned, shared by whoever speaks to that server, and of bounded life. What
 * goes wrong comes out as a refusal (their host key is not the pinned one, they know us not, the file is not there) or
 * as a fault (they did not answer), never as a library's error.
 */
export interface SftpServer {
  /** For faults and metrics: `vop`, `vendor:V-EAST`. */
  readonly service: string;
  readonly host: string;
  readonly port: number;
  readonly username: string;
  /** `SHA256:…` as `ssh-keyscan | ssh-keygen -lf -` prints it; several while the partner changes its key. */
  readonly fingerprints: ReadonlyArray<string>;
  /** PEM or OpenSSH private key, or a password; a key goes first when both are there. */
  readonly privateKey?: string;
  readonly password?: string;
  /** Where the partner's directories begin; no slash at the end. */
  readonly basePath: string;
}

export interface SftpTuning {
  readonly connectTimeoutMs: number;
  /** One request and its answer. A transfer is many. */
  readonly requestTimeoutMs: number;
  /** A connection nobody uses is closed after this; one older than `maxAgeMs` is not taken up again. */
  readonly idleMs: number;
  readonly maxAgeMs: number;
  /** Tries of one step, with back-off from `backoffMs` doubling to `backoffMaxMs`, ±20 %. Who calls may try again later. */
  readonly attempts: number;
  readonly backoffMs: number;
  readonly backoffMaxMs: number;
  /** A file counts as complete when its size and time stood still for this long. */
  readonly settleMs: number;
}

/** 30 s: a partner's slow disk. 5 tries over about 8 s: a lost connection, not an outage; those wait in a workflow. */
export const SFTP_TUNING: SftpTuning = {
  connectTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  idleMs: 30_000,
  maxAgeMs: 600_000,
  attempts: 5,
  backoffMs: 500,
  backoffMaxMs: 5_000,
  settleMs: 1_000,
};

export interface SftpConnection {
  readonly sftp: SFTPWrapper;
  readonly openedMs: number;
  /** Which connection to this server it is; for `drop`. */
  readonly generation: number;
  /** False from the moment the far side or the network closed it. */
  readonly alive: () => boolean;
  /** Fails when the connection ends: an answer that is awaited then never comes. */
  readonly ended: Effect.Effect<never, Fault>;
}

export interface SftpConnections {
  readonly get: Effect.Effect<SftpConnection, Refusal | Fault, Scope.Scope>;
  /** After a fault: this connection is not handed out any more, and ends when its last user has left. */
  readonly drop: (connection: SftpConnection) => Effect.Effect<void>;
  /** One request: a callback of ssh2 becomes a result, its error one of ours. `subject` names it in messages. */
  readonly request: <A>(subject: string, send: (done: Done<A>) => void) => Effect.Effect<A, Refusal | Fault>;
}
export type Done<A> = (error: unknown, value: A) => void;

const ALGORITHMS: NonNullable<ConnectConfig['algorithms']> = {
  kex: ['curve25519-sha256', 'curve25519-sha256@libssh.org', 'ecdh-sha2-nistp256', 'diffie-hellman-group16-sha512'],
  serverHostKey: ['ssh-ed25519', 'ecdsa-sha2-nistp256', 'rsa-sha2-512', 'rsa-sha2-256'],
  cipher: ['aes128-gcm@openssh.com', 'aes256-gcm@openssh.com', 'aes256-ctr'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256'],
  compress: ['none'],
};

/** `SHA256:` and the unpadded base64 of the hash of a host key's wire form. */
export const fingerprintOf = (hostKey: Buffer): string =>
  `SHA256:${createHash('sha256').update(hostKey).digest('base64').replace(/=+$/, '')}`;

const same = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));

const NO_SUCH_FILE = 2;
const PERMISSION_DENIED = 3;

const property = (error: unknown, name: string): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;

/** ssh2's message and the partner's status number; neither holds a credential. */
const requestError = (service: string, subject: string, error: unknown): Refusal | Fault => {
  const code = property(error, 'code');
  if (code === NO_SUCH_FILE) {
    return refuse('missing', 'RemoteFileMissing', `${service} has no ${subject}.`, {
      action: 'Look at the server again.',
    });
  }
  if (code === PERMISSION_DENIED) {
    return refuse('denied', 'PartnerDenied', `${service} does not allow this on ${subject}.`, {
      action: 'Ask the partner for the right on this directory.',
    });
  }
  return fault(service, 'Unavailable', `${subject}: ${String(property(error, 'message') ?? error)}`);
};

const connectError = (server: SftpServer, error: unknown, keyRefused: boolean): Refusal | Fault => {
  if (keyRefused) {
    return refuse('denied', 'HostKeyMismatch', `${server.service} shows another host key than the pinned one.`, {
      action: 'Ask the partner for its new fingerprint by another way; never accept what the server shows.',
    });
  }
  if (property(error, 'level') === 'client-authentication') {
    return refuse('denied', 'AuthenticationRefused', `${server.service} does not accept our key or password.`, {
      action: 'Check user, key file and password file of this partner.',
    });
  }
  const timeout = property(error, 'level') === 'client-timeout';
  const message = String(property(error, 'message') ?? error);
  return fault(server.service, timeout ? 'Timeout' : 'Unavailable', `cannot connect: ${message}`);
};

const connect = (
  server: SftpServer,
  tuning: SftpTuning,
  generation: number,
): Effect.Effect<SftpConnection & { end: () => void }, Refusal | Fault> =>
  Effect.async((resume, signal) => {
    const client = new ssh2.Client();
    let keyRefused = false;
    let alive = true;
    const over = Deferred.unsafeMake<never, Fault>(FiberId.none);
    const fail = (error: unknown) => {
      alive = false;
      Deferred.unsafeDone(over, Effect.fail(fault(server.service, 'Unavailable', 'the connection was lost')));
      client.destroy();
      resume(Effect.fail(connectError(server, error, keyRefused)));
    };
    client.on('error', fail);
    client.on('close', () => fail(new Error('the connection was closed')));
    client.on('ready', () => {
      // Requests are small: waiting for more to send together costs 40 ms each.
      client.setNoDelay(true);
      client.sftp((error, sftp) => {
        if (error) return fail(error);
        sftp.on('error', () => client.destroy());
        sftp.on('close', () => client.destroy());
        return resume(
          Effect.succeed({
            sftp,
            generation,
            openedMs: Date.now(),
            alive: () => alive,
            ended: Deferred.await(over),
            end: () => client.end(),
          }),
        );
      });
    });
    signal.addEventListener('abort', () => client.destroy());
    client.connect({
      host: server.host,
      port: server.port,
      username: server.username,
      ...(server.privateKey === undefined ? {} : { privateKey: server.privateKey }),
      ...(server.password === undefined ? {} : { password: server.password }),
      algorithms: ALGORITHMS,
      readyTimeout: tuning.connectTimeoutMs,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      hostVerifier: (key: Buffer) => {
        const shown = fingerprintOf(key);
        keyRefused = !server.fingerprints.some((pinned) => same(pinned, shown));
        return !keyRefused;
      },
    });
  });

/** One connection at a time per server, opened when it is needed. */
export const sftpConnections = (
  server: SftpServer,
  tuning: SftpTuning,
): Effect.Effect<SftpConnections, never, Scope.Scope> =>
  Effect.gen(function* () {
    // Each connection has a number of its own, so that a broken one is never confused with the one after it.
    let current = 0;
    const pool = yield* RcMap.make({
      lookup: (generation: number) =>
        Effect.acquireRelease(connect(server, tuning, generation), ({ end }) => Effect.sync(end)),
      idleTimeToLive: tuning.idleMs,
    });
    const retire = (generation: number) =>
      Effect.suspend(() => {
        if (generation === current) current += 1;
        return RcMap.invalidate(pool, generation);
      });
    const take = Effect.suspend(() => {
      const generation = current;
      return Effect.tapError(RcMap.get(pool, generation), () => retire(generation));
    });
    const usable = (connection: SftpConnection) =>
      connection.alive() && Date.now() - connection.openedMs < tuning.maxAgeMs;
    const request: SftpConnections['request'] = <A>(subject: string, send: (done: Done<A>) => void) =>
      Effect.async<A, Refusal | Fault>((resume) => {
        const done: Done<A> = (error, value) =>
          resume(error ? Effect.fail(requestError(server.service, subject, error)) : Effect.succeed(value));
        try {
          send(done);
        } catch (error) {
          // ssh2 throws when the channel is gone already.
          resume(Effect.fail(fault(server.service, 'Unavailable', `${subject}: ${String(error)}`)));
        }
      }).pipe(
        Effect.timeoutFail({
          duration: tuning.requestTimeoutMs,
          onTimeout: () => fault(server.service, 'Timeout', `${subject}: no answer in ${tuning.requestTimeoutMs} ms`),
        }),
      );
    return {
      get: Effect.flatMap(take, (taken) =>
        usable(taken) ? Effect.succeed(taken) : Effect.zipRight(retire(taken.generation), take),
      ),
      drop: (connection) => retire(connection.generation),
      request,
    };
  });
