import { basename } from 'node:path';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import type { Facts } from '../../domain/roaming/validation/facts.ts';
import { parseFileName } from '../../domain/roaming/validation/file-name.ts';
import { Failure } from '../failure.ts';
import { readJson, told } from '../roaming/documents.ts';

/** What a check knows beside the file: a document, and the file's own name when it is one that operators use. */
export const factsFor = async (file: string, document: string | undefined): Promise<Facts> => {
  const facts = document === undefined ? {} : await decoded(document);
  if (isRefusal(facts)) throw new Failure(`${document}: ${told(facts)}`);
  const name = basename(file);
  return facts.fileName !== undefined || parseFileName(name) === undefined ? facts : { ...facts, fileName: name };
};

/** Loaded when there is a document: most files are checked without, and the schema takes longer to load than they do. */
const decoded = async (document: string) => {
  const { decodeFacts } = await import('../../domain/roaming/validation/schema.ts');
  return decodeFacts(readJson(document));
};
