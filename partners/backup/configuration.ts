import { fileURLToPath } from 'node:url';
import { Config, type ConfigError, Effect, Layer, Option, type Scope } from 'effect';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { serverOf } from '../configuration.ts';
import { directoryPlace } from './directory.ts';
import { type BackupPlace, type BackupSettings, Backups } from './port.ts';
import { sftpPlace } from './sftp.ts';

/** Where backups go and how long they are kept, from the environment (docs/backups.md). */

const optional = (name: string) => Config.map(Config.option(Config.nonEmptyString(name)), Option.getOrUndefined);

const wrong = (what: string): Refusal =>
  refuse('invalid', 'BackupConfiguration', `backups: ${what}`, {
    action: 'HUFU_BACKUP_URL is file:///DIRECTORY or sftp://USER@HOST[:PORT]/DIRECTORY; see docs/backups.md.',
  });

const placeAt = (url: string): Effect.Effect<BackupPlace, ConfigError.ConfigError | Refusal, Scope.Scope> =>
  Effect.gen(function* () {
    if (url.startsWith('sftp://')) {
      const access = yield* Config.all({
        fingerprint: Config.string('HUFU_BACKUP_FINGERPRINT'),
        keyFile: optional('HUFU_BACKUP_KEY_FILE'),
        passwordFile: optional('HUFU_BACKUP_PASSWORD_FILE'),
      });
      return yield* sftpPlace(yield* serverOf({ service: 'backup', url, ...access }));
    }
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (parsed?.protocol !== 'file:' || parsed.host !== '' || parsed.pathname === '/') {
      return yield* Effect.fail(wrong('the address names no directory'));
    }
    return directoryPlace(fileURLToPath(parsed));
  });

const whole = (name: string, ifAbsent: number, most: number) =>
  Config.integer(name).pipe(
    Config.withDefault(ifAbsent),
    Config.validate({ message: `0 to ${most}`, validation: (value) => value >= 0 && value <= most }),
  );

/** HUFU_BACKUP_URL; without it undefined. */
export const backupSettings: Effect.Effect<BackupSettings | undefined, ConfigError.ConfigError | Refusal, Scope.Scope> =
  Effect.gen(function* () {
    const url = yield* optional('HUFU_BACKUP_URL');
    if (url === undefined) return undefined;
    const keep = {
      days: yield* whole('HUFU_BACKUP_KEEP_DAYS', 14, 3_660),
      months: yield* whole('HUFU_BACKUP_KEEP_MONTHS', 12, 1_200),
    };
    return { place: yield* placeAt(url), keep };
  });

export const BackupsLive = Layer.scoped(Backups, backupSettings);
