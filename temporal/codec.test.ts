import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { testKeys } from '../test/support/keys.ts';
import { ENCODING, payloadCodec, UnreadablePayload } from './codec.ts';
import { codecEndpoint } from './codec-endpoint.ts';
import { failureConverter } from './failure-converter.ts';

const codec = payloadCodec(testKeys());
const endpoint = codecEndpoint(codec);

const bytes = (payload: Payload) => ({
  data: Buffer.from(payload.data ?? []).toString('hex'),
  metadata: Object.fromEntries(
    Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('hex')]),
  ),
});

const payloads = fc.array(
  fc.record({
    metadata: fc.dictionary(fc.string({ minLength: 1 }), fc.uint8Array()),
    data: fc.uint8Array({ maxLength: 5_000 }),
  }),
  { maxLength: 4 },
);

test('what is encoded is decoded again, whatever it is, and the server sees nothing of it', async () => {
  await fc.assert(
    fc.asyncProperty(payloads, async (originals) => {
      const sealed = await codec.encode(originals);
      expect((await codec.decode(sealed)).map(bytes)).toEqual(originals.map(bytes));
      for (const payload of sealed) {
        expect(Object.keys(payload.metadata ?? {}).sort()).toEqual([
          'encoding',
          'encryption-cipher',
          'encryption-key-id',
        ]);
      }
    }),
    { numRuns: 50 },
  );
});

const one = async (value: unknown, from = codec): Promise<Payload> => {
  const [sealed] = await from.encode([defaultPayloadConverter.toPayload(value)]);
  if (sealed === undefined) throw new Error('nothing was encoded');
  return sealed;
};

test('the same value is sealed differently each time, under the newest key; the older key still reads', async () => {
  const [first, second] = [await one('x'), await one('x')];
  expect(Buffer.from(first.data ?? [])).not.toEqual(Buffer.from(second.data ?? []));
  const rotated = payloadCodec(testKeys(2));
  const [old] = await rotated.decode([first]);
  expect(old === undefined ? undefined : defaultPayloadConverter.fromPayload(old)).toBe('x');
  const later = await one('y', rotated);
  expect(Buffer.from(later.metadata?.['encryption-key-id'] ?? []).toString()).toBe('temporal-payload-2');
});

test('a payload without our encoding passes unchanged', async () => {
  const plain = defaultPayloadConverter.toPayload({ by: 'hand' });
  expect(await codec.decode([plain])).toEqual([plain]);
});

test.each<[string, (payload: Payload) => Payload]>([
  [
    'an unknown key',
    ({ data, metadata }) => ({
      data: data ?? null,
      metadata: { ...metadata, 'encryption-key-id': Buffer.from('temporal-payload-9') },
    }),
  ],
  [
    'the id of another key',
    ({ data, metadata }) => ({
      data: data ?? null,
      metadata: { ...metadata, 'encryption-key-id': Buffer.from('temporal-payload-2') },
    }),
  ],
  [
    'a changed byte',
    ({ data, metadata }) => ({
      metadata: metadata ?? null,
      data: Buffer.from(data ?? []).map((byte, index) => (index === 20 ? byte ^ 1 : byte)),
    }),
  ],
  [
    'a cut end',
    ({ data, metadata }) => ({ metadata: metadata ?? null, data: Buffer.from(data ?? []).subarray(0, -1) }),
  ],
  ['nearly nothing', ({ metadata }) => ({ metadata: metadata ?? null, data: Buffer.from('short') })],
])('%s is not read', async (_name, change) => {
  await expect(codec.decode([change(await one({ amount: 1 }))])).rejects.toBeInstanceOf(UnreadablePayload);
});

test('message and stack of a failure are payloads, so the codec hides them', () => {
  const failure = failureConverter.errorToFailure(
    ApplicationFailure.create({ message: 'SECRET', type: 'Code', details: [] }),
    defaultPayloadConverter,
  );
  expect(failure.message).toBe('Encoded failure');
  expect(failure.stackTrace ?? '').not.toContain('codec.test');
  expect(failureConverter.failureToError(failure, defaultPayloadConverter).message).toBe('SECRET');
});

const wire = (payload: Payload) => ({
  metadata: Object.fromEntries(
    Object.entries(payload.metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(payload.data ?? []).toString('base64'),
});

test('the endpoint takes and gives the JSON form of payloads', async () => {
  const plain = { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: Buffer.from('"hello"').toString('base64') };
  expect(await endpoint('decode', { payloads: [wire(await one('hello')), plain] })).toEqual({
    payloads: [plain, plain],
  });
  const encoded = await endpoint('encode', { payloads: [plain] });
  expect(JSON.stringify(encoded)).toContain(Buffer.from(ENCODING).toString('base64'));
  expect(await endpoint('decode', encoded)).toEqual({ payloads: [plain] });
  expect(await endpoint('decode', {})).toEqual({ payloads: [] });
});

test.each<[string, unknown, string]>([
  ['no object', 'x', 'payloads'],
  ['no list', { payloads: {} }, 'payloads'],
  ['no payload', { payloads: [1] }, 'payloads/0'],
  ['metadata that are no texts', { payloads: [{}, { metadata: { a: 1 } }] }, 'payloads/1/metadata'],
  ['data that are no base64', { payloads: [{ data: '###' }] }, 'payloads/0/data'],
  ['too many', { payloads: Array.from({ length: 10_001 }, () => ({})) }, 'payloads'],
])('the endpoint refuses %s', async (_name, body, field) => {
  expect(await endpoint('decode', body)).toMatchObject({ _tag: 'Refusal', code: 'InvalidPayloads', field });
});

test('the endpoint refuses what no key reads', async () => {
  const sealed = wire(await one('x'));
  const body = { payloads: [{ ...sealed, data: Buffer.alloc(40).toString('base64') }] };
  expect(await endpoint('decode', body)).toMatchObject({ _tag: 'Refusal', code: 'UnreadablePayload' });
});

const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', async () => {
    asked.push({ url: request.url ?? '', namespace: String(request.headers['x-namespace']) });
    const answer = await endpoint(request.url?.endsWith('/encode') ? 'encode' : 'decode', JSON.parse(body));
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  });
});
const asked: Array<{ url: string; namespace: string }> = [];
afterAll(() => server.close());

test('the Temporal CLI shows a payload through the endpoint, and not without it', async () => {
  const address = process.env['TEMPORAL_ADDRESS'] ?? '';
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const codecEndpointUrl = `http://127.0.0.1:${port}`;
  const temporal = async (...args: ReadonlyArray<string>) => {
    const { stdout } = await promisify(execFile)('temporal', [...args, '--address', address, '--namespace', 'default']);
    return stdout;
  };
  const id = `codec-${process.pid}-${Date.now()}`;
  const where = ['--workflow-id', id];
  await temporal(
    'workflow',
    'start',
    '--type',
    'nobody',
    '--task-queue',
    id,
    ...where,
    '--input',
    '"SECRET"',
    '--codec-endpoint',
    codecEndpointUrl,
  );
  try {
    const show = ['workflow', 'show', ...where, '--output', 'json'];
    const secret = Buffer.from('"SECRET"').toString('base64');
    expect(await temporal(...show)).not.toContain(secret);
    expect(await temporal(...show, '--codec-endpoint', codecEndpointUrl)).toContain(secret);
    expect(asked).toContainEqual({ url: '/encode', namespace: 'default' });
    expect(asked).toContainEqual({ url: '/decode', namespace: 'default' });
  } finally {
    await temporal('workflow', 'terminate', ...where);
  }
});
