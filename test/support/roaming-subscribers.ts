import { expect, vi } from 'vitest';
import { type SimulatedFile, simulatedFile, simulatedSubscriber } from '../../partners/roaming/simulator-file.ts';
import { subscribersOf } from '../../store/roaming/identities.ts';
import { PARTNER, type RoamingHouse, tenant } from './roaming-house.ts';
import { agreementWith } from './roaming-import.ts';

/** Subscribers of a house over HTTP: registered, asked and changed, with usage of theirs from a partner's files. */

const PROFILE = { operator: 'CHNCM', name: '王小明', contact: 'wang@example.com', packageType: null, membership: null };
interface Usage {
  readonly id: string;
  readonly atMs: number;
  readonly number: string;
  readonly service: string;
  readonly takes: ReadonlyArray<{ readonly balance: string; readonly taken: number }>;
  readonly fee: { readonly amountMinor: string };
}
export const feesOf = (usages: ReadonlyArray<Usage>): bigint =>
  usages.reduce((sum, { fee }) => sum + BigInt(fee.amountMinor), 0n);

export const subscribersIn = (house: () => RoamingHouse) => {
  /** A subscriber of the simulated files, over HTTP. */
  const register = async (key: string, at: number, profile: object = {}): Promise<string> => {
    const { msisdn } = simulatedSubscriber(at);
    const body = { subscriber: key, primary: msisdn, currency: 'CNY', profile: { ...PROFILE, ...profile } };
    expect(await house().ask('POST', '/subscribers', { body })).toMatchObject({ status: 201 });
    // Found by what follows the journal.
    await vi.waitFor(async () => expect(await house().run(subscribersOf(tenant, 'msisdn', [msisdn]))).toEqual([key]), {
      timeout: 60_000,
    });
    return msisdn;
  };
  const post = (path: string, body: object, as?: string) =>
    house().ask('POST', `/subscribers/${path}`, { body, ...(as === undefined ? {} : { as }) });
  const put = (path: string, body: object, as?: string) =>
    house().ask('PUT', `/subscribers/${path}`, { body, ...(as === undefined ? {} : { as }) });
  const get = (path: string, as?: string) => house().ask('GET', `/subscribers/${path}`, as === undefined ? {} : { as });

  let sequence = 0;
  const importFile = async (more: Partial<SimulatedFile>): Promise<void> => {
    sequence += 1;
    const file: SimulatedFile = {
      sender: PARTNER,
      recipient: 'CHNCM',
      sequence,
      records: 60,
      subscribers: 1,
      firstRecord: sequence * 1_000,
      day: '20261103',
      utcOffset: '+0800',
      agreement: agreementWith(PARTNER),
      ...more,
    };
    const bytes = Buffer.concat([...simulatedFile(file)]);
    const name = `CD${PARTNER}CHNCM${String(file.sequence).padStart(5, '0')}`;
    const { headers } = await house().ask('POST', `/import-files?partner=${PARTNER}&name=${name}`, { bytes });
    const path = (headers.get('location') ?? '').replace('/v1/roaming', '');
    await house().waitFor(path, { status: 'done', audit: { in: file.records, rated: file.records } });
  };
  const usageOf = async (key: string, query = '', as?: string): Promise<ReadonlyArray<Usage>> => {
    const all: Array<Usage> = [];
    for (let cursor = ''; ; ) {
      const found = await get(`${key}/usage?month=2026-11&limit=50${query}${cursor}`, as);
      expect(found).toMatchObject({ status: 200 });
      const { items, nextCursor } = found.json as { items: ReadonlyArray<Usage>; nextCursor: string | null };
      all.push(...items);
      if (nextCursor === null) return all;
      cursor = `&cursor=${nextCursor}`;
    }
  };
  const spentIn = async (key: string): Promise<string> => {
    const { months } = (await get(`${key}/spending`)).json as { months: ReadonlyArray<{ spentMinor: string }> };
    return months[0]?.spentMinor ?? '0';
  };

  return { register, post, put, get, importFile, usageOf, spentIn };
};
