import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Either, Stream } from 'effect';
import {
  addExchanges,
  type Exchanges,
  exchangeClass,
  exchangeQuality,
  NO_EXCHANGES,
} from '../domain/roaming/exchange.ts';
import { type SftpClient, sftpClient } from '../partners/sftp.ts';
import { SFTP_TUNING } from '../partners/sftp-connection.ts';
import { GOOD_LINE, type LineQuality, startBadLine } from '../partners/simulator/bad-line.ts';
import { NO_TROUBLES, startSftpServer } from '../partners/simulator/server.ts';
import { keyPair } from '../partners/simulator/state.ts';
import type { Upload } from '../partners/transfer.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * Files of 100 KB sent to a partner's SFTP server and taken from it, over lines that are slow, lose packets, have little
 * bandwidth or break: the share that succeeds and how long each takes. The baseline is the same exchange over the same
 * line when nothing is wrong with it. Connections are kept, as the node keeps them.
 */

const FILE_BYTES = 100_000;
const FEW = 10;
const MANY = 200;

const LINES: ReadonlyArray<readonly [name: string, quality: Partial<LineQuality>]> = [
  ['100 ms', { roundTripMs: 100 }],
  ['500 ms', { roundTripMs: 500 }],
  ['1 % lost, 50 ms', { roundTripMs: 50, loss: 0.01 }],
  ['5 % lost, 50 ms', { roundTripMs: 50, loss: 0.05 }],
  ['1 Mbit/s', { bytesPerSecond: 125_000 }],
  ['cut 3 times', { cutAfterBytes: 250_000, cuts: 3 }],
];

const uploadOf = (name: string): Upload => {
  const content = randomBytes(FILE_BYTES);
  const sm3 = createHash('sm3').update(content).digest('hex');
  return { name, bytes: content.length, sm3, open: (offset) => Stream.make(content.subarray(offset)) };
};

const timed = <A, E>(work: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const begun = performance.now();
    const outcome = yield* Effect.either(work);
    const tookMs = performance.now() - begun;
    const classes: Array<number> = [];
    if (Either.isRight(outcome)) classes[exchangeClass(tookMs)] = 1;
    const counted: Exchanges = Either.isRight(outcome)
      ? { tried: 1, succeeded: 1, totalMs: tookMs, longestMs: tookMs, classes }
      : { ...NO_EXCHANGES, tried: 1 };
    return { counted, outcome };
  });

/** Sends so many files and takes them back; every transfer is an exchange. */
const exchangeAll = (client: SftpClient, line: string, files: number) =>
  Effect.gen(function* () {
    let sum = NO_EXCHANGES;
    for (let at = 0; at < files; at += 1) {
      const name = `${line.replaceAll(/\W/g, '')}-${at}`;
      const sent = yield* timed(client.upload('inbox', uploadOf(name)));
      sum = addExchanges(sum, sent.counted);
      const there = (yield* Effect.either(client.list('inbox'))).pipe(
        Either.map((listed) => listed.find((one) => one.name === name)),
        Either.getOrUndefined,
      );
      if (there === undefined) continue;
      const taken = yield* timed(Stream.runDrain(client.download(there)));
      sum = addExchanges(sum, taken.counted);
      yield* Effect.ignore(client.move(there, 'archive'));
    }
    return exchangeQuality(sum);
  });

const run = async ({ full, report, log }: BenchContext): Promise<void> => {
  const directory = await mkdtemp(join(tmpdir(), 'hufu-bench-exchange-'));
  const root = join(directory, 'files');
  for (const name of ['inbox', 'archive']) await mkdir(join(root, name), { recursive: true });
  const [ours, theirs] = [await keyPair(directory, 'client'), await keyPair(directory, 'host')];
  const users = [{ username: 'rps', publicKeys: [ours.publicKey], directories: ['inbox', 'archive'] }];
  const hostKey = theirs.privateKey;
  const server = await startSftpServer({
    root,
    hostKey,
    users,
    host: '127.0.0.1',
    port: 0,
    troubles: { ...NO_TROUBLES },
  });
  const line = await startBadLine(server);
  const address = {
    ...{ service: 'roaming:BENCH', host: '127.0.0.1', port: line.port, username: 'rps', basePath: '' },
    ...{ fingerprints: [theirs.fingerprint], privateKey: ours.privateKey },
  };
  const over = (name: string, quality: LineQuality, files: number) => {
    line.become(quality);
    const using = Effect.flatMap(sftpClient(address, { ...SFTP_TUNING, settleMs: 1 }), (client) =>
      exchangeAll(client, name, files),
    );
    return Effect.runPromise(Effect.scoped(using));
  };
  try {
    await over('warm', GOOD_LINE, FEW);
    const files = full ? MANY : FEW;
    const direct = await over('direct', GOOD_LINE, MANY);
    const plain = direct.meanMs ?? 0;
    report({
      figure: 'good line: exchanges that succeed',
      value: (direct.successShare ?? 0) * 100,
      unit: '%',
      goal: { min: 99 },
    });
    report({ figure: 'good line: mean', value: plain, unit: 'ms', goal: { max: 1_000 } });
    for (const [name, quality] of LINES) {
      const found = await over(name, { ...GOOD_LINE, ...quality }, files);
      log(
        `${name}: ${found.succeeded} of ${found.tried}, p95 ${found.p95Ms} ms, longest ${Math.round(found.longestMs)} ms`,
      );
      report({
        figure: `${name}: exchanges that succeed`,
        value: (found.successShare ?? 0) * 100,
        unit: '%',
        goal: { min: 99 },
      });
      report({ figure: `${name}: mean`, value: found.meanMs ?? 0, unit: 'ms', baseline: plain });
      report({ figure: `${name}: within a second`, value: (found.withinSecondShare ?? 0) * 100, unit: '%' });
    }
  } finally {
    await line.close();
    await server.close();
    await rm(directory, { recursive: true });
  }
};

export const bench: Bench = {
  name: 'roaming-exchange',
  title: 'Files exchanged with a partner over lines that are slow, lose packets or break',
  servers: [],
  run,
};
