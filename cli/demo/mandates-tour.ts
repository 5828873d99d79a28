import { Failure, say } from '../failure.ts';
import type { RunFile } from '../supervisor/run-file.ts';
import { Browser, type HallSite, shown } from './browser.ts';
import { ApiClient } from './client.ts';
import {
  agreementsOf,
  atCounter,
  bankBooks,
  banksOf,
  call,
  control,
  customerOf,
  newNumber,
  PROVINCE,
  type ProvinceBooks,
  standing,
  type Tour,
  until,
} from './mandates-sides.ts';
import { reconciliations } from './reconciliation-tour.ts';

/**
 * The tour of bank mandates: one is opened in the web hall and one at a bank's branch, hall and bank race for a number, a
 * provisional relation expires, a bank dies in the middle of payments and comes back; then the books of all sides are
 * held against each other, and a bank's files of the day and of the month against ours.
 */

const PROVISIONAL_MS = 8_000;

const RULES = {
  secondaryNumbers: 'refused',
  exclusiveServices: ['FAMILY-PAY'],
  collectionUsers: 'refused',
  prepaid: {
    threshold: { minMinor: 1_000, maxMinor: 10_000 },
    amount: { minMinor: 3_000, maxMinor: 50_000 },
    proposed: { thresholdMinor: 1_000, amountMinor: 5_000 },
  },
  postpaid: { automaticPayment: true },
  provisionalMs: PROVISIONAL_MS,
  charges: { dayMinor: 50_000, monthMinor: 200_000 },
  twoPersonsOverMinor: 20_000,
} as const;

const byHall = async (tour: Tour, bank: string, number: string) => {
  const browser = new Browser(tour.hall);
  await browser.login();
  const form = await browser.toBank(await browser.number(number), bank);
  return { browser, confirm: async () => browser.send(form, { ...(await customerOf(tour, bank)), automatic: 'yes' }) };
};

const openBoth = async (tour: Tour): Promise<void> => {
  for (const bank of banksOf(tour)) {
    const number = await newNumber(tour);
    const end = await (await byHall(tour, bank, number)).confirm();
    await standing(tour, number, 'formal');
    say(
      `          hall → ${bank}: consent, ticket, card on the bank’s page: agreement ${shown(end, 'agreement')} is formal`,
    );
  }
  for (const channel of ['branch', 'onlineBanking', 'selfService']) {
    const number = await newNumber(tour, channel === 'selfService' ? 'postpaid' : 'prepaid');
    const { agreement, result } = await atCounter(tour, 'CMB', number, 'offered', channel);
    await standing(tour, number, 'formal');
    say(`          CMB, ${channel}: checked at CRM, confirmed by the user: ${agreement} ${result}`);
  }
};

const race = async (tour: Tour): Promise<void> => {
  const number = await newNumber(tour);
  const { confirm } = await byHall(tour, 'CCB', number);
  const [counter] = await Promise.all([atCounter(tour, 'CMB', number, 'offered'), confirm()]);
  const items = await until(
    'the race is decided',
    () => agreementsOf(tour, number),
    (found) => found.some(({ status }) => status === 'formal'),
  );
  const shownAs = items.map(({ bank, status }) => `${bank} ${status}`).join(', ');
  if (items.filter(({ status }) => status === 'formal').length !== 1)
    throw new Failure(`two relations stand: ${shownAs}`);
  say(`          hall and bank at once: ${shownAs}; the branch heard ${counter.result}`);
};

const expiry = async (tour: Tour): Promise<void> => {
  const number = await newNumber(tour);
  await atCounter(tour, 'CMB', number, 'never');
  await standing(tour, number, 'expired');
  say(
    `          a customer who does not come back: provisional for ${PROVISIONAL_MS / 1_000} s, then expired on all sides`,
  );
};

interface Charged {
  readonly charges: ReadonlyArray<{ readonly id: string; readonly status: string; readonly amountMinor: number }>;
}
const chargesOf = async (tour: Tour, number: string): Promise<Charged['charges']> => {
  const formal = (await agreementsOf(tour, number)).find(({ status }) => status === 'formal');
  if (formal === undefined) return [];
  const path = `/v1/mandates/relations/${formal.bank}/${formal.agreement}`;
  return (await tour.staff.get<Charged>(path)).body.charges;
};

const payments = async (tour: Tour): Promise<void> => {
  const [hallCmb = '', hallCcb = ''] = tour.numbers;
  await call(control(tour, 'CMB'), 'PATCH', { loseAnswers: 1 });
  await call(control(tour, 'CCB'), 'PATCH', { down: true });
  for (const number of [hallCmb, hallCcb]) {
    const trigger = `T-${number.slice(-6)}`;
    const low = { province: PROVINCE, number, trigger, balanceMinor: 300, measuredAtMs: Date.now() };
    for (let times = 0; times < 3; times += 1) await tour.boss.post('/v1/mandates/triggers/balances', low);
  }
  say('          BOSS: two balances are low, each told three times; CMB loses its answer, CCB is down');
  await until(
    'the payment at the bank that is down is in doubt',
    () => chargesOf(tour, hallCcb),
    (found) => found.some(({ status }) => status === 'unknown'),
  );
  await call(control(tour, 'CCB'), 'PATCH', { down: false });
  say('          CCB is back');
  for (const number of [hallCmb, hallCcb]) {
    const [charge] = await until(
      'the charges are settled',
      () => chargesOf(tour, number),
      (found) => found.length > 0 && found.every(({ status }) => ['paid', 'failed', 'reversed'].includes(status)),
    );
    say(
      `          ${number.slice(0, 3)}****${number.slice(-4)}: top-up of ${(charge?.amountMinor ?? 0) / 100} yuan ${charge?.status}`,
    );
  }
};

/** What was formal or paid in this run, with every side. */
const books = async (tour: Tour) => {
  const banks = await Promise.all(banksOf(tour).map((code) => bankBooks(tour, code)));
  const province = await call<ProvinceBooks>(control(tour, PROVINCE), 'GET');
  const ours = (await Promise.all(tour.numbers.map((number) => agreementsOf(tour, number)))).flat();
  const formal = ours.filter(({ status }) => status === 'formal').map(({ agreement }) => agreement);
  const paidHere = (await Promise.all(tour.numbers.map((number) => chargesOf(tour, number)))).flat();
  const sum = (amounts: ReadonlyArray<{ readonly amountMinor: number }>) =>
    amounts.reduce((total, { amountMinor }) => total + amountMinor, 0);
  const dialled = new Set(tour.numbers.map((number) => `86${number}`));
  return {
    formal,
    atBanks: formal.filter((agreement) => banks.some(({ agreements }) => agreements.includes(agreement))),
    atProvince: Object.entries(province.records)
      .filter(([number, { relation }]) => dialled.has(number) && relation?.status === 'formal')
      .map(([, { relation }]) => relation?.agreement ?? ''),
    paidMinor: sum(paidHere.filter(({ status }) => status === 'paid')),
    paidAtBanksMinor: sum(
      banks.flatMap(({ payments: all }) => all.filter(({ id, state }) => state === 'paid' && !tour.before.has(id))),
    ),
    paidAtBossMinor: sum(
      Object.values(province.charges).filter(({ number, outcome }) => dialled.has(number) && outcome === 'paid'),
    ),
  };
};

const audit = async (tour: Tour): Promise<void> => {
  const agree = (seen: Awaited<ReturnType<typeof books>>): boolean =>
    seen.atBanks.length === seen.formal.length &&
    [...seen.atProvince].sort().join() === [...seen.formal].sort().join() &&
    seen.paidMinor === seen.paidAtBanksMinor &&
    seen.paidMinor === seen.paidAtBossMinor;
  const { formal, atBanks, atProvince, ...paid } = await until(
    'the books of all sides agree',
    () => books(tour),
    agree,
  );
  say(`          books:  formal here ${formal.length} = at banks ${atBanks.length} = at CRM ${atProvince.length}`);
  say(
    `          money:  paid here ${paid.paidMinor} fen = at banks ${paid.paidAtBanksMinor} = at BOSS ${paid.paidAtBossMinor}`,
  );
};

const setRules = async ({ unit }: Tour): Promise<void> => {
  const path = `/v1/mandates/provinces/${PROVINCE}/rules`;
  const found = await unit.get(path).catch((failure: unknown) => {
    if (failure instanceof Failure && failure.message.includes('404')) return undefined;
    throw failure;
  });
  if (found === undefined) await unit.post(path, { fromMs: Date.now() - 1_000, rules: RULES, note: 'for the tour' });
};

/** @throws Failure when a relation does not stand, or the books do not agree. */
export const tourOfMandates = async (running: RunFile): Promise<void> => {
  const hallControl = running.env['HUFU_HALL_CONTROL'];
  const controls = running.env['HUFU_MANDATE_CONTROLS'];
  const keyDir = running.env['HUFU_KEY_DIR'] ?? '';
  if (hallControl === undefined || controls === undefined) {
    throw new Failure('hall and banks are not simulated here', 'Start ./hufu up without VOP_SFTP_URL.');
  }
  const gateway = running.addresses.find(({ name }) => name === 'Gateway')?.address ?? '';
  const parts = {
    staff: new ApiClient(gateway, keyDir, 'demo-operator'),
    unit: new ApiClient(gateway, keyDir, 'demo-unit-administrator'),
    boss: new ApiClient(gateway, keyDir, 'demo-province'),
    hall: await call<HallSite>(hallControl, 'GET'),
    controls: JSON.parse(controls) as Readonly<Record<string, string>>,
    numbers: [],
  };
  const paid = await Promise.all(banksOf(parts).map((code) => bankBooks({ ...parts, before: new Set() }, code)));
  const tour: Tour = { ...parts, before: new Set(paid.flatMap(({ payments: all }) => all.map(({ id }) => id))) };
  say('');
  say('the tour: bank mandates, from the web hall and from banks, their charges, and what goes wrong');
  await setRules(tour);
  await openBoth(tour);
  await race(tour);
  await expiry(tour);
  await payments(tour);
  await audit(tour);
  await reconciliations(tour);
  say(`          the hall’s pages: ${tour.hall.url} · the API: ${gateway}/docs`);
};
