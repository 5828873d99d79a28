import { randomUUID } from 'node:crypto';
import { Effect, Schema, Stream } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { transportKeyActor } from '../../actors/sim/outputs.ts';
import { drawPartSecret, partKeys } from '../../actors/sim/part-secret.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { isFault, isRefusal, refuse } from '../../domain/kernel/refusal.ts';
import type { Part } from '../../domain/sim/application/schema.ts';
import { cardSecrets, isEquippable, partSecretRefusals } from '../../domain/sim/outputs/card-secrets.ts';
import {
  needsKey,
  OUTPUT_KINDS,
  type OutputKey,
  type OutputKind,
  OutputWriter,
  outputName,
} from '../../domain/sim/outputs/output-file.ts';
import { KeyCheckValue, TransportAlgorithm } from '../../domain/sim/outputs/schema.ts';
import { keyOfComponents, transportKeyRefusals } from '../../domain/sim/outputs/transport-key.ts';
import { ApplicationNo, Code, Count, type FileRef } from '../../domain/sim/schema.ts';
import { PROFILES } from '../../domain/sim/uicc/profiles.ts';
import { decodeVopFile } from '../../domain/sim/vop-file-decoder.ts';
import { Files } from '../../store/files/files.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { openSecret, type SecretPlace, sealSecret, secretFingerprint } from '../../store/keys/sealed-secret.ts';
import { listTransportKeys } from '../../store/sim/transport-keys.ts';
import { pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, download, route, sampled } from '../route.ts';
import { readApplication } from './applications.ts';
import { NO } from './samples.ts';
import { profileUnknown } from './writing-resources.ts';

/**
 * What goes out for a part beside its card-making file: equipment, HLR/AuC and laser files, with card keys under the
 * partner's transport key; and the transport keys, of which no more than the check value is ever shown.
 */

const ITEM = {
  partner: 'YINLIAN',
  algorithm: 'AES-128' as const,
  kcv: 'C6A13B',
  version: 1,
  active: true,
  atMs: 1_795_416_000_000,
};
const Key = Schema.Struct({
  partner: Code,
  algorithm: TransportAlgorithm,
  kcv: KeyCheckValue,
  version: Count,
  active: Schema.Boolean,
  atMs: Schema.Number,
}).annotations({ identifier: 'SimTransportKey' });

const keyPlace = (tenant: TenantId, partner: string): SecretPlace => ['sim.transportKey', tenant, partner];

const readKey = (tenant: TenantId, partner: string) =>
  readActor(transportKeyActor, { tenant, key: partner }, transportKeyRefusals.keyMissing());

const shown = ({ partner, algorithm, kcv, version, active, atMs }: typeof ITEM | Schema.Schema.Type<typeof Key>) => {
  return { partner, algorithm, kcv, version, active, atMs };
};

const component = Schema.String.pipe(Schema.pattern(/^(?:[0-9A-Fa-f]{32}|[0-9A-Fa-f]{48})$/));

const importKey = route({
  method: 'POST',
  path: '/v1/sim/transport-keys',
  operationId: 'sim.transportKey.import',
  summary: 'Import the transport key of a vendor or of the HLR, as components with its check value',
  description:
    'The key is the XOR of the components, each of which may have been given to another person; one component is the ' +
    'key itself. It is kept sealed and never shown again. Another key than before is the next version.',
  in: {
    body: sampled(
      Schema.Struct({
        partner: Code,
        algorithm: TransportAlgorithm,
        components: Schema.Array(component).pipe(Schema.minItems(1), Schema.maxItems(5)),
        kcv: KeyCheckValue.annotations({ description: 'First three bytes of a block of zeros under the key, in hex' }),
      }),
      {
        partner: 'YINLIAN',
        algorithm: 'AES-128',
        components: ['000102030405060708090A0B0C0D0E0F', '00000000000000000000000000000000'],
        kcv: 'C6A13B',
      },
    ),
  },
  out: { 200: sampled(Key, ITEM, 'What may be shown of it') },
  refusals: [transportKeyRefusals.invalidKey(), transportKeyRefusals.wrongKcv()],
  handler: ({ tenant, caller, body: { partner, algorithm, components, kcv } }) =>
    Effect.gen(function* () {
      const key = keyOfComponents(algorithm, components, kcv);
      if (isRefusal(key)) return yield* Effect.fail(key);
      const ring = yield* KeyRing;
      const place = keyPlace(tenant, partner);
      const sealed = sealSecret(ring, place, key);
      const fingerprint = secretFingerprint(ring, place, key);
      const actors = yield* Actors;
      yield* actors.ask(transportKeyActor, {
        id: { tenant, key: partner },
        command: { _tag: 'Import', algorithm, kcv, fingerprint, sealed },
        // Sealed anew each time, so the caller's key would conflict; the fingerprint says that it is the same.
        envelope: { commandId: randomUUID(), caller },
      });
      const { state, rev } = yield* readKey(tenant, partner);
      return answer(200, shown(state), { rev });
    }),
});

const listKeys = route({
  method: 'GET',
  path: '/v1/sim/transport-keys',
  operationId: 'sim.transportKey.list',
  summary: 'List transport keys by their check values',
  in: {
    query: sampled(Schema.Struct({ ...pageQuery, active: Schema.optional(Schema.Literal('true', 'false')) }), {
      active: 'true',
    }),
  },
  out: { 200: sampled(pageOf(Key), { items: [ITEM], nextCursor: null }, 'By partner') },
  handler: ({ tenant, query: { cursor, limit, ...filters } }) =>
    Effect.map(listTransportKeys({ tenant, filters, cursor, limit }), (page) => answer(200, page)),
});

const revokeKey = route({
  method: 'POST',
  path: '/v1/sim/transport-keys/{partner}/revoke',
  operationId: 'sim.transportKey.revoke',
  summary: 'Revoke a transport key: no file is written under it any more',
  in: { params: sampled(Schema.Struct({ partner: Code }), { partner: 'YINLIAN' }) },
  out: { 200: sampled(Key, { ...ITEM, active: false }, 'What may be shown of it') },
  refusals: [transportKeyRefusals.keyMissing()],
  handler: ({ tenant, envelope, params: { partner } }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      yield* actors.ask(transportKeyActor, {
        id: { tenant, key: partner },
        command: { _tag: 'Revoke' },
        envelope,
      });
      const { state, rev } = yield* readKey(tenant, partner);
      return answer(200, shown(state), { rev });
    }),
});

const partUnknown = refuse('missing', 'PartFileMissing', 'No card-making file has been written for such a part yet.', {
  action: 'Split the card-making file first.',
});

/** The transport key that is in force. */
const openKey = (tenant: TenantId, partner: string) =>
  Effect.gen(function* () {
    const { state } = yield* readKey(tenant, partner);
    if (!state.active) return yield* Effect.fail(transportKeyRefusals.keyMissing());
    const { algorithm, kcv, version, sealed } = state;
    const key = openSecret(yield* KeyRing, keyPlace(tenant, partner), sealed);
    return isFault(key) ? yield* Effect.fail(key) : ({ algorithm, kcv, version, key } satisfies OutputKey);
  });

const profileNotWanted = refuse('invalid', 'ProfileNotWanted', 'Only an equipment file is for cards of a profile.', {
  field: 'profile',
});
const partReported = refuse(
  'conflict',
  'PartReported',
  'Cards of this part have been reported: whatever keys they have, they were not of this file.',
  { field: 'profile', action: 'Have the vendor deliver a key file and import it.' },
);

/** The secret that the file's keys are derived of. With a profile, its cards get these keys when they come into stock. */
const secretOf = (id: Parameters<typeof drawPartSecret>[0], wanted: string | undefined, part: Part, caller: Caller) =>
  Effect.gen(function* () {
    if (wanted === undefined) return yield* drawPartSecret(id, null, caller);
    const profile = PROFILES.find((one) => one.id === wanted);
    if (profile === undefined) return yield* Effect.fail(profileUnknown);
    if (!isEquippable(profile)) return yield* Effect.fail(partSecretRefusals.notDerived());
    const known = yield* partKeys(id);
    const reported = part.lines.some(({ made, failed }) => made + failed > 0);
    if (reported && known?.profile.id !== profile.id) return yield* Effect.fail(partReported);
    return yield* drawPartSecret(id, profile.id, caller);
  });

const ROWS = 500;

/** The part's rows as they went to the vendor, turned into the file. */
const written = (tenant: TenantId, file: FileRef, writer: OutputWriter) =>
  Effect.map(Files, (files) => {
    const decoder = decodeVopFile<'vendorPart'>({ kind: 'vendorPart' });
    const rows = files.open(tenant, file.id).pipe(
      Stream.mapConcat((bytes) => decoder.feed(bytes)),
      Stream.grouped(ROWS),
      Stream.map((some) => writer.rows([...some])),
    );
    return Stream.make(writer.begin()).pipe(
      Stream.concat(rows),
      Stream.concat(Stream.fromEffect(Effect.sync(() => writer.end()))),
    );
  });

const output = download({
  method: 'GET',
  path: '/v1/sim/applications/{application}/parts/{part}/outputs/{kind}',
  operationId: 'sim.part.output',
  summary: 'Download the equipment, HLR/AuC or laser file of a part',
  description:
    'Card keys are encrypted under the transport key of `for` (default: the part’s vendor). The part’s secret, from ' +
    'which its cards’ keys are derived, is drawn with the first file; files asked for again are the same bytes. When ' +
    'an equipment file names the `profile`, its blank cards get their keys of us as they come into stock.',
  personalData: true,
  contentTypes: ['text/plain'],
  in: {
    params: sampled(Schema.Struct({ application: ApplicationNo, part: Code, kind: Schema.Literal(...OUTPUT_KINDS) }), {
      application: NO,
      part: '1.1',
      kind: 'hlr',
    }),
    query: sampled(
      Schema.Struct({
        for: Schema.optionalWith(Code, { exact: true }),
        profile: Schema.optionalWith(Schema.String, { exact: true }).annotations({
          description: 'Of an equipment file: the card profile that the vendor makes with these keys',
        }),
      }),
      { for: 'HLR-BJ' },
    ),
  },
  refusals: [
    partUnknown,
    transportKeyRefusals.keyMissing(),
    profileUnknown,
    profileNotWanted,
    partReported,
    partSecretRefusals.notDerived(),
    partSecretRefusals.otherProfile(),
  ],
  handler: ({ tenant, caller, params: { application, part, kind }, query }) =>
    Effect.gen(function* () {
      const { state } = yield* readApplication(tenant, application);
      const found = state.parts.find(({ id }) => id === part);
      const file = state.files.find((each) => each.kind === 'vendorPart' && each.part === part)?.file;
      if (found === undefined || file === undefined) return yield* Effect.fail(partUnknown);
      const partner = query.for ?? found.vendor;
      const head = { kind: kind as OutputKind, application, part, partner };
      const key = needsKey(kind) ? yield* openKey(tenant, partner) : undefined;
      if (query.profile !== undefined && kind !== 'equipment') return yield* Effect.fail(profileNotWanted);
      const secret = yield* secretOf({ tenant, application, part }, query.profile, found, caller);
      const context = yield* Effect.context<Files>();
      const writer = () => new OutputWriter(head, key, (iccid) => cardSecrets(secret, iccid));
      return {
        contentType: 'text/plain',
        name: outputName(head),
        // The server asks for an offset only of content whose length it knows.
        open: () => Stream.unwrap(written(tenant, file, writer())).pipe(Stream.provideContext(context)),
      };
    }),
});

export const outputRoutes = [importKey, listKeys, revokeKey, output];
