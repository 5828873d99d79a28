import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { OPERATIONS } from '../../console/api/operations.ts';
import { clientFile, generatedClient } from './client.ts';
import { clientText } from './client-text.ts';

test('the web console’s client is that of the gateway’s routes of now: node cli/console/generate.ts', () => {
  expect(readFileSync(clientFile, 'utf8')).toBe(generatedClient());
});

test('no operation is asked for twice', () => {
  expect([...new Set(OPERATIONS)]).toEqual([...OPERATIONS]);
});

const Thing = {
  type: 'object',
  required: ['a', 'b'],
  properties: {
    a: { anyOf: [{ $ref: '#/components/schemas/Int' }, { type: 'null' }] },
    b: { enum: ['x', 'y'] },
    c: { type: 'array', items: { type: 'boolean' } },
    d: { type: 'object', patternProperties: { '^x': { type: 'number' } } },
    'e-f': { const: 1 },
  },
};
const documentOf = (schema: object) => ({
  paths: {
    '/v1/things/{id}': {
      put: {
        operationId: 'area.thing.put',
        'x-allow': ['operator'],
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'Idempotency-Key', in: 'header', required: true, schema: { type: 'string' } },
        ],
        requestBody: { content: { 'application/json': { schema } } },
        responses: { 200: { content: { 'application/pdf': { schema: {} } } }, default: {} },
      },
    },
  },
  components: { schemas: { Thing, Int: { type: 'integer' }, Other: { type: 'string' } } },
});

test('types and calls are made of what the document says, and schemas that nothing needs are left out', () => {
  const text = clientText(documentOf({ $ref: '#/components/schemas/Thing' }), ['area.thing.put']);
  expect(text).toContain(
    'export type Thing = { readonly a: Int | null; readonly b: "x" | "y"; readonly c?: ReadonlyArray<boolean>; ' +
      'readonly d?: Readonly<Record<string, number>>; readonly "e-f"?: 1 };',
  );
  expect(text).toContain('readonly path: { readonly id: string };');
  expect(text).toContain('readonly query: undefined;');
  expect(text).toContain('readonly answer: Blob;');
  expect(text).toContain('{"method":"PUT","path":"/v1/things/{id}","allow":["operator"],"keyed":true}');
  expect(text).not.toContain('Other');
});

test('an operation that the gateway does not have is refused', () => {
  expect(() => clientText(documentOf({}), ['area.thing.drop'])).toThrow('no operation area.thing.drop');
});
