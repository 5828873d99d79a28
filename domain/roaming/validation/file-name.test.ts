import { expect, it } from 'vitest';
import { ahead, formatFileName, nextSequence, parseFileName } from './file-name.ts';

it.each([
  ['CDFRAF1CHNCU00042', 'tap', false, 42],
  ['TDFRAF1CHNCU00001', 'tap', true, 1],
  ['RCFRAF1CHNCU99999', 'rap', false, 99_999],
  ['RTFRAF1CHNCU00002', 'rap', true, 2],
  ['ACFRAF1CHNCU00003', 'acknowledgement', false, 3],
  ['ATFRAF1CHNCU00003', 'acknowledgement', true, 3],
])('%s is read and written', (text, kind, test, sequence) => {
  const name = parseFileName(text);
  expect(name).toEqual({ kind, test, sender: 'FRAF1', recipient: 'CHNCU', sequence });
  expect(name && formatFileName(name)).toBe(text);
});

it.each(['CDFRAF1CHNCU00000', 'cdFRAF1CHNCU00001', 'CDFRAF1CHNCU1', 'XXFRAF1CHNCU00001', 'CDFRAF1CHNCU00001.zip', ''])(
  '%s says nothing',
  (text) => expect(parseFileName(text)).toBeUndefined(),
);

it.each([
  [5, 5, 0],
  [7, 5, 2],
  [4, 5, -1],
  [1, 99_999, 1],
  [99_999, 1, -1],
  [3, 99_998, 4],
])('number %i is past %i by %i, also where counting begins anew', (sequence, expected, distance) => {
  expect(ahead(sequence, expected)).toBe(distance);
  let counted = expected;
  for (let at = 0; at < distance; at += 1) counted = nextSequence(counted);
  if (distance >= 0) expect(counted).toBe(sequence);
});
