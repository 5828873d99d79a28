import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { FileReader, type FileRefusal, type Piece } from '../../domain/roaming/codec/file-reader.ts';
import type { FormatName } from '../../domain/roaming/codec/grammar.ts';
import { Failure } from '../failure.ts';

/**
 * Exit codes of `hufu tap`, beside those of every command: what was found is no failure of the command. `returned` and
 * `rejected`: by the rules of TD.57 records, or the file, go back to who sent it.
 */
export const TAP_EXIT = { clean: 0, remarks: 1, refused: 2, returned: 3, rejected: 4 } as const;

const CHUNK = 256 * 1024;

export interface FileRead {
  readonly refused: FileRefusal | undefined;
  readonly size: number;
  /** SHA-256 of the bytes, in hexadecimal; of what was read when the file is refused. */
  readonly digest: string;
}

/** The file's pieces as they are read, whatever its size; gives why it was refused, and how long it is. */
export const readPieces = async (
  file: string,
  format: FormatName | undefined,
  take: (piece: Piece) => void | Promise<void>,
): Promise<FileRead> => {
  const reader = new FileReader({ reuse: true, ...(format === undefined ? {} : { format }) });
  const hash = createHash('sha256');
  let size = 0;
  const all = async (pieces: readonly Piece[]): Promise<void> => {
    for (const piece of pieces) {
      const wait = take(piece);
      // A promise for each record would take longer than the record.
      if (wait !== undefined) await wait;
    }
  };
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
      const bytes = chunk as Buffer;
      size += bytes.length;
      hash.update(bytes);
      await all(reader.feed(bytes));
      if (reader.refused !== undefined) break;
    }
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && 'syscall' in cause)) throw cause;
    throw new Failure(`${file} cannot be read: ${cause.message}`, 'Name a file that is there and may be read.');
  }
  await all(reader.end());
  return { refused: reader.refused, size, digest: hash.digest('hex') };
};

/** For a person: what is wrong, where, and what to do. */
export const refusalLines = ({ code, message, field, action }: FileRefusal): readonly string[] => [
  `refused: ${code}`,
  message,
  ...(field ? [`at ${field}`] : []),
  ...(action ? [action] : []),
];
