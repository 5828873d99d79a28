import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chunk, Effect, Stream } from 'effect';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { iccidOfBody } from '../domain/sim/iccid.ts';
import {
  APPLICATION,
  awaitFile,
  cycle,
  fileOf,
  line,
  type Ports,
  read,
  uploadOf,
  withPorts,
} from '../test/support/partner-files.ts';
import { runSimulators, type Simulators, type SimulatorsOptions } from './simulators.ts';

let directory: string;
let simulators: Simulators;

const start = async (more: Partial<SimulatorsOptions> = {}) => {
  simulators = await runSimulators({
    directory,
    tickMs: 15,
    vop: { delayMs: 20 },
    vendors: [{ code: 'V-EAST', name: '东方卡厂', settings: { delayMs: 20, failureRate: 0.3 } }],
    ...more,
  });
};
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-partners-'));
});
afterEach(async () => {
  await simulators.close();
  await rm(directory, { recursive: true });
});

const run = <A, E>(use: (ports: Ports) => Effect.Effect<A, E>) => Effect.runPromise(withPorts(simulators, use));

describe('the cycle over real servers', () => {
  test('each card applied for is rejected with its line, made, or failed; the answers name what they answer', async () => {
    await start({
      vop: {
        delayMs: 20,
        cities: ['BJ', 'SH'],
        rejectRules: [{ product: 'P5G', code: 'V100', reason: '产品暂停' }],
        maxQuantity: 5_000,
        posExceptionShare: 0.05,
      },
    });
    const blank = { cardType: 'blank', imsiBlocks: [] } as const;
    const rows = [
      line(1, 300),
      line(2, 40, { city: 'SH', ...blank }),
      line(3, 10, { city: 'XX' }),
      line(4, 10, { product: 'P5G' }),
      line(5, 5_001),
      line(6, 10, { iccidBlocks: line(1, 10).iccidBlocks }),
    ];
    const { checked, cards, audited, pos } = await run((ports) => cycle(ports, rows));
    expect([checked, cards, audited, pos].map(({ report }) => report.errors)).toEqual([[], [], [], []]);
    expect(checked.report.summary).toMatchObject({
      verdict: 'partial',
      subjectRows: 6,
      subjectSm3: fileOf('application', rows).sm3,
    });
    expect(checked.rows.map(({ line, code }) => [line, code])).toEqual([
      [1, ''],
      [2, ''],
      [3, 'V003'],
      [4, 'V100'],
      [5, 'V004'],
      [6, 'V007'],
    ]);
    expect(checked.rows[3]?.reason).toBe('产品暂停');
    expect(cards.rows).toHaveLength(340);
    expect(cards.rows[299]).toMatchObject({
      line: 1,
      iccid: iccidOfBody('8986011000001000299'),
      imsi: '460010001000299',
      city: 'BJ',
      cardType: 'finished',
    });
    expect(cards.rows[300]).toMatchObject({ line: 2, imsi: '', city: 'SH', cardType: 'blank' });
    expect(pos.rows.map(({ iccid }) => iccid)).toEqual(cards.rows.map(({ iccid }) => iccid));
    const failed = pos.rows.filter(({ result }) => result === 'failed').length;
    expect(failed).toBeGreaterThan(50);
    expect(failed).toBeLessThan(150);
    expect(audited.report.summary).toMatchObject({ verdict: 'partial', subjectSm3: pos.report.sm3, subjectRows: 340 });
    expect(audited.rows.length).toBeGreaterThan(3);
    for (const { row, iccid, code } of audited.rows) expect([pos.rows[row - 1]?.iccid, code]).toEqual([iccid, 'P004']);
  });

  test('rejected lines come again in the next round; accepted ones and whole rounds do not', async () => {
    await start({ vop: { delayMs: 10, cities: ['BJ'] } });
    await run((ports) =>
      Effect.gen(function* () {
        yield* ports.uploadApplication(fileOf('application', [line(1, 5), line(2, 5, { city: 'XX' })]));
        const first = yield* awaitFile(ports, 'validation');
        yield* awaitFile(ports, 'cardMaking');
        yield* ports.acknowledge(first.file);
        yield* ports.uploadApplication(fileOf('application', [line(1, 5), line(2, 5)], { round: 2 }));
        const second = yield* awaitFile(ports, 'validation');
        const { rows } = yield* read(ports, second.file, { kind: 'validation', round: 2 });
        expect(rows.map(({ code }) => code)).toEqual(['V008', '']);
        const cards = yield* ports
          .poll({ kinds: ['cardMaking'] })
          .pipe(Effect.repeat({ until: ({ files }) => files.length === 2 }), Effect.timeout(5_000));
        expect(cards.files.map(({ round }) => round)).toEqual([1, 2]);
        yield* ports.acknowledge(second.file);
        yield* ports.uploadApplication(fileOf('application', [line(2, 6)], { round: 2, sequence: 2 }));
        const third = yield* awaitFile(ports, 'validation');
        expect(
          (yield* read(ports, third.file, { kind: 'validation', name: third.file.name })).report.summary,
        ).toMatchObject({ verdict: 'rejected', code: 'V009' });
      }),
    );
  });

  test('an application that cannot be read is rejected as a whole, with its line', async () => {
    await start();
    const good = fileOf('application', [line(1, 5)]);
    const report = await run((ports) =>
      Effect.gen(function* () {
        const parts = yield* Stream.runCollect(good.open(0));
        const bytes = Buffer.from(
          Buffer.concat(Chunk.toReadonlyArray(parts)).toString('latin1').replace('|5|', '|6|'),
          'latin1',
        );
        yield* ports.uploadApplication(uploadOf(good.name, bytes));
        const { file } = yield* awaitFile(ports, 'validation');
        return (yield* read(ports, file, { kind: 'validation' })).report;
      }),
    );
    expect(report).toMatchObject({
      ok: true,
      rows: 0,
      summary: { verdict: 'rejected', code: 'V001', reason: expect.stringContaining('第2行 iccidBlocks InvalidField') },
    });
  });

  test('what was acknowledged is gone from the outbox; the cursor shows each file once', async () => {
    await start();
    await run((ports) =>
      Effect.gen(function* () {
        yield* ports.uploadApplication(fileOf('application', [line(1, 5)]));
        const { file, cursor } = yield* awaitFile(ports, 'validation');
        expect((yield* ports.poll({ kinds: ['validation'] }, cursor)).files).toEqual([]);
        expect((yield* ports.poll({ kinds: ['validation'], application: 'OTHER-1' })).files).toEqual([]);
        yield* ports.acknowledge(file);
        yield* ports.acknowledge(file);
        expect((yield* ports.poll({ kinds: ['validation'] })).files).toEqual([]);
        expect(yield* Effect.flip(ports.uploadPart('V-NONE', fileOf('vendorPart', [])))).toMatchObject({
          code: 'UnknownVendor',
        });
      }),
    );
    expect(await readdir(join(simulators.vop.files, 'archive/making'))).toHaveLength(1);
  });
});

const EXPECTED = {
  kind: 'cardMaking',
  application: APPLICATION,
  round: 1,
  lines: new Map([
    [1, 20],
    [2, 20],
  ]),
} as const;
const cardFile = (how: string, repairMs: number | null = 10) =>
  ({ delayMs: 10, troubles: [{ kind: 'cardMaking', how, times: 1, repairMs }] }) as SimulatorsOptions['vop'];

describe('when VOP misbehaves', () => {
  test.each([
    ['truncated', 'Truncated'],
    ['wrongChecksum', 'WrongChecksum'],
    ['wrongEncoding', 'WrongEncoding'],
    ['unknownLine', 'UnknownLine'],
    ['unknownRecord', 'UnknownRecord'],
    ['lineTooMany', 'LineTooMany'],
    ['duplicateLine', 'DuplicateLine'],
  ])('%s: the file says so with %s and nothing else, and the next issue is right', async (how, code) => {
    await start({ vop: cardFile(how) ?? {} });
    const [wrong, right] = await run((ports) =>
      Effect.gen(function* () {
        yield* ports.uploadApplication(fileOf('application', [line(1, 20), line(2, 20)]));
        const first = yield* awaitFile(ports, 'cardMaking');
        const spoilt = yield* read(ports, first.file, { ...EXPECTED, name: first.file.name });
        yield* ports.acknowledge(first.file);
        const second = yield* awaitFile(ports, 'cardMaking');
        return [spoilt.report, (yield* read(ports, second.file, { ...EXPECTED, name: second.file.name })).report];
      }),
    );
    expect(wrong?.errors[0]?.code).toBe(code);
    // A line moved elsewhere is missing where it was; nothing else follows from one fault.
    expect(new Set(wrong?.errors.map((error) => error.code)).size).toBe(1);
    expect(right).toMatchObject({ ok: true, rows: 40, header: { sequence: 2 } });
  });

  test.each(['twice', 'twiceOtherName'])('%s: the same bytes come again', async (how) => {
    // Long enough that the first delivery is read and acknowledged before the second comes.
    await start({ vop: { ...cardFile(how), delayMs: 500 } });
    const [first, again] = await run((ports) =>
      Effect.gen(function* () {
        yield* ports.uploadApplication(fileOf('application', [line(1, 20), line(2, 20)]));
        const one = yield* awaitFile(ports, 'cardMaking');
        const { bytes } = yield* read(ports, one.file, EXPECTED);
        yield* ports.acknowledge(one.file);
        const two = yield* awaitFile(ports, 'cardMaking');
        const second = yield* read(ports, two.file, EXPECTED);
        yield* ports.acknowledge(two.file);
        return [
          { name: one.file.name, bytes },
          { name: two.file.name, bytes: second.bytes },
        ];
      }),
    );
    expect(again?.bytes.equals(first?.bytes ?? Buffer.alloc(0))).toBe(true);
    expect(again?.name === first?.name).toBe(how === 'twice');
  });

  test('out of order: a late validation file comes after the card-making file', async () => {
    await start({ vop: { delayMs: 100, troubles: [{ kind: 'validation', how: 'late', times: 1, repairMs: null }] } });
    const files = await run((ports) =>
      Effect.zipRight(
        ports.uploadApplication(fileOf('application', [line(1, 20)])),
        ports
          .poll({ application: APPLICATION })
          .pipe(Effect.repeat({ until: ({ files }) => files.length > 0 }), Effect.timeout(5_000)),
      ),
    );
    expect(files.files.map(({ kind }) => kind)).toEqual(['cardMaking']);
  });

  test('slow, down and dropping connections: the cycle goes through all the same', async () => {
    await start();
    await simulators.vop.control({ server: { down: true, latencyMs: 0, dropAfterBytes: 0, drops: 0 } });
    const done = run((ports) => cycle(ports, [line(1, 4_000)]));
    await simulators.vop.control({ server: { down: false, latencyMs: 2, dropAfterBytes: 90_000, drops: 4 } });
    const { pos, cards } = await done;
    expect([pos.report.ok, cards.report.ok, pos.report.rows]).toEqual([true, true, 4_000]);
  });

  test('a POS file that VOP cannot read is rejected, and the vendor’s next one is taken', async () => {
    await start({
      vendors: [
        {
          code: 'V-EAST',
          name: '东方卡厂',
          settings: { delayMs: 10, troubles: [{ kind: 'pos', how: 'wrongChecksum', times: 1, repairMs: 10 }] },
        },
      ],
    });
    const verdicts = await run((ports) =>
      Effect.gen(function* () {
        const { audited } = yield* cycle(ports, [line(1, 30)]);
        const { files } = yield* ports
          .poll({ kinds: ['posValidation'] })
          .pipe(Effect.repeat({ until: ({ files }) => files.length === 2 }), Effect.timeout(5_000));
        const last = files[1];
        const second = last ? (yield* read(ports, last, { kind: 'posValidation', name: last.name })).report : undefined;
        return [audited.report.summary, second?.summary];
      }),
    );
    expect(verdicts).toMatchObject([
      { verdict: 'rejected', code: 'P001' },
      { verdict: 'accepted', subjectRows: 30 },
    ]);
  });
});

describe('the simulators themselves', () => {
  test('go on after a restart, with the same keys, settings and files', async () => {
    await start({ vop: { delayMs: 1_500 } });
    const { fingerprint } = simulators.vop;
    await run((ports) => ports.uploadApplication(fileOf('application', [line(1, 20)])));
    const state = join(directory, 'vop/state.json');
    await expect
      .poll(async () => JSON.parse(await readFile(state, 'utf8')).outgoing.length, { timeout: 5_000 })
      .toBe(2);
    await simulators.close();
    await start({ vop: { delayMs: 7 } });
    expect(simulators.vop.fingerprint).toBe(fingerprint);
    expect(simulators.vop.settings().delayMs).toBe(1_500);
    const { file } = await run((ports) => awaitFile(ports, 'cardMaking'));
    expect(file.round).toBe(1);
  });

  test('are controlled over their port on the loopback, and refuse what is no setting', async () => {
    await start();
    const { controlUrl } = simulators.vop;
    const patch = (body: unknown) => fetch(controlUrl, { method: 'PATCH', body: JSON.stringify(body) });
    expect((await patch({ rejectShare: 0.5 })).status).toBe(200);
    expect(await (await fetch(controlUrl)).json()).toMatchObject({ rejectShare: 0.5, delayMs: 20 });
    for (const wrong of [{ rejectShare: 2 }, { nothing: 1 }, { troubles: [{ kind: 'pos', how: 'burnt' }] }, 7]) {
      expect((await patch(wrong)).status).toBe(400);
    }
    expect(simulators.vop.settings().rejectShare).toBe(0.5);
  });
});
