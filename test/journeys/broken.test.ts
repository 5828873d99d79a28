import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reissue, SPOILS, type Spoil } from '../../partners/simulator/vop-files.ts';
import type { Arrival } from '../../workflows/sim/contract.ts';
import { Application, eventually, ONE_LINE, ok, type PartnerFile } from './application.ts';
import { type House, startHouse } from './house.ts';

/** Files that come broken, twice, late, in the wrong order or from a vendor that erred: kept out, seen, put right. */
const KINDS = ['validation', 'cardMaking', 'pos', 'posValidation'] as const;
const TWO_LINES = [...ONE_LINE, { no: 2, cardType: 'blank', city: '110000', quantity: 6 }] as const;
const TO_EAST = { '110000': 'V-EAST' } as const;
const REPAIR_MS = 900;

/** What is said of each sort of damage; the same for every kind of file, but where a rule of the kind is met first. */
const CODES: Readonly<Record<(typeof SPOILS)[number], ReadonlyArray<string>>> = {
  truncated: ['Truncated'],
  wrongChecksum: ['WrongChecksum'],
  wrongEncoding: ['WrongEncoding'],
  unknownLine: ['UnknownLine'],
  unknownRecord: ['UnknownRecord'],
  lineTooMany: ['LineTooMany', 'UnknownLine'],
  duplicateLine: ['DuplicateLine'],
};

let house: House;
const vopTroubles = (
  troubles: ReadonlyArray<{ kind: (typeof KINDS)[number]; how: (typeof SPOILS)[number] | 'twice' | 'twiceOtherName' }>,
  repairMs: number | null = REPAIR_MS,
) => house.simulators.vop.control({ troubles: troubles.map((each) => ({ ...each, times: 1, repairMs })) });

beforeAll(async () => {
  house = await startHouse({ vendors: { failureRate: 0.1 }, vop: { posExceptionShare: 0.4 } });
});
afterAll(() => house?.close());

interface Report {
  readonly problems: ReadonlyArray<{ readonly line: number; readonly code: string; readonly reason: string }>;
}

const reportOf = async ({ partner, sm3 }: PartnerFile): Promise<Report> =>
  ok(await house.api.get<Report>(`/v1/sim/partner-files/${partner}:${sm3}`));

describe('broken files', { timeout: 120_000 }, () => {
  const findings = async (journeys: ReadonlyArray<Application>, kind: string, damage: ReadonlyArray<Spoil>) => {
    const files = (await Promise.all(journeys.map((journey) => journey.quarantined()))).flat();
    const reports = await Promise.all(files.filter((file) => file.kind === kind).map(reportOf));
    for (const { problems } of reports)
      expect(problems.every(({ line, reason }) => line >= 0 && reason !== '')).toBe(true);
    const found = reports.map(({ problems: [first] }) => first?.code ?? '');
    return { found, missing: damage.filter((how) => !found.some((code) => CODES[how].includes(code))) };
  };

  /** So many applications at once as there are sorts of damage: each gets one of them in each kind of file. */
  const allBroken = async (
    name: string,
    kinds: ReadonlyArray<(typeof KINDS)[number]>,
    damage: ReadonlyArray<Spoil> = SPOILS,
  ) => {
    const journeys = damage.map(() => new Application(house.api, name));
    await Promise.all(journeys.map((journey) => journey.begin(TWO_LINES)));
    await Promise.all(
      journeys.map(async (journey) => {
        await journey.split(TO_EAST);
        await journey.ended('completed', 90_000);
        const { books } = await journey.accounted();
        expect(books.applied).toBe(18);
        expect(books.failed).toBeGreaterThan(0);
      }),
    );
    for (const kind of kinds) {
      const { found, missing } = await findings(journeys, kind, damage);
      expect([kind, found.length, missing]).toEqual([kind, damage.length, []]);
    }
  };

  it('of the partner are kept out with line and reason, and the right ones take their place', async () => {
    const kinds = ['validation', 'cardMaking', 'posValidation'] as const;
    await vopTroubles(SPOILS.flatMap((how) => kinds.map((kind) => ({ kind, how }))));
    await allBroken('wrong', kinds);
  });

  const breakPos = (damage: ReadonlyArray<Spoil>) =>
    house.simulators.vendors.get('V-EAST')?.control({
      troubles: damage.map((how) => ({ kind: 'pos' as const, how, times: 1, repairMs: REPAIR_MS })),
    });

  it('of a vendor are kept out here and refused by the partner, and the right ones take their place', async () => {
    const damage = SPOILS.filter((how) => how !== 'unknownLine' && how !== 'lineTooMany');
    await breakPos(damage);
    await allBroken('wrongpos', ['pos'], damage);
  });

  it('of a vendor that the partner lets pass are kept out all the same: the process waits for a person', async () => {
    const damage = ['unknownLine', 'lineTooMany'] as const;
    await breakPos(damage);
    const journeys = damage.map(() => new Application(house.api, 'passed'));
    for (const journey of journeys) await journey.begin(TWO_LINES);
    for (const journey of journeys) {
      await journey.split(TO_EAST);
      await journey.untilRound(1, 'has a problem', ({ problem }) => problem !== null);
      expect(await journey.progress()).toMatchObject({ waitingFor: 'staff', ended: null });
      expect((await journey.audit()).books).toMatchObject({ inProduction: 18, made: 0 });
    }
    expect((await findings(journeys, 'pos', damage)).missing).toEqual([]);
  });

  it('waits for a person who hands in the right file, releases or discards the broken one', async () => {
    await vopTroubles(
      [
        { kind: 'validation', how: 'wrongChecksum' },
        { kind: 'cardMaking', how: 'truncated' },
      ],
      null,
    );
    const journey = new Application(house.api, 'byhand');
    await journey.begin(TWO_LINES);
    const files = await eventually('two in quarantine', journey.quarantined, (found) => found.length === 2);
    expect(await journey.progress()).toMatchObject({ stage: 'validation', waitingFor: 'staff' });
    const validation = files.find(({ kind }) => kind === 'validation');
    const cards = files.find(({ kind }) => kind === 'cardMaking');
    if (validation === undefined || cards === undefined) throw new Error('both kinds are in quarantine');
    const path = (file: PartnerFile): string => `/v1/sim/partner-files/${file.partner}:${file.sm3}`;
    // Released as it is, it is found wrong again.
    const again = ok(await house.api.post<Arrival>(`${path(validation)}/release`, { note: 'look again' }));
    expect(again).toMatchObject({ status: 'quarantined', error: { code: 'WrongChecksum' } });
    ok(await house.api.post(`${path(cards)}/discard`, { reason: 'cut off' }));
    await journey.untilRound(
      1,
      'waits for the other alone',
      ({ problem }) => problem?.partnerFile === `vop:${validation.sm3}`,
    );
    const good = await handIn(journey, await repaired(await house.api.download(`${path(validation)}/content`)), 2);
    expect(good).toMatchObject({ status: 'fit', kind: 'validation' });
    await journey.untilStage('cardFile');
    const kept = await readFile(join(house.simulators.vop.files, '..', 'work', `cards-${journey.no}-1.txt`));
    expect(await handIn(journey, kept, 1)).toMatchObject({ status: 'fit', kind: 'cardMaking' });
    await journey.split(TO_EAST);
    await journey.ended();
    await journey.accounted();
  });

  it('takes what is delivered twice, under its name or another, once', async () => {
    const journey = new Application(house.api, 'twice');
    await vopTroubles([
      { kind: 'validation', how: 'twice' },
      { kind: 'cardMaking', how: 'twiceOtherName' },
      { kind: 'posValidation', how: 'twiceOtherName' },
    ]);
    await journey.begin(TWO_LINES);
    await journey.untilRound(1, 'can be split', (round) => round.waitingFor === 'staff');
    // While only staff have something to do, the partner is looked at when somebody asks for it.
    await eventually(
      'the card-making file has come twice',
      async () => {
        ok(await journey.post('poll-now'));
        return [...(await journey.quarantined('parsed')), ...(await journey.quarantined('processed'))];
      },
      (files) => files.some(({ kind, deliveries }) => kind === 'cardMaking' && deliveries > 1),
    );
    await journey.split(TO_EAST);
    await journey.ended();
    const { books } = await journey.accounted();
    expect(books.applied).toBe(18);
    expect(await journey.quarantined()).toEqual([]);
    expect((await journey.read()).cardFiles).toHaveLength(1);
  });

  it('has the vendor send another POS file when the partner refuses one as a whole', async () => {
    const journey = new Application(house.api, 'posno');
    await journey.begin(TWO_LINES);
    await journey.untilRound(1, 'can be split', (round) => round.waitingFor === 'staff');
    // The partner loses its copy of the cards, so it cannot take any POS file of them.
    const work = join(house.simulators.vop.files, '..', 'work');
    await rename(join(work, `cards-${journey.no}-1.txt`), join(work, 'away.txt'));
    await journey.split(TO_EAST);
    const round = await journey.untilRound(1, 'has its POS refused', ({ problem }) => problem?.code === 'PosRejected');
    expect(round).toMatchObject({ stage: 'production', waitingFor: 'vendor' });
    expect(round.problem?.message).toContain('没有该申请的制卡文件');
    await rename(join(work, 'away.txt'), join(work, `cards-${journey.no}-1.txt`));
    const outbox = join(house.simulators.vop.files, 'pos');
    const name = (await readdir(outbox)).find((each) => each.startsWith(`POS_${journey.no}`)) ?? '';
    await reissue(join(outbox, name), join(work, 'again.txt'), 2);
    await rename(join(work, 'again.txt'), join(outbox, name.replace('_S01_', '_S02_')));
    await journey.ended();
    await journey.accounted();
  });

  it('goes on without the part of a vendor that never delivers, once a person has given it up', async () => {
    const journey = new Application(house.api, 'silent');
    const silent = house.simulators.vendors.get('V-SOUTH');
    await silent?.control({ delayMs: 3_600_000 });
    await journey.begin([...ONE_LINE, { no: 2, cardType: 'finished', city: '310000', quantity: 6 }]);
    const parts = await journey.split({ ...TO_EAST, '310000': 'V-SOUTH' });
    const lost = parts.find(({ vendor }) => vendor === 'V-SOUTH')?.id ?? '';
    const kept = parts.find(({ vendor }) => vendor === 'V-EAST')?.id ?? '';
    await journey.untilRound(1, 'waits for one vendor alone', (round) =>
      round.parts.every(({ id, sent, settled }) => sent && settled === (id === kept)),
    );
    expect(await journey.progress()).toMatchObject({ stage: 'production', waitingFor: 'vendor' });
    const reason = { reason: 'the vendor has closed' };
    expect(await journey.refused(`parts/${kept}/cancel`, reason)).toEqual([409, 'PartSettled']);
    expect(await journey.refused('parts/1.9/cancel', reason)).toEqual([404, 'PartUnknown']);
    expect(await journey.refused(`parts/${lost}/cancel`)).toEqual([422, 'InvalidBody']);
    expect((await house.rival.post(`${journey.path}/parts/${lost}/cancel`, reason)).status).toBe(404);
    const key = randomUUID();
    for (let time = 0; time < 2; time += 1) {
      const given = ok(await journey.post(`parts/${lost}/cancel`, reason, key));
      expect(given).toEqual({ part: lost, cancelled: 6 });
    }
    await journey.ended();
    const { books, cards } = await journey.audit();
    expect(books).toMatchObject({ applied: 18, cancelled: 6, confirmed: books.made });
    expect(books.made + books.failed).toBe(12);
    expect(cards.filter(({ line }) => line === 2)).toMatchObject([{ status: 'cancelled', cards: 6 }]);
    expect((await journey.read()).parts.find(({ id }) => id === lost)?.reason).toBe('the vendor has closed');
    const imsis = await eventually(
      'the IMSIs of its cards are free',
      () => house.imsiStates(journey.product),
      (states) => states['free'] === 6 + books.failed,
    );
    expect(imsis['confirmed']).toBe(books.made);
    await silent?.control({ delayMs: 30 });
  });

  it('takes files in whatever order they come', async () => {
    const journey = new Application(house.api, 'order');
    const { files } = house.simulators.vop;
    await house.simulators.vop.control({ troubles: [], delayMs: 400 });
    await journey.begin(TWO_LINES);
    const hide = async (directory: string, prefix: string) => {
      const path = join(files, directory);
      const name = await eventually(
        `${prefix} is published`,
        async () => (await readdir(path)).find((each) => each.startsWith(`${prefix}_${journey.no}`)) ?? '',
        (found) => found !== '',
      );
      const bytes = await readFile(join(path, name));
      return { name, bytes, path: join(path, name) };
    };
    // While we do not look, the first of two files disappears; it comes back after the second was seen.
    await journey.untilStage('validation');
    ok(await journey.post('pause', { reason: 'to let both come' }));
    const validation = await hide('making', 'VAL');
    await hide('making', 'CARD');
    await rename(validation.path, join(house.directory, validation.name));
    ok(await journey.post('resume'));
    await journey.untilRound(
      1,
      'has the cards before the verdict',
      (round) => round.cardFile !== null || round.stage !== 'validation',
    );
    await writeFile(validation.path, validation.bytes);
    await journey.untilRound(1, 'can be split', (round) => round.waitingFor === 'staff');
    await journey.split(TO_EAST);
    await journey.untilRound(1, 'is sent', ({ parts }) => parts.every(({ sent }) => sent));
    ok(await journey.post('pause', { reason: 'to let both come' }));
    const pos = await hide('pos', 'POS');
    await hide('pos', 'POSVAL');
    await rename(pos.path, join(house.directory, pos.name));
    ok(await journey.post('resume'));
    ok(await journey.post('poll-now'));
    await writeFile(pos.path, pos.bytes);
    await journey.ended();
    await journey.accounted();
    await house.simulators.vop.control({ delayMs: 30 });
  });
});

const handIn = async (journey: Application, bytes: Buffer, sequence: number): Promise<Arrival> => {
  const kind = bytes.toString('latin1').split('|')[3];
  const name = `${kind}_${journey.no}_R01_P000_S0${sequence}_VOP.txt`;
  return ok(await house.api.upload<Arrival>(`${journey.path}/files?name=${name}`, bytes));
};

/** The file with its trailer put right, as its next issue. */
const repaired = async (bytes: Buffer): Promise<Buffer> => {
  const from = join(house.directory, 'broken.txt');
  const to = join(house.directory, 'repaired.txt');
  await writeFile(from, bytes);
  await reissue(from, to, 2);
  return readFile(to);
};
