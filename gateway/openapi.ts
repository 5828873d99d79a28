import { JSONSchema, SchemaAST } from 'effect';
import { statusOf } from './middleware/problem.ts';
import type { Right, RightsTable } from './rights.ts';
import type { AnySampled, Inputs, Route } from './route.ts';

/**
 * The OpenAPI 3.1 document, made of what the routes declare: the same schemas that decode and encode, with their
 * examples, and for each route who may call it.
 */

type Json = Readonly<Record<string, unknown>>;

export interface ApiInfo {
  readonly version: string;
  readonly publicUrl: string;
  /** The issuer of access tokens, for the security scheme. */
  readonly issuer: string;
}

/** Named schemas are collected once under `components/schemas`. */
class Components {
  readonly schemas: Record<string, JSONSchema.JsonSchema7> = {};

  schemaOf(sampled: AnySampled): unknown {
    return tidy(
      JSONSchema.fromAST(sampled.schema.ast, {
        definitions: this.schemas,
        definitionPath: '#/components/schemas/',
        target: 'openApi3.1',
      }),
    );
  }
}

/** Effect marks its special schemas with a relative `$id`; in one document they would be different bases for `$ref`. */
const tidy = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(tidy);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, inner]) => !(name === '$id' && typeof inner === 'string' && inner.startsWith('/schemas/')))
      .map(([name, inner]) => [name, tidy(inner)]),
  );
};

const PROBLEM_SCHEMA: Json = {
  type: 'object',
  description: 'RFC 9457. Branch on `code`; show `detail` and `action` to a person; give `requestId` to support.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { type: 'string' },
    field: { type: 'string', description: 'Path of the offending input, e.g. lines/3/quantity' },
    action: { type: 'string', description: 'What the caller can do about it' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['field', 'message'],
        properties: { field: { type: 'string' }, code: { type: 'string' }, message: { type: 'string' } },
      },
    },
    requestId: { type: 'string' },
  },
};

const TEXT: Json = { type: 'string' };

const headerParameter = (name: string, required: boolean, description: string, schema: Json = TEXT): Json => ({
  name,
  in: 'header',
  required,
  description,
  schema,
});

/** Each property of a struct is a parameter of its own. */
const parameters = (components: Components, place: string, sampled: AnySampled | undefined): ReadonlyArray<Json> => {
  if (sampled === undefined) return [];
  const signatures = SchemaAST.getPropertySignatures(SchemaAST.encodedAST(sampled.schema.ast));
  const whole = components.schemaOf(sampled) as { readonly properties?: Json };
  const example = sampled.example as Json;
  return signatures.map(({ name, isOptional }) => ({
    name: String(name),
    in: place,
    required: place === 'path' || !isOptional,
    schema: whole.properties?.[String(name)] ?? TEXT,
    ...(example[String(name)] === undefined ? {} : { example: example[String(name)] }),
  }));
};

const content = (components: Components, type: string, sampled: AnySampled): Json => ({
  [type]: {
    schema: components.schemaOf(sampled),
    ...(sampled.example === undefined ? {} : { examples: { example: { value: sampled.example } } }),
  },
});

const requestBody = (components: Components, route: Route<unknown>): Json => {
  if (route.kind === 'upload') {
    const binary = { schema: { type: 'string', format: 'binary' } };
    const types = Object.fromEntries(route.contentTypes.map((type) => [type, binary]));
    return { requestBody: { required: true, content: types } };
  }
  const body = route.kind === 'json' ? (route.in as Inputs | undefined)?.body : undefined;
  if (body === undefined) return {};
  return { requestBody: { required: true, content: content(components, 'application/json', body) } };
};

const successes = (components: Components, route: Route<unknown>): Json => {
  switch (route.kind) {
    case 'json':
    case 'upload':
      return Object.fromEntries(
        Object.entries(route.out).map(([status, sampled]: [string, AnySampled]) => [
          status,
          {
            description: sampled.description || route.summary,
            ...(sampled.example === undefined ? {} : { content: content(components, 'application/json', sampled) }),
          },
        ]),
      );
    case 'download': {
      const binary = { schema: { type: 'string', format: 'binary' } };
      const types = Object.fromEntries(route.contentTypes.map((type) => [type, binary]));
      return {
        200: { description: 'The content', content: types },
        206: { description: 'The range asked for', content: types },
      };
    }
    case 'events': {
      const shown = Object.entries(route.events).map(([name, sampled]: [string, AnySampled]) => [
        name,
        { summary: sampled.description, value: `event: ${name}\ndata: ${JSON.stringify(sampled.example)}\n\n` },
      ]);
      const names = Object.fromEntries(
        Object.entries(route.events).map(([name, sampled]: [string, AnySampled]) => [
          name,
          components.schemaOf(sampled),
        ]),
      );
      return {
        200: {
          description: 'Server-sent events; `x-events` has the schema of the data of each',
          content: { 'text/event-stream': { schema: TEXT, examples: Object.fromEntries(shown) } },
          'x-events': names,
        },
      };
    }
  }
};

/** The refusals that a route declares, by status, each as an example. */
const refusals = (route: Route<unknown>): Json => {
  const byStatus = Map.groupBy(route.refusals ?? [], statusOf);
  return Object.fromEntries(
    [...byStatus].map(([status, some]) => [
      status,
      {
        description: some.map(({ code }) => code).join(', '),
        content: {
          'application/problem+json': {
            schema: { $ref: '#/components/schemas/Problem' },
            examples: Object.fromEntries(
              some.map((refusal) => [
                refusal.code,
                {
                  value: {
                    type: `urn:hufu:problem:${refusal.code}`,
                    title: refusal.code,
                    status,
                    detail: refusal.message,
                    instance: route.path,
                    code: refusal.code,
                    ...(refusal.field === undefined ? {} : { field: refusal.field }),
                    ...(refusal.action === undefined ? {} : { action: refusal.action }),
                    requestId: '0f8fad5b-d9cb-469f-a165-70867728950e',
                  },
                },
              ]),
            ),
          },
        },
      },
    ]),
  );
};

const whoMayCall = (right: Right): string => {
  const who =
    right.allow === 'everyone'
      ? 'Everyone, without a token.'
      : right.allow === 'signed-in'
        ? 'Whoever is signed in.'
        : `Roles: ${right.allow.join(', ')}.`;
  const local = right.loopback === true ? ' Without a token from this machine itself.' : '';
  return `${who}${local}${right.otherTenants === true ? ' A system administrator may name another tenant.' : ''}`;
};

const operation = (components: Components, route: Route<unknown>, right: Right): Json => {
  const inputs: Inputs = route.in ?? {};
  const needsKey = route.method === 'POST' && route.changesNothing !== true;
  return {
    operationId: route.operationId,
    summary: route.summary,
    description: [route.description, whoMayCall(right)].filter(Boolean).join('\n\n'),
    tags: [route.operationId.split('.')[0]],
    // The same for programs: the web console shows nobody what it may not do.
    'x-allow': right.allow,
    security: right.allow === 'everyone' ? [] : [{ issuer: [] }, { token: [] }],
    parameters: [
      ...parameters(components, 'path', inputs.params),
      ...parameters(components, 'query', inputs.query),
      // What OpenAPI wants described as a security scheme is no parameter.
      ...parameters(components, 'header', inputs.headers).filter(({ name }) => name !== 'authorization'),
      ...(needsKey
        ? [headerParameter('Idempotency-Key', true, 'The same key again: the same answer, one effect', KEY)]
        : []),
      ...(route.ifMatch === 'required' ? [headerParameter('If-Match', true, 'ETag of the revision seen')] : []),
      ...(right.otherTenants === true ? [headerParameter('Hufu-Tenant', false, 'Another tenant to act in')] : []),
    ],
    ...requestBody(components, route),
    responses: {
      ...successes(components, route),
      ...refusals(route),
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  };
};

const KEY: Json = { type: 'string', minLength: 1, maxLength: 128 };

export const openApiDocument = (routes: ReadonlyArray<Route<unknown>>, table: RightsTable, info: ApiInfo): Json => {
  const components = new Components();
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const right = table[route.operationId];
    if (right === undefined) continue;
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(components, route, right) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Hufu 虎符',
      version: info.version,
      description: 'Every POST carries an Idempotency-Key. Errors are problem details (RFC 9457).',
    },
    servers: [{ url: info.publicUrl }],
    paths,
    components: {
      schemas: { ...(tidy(components.schemas) as Json), Problem: PROBLEM_SCHEMA },
      securitySchemes: {
        issuer: { type: 'openIdConnect', openIdConnectUrl: `${info.issuer}/.well-known/openid-configuration` },
        token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      },
    },
  };
};
