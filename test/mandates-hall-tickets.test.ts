import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect, Layer, ManagedRuntime } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mandateActors } from '../actors/mandates/actors.ts';
import { hallSessionActor } from '../actors/mandates/hall-session.ts';
import { concludeSession, presentTicket, ticketOf } from '../actors/mandates/hall-tickets.ts';
import { Actors } from '../actors/runtime/actors.ts';
import { ActorsLocal } from '../actors/runtime/live.ts';
import { collectionPlans } from '../cli/admin/plans.ts';
import type { TenantId } from '../domain/kernel/actor-id.ts';
import type { SessionCommand } from '../domain/mandates/hall/schema.ts';
import type { MessageOf } from '../domain/mandates/messages/schema.ts';
import { type KeyRing, keyRingLayer } from '../store/keys/key-ring.ts';
import { migrate } from '../store/migrations.ts';
import { databaseOf, Mongo, mongoLayer } from '../store/mongo.ts';
import { cardOf, NUMBER, PROVINCE, TERMS } from './support/mandates.ts';
import { serverAddress, uniqueName } from './support/names.ts';

/** Tickets of the hall with real keys and the real database: good once, also when two come at the same moment. */

const tenant = 'demo' as TenantId;
let directory: string;
let runtime: ManagedRuntime.ManagedRuntime<Actors | Mongo | KeyRing, unknown>;
const run = <A, E>(effect: Effect.Effect<A, E, Actors | Mongo | KeyRing>): Promise<A> => runtime.runPromise(effect);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-tickets-'));
  const base = keyRingLayer({ directory, demoKeys: true }).pipe(
    Layer.provideMerge(mongoLayer({ uri: serverAddress('MONGODB_URI'), database: uniqueName('tickets') })),
  );
  runtime = ManagedRuntime.make(ActorsLocal(mandateActors).pipe(Layer.provideMerge(base)));
  await run(Effect.flatMap(Mongo, (connection) => migrate(connection, collectionPlans)));
});
afterAll(async () => {
  await run(Effect.flatMap(Mongo, (connection) => Effect.promise(() => connection.dropDatabase())));
  await runtime.dispose();
  await rm(directory, { recursive: true });
});

let serial = 0;
/** A session whose user has agreed and was sent to CMB. */
const begun = async (): Promise<{ session: string; ticket: string }> => {
  serial += 1;
  const session = `S-${serial}`;
  const commands: ReadonlyArray<SessionCommand> = [
    { _tag: 'Open', number: NUMBER, returnUrl: 'https://hall.example/result' },
    { _tag: 'RecordCheck', province: PROVINCE, code: null, offer: { userType: 'prepaid', terms: TERMS } },
    {
      _tag: 'Begin',
      bank: 'CMB',
      page: 'https://bank.example/mandate',
      tellHall: true,
      bounds: { openMs: 600_000, noticeMs: 86_400_000 },
      consent: { version: '2026-11', atMs: Date.now() },
    },
  ];
  const ticket = await run(
    Effect.gen(function* () {
      const actors = yield* Actors;
      for (const command of commands) {
        const caller = { subject: 'service:hall', tenant, roles: [] };
        const envelope = { commandId: `${session}/${command._tag}`, caller };
        const about =
          command._tag === 'Begin' ? { ...command, consent: { ...command.consent, atMs: Date.now() } } : command;
        yield* actors.ask(hallSessionActor, { id: { tenant, key: session }, command: about, envelope });
      }
      const { state } = yield* actors.read(hallSessionActor, { tenant, key: session });
      return state && (yield* ticketOf(tenant, session, state));
    }),
  );
  if (typeof ticket !== 'string') throw new Error('no ticket');
  return { session, ticket };
};

let messages = 0;
const head = (bank: string) => {
  messages += 1;
  return { id: `M-${messages}`, request: 'R', time: new Date().toISOString(), bank, version: 1 } as const;
};
const formal = (ticket: string, agreement: string, bank = 'CMB'): MessageOf<'formalNotice'> => ({
  ...head(bank),
  type: 'formalNotice',
  number: NUMBER,
  agreement,
  account: cardOf(1),
  userType: 'prepaid',
  terms: TERMS,
  ticket,
});
const query = (ticket: string, bank = 'CMB'): MessageOf<'ticketQuery'> => ({
  ...head(bank),
  type: 'ticketQuery',
  ticket,
});
const show = (message: Parameters<typeof presentTicket>[1]) => run(presentTicket(tenant, message));

const alerts = () =>
  run(
    Effect.flatMap(Mongo, (connection) =>
      Effect.promise(() =>
        databaseOf(connection).collection('operations_alerts').find({ source: 'mandates-hall' }).toArray(),
      ),
    ),
  );

describe('a ticket', () => {
  it('is good for one of two agreements that come at the same moment, and for that one again', async () => {
    const { session, ticket } = await begun();
    expect(await show(query(ticket))).toMatchObject({ result: 'Done', session, state: { status: 'atBank' } });
    const both = [formal(ticket, 'A-1'), formal(ticket, 'A-2')];
    const answers = await Promise.all(both.map(show));
    expect(answers.map(({ result }) => result).sort()).toEqual(['Done', 'TicketUsed']);
    // The same messages again, and the good agreement under another id.
    const again = await Promise.all(both.map((message) => show({ ...message, time: new Date().toISOString() })));
    expect(again.map(({ result }) => result)).toEqual(answers.map(({ result }) => result));
    const good = both[answers.findIndex(({ result }) => result === 'Done')];
    expect(await show(formal(ticket, good?.agreement ?? ''))).toMatchObject({ result: 'Done' });
    await run(concludeSession(tenant, session, 'formal', null));
    await run(concludeSession(tenant, session, 'formal', null));
    expect(await show(formal(ticket, good?.agreement ?? ''))).toMatchObject({ state: { status: 'formal' } });
  });

  it('that is not good has its code, and a person is told once of each sort', async () => {
    const { session, ticket } = await begun();
    const other = await begun();
    const forged = `${ticket.slice(0, -43)}${other.ticket.slice(-43)}`;
    const unknown = ticket.replace(session, 'S-0');
    expect(await show(query(ticket, 'CCB'))).toEqual({ result: 'TicketOfAnotherBank' });
    expect(await show(query(ticket, 'CCB'))).toEqual({ result: 'TicketOfAnotherBank' });
    expect(await show(query(forged))).toEqual({ result: 'TicketForged' });
    expect(await show(formal(unknown, 'A-3'))).toEqual({ result: 'TicketUnknown' });
    expect(await show(query('not-a-ticket'))).toEqual({ result: 'TicketUnknown' });
    const told = await alerts();
    expect(told.map(({ subject, code }) => `${subject} ${code}`)).toEqual(
      expect.arrayContaining([`${session} TicketOfAnotherBank`, `${session} TicketForged`]),
    );
    expect(told.filter(({ code }) => code === 'TicketUnknown')).toHaveLength(2);
    expect(JSON.stringify(told)).not.toContain(NUMBER);
  });
});
