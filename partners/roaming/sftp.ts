import { Effect, Layer, Option, Stream } from 'effect';
import { isRefusal, refuse } from '../../domain/kernel/refusal.ts';
import { sftpClient } from '../sftp.ts';
import { SFTP_TUNING, type SftpServer, type SftpTuning } from '../sftp-connection.ts';
import { roamingSettings } from './configuration.ts';
import { DEPARTMENT_CODE, Roaming, RoamingPort } from './port.ts';

/**
 * Partners' file servers over SFTP: theirs for us in `outbox/`, ours in `inbox/`, what we have in `archive/`. An element of
 * our own network has `log/` besides: each file that it wrote.
 */
export const ROAMING_DIRECTORIES = { outbox: 'outbox', inbox: 'inbox', archive: 'archive', log: 'log' } as const;

const PAGE = 100;

const UNKNOWN = refuse('missing', 'UnknownPartner', 'No roaming partner of this code is configured.', {
  field: 'partner',
  action: 'Choose one of the configured partners, or add it to the file that HUFU_ROAMING_FILE names.',
});

const makePort = (servers: ReadonlyMap<string, SftpServer>, tuning: SftpTuning) =>
  Effect.gen(function* () {
    const clients = new Map(
      yield* Effect.forEach([...servers], ([code, server]) =>
        Effect.map(sftpClient(server, tuning), (client) => [code, client] as const),
      ),
    );
    const { outbox, inbox, archive, log } = ROAMING_DIRECTORIES;
    return RoamingPort.of({
      departments: [...clients.keys()].filter((code) => DEPARTMENT_CODE.test(code)),
      list: (partner) =>
        (clients.get(partner)?.list(outbox) ?? Effect.fail(UNKNOWN)).pipe(Effect.map((files) => files.slice(0, PAGE))),
      logged: (element, names) =>
        (clients.get(element)?.list(log) ?? Effect.fail(UNKNOWN)).pipe(
          Effect.map((files) => files.filter(({ name }) => names.has(name)).slice(0, PAGE)),
        ),
      download: (partner, file) => clients.get(partner)?.download(file) ?? Stream.fail(UNKNOWN),
      archive: (partner, file) =>
        (clients.get(partner)?.move(file, archive) ?? Effect.fail(UNKNOWN)).pipe(
          // Somebody else has moved it.
          Effect.catchIf(
            (failure) => isRefusal(failure) && failure.code === 'RemoteFileMissing',
            () => Effect.void,
          ),
        ),
      upload: (party, file) => clients.get(party)?.upload(inbox, file) ?? Effect.fail(UNKNOWN),
    });
  });

/** Partners at given servers. */
export const roamingPortAt = (
  servers: ReadonlyMap<string, SftpServer>,
  tuning: SftpTuning = SFTP_TUNING,
): Layer.Layer<RoamingPort> => Layer.scoped(RoamingPort, makePort(servers, tuning));

/** Partners and their servers as the environment says: HUFU_ROAMING_FILE. Without it there are no partners. */
export const RoamingLive = Layer.unwrapScoped(
  Effect.map(roamingSettings, (configured) => {
    const { settings, servers } = Option.getOrElse(configured, () => ({ settings: undefined, servers: new Map() }));
    return Layer.merge(Layer.succeed(Roaming, settings), roamingPortAt(servers));
  }),
);
