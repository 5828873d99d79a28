import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import { UnwritableValue } from './back-writer.ts';
import { type Codec, codec, type Level } from './codec.ts';
import type { Piece } from './file-reader.ts';
import { FileWriter, unitBytes } from './file-writer.ts';
import { type Fields, FORMATS, type FormatName, type LeafKind, type Shape } from './grammar.ts';
import { childrenOf, type Header, headerAt } from './header.ts';
import type { Value } from './interpret.ts';
import { ScanError, Scanner } from './scan.ts';
import { sourceOf } from './tape.ts';

/**
 * Files as JSON and back, by the standard's own field names. What JSON has no place for stands beside it under names
 * that begin with `$`: `$format`; `$kept` for bytes between units; `$gprsCall` beside `gprsCall` for bytes inside it that
 * have no field, and for its own bytes when they are not those that we would write. Integers past 2^53 are strings.
 */
type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };
type JsonObject = { readonly [name: string]: Json };

/** `bytes` counts as long as the value beside it still says the same; `kept` when it does not. */
interface Beside {
  readonly kept?: readonly { readonly path: string; readonly position: number; readonly bytes: string }[];
  readonly bytes?: string;
}

const text = (value: unknown): string =>
  JSON.stringify(value, (_, one: unknown) => (typeof one === 'bigint' ? one.toString() : one));

const isDefinite = (bytes: Buffer): boolean => {
  const definite = (header: Header): boolean =>
    header.length >= 0 && (!header.constructed || childrenOf(bytes, header).every(definite));
  const header = headerAt(bytes, 0);
  return header !== undefined && header !== 'malformed' && definite(header);
};

const besideOf = (piece: Exclude<Piece, { readonly kind: 'opened' | 'closed' | 'kept' }>, value: Value): Beside => {
  const { kept, bytes } = piece;
  let same = false;
  try {
    same = unitBytes(codec(piece.format), piece.kind, value, kept).equals(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
  }
  return {
    ...(kept.length === 0
      ? {}
      : { kept: kept.map(({ path, position, bytes: at }) => ({ path, position, bytes: at.toString('hex') })) }),
    // Indefinite lengths are read, never written.
    ...(same || !isDefinite(bytes) ? {} : { bytes: bytes.toString('hex') }),
  };
};

/** JSON text, a line for each group and record, made while the file is read. */
export class JsonWriter {
  private readonly first: boolean[] = [true];
  private keptCount = 0;
  private started = false;

  /** The text for this piece. */
  push(piece: Piece): string {
    const start = this.started ? '' : '[';
    this.started = true;
    return start + this.piece(piece);
  }

  /** The end of the text; call it when the file was read to its end. */
  end(): string {
    return this.started ? '\n]\n' : '[]\n';
  }

  /** The end of the text of a file that cannot be read further: what was read stays, and the last unit says why. */
  broken({ code, message, field }: Refusal, offset?: number): string {
    const start = this.started ? '' : '[';
    this.started = true;
    const closed: string[] = [];
    for (; this.first.length > 1; this.first.pop()) closed.push(this.first.length === 2 ? '\n}}' : '\n]');
    const why = { code, message, ...(field ? { field } : {}), ...(offset === undefined ? {} : { offset }) };
    return `${start}${closed.join('')}${this.comma()}{"$refused":${text(why)}}${this.end()}`;
  }

  private piece(piece: Piece): string {
    const depth = this.first.length;
    if (piece.kind === 'opened') {
      const { name, length, lengthBytes } = piece;
      const wide = lengthBytes > fewest(length) ? `${text(`$${name}`)}:${text({ lengthBytes })},` : '';
      const head = depth === 1 ? `{"$format":${text(piece.format)},` : '';
      const line = `${this.comma()}${head}${wide}${text(name)}:${depth === 1 ? '{' : '['}`;
      this.first.push(true);
      return line;
    }
    if (piece.kind === 'closed') {
      this.first.pop();
      return depth === 2 ? '\n}}' : '\n]';
    }
    if (piece.kind === 'kept') {
      this.keptCount += 1;
      const bytes = text(piece.bytes.toString('hex'));
      return this.comma() + (depth === 2 ? `"$kept.${this.keptCount}":${bytes}` : `{"$kept":${bytes}}`);
    }
    const value = piece.plain() as Value;
    const fields = text(value).slice(1, -1);
    const beside = besideOf(piece, value);
    const more = Object.keys(beside).length === 0 ? '' : `,${text(`$${piece.name}`)}:${text(beside)}`;
    if (depth === 2) return `${this.comma()}${fields}${more}`;
    return `${this.comma()}{${depth === 1 ? `"$format":${text(piece.format)},` : ''}${fields}${more}}`;
  }

  private comma(): string {
    const first = this.first.at(-1) === true;
    this.first[this.first.length - 1] = false;
    return first ? '\n' : ',\n';
  }
}

const fewest = (length: number): number => {
  if (length < 0x80) return 1;
  let bytes = 1;
  for (let left = length; left > 0; left = Math.floor(left / 0x100)) bytes += 1;
  return bytes;
};

const invalid = (field: string, message: string): Refusal => refuse('invalid', 'InvalidJson', message, { field });

const isObject = (json: Json | undefined): json is JsonObject =>
  typeof json === 'object' && json !== null && !Array.isArray(json);

const LEAF: Readonly<Record<LeafKind, (json: Json, path: string) => Value | Refusal>> = {
  integer: (json, path) => {
    if (typeof json === 'number' && Number.isSafeInteger(json)) return json;
    if (typeof json === 'string' && /^-?[0-9]{1,39}$/.test(json)) return BigInt(json);
    return invalid(path, 'An integer stands here; past 2^53 it is written as a string.');
  },
  text: (json, path) =>
    typeof json === 'string' && !/[^\0-\xff]/.test(json) ? json : invalid(path, 'A text of ISO 8859-1 stands here.'),
  hex: (json, path) =>
    typeof json === 'string' && /^(?:[0-9a-fA-F]{2})*$/.test(json)
      ? json
      : invalid(path, 'An even number of hexadecimal digits stands here.'),
  bcd: (json, path) =>
    typeof json === 'string' && /^[0-9a-fA-F]*$/.test(json) ? json : invalid(path, 'Digits stand here.'),
};

const valueOfShape = (shape: Shape, json: Json, path: string): Value | Refusal => {
  if ('members' in shape) return valueOfFields(shape, json, path);
  if (shape.kind !== 'list') return LEAF[shape.kind](json, path);
  if (!Array.isArray(json)) return invalid(path, 'A list stands here.');
  const all = (json as readonly Json[]).map((one, at) => valueOfShape(shape.element.shape, one, `${path}/${at}`));
  return all.find(isRefusal) ?? (all as readonly Value[]);
};

const valueOfFields = (fields: Fields, json: Json, path: string): Value | Refusal => {
  if (!isObject(json)) return invalid(path, 'An object stands here.');
  const into: Record<string, Value> = {};
  for (const [name, inner] of Object.entries(json)) {
    const member = fields.members.find((one) => one.name === name);
    if (member === undefined) return invalid(`${path}/${name}`, `${fields.name} has no such field.`);
    const value = valueOfShape(member.shape, inner, `${path}/${name}`);
    if (isRefusal(value)) return value;
    into[name] = value;
  }
  return fields.kind === 'choice' && Object.keys(into).length > 1
    ? invalid(path, `${fields.name} is one of its fields, not several.`)
    : into;
};

const hexOf = (json: Json | undefined, path: string): Buffer | Refusal => {
  const value = LEAF.hex(json ?? null, path);
  return isRefusal(value) ? value : Buffer.from(String(value), 'hex');
};

/** Writes one unit: as its own bytes say when they still mean the same, else as its value does. */
const writeUnit = (
  writer: FileWriter,
  rules: Codec,
  level: Level,
  name: string,
  of: JsonObject,
  path: string,
): Refusal | undefined => {
  const value = valueOfFields(rules.grammar[level], { [name]: of[name] ?? null }, path);
  if (isRefusal(value)) return value;
  const beside = (of[`$${name}`] ?? {}) as Beside;
  const bytes = beside.bytes === undefined ? undefined : hexOf(beside.bytes, `${path}/$${name}/bytes`);
  if (isRefusal(bytes)) return bytes;
  const kept = (beside.kept ?? []).map(({ path: at, position, bytes: hex }) => ({
    path: at,
    position,
    bytes: Buffer.from(hex, 'hex'),
  }));
  try {
    const plain = unitBytes(rules, level, value, []);
    if (bytes !== undefined && means(rules, level, bytes, plain)) writer.raw(bytes);
    else writer.unit(level, value, kept);
    return undefined;
  } catch (cause) {
    if (cause instanceof UnwritableValue || cause instanceof RangeError) return invalid(path, cause.message);
    throw cause;
  }
};

const means = (rules: Codec, level: Level, bytes: Buffer, plain: Buffer): boolean => {
  const scanner = new Scanner(rules.scheme);
  const source = sourceOf(bytes, 0, new Int32Array(64));
  scanner.begin(source);
  try {
    const entry = scanner.element(rules.scheme[level], 0, bytes.length, false);
    return (
      scanner.stop === bytes.length && unitBytes(rules, level, rules.of[level].plain(source, entry), []).equals(plain)
    );
  } catch (cause) {
    if (cause instanceof ScanError) return false;
    throw cause;
  }
};

const widthOf = (json: Json | undefined): number => {
  const width = isObject(json) ? json['lengthBytes'] : undefined;
  return typeof width === 'number' && Number.isInteger(width) && width > 0 && width <= 8 ? width : 0;
};

const writeRecords = (writer: FileWriter, rules: Codec, records: Json, path: string): Refusal | undefined => {
  if (!Array.isArray(records)) return invalid(path, 'A list stands here.');
  for (const [at, record] of (records as readonly Json[]).entries()) {
    const here = `${path}/${at}`;
    if (!isObject(record)) return invalid(here, 'An object stands here.');
    const refused = writeNamed(writer, rules, 'record', record, here);
    if (refused !== undefined) return refused;
  }
  return undefined;
};

/** All that an object holds, in its own order. */
const writeNamed = (
  writer: FileWriter,
  rules: Codec,
  level: Level,
  of: JsonObject,
  path: string,
): Refusal | undefined => {
  const { batch, list } = rules.grammar;
  for (const [name, inner] of Object.entries(of)) {
    let refused: Refusal | undefined;
    if (name.startsWith('$kept')) {
      const bytes = hexOf(inner, `${path}/${name}`);
      if (isRefusal(bytes)) return bytes;
      writer.raw(bytes);
    } else if (!name.startsWith('$')) {
      const here = `${path}/${name}`;
      const nested = (level === 'file' && name === batch.name) || (level === 'part' && name === list.name);
      if (nested) writer.open(widthOf(of[`$${name}`]));
      if (nested && level === 'part') refused = writeRecords(writer, rules, inner, here);
      else if (nested)
        refused = isObject(inner)
          ? writeNamed(writer, rules, 'part', inner, here)
          : invalid(here, 'An object stands here.');
      else refused = writeUnit(writer, rules, level, name, of, path);
      if (nested) writer.close();
    }
    if (refused !== undefined) return refused;
  }
  return undefined;
};

/** The file that this JSON text describes, in pieces. Refused with `InvalidJson` and the path. */
export const fileOfJson = (source: string): readonly Buffer[] | Refusal => {
  let units: Json;
  try {
    units = JSON.parse(source) as Json;
  } catch (cause) {
    return invalid('', cause instanceof Error ? cause.message : 'This is no JSON.');
  }
  if (!Array.isArray(units)) return invalid('', 'A list of units stands here.');
  const pieces: Buffer[] = [];
  for (const [at, unit] of (units as readonly Json[]).entries()) {
    const path = String(at);
    if (!isObject(unit)) return invalid(path, 'An object stands here.');
    if (unit['$refused'] !== undefined)
      return invalid(`${path}/$refused`, 'The file that this was read from was not whole.');
    const format = FORMATS.find((name) => name === unit['$format']);
    if (format === undefined && unit['$kept'] === undefined) {
      return invalid(`${path}/$format`, `One of ${FORMATS.join(', ')} stands here.`);
    }
    const writer = new FileWriter(format ?? FORMAT_OF_NOTHING);
    const refused = writeNamed(writer, codec(format ?? FORMAT_OF_NOTHING), 'file', unit, path);
    if (refused !== undefined) return refused;
    pieces.push(...writer.end());
  }
  return pieces;
};
/** Bytes between units belong to no format. */
const FORMAT_OF_NOTHING: FormatName = 'TAP-0312';
