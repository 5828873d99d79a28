import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { FileReader, type Piece, type ReaderOptions } from '../domain/roaming/codec/file-reader.ts';
import { FileWriter } from '../domain/roaming/codec/file-writer.ts';
import type { Value } from '../domain/roaming/codec/interpret.ts';
import { Picker } from '../domain/roaming/codec/pick.ts';
import { FileValidator } from '../domain/roaming/validation/validator.ts';
import { reform } from '../test/support/roaming-records.ts';
import { tapFile, tapRecord, writeLargeTap } from '../test/support/tap-file.ts';
import type { Bench, BenchContext } from './bench.ts';

/**
 * A TAP 3.12 file of 20,000 records, read in chunks of 64 KiB on one core, with every check on; and written. The
 * baseline is a walk over the same tags and lengths that looks at nothing and keeps nothing.
 */
const RECORDS = 20_000;
const CHUNK = 64 * 1024;
const MEGA = 1_000_000;
const MAIN = resolve(import.meta.dirname, '../cli/main.ts');

/** How many elements there are; indefinite lengths end at two zeros. */
const walk = (bytes: Buffer, from: number, end: number): { readonly at: number; readonly count: number } => {
  let at = from;
  let count = 0;
  while (at < end) {
    const lead = bytes[at] as number;
    if (lead === 0 && bytes[at + 1] === 0) return { at: at + 2, count };
    at += 1;
    if ((lead & 0x1f) === 0x1f) while ((bytes[at++] as number) >= 0x80);
    let length = bytes[at++] as number;
    const open = length === 0x80;
    if (length > 0x80) {
      const more = length & 0x7f;
      length = 0;
      for (let left = more; left > 0; left -= 1) length = (length << 8) | (bytes[at++] as number);
    }
    count += 1;
    if ((lead & 0x20) === 0) at += length;
    else {
      const inner = walk(bytes, at, open ? end : at + length);
      at = inner.at;
      count += inner.count;
    }
  }
  return { at, count };
};

/** Megabytes a second: the best of several runs, for what disturbs a run only ever makes it slower. */
const best = (size: number, runs: number, work: () => void): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    const begun = performance.now();
    work();
    least = Math.min(least, performance.now() - begun);
  }
  return size / MEGA / (least / 1_000);
};

const read = (
  bytes: Buffer,
  each: (record: Extract<Piece, { readonly kind: 'record'; readonly format: 'TAP-0312' }>) => void,
  options: Pick<ReaderOptions, 'fields'> = {},
): void => {
  const reader = new FileReader({ reuse: true, ...options });
  let records = 0;
  const take = (pieces: readonly Piece[]): void => {
    for (const piece of pieces) {
      if (piece.kind !== 'record' || piece.format !== 'TAP-0312') continue;
      each(piece);
      records += 1;
    }
  };
  for (let at = 0; at < bytes.length; at += CHUNK) take(reader.feed(bytes.subarray(at, at + CHUNK)));
  take(reader.end());
  if (reader.refused !== undefined || records !== RECORDS)
    throw new Error(`read ${records}: ${JSON.stringify(reader.refused)}`);
};

/** Keeps the reads from being optimised away. */
let sum = 0;

/** Read and judged; a file without fault, so that all of it is asked everything. */
const judge = (bytes: Buffer): void => {
  const validator = new FileValidator({ fileName: 'CDFRAF1CHNCU00042', history: { expected: 42 } });
  const reader = new FileReader({ reuse: true });
  for (let at = 0; at < bytes.length; at += CHUNK) {
    for (const piece of reader.feed(bytes.subarray(at, at + CHUNK))) validator.take(piece);
  }
  for (const piece of reader.end()) validator.take(piece);
  const { report } = validator.end({ refused: reader.refused });
  if (report.verdict !== 'accepted' || report.records !== RECORDS) throw new Error(JSON.stringify([...report.counts]));
};

const BASIC = ['mobileOriginatedCall/basicCallInformation', 'mobileTerminatedCall/basicCallInformation'];
const GPRS = 'gprsCall/gprsBasicCallInformation';
const USED = ['mobileOriginatedCall/basicServiceUsedList/0', 'mobileTerminatedCall/basicServiceUsedList/0'];
const SIM = 'chargeableSubscriber/simChargeableSubscriber';

/** What rating looks at, ten fields of each record: who, when, how much, for how much. */
const tenFields = (): { readonly picker: Picker; readonly look: () => void } => {
  const picker = new Picker('TAP-0312', 'record');
  const basic = (name: string): readonly string[] => [...BASIC, GPRS].map((group) => `${group}/${name}`);
  const detail = (name: string): readonly string[] =>
    [...USED, 'gprsCall/gprsServiceUsed'].map((group) => `${group}/chargeInformationList/0/chargeDetailList/0/${name}`);
  const subscriber = (name: string): readonly string[] => [
    ...BASIC.map((group) => `${group}/${SIM}/${name}`),
    `${GPRS}/gprsChargeableSubscriber/${SIM}/${name}`,
  ];
  const texts = [
    picker.text(...subscriber('imsi')),
    picker.text(...subscriber('msisdn')),
    picker.text(...basic('callEventStartTimeStamp/localTimeStamp')),
    picker.text(...detail('chargeType')),
  ];
  const service = picker.text(...USED.map((group) => `${group}/basicService/serviceCode/teleServiceCode`));
  const place = ['mobileOriginatedCall', 'mobileTerminatedCall'].map(
    (kind) => `${kind}/locationInformation/networkLocation`,
  );
  const integers = [
    picker.integer(...basic('callEventStartTimeStamp/utcTimeOffsetCode')),
    picker.integer(...basic('totalCallEventDuration')),
    picker.integer(...detail('charge')),
    picker.integer(...place.map((group) => `${group}/recEntityCode`), `${GPRS}/chargingId`),
    picker.integer(...place.map((group) => `${group}/cellId`), 'gprsCall/gprsServiceUsed/dataVolumeIncoming'),
  ];
  // The tenth of data, where calls have their service.
  const outgoing = picker.integer('gprsCall/gprsServiceUsed/dataVolumeOutgoing');
  return {
    picker,
    look: () => {
      for (const text of texts) sum += text.value()?.length ?? 0;
      for (const integer of integers) sum += Number(integer.value() ?? 0);
      sum += service.value()?.length ?? Number(outgoing.value() ?? 0);
    },
  };
};

const run = async (context: BenchContext): Promise<void> => {
  const { full, report, log } = context;
  const runs = full ? 100 : 30;
  const definite = tapFile(RECORDS);
  const indefinite = reform(
    definite,
    { indefinite: true, longLengths: false, padding: false, unknown: false },
    () => 0,
  );
  log(`${RECORDS} records: ${definite.length} bytes with definite lengths, ${indefinite.length} with indefinite ones`);
  const rate = (bytes: Buffer, work: () => void): number => best(bytes.length, runs, work);
  const plainWalk = (bytes: Buffer) => (): void => {
    sum += walk(bytes, 0, bytes.length).count;
  };
  for (const [name, bytes] of [
    ['definite', definite],
    ['indefinite', indefinite],
  ] as const) {
    const baseline = rate(bytes, plainWalk(bytes));
    const scan = rate(bytes, () => read(bytes, () => {}));
    report({ figure: `${name}: checked, no field read`, value: scan, unit: 'MB/s', baseline });
    const { picker, look } = tenFields();
    const ten = rate(bytes, () =>
      read(
        bytes,
        (record) => {
          picker.read(record);
          look();
        },
        { fields: picker },
      ),
    );
    report({ figure: `${name}: ten fields read`, value: ten, unit: 'MB/s', baseline, goal: { min: 300 } });
    const all = rate(bytes, () =>
      read(bytes, (record) => {
        sum += record.plain().gprsCall === undefined ? 0 : 1;
      }),
    );
    report({ figure: `${name}: all fields read`, value: all, unit: 'MB/s', baseline, goal: { min: 150 } });
    const judged = rate(bytes, () => judge(bytes));
    report({ figure: `${name}: every rule of TD.57 asked`, value: judged, unit: 'MB/s', baseline });
    report({
      figure: `${name}: all fields read, records`,
      value: (all * MEGA * RECORDS) / bytes.length,
      unit: 'records/s',
    });
  }
  const records = Array.from({ length: RECORDS }, (_, at) => tapRecord(at) as Value);
  const encode = rate(definite, () => {
    const writer = new FileWriter('TAP-0312');
    writer.open();
    writer.open();
    for (const record of records) writer.unit('record', record);
    writer.close();
    writer.close();
    sum += writer.end().length;
  });
  const copied = Buffer.alloc(definite.length);
  report({
    figure: 'encode',
    value: encode,
    unit: 'MB/s',
    baseline: rate(definite, () => void definite.copy(copied)),
    goal: { min: 100 },
  });
  if (sum === 0) throw new Error('nothing was read');
  await largeFile(context);
};

/** By the command line, from the disk: how fast, and how much memory at most. */
const largeFile = async ({ full, report, log }: BenchContext): Promise<void> => {
  const megabytes = full ? 1_000 : 100;
  const directory = mkdtempSync(join(tmpdir(), 'hufu-bench-tap-'));
  try {
    const path = join(directory, 'CDFRAF1CHNCU00042');
    const size = await writeLargeTap(path, megabytes * MEGA);
    log(`a file of ${size} bytes`);
    const begun = performance.now();
    const { code, peakBytes } = await checkInChild(path);
    if (code !== 0) throw new Error(`the check ended with ${code}`);
    const seconds = (performance.now() - begun) / 1_000;
    report({
      figure: `tap check of ${megabytes} MB, from the command line`,
      value: size / MEGA / seconds,
      unit: 'MB/s',
    });
    report({
      figure: `tap check of ${megabytes} MB: memory at most`,
      value: peakBytes / MEGA,
      unit: 'MB',
      goal: { max: 300 },
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};

/** The most memory that the process had, as Linux counts it. */
const peakOf = (pid: number | undefined): number => {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1_024;
  } catch {
    return 0;
  }
};

const checkInChild = (path: string): Promise<{ readonly code: number | null; readonly peakBytes: number }> =>
  new Promise((done) => {
    const child = spawn(process.execPath, [MAIN, 'tap', 'check', path], { stdio: ['ignore', 'ignore', 'inherit'] });
    let peakBytes = 0;
    const timer = setInterval(() => {
      peakBytes = Math.max(peakBytes, peakOf(child.pid));
    }, 100);
    child.on('close', (code) => {
      clearInterval(timer);
      done({ code, peakBytes });
    });
  });

export const bench: Bench = { name: 'tap', title: 'TAP files: reading and writing', servers: [], run };
