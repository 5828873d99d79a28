import { expect, vi } from 'vitest';
import { admin } from '../../cli/admin/index.ts';
import { EXIT } from '../../cli/failure.ts';

/** `hufu admin …` as it is typed: what it prints, whole or as one object a line. */

export const hufu = async (...words: readonly string[]): Promise<string> => {
  let out = '';
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((piece) => {
    out += String(piece);
    return true;
  });
  try {
    expect(await admin(words)).toBe(EXIT.ok);
  } finally {
    spy.mockRestore();
  }
  return out;
};
export const objects = (text: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
