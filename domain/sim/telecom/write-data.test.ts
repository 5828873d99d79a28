import { describe, expect, it } from 'vitest';
import { SecretBytes } from '../../kernel/secret.ts';
import { PROFILES } from '../uicc/profiles.ts';
import { contentsOf } from './write-data.ts';

const usim = PROFILES.find(({ id }) => id === 'usim-key-file');
if (usim === undefined) throw new Error('the profile is gone');
const gsm = PROFILES.find(({ id }) => id === 'gsm-classic');
if (gsm === undefined) throw new Error('the profile is gone');
const file = (name: string, hex: string) => ({ name, content: new SecretBytes(Buffer.from(hex, 'hex')) });

describe('files that EOP wants on a card', () => {
  it.each([
    ['EopFileUnknown', usim, file('EF.GID1', 'ff')],
    ['EopFileUnknown', usim, file('toString', 'ff')],
    ['EopFileHasNoPlace', gsm, file('EF.AD', '00000002')],
    ['EopFileHasNoPlace', usim, file('EF.SPN', `01${'4f'.repeat(16)}`)],
    ['EopFileMalformed', usim, file('EF.ACC', '0001ff')],
  ])('are refused with %s', (code, profile, one) => {
    expect(contentsOf(profile, [one])).toMatchObject({ _tag: 'Refusal', code });
  });

  it('become what the plan of a write takes', () => {
    expect(contentsOf(usim, [file('EF.ACC', '0008'), file('EF.AD', '00000002')])).toMatchObject({
      accessClasses: [3],
      administrativeData: expect.anything(),
    });
    expect(contentsOf(usim, [])).toEqual({});
  });
});
