import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { isRefusal, refuse } from '../../domain/kernel/refusal.ts';
import type { FileRefusal } from '../../domain/roaming/codec/file-reader.ts';
import type { FormatName } from '../../domain/roaming/codec/grammar.ts';
import { fileOfJson, JsonWriter } from '../../domain/roaming/codec/json.ts';
import { Failure, say } from '../failure.ts';
import { readPieces, refusalLines, TAP_EXIT } from './read.ts';

/**
 * `hufu tap json FILE`. What was read before a refusal is printed, and the last unit is the refusal itself: the text is
 * whole JSON whatever the file is.
 */
export const printJson = async (file: string, format: FormatName | undefined): Promise<number> => {
  const writer = new JsonWriter();
  const print = (text: string): Promise<unknown> | undefined =>
    process.stdout.write(text) ? undefined : once(process.stdout, 'drain');
  let refused: FileRefusal | undefined;
  try {
    ({ refused } = await readPieces(file, format, (piece) => print(writer.push(piece)) as Promise<void> | undefined));
  } catch (cause) {
    if (cause instanceof Failure) await print(writer.broken(refuse('missing', 'Unreadable', cause.message)));
    throw cause;
  }
  if (refused !== undefined) {
    await print(writer.broken(refused, refused.offset));
    for (const line of refusalLines(refused)) say(line);
    return TAP_EXIT.refused;
  }
  await print(writer.end());
  return TAP_EXIT.clean;
};

/** `hufu tap encode JSON --out FILE`. */
export const encodeJson = async (json: string, out: string): Promise<number> => {
  const text = await readFile(json, 'utf8').catch((cause: Error) => {
    throw new Failure(`${json} cannot be read: ${cause.message}`, 'Name a file that is there and may be read.');
  });
  const pieces = fileOfJson(text);
  if (isRefusal(pieces)) {
    say(`refused: ${pieces.code} at ${pieces.field === '' ? 'the top' : pieces.field}`);
    say(pieces.message);
    return TAP_EXIT.refused;
  }
  await writeFile(out, pieces).catch((cause: Error) => {
    throw new Failure(`${out} cannot be written: ${cause.message}`, 'Name a place that may be written.');
  });
  return TAP_EXIT.clean;
};
