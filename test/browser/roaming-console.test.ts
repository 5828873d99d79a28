import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { builtConsole } from '../../cli/console/built.ts';
import { rootDir } from '../../cli/supervisor/run.ts';
import { decimalOf } from '../../console/format.ts';
import { simulatedSubscriber } from '../../partners/roaming/simulator-file.ts';
import { startBrowser, type TestBrowser } from '../support/browser.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse } from '../support/roaming-house.ts';
import {
  AGREEMENT,
  detailOf,
  detailWithMore,
  fileOf,
  imported,
  nameOfFile,
  SUBSCRIBERS,
  terms,
} from '../support/roaming-settlement.ts';

/**
 * The web console in a real browser (Chromium), against a real gateway with partners' files in it: what people of each role
 * see and do. `HUFU_PICTURES=1` writes the pictures of docs/console.md.
 */

const FROM = '2026-09-01';
const PERIOD = `/settlements/${AGREEMENT}/${FROM}`;
const YESTERDAY = DateTime.now().setZone('Asia/Shanghai').minus({ days: 1 }).toFormat('yyyyLLdd');
const MONTH = `${YESTERDAY.slice(0, 4)}-${YESTERDAY.slice(4, 6)}`;
const found = await startBrowser();
const missing = 'why' in found ? found.why : undefined;
let browser: TestBrowser;
let house: RoamingHouse;
/** The key of a subscriber is the name by which it signs in. */
const OWN = 'demo-subscriber';
const SECOND = '85291234567';

beforeAll(async () => {
  if ('why' in found) return;
  browser = found;
  house = await startRoamingHouse('roaming_console', { console: await builtConsole() });
  const { msisdn } = simulatedSubscriber(0);
  await house.subscriber(OWN, { _tag: 'Open', primary: msisdn, currency: 'CNY' });
  await house.subscriber(OWN, { _tag: 'AddNumber', number: SECOND });
  for (let at = 1; at < SUBSCRIBERS; at += 1) {
    await house.subscriber(`S${at}`, { _tag: 'Open', primary: simulatedSubscriber(at).msisdn, currency: 'CNY' });
  }
}, 120_000);
afterAll(async () => {
  await house?.stop();
  await browser?.close();
});

/** Through the issuer's own page, as a person does. */
const signIn = async (subject: string): Promise<{ readonly page: Page; readonly errors: ReadonlyArray<string> }> => {
  const opened = await browser.open();
  const { page } = opened;
  await page.goto(`${house.url}/console/`);
  await page.getByRole('button', { name: '登录' }).click();
  await page.getByLabel('User').fill(subject);
  await page.getByLabel('Password').fill(await house.passwordOf(subject));
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('退出登录').waitFor();
  return opened;
};

const goTo = (page: Page, place: string): Promise<unknown> => page.goto(`${house.url}/console/#${place}`);
const picture = async (page: Page, name: string): Promise<void> => {
  if (process.env['HUFU_PICTURES'] !== '1') return;
  const directory = join(rootDir, 'docs', 'pictures');
  await mkdir(directory, { recursive: true });
  await page.screenshot({ path: join(directory, `${name}.png`), animations: 'disabled' });
};

/** A text as it stands on the page, without the breaks of its layout. */
const textOf = async (place: Locator): Promise<string> => ((await place.textContent()) ?? '').replaceAll(/\s+/g, ' ');
const figure = (page: Page, title: string): Locator => page.getByRole('figure', { name: title, exact: true });

/** The numbers beside a drawing, in its order. */
const numbersOf = (place: Locator): Promise<string[]> => place.locator('tbody td:last-child').allTextContents();

interface Points {
  readonly points: ReadonlyArray<{ readonly label: string; readonly count: number }>;
}
interface Voice {
  readonly voice: { readonly ways: Points; readonly hours: Points; readonly numbers: Points };
}

describe.skipIf(missing !== undefined)(`the console${missing === undefined ? '' : `: ${missing}`}`, () => {
  test('signs an operator in, takes a file, and draws its progress and its audit line', async () => {
    const { page, errors } = await signIn('demo-operator');
    await page.getByRole('menuitem', { name: '文件导入' }).click();
    await page.getByRole('button', { name: '上传文件' }).click();
    await page.getByRole('dialog').getByLabel('合作伙伴').fill(PARTNER);
    const buffer = fileOf(YESTERDAY);
    const name = nameOfFile();
    await page.setInputFiles('input[type=file]', { name, mimeType: 'application/octet-stream', buffer });
    await page.getByRole('button', { name: '上传并导入' }).click();
    await page.getByRole('heading', { name: `${name} 完成` }).waitFor();
    const { json } = await house.ask('GET', '/import-files?limit=1');
    const [{ audit }] = (json as { items: [{ audit: Readonly<Record<string, number>> }] }).items;
    expect(audit).toMatchObject({ in: 100 });
    const { rated, rejected, duplicate, quarantined } = audit;
    expect(await textOf(page.locator('.audit'))).toBe(
      `输入100 = 计费${rated} + 拒绝${rejected} + 重复${duplicate} + 隔离${quarantined} 平衡`,
    );
    await page.getByRole('menuitem', { name: '概览' }).click();
    await page.getByRole('link', { name }).waitFor();
    expect(await page.getByRole('progressbar').first().getAttribute('aria-valuenow')).toBe('100');
    await picture(page, 'console-overview');
    expect(errors).toEqual([]);
  });

  test('draws bars, a line and shares of the statistics that it has fetched, with the numbers beside', async () => {
    const { page, errors } = await signIn('demo-auditor');
    const asked = page.waitForResponse((response) => response.url().includes('/v1/roaming/statistics?'));
    await page.getByRole('menuitem', { name: '业务统计' }).click();
    const { voice } = (await (await asked).json()) as Voice;
    for (const [title, shape, { points }] of [
      ['语音 · 主叫与被叫', 'bar', voice.ways],
      ['语音 · 一天中的分布', 'line', voice.hours],
      ['语音 · 对端号码归属', 'pie', voice.numbers],
    ] as const) {
      const place = figure(page, title);
      await place.locator('svg path').first().waitFor({ state: 'attached' });
      expect(await place.getAttribute('data-shape')).toBe(shape);
      expect(await place.locator('svg path').count()).toBeGreaterThan(points.length);
      expect(await numbersOf(place)).toEqual(points.map(({ count }) => String(count)));
      expect(points.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThan(0);
    }
    await picture(page, 'console-statistics');
    expect(errors).toEqual([]);
  });

  test('has finance reject a statement, have it drawn anew, and approve it, and nobody else', async () => {
    await imported(house, '20260905');
    const asFinance = { body: terms(FROM, '2026-09-30'), as: 'demo-finance' };
    expect(await house.ask('POST', '/settlements', asFinance)).toMatchObject({ status: 201 });
    expect(await house.ask('POST', '/days/close', { body: { through: '2026-09-30' } })).toMatchObject({ status: 202 });
    await house.waitFor(PERIOD, { stage: 'drawn' });
    const auditor = await signIn('demo-auditor');
    await goTo(auditor.page, `/roaming${PERIOD}`);
    await auditor.page.getByText('已出单，待审批').waitFor();
    expect(await auditor.page.getByRole('button', { name: '审批通过' }).count()).toBe(0);
    const { page, errors } = await signIn('demo-finance');
    await page.getByRole('menuitem', { name: '结算周期' }).click();
    await page.getByRole('link', { name: AGREEMENT }).click();
    await page.getByText('出访应付').waitFor();
    const decide = async (label: string, reason: string): Promise<void> => {
      await page.getByRole('button', { name: label }).click();
      const dialog = page.getByRole('dialog', { name: label });
      await dialog.getByRole('textbox').fill(reason);
      await dialog.getByRole('button', { name: label }).click();
      await dialog.waitFor({ state: 'hidden' });
    };
    await page.getByRole('button', { name: '驳回' }).click();
    await page.getByRole('dialog', { name: '驳回' }).getByRole('button', { name: '驳回' }).click();
    await page.getByText('请填写原因').waitFor();
    await page.getByRole('dialog', { name: '驳回' }).getByRole('button', { name: '取消' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await decide('驳回', '数据费率有误');
    await page.getByText('已驳回: 数据费率有误').waitFor();
    expect(await page.getByRole('button', { name: '审批通过' }).count()).toBe(0);
    expect(await house.ask('GET', PERIOD)).toMatchObject({ json: { stage: 'rejected', reason: '数据费率有误' } });
    await decide('重新打开', '费率已更正');
    await house.waitFor(PERIOD, { stage: 'drawn', revision: 2 });
    await page.getByText('已出单，待审批').waitFor();
    await picture(page, 'console-settlement');
    const downloading = page.waitForEvent('download');
    await page.getByRole('button', { name: 'PDF' }).click();
    expect((await downloading).suggestedFilename()).toBe(`statement-${PARTNER}-${FROM}-r2.zh.pdf`);
    await page.getByRole('button', { name: '审批通过' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '审批通过' }).click();
    // The partner has sent no statement of its own: that is for finance to say something about.
    await page.getByRole('alert').getByText('NotTolerated').waitFor();
    expect(errors).toHaveLength(1);
    await page.getByRole('dialog').getByRole('textbox').fill('对方未提供结算单，按我方数据');
    await page.getByRole('dialog').getByRole('button', { name: '审批通过' }).click();
    await page.getByText('demo-finance ·').waitFor();
    expect(await house.ask('GET', PERIOD)).toMatchObject({
      json: { stage: 'approved', approvals: [{ by: 'demo-finance', despite: '对方未提供结算单，按我方数据' }] },
    });
  });

  test('has a difference worked on with both sides before one, proposed by one person and approved by another', async () => {
    const details = `/clearing-files?kind=partnerDetail&of=${AGREEMENT}:${FROM}&limit=1`;
    const handIn = (name: string, rows: ReadonlyArray<ReadonlyArray<string>>) =>
      house.ask('POST', `${PERIOD}/detail?name=${name}`, { bytes: detailOf(FROM, '2026-09-30', rows) });
    // Ours is written when theirs is there to be held against it.
    expect(await handIn('empty.txt', [])).toMatchObject({ status: 202 });
    await house.waitFor(details, { items: [{ name: 'empty.txt', result: 'differs' }] });
    const { rows, file, record, amount } = await detailWithMore(house, FROM, 7);
    expect(await handIn('september.txt', rows)).toMatchObject({ status: 202 });
    await house.waitFor(details, {
      items: [{ name: 'september.txt', result: 'differs', counts: { amount: 1 } }],
    });
    const body = { kind: 'difference', agreement: AGREEMENT, from: FROM, file, record, reason: '多收七' };
    const opened = await house.ask('POST', '/cases', { body });
    expect(opened).toMatchObject({ status: 201 });
    const path = (opened.headers.get('location') ?? '').replace('/v1/roaming', '');
    const operator = await signIn('demo-operator');
    const { page } = operator;
    await page.getByRole('menuitem', { name: '清算案件' }).click();
    await page.getByRole('link', { name: '记录差异' }).click();
    const amounts = page.getByRole('row', { name: /^金额/ });
    const shown = [amount, amount + 7].map((minor) => `${decimalOf(String(minor), 3)} XDR`);
    await expect.poll(() => amounts.locator('td').allTextContents()).toEqual(['金额', ...shown, '–']);
    await page.getByText('当时没有监测数据').waitFor();
    const propose = page.getByRole('button', { name: '提出处理意见' });
    await page.getByRole('button', { name: '接手' }).click();
    await propose.click();
    await page.getByRole('dialog').getByText('以对方为准').click();
    await page.getByRole('dialog').getByLabel('原因').fill('以信令为准');
    await page.getByRole('dialog').getByRole('button', { name: '提出处理意见' }).click();
    await page.getByText('待复核').waitFor();
    // Whoever may not approve is not offered it.
    expect(await page.getByRole('button', { name: '复核通过' }).count()).toBe(0);
    const finance = await signIn('demo-finance');
    await goTo(finance.page, `/roaming${path}`);
    await finance.page.getByRole('button', { name: /退\s?回/ }).click();
    await finance.page.getByRole('dialog').getByRole('textbox').fill('请先问对方');
    await finance.page
      .getByRole('dialog')
      .getByRole('button', { name: /退\s?回/ })
      .click();
    await finance.page.getByRole('alert').getByText('请先问对方').waitFor();
    // It is the operator's case still.
    await finance.page.getByRole('button', { name: '提出处理意见' }).click();
    await finance.page.getByRole('dialog').getByLabel('原因').fill('不必再问');
    await finance.page.getByRole('dialog').getByRole('button', { name: '提出处理意见' }).click();
    await finance.page.getByRole('dialog').getByText('NotTaken').waitFor();
    await finance.page
      .getByRole('dialog')
      .getByRole('button', { name: /取\s?消/ })
      .click();
    await page.getByRole('alert').getByText('请先问对方').waitFor();
    await propose.click();
    await page.getByRole('dialog').getByText('以对方为准').click();
    await page.getByRole('dialog').getByLabel('原因').fill('已问，对方有据');
    await page.getByRole('dialog').getByRole('button', { name: '提出处理意见' }).click();
    await finance.page.getByRole('button', { name: '复核通过' }).click();
    await house.waitFor(path, {
      ...{ status: 'resolved', approved: { by: 'demo-finance' } },
      proposal: { by: 'demo-operator', reason: '已问，对方有据', amountMinor: '7' },
    });
    await finance.page.getByText('复核通过: demo-finance ·').waitFor();
    expect(operator.errors).toEqual([]);
    // The refusal alone.
    expect(finance.errors).toHaveLength(1);
  });

  test('shows a subscriber itself alone, and lets it switch its numbers', async () => {
    const { page, errors } = await signIn('demo-subscriber');
    await page.getByRole('heading', { name: '我的漫游账单' }).waitFor();
    expect(await page.getByRole('menuitem').allTextContents()).toEqual(['我的漫游账单']);
    const usage = await house.ask('GET', `/subscribers/${OWN}/usage?month=${MONTH}`);
    const { items } = usage.json as { items: ReadonlyArray<{ readonly destination: string }> };
    expect(items.length).toBeGreaterThan(0);
    const records = page.locator('.ant-card', { hasText: '话单明细' }).last();
    await expect.poll(() => records.locator('tbody tr.ant-table-row').count()).toBe(items.length);
    await figure(page, '每日消费').locator('svg path').first().waitFor({ state: 'attached' });
    await picture(page, 'console-subscriber');
    await page.getByRole('switch', { name: SECOND }).click();
    await expect
      .poll(async () => (await house.ask('GET', `/subscribers/${OWN}`)).json)
      .toMatchObject({ numbers: [{ on: true }, { on: false }] });
    await goTo(page, '/roaming/imports');
    await page.getByText('您的角色不能使用此页面').waitFor();
    expect(errors).toEqual([]);
  });

  test('has no page for a role without one, keeps no token, and speaks English, too', async () => {
    const { page, errors } = await signIn('demo-device');
    await page.getByText('您的角色在控制台中没有页面').waitFor();
    expect(await page.getByRole('menuitem').count()).toBe(0);
    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])');
    expect(kept).not.toMatch(/eyJ/);
    await page.getByRole('button', { name: 'English' }).click();
    await page.getByText('The console has no page for your role').waitFor();
    // The issuer still knows who it is.
    await page.reload();
    await page.getByText('Sign out').waitFor();
    expect(errors).toEqual([]);
  });
});
