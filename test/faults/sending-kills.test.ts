import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Effect, Stream } from 'effect';
import { expect, it } from 'vitest';
import { roamingFile } from '../../activities/roaming/stored-file.ts';
import { outgoingActor } from '../../actors/roaming/outgoing.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { decodeBatch, isOfRecord } from '../../domain/roaming/ciber/batch.ts';
import { FileReader } from '../../domain/roaming/codec/file-reader.ts';
import { encodePriced, type PricedEvent } from '../../domain/roaming/outgoing/priced-event.ts';
import { FileValidator } from '../../domain/roaming/validation/validator.ts';
import type { Roaming } from '../../partners/roaming/port.ts';
import { startRoamingPartner } from '../../partners/roaming/simulator.ts';
import { simulatedCiber } from '../../partners/roaming/simulator-ciber.ts';
import type { SftpServer } from '../../partners/sftp-connection.ts';
import { keyPair } from '../../partners/simulator/state.ts';
import { Files } from '../../store/files/files.ts';
import type { KeyRing } from '../../store/keys/key-ring.ts';
import { Mongo } from '../../store/mongo.ts';
import { serverAddress, uniqueName } from '../support/names.ts';
import { agreementWith, ciberTerms, roamingTerms } from '../support/roaming-import.ts';
import {
  importOnce,
  importRuntime,
  prepareImports,
  receiveFile,
  stepOf,
  importTenant as tenant,
} from '../support/roaming-import-run.ts';
import { randomOf } from './faults.ts';

/** Files, and return batches of CIBER, go out under numbers without a gap, each once, whenever the process that sends them is killed. */

const PARTNER = 'HKGPP';
const PROGRAM = fileURLToPath(new URL('./sending-process.ts', import.meta.url));
const DAYS = ['2026-11-01', '2026-11-02', '2026-11-03', '2026-11-04', '2026-11-05', '2026-11-06'];
const QUARTERS = ['00', '15', '30', '45'].map((minute) => `2026-11-01T10:${minute}`);
const BATCHES = ['1', '2', '3', '4', '5'];
const PER_DAY = 200;
const CIBER = ciberTerms();

const eventOf = (at: number): PricedEvent => ({
  event: 'voice.originating',
  imsi: `45412${String(at).padStart(10, '0')}`,
  msisdn: `8529${String(at).padStart(7, '0')}`,
  imei: '',
  party: '8613800000001',
  localTime: '20261101101500',
  utcOffset: '+0800',
  seconds: 60 + at,
  bytesIn: 0,
  bytesOut: 0,
  reference: String(10_000 + at),
  area: 1,
  cell: 2,
  chargeMinor: 100 + at,
  chargedUnits: 120,
  entityType: 1,
  entityId: '8613800100',
});

/** What waits for the file of this day; the last day has none. */
const events = (day: number, series: 'billing' | 'nrtrde') =>
  Effect.gen(function* () {
    const files = yield* Files;
    const actors = yield* Actors;
    const all = Array.from({ length: PER_DAY }, (_, at) => eventOf(day * PER_DAY + at));
    const content = Stream.fromIterable(all.map((one) => Buffer.from(encodePriced(one))));
    const ref = yield* files.put(roamingFile(tenant, `batch-${day}`, {}), content);
    const chargeMinor = BigInt(all.reduce((sum, one) => sum + one.chargeMinor, 0));
    yield* actors.ask(outgoingActor, {
      id: { tenant, key: PARTNER },
      command: {
        _tag: 'Add',
        ...{ id: `batch-${day}`, ref, records: PER_DAY, currency: 'XDR', decimals: 3, chargeMinor, rap: null },
        series: [series],
      },
      envelope: { commandId: `batch-${day}`, caller: stepOf('').caller },
    });
  });

/** A batch whose records all fail; the last one has none that does. */
const batch = (at: number, isLast: boolean) =>
  Effect.gen(function* () {
    const file = {
      ...{ sender: PARTNER, recipient: 'CHNCM', sequence: at + 1, records: PER_DAY, subscribers: 10, day: '20261101' },
      ...{ utcOffset: '+0800', agreement: agreementWith(PARTNER), severe: isLast ? 0 : PER_DAY },
    };
    const named = { name: `CIBER${PARTNER}CHNCM00${at + 1}`, pieces: [simulatedCiber(file, CIBER)] };
    const stored = yield* receiveFile(file, named);
    expect(yield* importOnce(PARTNER, stored)).toEqual({ status: 'done' });
    return JSON.stringify({ file: stored, goesBack: !isLast });
  });

const startPartner = async (directory: string) => {
  const ours = await keyPair(join(directory, 'client'), 'rps');
  const partner = await startRoamingPartner(
    { code: PARTNER, home: 'CHNCM', agreement: agreementWith(PARTNER), utcOffset: '+0800' },
    {
      directory: join(directory, 'partner'),
      host: '127.0.0.1',
      port: 0,
      controlPort: 0,
      users: [{ username: 'rps', publicKeys: [ours.publicKey], directories: ['outbox', 'inbox', 'archive'] }],
      settings: {},
      tickMs: 100,
      log: () => undefined,
    },
  );
  const { host, port, fingerprint } = partner;
  const server: SftpServer = {
    ...{ service: `roaming:${PARTNER}`, host, port, username: 'rps', fingerprints: [fingerprint] },
    ...{ privateKey: ours.privateKey, basePath: '' },
  };
  return { partner, server };
};

const judged = async (inbox: string, name: string) => {
  const reader = new FileReader();
  const validator = new FileValidator({ fileName: name, receivedAtMs: Date.now() });
  const pieces = [...reader.feed(await readFile(join(inbox, name))), ...reader.end()];
  const found = pieces.flatMap((piece) => validator.take(piece));
  const { findings, report } = validator.end({ refused: reader.refused });
  const text = pieces.flatMap((piece) => (piece.kind === 'record' ? [JSON.stringify(piece.plain())] : []));
  return { findings: [...found, ...findings].length, sequence: report.header.sequence, records: text };
};

/** A return batch: what is wrong with it as a whole, its number, its records. */
const judgedReturn = async (inbox: string, name: string) => {
  const bytes = await readFile(join(inbox, name));
  const { records, problems } = decodeBatch(CIBER.edition, bytes);
  const whole = problems.filter((one) => !isOfRecord(CIBER.edition, records, one));
  const text = bytes.toString('latin1').split('\n').slice(1, -2);
  return { findings: whole.length, sequence: Number(records[0]?.values['batchSequence']), records: text };
};

/** The last day is without usage, of which TAP has a word and NRTRDE none; the last batch has nothing that goes back. */
const SERIES = [
  { series: 'billing', occasions: DAYS, sent: DAYS.length, prefix: 'CDCHNCM', digits: 5 },
  { series: 'nrtrde', occasions: QUARTERS, sent: QUARTERS.length - 1, prefix: 'NRCHNCM', digits: 7 },
  { series: 'ciberReturns', occasions: BATCHES, sent: BATCHES.length - 1, prefix: 'CIBERRETCHNCM', digits: 3 },
] as const;

it.each(SERIES)(
  'a $series file whose sender is killed between its number and the partner’s server leaves no gap and no twin',
  async ({ series, occasions, sent: count, prefix, digits }) => {
    const directory = await mkdtemp(join(tmpdir(), 'hufu-sending-kills-'));
    const seed = Number(process.env['HUFU_FAULTS_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
    const random = randomOf(seed);
    const place = { mongodbUri: serverAddress('MONGODB_URI'), database: uniqueName('sending_kills'), directory };
    const { partner, server } = await startPartner(directory);
    const inbox = join(partner.files, 'inbox');
    const isReturn = series === 'ciberReturns';
    const terms = roamingTerms(1, [PARTNER], isReturn ? { ciber: CIBER } : {});
    const outside = () => importRuntime(place, terms);
    const runOutside = async <A, E>(
      effect: Effect.Effect<A, E, Actors | Files | KeyRing | Mongo | Roaming>,
    ): Promise<A> => {
      const runtime = outside();
      const result = await runtime.runPromise(effect);
      await runtime.dispose();
      return result;
    };
    const start = (days: ReadonlyArray<string>) =>
      spawn(
        process.execPath,
        [PROGRAM, ...[place.mongodbUri, place.database, directory, JSON.stringify(server), series], ...days],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
    try {
      await runOutside(prepareImports);
      const said: Array<string> = [];
      for (const [at, day] of occasions.entries()) {
        const isLast = at === occasions.length - 1;
        if (!isReturn && !isLast) await runOutside(events(at, series));
        const occasion = isReturn ? await runOutside(batch(at, isLast)) : day;
        said.push(occasion);
        const child = start([occasion]);
        const gone = once(child, 'exit');
        const cut = once(child.stdout, 'data');
        await Promise.race([cut, gone]);
        // From at once, while nothing is made yet, to when it may be on the server.
        if (!isLast) await Promise.race([gone, sleep(at === 0 ? 0 : random() * 400)]);
        if (!isLast) child.kill('SIGKILL');
        await gone;
      }
      const last = start(said);
      const [code] = (await once(last, 'exit')) as [number | null];
      expect(code).toBe(0);
      const names = (await readdir(inbox)).filter((name) => name.startsWith(prefix)).sort();
      expect(names, `HUFU_FAULTS_SEED=${seed}`).toEqual(
        Array.from({ length: count }, (_, at) => `${prefix}${PARTNER}${String(at + 1).padStart(digits, '0')}`),
      );
      const files = await Promise.all(names.map((name) => (isReturn ? judgedReturn : judged)(inbox, name)));
      if (series !== 'nrtrde') {
        expect(files.map(({ findings, sequence }) => ({ findings, sequence }))).toEqual(
          names.map((_, at) => ({ findings: 0, sequence: at + 1 })),
        );
      }
      const records = files.flatMap((file) => file.records);
      expect(records).toHaveLength(PER_DAY * (occasions.length - 1));
      expect(new Set(records).size).toBe(records.length);
      if (isReturn) return;
      const { files: sent } = await runOutside(
        Effect.flatMap(Actors, (actors) => actors.read(outgoingActor, { tenant, key: PARTNER })).pipe(
          Effect.map(({ state }) => state),
        ),
      );
      expect(sent.map(({ status }) => status)).toEqual(files.map(() => 'sent'));
      expect(sent.at(-1)).toMatchObject({ kind: series === 'billing' ? 'notification' : 'transfer' });
    } finally {
      await runOutside(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
      await partner.close();
      await rm(directory, { recursive: true });
    }
  },
  240_000,
);
