import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Effect } from 'effect';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberIdOf } from '../actors/mandates/asking.ts';
import type { Msisdn } from '../domain/mandates/identifiers.ts';
import { listAlerts } from '../store/operations/alerts.ts';
import { Processes } from '../temporal/client.ts';
import { agreementKey, mandatesContract } from '../workflows/mandates/contract.ts';
import { keepEnded } from './journeys/runs.ts';
import {
  bankOf,
  cancelHere,
  establishFromHall,
  everywhere,
  messageOf,
  newNumber,
  type Opening,
  provinceOf,
  resolveCase,
  say,
  stateOf,
  wordsAbout,
} from './support/mandate-flows.ts';
import { RULES, TERMS } from './support/mandates.ts';
import { type House, type Sides, setRules, startHouse, startSides, tenant } from './support/mandates-house.ts';
import { uniqueName } from './support/names.ts';
import { dropDatabase } from './support/telecom-house.ts';

/** Banks, we and the provinces over real servers: openings and cancellations from either side, and what goes wrong. */

const database = uniqueName('mandates_flows');
let directory: string;
let sides: Sides;
let house: House;
/** In Guangdong a provisional relation does not last long. */
const SHORT_MS = 1_500;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hufu-mandates-'));
  sides = await startSides(directory);
  house = await startHouse({ directory, database, namespace: database.replaceAll('_', '-'), sides });
  await house.run(setRules(RULES, ['110000']));
  await house.run(setRules({ ...RULES, provisionalMs: SHORT_MS }, ['440000']));
}, 120_000);
afterAll(async () => {
  await house.close();
  await dropDatabase(database);
  await sides.close();
  await rm(directory, { recursive: true });
});

const soon = { timeout: 30_000, interval: 50 };
const words = (number: string, ...opened: ReadonlyArray<Opening>) => house.run(wordsAbout(sides, number, opened));
const becomes = (number: string, word: string, ...opened: ReadonlyArray<Opening>) =>
  expect.poll(() => words(number, ...opened), soon).toEqual(everywhere(word));
const textsTo = (number: string) =>
  provinceOf(sides, number)
    .texts()
    .filter(({ to }) => to === number)
    .map(({ about }) => about);

let agreements = 0;
const opening = (number: string, bank = 'CMB'): Opening => {
  agreements += 1;
  return { bank, agreement: `A-${agreements}`, number };
};
const formal = async (number: string, bank = 'CMB'): Promise<Opening> => {
  const one = opening(number, bank);
  expect(await say(sides, messageOf.openRequest(one))).toMatchObject({ result: 'Done' });
  expect(await say(sides, messageOf.resultNotice(one))).toMatchObject({ result: 'Done' });
  await becomes(number, `${bank}/${one.agreement} formal`, one);
  return one;
};
const keyOf = async ({ bank, agreement, number }: Opening): Promise<string> => {
  const { key } = await house.run(numberIdOf(tenant, number as Msisdn));
  return agreementKey({ number: key, bank, agreement });
};
const { agreement: process } = mandatesContract.workflows;
const progressOf = async (one: Opening) => {
  const key = await keyOf(one);
  return house.run(Effect.flatMap(Processes, (processes) => processes.query(process, { tenant, key }, 'progress')));
};
const alertsAbout = async ({ bank, agreement }: Opening) => {
  const { items } = await house.run(listAlerts({ tenant, where: { subject: `${bank}/${agreement}` } }));
  return items;
};
/** With `HUFU_RECORD=1`, for the replay test. */
const keep = async (one: Opening, name: string): Promise<void> =>
  keepEnded(house, `mandates.agreement/${tenant}/${await keyOf(one)}`, name);

describe('an opening from a bank', () => {
  it.each(['CMB', 'CCB'])(
    '%s is provisional, then formal on all sides, and the user hears how to cancel',
    async (bank) => {
      const number = await newNumber(sides);
      const one = opening(number, bank);
      const asked = await say(sides, messageOf.openRequest(one));
      expect(asked).toMatchObject({ result: 'Done', offer: { userType: 'prepaid', terms: TERMS } });
      await expect
        .poll(() => words(number, one), soon)
        .toMatchObject({ province: `${bank}/${one.agreement} provisional` });
      expect(textsTo(number)).toEqual([]);
      const confirmed = { ...TERMS, amountMinor: 6_000 };
      expect(await say(sides, messageOf.resultNotice(one, confirmed))).toMatchObject({ result: 'Done' });
      await becomes(number, `${bank}/${one.agreement} formal`, one);
      expect(provinceOf(sides, number).boss().get(number)?.relation?.terms).toEqual(confirmed);
      expect(provinceOf(sides, number).texts().at(-1)?.text).toContain('如需解约');
      await keep(one, `mandates-agreement-formal-${bank.toLowerCase()}`);
    },
  );

  it.each([
    ['a secondary number', { primary: false }, 'NumberNotPrimary'],
    ['a suspended number', { status: 'suspended' }, 'NumberNotNormal'],
    ['an exclusive service', { services: ['FAMILY-PAY'] }, 'ExclusiveService'],
    ['a number on the blacklist', { blacklisted: true }, 'Blacklisted'],
    ['a collection user', { collection: true }, 'CollectionUser'],
    ['a mandate of the province’s own', { own: true }, 'AlreadyMandated'],
  ] as const)('of %s is refused with the reason', async (_, kind, result) => {
    const number = await newNumber(sides, '110000', kind);
    const answer = await say(sides, messageOf.openRequest(opening(number)));
    expect(answer).toMatchObject({ result, offer: null });
    if (result === 'AlreadyMandated') expect(answer.existing).toEqual({ status: 'formal', channel: 'province' });
    expect(await words(number)).toEqual(everywhere('none'));
  });

  it('of a number that no province has is refused', async () => {
    for (const number of ['8613800999999', '8615500000000']) {
      expect(await say(sides, messageOf.openRequest(opening(number)))).toMatchObject({ result: 'NumberUnknown' });
    }
  });

  it('of a number with a relation is told what there is, and another bank’s too', async () => {
    const number = await newNumber(sides);
    await formal(number);
    const other = await say(sides, messageOf.openRequest(opening(number, 'CCB')));
    expect(other).toMatchObject({ result: 'AlreadyMandated', existing: { status: 'formal', channel: 'bank' } });
  });

  it('that the bank declines is released at the province', async () => {
    const number = await newNumber(sides);
    const one = opening(number);
    await say(sides, messageOf.openRequest(one));
    expect(await say(sides, messageOf.declineNotice(one))).toMatchObject({ result: 'Done' });
    await becomes(number, 'none', one);
    expect(textsTo(number)).toEqual([]);
  });
});

describe('a message', () => {
  it('that comes twice at once, and again when all is over, has the same answer and one effect', async () => {
    const number = await newNumber(sides);
    const one = opening(number);
    const request = messageOf.openRequest(one);
    const [first, second] = await Promise.all([say(sides, request), say(sides, request)]);
    expect(first).toMatchObject({ result: 'Done' });
    expect(second.offer).toEqual(first.offer);
    const result = messageOf.resultNotice(one);
    const answers = await Promise.all([
      say(sides, result),
      say(sides, result),
      say(sides, messageOf.resultNotice(one)),
    ]);
    expect(answers.map((answer) => answer.result)).toEqual(['Done', 'Done', 'Done']);
    await becomes(number, `CMB/${one.agreement} formal`, one);
    await say(sides, messageOf.cancelRequest(one));
    await becomes(number, 'none', one);
    expect((await say(sides, request)).offer).toEqual(first.offer);
    expect(await say(sides, result)).toMatchObject({ result: 'Done' });
    expect(await say(sides, messageOf.resultNotice(one))).toMatchObject({ result: 'RelationEnded' });
    expect(textsTo(number)).toEqual(['formal', 'ended']);
    expect((await house.run(stateOf(number)))?.relation).toBeNull();
  });

  it('whose cancellation has overtaken it begins nothing', async () => {
    const number = await newNumber(sides);
    const one = opening(number);
    expect(await say(sides, messageOf.cancelRequest(one))).toMatchObject({ result: 'Done' });
    expect(await say(sides, messageOf.resultNotice(one))).toMatchObject({ result: 'RelationEnded' });
    expect((await house.run(stateOf(number)))?.relation).toBeNull();
  });
});

describe('a provisional relation', () => {
  it('expires at both ends; a late result makes it formal when nothing else has come', async () => {
    const number = await newNumber(sides, '440000');
    const one = opening(number);
    await say(sides, messageOf.openRequest(one));
    await expect.poll(() => words(number, one), soon).toMatchObject({ here: 'none', province: 'none', boss: 'none' });
    await expect
      .poll(() => bankOf(sides, 'CMB').heard(one.agreement), soon)
      .toContainEqual(expect.objectContaining({ type: 'provisionalEnded', how: 'expired' }));
    expect(await say(sides, messageOf.resultNotice(one))).toMatchObject({ result: 'Done' });
    await becomes(number, `CMB/${one.agreement} formal`, one);
    await keep(one, 'mandates-agreement-expired');
  });

  it('whose number has another one by then is a case for a person, who keeps ours', async () => {
    const number = await newNumber(sides, '440000');
    const late = opening(number);
    await say(sides, messageOf.openRequest(late));
    await expect.poll(() => words(number, late), soon).toMatchObject({ here: 'none', province: 'none' });
    const other = await formal(number, 'CCB');
    expect(await say(sides, messageOf.resultNotice(late))).toMatchObject({ result: 'Manual' });
    expect(bankOf(sides, 'CMB').formal()).toContain(late.agreement);
    expect(await house.run(resolveCase(number, 'keepOurs'))).toMatchObject({ word: 'refused' });
    // The bank is told to take it back.
    await becomes(number, `CCB/${other.agreement} formal`, late, other);
  });
});

describe('a relation made on the bank’s page', () => {
  it('is formal here and at the province, and the bank is told so', async () => {
    const number = await newNumber(sides);
    const one = opening(number, 'CCB');
    await house.run(establishFromHall(one, `hall-${one.agreement}`));
    await expect.poll(() => words(number), soon).toMatchObject({ boss: `CCB/${one.agreement} formal` });
    await expect
      .poll(() => bankOf(sides, 'CCB').heard(one.agreement), soon)
      .toContainEqual(expect.objectContaining({ type: 'formedNotice' }));
  });

  it('with terms that the province does not allow is a case; once a person takes it, the bank is told', async () => {
    const number = await newNumber(sides);
    const one = opening(number);
    await say(sides, messageOf.openRequest(one));
    const differing = { ...TERMS, thresholdMinor: 99_999 };
    expect(await say(sides, messageOf.resultNotice(one, differing))).toMatchObject({ result: 'Manual' });
    expect(textsTo(number)).toEqual([]);
    await house.run(resolveCase(number, 'takeTheirs'));
    await becomes(number, `CMB/${one.agreement} formal`, one);
    await expect
      .poll(() => bankOf(sides, 'CMB').heard(one.agreement), soon)
      .toContainEqual(expect.objectContaining({ type: 'formedNotice' }));
  });
});

describe('a cancellation', () => {
  it('by the bank ends it on all sides, and the user hears of it', async () => {
    const number = await newNumber(sides);
    const one = await formal(number, 'CCB');
    const cancel = messageOf.cancelRequest(one);
    expect(await say(sides, cancel)).toMatchObject({ result: 'Done' });
    await becomes(number, 'none', one);
    expect(await say(sides, cancel)).toMatchObject({ result: 'Done' });
    expect(textsTo(number)).toEqual(['formal', 'ended']);
  });

  it('by the carrier asks the bank, and ends it on all sides', async () => {
    const number = await newNumber(sides);
    const one = await formal(number);
    expect((await house.run(cancelHere(one, `cancel-${one.agreement}`))).reply.word).toBe('cancelling');
    await becomes(number, 'none', one);
    await keep(one, 'mandates-agreement-cancelled');
  });

  it('that the bank rejects leaves it formal on all sides', async () => {
    const number = await newNumber(sides);
    const one = await formal(number);
    await bankOf(sides, 'CMB').control({ keep: 1 });
    await house.run(cancelHere(one, `cancel-${one.agreement}`));
    await becomes(number, `CMB/${one.agreement} formal`, one);
    expect(textsTo(number)).toEqual(['formal']);
  });

  it('that the bank calls a decline changes nothing, and a person hears of it', async () => {
    const one = await formal(await newNumber(sides));
    expect(await say(sides, messageOf.declineNotice(one))).toMatchObject({ result: 'Manual' });
    await becomes(one.number, `CMB/${one.agreement} formal`, one);
    await expect
      .poll(() => alertsAbout(one), soon)
      .toMatchObject([{ code: 'DeclinedWhenFormal', stage: 'bank', open: true }]);
  });

  it('by both at once is one', async () => {
    const number = await newNumber(sides);
    const one = await formal(number, 'CCB');
    await Promise.all([
      house.run(cancelHere(one, `cancel-${one.agreement}`)),
      say(sides, messageOf.cancelRequest(one)),
    ]);
    await becomes(number, 'none', one);
    expect(textsTo(number)).toEqual(['formal', 'ended']);
  });
});

describe('a side that misbehaves', () => {
  it('a province that is down at the check: the bank hears that it may ask again, and is answered then', async () => {
    const number = await newNumber(sides);
    const one = opening(number, 'CCB');
    const request = messageOf.openRequest(one);
    await provinceOf(sides, number).control({ down: true });
    await expect(say(sides, request)).rejects.toThrow('Busy');
    await provinceOf(sides, number).control({ down: false });
    expect(await say(sides, request)).toMatchObject({ result: 'Done' });
  });

  it('a province that is down, loses answers, answers twice and in another order ends with the newest', async () => {
    const [first, second] = await Promise.all([newNumber(sides), newNumber(sides)]);
    const province = provinceOf(sides, first);
    const opened = [opening(first), opening(second, 'CCB')];
    for (const one of opened) await say(sides, messageOf.openRequest(one));
    await province.control({ down: true });
    for (const one of opened) expect(await say(sides, messageOf.resultNotice(one))).toMatchObject({ result: 'Done' });
    await province.control({ down: false, loseAnswers: 2, answerTwice: 2, outOfOrder: 2, latencyMs: 30 });
    for (const one of opened) await becomes(one.number, `${one.bank}/${one.agreement} formal`, one);
    await province.control({ latencyMs: 0, loseAnswers: 0, answerTwice: 0, outOfOrder: 0 });
    expect([textsTo(first), textsTo(second)]).toEqual([['formal'], ['formal']]);
  });

  it('a BOSS that is down hears of it afterwards; the user is texted once', async () => {
    const number = await newNumber(sides);
    await provinceOf(sides, number).control({ bossDown: true });
    const one = opening(number);
    await say(sides, messageOf.openRequest(one));
    await say(sides, messageOf.resultNotice(one));
    await expect
      .poll(() => words(number, one), soon)
      .toMatchObject({ province: `CMB/${one.agreement} formal`, boss: 'none' });
    await provinceOf(sides, number).control({ bossDown: false });
    await becomes(number, `CMB/${one.agreement} formal`, one);
    expect(textsTo(number)).toEqual(['formal']);
  });

  it.each(['CMB', 'CCB'])('the bank %s that is down is asked to cancel when it is back', async (bank) => {
    const number = await newNumber(sides);
    const one = await formal(number, bank);
    await bankOf(sides, bank).control({ down: true });
    await house.run(cancelHere(one, `cancel-${one.agreement}`));
    await expect
      .poll(() => words(number, one), soon)
      .toMatchObject({ province: `${bank}/${one.agreement} cancelling` });
    await bankOf(sides, bank).control({ down: false, loseAnswers: 1, answerTwice: 1 });
    await becomes(number, 'none', one);
  });

  it('a province that will not take it: a person hears of it, and has it told again', async () => {
    const number = await newNumber(sides);
    const one = opening(number);
    await say(sides, messageOf.openRequest(one));
    await provinceOf(sides, number).control({ refuse: true });
    await say(sides, messageOf.resultNotice(one));
    await expect.poll(() => progressOf(one), soon).toMatchObject({ province: { untold: 'ProvinceRefused' } });
    await expect
      .poll(() => alertsAbout(one), soon)
      .toMatchObject([{ source: 'mandates', code: 'ProvinceRefused', stage: 'province', open: true }]);
    await provinceOf(sides, number).control({ refuse: false });
    const key = await keyOf(one);
    const retry = Effect.flatMap(Processes, (all) =>
      all.update(process, { tenant, key }, 'retry', undefined, 'retry-1'),
    );
    expect(await house.run(retry)).toEqual({ parties: 1 });
    await becomes(number, `CMB/${one.agreement} formal`, one);
    await keep(one, 'mandates-agreement-untold');
  });
});
