import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FILE_KINDS } from './vop-file.ts';
import { parseVopFileName, vopFileName } from './vop-file-name.ts';

test('a name and its parts are one to one', () => {
  const parts = fc.record({
    kind: fc.constantFrom(...FILE_KINDS),
    application: fc.stringMatching(/^[A-Z0-9][A-Z0-9-]{2,39}$/),
    round: fc.integer({ min: 1, max: 1000 }),
    part: fc.integer({ min: 0, max: 9999 }),
    sequence: fc.integer({ min: 1, max: 99 }),
    sender: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/),
  });
  fc.assert(
    fc.property(parts, (name) => {
      expect(parseVopFileName(vopFileName(name))).toEqual(name);
    }),
  );
  for (const name of [
    'CARD_A-1_R1_P000_S01_VOP.txt',
    'CARD_A-1_R0001_P000_S01_VOP.txt',
    'CARD_A-1_R01_P000_S01_VOP.txt.tmp',
    '../CARD_A-1_R01_P000_S01_VOP.txt',
    'X_A-1_R01_P000_S01_VOP.txt',
  ]) {
    expect(parseVopFileName(name)).toMatchObject({ _tag: 'Refusal', code: 'InvalidVopFileName' });
  }
});
