import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FileReader, type FileRefusal } from '../../domain/roaming/codec/file-reader.ts';
import { FileWriter } from '../../domain/roaming/codec/file-writer.ts';
import { FORMATS, type FormatName, grammar } from '../../domain/roaming/codec/grammar.ts';
import type { Value } from '../../domain/roaming/codec/interpret.ts';
import { fieldValues, reform } from '../support/roaming-records.ts';

/**
 * Files that were damaged on purpose: each is read to its end or refused with the byte where it goes wrong, and neither
 * ends the process, nor hangs, nor keeps memory. `HUFU_FUZZ_RUNS=1000000` sets how many of each format; the suite does a
 * few thousand.
 */
const RUNS = Number(process.env['HUFU_FUZZ_RUNS'] ?? 2_000);
const SEED = Number(process.env['HUFU_FUZZ_SEED'] ?? 42);
const MEBI = 1024 * 1024;
/** What a run may leave behind, however many inputs it had. */
const GROWTH = 96 * MEBI;
const CHECKED_EVERY = 50_000;

/** A stream of numbers from a seed (mulberry32), so that a run can be done again. */
const numbers = (seed: number): ((below: number) => number) => {
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
const seedsOf = (format: FormatName): readonly Buffer[] => {
  const pick = numbers(SEED);
  return fc
    .sample(fc.array(fieldValues(grammar(format).record), { minLength: 1, maxLength: 4 }), { numRuns: 40, seed: SEED })
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

const mutated = (seed: Buffer, pick: (below: number) => number): Buffer => {
  let bytes = Buffer.from(seed);
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

const readAll = (
  bytes: Buffer,
  chunk: number,
): { readonly refused: FileRefusal | undefined; readonly fields: number } => {
  const reader = new FileReader();
  let fields = 0;
  const take = (pieces: ReturnType<FileReader['feed']>): void => {
    for (const piece of pieces) {
      if (!('plain' in piece)) continue;
      fields += Object.keys(piece.plain()).length + piece.remarks.length;
    }
  };
  for (let at = 0; at < bytes.length; at += chunk) take(reader.feed(bytes.subarray(at, at + chunk)));
  take(reader.end());
  return { refused: reader.refused, fields };
};

const heap = (): number => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

describe.each(FORMATS)('%s, damaged', (format) => {
  it(
    `${RUNS} files are read or refused with the byte`,
    () => {
      const pick = numbers(SEED);
      const seeds = seedsOf(format);
      for (const seed of seeds) expect(readAll(seed, 64).refused).toBeUndefined();
      const before = heap();
      const counts = { read: 0, refused: 0 };
      for (let run = 0; run < RUNS; run += 1) {
        const bytes = mutated(seeds[run % seeds.length] ?? Buffer.alloc(0), pick);
        const { refused } = readAll(bytes, 1 + pick(300));
        if (refused === undefined) counts.read += 1;
        else {
          counts.refused += 1;
          if (!(refused.offset >= 0 && refused.offset <= bytes.length))
            throw new Error(`no byte: ${JSON.stringify(refused)}`);
        }
        if (run % CHECKED_EVERY === CHECKED_EVERY - 1) expect(heap() - before).toBeLessThan(GROWTH);
      }
      expect(counts.read + counts.refused).toBe(RUNS);
      expect(counts.read).toBeGreaterThan(0);
      expect(counts.refused).toBeGreaterThan(0);
    },
    // Nine formats of a million each take minutes, not hours.
    60 * 60_000,
  );
});
