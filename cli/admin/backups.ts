import type { Command } from 'commander';
import { Option } from 'commander';
import { Effect, Layer } from 'effect';
import { backUp } from '../../activities/operations/backup/back-up.ts';
import { lookAt } from '../../activities/operations/backup/places.ts';
import { restoreBackup, verifyBackup } from '../../activities/operations/backup/restore.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { backupRefusals } from '../../domain/operations/backup/refusals.ts';
import { BackupsLive } from '../../partners/backup/configuration.ts';
import { Backups } from '../../partners/backup/port.ts';
import { KeyRingLive } from '../../store/keys/key-ring.ts';
import { MongoLive } from '../../store/mongo.ts';
import { figuresOf } from '../../store/operations/backup/log.ts';
import { Failure } from '../failure.ts';
import { print, printList, time, withTenant } from './answer.ts';
import { runningEnv, withStores } from './stores.ts';

/** `hufu admin backups …`: made, listed from their place, looked through, restored. Needs no running node. */

const placed = Effect.flatMap(Backups, (settings) =>
  settings === undefined ? Effect.fail(backupRefusals.notConfigured()) : Effect.succeed(settings.place),
);

/** The place alone: there may be no database yet, or none any more. */
const placeOnly = Layer.merge(BackupsLive, KeyRingLive);
const withDatabase = Layer.merge(placeOnly, MongoLive);

const MEBI = 1024 * 1024;
const size = (bytes: number): string => `${(bytes / MEBI).toFixed(1)} MiB`;

const make = async ({ tenant, full, json }: { tenant: TenantId; full?: true; json?: true }): Promise<void> => {
  const kind = full === true ? 'full' : 'increment';
  const made = await withStores(runningEnv(), withDatabase, backUp({ tenant, kind }));
  if (json === true) return print(JSON.stringify(made));
  const what = made.kind === 'full' ? `${made.documents} documents` : `${made.entries} entries`;
  print(`${made.id}: ${what}, ${size(made.bytes)}; ${made.removed} old ones removed`);
};

const list = async ({ json }: { json?: true }): Promise<void> => {
  const { manifests, unreadable } = await withStores(runningEnv(), placeOnly, Effect.flatMap(placed, lookAt));
  const items = manifests
    .toSorted((a, b) => b.startedAtMs - a.startedAtMs)
    .map((manifest) => ({ ...figuresOf(manifest), id: manifest.id, kind: manifest.kind, after: manifest.after }));
  printList(items, json, {
    id: ({ id }) => id,
    'restores up to': ({ untilMs }) => time(untilMs),
    'goes on from': ({ after }) => after ?? '-',
    documents: ({ documents }) => documents,
    entries: ({ entries }) => entries,
    size: ({ bytes }) => size(bytes),
  });
  for (const { name, refusal } of unreadable) print(`  ${name}: ${refusal.message} (${refusal.code})`);
};

const instant = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new Failure(`${text} is no instant`, 'Write it as 2026-11-28T03:15:00Z.');
  return ms;
};

const verify = async ({ to }: { to?: string }): Promise<void> => {
  const toMs = instant(to);
  const looking = Effect.flatMap(placed, (place) => verifyBackup({ place, toMs, tell: print }));
  const { backups, parts, bytes } = await withStores(runningEnv(), placeOnly, looking);
  print(`whole: ${backups} backups, ${parts} parts, ${size(bytes)}`);
};

const restore = async ({ to }: { to?: string }): Promise<void> => {
  const toMs = instant(to);
  const restoring = Effect.flatMap(placed, (place) => restoreBackup({ place, toMs, tell: print }));
  const { until, entries, collections } = await withStores(runningEnv(), withDatabase, restoring);
  const documents = collections.reduce((sum, one) => sum + one.documents, 0);
  print(`restored and verified: ${collections.length} collections, ${documents} documents, ${entries} entries`);
  print(`as of ${time(until.t * 1_000)}; now ./hufu admin migrate, ./hufu admin audit verify`);
};

export const addBackups = (tree: Command): void => {
  const backups = tree.command('backups').description('of the database, in the place of HUFU_BACKUP_URL');
  const to = () => new Option('--to <instant>', 'up to the end of this second; default: all there is');
  withTenant(backups.command('make'))
    .description('what was written since the last one; a full one when there is none')
    .option('--full', 'the whole database')
    .option('--json', 'one JSON object')
    .action(make);
  backups
    .command('list')
    .description('what lies there, the newest first')
    .option('--json', 'one JSON object a line')
    .action(list);
  backups.command('verify').description('read all that a restore would read').addOption(to()).action(verify);
  backups.command('restore').description('into the empty database HUFU_DATABASE').addOption(to()).action(restore);
};
