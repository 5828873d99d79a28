import { createReadStream } from 'node:fs';
import { mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import type { FormatName } from '../../domain/roaming/codec/grammar.ts';
import { type RapFile, ReturnCollector } from '../../domain/roaming/rap/write.ts';
import type { Facts } from '../../domain/roaming/validation/facts.ts';
import { formatFileName, parseFileName } from '../../domain/roaming/validation/file-name.ts';
import { FileValidator } from '../../domain/roaming/validation/validator.ts';
import { Failure } from '../failure.ts';
import { told } from '../roaming/documents.ts';
import { readPieces, TAP_EXIT } from './read.ts';

export interface RapArguments {
  readonly out: string;
  readonly sequence: number;
  readonly utc: string;
  readonly note: readonly string[];
}

/** Returns are written down as they arise: what stands before them is known when the last one is. */
const SPOOLED = 1024 * 1024;

const compose = async (directory: string, spool: string, rap: RapFile): Promise<string> => {
  const name = formatFileName(rap.name);
  const part = join(directory, name);
  const file = await open(part, 'wx');
  try {
    await file.write(rap.head);
    if (rap.returns === 'severe') {
      await pipeline(createReadStream(spool), async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) await file.write(chunk);
      });
    } else await file.write(rap.returns);
    await file.write(rap.tail);
    await file.sync();
  } finally {
    await file.close();
  }
  return name;
};

const writeRap = async (
  file: string,
  format: FormatName | undefined,
  facts: Facts,
  { out, sequence, utc, note }: RapArguments,
  directory: string,
): Promise<number> => {
  const validator = new FileValidator(facts);
  const collector = new ReturnCollector(note);
  const spool = join(directory, 'returns');
  const spooled = await open(spool, 'wx');
  let waiting: Buffer[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    await spooled.writev(waiting);
    waiting = [];
    size = 0;
  };
  const read = await readPieces(file, format, (piece) => {
    const bytes = collector.take(piece, validator.take(piece));
    if (bytes === undefined) return undefined;
    waiting.push(bytes);
    size += bytes.length;
    return size < SPOOLED ? undefined : flush();
  }).finally(async () => {
    if (waiting.length > 0) await flush();
    await spooled.close();
  });
  const { findings, report } = validator.end(read);
  const name = facts.fileName === undefined ? undefined : parseFileName(facts.fileName);
  const rap = collector.end(findings, report, {
    sequence,
    createdMs: Date.now(),
    utcOffset: utc,
    operatorSpecific: note,
    ...(name === undefined
      ? {}
      : { tapSender: name.sender, tapRecipient: name.recipient, tapSequence: name.sequence, tapTest: name.test }),
  });
  if (isRefusal(rap)) throw new Failure(`${file}: ${told(rap)}`);
  if (rap === undefined) {
    process.stdout.write(`${basename(file)}: nothing goes back\n`);
    return report.severities.warning > 0 ? TAP_EXIT.remarks : TAP_EXIT.clean;
  }
  const written = await compose(directory, spool, rap);
  const target = join(out, written);
  if (
    await stat(target).then(
      () => true,
      () => false,
    )
  ) {
    throw new Failure(`${target} is there already.`, 'Give the RAP file a number that was not used.');
  }
  await rename(join(directory, written), target);
  const what = rap.returns === 'severe' ? `${report.returned} records` : 'the file';
  process.stdout.write(`${target}: returns ${what}\n`);
  return rap.returns === 'severe' ? TAP_EXIT.returned : TAP_EXIT.rejected;
};

/** `hufu tap rap FILE`: checks, and writes the RAP file that returns what is wrong. */
export const rapFile = async (
  file: string,
  format: FormatName | undefined,
  facts: Facts,
  options: RapArguments,
): Promise<number> => {
  const directory = await mkdtemp(join(options.out, '.rap-')).catch((cause: Error) => {
    throw new Failure(`${options.out} cannot be written: ${cause.message}`, 'Name a directory that may be written.');
  });
  try {
    return await writeRap(file, format, facts, options, directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};
