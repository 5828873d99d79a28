import { Either, Option, ParseResult, Schema, SchemaAST } from 'effect';

/**
 * Schemas compiled for the many values that fit them. Effect's parser makes an Either, options and a list of issues for
 * each field of each value; every command, event and reply passes one. Here a schema becomes a function that copies a
 * value field by field, as the parser does, or says that it does not fit: then the parser itself is asked, and says
 * what is wrong. Parts that are more than structs, arrays, scalars and filters go through the parser all the time.
 */

export const UNFIT: unique symbol = Symbol('unfit');

/** @returns what the parser would give, or `UNFIT`. */
export type Quick = (value: unknown) => unknown;

export interface Way {
  readonly decoding: boolean;
  /** A field that the schema does not know makes the value unfit; otherwise it is left out. */
  readonly excess: 'error' | 'ignore';
}

interface Part {
  readonly run: Quick;
  /** What fits is given back as it is. */
  readonly scalar: boolean;
  /** Nothing in it goes through the parser. */
  readonly plain: boolean;
}

const { hasOwn } = Object;

const parsed = (ast: SchemaAST.AST, { decoding, excess }: Way): Part => {
  const schema = Schema.make<unknown, unknown>(ast);
  const options = { onExcessProperty: excess };
  const parse = decoding
    ? ParseResult.decodeUnknownEither(schema, options)
    : ParseResult.encodeUnknownEither(schema, options);
  const run: Quick = (value) => Either.match(parse(value), { onLeft: () => UNFIT, onRight: (result) => result });
  return { run, scalar: false, plain: false };
};

const scalar = (fits: (value: unknown) => boolean): Part => ({
  run: (value) => (fits(value) ? value : UNFIT),
  scalar: true,
  plain: true,
});

const refined = (ast: SchemaAST.Refinement, way: Way): Part => {
  const from = partOf(ast.from, way);
  // On its way out a value is checked before it is encoded: only where the two are one may the order be turned.
  if (!way.decoding && !from.plain) return parsed(ast, way);
  const run: Quick = (value) => {
    const inner = from.run(value);
    if (inner === UNFIT) return UNFIT;
    return Option.isNone(ast.filter(inner, SchemaAST.defaultParseOption, ast)) ? inner : UNFIT;
  };
  return { ...from, run };
};

const struct = (ast: SchemaAST.TypeLiteral, way: Way): Part => {
  if (ast.indexSignatures.length > 0 || ast.propertySignatures.length === 0) return parsed(ast, way);
  const fields = ast.propertySignatures.map(({ name, type, isOptional }) => ({
    name,
    isOptional,
    ...partOf(type, way),
  }));
  const strict = way.excess === 'error';
  const run: Quick = (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return UNFIT;
    const record = value as Readonly<Record<PropertyKey, unknown>>;
    const output: Record<PropertyKey, unknown> = {};
    let known = 0;
    for (const field of fields) {
      const there = hasOwn(record, field.name);
      if (there) known += 1;
      else if (field.isOptional) continue;
      const inner = field.run(record[field.name]);
      if (inner === UNFIT) return UNFIT;
      output[field.name] = inner;
    }
    return strict && Reflect.ownKeys(value).length !== known ? UNFIT : output;
  };
  return { run, scalar: false, plain: fields.every((field) => field.plain) };
};

const list = (ast: SchemaAST.TupleType, way: Way): Part => {
  const [rest, ...more] = ast.rest;
  if (ast.elements.length > 0 || rest === undefined || more.length > 0) return parsed(ast, way);
  const item = partOf(rest.type, way);
  const run: Quick = (value) => {
    if (!Array.isArray(value)) return UNFIT;
    const output = new Array<unknown>(value.length);
    for (let index = 0; index < value.length; index += 1) {
      const inner = item.run(value[index]);
      if (inner === UNFIT) return UNFIT;
      output[index] = inner;
    }
    return output;
  };
  return { run, scalar: false, plain: item.plain };
};

const tagOf = (ast: SchemaAST.AST): string | undefined => {
  if (!SchemaAST.isTypeLiteral(ast)) return undefined;
  const tag = ast.propertySignatures.find(({ name, isOptional }) => name === '_tag' && !isOptional)?.type;
  return tag !== undefined && SchemaAST.isLiteral(tag) && typeof tag.literal === 'string' ? tag.literal : undefined;
};

const union = (ast: SchemaAST.Union, way: Way): Part => {
  const parts = ast.types.map((type) => partOf(type, way));
  const plain = parts.every((part) => part.plain);
  const byTag = new Map(ast.types.map((type, index) => [tagOf(type), parts[index]]));
  if (byTag.size === parts.length && !byTag.has(undefined)) {
    const run: Quick = (value) => {
      if (typeof value !== 'object' || value === null || !('_tag' in value)) return UNFIT;
      const member = typeof value._tag === 'string' ? byTag.get(value._tag) : undefined;
      return member === undefined ? UNFIT : member.run(value);
    };
    return { run, scalar: false, plain };
  }
  // Where no two members can give different results, their order does not matter.
  if (parts.filter((part) => !part.scalar).length > 1) return parsed(ast, way);
  const run: Quick = (value) => {
    for (const part of parts) {
      const inner = part.run(value);
      if (inner !== UNFIT) return inner;
    }
    return UNFIT;
  };
  return { run, scalar: parts.every((part) => part.scalar), plain };
};

const ALTERING = [SchemaAST.ParseOptionsAnnotationId, SchemaAST.DecodingFallbackAnnotationId];

const partOf = (ast: SchemaAST.AST, way: Way): Part => {
  if (ALTERING.some((annotation) => annotation in ast.annotations)) return parsed(ast, way);
  switch (ast._tag) {
    case 'StringKeyword':
      return scalar((value) => typeof value === 'string');
    case 'NumberKeyword':
      return scalar((value) => typeof value === 'number');
    case 'BooleanKeyword':
      return scalar((value) => typeof value === 'boolean');
    case 'UndefinedKeyword':
      return scalar((value) => value === undefined);
    case 'Literal':
      return scalar((value) => value === ast.literal);
    case 'Refinement':
      return refined(ast, way);
    case 'TypeLiteral':
      return struct(ast, way);
    case 'TupleType':
      return list(ast, way);
    case 'Union':
      return union(ast, way);
    default:
      return parsed(ast, way);
  }
};

// biome-ignore lint/suspicious/noExplicitAny: a schema of any types
export const quick = (schema: Schema.Schema<any, any>, way: Way): Quick => partOf(schema.ast, way).run;
