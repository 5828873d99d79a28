import { readFileSync } from 'node:fs';
import { Arbitrary, FastCheck, Schema } from 'effect';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { decodeAlpha, encodeAlpha, packText, unpackText } from './alphabet.ts';
import { decodeKeyParts, encodeKeyParts, keyFileBytes } from './codec-keys.ts';
import { decodeFile, encodeFile, FILE_CODECS, KEY_FILE_CODECS, RAW_FILES } from './file-codecs.ts';
import { DIRECTORIES, FILES, type FileName, fileAt, isFileName, sizeFits } from './file-table.ts';
import { type FileValue, FileValues } from './schema.ts';

/** One walker for every file: its vectors, what it refuses, and the same properties for all. */

type Name = keyof FileValue;
interface Vectors {
  readonly files: ReadonlyArray<{
    readonly file: Name;
    readonly bytes: string;
    readonly value: never;
    readonly decodeOnly?: boolean;
  }>;
  readonly refused: ReadonlyArray<{
    readonly file: Name;
    readonly bytes: string;
    readonly code: string;
    readonly field: string;
  }>;
  readonly keys: ReadonlyArray<{ readonly file: keyof typeof KEY_FILE_CODECS; readonly bytes: string }>;
  readonly alphabets: ReadonlyArray<{ readonly bytes: string; readonly text: string; readonly decodeOnly?: boolean }>;
  readonly packed: ReadonlyArray<{ readonly bytes: string; readonly text: string }>;
}
const vectors: Vectors = JSON.parse(
  readFileSync(new URL('../../../test/vectors/uicc-files.json', import.meta.url), 'utf8'),
);
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const names = Object.keys(FILE_CODECS) as Name[];

describe('elementary files', () => {
  it.each(vectors.files)('$file $bytes', ({ file, bytes, value, decodeOnly }) => {
    expect(decodeFile(file, hex(bytes))).toEqual(value);
    expect(Schema.is(FileValues[file] as Schema.Schema.AnyNoContext)(value)).toBe(true);
    const encoded = encodeFile(file, value, bytes.length / 2);
    if (decodeOnly === undefined) expect(Buffer.isBuffer(encoded) ? encoded.toString('hex') : encoded).toBe(bytes);
    else expect(Buffer.isBuffer(encoded) && decodeFile(file, encoded)).toEqual(value);
  });

  it.each(vectors.refused)('$file refuses $bytes', ({ file, bytes, code, field }) => {
    const refusal = decodeFile(file, hex(bytes));
    expect(refusal).toMatchObject({ _tag: 'Refusal', code, field });
    expect(JSON.stringify(refusal)).not.toContain(bytes);
  });

  it('every file of the table has a codec with vectors, or says why it is raw', () => {
    const [walked, keys] = [
      new Set(vectors.files.map(({ file }) => file)),
      new Set(vectors.keys.map(({ file }) => file)),
    ];
    for (const name of Object.keys(FILES) as FileName[]) {
      const ways = [
        walked.has(name as Name) && name in FILE_CODECS,
        keys.has(name as never) && name in KEY_FILE_CODECS,
        name in RAW_FILES,
      ];
      expect([name, ways.filter(Boolean).length]).toEqual([name, 1]);
    }
    expect(Object.keys(FileValues).sort()).toEqual([...names].sort());
    for (const name of names) expect(isFileName(name)).toBe(true);
  });

  it('the table knows each file once in each directory', () => {
    for (const directory of Object.keys(DIRECTORIES) as (keyof typeof DIRECTORIES)[]) {
      const here = (Object.keys(FILES) as FileName[]).filter((name) => FILES[name].in.includes(directory));
      expect(new Set(here.map((name) => FILES[name].fid)).size).toBe(here.length);
      for (const name of here) expect(fileAt(directory, FILES[name].fid)).toBe(name);
    }
    expect(fileAt('MF', '6f07')).toBeUndefined();
    expect(isFileName('EF.Nothing')).toBe(false);
    expect(sizeFits(FILES['EF.PLMNwAcT'], 12)).toBe(false);
  });

  it.each(names)('%s: what it writes it reads, and writes again alike', (name) => {
    const { min, max, step } = FILES[name].size;
    const values = FastCheck.sample(Arbitrary.make(FileValues[name] as Schema.Schema.AnyNoContext), 40);
    const size = fc
      .integer({ min, max: Math.min(max ?? 200, 200) })
      .map((one) => one - (step === undefined ? 0 : one % step));
    fc.assert(
      fc.property(fc.constantFrom(...values), size, (one, bytes) => {
        const encoded = encodeFile(name, one as never, bytes);
        if (isRefusal(encoded)) {
          expect(encoded.code).toMatch(
            /^(?:FileTooSmall|MalformedFile|MalformedTlv|WrongFileSize|InvalidIccid|InvalidImsi)$/,
          );
          return;
        }
        expect(encoded.length).toBe(bytes);
        const decoded = decodeFile(name, encoded);
        if (isRefusal(decoded)) throw new Error(`${decoded.code} ${decoded.field}: ${encoded.toString('hex')}`);
        const again = encodeFile(name, decoded as never, bytes);
        expect(isRefusal(again) ? again : again.toString('hex')).toBe(encoded.toString('hex'));
      }),
    );
  });

  it.each([
    ['EF.SMSP', `1f${'00'.repeat(27)}`],
    ['EF.SMSP', `ff${'00'.repeat(27)}`],
    ['EF.ADN', `00${'00'.repeat(11)}ffff`],
  ] as const)('%s: a record that says nothing (%s) is an empty one', (name, hex) => {
    const bytes = Buffer.from(hex, 'hex');
    expect(decodeFile(name, bytes)).toBeNull();
    expect(encodeFile(name, null as never, bytes.length)).toEqual(Buffer.alloc(bytes.length, 0xff));
  });

  it.each(names)('%s: any bytes are refused, or mean something that can be written', (name) => {
    const { min, max } = FILES[name].size;
    const bytes = fc.uint8Array({ minLength: min, maxLength: Math.min(max ?? min + 30, 180) });
    fc.assert(
      fc.property(bytes, (one) => {
        const decoded = decodeFile(name, one);
        if (isRefusal(decoded)) return;
        const encoded = encodeFile(name, decoded as never, one.length);
        // A text may take more bytes in the form that we choose than in the one that the card had.
        if (isRefusal(encoded)) expect(encoded.code).toBe('FileTooSmall');
        else expect(decodeFile(name, encoded)).toEqual(decoded);
      }),
    );
  });
});

describe('key files', () => {
  it.each(vectors.keys)('$file keeps its keys to itself', ({ file, bytes }) => {
    const codec = KEY_FILE_CODECS[file] as (typeof KEY_FILE_CODECS)['EF.Keys'];
    const value = codec.decode(hex(bytes));
    expect(isRefusal(value)).toBe(false);
    expect(JSON.stringify(value)).toMatch(/secret, (?:8|16) bytes/);
    const encoded = isRefusal(value) ? value : codec.encode(value, bytes.length / 2);
    expect(Buffer.isBuffer(encoded) && encoded.toString('hex')).toBe(bytes);
    expect(codec.decode(hex(bytes).subarray(1))).toMatchObject({ code: 'MalformedFile' });
    expect(isRefusal(value) || codec.encode(value, 5)).toMatchObject({ code: 'MalformedFile' });
  });

  const layout = [{ part: 'k' }, { part: 'opc' }, { part: 'flag', value: 0 }] as const;
  const file = '465b5ce8b199b49faa5f0a2ee238a6bccd63cb71954a9f4e48a5994e37a02baf00';

  it('a vendor’s file is built from its parts, as recorded', () => {
    const k = new SecretBytes(hex(file.slice(0, 32)));
    const opc = new SecretBytes(hex(file.slice(32, 64)));
    const encoded = encodeKeyParts(layout, { k, opc });
    expect(isRefusal(encoded) || encoded.reveal().toString('hex')).toBe(file);
    expect(keyFileBytes(layout)).toBe(33);
    const decoded = decodeKeyParts(layout, hex(file));
    expect(isRefusal(decoded) || decoded.opc?.equals(opc)).toBe(true);
    expect(encodeKeyParts(layout, { k })).toMatchObject({ code: 'KeyMissing', field: 'opc' });
    expect(encodeKeyParts(layout, { k: new SecretBytes(Buffer.alloc(8)), opc })).toMatchObject({ field: 'k' });
    expect(decodeKeyParts(layout, hex(file).subarray(1))).toMatchObject({ code: 'MalformedFile', field: 'keys' });
    expect(decodeKeyParts(layout, hex(`${file.slice(0, 64)}01`))).toMatchObject({ field: 'flag' });
  });
});

describe('alphabets', () => {
  it.each(vectors.alphabets)('$text', ({ bytes, text, decodeOnly }) => {
    expect(decodeAlpha(hex(bytes))).toBe(text);
    if (decodeOnly === undefined) expect(encodeAlpha(text).toString('hex')).toBe(bytes);
  });

  it.each(vectors.packed)('$text, packed', ({ bytes, text }) => {
    const packed = packText(text);
    expect(packed?.bytes.toString('hex')).toBe(bytes);
    expect(unpackText(hex(bytes), packed?.septets ?? 0)).toBe(text);
    expect(unpackText(hex(bytes), 60)).toBeUndefined();
  });

  it.each(['81', '8105', '810513', '82050530', '81021341', '4190', '41ff41'])('%s is no text', (bytes) =>
    expect(decodeAlpha(hex(bytes))).toBeUndefined(),
  );

  it('gives back any text of the basic plane, padded or not', () => {
    const letters = fc.oneof(
      fc.constantFrom(...'@£$ABCabc123{}€[]^~|ÄÖ ñ'),
      fc.constantFrom(...'АБВЯабвя'),
      fc
        .integer({ min: 0x21, max: 0xfffd })
        .filter((code) => code < 0xd800 || code > 0xdfff)
        .map((code) => String.fromCharCode(code)),
    );
    fc.assert(
      fc.property(fc.array(letters, { maxLength: 40 }), fc.nat(5), (characters, padding) => {
        const text = characters.join('');
        const bytes = encodeAlpha(text);
        expect(decodeAlpha(Buffer.concat([bytes, Buffer.alloc(padding, 0xff)]))).toBe(text);
        const packed = packText(text);
        if (packed !== undefined) expect(unpackText(packed.bytes, packed.septets)).toBe(text);
      }),
    );
    expect(packText('中')).toBeUndefined();
  });
});
