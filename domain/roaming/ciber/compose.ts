import type { CiberRecord, Edition, Field } from './schema.ts';

const blank = ({ kind, length }: Field): string => (kind === 'filler' ? ' '.repeat(length) : '');

/** A record with every field of its layout: what is not said is blank, and numbers have noughts in front. */
export const composeRecord = (
  { layouts }: Edition,
  type: string,
  said: Readonly<Record<string, string>>,
): CiberRecord => {
  const fields = layouts.find((one) => one.type === type)?.fields.slice(1) ?? [];
  const values = fields.map((field): readonly [string, string] => {
    const value = said[field.name] ?? blank(field);
    const isNumber = field.kind === 'digits' && value !== '';
    return [field.name, isNumber ? value.padStart(field.length, '0') : value];
  });
  return { type, values: Object.fromEntries(values) };
};
