import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Problem } from './api.ts';
import { Application, eventually, ONE_LINE, ok, rangeBooks, registerRange, TWO_CITIES } from './application.ts';
import { type House, startHouse } from './house.ts';

/** Journeys of people through the card-making cycle, with partners that do their work. */
let house: House;
beforeAll(async () => {
  house = await startHouse({
    vendors: { failureRate: 0.05 },
    vop: {
      rejectRules: [
        { city: '440300', code: 'NOT_OFFERED', reason: '本地市未开放该产品' },
        { minQuantity: 500, code: 'QUOTA', reason: '超出配额' },
      ],
    },
  });
});
afterAll(() => house?.close());

/** Numbers of cards that failed go into quarantine a moment later; here they count as used. */
const settledBooks = async (range: Parameters<typeof rangeBooks>[1]) => {
  const books = await rangeBooks(house.api, range);
  return { ...books, used: books.used + books.quarantined };
};

describe.concurrent('the cycle', () => {
  it('leads finished and blank cards over three vendors to the last card', async () => {
    const journey = new Application(house.api, 'happy');
    const lines = [
      { no: 1, cardType: 'finished', city: '110000', quantity: 120 },
      { no: 2, cardType: 'blank', city: '110000', quantity: 30 },
      { no: 3, cardType: 'finished', city: '310000', quantity: 70 },
      { no: 4, cardType: 'blank', city: '440100', quantity: 40 },
    ] as const;
    const { iccid, imsi } = await journey.begin(lines, 10);
    const parts = await journey.split({ ...TWO_CITIES, '440100': 'V-SOUTH' });
    expect(parts.map(({ vendor, quantity }) => [vendor, quantity]).sort()).toEqual([
      ['V-EAST', 150],
      ['V-NORTH', 70],
      ['V-SOUTH', 40],
    ]);
    await journey.ended();
    const { books } = await journey.accounted();
    expect(books.applied).toBe(260);
    expect(books.rejected + books.cancelled).toBe(0);
    expect(books.failed).toBeGreaterThan(0);
    const finished = (await journey.cards()).filter(({ line }) => line === 1 || line === 3);
    const made = finished.filter(({ status }) => status === 'made').length;
    // Numbers of failed cards are in quarantine, those of the others used.
    for (const [range, size, lost] of [
      [iccid, 260, books.failed],
      [imsi, 190, 190 - made],
    ] as const) {
      const kept = await eventually(
        'numbers of failed cards are in quarantine',
        () => rangeBooks(house.api, range),
        ({ quarantined }) => quarantined === lost,
      );
      expect(kept).toMatchObject({ size: size + 10, free: 10, used: size - lost, allocated: 0 });
    }
    const states = await eventually(
      'the IMSIs follow their cards',
      () => house.imsiStates(journey.product),
      (seen) => seen['confirmed'] === made,
    );
    expect(states).toEqual({ confirmed: made, ...(made === 190 ? {} : { free: 190 - made }) });
    const imsis = await Promise.all(
      finished
        .slice(0, 20)
        .map(async (card) => ok(await house.api.get<{ imsi: string }>(`/v1/sim/cards/${card.iccid}`)).imsi),
    );
    expect(new Set(imsis).size).toBe(20);
  });

  it('takes a rejected line again in a new round while the rest goes on, and gives another one up', async () => {
    const journey = new Application(house.api, 'reject');
    const { iccid, imsi } = await journey.begin(
      [
        { no: 1, cardType: 'finished', city: '110000', quantity: 20 },
        { no: 2, cardType: 'finished', city: '440300', quantity: 15 },
        { no: 3, cardType: 'blank', city: '440300', quantity: 10 },
      ],
      50,
    );
    const seen = await journey.until('two lines wait for a decision', ({ undecided }) => undecided.length === 2);
    expect(seen).toMatchObject({ undecided: [2, 3], waitingFor: 'staff' });
    const { lines } = await journey.read();
    expect(lines[1]).toMatchObject({ step: 'rejected', code: 'NOT_OFFERED', reason: '本地市未开放该产品' });
    expect(await journey.refused('corrections', { lines: [{ no: 1, quantity: 1 }] })).toEqual([409, 'LineOutOfStage']);
    await journey.split({ '110000': 'V-EAST' });
    ok(await journey.post('drops', { lines: [3], reason: 'not needed any more' }));
    await journey.untilStage('completed');
    const other = `${journey.product}-B`;
    const others = await registerRange(house.api, 'iccid', other, 9);
    const otherImsis = await registerRange(house.api, 'imsi', other, 9);
    ok(await journey.post('corrections', { lines: [{ no: 2, city: '310000', product: other, quantity: 9 }] }));
    await journey.split({ '310000': 'V-NORTH' }, 2);
    await journey.ended();
    const { books } = await journey.accounted();
    expect(books).toMatchObject({ applied: 39, rejected: 10 });
    expect(books.made + books.failed).toBe(29);
    // What went out with the rejected lines: IMSIs are free again, ICCIDs are never handed out twice.
    expect(await settledBooks(iccid)).toMatchObject({ size: 95, used: 20, recycled: 25, free: 50 });
    expect(await settledBooks(imsi)).toMatchObject({ size: 85, used: 20, free: 65 });
    expect(await settledBooks(others)).toMatchObject({ size: 9, used: 9 });
    expect(await settledBooks(otherImsis)).toMatchObject({ size: 9, used: 9 });
  });

  it('waits for numbers when they are short, and goes on when a range is registered', async () => {
    const journey = new Application(house.api, 'short');
    await registerRange(house.api, 'iccid', journey.product, 30);
    await registerRange(house.api, 'imsi', journey.product, 12);
    ok(
      await journey.draft([
        { no: 1, cardType: 'finished', city: '110000', quantity: 30 },
        { no: 2, cardType: 'blank', city: '110000', quantity: 5 },
      ]),
    );
    ok(await journey.submit());
    const round = await journey.untilRound(1, 'is short', ({ problem }) => problem !== null);
    expect(round).toMatchObject({ stage: 'checking', problem: { code: 'NumbersShort' } });
    expect(await journey.progress()).toMatchObject({ stage: 'checking', waitingFor: 'staff' });
    await registerRange(house.api, 'imsi', journey.product, 18);
    ok(await journey.post('retry-stage', { round: 1 }));
    // The second line is still short of ICCIDs.
    await journey.untilRound(1, 'is short again', ({ problem }) => /Lines: 2\./.test(problem?.message ?? ''));
    ok(await journey.post('drops', { lines: [2], reason: 'no numbers' }));
    await journey.split({ '110000': 'V-EAST' });
    await journey.ended();
    const { books } = await journey.accounted();
    expect(books).toMatchObject({ applied: 35, cancelled: 5 });
    expect(books.made + books.failed).toBe(30);
  });

  it('pauses, resumes, looks at once, and is cancelled as long as no vendor has anything', async () => {
    const journey = new Application(house.api, 'cancel');
    const { iccid, imsi } = await journey.begin(ONE_LINE);
    await journey.untilRound(1, 'can be split', (round) => round.waitingFor === 'staff');
    ok(await journey.post('pause', { reason: 'stock-taking' }));
    expect(await journey.progress()).toMatchObject({ paused: true });
    expect(await journey.refused('poll-now')).toEqual([409, 'ApplicationPaused']);
    ok(await journey.post('resume'));
    const { polls } = await journey.progress();
    expect(ok(await journey.post<{ polls: number }>('poll-now')).polls).toBeGreaterThan(polls);
    ok(await journey.post('cancel', { reason: 'not needed' }));
    expect(await journey.ended('cancelled')).toMatchObject({ stage: 'cancelled', waitingFor: null });
    expect((await journey.read()).ended).toBe('cancelled');
    expect(await rangeBooks(house.api, iccid)).toMatchObject({ allocated: 0, used: 0, recycled: 12 });
    expect(await rangeBooks(house.api, imsi)).toMatchObject({ allocated: 0, used: 0, free: 12 });
    const cards = await eventually(
      'the cards are cancelled',
      journey.cards,
      (seen) => seen.length === 12 && seen.every(({ status }) => status === 'cancelled'),
    );
    expect(cards).toHaveLength(12);
    await eventually(
      'their IMSIs are free',
      () => house.imsiStates(journey.product),
      (states) => states['free'] === 12,
    );
    expect(await journey.refused('pause', { reason: 'too late' })).toEqual([404, 'ProcessNotFound']);
    ok(await journey.post('cancel', { reason: 'again' }));
  });

  it('is not cancelled once a vendor has a part', async () => {
    const journey = new Application(house.api, 'keep');
    await journey.begin(ONE_LINE);
    await journey.split({ '110000': 'V-EAST' });
    await journey.untilRound(1, 'is sent', ({ parts }) => parts.some(({ sent }) => sent));
    const [status, code] = await journey.refused('cancel', { reason: 'too late' });
    expect([status, code === 'PartsAtVendor' || code === 'ProcessNotFound' || code === 'ApplicationEnded']).toEqual([
      status === 404 ? 404 : 409,
      true,
    ]);
    await journey.ended();
    await journey.accounted();
  });

  it('does a thing once, however often it is asked', async () => {
    const journey = new Application(house.api, 'once');
    await registerRange(house.api, 'iccid', journey.product, 12);
    await registerRange(house.api, 'imsi', journey.product, 12);
    const draftKey = randomUUID();
    const [first, second] = [await journey.draft(ONE_LINE, draftKey), await journey.draft(ONE_LINE, draftKey)];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.body).toEqual(first.body);
    const other = await journey.api.post<Problem>(
      '/v1/sim/applications',
      { no: journey.no, partner: 'vop', lines: ONE_LINE.map((line) => ({ ...line, product: 'X' })) },
      draftKey,
    );
    expect([other.status, other.body.code]).toEqual([409, 'CommandConflict']);
    const started = [ok(await journey.submit()), ok(await journey.submit())];
    expect(started.map((each) => each.started)).toEqual([true, false]);
    await journey.untilRound(1, 'can be split', (round) => round.waitingFor === 'staff');
    const key = randomUUID();
    const body = {
      round: 1,
      rule: {
        by: 'quantity',
        shares: [
          { vendor: 'V-EAST', quantity: 5 },
          { vendor: 'V-SOUTH', quantity: 7 },
        ],
      },
    };
    const splits = await Promise.all([journey.post('split', body, key), journey.post('split', body, key)]);
    expect(splits.map(({ status }) => status)).toEqual([200, 200]);
    expect(splits[0]?.body).toEqual(splits[1]?.body);
    expect(await journey.refused('split', body)).toEqual([409, expect.stringMatching(/AlreadySplit|StageMismatch/)]);
    await journey.ended();
    const { books } = await journey.accounted();
    expect(books.applied).toBe(12);
    expect((await journey.read()).parts).toHaveLength(2);
  });

  it('says at once why staff cannot do a thing', async () => {
    const journey = new Application(house.api, 'refuse');
    await journey.begin(ONE_LINE);
    await journey.untilRound(1, 'can be split', (round) => round.waitingFor === 'staff');
    const rule = { by: 'city', vendors: { '110000': 'V-NOBODY' } };
    expect(await journey.refused('split', { round: 1, rule })).toEqual([422, 'UnknownVendor']);
    expect(await journey.refused('split', { round: 2, rule })).toEqual([404, 'RoundUnknown']);
    expect(await journey.refused('retry-stage', { round: 1 })).toEqual([409, 'NothingToRetry']);
    expect(await journey.refused('drops', { lines: [1], reason: 'no' })).toEqual([409, 'LineOutOfStage']);
    ok(await journey.post('cancel', { reason: 'done with it' }));
    await journey.ended('cancelled');
  });

  it('shows nothing of it to another tenant', async () => {
    const journey = new Application(house.api, 'mine');
    await journey.begin(ONE_LINE);
    await journey.untilRound(1, 'can be split', (round) => round.waitingFor === 'staff');
    const { rival } = house;
    const [card] = await eventually('cards', journey.cards, (cards) => cards.length === 12);
    for (const path of [
      journey.path,
      `${journey.path}/progress`,
      `${journey.path}/audit`,
      `/v1/sim/cards/${card?.iccid}`,
    ]) {
      expect([path, (await rival.get(path)).status]).toEqual([path, 404]);
    }
    for (const path of [`${journey.path}/cards`, '/v1/sim/applications', '/v1/sim/partner-files', '/v1/sim/ranges']) {
      expect([path, ok(await rival.get<{ items: ReadonlyArray<unknown> }>(path)).items]).toEqual([path, []]);
    }
    for (const [operation, body] of [
      ['submit', {}],
      ['cancel', { reason: 'not theirs' }],
      ['pause', { reason: 'not theirs' }],
      ['split', { round: 1, rule: { by: 'city', vendors: { '110000': 'V-EAST' } } }],
    ] as const) {
      const { status } = await rival.post(`${journey.path}/${operation}`, body);
      expect([operation, status]).toEqual([operation, 404]);
    }
    await journey.split({ '110000': 'V-SOUTH' });
    await journey.ended();
    await journey.accounted();
  });

  it('overlooks no file, whatever it is called and whosever it seems to be', async () => {
    const journey = new Application(house.api, 'stray');
    const outbox = join(house.simulators.vop.files, 'making');
    await writeFile(join(outbox, `nobody-${randomUUID()}.dat`), 'what is this?\n');
    await writeFile(join(outbox, `VALID_${journey.no}_R01_P000_S07_VOP.txt`), 'H|HUFU|nonsense\n');
    await journey.begin(ONE_LINE);
    const files = await eventually(
      'both are in quarantine',
      async () =>
        ok(
          await house.api.get<{ items: ReadonlyArray<{ name: string }> }>(
            '/v1/sim/partner-files?status=quarantined&limit=100',
          ),
        ).items,
      (items) =>
        items.some(({ name }) => name.startsWith('nobody-')) && items.some(({ name }) => name.includes(journey.no)),
    );
    expect(files.length).toBeGreaterThan(1);
    await journey.split({ '110000': 'V-EAST' });
    await journey.ended();
    await journey.accounted();
  });
});
