import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { type NumberBlock, numbersOf } from '../../domain/sim/number-block.ts';
import type {
  ApplicationRow,
  CardRow,
  FileKind,
  NewRow,
  PosRow,
  VopHeader,
  VopReport,
  VopSummary,
} from '../../domain/sim/vop-file.ts';
import { parseVopFileName, vopFileName } from '../../domain/sim/vop-file-name.ts';
import { VOP_SETTINGS, VopSettings } from '../simulator/control.ts';
import { type DeskState, EMPTY_DESK, Inbox, makeDirectories, plan, publish, takeTrouble } from '../simulator/desk.ts';
import { type PartnerProgram, type PartnerStart, startPartner } from '../simulator/partner.ts';
import { draw, stateFile } from '../simulator/state.ts';
import { checkFile, rowsOf, writeFileOf } from '../simulator/vop-files.ts';
import { judge } from './simulator-judge.ts';

/**
 * VOP as a program (seed 000 §5.1 steps 5 and 8): takes application files from `apply/`, answers with validation and
 * card-making files in `making/`, takes the vendors' POS files from `pos/`, and answers them there. Everything it
 * knows is in its directory; it never holds a file in memory.
 */
interface VopState extends DeskState {
  settings: VopSettings;
  /** `application/round` → SM3 of the application file that was taken. */
  taken: Record<string, string>;
  /** application → its accepted lines. */
  lines: Record<string, Array<number>>;
  /** Numbers of all accepted lines. */
  numbers: Array<NumberBlock>;
  /** `application/round/part` → SM3 of the POS file that was taken. */
  pos: Record<string, string>;
}

const DIRECTORIES = ['apply', 'making', 'pos', 'resource', 'archive/making', 'archive/pos', 'archive/resource'];
const BATCH = 1_000;

/** The cards of accepted lines, in the order of the card-making file. */
function* cardsOf(lines: ReadonlyArray<ApplicationRow>): Generator<ReadonlyArray<NewRow<'cardMaking'>>> {
  let batch: Array<NewRow<'cardMaking'>> = [];
  for (const { line, cardType, product, city, iccidBlocks, imsiBlocks } of lines) {
    const imsis = numbersOf(imsiBlocks);
    for (const body of numbersOf(iccidBlocks)) {
      const imsi = cardType === 'finished' ? String(imsis.next().value ?? '') : '';
      batch.push({ line, iccid: iccidOfBody(body), imsi, product, city, cardType });
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  yield batch;
}

/** One row at a time out of the pieces of a file. */
async function* flat<Row>(pieces: AsyncIterable<ReadonlyArray<Row>>): AsyncGenerator<Row> {
  for await (const rows of pieces) yield* rows;
}

const before = (card: CardRow, row: PosRow): boolean =>
  card.line < row.line || (card.line === row.line && card.iccid < row.iccid);

interface Audit {
  readonly pos: string;
  readonly cards: string;
  /** Which part has shown the n-th card; filled here. */
  readonly shown: Uint16Array;
  readonly part: number;
  readonly settings: VopSettings;
}

/** Both files are ordered alike, so one walk beside the other finds what is not among the cards, or shown before. */
async function* exceptionsOf({
  pos,
  cards,
  shown,
  part,
  settings,
}: Audit): AsyncGenerator<ReadonlyArray<NewRow<'posValidation'>>> {
  const made = flat(rowsOf(cards, { kind: 'cardMaking' }));
  let card = await made.next();
  let index = 0;
  for await (const row of flat(rowsOf(pos, { kind: 'pos' }))) {
    while (!card.done && before(card.value, row)) {
      card = await made.next();
      index += 1;
    }
    const exception = (code: string, reason: string) => [{ row: row.seq, iccid: row.iccid, code, reason }];
    if (card.done || card.value.line !== row.line || card.value.iccid !== row.iccid) {
      yield exception('P002', '卡号不在制卡文件中');
    } else if ((shown[index] ?? 0) !== 0 && shown[index] !== part) {
      yield exception('P003', '该卡已由其他批次上报');
    } else {
      shown[index] = part;
      const { posExceptionShare: share, seed } = settings;
      if (share > 0 && draw(seed, 'pos', row.iccid) < share) yield exception('P004', '卡数据核对不符');
    }
  }
  await made.return(undefined);
}

class Vop implements PartnerProgram {
  readonly #files: string;
  readonly #work: string;
  readonly #state: VopState;
  readonly #save: () => Promise<void>;
  readonly #apply = new Inbox();
  readonly #pos = new Inbox();

  constructor(directory: string, state: VopState, save: () => Promise<void>) {
    this.#files = join(directory, 'files');
    this.#work = join(directory, 'work');
    this.#state = state;
    this.#save = save;
  }

  async tick(): Promise<void> {
    await this.#take(this.#apply, 'apply', 'application', (path, name) => this.#application(path, name));
    await this.#take(this.#pos, 'pos', 'pos', (path, name) => this.#posFile(path, name));
    const due = this.#state.outgoing.filter(({ atMs }) => atMs <= Date.now());
    for (const outgoing of due) {
      const answersPos = outgoing.name.startsWith('POSVAL_');
      await publish(this.#work, join(this.#files, answersPos ? 'pos' : 'making'), outgoing);
      this.#state.outgoing = this.#state.outgoing.filter((other) => other !== outgoing);
      await this.#save();
    }
  }

  async #take(inbox: Inbox, directory: string, kind: FileKind, handle: (path: string, name: string) => Promise<void>) {
    for (const { path, name } of await inbox.look(join(this.#files, directory), this.#state.handled)) {
      const parsed = parseVopFileName(name);
      const ours = '_tag' in parsed || parsed.kind === kind;
      if (ours) await handle(path, name);
      this.#state.handled[path] = inbox.markOf(path);
      await this.#save();
    }
  }

  /** Plans an answer that lies in the work directory under its own name. */
  async #answer<K extends FileKind>(
    header: VopHeader<K>,
    summary: VopSummary | undefined,
    rows: Parameters<typeof writeFileOf<K>>[3],
  ) {
    const file = vopFileName(header);
    await writeFileOf(join(this.#work, file), header, summary, rows);
    const { settings } = this.#state;
    const { trouble, left } = takeTrouble(settings.troubles, header.kind);
    this.#state.settings = { ...settings, troubles: left };
    this.#state.outgoing.push(...(await plan(this.#work, file, header, settings.delayMs, trouble)));
  }

  #header<K extends FileKind>(
    kind: K,
    of: Pick<VopHeader, 'application' | 'round' | 'part' | 'sequence'>,
  ): VopHeader<K> {
    const created = `${new Date().toISOString().slice(0, 19)}Z`;
    const { application, round, part, sequence } = of;
    const { charset } = this.#state.settings;
    return { kind, version: 1, sender: 'VOP', receiver: 'RPS', application, round, part, sequence, created, charset };
  }

  async #application(path: string, name: string): Promise<void> {
    const rows: Array<ApplicationRow> = [];
    let report: VopReport<'application'> | undefined;
    const pieces = rowsOf(path, { kind: 'application', name, receiver: 'VOP' }, (found) => {
      report = found;
    });
    for await (const some of pieces) rows.push(...some);
    const named = parseVopFileName(name);
    const subject = report?.header ?? ('_tag' in named ? undefined : named);
    if (report === undefined || subject === undefined) return;
    const key = `${subject.application}/${subject.round}`;
    if (this.#state.taken[key] === report.sm3) return;
    const refusal =
      this.#state.taken[key] !== undefined ? (['V009', '该申请轮次已受理'] as const) : unreadable(report, 'V001');
    const header = this.#header('validation', subject);
    if (refusal !== undefined) return this.#answer(header, summaryOf(name, report, refusal), []);
    const known = { numbers: this.#state.numbers, lines: this.#state.lines[subject.application] ?? [] };
    const judged = judge(rows, subject, known, this.#state.settings);
    const accepted = rows.filter(({ line }) => judged.find((row) => row.line === line)?.verdict === 'accepted');
    await this.#answer(header, summaryOf(name, report, undefined, accepted.length < rows.length), [judged]);
    if (accepted.length > 0) await this.#cards(this.#header('cardMaking', { ...subject, sequence: 1 }), accepted);
    this.#state.taken[key] = report.sm3;
    this.#state.lines[subject.application] = [...known.lines, ...accepted.map(({ line }) => line)];
    this.#state.numbers.push(...accepted.flatMap(({ iccidBlocks, imsiBlocks }) => [...iccidBlocks, ...imsiBlocks]));
  }

  async #cards(header: VopHeader<'cardMaking'>, accepted: ReadonlyArray<ApplicationRow>): Promise<void> {
    const kept = this.#cardsPath(header);
    await writeFileOf(kept, header, undefined, cardsOf(accepted));
    const file = vopFileName(header);
    await copyFile(kept, join(this.#work, file));
    const { settings } = this.#state;
    const { trouble, left } = takeTrouble(settings.troubles, 'cardMaking');
    this.#state.settings = { ...settings, troubles: left };
    this.#state.outgoing.push(...(await plan(this.#work, file, header, settings.delayMs, trouble)));
  }

  #cardsPath({ application, round }: Pick<VopHeader, 'application' | 'round'>): string {
    return join(this.#work, `cards-${application}-${round}.txt`);
  }

  async #posFile(path: string, name: string): Promise<void> {
    const report = await checkFile(path, { kind: 'pos', name, receiver: 'VOP' });
    const named = parseVopFileName(name);
    const subject = report.header ?? ('_tag' in named ? undefined : named);
    if (subject === undefined || subject.part === 0) return;
    const key = `${subject.application}/${subject.round}/${subject.part}`;
    if (this.#state.pos[key] === report.sm3) return;
    const header = this.#header('posValidation', subject);
    const cards = this.#cardsPath(subject);
    const shown = await shownCards(cards);
    const refusal =
      unreadable(report, 'P001') ??
      (this.#state.pos[key] !== undefined ? (['P006', '该批次POS文件已受理'] as const) : undefined) ??
      (shown === undefined ? (['P005', '没有该申请的制卡文件'] as const) : undefined);
    if (refusal !== undefined || shown === undefined) {
      return this.#answer(header, summaryOf(name, report, refusal), []);
    }
    const audit: Audit = { pos: path, cards, shown, part: subject.part, settings: this.#state.settings };
    let exceptions = 0;
    for await (const some of exceptionsOf(audit)) exceptions += some.length;
    await writeFile(`${cards}.shown`, Buffer.from(shown.buffer));
    await this.#answer(header, summaryOf(name, report, undefined, exceptions > 0), exceptionsOf(audit));
    this.#state.pos[key] = report.sm3;
  }
}

/** Two bytes per card: the part that has shown it, 0 for none yet. Undefined when there is no such card-making file. */
const shownCards = async (cards: string): Promise<Uint16Array | undefined> => {
  const kept = await readFile(`${cards}.shown`).catch(() => undefined);
  if (kept !== undefined) return new Uint16Array(new Uint8Array(kept).buffer);
  const report = await checkFile(cards, { kind: 'cardMaking' }).catch(() => undefined);
  return report === undefined ? undefined : new Uint16Array(report.rows);
};

const unreadable = (report: VopReport<FileKind>, code: string): readonly [string, string] | undefined => {
  const [first] = report.errors;
  if (first === undefined) return undefined;
  return [code, `第${first.line}行 ${first.field} ${first.code} (共${report.errorCount}处)`];
};

const summaryOf = (
  subjectName: string,
  report: VopReport<FileKind>,
  refusal: readonly [string, string] | undefined,
  objections = false,
): VopSummary => ({
  verdict: refusal === undefined ? (objections ? 'partial' : 'accepted') : 'rejected',
  code: refusal?.[0] ?? '',
  reason: refusal?.[1] ?? '',
  subjectName: subjectName.slice(0, 200),
  subjectSm3: report.sm3,
  subjectRows: report.rows,
});

/** Starts VOP's server and its work; `users` are us and the vendors. */
export const startVop = async (start: PartnerStart<VopSettings>) => {
  await makeDirectories(start.directory, ['work', ...DIRECTORIES.map((name) => `files/${name}`)]);
  const initial: VopState = {
    ...structuredClone(EMPTY_DESK),
    settings: { ...VOP_SETTINGS, ...start.settings },
    taken: {},
    lines: {},
    numbers: [],
    pos: {},
  };
  const { value, save } = await stateFile(join(start.directory, 'state.json'), initial);
  return startPartner(start, VopSettings, value, save, new Vop(start.directory, value, save));
};
