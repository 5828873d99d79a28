import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { factsOf, ImportReading } from '../../activities/roaming/import-reading.ts';
import { decodeBatch, encodeBatch } from '../../domain/roaming/ciber/batch.ts';
import { decodeCiberRecords, decodeEdition } from '../../domain/roaming/ciber/schema.ts';
import { FileReader } from '../../domain/roaming/codec/file-reader.ts';
import { FileWriter } from '../../domain/roaming/codec/file-writer.ts';
import { FORMATS, type FormatName, grammar } from '../../domain/roaming/codec/grammar.ts';
import type { Value } from '../../domain/roaming/codec/interpret.ts';
import { compilePlan } from '../../domain/roaming/rating/retail.ts';
import { decodeRetailPlan } from '../../domain/roaming/rating/schema.ts';
import { example, right } from './rating.ts';
import { agreementWith, planJson, roamingTerms } from './roaming-import.ts';
import { fieldValues, reform } from './roaming-records.ts';
import { tapFile } from './tap-file.ts';

/** Roaming files that were damaged on purpose, the same ones for the same seed. */

const RECEIVED_MS = Date.UTC(2026, 10, 3);

/** A stream of numbers from a seed (mulberry32), so that a run can be done again. */
export const numbers = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
};

const versionOf = (format: FormatName): Value => {
  const release = Number(format.slice(-2));
  if (format === 'NRTRDE-0201') return { specificationVersionNumber: 2 };
  const tap = { specificationVersionNumber: 3, releaseVersionNumber: release };
  if (!format.startsWith('RAP')) return { batchControlInfo: tap };
  return { rapBatchControlInfoRap: { ...tap, rapSpecificationVersionNumber: 1, rapReleaseVersionNumber: 5 } };
};

/** Some whole files of a format, in forms of other encoders too. */
const filesOf = (format: FormatName, seed: number): readonly Buffer[] => {
  const pick = numbers(seed);
  return fc
    .sample(fc.array(fieldValues(grammar(format).record), { minLength: 1, maxLength: 4 }), { numRuns: 40, seed })
    .map((records) => {
      const writer = new FileWriter(format);
      writer.open();
      writer.unit('part', versionOf(format));
      if (format === 'NRTRDE-0201') writer.unit('part', { releaseVersionNumber: 1 });
      writer.open();
      for (const record of records) writer.unit('record', record);
      writer.close();
      writer.close();
      const flags = pick(16);
      const forms = {
        indefinite: (flags & 1) > 0,
        longLengths: (flags & 2) > 0,
        padding: (flags & 4) > 0,
        unknown: (flags & 8) > 0,
      };
      return reform(Buffer.concat(writer.end()), forms, pick);
    });
};

/** Bytes that mean something where a tag or a length stands. */
const TELLING = [0x00, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x88, 0xff, 0x5f, 0x61, 0x1f];

const mutated = (file: Buffer, pick: (below: number) => number): Buffer => {
  let bytes = Buffer.from(file);
  for (let left = 1 + pick(4); left > 0; left -= 1) {
    const at = pick(Math.max(1, bytes.length));
    const kind = pick(6);
    if (kind === 0) bytes[at] = pick(0x100);
    else if (kind === 1) bytes[at] = TELLING[pick(TELLING.length)] ?? 0;
    else if (kind === 2) bytes = bytes.subarray(0, at);
    else if (kind === 3) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + pick(8))]);
    else if (kind === 4)
      bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(pick(at + 1), at), bytes.subarray(at)]);
    else
      bytes = Buffer.concat([
        bytes.subarray(0, at),
        Buffer.alloc(1 + pick(6), TELLING[pick(TELLING.length)]),
        bytes.subarray(at),
      ]);
  }
  return bytes;
};

/** Where it was refused; undefined when it was read to its end. */
type Attempt = (bytes: Buffer, pick: (below: number) => number) => number | undefined;

/** All fields, in chunks of any size. */
const readAll: Attempt = (bytes, pick) => {
  const chunk = 1 + pick(300);
  const reader = new FileReader();
  const take = (pieces: ReturnType<FileReader['feed']>): void => {
    for (const piece of pieces) {
      if (!('plain' in piece)) continue;
      piece.plain();
      for (const { offset } of piece.remarks) if (!(offset <= bytes.length)) throw new Error(`no byte: ${offset}`);
    }
  };
  for (let at = 0; at < bytes.length; at += chunk) take(reader.feed(bytes.subarray(at, at + chunk)));
  take(reader.end());
  return reader.refused?.offset;
};

const { home, zone, partners } = roamingTerms();
const terms = { home, zone, plan: right(compilePlan(right(decodeRetailPlan(planJson())))) };
const [configured] = partners.values();

/** As an import reads a file: every rule of TD.57 asked, records in columns. */
const readForImport: Attempt = (bytes, pick) => {
  if (configured === undefined) throw new Error('there is no partner');
  const partner = { ...configured, agreement: agreementWith(configured.code) };
  const chunk = 1 + pick(300);
  const reading = new ImportReading(terms, partner, factsOf('CDHKGPPCHNCM00001', RECEIVED_MS));
  for (let at = 0; at < bytes.length; at += chunk) reading.feed(bytes.subarray(at, at + chunk));
  const { problems } = reading.end();
  return problems.length === 0 ? undefined : 0;
};

const edition = right(decodeEdition(example('ciber-edition')));
const readCiber: Attempt = (bytes) => {
  const [problem] = decodeBatch(edition, bytes).problems;
  return problem === undefined ? undefined : (problem.record - 1) * (edition.recordLength + 1) + problem.column - 1;
};

export interface DamagedCodec {
  readonly name: string;
  /** Whole files of it, in forms of other encoders too. */
  readonly files: (seed: number) => readonly Buffer[];
  readonly attempt: Attempt;
  /** Of the files that others are given: one that takes so much longer. */
  readonly share: number;
}

export const DAMAGED: readonly DamagedCodec[] = [
  ...FORMATS.map((format) => ({
    name: format,
    files: (seed: number) => filesOf(format, seed),
    attempt: readAll,
    share: 1,
  })),
  { name: 'CIBER', files: () => [ciberFile()], attempt: readCiber, share: 1 },
  {
    name: 'import',
    files: (seed: number) => [tapFile(3), ...filesOf('TAP-0312', seed)],
    attempt: readForImport,
    share: 0.05,
  },
];

const ciberFile = (): Buffer => {
  const written = encodeBatch(edition, right(decodeCiberRecords(example('ciber-batch'))));
  if (!(written instanceof Uint8Array)) throw new Error('the example is not written');
  return Buffer.from(written);
};

export interface DamageReport {
  readonly read: number;
  readonly refused: number;
  /** Bytes in use before, in the middle and after, when all that can be has been collected. */
  readonly memory: readonly [number, number, number];
  readonly slowestMs: number;
  readonly slowest: Buffer;
}

/** Nothing that can be collected is counted. */
const inUse = (): number => {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

const timed = <A>(work: () => A): readonly [A, number] => {
  const begun = performance.now();
  const result = work();
  return [result, performance.now() - begun];
};

/** Damages files again and again, so many or its share of them. Throws for one that was refused without a byte in it. */
export const damage = ({ files, attempt, share }: DamagedCodec, all: number, seed: number): DamageReport => {
  const runs = Math.ceil(all * share);
  const pick = numbers(seed);
  const whole = files(seed);
  const counts = { read: 0, refused: 0 };
  const memory: number[] = [];
  let slowestMs = 0;
  let slowest: Buffer = Buffer.alloc(0);
  for (let run = 0; run < runs; run += 1) {
    // Once it is warm.
    if (run === Math.min(1_000, runs >> 2) || run === runs >> 1) memory.push(inUse());
    const bytes = mutated(whole[run % whole.length] ?? Buffer.alloc(0), pick);
    const once = (): number | undefined => attempt(bytes, numbers(seed + run));
    const [offset, tookMs] = timed(once);
    if (tookMs > slowestMs) {
      // Once more: what disturbed the process is not the file's.
      const again = Math.min(tookMs, timed(once)[1]);
      if (again > slowestMs) [slowestMs, slowest] = [again, bytes];
    }
    if (offset === undefined) counts.read += 1;
    else if (offset >= 0 && offset <= bytes.length) counts.refused += 1;
    else throw new Error(`refused at ${offset} of ${bytes.length}: ${bytes.toString('hex')}`);
  }
  const [before = 0, middle = 0] = memory;
  return { ...counts, memory: [before, middle, inUse()], slowestMs, slowest };
};
