import { Effect } from 'effect';
import { expect, test } from 'vitest';
import { blank, scoped } from '../../test/support/card-readers.ts';
import { openPseudoTerminal } from '../link/pseudo-terminal.ts';
import { openReader, parseReaderAddress, type ReaderAddress } from './address.ts';
import { readCard } from './card-image.ts';
import { gsm } from './simulator/card/personality.ts';
import { SimCard } from './simulator/card/sim-card.ts';
import { modemCard } from './simulator/modem-card.ts';
import { SimulatedCard } from './simulator/simulated-card.ts';
import { smartMouseCard } from './simulator/smart-mouse-card.ts';
import { vpcdCard } from './simulator/vpcd-card.ts';

test.each([
  [
    'serial:/dev/ttyUSB0',
    { kind: 'serial', path: '/dev/ttyUSB0', clockHz: 3_571_200, reset: 'rts', echo: true, maxBaudRate: 115_200 },
  ],
  [
    'serial:/dev/ttyS0?baud=16130&reset=dtr&echo=off&presence=dcd&max-baud=57600',
    {
      kind: 'serial',
      path: '/dev/ttyS0',
      clockHz: 6_000_360,
      reset: 'dtr',
      echo: false,
      presence: 'dcd',
      maxBaudRate: 57_600,
    },
  ],
  ['modem:/dev/ttyACM0', { kind: 'modem', path: '/dev/ttyACM0', baudRate: 115_200, access: 'csim', reset: 'cfun' }],
  [
    'modem:/dev/ttyACM0?access=crsm&reset=none',
    { kind: 'modem', path: '/dev/ttyACM0', baudRate: 115_200, access: 'crsm', reset: 'none' },
  ],
  ['vpcd:35963', { kind: 'vpcd', port: 35_963, host: '127.0.0.1' }],
  ['vpcd:', { kind: 'vpcd', port: 35_963, host: '127.0.0.1' }],
  ['pcsc:Virtual PCD', { kind: 'pcsc', name: 'Virtual PCD' }],
])('%s', (text, address) => {
  expect(parseReaderAddress(text)).toEqual(address);
});

test.each([
  '',
  'serial:',
  'usb:1',
  'vpcd:70000',
  'vpcd:x',
  'serial:/dev/x?reset=on',
  'serial:/dev/x?bud=1',
  'modem:/dev/x?baud=fast',
])('no address: %s', (text) => {
  expect(parseReaderAddress(text)).toMatchObject({ code: 'InvalidReaderAddress', field: 'reader' });
});

const addressOf = (text: string): ReaderAddress => {
  const address = parseReaderAddress(text);
  if ('_tag' in address) throw new Error(address.message);
  return address;
};

test('a line that is not there, and a port that is taken, are unavailable', async () => {
  await scoped(
    Effect.gen(function* () {
      const reader = yield* openReader(addressOf('serial:/dev/not-there'));
      expect(yield* Effect.flip(reader.powerOn)).toMatchObject({ code: 'ReaderUnavailable', execution: 'no' });
      expect(yield* Effect.flip(openReader(addressOf('modem:/dev/not-there')))).toMatchObject({
        code: 'ReaderUnavailable',
      });
    }),
  );
});

const names = (image: {
  readonly directories: ReadonlyArray<{ readonly name: string; readonly files: readonly unknown[] }>;
}) => image.directories.map(({ name, files }) => `${name} ${files.length}`);

test('a card that dials in is read as a tree of files', async () => {
  await scoped(
    Effect.gen(function* () {
      const ports: number[] = [];
      const reading = yield* Effect.fork(
        Effect.scoped(
          Effect.flatMap(
            openReader(addressOf('vpcd:0'), (port) => void ports.push(port)),
            readCard,
          ),
        ),
      );
      yield* Effect.repeat(Effect.sleep(5), { until: () => ports.length > 0 });
      yield* Effect.forkScoped(vpcdCard(blank(), { host: '127.0.0.1', port: ports[0] ?? 0 }));
      const image = yield* reading;
      expect(image.cardClass).toBe('uicc');
      expect(names(image)).toEqual(['MF 3', 'DF.TELECOM 4', 'DF.GSM 12', 'ADF.USIM 14']);
      const [iccid] = image.directories[0]?.files ?? [];
      expect(iccid).toMatchObject({ name: 'EF.ICCID', structure: 'transparent', content: [Buffer.alloc(10, 0xff)] });
      // A key is not even asked for.
      const kc = image.directories[2]?.files.find(({ name }) => name === 'EF.Kc');
      expect(kc).toEqual({ name: 'EF.Kc', fid: '6f20', structure: 'transparent', withheld: 'Key' });
    }),
  );
});

test('a SIM of class A0 in a smart mouse on a serial line is read likewise', async () => {
  await scoped(
    Effect.gen(function* () {
      const { path, device } = yield* openPseudoTerminal;
      yield* Effect.forkScoped(smartMouseCard(new SimulatedCard(new SimCard(gsm())), device));
      const image = yield* Effect.flatMap(openReader(addressOf(`serial:${path}?reset=open`)), readCard);
      expect(image.cardClass).toBe('gsm');
      expect(names(image)).toEqual(['MF 1', 'DF.TELECOM 4', 'DF.GSM 12']);
      // Its answer to reset proposes 55,800 baud, and the line runs at it.
      expect(device.state().baudRate).toBe(55_800);
    }),
  );
});

test('a modem that has AT+CRSM alone gives out the files, and passes on nothing else', async () => {
  await scoped(
    Effect.gen(function* () {
      const { path, device } = yield* openPseudoTerminal;
      const card = blank();
      yield* Effect.forkScoped(modemCard(card, device, { csim: false }));
      const reader = yield* openReader(addressOf(`modem:${path}?access=crsm`));
      yield* reader.powerOn;
      const ask = (text: string) => reader.transmit(Buffer.from(text, 'hex'));
      expect((yield* ask('00a40004022fe2')).data.toString('hex')).toBe(
        '62178202412183022fe28a01058b032f06038002000a880110',
      );
      expect((yield* ask('00d600000a988812010000407643f3')).sw).toBe(0x9000);
      expect((yield* ask('00b000000a')).data.toString('hex')).toBe('988812010000407643f3');
      expect((yield* ask('00a404040ca0000000871002ffffffff89')).sw).toBe(0x9000);
      expect((yield* ask('00a40004026f07')).sw).toBe(0x9000);
      expect((yield* ask('00b0000009')).data.toString('hex')).toBe('ff'.repeat(9));
      expect((yield* ask('00a40004026f99')).sw).toBe(0x6a82);
      // Still where it was.
      expect((yield* ask('00b0000009')).sw).toBe(0x9000);
      const refused = yield* Effect.flip(ask('0020000a0831323334ffffffff'));
      expect(refused).toMatchObject({ code: 'ReaderRefused', execution: 'no' });
      card.misbehave({ removed: { at: 1, when: 'before' } });
      expect(yield* Effect.flip(ask('00b0000009'))).toMatchObject({ code: 'CardAbsent', execution: 'unknown' });
    }),
  );
});
