import { open } from 'node:fs/promises';
import { FrameWriter } from '../../domain/matching/frame.ts';
import { byBytes } from '../../domain/matching/match.ts';
import { type DetailHeader, detailFrame, detailHeader } from '../../domain/roaming/settlement/detail.ts';

/** Two details of a period that agree but for planted differences, and the report that says just those. */

export const DETAIL: DetailHeader = { sender: 'HKGPP', receiver: 'CHNCM', from: '2026-10-01', to: '2026-10-31' };

type Row = ReadonlyArray<string>;
const FILE_ROWS = 20_000;
const LAST_DAY = '2026-10-31T23:10:00';

const fileOf = (index: number): string => `CDHKGPPCHNCM${String(1 + Math.floor(index / FILE_ROWS)).padStart(5, '0')}`;
const recordOf = (index: number): string => String(1 + (index % FILE_ROWS));

const row = (index: number, more: { amount?: string; status?: string; usage?: string; at?: string } = {}): Row => [
  fileOf(index),
  recordOf(index),
  'VOICE',
  more.at ?? `2026-10-${String(1 + (index % 30)).padStart(2, '0')}T08:15:30`,
  more.usage ?? '61',
  'XDR',
  more.amount ?? String(1_000 + (index % 997)),
  more.status ?? 'AGREED',
];

/** What one in a thousand rows is like: rows here, rows there, and the difference with `h` and `t` for the lines. */
type Plant = (
  index: number,
) => readonly [here: ReadonlyArray<Row>, there: ReadonlyArray<Row>, ...said: ReadonlyArray<string>];

const PLANTS: Readonly<Record<number, Plant>> = {
  10: (n) => [[], [row(n)], 'missingHere||0|t'],
  20: (n) => [[row(n)], [], 'missingThere||h|0'],
  30: (n) => [[row(n)], [row(n, { amount: '7' })], 'amount|amount|h|t'],
  40: (n) => [[row(n)], [row(n, { status: 'DISPUTED' })], 'status|status|h|t'],
  50: (n) => [[row(n)], [row(n, { usage: '62' })], 'usage|usage|h|t'],
  60: (n) => [[row(n), row(n)], [row(n)], 'duplicate||h+1|0'],
  70: (n) => [[row(n)], [row(n), row(n, { amount: '9' })], 'duplicate||0|t+1'],
  80: (n) => [[], [row(n, { at: LAST_DAY })], 'late||0|t'],
  85: (n) => [[row(n, { at: LAST_DAY })], [row(n, { at: LAST_DAY, amount: '8' })], 'late|amount|h|t'],
  90: (n) => [
    [row(n)],
    [row(n, { amount: '7', status: 'REJECTED', usage: '60' })],
    'amount|amount|h|t',
    'status|status|h|t',
    'usage|usage|h|t',
  ],
};

/** Differences of each class in a thousand rows. */
export const PLANTED = {
  missingHere: 1,
  missingThere: 1,
  amount: 2,
  status: 2,
  usage: 2,
  duplicate: 2,
  late: 2,
} as const;

/** Coprime to every size used: there, the rows come in another order. */
const STRIDE = 7_919;
const BLOCK = 20_000;

/** Writes `rows` keys to both paths (a multiple of 1,000); the report awaited, line by line. */
export const writeDetails = async (here: string, there: string, rows: number): Promise<ReadonlyArray<string>> => {
  const lines = new Map<number, { h: number; t: number }>();
  const write = async (path: string, side: 0 | 1, stride: number): Promise<void> => {
    const file = await open(path, 'w', 0o600);
    const writer = new FrameWriter(detailFrame('UTF-8'));
    const { sender, receiver, ...period } = DETAIL;
    const header = side === 1 ? DETAIL : { sender: receiver, receiver: sender, ...period };
    await file.appendFile(writer.header(...detailHeader(header)));
    // The header is the first line.
    let line = 2;
    for (let from = 0; from < rows; from += BLOCK) {
      const block: Array<Row> = [];
      for (let at = from; at < Math.min(from + BLOCK, rows); at += 1) {
        const index = (at * stride) % rows;
        const plant = PLANTS[index % 1_000];
        if (plant === undefined) {
          block.push(row(index));
          line += 1;
          continue;
        }
        const known = lines.get(index) ?? { h: 0, t: 0 };
        lines.set(index, { ...known, [side === 0 ? 'h' : 't']: line });
        const own = plant(index)[side];
        block.push(...own);
        line += own.length;
      }
      await file.appendFile(writer.rows(block));
    }
    await file.appendFile(writer.trailer({}));
    await file.close();
  };
  await write(here, 0, 1);
  await write(there, 1, STRIDE);
  const awaited = [...lines].flatMap(([index, { h, t }]) => {
    const [, , ...said] = PLANTS[index % 1_000]?.(index) ?? [[], []];
    return said.map((one) => {
      const places = one.replace('|h+1', `|${h + 1}`).replace('|t+1', `|${t + 1}`);
      return `${fileOf(index)}|${recordOf(index)}|${places.replace('|h', `|${h}`).replace(/\|t$/, `|${t}`)}`;
    });
  });
  return awaited.sort(byBytes);
};
