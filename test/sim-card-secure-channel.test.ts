import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { simActors } from '../actors/sim/actors.ts';
import { blankCardActor } from '../actors/sim/blank-card.ts';
import { importKeys } from '../actors/sim/card-writing/import-keys.ts';
import { writeCard } from '../actors/sim/card-writing/write-card.ts';
import { imsiActor } from '../actors/sim/imsi.ts';
import type { CardReader } from '../devices/card-reader/port.ts';
import { ADM1 } from '../devices/card-reader/simulator/card/personality.ts';
import { memoryReader } from '../devices/card-reader/simulator/memory-card.ts';
import type { SimulatedCard } from '../devices/card-reader/simulator/simulated-card.ts';
import { isRefusal } from '../domain/kernel/refusal.ts';
import { SecretBytes } from '../domain/kernel/secret.ts';
import type { CardProfile } from '../domain/sim/uicc/card-profile.ts';
import { PROFILES } from '../domain/sim/uicc/profiles.ts';
import type { StaticKeys } from '../domain/sim/uicc/secure-channel.ts';
import { keyFileHeader, parseKeyRow } from '../domain/sim/writing/key-file.ts';
import type { CardWriteState } from '../domain/sim/writing/schema.ts';
import { type KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../store/mongo.ts';
import { writingPlans } from '../store/sim/card-writes.ts';
import { simPlans } from '../store/sim/lists.ts';
import {
  caller,
  channelAt,
  iccidAt,
  keysAt,
  protectedCardAt,
  provideCards,
  provideNumbers,
  tenant,
  WANTED,
} from './support/card-writing.ts';
import { serverAddress, uniqueName } from './support/names.ts';

/** Cards whose IMSI and keys go through a secure channel: written whole, with wrong keys, taken out in the middle. */

let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | Mongo | KeyRing, unknown>;

const profiles = PROFILES.filter(({ channel }) => channel !== undefined);
/** Cards of each profile, in a row. */
const EACH = 150;
const firstOf = (profile: CardProfile): number => profiles.indexOf(profile) * EACH;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-sim-keys-'));
  runtime = ManagedRuntime.make(
    ActorsLocal(simActors, { flushEveryMs: 20 }).pipe(
      Layer.provideMerge(keyRingLayer({ directory, demoKeys: true })),
      Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('card_channel') })),
    ),
  );
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => migrate(connection, [...simPlans, ...writingPlans])));
  await runtime.runPromise(provideNumbers(1_000));
  for (const profile of profiles) {
    await runtime.runPromise(provideCards(firstOf(profile), firstOf(profile) + EACH, profile.id));
  }
});
afterAll(async () => {
  await runtime.runPromise(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

const run = <A, E>(effect: Effect.Effect<A, E, Actors | Mongo | KeyRing>): Promise<A> => runtime.runPromise(effect);

/** What went over the line, in hex. */
const watched = (reader: CardReader, line: string[]): CardReader => ({
  ...reader,
  transmit: (command, options) => {
    line.push(Buffer.from(command).toString('hex'));
    return reader.transmit(command, options);
  },
});

const write = (request: string, card: SimulatedCard, line: string[] = []): Promise<CardWriteState> =>
  run(
    Effect.flatMap(memoryReader('memory', card), (reader) =>
      writeCard(watched(reader, line), { tenant, caller, request }, WANTED),
    ),
  );

/** Every command that the card has, GET RESPONSE too. */
const heard = (card: SimulatedCard): readonly string[] => {
  const line: string[] = [];
  const command = card.command.bind(card);
  card.command = (bytes) => {
    line.push(Buffer.from(bytes).toString('hex'));
    return command(bytes);
  };
  return line;
};

const blankOf = (no: number) =>
  run(
    Effect.map(
      Effect.flatMap(Actors, (actors) => actors.read(blankCardActor, { tenant, key: iccidAt(no) })),
      ({ state }) => state,
    ),
  );

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

const rowOf = (no: number, { enc, mac, dek }: StaticKeys): string => {
  const { k, opc, adm } = keysAt(no);
  const channel = [enc, mac, dek].map((key) => hexOf(key.reveal()));
  return [iccidAt(no), hexOf(k), hexOf(opc), '', adm, ...channel].join(',');
};

const imported = async (no: number, profile: CardProfile, keys: StaticKeys): Promise<string> => {
  const row = parseKeyRow(rowOf(no, keys), profile);
  if (isRefusal(row)) throw new Error(row.code);
  const [answer] = await run(importKeys(tenant, caller, profile.id, [row]));
  return answer?._tag === 'Right' ? answer.right : (answer?.left.code ?? 'nothing');
};

const opened = (line: readonly string[]): number => line.filter((command) => command.startsWith('8050')).length;
const authenticated = (line: readonly string[]): number => line.filter((command) => command.startsWith('8482')).length;

describe.each(profiles.map((profile) => [profile.id, profile] as const))('a card of %s', (id, profile) => {
  const first = firstOf(profile);

  it('is written whole, and proves its keys', async () => {
    const card = protectedCardAt(first, profile);
    const line: string[] = [];
    const done = await write(`${id}-1`, card, line);
    expect(done).toMatchObject({ status: 'confirmed', proved: true, code: null, iccid: iccidAt(first) });
    expect([opened(line), authenticated(line)]).toEqual([1, 1]);
    expect(card.card.domain?.left).toBe(10);
    expect(await blankOf(first)).toMatchObject({ status: 'written', channel: 'right', adm: { _tag: 'Right' } });
    const { k, opc, adm } = keysAt(first);
    const secrets = [hexOf(k), hexOf(opc), hexOf(Buffer.from(adm))];
    // Enciphered, the line shows none of them; with a MAC alone it does.
    const seen = secrets.filter((secret) => line.some((command) => command.includes(secret)));
    expect(seen).toEqual(profile.channel?.level === 0x03 ? [] : secrets);
  });

  it('with other keys is refused once, and these keys are never tried again', async () => {
    const no = first + 1;
    const other = channelAt(no + 1_000);
    const card = protectedCardAt(no, profile, other);
    const line: string[] = [];
    expect(await write(`${id}-2`, card, line)).toMatchObject({ status: 'failed', code: 'CardCryptogramWrong' });
    expect(await blankOf(no)).toMatchObject({ status: 'blank', channel: 'refused', adm: { _tag: 'Untried' } });
    expect(await write(`${id}-3`, card, line)).toMatchObject({ status: 'refused', code: 'ChannelRefused' });
    // Imported again, they are as wrong as before; nor does the card hear of them.
    expect(await imported(no, profile, channelAt(no))).toBe('known');
    expect(await imported(no, profile, { ...channelAt(no), dek: other.dek })).toBe('taken');
    expect(await imported(no, profile, channelAt(no))).toBe('taken');
    expect(await write(`${id}-4`, card, line)).toMatchObject({ status: 'refused', code: 'ChannelRefused' });
    expect([opened(line), authenticated(line)]).toEqual([1, 0]);
    expect(card.card.domain?.left).toBe(9);
    expect(await imported(no, profile, other)).toBe('taken');
    expect(await write(`${id}-5`, card, line)).toMatchObject({ status: 'confirmed', proved: true });
  });

  it('with one other key, which its cryptogram does not show, refuses once', async () => {
    const no = first + 3;
    // The cryptogram of SCP02 is made with the key for ciphers, that of SCP03 with the one for MACs.
    const hidden = profile.channel?.protocol === 'scp02' ? 'mac' : 'enc';
    const card = protectedCardAt(no, profile, { ...channelAt(no), [hidden]: channelAt(no + 1_000)[hidden] });
    const line: string[] = [];
    const code = 'CardSecurityStatusNotSatisfied';
    expect(await write(`${id}-6`, card, line)).toMatchObject({ status: 'failed', code });
    expect(await blankOf(no)).toMatchObject({ channel: 'refused', adm: { _tag: 'Untried' } });
    expect(await write(`${id}-7`, card, line)).toMatchObject({ status: 'refused', code: 'ChannelRefused' });
    expect([opened(line), authenticated(line)]).toEqual([1, 1]);
    expect(card.card.codes.left(ADM1)).toBe(3);
  });

  it('taken out at any command, ends by the same rules as any card', async () => {
    const ends = new Set<string>();
    const whole = protectedCardAt(first + 2, profile);
    const count = heard(whole);
    await write(`${id}-count`, whole);
    expect(count.length).toBeLessThan(EACH - 6);
    const takenOut = async (at: number): Promise<void> => {
      const no = first + 4 + at;
      const card = protectedCardAt(no, profile);
      card.misbehave({ removed: { at: at + 1, when: at % 2 === 0 ? 'after' : 'before' } });
      const request = `${id}-out-${at}`;
      const broken = await run(
        Effect.either(
          Effect.flatMap(memoryReader('memory', card), (reader) =>
            writeCard(reader, { tenant, caller, request }, WANTED),
          ),
        ),
      );
      card.misbehave({});
      const again = await write(request, card);
      const state = broken._tag === 'Right' ? broken.right.status : broken.left.code;
      ends.add(`${state} → ${again.status} ${again.code ?? ''}`.trim());
      const key = again.imsi;
      const imsi =
        key === null
          ? null
          : (await run(Effect.flatMap(Actors, (actors) => actors.read(imsiActor, { tenant, key })))).state;
      if (again.status === 'confirmed') expect(imsi).toMatchObject({ status: 'confirmed', iccid: iccidAt(no) });
      else expect(imsi?.status ?? 'free').toBe('free');
      expect(card.card.domain?.left).toBeGreaterThanOrEqual(9);
    };
    await Promise.all(count.map((_, at) => takenOut(at)));
    expect([...ends].filter((end) => !/^(?:CardRemoved|inDoubt|failed) → (?:confirmed|failed)/.test(end))).toEqual([]);
    expect(ends).toContain('CardRemoved → confirmed');
    expect(ends).toContain('inDoubt → confirmed');
  });

  it('whose answer to EXTERNAL AUTHENTICATE got lost is not asked again until a person has checked the keys', async () => {
    const no = first + EACH - 1;
    const card = protectedCardAt(no, profile);
    const whole = protectedCardAt(no - 1, profile);
    const line = heard(whole);
    await write(`${id}-whole`, whole);
    card.misbehave({ removed: { at: line.findIndex((command) => command.startsWith('8482')) + 1, when: 'after' } });
    expect(await write(`${id}-lost`, card)).toMatchObject({ status: 'failed', code: 'CardRemoved' });
    card.misbehave({});
    const after: string[] = [];
    expect(await write(`${id}-lost-2`, card, after)).toMatchObject({ status: 'failed', code: 'ChannelUncertain' });
    expect(opened(after)).toBe(0);
    // Both ways to say so: the keys are imported again, or somebody allows another try with those that are known.
    if (profile.channel?.protocol === 'scp02') expect(await imported(no, profile, channelAt(no))).toBe('taken');
    else {
      const command = { _tag: 'AllowTry', of: 'channel', reason: 'checked' } as const;
      const allowed = { id: { tenant, key: iccidAt(no) }, command, envelope: { commandId: `${id}-allow`, caller } };
      const { reply } = await run(Effect.flatMap(Actors, (actors) => actors.ask(blankCardActor, allowed)));
      expect(reply).toMatchObject({ changed: true, channel: 'untried' });
    }
    expect(await write(`${id}-lost-3`, card)).toMatchObject({ status: 'confirmed', proved: true });
  });

  it('has its keys in no journal, no document and no refusal', async () => {
    const kept = await run(
      Effect.flatMap(Mongo, (connection) =>
        Effect.promise(async () => {
          const names = await databaseOf(connection).listCollections().toArray();
          const all = await Promise.all(
            names.map(({ name }) => databaseOf(connection).collection(name).find().toArray()),
          );
          return all.flat();
        }),
      ),
    );
    expect(kept.length).toBeGreaterThan(EACH);
    const text = inspect(kept, { depth: 20, maxArrayLength: null, maxStringLength: null });
    const bytes = JSON.stringify(kept);
    for (const { enc, mac, dek } of [channelAt(first), channelAt(first + 1)]) {
      for (const key of [enc, mac, dek]) {
        const [hex, base64] = [hexOf(key.reveal()), key.reveal().toString('base64')];
        for (const secret of [hex, hex.toUpperCase(), base64, base64.replace(/=+$/, '')]) {
          expect(text.includes(secret) || bytes.includes(secret)).toBe(false);
        }
      }
    }
  });
});

describe('a key file with a secure channel', () => {
  const [scp02, scp03] = profiles as [CardProfile, CardProfile];
  it('has three columns more, and tells what is wrong without quoting it', () => {
    expect(keyFileHeader(scp02)).toBe('iccid,k,opc,op,adm,enc,mac,dek');
    const key = (length: number): SecretBytes => new SecretBytes(Buffer.alloc(length, 0x5a));
    const of = (length: number, other = length): StaticKeys => ({
      enc: key(length),
      mac: key(other),
      dek: key(length),
    });
    expect(parseKeyRow(rowOf(1, of(32)), scp03)).toMatchObject({ iccid: iccidAt(1) });
    for (const [profile, keys, field] of [
      [scp02, of(24), 'enc'],
      [scp03, of(8), 'enc'],
      [scp03, of(16, 24), 'mac'],
    ] as const) {
      const refusal = parseKeyRow(rowOf(1, keys), profile);
      expect(refusal).toMatchObject({ code: 'MalformedKeyRow', field });
      expect(JSON.stringify(refusal)).not.toContain('5a5a');
    }
    expect(parseKeyRow(`${iccidAt(1)},,,,12345678`, scp02)).toMatchObject({
      code: 'MalformedKeyRow',
      field: 'columns',
    });
  });
});
