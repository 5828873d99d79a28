import { Effect, Schema } from 'effect';
import type { Caller } from '../../domain/kernel/caller.ts';
import { reaches, reachOf } from '../../domain/kernel/province.ts';
import { refuse } from '../../domain/kernel/refusal.ts';
import { Files } from '../../store/files/files.ts';
import { answer, download, type RouteRequest, route, sampled } from '../route.ts';

/** The raw files of the tenant: what partners and vendors sent and what they were sent, byte for byte. */

const params = sampled(Schema.Struct({ id: Schema.String.pipe(Schema.pattern(/^[\w.:-]{1,128}$/)) }), { id: 'F-1' });

const File = Schema.Struct({
  id: Schema.String,
  name: Schema.String,
  bytes: Schema.Int,
  sm3: Schema.String,
  labels: Schema.Record({ key: Schema.String, value: Schema.String }),
}).annotations({ identifier: 'File' });

/** A file of a reconciliation is its province's, or of all of them (decision 0248); the label is its run's key. */
const mayRead = (caller: Caller, labels: Readonly<Record<string, string>>): boolean => {
  if (labels['kind'] !== 'reconciliation') return true;
  const [party, partner = ''] = (labels['run'] ?? '').split(':');
  return reaches(reachOf(caller), party === 'province' ? partner : null);
};

const statOf = ({ tenant, caller }: Pick<RouteRequest, 'tenant' | 'caller'>, id: string) =>
  Effect.gen(function* () {
    const found = yield* (yield* Files).stat(tenant, id);
    return mayRead(caller, found.labels) ? found : yield* Effect.fail(noFile);
  });

const noFile = refuse('missing', 'FileNotFound', 'There is no such file.');

const describe = route({
  method: 'GET',
  path: '/v1/operations/files/{id}/description',
  operationId: 'operations.file.read',
  summary: 'Describe a file without its content',
  in: { params },
  out: {
    200: sampled(
      File,
      { id: 'F-1', name: 'VOP_POS_20261123_001.txt', bytes: 20_480, sm3: 'b'.repeat(64), labels: { kind: 'pos' } },
      'The file, without its content',
    ),
  },
  refusals: [noFile],
  handler: (request) => Effect.map(statOf(request, request.params.id), (found) => answer(200, found)),
});

const content = download({
  method: 'GET',
  path: '/v1/operations/files/{id}',
  operationId: 'operations.file.download',
  summary: 'Download a file, or a range of it',
  personalData: true,
  contentTypes: ['application/octet-stream'],
  in: { params },
  refusals: [noFile],
  handler: ({ tenant, caller, params: { id } }) =>
    Effect.gen(function* () {
      const files = yield* Files;
      const { name, bytes, sm3 } = yield* statOf({ tenant, caller }, id);
      return {
        contentType: 'application/octet-stream',
        name,
        bytes,
        hash: sm3,
        open: (offset) => files.open(tenant, id, offset),
      };
    }),
});

export const fileRoutes = [describe, content];
