import { expect } from 'vitest';
import { type SimulatedFile, simulatedFile } from '../../partners/roaming/simulator-file.ts';
import { PARTNER, type RoamingHouse } from './roaming-house.ts';
import { agreementWith } from './roaming-import.ts';

/** What the tests of settlement begin with: files of a day that were imported, and terms of a period. */

export const SUBSCRIBERS = 10;
export const AGREEMENT = 'HKGPP-2026';

let sequence = 200;
export const fileOf = (day: string): Buffer => {
  sequence += 1;
  const file: SimulatedFile = {
    sender: PARTNER,
    recipient: 'CHNCM',
    sequence,
    records: 100,
    subscribers: SUBSCRIBERS,
    firstRecord: sequence * 1_000,
    day,
    utcOffset: '+0800',
    agreement: agreementWith(PARTNER),
  };
  return Buffer.concat([...simulatedFile(file)]);
};
/** Imported to its end; how many records were rated: in September the agreement prices calls only. */
export const imported = async (house: RoamingHouse, day: string, bytes = fileOf(day)): Promise<number> => {
  const name = `CD${PARTNER}CHNCM${String(sequence).padStart(5, '0')}`;
  const answer = await house.ask('POST', `/import-files?partner=${PARTNER}&name=${name}`, { bytes });
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
