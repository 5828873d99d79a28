import { expect } from 'vitest';
import { FrameWriter } from '../../domain/matching/frame.ts';
import { detailFrame, detailHeader } from '../../domain/roaming/settlement/detail.ts';
import type { RoamingHouse } from './roaming-house.ts';
import { agreementJson } from './roaming-import.ts';

/**
 * A drawn period whose agreement is changed to settle reconciled records alone (seed 002 §2.2.2): drawn anew, held against the
 * partner’s detail, approved by two persons of finance, one of them once the difference is settled.
 */

const ANN = { as: 'demo-finance' };
const BOB = { as: 'beijing-finance' };

type Cells = ReadonlyArray<string>;

const rowsOf = (bytes: Buffer): ReadonlyArray<Cells> =>
  bytes
    .toString()
    .split('\n')
    .slice(1, -2)
    .map((line) => line.split('|').slice(1));

/** The first agreed records with so much more on each. */
const dearer = (rows: ReadonlyArray<Cells>, ...more: ReadonlyArray<number>) => {
  const left = [...more];
  const changed: Array<Cells> = [];
  const theirs = rows.map((row) => {
    const by = row[7] === 'AGREED' ? left.shift() : undefined;
    if (by === undefined) return row;
    changed.push(row);
    return row.with(6, `${Number(row[6]) + by}`);
  });
  return { theirs, changed };
};

const byReconciledAlone = async (house: RoamingHouse, partner: string): Promise<void> => {
  const reconciled = { absoluteMinor: '3', perMille: null };
  const document = { ...agreementJson(partner), settlement: { period: 'monthly', method: 'netting', reconciled } };
  const at = `/agreements/CHNCM-${partner}/revisions`;
  const proposed = await house.ask('POST', at, { body: { document, note: 'reconciled records alone' }, ...ANN });
  expect(proposed.status).toBeLessThan(300);
  const approved = await house.ask('POST', `${at}/2/approve`, { body: {}, as: 'demo-unit-administrator' });
  expect(approved.status).toBe(200);
};

export const expectReconciledAlone = async (house: RoamingHouse, partner: string, from: string): Promise<void> => {
  const agreement = `${partner}-2026`;
  const at = `/settlements/${agreement}/${from}`;
  const say = (verb: string, despite: string | null, by: { readonly as: string }) =>
    house.ask('POST', `${at}/${verb}`, { body: verb === 'approve' ? { despite } : { reason: despite }, ...by });
  const header = { sender: partner, receiver: 'CHNCM', from, to: '2026-09-30' };
  const handIn = async (rows: ReadonlyArray<Cells>, name: string): Promise<void> => {
    const writer = new FrameWriter(detailFrame('UTF-8'));
    const pieces = [writer.header(...detailHeader(header)), writer.rows(rows), writer.trailer({})];
    expect(await house.ask('POST', `${at}/detail?name=${name}`, { bytes: Buffer.concat(pieces) })).toMatchObject({
      status: 202,
    });
    const details = `/clearing-files?kind=partnerDetail&of=${agreement}:${from}&limit=1`;
    await house.waitFor(details, { items: [{ name, result: 'differs' }] });
  };
  const none = { required: true, bound: { absoluteMinor: '3', perMille: null }, detail: null, open: 0 };
  await byReconciledAlone(house, partner);
  expect(await house.ask('GET', `${at}/reconciliation`)).toMatchObject({ json: { required: false, detail: null } });
  expect(await say('reopen', 'fees wait for the details now', ANN)).toMatchObject({ status: 200 });
  await house.waitFor(at, { stage: 'drawn', revision: 2, reconciled: none.bound });
  expect(await house.ask('GET', `${at}/reconciliation`)).toMatchObject({ json: none });
  const refused = (detail: string) => ({
    status: 409,
    json: { code: 'NotReconciled', detail: expect.stringContaining(detail) },
  });
  expect(await say('approve', null, ANN)).toMatchObject(refused('no detail of the partner'));
  await handIn([], 'empty.txt');
  const kept = await house.ask('GET', `/clearing-files?kind=detail&of=${agreement}:${from}`);
  const [{ key }] = (kept.json as { items: [{ key: string }] }).items;
  const ours = await house.ask('GET', `/clearing-files/${encodeURIComponent(key)}/content`, ANN);
  // One within what is tolerated, one above it.
  const { theirs, changed } = dearer(rowsOf(ours.bytes), 2, 7);
  await handIn(theirs, 'september.txt');
  const [file = '', record = ''] = changed[1] ?? [];
  const known = { detail: 'september.txt', open: 1, first: [{ file, record: Number(record) }] };
  expect(await house.ask('GET', `${at}/reconciliation`)).toMatchObject({ json: { ...known, differences: 2 } });
  expect(await say('approve', null, ANN)).toMatchObject(refused(`${file} record ${record}`));
  expect(await say('approve', 'it is of seven thousandths', ANN)).toMatchObject({
    status: 200,
    json: { stage: 'approving', approvals: [{ by: ANN.as, unreconciled: known }] },
  });
  expect(await say('approve', 'still', ANN)).toMatchObject({ status: 403, json: { code: 'SamePerson' } });
  expect(await say('approve', null, BOB)).toMatchObject(refused(file));
  const about = { kind: 'difference', agreement, from, file, record: Number(record), reason: 'seven more' };
  const opened = await house.ask('POST', '/cases', { body: about });
  const path = (opened.headers.get('location') ?? '').replace('/v1/roaming', '');
  expect(await house.ask('POST', `${path}/take`, { body: {} })).toMatchObject({ status: 200 });
  const body = { resolution: 'ours', reason: 'as agreed', amountMinor: null, record: null };
  expect(await house.ask('POST', `${path}/propose`, { body })).toMatchObject({ json: { status: 'resolved' } });
  await house.waitFor(`${at}/reconciliation`, { open: 0, first: [] });
  // The partner’s server takes nothing, so no statement is held against its own.
  expect(await say('approve', null, BOB)).toMatchObject({ status: 409, json: { code: 'NotTolerated' } });
  const { json } = await say('approve', 'no statement of theirs came', BOB);
  expect(json).toMatchObject({ stage: 'approved', approvals: [{ unreconciled: known }, { by: BOB.as }] });
  expect((json as { approvals: ReadonlyArray<object> }).approvals[1]).not.toHaveProperty('unreconciled');
};
