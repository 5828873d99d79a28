import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect, ExecutionStrategy, Exit, Layer, Option, Scope, Stream } from 'effect';
import { isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { DEPARTMENT_CODE, type PartnerServer } from '../../domain/roaming/partner/schema.ts';
import { addressOf } from '../configuration.ts';
import { type SftpClient, sftpClient } from '../sftp.ts';
import { SFTP_TUNING, type SftpServer, type SftpTuning } from '../sftp-connection.ts';
import { roamingSettings } from './configuration.ts';
import { Roaming, RoamingPort } from './port.ts';

/**
 * Partners' file servers over SFTP: theirs for us in `outbox/`, ours in `inbox/`, what we have in `archive/`. An element of
 * our own network has `log/` besides: each file that it wrote.
 */
export const ROAMING_DIRECTORIES = { outbox: 'outbox', inbox: 'inbox', archive: 'archive', log: 'log' } as const;

const PAGE = 100;

const UNKNOWN = refuse('missing', 'UnknownPartner', 'No roaming partner of this code is configured.', {
  field: 'partner',
  action: 'Choose one of the partners, or propose it below /v1/roaming/partners.',
});

/** Keys and passwords by name: of the settings’ own servers by their codes, others as files of a directory. */
export interface Credentials {
  /** `NAME.key` is a private key, `NAME.password` a password; read when a server is first spoken to with it. */
  readonly directory?: string | undefined;
}

type Secret = Pick<SftpServer, 'privateKey' | 'password'>;

const credentialMissing = (name: string): Refusal =>
  refuse('missing', 'CredentialMissing', `This node has no key or password of the name ${name}.`, {
    field: 'server/credential',
    action:
      'Put NAME.key or NAME.password into the credentials directory of the roaming settings, or propose another name.',
  });

const secretIn = (directory: string | undefined, name: string): Effect.Effect<Secret, Refusal> => {
  const missing = credentialMissing(name);
  if (directory === undefined) return Effect.fail(missing);
  const read = (ending: string) =>
    Effect.tryPromise({ try: () => readFile(join(directory, `${name}.${ending}`), 'utf8'), catch: () => missing });
  return Effect.orElse(
    Effect.map(read('key'), (privateKey) => ({ privateKey })),
    () => Effect.map(read('password'), (text) => ({ password: text.trimEnd() })),
  );
};

/** The client of whoever has a server, or why there is none. */
type Served = Effect.Effect<SftpClient, Refusal>;

interface ServedAt {
  /** Address, fingerprints and credential. */
  readonly at: string;
  readonly client: Served;
  readonly works: boolean;
  readonly scope: Scope.CloseableScope;
}

/** Servers of partners, which may change while we run, and of all others, which do not. */
const makeClients = (servers: ReadonlyMap<string, SftpServer>, tuning: SftpTuning, { directory }: Credentials) =>
  Effect.gen(function* () {
    const scope = yield* Effect.scope;
    const one = yield* Effect.makeSemaphore(1);
    const served = new Map<string, ServedAt>();
    const put = (code: string, at: string, found: Effect.Effect<SftpServer, Refusal>) =>
      Effect.gen(function* () {
        const own = yield* Scope.fork(scope, ExecutionStrategy.sequential);
        const server = yield* Effect.either(found);
        const works = server._tag === 'Right';
        const client: Served = works
          ? Effect.succeed(yield* Scope.extend(sftpClient(server.right, tuning), own))
          : Effect.fail(server.left);
        const before = served.get(code);
        served.set(code, { at, client, works, scope: own });
        if (before !== undefined) yield* Scope.close(before.scope, Exit.void);
      });
    for (const [code, server] of servers) yield* put(code, '', Effect.succeed(server));
    const serverAt = (partner: string, { url, fingerprints, credential }: PartnerServer) =>
      Effect.gen(function* () {
        const address = yield* addressOf(`roaming:${partner}`, url, fingerprints);
        const known = servers.get(credential);
        const { privateKey, password } = known ?? (yield* secretIn(directory, credential));
        return {
          ...address,
          ...(privateKey === undefined ? {} : { privateKey }),
          ...(password === undefined ? {} : { password }),
        } satisfies SftpServer;
      });
    const serve = (partner: string, server: PartnerServer) => {
      const at = JSON.stringify([server.url, server.fingerprints, server.credential]);
      const unlessServed = (change: Effect.Effect<void>): Effect.Effect<void> =>
        Effect.suspend(() => {
          const now = served.get(partner);
          // A key that was missing may have come.
          return now?.at === at && now.works ? Effect.void : change;
        });
      // Each step asks for all partners, and nearly always they are where they were: nobody waits in line for that.
      return unlessServed(one.withPermits(1)(unlessServed(put(partner, at, serverAt(partner, server)))));
    };
    const leave = (code: string): Effect.Effect<void> =>
      one.withPermits(1)(
        Effect.suspend(() => {
          const before = served.get(code);
          served.delete(code);
          return before === undefined ? Effect.void : Scope.close(before.scope, Exit.void);
        }),
      );
    return {
      leave,
      codes: () => [...served.keys()],
      clientOf: (code: string): Served => served.get(code)?.client ?? Effect.fail(UNKNOWN),
      serve,
    };
  });

const makePort = (servers: ReadonlyMap<string, SftpServer>, tuning: SftpTuning, credentials: Credentials) =>
  Effect.gen(function* () {
    const { codes, clientOf, serve, leave } = yield* makeClients(servers, tuning, credentials);
    const { outbox, inbox, archive, log } = ROAMING_DIRECTORIES;
    return RoamingPort.of({
      departments: Effect.sync(() => codes().filter((code) => DEPARTMENT_CODE.test(code))),
      serve,
      leave,
      list: (partner) =>
        Effect.flatMap(clientOf(partner), (client) => client.list(outbox)).pipe(
          Effect.map((files) => files.slice(0, PAGE)),
        ),
      logged: (element, names) =>
        Effect.flatMap(clientOf(element), (client) => client.list(log)).pipe(
          Effect.map((files) => files.filter(({ name }) => names.has(name)).slice(0, PAGE)),
        ),
      download: (partner, file) => Stream.unwrap(Effect.map(clientOf(partner), (client) => client.download(file))),
      archive: (partner, file) =>
        Effect.flatMap(clientOf(partner), (client) => client.move(file, archive)).pipe(
          // Somebody else has moved it.
          Effect.catchIf(
            (failure) => isRefusal(failure) && failure.code === 'RemoteFileMissing',
            () => Effect.void,
          ),
        ),
      upload: (party, file) => Effect.flatMap(clientOf(party), (client) => client.upload(inbox, file)),
    });
  });

/** Partners at given servers. */
export const roamingPortAt = (
  servers: ReadonlyMap<string, SftpServer>,
  tuning: SftpTuning = SFTP_TUNING,
  credentials: Credentials = {},
): Layer.Layer<RoamingPort> => Layer.scoped(RoamingPort, makePort(servers, tuning, credentials));

/** Partners and their servers as the environment says: HUFU_ROAMING_FILE. Without it there are no partners. */
export const RoamingLive = Layer.unwrapScoped(
  Effect.map(roamingSettings, (configured) => {
    if (Option.isNone(configured)) return Layer.merge(Layer.succeed(Roaming, undefined), roamingPortAt(new Map()));
    const { settings, servers, credentials } = configured.value;
    return Layer.merge(
      Layer.succeed(Roaming, settings),
      roamingPortAt(servers, SFTP_TUNING, { directory: credentials }),
    );
  }),
);
