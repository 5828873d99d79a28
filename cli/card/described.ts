import type { CardImage, FileImage } from '../../devices/card-reader/card-image.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { decodeFile, FILE_CODECS } from '../../domain/sim/uicc/file-codecs.ts';
import { FILES, type FileName } from '../../domain/sim/uicc/file-table.ts';
import type { FileValue } from '../../domain/sim/uicc/schema.ts';

/** The card as JSON: every file with its bytes and, where there is a codec, their meaning. */

interface DescribedFile {
  readonly name: string;
  readonly fid: string;
  readonly structure: string;
  readonly withheld?: string;
  /** Of the content, or of each record: lower-case hex, and the value; `masked` when only the length is told. */
  readonly content?: ReadonlyArray<Described>;
}

type Described =
  | { readonly hex: string; readonly value?: unknown; readonly problem?: string }
  | { readonly masked: number };

export interface DescribedCard {
  readonly atr: string;
  readonly class: string;
  readonly directories: ReadonlyArray<{ readonly name: string; readonly files: readonly DescribedFile[] }>;
}

const hasCodec = (name: FileName): name is FileName & keyof FileValue => Object.hasOwn(FILE_CODECS, name);

/** Nothing but FF; a message that is free has a status byte of 0 before. */
const BLANK = /^(?:00)?(?:ff)*$/;

const described = (name: FileName, bytes: Buffer, reveal: boolean): Described => {
  const hex = bytes.toString('hex');
  if (FILES[name].secrecy !== 'open' && !reveal && !BLANK.test(hex)) return { masked: bytes.length };
  if (!hasCodec(name)) return { hex };
  const value: unknown = decodeFile(name, bytes);
  return isRefusal(value) ? { hex, problem: value.message } : { hex, value };
};

const file = ({ name, fid, structure, content, withheld }: FileImage, reveal: boolean): DescribedFile => ({
  name,
  fid,
  structure,
  ...(withheld === undefined ? {} : { withheld }),
  ...(content === undefined ? {} : { content: content.map((bytes) => described(name, bytes, reveal)) }),
});

/** What belongs to a person (numbers, places, messages) is masked, unless it is to be revealed. */
export const describedCard = ({ atr, cardClass, directories }: CardImage, reveal: boolean): DescribedCard => ({
  atr: Buffer.from(atr).toString('hex'),
  class: cardClass,
  directories: directories.map(({ name, files }) => ({ name, files: files.map((one) => file(one, reveal)) })),
});

const isBlank = (one: Described): boolean => 'hex' in one && BLANK.test(one.hex) && one.hex.length > 2;

const line = (one: Described): string => {
  if ('masked' in one) return `(${one.masked} bytes, --reveal shows them)`;
  if (isBlank(one)) return '(blank)';
  if (one.problem !== undefined) return `${one.hex} (${one.problem})`;
  return one.value === undefined ? one.hex : JSON.stringify(one.value);
};

/** The tree that a person reads; runs of blank records are one line. */
export const cardTree = ({ atr, class: cardClass, directories }: DescribedCard): readonly string[] => {
  const lines = [`ATR ${atr === '' ? '(the reader does not tell)' : atr}, class ${cardClass}`];
  for (const directory of directories) {
    lines.push(directory.name);
    for (const { name, fid, content, withheld } of directory.files) {
      const head = `  ${name.padEnd(14)} ${fid}  `;
      const [first, ...more] = content ?? [];
      if (first === undefined) lines.push(`${head}(withheld: ${withheld ?? 'empty'})`);
      else if (more.length === 0) lines.push(head + line(first));
      else {
        const filled = [first, ...more].flatMap((one, no) =>
          isBlank(one) ? [] : [`${' '.repeat(4)}${no + 1}: ${line(one)}`],
        );
        lines.push(`${head}${more.length + 1} records, ${filled.length} filled`, ...filled);
      }
    }
  }
  return lines;
};
