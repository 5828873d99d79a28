import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigProvider, Effect } from 'effect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import type { Answer, Draft, DraftOf, Message } from '../../domain/mandates/messages/schema.ts';
import { messageAt, replyOf, signMessage } from '../../domain/mandates/messages/signed.ts';
import { connectionTo } from '../connection.ts';
import { certificates } from '../simulator/certificates.ts';
import { bodyOf, sendText, type TlsDoor, tlsDoor } from '../simulator/tls-door.ts';
import { type BankListener, bankPortAt, bankPortLive } from './banks.ts';
import { type BankSettings, banksOf } from './configuration.ts';
import { door, MESSAGES_PATH, SIGNATURE } from './exchange.ts';
import { BankPort } from './port.ts';
import { type BankStart, type RunningBank, startBank } from './simulator.ts';

/** The driver against three banks, over HTTPS, over a line and by signed forms, each with everything that can go wrong. */

let directory: string;
let bank: RunningBank;
let settings: readonly BankSettings[];
const heard: Message[] = [];
const late: Answer[] = [];
const troubles: string[] = [];
const TIMES = { callMs: 700, line: { answerMs: 700, idleMs: 60, firstWaitMs: 10, longestWaitMs: 100 } };
const listener: BankListener = {
  late: (_, answer) => late.push(answer),
  trouble: (_, trouble) => troubles.push(trouble),
  handle: (message) => {
    heard.push(message);
    return Effect.succeed(replyOf(message.type, 'Done'));
  },
};

const start = async (transport: BankStart['transport'], more: Partial<BankStart> = {}) => {
  bank = await startBank({ directory, code: 'CMB', name: '招商银行', noticesTo: 'hall', transport, ...more });
  settings = await Effect.runPromise(banksOf(JSON.stringify([bank.listed])));
};
const through = <A, E>(effect: Effect.Effect<A, E, BankPort>, banks = settings, times = TIMES): Promise<A> =>
  Effect.runPromise(Effect.provide(effect, bankPortAt(banks, listener, times)));

const relation = { number: '8613800138000', agreement: 'A-1' };
const order = (no: number): DraftOf<'paymentOrder'> => {
  return {
    id: `C-${no}`,
    request: `T-${no}`,
    bank: 'CMB',
    type: 'paymentOrder',
    ...relation,
    purpose: 'topUp',
    amountMinor: 100 * no,
  };
};
const query = (no: number, payment: string): DraftOf<'paymentQuery'> => {
  return { id: `Q-${no}`, request: payment, bank: 'CMB', type: 'paymentQuery', payment };
};
const reversal = (no: number, payment: string, amountMinor: number): DraftOf<'paymentReversal'> => {
  return { id: `R-${no}`, request: payment, bank: 'CMB', type: 'paymentReversal', payment, amountMinor };
};
const result: DraftOf<'resultNotice'> = {
  id: 'N-1',
  request: 'O-1',
  bank: 'CMB',
  type: 'resultNotice',
  channel: 'branch',
  ...relation,
  account: { kind: 'debit', number: '6225880000000000' },
  userType: 'prepaid',
  terms: { thresholdMinor: 1_000, amountMinor: 5_000, automaticPayment: false },
};
const send = <Type extends Message['type']>(draft: DraftOf<Type> & { readonly type: Type }) =>
  Effect.flatMap(BankPort, (port) => port.send(draft));
const codeOf = <A>(effect: Effect.Effect<A, { readonly _tag: string; readonly code: string }, BankPort>) =>
  Effect.map(Effect.flip(effect), ({ _tag, code }) => `${_tag} ${code}`);

/** Our side as a gateway would serve it: HTTPS with certificates, and the door behind it. */
let ours: TlsDoor | undefined;
const serveOurs = async () => {
  const certified = await certificates(join(directory, 'ours'), 'hufu', '127.0.0.1');
  const keysOf = (code: string) => {
    const found = settings.find((one) => one.code === code)?.transport;
    return found !== undefined && 'keys' in found ? found.keys : undefined;
  };
  const answer = door(keysOf, 'bank', listener.handle);
  ours = await tlsDoor(certified.server, certified.ca, '127.0.0.1', 0, async (request, response) => {
    const signature = String(request.headers[SIGNATURE] ?? '');
    const { status, body, headers } = await Effect.runPromise(answer((await bodyOf(request)) ?? '', signature));
    sendText(response, status, body, false, headers);
  });
  const { certificate, privateKey } = certified.client;
  return { url: `https://127.0.0.1:${ours.port}`, ca: certified.ca, certificate, privateKey };
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-bank-'));
  for (const list of [heard, late, troubles]) list.length = 0;
});
afterEach(async () => {
  await bank.close();
  await ours?.open(false);
  ours = undefined;
  await rm(directory, { recursive: true });
});

/** Says the relation into the bank's books, over whatever way the bank has. */
const formal = async (transport: BankStart['transport']) => {
  await start(transport);
  if (transport !== 'iso8583') {
    const carrier = await serveOurs();
    await bank.close();
    await start(transport, { carrier });
    return void (await bank.say(result));
  }
  await through(
    Effect.zipRight(
      ready,
      Effect.promise(() => bank.say(result)),
    ),
  );
};
/** Any answer: the line is up. */
const ready = Effect.either(send(query(0, 'none')));

describe.each(['https', 'iso8583', 'form'] as const)('a bank over %s', (transport) => {
  it('says its own, is told ours, and pays once however often it is told', async () => {
    await formal(transport);
    expect(heard.map(({ id, type }) => `${id} ${type}`)).toEqual(['N-1 resultNotice']);
    const [one, two, other] = await through(
      Effect.all([send(order(1)), send(order(1)), send({ ...order(1), amountMinor: 7 }).pipe(codeOf)]),
    );
    expect(one).toMatchObject({ result: 'Done', bankPayment: 'BP-1', answers: 'C-1' });
    expect(two.bankPayment).toBe('BP-1');
    expect(other).toBe('Refusal BankMessageDiffers');
    expect(bank.payments()).toMatchObject([{ id: 'C-1', amountMinor: 100, state: 'paid' }]);
    await bank.close();
    await start(transport);
    expect(await through(send(order(1)))).toMatchObject({ result: 'Done', bankPayment: 'BP-1' });
  });

  it('that does not know the outcome is queried, and reversed', async () => {
    await formal(transport);
    await bank.control({ unknown: 1 });
    const answers = await through(
      Effect.all([send(order(1)), send(query(1, 'C-1')), send(reversal(1, 'C-1', 100)), send(query(2, 'C-1'))]),
    );
    expect(answers).toMatchObject([
      { result: 'OutcomeUnknown', bankPayment: null },
      { result: 'Done', state: 'paid' },
      { result: 'Done' },
      { result: 'Done', state: 'reversed' },
    ]);
  });

  it('that loses its answer has paid all the same; what never came can be reversed beforehand', async () => {
    await formal(transport);
    await bank.control({ loseAnswers: 1 });
    const lost = await through(codeOf(send(order(1))));
    expect(lost).toMatch(/^Fault (?:Timeout|Unavailable)$/);
    const answers = await through(Effect.all([send(query(1, 'C-1')), send(reversal(2, 'C-9', 900)), send(order(9))]));
    expect(answers.map(({ result: code }) => code)).toEqual(['Done', 'PaymentUnknown', 'PaymentUnknown']);
    expect(bank.payments().map(({ state }) => state)).toEqual(['paid', 'failed']);
  });

  it.each([
    ['busy', { busy: 1 }, 'Fault Busy'],
    ['slow', { latencyMs: 900 }, 'Fault'],
    ['down', { down: true }, 'Fault Unavailable'],
    ['sending what is no answer', { garbage: 1 }, 'Fault'],
  ] as const)('that is %s is a fault, and the same message goes through later', async (_, behaviour, code) => {
    await formal(transport);
    await bank.control(behaviour);
    expect(await through(codeOf(send(order(1))))).toContain(code);
    await bank.control({ ...behaviour, down: false, latencyMs: 0, busy: 0, garbage: 0 });
    expect(await through(send(order(1)))).toMatchObject({ result: 'Done', bankPayment: 'BP-1' });
    expect(bank.payments()).toHaveLength(1);
  });

  it('that answers twice, and in the reverse order, gives each its own answer', async () => {
    await formal(transport);
    await bank.control({ answerTwice: 3, outOfOrder: 6 });
    const numbers = [1, 2, 3, 4, 5, 6];
    const answers = await through(
      Effect.all(
        numbers.map((no) => send(order(no))),
        { concurrency: 'unbounded' },
      ),
    );
    expect(answers.map(({ answers: id }) => id)).toEqual(numbers.map((no) => `C-${no}`));
    expect(new Set(answers.map(({ bankPayment }) => bankPayment)).size).toBe(6);
  });

  it('is not sent what is no message', async () => {
    await start(transport);
    expect(await through(codeOf(send({ ...order(1), amountMinor: 0 })))).toBe('Refusal BankMessageMalformed');
  });

  it('that differs from us says so', async () => {
    await formal(transport);
    await bank.control({ differ: 1 });
    const cancel: DraftOf<'cancelRequest'> = {
      id: 'X-1',
      request: 'X',
      bank: 'CMB',
      type: 'cancelRequest',
      ...relation,
      reason: 'wish',
    };
    const answers = await through(Effect.all([send(cancel), send({ ...cancel, id: 'X-2' }), send(order(1))]));
    expect(answers.map(({ result: code }) => code)).toEqual(['RelationUnknown', 'Done', 'RelationUnknown']);
    await bank.control({ refusePayments: 'InsufficientFunds' });
    expect(bank.formal()).toEqual([]);
  });
});

describe('the door', () => {
  const post = async (body: string, signature: string) => {
    const { transport } = settings[0] ?? {};
    if (transport?.kind !== 'https') throw new Error('no such bank');
    const connection = connectionTo('bank', transport.server);
    const { status, text } = await Effect.runPromise(connection.post(MESSAGES_PATH, body, { [SIGNATURE]: signature }));
    return `${status} ${JSON.parse(text).code ?? JSON.parse(text).result}`;
  };
  const signed = (draft: Draft, atMs = Date.now(), more: object = {}) => {
    const { transport } = settings[0] ?? {};
    if (transport?.kind !== 'https') throw new Error('no such bank');
    return signMessage({ ...messageAt(draft, atMs), ...more } as Message, transport.keys);
  };

  it.each([
    ['a wrong signature', '401 SignatureWrong', () => ({ ...signed(order(1)), signature: signed(order(2)).signature })],
    ['a stale time', '401 TimeStale', () => signed(order(1), Date.now() - 301_000)],
    ['a time to come', '401 TimeStale', () => signed(order(1), Date.now() + 301_000)],
    ['an unknown bank', '403 BankUnknown', () => signed({ ...order(1), bank: 'XYZ' })],
    ['another version', '422 VersionUnknown', () => signed(order(1), Date.now(), { version: 2 })],
    ['a field too many', '400 Malformed', () => signed(order(1), Date.now(), { more: 1 })],
    ['what only a bank says', '400 Malformed', () => signed(result)],
    ['no JSON', '400 Malformed', () => ({ body: '{', signature: '' })],
    ['what is right', '200 RelationUnknown', () => signed(order(1))],
  ])('answers %s with %s', async (_, code, make) => {
    await start('https');
    const { body, signature } = make();
    expect(await post(body, signature)).toBe(code);
  });

  it('lets nobody in without a certificate of its authority', async () => {
    await start('https');
    const stranger = await certificates(join(directory, 'stranger'), 'x', '127.0.0.1');
    const strangers = settings.map(({ transport, ...route }) => {
      if (transport.kind !== 'https') throw new Error('no such bank');
      const { certificate, privateKey } = stranger.client;
      return { ...route, transport: { ...transport, server: { ...transport.server, certificate, privateKey } } };
    });
    expect(await through(codeOf(send(order(1))), strangers)).toMatch(/^Fault /);
  });
});

describe('a line', () => {
  it('gives an answer that comes late to nobody else, and settles it', async () => {
    await formal('iso8583');
    await through(
      Effect.gen(function* () {
        yield* ready;
        yield* Effect.promise(() => bank.control({ latencyMs: 1_000 }));
        expect(yield* codeOf(send(order(1)))).toBe('Fault Timeout');
        yield* Effect.promise(() => bank.control({ latencyMs: 0 }));
        expect(yield* Effect.retry(send(order(2)), { times: 5 })).toMatchObject({ answers: 'C-2' });
        yield* Effect.promise(() =>
          expect.poll(() => late.map(({ answers }) => answers), { timeout: 5_000 }).toEqual(['C-1']),
        );
      }),
      settings,
      { ...TIMES, line: { ...TIMES.line, idleMs: 5_000 } },
    );
  });

  it.each([
    ['FrameTooLong', { overlong: 1 }],
    ['Garbage', { garbage: 1 }],
  ])('is let go with %s, and signs on again', async (trouble, behaviour) => {
    await formal('iso8583');
    await through(
      Effect.gen(function* () {
        yield* ready;
        yield* Effect.promise(() => bank.control(behaviour));
        expect(yield* codeOf(send(order(1)))).toBe('Fault Unavailable');
        expect(yield* send(order(1))).toMatchObject({ result: 'Done' });
      }),
    );
    expect(troubles).toContain(trouble);
  });

  it('with 4 bytes of length, byte by byte, is the same', async () => {
    await start('iso8583', { headerBytes: 4, behaviour: { dribble: true } });
    expect(await through(send(order(1)))).toMatchObject({ result: 'RelationUnknown' });
  });

  it('echoes when it is idle, and dials again when no echo comes back', async () => {
    await formal('iso8583');
    await through(
      Effect.gen(function* () {
        yield* ready;
        expect(troubles).toEqual([]);
        yield* Effect.promise(() => bank.control({ latencyMs: 1_500 }));
        yield* Effect.promise(() => expect.poll(() => troubles, { timeout: 5_000 }).toContain('EchoLost'));
        yield* Effect.promise(() => bank.control({ latencyMs: 0 }));
        expect(yield* Effect.retry(send(order(1)), { times: 5 })).toMatchObject({ result: 'Done' });
      }),
    );
  });

  it('signs on again after the bank was down, and asks nothing meanwhile', async () => {
    await formal('iso8583');
    await through(
      Effect.gen(function* () {
        yield* ready;
        yield* Effect.promise(() => bank.control({ down: true }));
        expect(yield* codeOf(send(order(1)))).toBe('Fault Unavailable');
        yield* Effect.promise(() => bank.control({ down: false }));
        expect(yield* send(order(2))).toMatchObject({ result: 'Done' });
      }),
    );
    expect(troubles).toContain('HungUp');
    expect(bank.payments().map(({ id }) => id)).toEqual(['C-2']);
  });

  it('with another key is not signed on to', async () => {
    await start('iso8583');
    const banks = settings.map((one) => {
      if (one.transport.kind !== 'iso8583') throw new Error('no such bank');
      const macKey = new SecretBytes(Buffer.alloc(32));
      return { ...one, transport: { ...one.transport, line: { ...one.transport.line, macKey } } };
    });
    expect(await through(codeOf(send(order(1))), banks)).toBe('Fault Unavailable');
    expect(bank.payments()).toEqual([]);
  });
});

describe('HUFU_BANKS_FILE', () => {
  it('names a second bank by configuration alone', async () => {
    await start('https');
    const second = await startBank({
      directory: join(directory, 'second'),
      code: 'CCB',
      name: '建设银行',
      noticesTo: 'paymentWeb',
      transport: 'iso8583',
    });
    const both = await Effect.runPromise(banksOf(JSON.stringify([bank.listed, second.listed])));
    const [routes, one, two] = await through(
      Effect.all([Effect.map(BankPort, ({ banks }) => banks), send(order(1)), send({ ...order(1), bank: 'CCB' })]),
      both,
    );
    expect(routes.map(({ code, noticesTo }) => `${code} ${noticesTo}`)).toEqual(['CMB hall', 'CCB paymentWeb']);
    expect([one.bank, two.bank, one.result, two.result]).toEqual(['CMB', 'CCB', 'RelationUnknown', 'RelationUnknown']);
    expect(await through(codeOf(send({ ...order(1), bank: 'ABC' })), both)).toBe('Refusal BankNotConfigured');
    await second.close();
  });

  it('is read from the environment; without it there is no bank', async () => {
    await start('https');
    const file = join(directory, 'banks.json');
    await writeFile(file, JSON.stringify([bank.listed]));
    const live = (environment: Readonly<Record<string, string>>) =>
      Effect.map(BankPort, ({ banks }) => banks.map(({ name }) => name)).pipe(
        Effect.provide(bankPortLive(listener)),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment)))),
        Effect.runPromise,
      );
    expect(await live({ HUFU_BANKS_FILE: file })).toEqual(['招商银行']);
    expect(await live({})).toEqual([]);
    await expect(live({ HUFU_BANKS_FILE: '/nowhere' })).rejects.toThrow('/nowhere');
  });

  it('that is wrong says what is wrong', async () => {
    await start('https');
    const problem = async (value: unknown) => {
      const refusal = await Effect.runPromise(Effect.flip(banksOf(JSON.stringify(value))));
      expect(refusal.code).toBe('PartnerConfiguration');
      return refusal.message;
    };
    const { listed } = bank;
    expect(await problem([listed, listed])).toContain('a code occurs twice');
    expect(await problem([{ ...listed, noticesTo: 'nobody' }])).toContain('paymentWeb');
    expect(await problem([{ ...listed, transport: { ...listed.transport, keyFile: '/nowhere' } }])).toContain(
      '/nowhere',
    );
    expect(await problem([{ ...listed, transport: { ...listed.transport, url: 'http://x' } }])).toContain(
      'https://HOST',
    );
  });
});
