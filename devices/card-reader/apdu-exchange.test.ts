import { Effect, Stream } from 'effect';
import { describe, expect, test } from 'vitest';
import { exchangeApdu } from './apdu-exchange.ts';
import { readerFault } from './faults.ts';
import type { ReaderFault } from './port.ts';
import type { CardTransport } from './transport.ts';

/** A transport that expects commands and gives the answers written beside them; `!` is a time-out in the middle. */
const scripted = (
  unit: 'T=0 TPDU' | 'APDU',
  script: ReadonlyArray<readonly [command: string, answer: string]>,
): { readonly transport: CardTransport; readonly left: () => number } => {
  let at = 0;
  const exchange = (command: Uint8Array): Effect.Effect<Uint8Array, ReaderFault> => {
    const [expected, answer = ''] = script[at] ?? [];
    at += 1;
    expect(Buffer.from(command).toString('hex')).toBe(expected);
    return answer === '!'
      ? Effect.fail(readerFault('CardTimeout', 'silent', 'unknown'))
      : Effect.succeed(Buffer.from(answer, 'hex'));
  };
  const transport: CardTransport = {
    name: 'script',
    power: () => Effect.succeed(new Uint8Array()),
    powerOff: Effect.void,
    unit: () => unit,
    exchange,
    presence: Stream.empty,
    close: Effect.void,
  };
  return { transport, left: () => script.length - at };
};

type Case = readonly [
  name: string,
  unit: 'T=0 TPDU' | 'APDU',
  command: string,
  script: ReadonlyArray<readonly [string, string]>,
  data: string,
  sw: number,
];

const long = 'ab'.repeat(300);
const CASES: readonly Case[] = [
  ['case 1 has a P3 of zero over T=0', 'T=0 TPDU', '00440000', [['0044000000', '9000']], '', 0x9000],
  ['case 2', 'T=0 TPDU', '00b0000002', [['00b0000002', '01029000']], '0102', 0x9000],
  [
    'case 4: T=0 has no room for Le',
    'T=0 TPDU',
    '00a40004023f0000',
    [
      ['00a40004023f00', '6102'],
      ['00c0000002', 'aabb9000'],
    ],
    'aabb',
    0x9000,
  ],
  ['case 4 as it is over T=1', 'APDU', '00a40004023f0000', [['00a40004023f0000', 'aabb9000']], 'aabb', 0x9000],
  [
    'the class byte of GSM, 9Fxx',
    'T=0 TPDU',
    'a0a40000023f00',
    [
      ['a0a40000023f00', '9f02'],
      ['a0c0000002', 'aabb9000'],
    ],
    'aabb',
    0x9000,
  ],
  [
    'a logical channel, a class of its own',
    'T=0 TPDU',
    '81a40004023f00',
    [
      ['81a40004023f00', '6101'],
      ['01c0000001', 'aa9000'],
    ],
    'aa',
    0x9000,
  ],
  [
    '6Cxx: the same again with that length',
    'T=0 TPDU',
    '00b0000000',
    [
      ['00b0000000', '6c03'],
      ['00b0000003', '0102039000'],
    ],
    '010203',
    0x9000,
  ],
  [
    '6Cxx to GET RESPONSE',
    'T=0 TPDU',
    '00a40004023f00',
    [
      ['00a40004023f00', '6105'],
      ['00c0000005', '6c02'],
      ['00c0000002', 'aabb9000'],
    ],
    'aabb',
    0x9000,
  ],
  [
    'a response in pieces',
    'APDU',
    '00cb3fff00',
    [
      ['00cb3fff00', '01026102'],
      ['00c0000002', '030461ff'],
      ['00c00000ff', '059000'],
    ],
    '0102030405',
    0x9000,
  ],
  [
    '61 00 is 256',
    'T=0 TPDU',
    '00a40004023f00',
    [
      ['00a40004023f00', '6100'],
      ['00c0000000', 'aa9000'],
    ],
    'aa',
    0x9000,
  ],
  [
    'a warning stands before the data',
    'T=0 TPDU',
    '00a40004023f0000',
    [
      ['00a40004023f00', '6283'],
      ['00c0000000', '6c01'],
      ['00c0000001', 'aa9000'],
    ],
    'aa',
    0x6283,
  ],
  [
    'a warning without data',
    'T=0 TPDU',
    '00a40004023f0000',
    [
      ['00a40004023f00', '6283'],
      ['00c0000000', '6f00'],
    ],
    '',
    0x6283,
  ],
  [
    'tries that are left are no warning',
    'T=0 TPDU',
    '0020000a083939393939393939',
    [['0020000a083939393939393939', '63c2']],
    '',
    0x63c2,
  ],
  [
    'long data is chained',
    'APDU',
    `80e2900000012c${long}`,
    [
      [`90e29000ff${'ab'.repeat(255)}`, '9000'],
      [`80e290002d${'ab'.repeat(45)}`, '9000'],
    ],
    '',
    0x9000,
  ],
  [
    'a chain ends where the card refuses',
    'APDU',
    `80e2900000012c${long}`,
    [[`90e29000ff${'ab'.repeat(255)}`, '6982']],
    '',
    0x6982,
  ],
];

test.each(CASES)('%s', async (_name, unit, command, script, data, sw) => {
  const { transport, left } = scripted(unit, script);
  const answer = await Effect.runPromise(exchangeApdu(transport, Buffer.from(command, 'hex'), 1_000));
  expect({ data: answer.data.toString('hex'), sw: answer.sw, left: left() }).toEqual({ data, sw, left: 0 });
});

describe('what a fault says of the command', () => {
  test.each([
    ['nothing came back', '00d6000001aa', [['00d6000001aa', '!']], 'unknown'],
    [
      'done, and only its response is missing',
      '00a40004023f00',
      [
        ['00a40004023f00', '6102'],
        ['00c0000002', '!'],
      ],
      'yes',
    ],
    ['a chain that the card never had all of', `80e2900000012c${long}`, [[`90e29000ff${'ab'.repeat(255)}`, '!']], 'no'],
  ] as const)('%s', async (_name, command, script, execution) => {
    const { transport } = scripted('T=0 TPDU', script);
    const fault = await Effect.runPromise(Effect.flip(exchangeApdu(transport, Buffer.from(command, 'hex'), 1_000)));
    expect(fault).toMatchObject({ code: 'CardTimeout', execution });
  });

  test.each([['00b00000'.slice(0, 6)], ['00d6000005aa'], ['']])(
    'bytes that are no command (%s) are not sent',
    async (command) => {
      const { transport } = scripted('APDU', []);
      const fault = await Effect.runPromise(Effect.flip(exchangeApdu(transport, Buffer.from(command, 'hex'), 1_000)));
      expect(fault).toMatchObject({ code: 'ProtocolError', execution: 'no' });
    },
  );

  test('no status word is no answer', async () => {
    const { transport } = scripted('APDU', [['00b0000001', '3742']]);
    const fault = await Effect.runPromise(
      Effect.flip(exchangeApdu(transport, Buffer.from('00b0000001', 'hex'), 1_000)),
    );
    expect(fault).toMatchObject({ code: 'ProtocolError', execution: 'unknown' });
  });
});
