import { expect } from 'vitest';
import { FrameWriter } from '../../domain/matching/frame.ts';
import { detailFrame, detailHeader } from '../../domain/roaming/settlement/detail.ts';
import { partnerStatementText } from '../../domain/roaming/settlement/partner-statement.ts';
import type { Statement } from '../../domain/roaming/settlement/schema.ts';
import { type SimulatedFile, simulatedFile } from '../../partners/roaming/simulator-file.ts';
import { PARTNER, type RoamingHouse } from './roaming-house.ts';
import { agreementWith } from './roaming-import.ts';

/** What the tests of settlement begin with: files of a day that were imported, and terms of a period. */

export const SUBSCRIBERS = 10;
export const AGREEMENT = 'HKGPP-2026';

let sequence = 200;
export const fileOf = (day: string, partner = PARTNER): Buffer => {
  sequence += 1;
  const file: SimulatedFile = {
    sender: partner,
    recipient: 'CHNCM',
    sequence,
    records: 100,
    subscribers: SUBSCRIBERS,
    firstRecord: sequence * 1_000,
    day,
    utcOffset: '+0800',
    agreement: agreementWith(partner),
  };
  return Buffer.concat([...simulatedFile(file)]);
};
/** Of the file that was made last. */
export const nameOfFile = (partner = PARTNER): string => `CD${partner}CHNCM${String(sequence).padStart(5, '0')}`;

/** Imported to its end; how many records were rated: in September the agreement prices calls only. */
export const imported = async (
  house: RoamingHouse,
  day: string,
  bytes = fileOf(day),
  partner = PARTNER,
): Promise<number> => {
  const answer = await house.ask('POST', `/import-files?partner=${partner}&name=${nameOfFile(partner)}`, { bytes });
  expect(answer).toMatchObject({ status: 202 });
  const path = (answer.headers.get('location') ?? '').replace('/v1/roaming', '');
  await house.waitFor(path, { status: 'done', audit: { in: 100 } });
  const { audit } = (await house.ask('GET', path)).json as { audit: { rated: number } };
  expect(audit.rated).toBeGreaterThan(0);
  return audit.rated;
};

const within = (absoluteMinor: string) => ({ absoluteMinor, perMille: null });
export const terms = (from: string, to: string) => ({
  partner: PARTNER,
  agreement: AGREEMENT,
  from,
  to,
  frequency: 'monthly',
  currency: 'SDR',
  decimals: 2,
  rounding: 'halfEven',
  rates: [],
  tolerance: { line: within('5'), total: within('5') },
  twoPersonsOverMinor: '100000000000',
  carriedMinor: '0',
});

/** What the partner would state: our lines, and `off` more on the first. */
export const theirStatement = (statement: Statement, off: bigint): string => {
  const lines = statement.lines.map(({ direction, service, adjustment, convertedMinor }, at) => ({
    ...{ direction, service, adjustment },
    amountMinor: convertedMinor + (at === 0 ? off : 0n),
  }));
  return partnerStatementText(statement, { lines, netMinor: statement.netMinor - off });
};

type Rows = ReadonlyArray<ReadonlyArray<string>>;

/** A partner's detail of its period. */
export const detailOf = (from: string, to: string, rows: Rows): Buffer => {
  const writer = new FrameWriter(detailFrame('UTF-8'));
  const header = detailHeader({ sender: PARTNER, receiver: 'CHNCM', from, to });
  return Buffer.concat([writer.header(...header), writer.rows(rows), writer.trailer({})]);
};

/** Our detail of a period that is drawn, with so much more on its first agreed record: that record, and what we have there. */
export const detailWithMore = async (house: RoamingHouse, from: string, moreMinor: number) => {
  const { json } = await house.ask('GET', `/clearing-files?kind=detail&of=${AGREEMENT}:${from}`);
  const [{ key }] = (json as { items: [{ key: string }] }).items;
  const ours = await house.ask('GET', `/clearing-files/${encodeURIComponent(key)}/content`, { as: 'demo-finance' });
  const lines = ours.bytes.toString().split('\n').slice(1, -2);
  const rows = lines.map((line) => line.split('|').slice(1));
  const agreed = rows.findIndex((row) => row[7] === 'AGREED');
  const [file = '', record = '', , , , , amount = ''] = rows[agreed] ?? [];
  const more = `${Number(amount) + moreMinor}`;
  const changed = rows.map((row, at) => (at === agreed ? row.with(6, more) : row));
  return { rows: changed, file, record: Number(record), amount: Number(amount) };
};

/** By the example's agreement, of calls above one SDR and less than 10 000, and more than 10 MiB of data. */
export const expectPeriodEnd = (statement: Statement): void => {
  const { lines, inboundMinor, outboundMinor } = statement;
  const sumOf = (service: string): bigint =>
    lines
      .filter((line) => line.direction === 'outbound' && line.service === service)
      .reduce((sum, line) => sum + line.amountMinor, 0n);
  // 12.5 % of what calls are above one SDR, for the next tier begins at 10 000; 5 % of data. Rounded down.
  const expected = -((sumOf('voice') - 1_000n) * 125n + sumOf('data') * 50n) / 1_000n;
  const discount = lines.find(({ direction, service }) => direction === 'outbound' && service === 'discount');
  expect(discount).toMatchObject({
    ...{ events: 0, adjustment: false, currency: 'SDR', decimals: 3 },
    end: {
      agreement: `CHNCM-${PARTNER}`,
      revision: 1,
      version: 2,
      steps: [{ name: 'voice-volume' }, { name: 'data-rebate' }, { kind: 'rounding' }],
    },
  });
  expect(discount?.amountMinor).toBe(expected);
  // No visitor has come, and ten SDR were committed to.
  const missing = lines.filter(({ direction }) => direction === 'inbound');
  expect(missing).toMatchObject([
    {
      ...{ service: 'commitment', amountMinor: 10_000n, convertedMinor: 1_000n },
      end: { agreement: `${PARTNER}-CHNCM`, steps: [{ kind: 'shortfall', name: 'send-or-pay', amount: '10' }] },
    },
  ]);
  expect(inboundMinor).toBe(1_000n);
  const outbound = lines.filter(({ direction }) => direction === 'outbound');
  expect(outbound.reduce((sum, line) => sum + line.convertedMinor, 0n)).toBe(outboundMinor);
};
