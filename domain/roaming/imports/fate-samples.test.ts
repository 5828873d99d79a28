import { expect, it } from 'vitest';
import { DUPLICATE, FATES, RATED } from './fate.ts';
import { fateSamples } from './fate-samples.ts';

it('says of records that are not kept how many there are and where the first stand', () => {
  const fates = Uint8Array.of(
    ...[RATED, DUPLICATE, DUPLICATE, RATED, DUPLICATE],
    ...[FATES.SubscriberUnknown, FATES.Severe, FATES.RepeatedCollection],
  );
  expect(fateSamples(fates)).toEqual([
    { result: 'duplicate', code: 'DuplicateRecord', count: 3, records: ['2-3', '5'] },
    { result: 'quarantined', code: 'SubscriberUnknown', count: 1, records: ['6'] },
    { result: 'rejected', code: 'Severe', count: 1, records: ['7'] },
    { result: 'duplicate', code: 'RepeatedCollection', count: 1, records: ['8'] },
  ]);
  expect(fateSamples(new Uint8Array(5))).toEqual([]);
});

it('is short however many there are, and tells only what is new', () => {
  const fates = new Uint8Array(200_000).map((_, at) => (at % 2 === 0 ? DUPLICATE : RATED));
  const [sample] = fateSamples(fates);
  expect(sample).toMatchObject({ count: 100_000, records: { length: 10 } });
  const after = fates.slice();
  after[1] = FATES.PostingRefused;
  expect(fateSamples(after, fates)).toEqual([
    { result: 'quarantined', code: 'PostingRefused', count: 1, records: ['2'] },
  ]);
});
