import { Arbitrary, FastCheck, type Schema } from 'effect';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../kernel/secret.ts';
import {
  type Answer,
  AnyMessage,
  answerSchemas,
  type Message,
  type MessageType,
  messageSchemas,
} from '../messages/schema.ts';
import { decodeIso, encodeIso, type IsoFields, isIsoProblem } from './codec.ts';
import { FIELD_NUMBERS, FIELDS, type FieldNumber, MTIS } from './fields.ts';
import { frameOf, framesOf } from './frames.ts';
import { answerOfIso, isoOfAnswer, isoOfMessage, isRequest, matchingKey, messageOfIso } from './mapping.ts';

const key = new SecretBytes(Buffer.alloc(32, 7));

const contentOf = (number: FieldNumber): fc.Arbitrary<string> => {
  const { type, prefix, length } = FIELDS[number];
  const longest = Math.min(length, 60);
  const size = prefix === 0 ? { minLength: length, maxLength: length } : { minLength: 1, maxLength: longest };
  if (type === 'n') return fc.string({ unit: fc.constantFrom(...'0123456789'), ...size });
  if (type === 'an') return fc.string({ unit: fc.constantFrom(...'0189AZaz'), ...size });
  return fc.string({ unit: fc.constantFrom(...'{"a":1}中文é '), minLength: 1, maxLength: longest });
};
const fieldsOf: fc.Arbitrary<IsoFields> = fc.record(
  Object.fromEntries(FIELD_NUMBERS.filter((number) => number !== 128).map((number) => [number, contentOf(number)])),
  { requiredKeys: [], noNullPrototype: true },
);
const messages = fc.record({ mti: fc.constantFrom(...MTIS), fields: fieldsOf });

describe('messages of ISO 8583’s kind', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(decodeIso(encodeIso(message, key), key)).toEqual(message);
      }),
    );
  });

  it('with any byte changed, cut or added are refused, with a code', () => {
    fc.assert(
      fc.property(messages, fc.nat(), fc.integer({ min: 1, max: 255 }), (message, at, change) => {
        const bytes = encodeIso(message, key);
        const wrong = Buffer.from(bytes);
        wrong[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ change;
        for (const one of [wrong, bytes.subarray(0, at % bytes.length), Buffer.concat([bytes, Buffer.of(change)])]) {
          expect(decodeIso(one, key)).toMatchObject({ _tag: 'IsoProblem', code: expect.any(String) });
        }
      }),
    );
  });

  it('never throw at noise', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => void decodeIso(Buffer.from(noise), key)));
  });
});

describe('frames', () => {
  it.each([2, 4] as const)('with %i bytes of length are the same however they are cut', (headerBytes) => {
    const rules = { headerBytes, longest: 300 };
    const bodies = fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 6 });
    fc.assert(
      fc.property(bodies, fc.integer({ min: 1, max: 50 }), (sent, cut) => {
        const stream = Buffer.concat(sent.map((body) => frameOf(rules, body)));
        const got: Buffer[] = [];
        let held: Buffer = Buffer.alloc(0);
        for (let at = 0; at < stream.length; at += cut) {
          const { frames, rest, problem } = framesOf(rules, held, stream.subarray(at, at + cut));
          expect(problem).toBeUndefined();
          got.push(...frames);
          held = rest;
        }
        expect(got.map((one) => one.toString('hex'))).toEqual(sent.map((one) => Buffer.from(one).toString('hex')));
      }),
    );
  });

  it('of no length or too much end the stream', () => {
    const rules = { headerBytes: 2, longest: 10 } as const;
    expect(framesOf(rules, Buffer.alloc(0), Buffer.of(0, 0)).problem).toBe('FrameEmpty');
    expect(framesOf(rules, Buffer.alloc(0), Buffer.of(0, 11)).problem).toBe('FrameTooLong');
    expect(framesOf(rules, Buffer.alloc(0), Buffer.of(0, 1, 9, 0, 11))).toMatchObject({ frames: [Buffer.of(9)] });
  });
});

describe('every message and every answer', () => {
  const keys = { stan: '000001', sent: '1126020000', terminal: 'HUFU0001', institution: '10080000' };
  const pairs = FastCheck.constantFrom(...(Object.keys(answerSchemas) as MessageType[])).chain((type) =>
    FastCheck.tuple(
      Arbitrary.make<Message, unknown, never>(messageSchemas[type] as Schema.Schema<Message, unknown>),
      Arbitrary.make<Answer, unknown, never>(answerSchemas[type] as Schema.Schema<Answer, unknown>),
    ),
  );

  it('fits on the line and comes back as it was', () => {
    void FastCheck.assert(
      FastCheck.property(Arbitrary.make(AnyMessage), (message) => {
        const there = decodeIso(encodeIso(isoOfMessage(message, keys), key), key);
        expect(isIsoProblem(there) ? there : messageOfIso(there, message.bank)).toEqual(message);
      }),
    );
  });

  it('goes back to its request and no other', () => {
    void FastCheck.assert(
      FastCheck.property(pairs, ([message, said]) => {
        const request = isoOfMessage(message, keys);
        if (!isRequest(request.mti)) throw new Error('no request');
        const answer = { ...said, bank: message.bank } as Answer;
        const response = decodeIso(encodeIso(isoOfAnswer({ ...request, mti: request.mti }, answer), key), key);
        if (isIsoProblem(response)) throw new Error(response.code);
        expect(matchingKey(response)).toBe(matchingKey(request));
        expect(answerOfIso(response, message)).toEqual(answer);
      }),
    );
  });
});

describe('a message on the line', () => {
  const order: Message = {
    id: 'C-1',
    request: 'T-1',
    time: '2026-11-26T02:00:00.000Z',
    bank: 'CMB',
    version: 1,
    type: 'paymentOrder',
    number: '8613800138000',
    agreement: 'A-1',
    purpose: 'topUp',
    amountMinor: 5_000,
  };
  const keys = { stan: '000001', sent: '1126020000', terminal: 'HUFU0001', institution: '10080000' };
  const iso = isoOfMessage(order, keys);

  it('has what the standard has a field for in that field alone', () => {
    expect(iso).toMatchObject({ mti: '0200', fields: { 3: '500000', 4: '000000005000', 49: '156', 11: '000001' } });
    expect(iso.fields[48]).not.toContain('amountMinor');
    expect(matchingKey(iso)).toBe('02/000001/1126020000/HUFU0001/10080000');
    expect(messageOfIso(iso, 'CMB')).toEqual(order);
  });

  it.each([
    ['another currency', { 49: '840' }],
    ['another processing code', { 3: '500001' }],
    ['the reference of another payment', { 37: '000000000000' }],
    ['an amount twice', { 48: JSON.stringify({ ...JSON.parse(iso.fields[48] ?? ''), amountMinor: 1 }) }],
    ['no JSON', { 48: '{' }],
  ])('with %s is none', (_, change) => {
    expect(messageOfIso({ ...iso, fields: { ...iso.fields, ...change } }, 'CMB')).toBeUndefined();
  });
});
