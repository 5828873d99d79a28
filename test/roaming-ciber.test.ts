import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { simulatedSubscriber } from '../partners/roaming/simulator-file.ts';
import { simulatedNrtrde } from '../partners/roaming/simulator-nrtrde.ts';
import { subscribersOf } from '../store/roaming/identities.ts';
import { ciberBatch } from './support/ciber-batch.ts';
import { CIBER_PARTNER, PATIENT } from './support/inbound.ts';
import { type RoamingHouse, startRoamingHouse, tenant } from './support/roaming-house.ts';
import { agreementWith } from './support/roaming-import.ts';

/** What a partner with CIBER may send that is wrong (seed 002 §2.2.1): told by code and kept out, and nothing else is disturbed. */

let house: RoamingHouse;
beforeAll(async () => {
  house = await startRoamingHouse('roaming_ciber', { more: [CIBER_PARTNER] });
  await house.openSubscribers(3);
  const numbers = [0, 1, 2].map((at) => simulatedSubscriber(at).msisdn);
  await vi.waitFor(
    async () => expect(await house.run(subscribersOf(tenant, 'msisdn', numbers))).toEqual(['S0', 'S1', 'S2']),
    PATIENT,
  );
}, 120_000);
afterAll(() => house.stop());

const handIn = async (name: string, bytes: Buffer): Promise<string> => {
  const answer = await house.ask('POST', `/import-files?partner=${CIBER_PARTNER}&name=${name}`, { bytes });
  expect(answer).toMatchObject({ status: 202 });
  return (answer.headers.get('location') ?? '').replace('/v1/roaming', '');
};
const AUDIT = { in: 6, rated: 6, rejected: 0, duplicate: 0, quarantined: 0 };

/** Columns of a record and its end. */
const RECORD = 201;
/** The batch with other text at a place. */
const written = (sequence: number, record: number, column: number, text: string): Buffer => {
  const bytes = ciberBatch(sequence);
  bytes.write(text, record * RECORD + column - 1, 'latin1');
  return bytes;
};
const without = (sequence: number, record: number): Buffer => {
  const bytes = ciberBatch(sequence);
  const at = record < 0 ? bytes.length + record * RECORD : record * RECORD;
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + RECORD)]);
};

describe('a batch that is wrong', () => {
  it('leaves one that is right alone', async () => {
    await house.waitFor(await handIn('right', ciberBatch(500)), { status: 'done', audit: AUDIT });
  });

  it.each<readonly [string, Buffer]>([
    ['RecordLengthWrong', ciberBatch(501).subarray(0, 1_000)],
    ['SeparatorWrong', written(501, 1, RECORD, 'X')],
    ['RecordTypeUnknown', written(501, 2, 1, '77')],
    // Its charge: the total of the batch cannot be held against it.
    ['FieldInvalid', written(501, 1, 68, 'A')],
    ['HeaderMisplaced', without(501, 0)],
    ['HeaderMisplaced', Buffer.alloc(0)],
    ['TrailerMisplaced', without(501, -1)],
    ['CountWrong', without(501, 3)],
    ['TotalWrong', written(501, 1, 68, '0000099999')],
    ['OtherPartner', written(501, 0, 12, '00999')],
    ['SequenceInvalid', written(501, 0, 9, '000')],
    ['SequenceReused', written(500, 0, 3, '261101')],
    ['SequencePast', ciberBatch(450)],
    ['SeparatorWrong', Buffer.from('Dear colleagues, the batch of today will be late.\n'.repeat(20))],
  ])('is kept out as %s', async (code, bytes) => {
    const path = await handIn(`wrong-${code}`, bytes);
    await house.waitFor(path, {
      status: 'quarantined',
      problems: expect.arrayContaining([expect.objectContaining({ code })]),
    });
    expect((await house.ask('GET', `${path}/content`)).bytes.equals(bytes)).toBe(true);
  });

  it('keeps no other from being imported', async () => {
    const path = await handIn('next', ciberBatch(501));
    await house.waitFor(path, { status: 'done', warningCount: 0, about: { sequence: 501 }, audit: { in: 6 } });
  });
});

it('a partner with CIBER may send usage in near real time besides', async () => {
  const { name, bytes } = simulatedNrtrde({
    ...{ sender: CIBER_PARTNER, recipient: 'CHNCM', sequence: 7, records: 20, subscribers: 3, day: '20261104' },
    ...{ utcOffset: '-0500', agreement: agreementWith(CIBER_PARTNER) },
  });
  await house.waitFor(await handIn(name, bytes), {
    status: 'done',
    about: { format: 'NRTRDE-0201', sequence: 7 },
    // The plan of the example has no price for data in this network.
    audit: { in: 20, rated: 12, quarantined: 8 },
  });
});
