/**
 * The web console's client as text, made of the gateway's own OpenAPI document: what each operation takes and answers as
 * types, and how it is called and by whom as data. It reads the shapes of JSON Schema that Effect writes, and no others:
 * what it does not know becomes `unknown`, which the console's type check then refuses.
 */

type Json = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  readonly schema: Json;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: ReadonlyArray<Parameter>;
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Json }>> }>
  >;
  readonly 'x-allow': string | ReadonlyArray<string>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

const REFERENCE = '#/components/schemas/';
const PLAIN: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
};
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Names of schemas that have been met and are to be written out. */
class Names {
  readonly met = new Set<string>();

  typeOf(schema: unknown): string {
    if (!isJson(schema)) return 'unknown';
    const { $ref, anyOf, oneOf, allOf, type } = schema;
    if (typeof $ref === 'string' && $ref.startsWith(REFERENCE)) {
      const name = decodeURIComponent($ref.slice(REFERENCE.length));
      this.met.add(name);
      return name;
    }
    if ('const' in schema) return JSON.stringify(schema['const']);
    if (Array.isArray(schema['enum'])) return union(schema['enum'].map((value) => JSON.stringify(value)));
    const some = anyOf ?? oneOf;
    if (Array.isArray(some)) return union(some.map((one) => this.typeOf(one)));
    // A bound beside a named schema.
    if (type === undefined && Array.isArray(allOf)) return this.typeOf(allOf[0]);
    if (Array.isArray(type)) return union(type.map((one) => this.typeOf({ ...schema, type: one })));
    if (type === 'array') return this.arrayOf(schema);
    if (type === 'object') return this.objectOf(schema);
    return typeof type === 'string' ? (PLAIN[type] ?? 'unknown') : 'unknown';
  }

  private arrayOf({ prefixItems, items }: Json): string {
    if (Array.isArray(prefixItems)) return `readonly [${prefixItems.map((one) => this.typeOf(one)).join(', ')}]`;
    return `ReadonlyArray<${this.typeOf(items)}>`;
  }

  private objectOf({ properties, required, additionalProperties, patternProperties }: Json): string {
    const needed = new Set(Array.isArray(required) ? required : []);
    const fields = Object.entries(isJson(properties) ? properties : {}).map(
      ([name, inner]) => `readonly ${keyOf(name)}${needed.has(name) ? '' : '?'}: ${this.typeOf(inner)}`,
    );
    if (fields.length > 0) return `{ ${fields.join('; ')} }`;
    const [byPattern] = isJson(patternProperties) ? Object.values(patternProperties) : [];
    const values = byPattern ?? additionalProperties;
    return `Readonly<Record<string, ${isJson(values) ? this.typeOf(values) : 'never'}>>`;
  }
}

const union = (some: ReadonlyArray<string>): string => [...new Set(some)].join(' | ');
const keyOf = (name: string): string => (/^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name));

const parametersOf = (names: Names, operation: Operation, place: string): string => {
  const some = operation.parameters.filter((one) => one.in === place);
  if (some.length === 0) return 'undefined';
  const fields = some.map(
    ({ name, required, schema }) => `readonly ${keyOf(name)}${required ? '' : '?'}: ${names.typeOf(schema)}`,
  );
  return `{ ${fields.join('; ')} }`;
};

const JSON_TYPE = 'application/json';

const answerOf = (names: Names, { responses }: Operation): string => {
  const good = Object.entries(responses).filter(([status]) => status.startsWith('2'));
  const json = good.flatMap(([, { content }]) => (content?.[JSON_TYPE] === undefined ? [] : [content[JSON_TYPE]]));
  if (good.some(([, { content }]) => content !== undefined && content[JSON_TYPE] === undefined)) return 'Blob';
  const types = json.map(({ schema }) => names.typeOf(schema));
  // A statement is also to be had as JSON; it is downloaded all the same.
  return json.some(({ schema }) => schema['format'] === 'binary')
    ? 'Blob'
    : types.length === 0
      ? 'undefined'
      : union(types);
};

const bodyOf = (names: Names, { requestBody }: Operation): string => {
  if (requestBody === undefined) return 'undefined';
  const json = requestBody.content[JSON_TYPE];
  return json === undefined ? 'Blob' : names.typeOf(json.schema);
};

const HEAD = `// Long: written by cli/console/generate.ts from the gateway's OpenAPI document; nothing here is written by hand.
`;

/** @param wanted operation ids. @throws Error when one is not in the document. */
export const clientText = (json: Json, wanted: ReadonlyArray<string>): string => {
  const { paths, components } = json as unknown as Document;
  const names = new Names();
  const known = new Map(
    Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [operation.operationId, { path, method, operation }] as const,
      ),
    ),
  );
  const found = wanted.toSorted().map((id) => {
    const one = known.get(id);
    if (one === undefined) throw new Error(`the gateway has no operation ${id}`);
    return { id, ...one };
  });
  const types = found.map(({ id, operation }) =>
    [
      `  ${JSON.stringify(id)}: {`,
      `    readonly path: ${parametersOf(names, operation, 'path')};`,
      `    readonly query: ${parametersOf(names, operation, 'query')};`,
      `    readonly body: ${bodyOf(names, operation)};`,
      `    readonly answer: ${answerOf(names, operation)};`,
      '  };',
    ].join('\n'),
  );
  const table = found.map(({ id, path, method, operation }) => {
    const keyed = operation.parameters.some(({ name }) => name === 'Idempotency-Key');
    const call = { method: method.toUpperCase(), path, allow: operation['x-allow'], keyed };
    return `  ${JSON.stringify(id)}: ${JSON.stringify(call)},`;
  });
  const written = new Set<string>();
  const schemas: string[] = [];
  for (let next = [...names.met]; next.length > 0; next = [...names.met].filter((name) => !written.has(name))) {
    for (const name of next) {
      written.add(name);
      schemas.push(`export type ${name} = ${names.typeOf(components.schemas[name])};\n`);
    }
  }
  return [
    HEAD,
    ...schemas.toSorted(),
    `export interface Operations {\n${types.join('\n')}\n}\n`,
    '/** How each is called, and by which roles. */',
    `export const CALLS = {\n${table.join('\n')}\n} as const;\n`,
  ].join('\n');
};
