import { Clock, Effect, Either, Schedule, Schema, Stream } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { importKeys } from '../../actors/sim/card-writing/import-keys.ts';
import { readerActor } from '../../actors/sim/reader.ts';
import { smscActor } from '../../actors/sim/smsc.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { Code, Count, Reason } from '../../domain/sim/schema.ts';
import type { CardProfile } from '../../domain/sim/uicc/card-profile.ts';
import { PROFILES } from '../../domain/sim/uicc/profiles.ts';
import { type KeyRow, keyFileHeader, parseKeyRow } from '../../domain/sim/writing/key-file.ts';
import { readerRefusals } from '../../domain/sim/writing/reader.ts';
import { ReaderName, type ReaderState, SmscNumber, SmscState } from '../../domain/sim/writing/schema.ts';
import { smscRefusals } from '../../domain/sim/writing/smsc.ts';
import { listReaders, listSmscs } from '../../store/sim/card-writes.ts';
import { pageOf, pageQuery } from '../page.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled, upload } from '../route.ts';

/** What writing needs besides IMSIs: short-message centres, the keys of blank cards, readers. */

const NUMBER = '8613010112500';
const smscParams = sampled(Schema.Struct({ number: SmscNumber }), { number: NUMBER });
const Smsc = Schema.Struct(SmscState.fields).annotations({ identifier: 'SimSmsc' });
const SMSC = { number: NUMBER, operator: 'unicom', product: null, city: '110000', retired: false };

/** Look-ups know it a moment later, and a write that is asked for right after this answer shall find it. */
const listed = (tenant: TenantId, number: string) =>
  listSmscs({ tenant, where: { number }, limit: 1 }).pipe(
    Effect.repeat({ until: ({ items }) => items.length > 0, schedule: Schedule.spaced(50) }),
    Effect.timeoutOption(2_000),
  );

const registerSmsc = route({
  method: 'POST',
  path: '/v1/sim/smscs',
  operationId: 'sim.smsc.register',
  summary: 'Register a short-message centre',
  description: 'For a product and a city, or for any; the nearest one goes onto a card. Again changes nothing.',
  in: {
    body: sampled(
      Schema.Struct({
        number: SmscNumber,
        operator: Code,
        product: Schema.NullOr(Code),
        city: Schema.NullOr(Code),
      }),
      { number: NUMBER, operator: 'unicom', product: null, city: '110000' },
    ),
  },
  out: { 201: sampled(Smsc, SMSC, 'The centre') },
  refusals: [smscRefusals.differs(), smscRefusals.retired()],
  handler: ({ tenant, envelope, body: { number, ...rest } }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Register' as const, ...rest };
      const { reply, rev } = yield* actors.ask(smscActor, { id: { tenant, key: number }, command, envelope });
      yield* listed(tenant, number);
      return answer(201, reply.smsc, { rev, location: `/v1/sim/smscs/${number}` });
    }),
});

const readSmsc = route({
  method: 'GET',
  path: '/v1/sim/smscs/{number}',
  operationId: 'sim.smsc.read',
  summary: 'Read a short-message centre',
  in: { params: smscParams },
  out: { 200: sampled(Smsc, SMSC, 'The centre as it is now') },
  refusals: [smscRefusals.unknown()],
  handler: ({ tenant, params: { number } }) =>
    Effect.map(readActor(smscActor, { tenant, key: number }, smscRefusals.unknown()), ({ state, rev }) =>
      answer(200, state, { rev }),
    ),
});

const listOfSmscs = route({
  method: 'GET',
  path: '/v1/sim/smscs',
  operationId: 'sim.smsc.list',
  summary: 'List short-message centres',
  in: { query: sampled(Schema.Struct(pageQuery), { limit: '20' }) },
  out: { 200: sampled(pageOf(Smsc), { items: [SMSC], nextCursor: null }, 'By number') },
  handler: ({ tenant, query: { cursor, limit } }) =>
    Effect.map(listSmscs({ tenant, cursor, limit }), (page) => answer(200, page)),
});

const retireSmsc = route({
  method: 'POST',
  path: '/v1/sim/smscs/{number}/retire',
  operationId: 'sim.smsc.retire',
  summary: 'Take a short-message centre out of use',
  in: { params: smscParams, body: sampled(Schema.Struct({ reason: Reason }), { reason: 'moved to another switch' }) },
  out: { 200: sampled(Smsc, { ...SMSC, retired: true }, 'The centre after it') },
  refusals: [smscRefusals.unknown()],
  handler: ({ tenant, envelope, params: { number }, body: { reason } }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'Retire' as const, reason };
      const { reply, rev } = yield* actors.ask(smscActor, { id: { tenant, key: number }, command, envelope });
      return answer(200, reply.smsc, { rev });
    }),
});

const Reader = Schema.Struct({
  name: Schema.String,
  place: Schema.String,
  attached: Schema.Boolean.annotations({ description: 'Some node has its link open' }),
  current: Schema.NullOr(Schema.String).annotations({ description: 'Request id of the write under way' }),
  waiting: Count,
}).annotations({ identifier: 'SimReader' });
const READER = { name: 'counter-1', place: 'serial /dev/ttyUSB0', attached: true, current: null, waiting: 0 };

const listOfReaders = route({
  method: 'GET',
  path: '/v1/sim/readers',
  operationId: 'sim.reader.list',
  summary: 'List card readers, with what they are doing',
  in: { query: sampled(Schema.Struct(pageQuery), { limit: '20' }) },
  out: { 200: sampled(pageOf(Reader), { items: [READER], nextCursor: null }, 'By name; a moment behind') },
  handler: ({ tenant, query: { cursor, limit } }) =>
    Effect.gen(function* () {
      const page = yield* listReaders({ tenant, cursor, limit });
      const nowMs = yield* Clock.currentTimeMillis;
      const items = page.items.map((one) => ({ ...one, attached: one.attached && one.untilMs > nowMs }));
      return answer(200, { ...page, items });
    }),
});

const shownReader = (state: ReaderState, nowMs: number) => ({
  ...state,
  attached: state.session !== null && state.untilMs > nowMs,
  waiting: state.queue.length,
});

const readReader = route({
  method: 'GET',
  path: '/v1/sim/readers/{reader}',
  operationId: 'sim.reader.read',
  summary: 'Read what a card reader is doing',
  in: { params: sampled(Schema.Struct({ reader: ReaderName }), { reader: READER.name }) },
  out: { 200: sampled(Reader, READER, 'The reader as it is now') },
  refusals: [readerRefusals.unknown()],
  handler: ({ tenant, params: { reader } }) =>
    Effect.gen(function* () {
      const { state, rev } = yield* readActor(readerActor, { tenant, key: reader }, readerRefusals.unknown());
      return answer(200, shownReader(state, yield* Clock.currentTimeMillis), { rev });
    }),
});

export const profileUnknown = refuse('missing', 'CardProfileUnknown', 'There is no card profile of this name.', {
  field: 'profile',
});
const wrongHeader = (profile: Pick<CardProfile, 'channel'>): Refusal =>
  refuse('invalid', 'MalformedKeyFile', `The first line is ${keyFileHeader(profile)}.`, { field: 'content' });

const KeyProblem = Schema.Struct({ line: Count, code: Schema.String, field: Schema.NullOr(Schema.String) });
const KeyImport = Schema.Struct({
  taken: Count,
  known: Count,
  refused: Count,
  problems: Schema.Array(KeyProblem).annotations({ description: 'At most 100' }),
}).annotations({ identifier: 'SimKeyImport' });

const MAX_PROBLEMS = 100;
/** A million cards are some 130 MB. */
const KEY_FILE_BYTES = 200_000_000;
const ROWS_AT_ONCE = 256;

type Counted = { taken: number; known: number; refused: number; problems: Array<typeof KeyProblem.Type> };

const note = (counted: Counted, line: number, { code, field }: Refusal): void => {
  counted.refused += 1;
  if (counted.problems.length < MAX_PROBLEMS) counted.problems.push({ line, code, field: field ?? null });
};

const importRoute = upload({
  method: 'POST',
  path: '/v1/sim/blank-cards/keys',
  operationId: 'sim.blankCard.importKeys',
  summary: 'Import the keys of a batch of blank cards from its vendor’s key file',
  description: `CSV: ${keyFileHeader({})}, keys in hex, for profiles with a secure channel followed by enc,mac,dek. Each row is taken or refused by itself; keys are sealed card by card and never shown again. The same file again changes nothing.`,
  contentTypes: ['text/csv', 'text/plain', 'application/octet-stream'],
  bodyLimitBytes: KEY_FILE_BYTES,
  timeoutMs: 600_000,
  in: {
    query: sampled(
      Schema.Struct({
        profile: Schema.String,
        operator: Schema.optionalWith(Schema.Literal('telecom'), { exact: true }).annotations({
          description: '`telecom`: K comes from EOP when a card is written, and may be left out',
        }),
      }),
      { profile: 'usim-key-file' },
    ),
  },
  out: {
    200: sampled(
      KeyImport,
      { taken: 499, known: 0, refused: 1, problems: [{ line: 17, code: 'MalformedKeyRow', field: 'k' }] },
      'Lines count from 1, the header included',
    ),
  },
  refusals: [profileUnknown, wrongHeader({})],
  handler: ({ tenant, caller, query: { profile: id, operator }, content }) =>
    Effect.gen(function* () {
      const profile = PROFILES.find((one) => one.id === id);
      if (profile === undefined) return yield* Effect.fail(profileUnknown);
      const counted: Counted = { taken: 0, known: 0, refused: 0, problems: [] };
      let line = 0;
      const lines = content.pipe(Stream.decodeText(), Stream.splitLines, Stream.grouped(ROWS_AT_ONCE));
      yield* Stream.runForEach(lines, (group) =>
        Effect.gen(function* () {
          const rows: Array<{ readonly line: number; readonly row: KeyRow }> = [];
          for (const text of group) {
            line += 1;
            if (line === 1) {
              if (text.trim() !== keyFileHeader(profile)) return yield* Effect.fail(wrongHeader(profile));
              continue;
            }
            if (text.trim() === '') continue;
            const row = parseKeyRow(text, profile, operator === 'telecom');
            if (isRefusal(row)) note(counted, line, row);
            else rows.push({ line, row });
          }
          const answers = yield* importKeys(
            tenant,
            caller,
            id,
            rows.map(({ row }) => row),
          );
          for (const [at, outcome] of answers.entries()) {
            if (Either.isRight(outcome)) counted[outcome.right] += 1;
            else note(counted, rows[at]?.line ?? 0, outcome.left);
          }
        }),
      );
      return answer(200, counted);
    }),
});

export const writingResourceRoutes = [
  registerSmsc,
  readSmsc,
  listOfSmscs,
  retireSmsc,
  listOfReaders,
  readReader,
  importRoute,
];
