import { appendFileSync, existsSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError } from 'commander';
import { type CardClient, CardServiceError } from '../../sdk/client.ts';
import type { CardWritten } from '../../sdk/protocol.ts';
import { EXIT, Failure, say } from '../failure.ts';
import {
  type BatchRow,
  batchRows,
  COLUMNS,
  RESULT_HEADER,
  type ResultRow,
  resultLine,
  resultsBefore,
} from './batch-list.ts';
import { type ClientOptions, openClient, withClient } from './options.ts';

/**
 * `hufu card batch`: writes a list of cards, one after the other, over a reader of this machine; a person puts the next
 * blank card in, or one dials in. Every row's outcome is in the result file before the next one begins, so the same
 * command goes on where it was stopped, and the server, which knows every request id, writes no row twice.
 */

interface BatchOptions extends ClientOptions {
  readonly list: string;
  readonly result: string;
  readonly stopAfter: number;
  readonly ask?: boolean;
}

const LOOK_MS = 100;
/** A write that is in doubt is settled with the card in the reader, so often. */
const TRIES = 3;

const count = (text: string): number => {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= 1_000_000) return value;
  throw new InvalidArgumentError('a number from 1 on');
};

class Stopped extends Error {}

class Batch {
  private readonly options: BatchOptions;
  private readonly client: CardClient;
  private readonly reader: string;
  private readonly stop: AbortSignal;
  private good = 0;
  private bad = 0;
  /** In this run: what counts towards stopping. */
  private faults = 0;
  private refused = 0;
  private first = true;

  constructor(options: BatchOptions, client: CardClient, stop: AbortSignal) {
    this.options = options;
    this.client = client;
    this.stop = stop;
    this.reader = options.reader[0]?.name ?? 'main';
  }

  async run(): Promise<number> {
    const { list, result, stopAfter } = this.options;
    const before = await resultsBefore(result);
    if (!existsSync(result) || statSync(result).size === 0)
      writeFileSync(result, `${RESULT_HEADER}\n`, { mode: 0o600 });
    for (const one of before.values()) this[one] += 1;
    if (before.size > 0) say(`${before.size} rows are behind us`);
    for await (const row of batchRows(list)) {
      if ('reason' in row) {
        this.refused += 1;
        say(`line ${row.line}: refused, ${row.reason}`);
        continue;
      }
      if (before.has(row.line)) continue;
      if (!(await this.one(row))) return this.told('stopped; the same command goes on', EXIT.failed);
      if (this.faults >= stopAfter) return this.told(`stopped after ${this.faults} faults`, EXIT.failed);
    }
    return this.told('done', this.bad === 0 && this.refused === 0 ? EXIT.ok : EXIT.failed);
  }

  private told(how: string, code: number): number {
    say(`${how}: ${this.good} good, ${this.bad} bad, ${this.refused} rows refused`);
    return code;
  }

  /** @returns false when it was told to stop. */
  private async one(row: BatchRow): Promise<boolean> {
    let outcome: CardWritten | CardServiceError | undefined;
    try {
      await this.nextCard(row);
      for (let turn = 0; turn < TRIES; turn += 1) {
        outcome = await this.written(row);
        if (!(outcome instanceof CardServiceError) && outcome.final) break;
        await this.present();
      }
    } catch (cause) {
      if (!(cause instanceof Stopped)) throw cause;
    }
    if (outcome === undefined) return false;
    this.record(row, outcome);
    return !this.stop.aborted;
  }

  private written({ request, wish }: BatchRow): Promise<CardWritten | CardServiceError> {
    return this.client.write(this.reader, request, wish).catch((cause: unknown) => {
      if (cause instanceof CardServiceError) return cause;
      throw cause;
    });
  }

  private record({ line, request }: BatchRow, outcome: CardWritten | CardServiceError): void {
    const failed = outcome instanceof CardServiceError;
    const good = !failed && outcome.status === 'confirmed';
    const result = failed || !outcome.final ? 'open' : good ? 'good' : 'bad';
    const row: ResultRow = failed
      ? { line, request, result, status: '', code: outcome.problem.code, iccid: '', message: outcome.problem.message }
      : {
          line,
          request,
          result,
          status: outcome.status,
          code: outcome.code ?? '',
          iccid: outcome.iccid ?? '',
          message: outcome.message ?? '',
        };
    appendFileSync(this.options.result, resultLine(row));
    if (good) this.good += 1;
    else {
      this.faults += 1;
      if (result === 'bad') this.bad += 1;
    }
    say(
      `line ${line}: ${row.status === '' ? row.code : [row.status, row.code].join(' ').trim()} (${this.good} good, ${this.bad} bad)`,
    );
  }

  /** The card of before is taken out, and another one is there; the first one may be there already. */
  private async nextCard({ line }: BatchRow): Promise<void> {
    if (this.options.ask === true) {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      await lines
        .question(`hufu: line ${line}: put the next blank card in and press Enter `, { signal: this.stop })
        .catch(() => {
          throw new Stopped();
        });
      lines.close();
      return;
    }
    if (!this.first) await this.until(false);
    if (!this.isPresent()) say(`line ${line}: waiting for a blank card`);
    this.first = false;
    await this.until(true);
  }

  private present(): Promise<void> {
    return this.options.ask === true ? Promise.resolve() : this.until(true);
  }

  private isPresent(): boolean {
    return this.client.readers().some(({ name, present }) => name === this.reader && present);
  }

  private async until(present: boolean): Promise<void> {
    while (this.isPresent() !== present) {
      if (this.stop.aborted) throw new Stopped();
      await sleep(LOOK_MS);
    }
  }
}

const batch = async (options: BatchOptions): Promise<number> => {
  if (options.reader.length > 1) throw new Failure('a batch is written over one reader', 'Start one batch per reader.');
  if (!existsSync(options.list)) throw new Failure(`there is no file ${options.list}`);
  const stop = new AbortController();
  const open = openClient(options, () => stop.abort());
  const end = (): void => stop.abort();
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
  try {
    return await new Batch(options, open.client, stop.signal).run();
  } finally {
    await open.close();
  }
};

export const addBatch = (tree: Command, exit: (code: number) => void): void => {
  withClient(tree.command('batch'))
    .description('write a list of cards over a reader of this machine, one after the other, through a server')
    .requiredOption('--list <file>', `CSV: ${COLUMNS}; all but the first two may be left out`)
    .requiredOption('--result <file>', 'CSV; what is in it is behind us')
    .option('--stop-after <n>', 'stop at so many faults', count, 5)
    .option('--ask', 'ask for each card: for readers that cannot tell whether one is there')
    .action(async (options: BatchOptions) => exit(await batch(options)));
};
