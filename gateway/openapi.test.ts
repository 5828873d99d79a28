import { Ajv2020 } from 'ajv/dist/2020.js';
import { Either, Schema } from 'effect';
import { describe, expect, test } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { RIGHTS } from './rights.ts';
import type { AnySampled, Route } from './route.ts';
import { routes } from './routes.ts';

/** The document says what the server does: every route is in it, and every example fits its schema in both directions. */

const all: ReadonlyArray<Route<unknown>> = routes;
const info = { version: '0.0.0', publicUrl: 'http://127.0.0.1:8080', issuer: 'http://127.0.0.1:8080/oidc' };
const document = JSON.parse(JSON.stringify(openApiDocument(all, RIGHTS, info)));

/** Formats are hints for readers here; what counts is checked by the schemas of the server. */
const ajv = new Ajv2020({ strict: false, validateFormats: false });
ajv.addSchema(document, 'document');

const operationOf = (route: Route<unknown>) => document.paths[route.path]?.[route.method.toLowerCase()];
const pointer = (...parts: ReadonlyArray<string>): string =>
  `document#/${parts.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')}`;

const check = (reference: string, value: unknown): void => {
  const validate = ajv.getSchema(reference);
  expect(validate, reference).toBeDefined();
  expect(validate?.(value), JSON.stringify(validate?.errors)).toBe(true);
};

const samplesOf = (route: Route<unknown>): ReadonlyArray<readonly [string, AnySampled]> => {
  const answers = route.kind === 'events' ? route.events : route.kind === 'download' ? {} : route.out;
  return [...Object.entries(route.in ?? {}), ...Object.entries(answers)] as ReadonlyArray<
    readonly [string, AnySampled]
  >;
};

describe.each(all.map((route) => [route.operationId, route] as const))('%s', (_name, route) => {
  test('is in the document, with its parameters', () => {
    const operation = operationOf(route);
    expect(operation?.operationId).toBe(route.operationId);
    const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    const declared = operation.parameters.filter((one: { in: string }) => one.in === 'path');
    expect(declared.map((one: { name: string }) => one.name).sort()).toEqual(inPath.sort());
    expect(operation.summary).toMatch(/^[A-Z][^.]*$/);
    expect(operation.responses.default).toBeDefined();
  });

  test.each(samplesOf(route))('the example of %s decodes', (_part, sampled) => {
    if (sampled.example === undefined) return;
    const decoded = Schema.decodeUnknownEither(sampled.schema, { onExcessProperty: 'error' })(sampled.example);
    expect(Either.isRight(decoded), String(Either.isLeft(decoded) ? decoded.left : '')).toBe(true);
  });

  test('examples of parameters fit their schemas', () => {
    const base = ['paths', route.path, route.method.toLowerCase(), 'parameters'];
    for (const [index, parameter] of operationOf(route).parameters.entries()) {
      if (parameter.example !== undefined) check(pointer(...base, String(index), 'schema'), parameter.example);
    }
  });

  test('examples of bodies and answers fit their schemas', () => {
    const operation = operationOf(route);
    const base = ['paths', route.path, route.method.toLowerCase()];
    const contents: ReadonlyArray<readonly [ReadonlyArray<string>, Record<string, unknown>]> = [
      [[...base, 'requestBody', 'content'], operation.requestBody?.content ?? {}],
      ...Object.entries<{ content?: Record<string, unknown> }>(operation.responses).map(
        ([status, response]) => [[...base, 'responses', status, 'content'], response.content ?? {}] as const,
      ),
    ];
    for (const [path, content] of contents) {
      for (const [type, media] of Object.entries(
        content as Record<string, { examples?: Record<string, { value: unknown }> }>,
      )) {
        for (const { value } of Object.values(media.examples ?? {})) check(pointer(...path, type, 'schema'), value);
      }
    }
  });
});

describe('the document', () => {
  test('has no operation that is no route', () => {
    const operations = Object.values<Record<string, { operationId: string }>>(document.paths).flatMap(Object.values);
    expect(operations.map((one) => one.operationId).sort()).toEqual(all.map((route) => route.operationId).sort());
  });

  test('every reference leads somewhere', () => {
    const references = JSON.stringify(document).match(/"#\/components\/schemas\/[^"]+"/g) ?? [];
    for (const reference of references) {
      expect(document.components.schemas).toHaveProperty([reference.slice('"#/components/schemas/'.length, -1)]);
    }
    expect(references.length).toBeGreaterThan(0);
  });

  test('a route for everyone needs no token, any other one does', () => {
    for (const route of all) {
      const open = RIGHTS[route.operationId]?.allow === 'everyone';
      expect(operationOf(route).security.length === 0).toBe(open);
    }
  });
});
