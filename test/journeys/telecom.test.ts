import type { Client } from '@temporalio/client';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { decodeTelecomApplication } from '../../domain/sim/telecom/application/file.ts';
import type { LetterTrouble } from '../../partners/mail/simulator-settings.ts';
import { eventually, ok } from './application.ts';
import { type House, startHouse } from './house.ts';
import { clientOf, keepRuns } from './runs.ts';
import { resultFile, TelecomApplication, TWO_LINES } from './telecom-application.ts';

/** Journeys through Telecom's cycle (seed 000 §5.2), over real SMTP, IMAP and SFTP servers. */
let house: House;
let client: Client;
beforeAll(async () => {
  house = await startHouse({
    telecom: {},
    vendors: { failureRate: 0.1 },
    env: { HUFU_SIM_CONTINUE_AFTER: '120' },
  });
  client = await clientOf(house);
});
afterAll(async () => {
  await client?.connection.close();
  await house?.close();
});

/** `HUFU_RECORD=1` keeps these runs for the replay test. */
const keep = ({ no }: TelecomApplication, name: string): Promise<void> =>
  keepRuns(house, client, `sim.telecomCardMaking/demo/${no}`, `sim-telecom-${name}`);

const telecom = () => {
  const { telecom: running } = house.simulators;
  if (running === undefined) throw new Error('there is no Telecom');
  return running;
};
const trouble = (how: LetterTrouble['how']) => telecom().control({ troubles: [{ how, times: 1, repairMs: null }] });
const vendor = (code: string) => {
  const found = house.simulators.vendors.get(code);
  if (found === undefined) throw new Error(`there is no vendor ${code}`);
  return found;
};
beforeEach(() => telecom().control({ troubles: [], maxQuantity: 10_000_000 }));

describe('the cycle with Telecom', () => {
  it('leads blank cards from the exported files over letter, result and vendor to the last card', async () => {
    const journey = new TelecomApplication(house.api, 'happy');
    await journey.export();
    const download = (form: string) => journey.api.download(`${journey.path}/exports/${form}`);
    expect((await download('pdf')).subarray(0, 5).toString()).toBe('%PDF-');
    expect((await download('xlsx')).subarray(0, 2).toString()).toBe('PK');
    expect(decodeTelecomApplication(await download('text'))).toMatchObject({
      application: journey.no,
      lines: TWO_LINES,
    });
    ok(await journey.scan());
    await journey.ended();
    const { books } = await journey.accounted();
    expect(books).toMatchObject({ applied: 20, rejected: 0, cancelled: 0, confirmed: books.made });
    const { sent, received, reports } = await journey.read();
    expect(sent.map(({ delivery }) => delivery)).toEqual(['answered']);
    expect(telecom().taken()[sent[0]?.messageId ?? '']).toBe(1);
    expect(received.length).toBe(1);
    expect(reports).toMatchObject([{ done: true, made: books.made, failed: books.failed, unknown: 0 }]);
    const cards = await journey.cards();
    expect(cards.every(({ vendor: of }) => of === 'V-EAST')).toBe(true);
    expect((await house.rival.get(journey.path)).status).toBe(404);
  });

  it('takes for rejected what Telecom does not grant', async () => {
    await telecom().control({ maxQuantity: 10 });
    const journey = new TelecomApplication(house.api, 'fewer');
    await journey.begin();
    await journey.ended();
    expect((await journey.accounted()).books).toMatchObject({ applied: 20, rejected: 2 });
  });

  it('refuses what is out of place, with a code', async () => {
    const journey = new TelecomApplication(house.api, 'refusals');
    ok(await journey.draft());
    expect(await journey.refused('resend', { reason: 'x' })).toEqual([404, 'ProcessNotFound']);
    ok(await journey.post('export'));
    await journey.untilStage('scan');
    const { status, body } = await journey.scan(Buffer.from('a photo'));
    expect([status, body]).toMatchObject([422, { code: 'NotPdf' }]);
    expect(await journey.refused('production', { failed: [] })).toEqual([409, 'StageMismatch']);
    expect(await journey.refused('retry-stage')).toEqual([409, 'NothingToRetry']);
    expect(await journey.refused('vendor', { vendor: 'NOBODY' })).toEqual([404, 'UnknownVendor']);
    ok(await journey.post('vendor', { vendor: 'V-NORTH' }));
    ok(await journey.post('cancel', { reason: 'not needed' }));
    await journey.ended('cancelled');
    expect((await journey.read()).vendor).toBe('V-NORTH');
    await journey.accounted();
  });
});

describe('letters that go wrong', () => {
  it('waits for a person when the letter comes back, and sends it once more', async () => {
    await trouble('bounced');
    const journey = new TelecomApplication(house.api, 'bounce');
    await journey.begin();
    await journey.until('the letter is back', (each) => each.stage === 'mailing' && each.waitingFor === 'staff');
    expect((await journey.read()).sent).toMatchObject([
      { delivery: 'bounced', note: expect.stringContaining('5.2.2') },
    ]);
    ok(await journey.post('resend', { reason: 'their mailbox has room again' }));
    await journey.ended();
    expect((await journey.read()).sent.map(({ delivery }) => delivery)).toEqual(['bounced', 'answered']);
    await journey.accounted();
    await keep(journey, 'bounced');
  });

  it('shows at once that the server refuses the letter, and tries again when asked', async () => {
    await trouble('refused');
    const journey = new TelecomApplication(house.api, 'refused');
    await journey.begin();
    expect(await journey.untilProblem('LetterRefused')).toMatchObject({ stage: 'mailing' });
    ok(await journey.post('retry-stage'));
    await journey.ended();
    await journey.accounted();
  });

  it.each(['delayed', 'automatic', 'twice', 'twiceOtherLetter'] as const)('counts the result once: %s', async (how) => {
    await trouble(how);
    const journey = new TelecomApplication(house.api, how);
    await journey.begin();
    await journey.ended();
    const { books } = await journey.accounted();
    expect(books.made + books.failed).toBe(20);
    expect((await journey.files()).filter(({ kind }) => kind === 'cardMaking').length).toBe(1);
  });

  it.each([
    ['stranger', 'UnknownSender'],
    ['truncated', 'Truncated'],
    ['wrongChecksum', 'WrongChecksum'],
    ['unknownLine', 'UnknownLine'],
    ['wrongAttachment', 'MissingHeader'],
  ] as const)('keeps out an answer that cannot be used (%s), and takes the right one', async (how, code) => {
    await trouble(how);
    const journey = new TelecomApplication(house.api, how);
    await journey.begin();
    expect(await journey.untilProblem(code)).toMatchObject({ stage: 'result' });
    ok(await journey.post('resend', { reason: 'please send the result once more' }));
    await journey.ended();
    const { books } = await journey.accounted();
    expect(books.made + books.failed).toBe(20);
  });

  it('takes the result file from a person when nobody answers', async () => {
    await trouble('silent');
    const journey = new TelecomApplication(house.api, 'silent');
    await journey.begin();
    await journey.until('the letter has gone', ({ stage }) => stage === 'result');
    const tooMany = resultFile(journey.no, [{ no: 1, product: 'CTC-4G', city: '110000', quantity: 13 }], 900_000);
    expect(ok(await journey.handIn(tooMany))).toMatchObject({ status: 'quarantined', error: { code: 'LineTooMany' } });
    const [kept] = await eventually('in quarantine', journey.files, (files) => files.length > 0);
    ok(await journey.api.post(`/v1/sim/partner-files/telecom:${kept?.sm3}/discard`, { reason: 'wrong' }));
    await journey.until('nobody waits', ({ problem }) => problem === null);
    const right = {
      ...resultFile(journey.no, TWO_LINES, 910_000),
      name: `CARD_${journey.no}_R01_P000_S02_TELECOM.txt`,
    };
    expect(ok(await journey.handIn(right))).toMatchObject({ status: 'fit' });
    await journey.ended();
    await journey.accounted();
    // Too late: nothing changes.
    expect((await journey.handIn(right)).status).toBe(404);
  });

  it('keeps out cards that another application has', async () => {
    await trouble('silent');
    const journey = new TelecomApplication(house.api, 'taken');
    await journey.begin();
    await journey.untilStage('result');
    ok(await journey.handIn(resultFile(journey.no, TWO_LINES, 910_000)));
    await journey.untilProblem('CardPlannedDifferently');
    ok(await journey.post('cancel', { reason: 'theirs' }));
    expect((await journey.accounted()).books).toMatchObject({ cancelled: 20 });
  });
});

describe('vendors and staff', () => {
  it('takes what was made from a person, and a report that comes after it changes nothing', async () => {
    await vendor('V-SOUTH').control({ delayMs: 4_000 });
    const journey = new TelecomApplication(house.api, 'confirm');
    await journey.begin(TWO_LINES, 'V-SOUTH');
    await journey.untilStage('production');
    expect(await journey.refused('cancel', { reason: 'too late' })).toEqual([409, 'PartsAtVendor']);
    const [card] = await eventually('cards', journey.cards, (cards) => cards.length === 20);
    const failed = [{ iccid: card?.iccid ?? '', reason: 'chip broken' }];
    const stray = [{ iccid: iccidOfBody('8986030000000999999'), reason: 'x' }];
    expect(await journey.refused('production', { failed: stray })).toEqual([422, 'UnknownCard']);
    expect(ok(await journey.post('production', { failed }))).toMatchObject({ kind: 'pos', status: 'fit' });
    await journey.ended();
    expect((await journey.accounted()).books).toMatchObject({ made: 19, failed: 1 });
    await vendor('V-SOUTH').control({ delayMs: 30 });
  });

  it('gives up what a vendor does not deliver', async () => {
    await vendor('V-SOUTH').control({ delayMs: 600_000 });
    const journey = new TelecomApplication(house.api, 'giveup');
    await journey.begin(TWO_LINES, 'V-SOUTH');
    await journey.untilStage('production');
    ok(await journey.post('give-up', { reason: 'the vendor has closed' }));
    await journey.ended();
    expect((await journey.accounted()).books).toMatchObject({ cancelled: 20, made: 0 });
    await keep(journey, 'given-up');
    await vendor('V-SOUTH').control({ delayMs: 30 });
  });

  it('gives the result to another vendor when the first one is not to be had', async () => {
    const server = { down: true, latencyMs: 0, dropAfterBytes: 0, drops: 0 };
    await vendor('V-SOUTH').control({ server });
    const journey = new TelecomApplication(house.api, 'other');
    await journey.begin(TWO_LINES, 'V-SOUTH');
    await journey.untilStage('handover');
    ok(await journey.post('vendor', { vendor: 'V-NORTH' }));
    await journey.ended();
    await vendor('V-SOUTH').control({ server: { ...server, down: false } });
    await journey.accounted();
    expect((await journey.cards()).every(({ vendor: of }) => of === 'V-NORTH')).toBe(true);
  });

  it('stands still while it is paused', async () => {
    const journey = new TelecomApplication(house.api, 'pause');
    await journey.export();
    ok(await journey.post('pause', { reason: 'stock-taking' }));
    ok(await journey.scan());
    expect(await journey.refused('poll-now')).toEqual([409, 'ApplicationPaused']);
    expect((await journey.read()).sent).toEqual([]);
    ok(await journey.post('resume'));
    await journey.ended();
    await journey.accounted();
  });
});
