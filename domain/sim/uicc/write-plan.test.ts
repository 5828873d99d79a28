import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal } from '../../kernel/refusal.ts';
import { SecretBytes } from '../../kernel/secret.ts';
import { encodeTpdu } from './apdu.ts';
import {
  admBytes,
  type CardExpected,
  type CardProfile,
  type CardSeen,
  judgeCard,
  profileOf,
  profileProblem,
} from './card-profile.ts';
import { PROFILES } from './profiles.ts';
import { commandOf, compareReadBack, planWrite, type SubscriptionData, type WriteStep } from './write-plan.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const session: ReadonlyArray<{ readonly label: string; readonly apdu: string }> = JSON.parse(
  readFileSync(new URL('../../../test/vectors/softsim_apdu_session.json', import.meta.url), 'utf8'),
).log;
const profile = (id: string): CardProfile => {
  const found = PROFILES.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no profile ${id}`);
  return found;
};
const [usim, gsm, sealed] = [profile('usim-key-file'), profile('gsm-classic'), profile('usim-sealed')];

const data: SubscriptionData = {
  iccid: '8988211000000467343',
  imsi: '001010123456789',
  smsParameters: { alpha: '', serviceCentre: { toa: 0x91, digits: '86801000000' } },
  accessClasses: [9],
  administrativeData: { mode: 'normal', info: '0000', mncLength: 2 },
  keys: {
    k: new SecretBytes(hex('465b5ce8b199b49faa5f0a2ee238a6bc')),
    opc: new SecretBytes(hex('cd63cb71954a9f4e48a5994e37a02baf')),
  },
  adm: '1234',
};
const steps = (one: CardProfile, more: Partial<SubscriptionData> = {}, keepsIccid = false): readonly WriteStep[] => {
  const plan = planWrite(one, { ...data, ...more }, keepsIccid);
  if (isRefusal(plan)) throw new Error(`${plan.code} ${plan.field}`);
  return plan;
};
const apdus = (one: CardProfile, plan: readonly WriteStep[]): readonly string[] =>
  plan.flatMap((step) => (step._tag === 'OpenChannel' ? [] : [encodeTpdu(commandOf(one, step)).toString('hex')]));

describe('the plan of a write', () => {
  it('updates a sealable card with the commands of the recorded session, and seals it last', () => {
    const sent = apdus(sealed, steps(sealed));
    const recorded = session.filter(({ label }) =>
      /^(?:UPDATE (?:ICCID 8|K|IMSI 0|SMSP)|READ (?:ICCID|IMSI|SMSP)|ACTIVATE)/.test(label),
    );
    expect(recorded.length).toBeGreaterThan(7);
    for (const { apdu } of recorded) expect(sent).toContain(apdu);
    expect(sent.at(-1)).toBe('00440000023f00');
    expect(sent.filter((apdu) => apdu.startsWith('0020'))).toEqual([]);
  });

  it('verifies the ADM once, before any update; reads back only after the last one', () => {
    const tags = steps(usim).map(({ _tag }) => _tag);
    expect(tags.filter((tag) => tag === 'Verify')).toHaveLength(1);
    expect(tags.indexOf('Verify')).toBeLessThan(tags.indexOf('Update'));
    expect(tags.lastIndexOf('Update')).toBeLessThan(tags.indexOf('ReadBack'));
    expect(tags).not.toContain('Activate');
    expect(apdus(usim, steps(usim))[1]).toBe('0020000a0831323334ffffffff');
  });

  it('reads back all that it updates, but keys that cannot be read', () => {
    const names = (tag: string) =>
      steps(usim).flatMap((step) => (step._tag === tag && 'name' in step ? [step.name] : []));
    expect(names('ReadBack')).toEqual(names('Update').filter((name) => name !== 'keys'));
    expect(names('Update')).toContain('keys');
  });

  it('opens the channel before the code, keeps protected updates inside, and reads back outside', () => {
    const key = new SecretBytes(Buffer.alloc(16, 7));
    const one = profile('usim-scp03');
    const plan = steps(one, { channel: { enc: key, mac: key, dek: key } });
    const words = plan.map((step) => ('name' in step ? `${step._tag} ${step.name}` : step._tag));
    const open = words.indexOf('OpenChannel');
    const end = words.indexOf('SelectApplication', open);
    expect(words.slice(open, end)).toEqual(expect.arrayContaining(['Verify', 'Update EF.IMSI', 'Update keys']));
    expect(words.slice(open, end).filter((word) => word.startsWith('Update'))).toHaveLength(2);
    expect(words.slice(end).filter((word) => /Update (?:EF.IMSI|keys)/.test(word))).toEqual([]);
    expect(words.indexOf('ReadBack EF.IMSI')).toBeGreaterThan(end);
    expect(planWrite(one, data, false)).toMatchObject({ code: 'KeyMissing', field: 'channel' });
  });

  it('speaks to a GSM card in its own class', () => {
    const sent = apdus(gsm, steps(gsm));
    expect(sent.every((apdu) => apdu.startsWith('a0'))).toBe(true);
    expect(sent).toContain('a02000040812 34ffffffffffff'.replace(' ', ''));
    expect(sent).toContain('a0d60000020200');
  });

  it('leaves an ICCID that the factory wrote', () => {
    const kept = steps(usim, {}, true).flatMap((step) => ('name' in step ? [step.name] : []));
    expect(kept).not.toContain('EF.ICCID');
    expect(kept).toContain('EF.IMSI');
  });

  it('shows no number and no key', () => {
    const shown = `${inspect(steps(usim), { depth: 9 })}${JSON.stringify(steps(usim))}`;
    for (const text of ['465b5ce8', '46 5b', '0809101010', '31323334', '988812']) expect(shown).not.toContain(text);
  });

  it.each([
    ['KeyMissing', 'keys', { keys: undefined }],
    ['KeyMissing', 'opc', { keys: { k: new SecretBytes(Buffer.alloc(16)) } }],
    ['InvalidAdm', 'adm', { adm: '123456789' }],
    ['InvalidAdm', 'adm', { adm: undefined }],
    ['InvalidIccid', 'iccid/iccid', { iccid: '8988211000000467344' }],
    ['InvalidImsi', 'imsi/imsi', { imsi: '0010101234567890' }],
    ['FileTooSmall', 'smsParameters/alpha', { smsParameters: { alpha: 'x'.repeat(30) } }],
  ])('is refused with %s at %s', (code, field, more) => {
    const given = Object.fromEntries(Object.entries({ ...data, ...more }).filter(([, value]) => value !== undefined));
    expect(planWrite(usim, given as unknown as SubscriptionData, false)).toMatchObject({ code, field });
  });

  it('sees every byte that differs', () => {
    const back = steps(usim).find((step) => step._tag === 'ReadBack' && step.name === 'EF.SMSP');
    if (back?._tag !== 'ReadBack') throw new Error('no read-back');
    const good = back.expected.reveal();
    expect(compareReadBack(back, good)).toBeUndefined();
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const spoilt = Buffer.from(good);
        spoilt[at] = (spoilt[at] ?? 0) ^ change;
        expect(compareReadBack(back, spoilt)).toMatchObject({ code: 'ReadBackDiffers', field: `EF.SMSP/1/${at}` });
      }),
    );
    expect(compareReadBack(back, good.subarray(1))).toMatchObject({ code: 'ReadBackDiffers' });
    expect(compareReadBack(back, Buffer.concat([good, Buffer.of(0xff)]))).toMatchObject({ field: 'EF.SMSP/1/52' });
  });
});

describe('profiles', () => {
  it.each(PROFILES.map((one) => [one.id, one] as const))('%s is in order, and found by its ATR', (id, one) => {
    expect(profileProblem(one)).toBeUndefined();
    expect(profileOf(PROFILES, hex(one.atr.value))?.id).toBe(id);
    expect(JSON.parse(JSON.stringify(one))).toEqual(one);
  });

  const first = usim.files[0];
  const channel = { protocol: 'scp03', keyVersion: 0x30, level: 0x03 } as const;
  const keysOfMf: NonNullable<CardProfile['keys']> = {
    directory: 'MF',
    fid: 'a001',
    layout: [{ part: 'k' }, { part: 'opc' }],
    readable: false,
  };
  const broken: readonly (readonly [string, Partial<CardProfile>])[] = [
    ['atr', { atr: { value: '3b', mask: 'ffff' } }],
    ['atr/value', { atr: { value: '3c00', mask: 'ffff' } }],
    ['files/0/file', { files: [{ ...first, file: 'EF.None', directory: 'MF', size: 10, from: 'iccid' }] }],
    ['files/0/file', { files: [{ file: 'EF.Keys', directory: 'ADF.USIM', size: 33, from: 'iccid' }] }],
    ['files/0/directory', { files: [{ file: 'EF.ICCID', directory: 'DF.GSM', size: 10, from: 'iccid' }] }],
    ['files/0/size', { files: [{ file: 'EF.ICCID', directory: 'MF', size: 9, from: 'iccid' }] }],
    ['files/0/record', { files: [{ file: 'EF.ICCID', directory: 'MF', size: 10, record: 1, from: 'iccid' }] }],
    ['files/0/record', { files: [{ file: 'EF.SMSP', directory: 'ADF.USIM', size: 28, from: 'smsParameters' }] }],
    ['usimAid', { usimAid: 'a0' }],
    ['cardClass', { cardClass: 'gsm' }],
    ['keys', { keys: { directory: 'MF', fid: 'A001', layout: [{ part: 'k' }, { part: 'opc' }], readable: false } }],
    ['keys/layout', { keys: { directory: 'MF', fid: 'a001', layout: [{ part: 'k' }], readable: false } }],
    ['immutable', { immutable: ['EF.GID1'] }],
    [
      'channel',
      { channel: { ...channel, protects: ['keys'] }, cardClass: 'gsm', files: [], immutable: [], keys: keysOfMf },
    ],
    ['channel/keyVersion', { channel: { ...channel, protects: ['keys'], keyVersion: 0 } }],
    ['channel/protects', { channel: { ...channel, protects: [] } }],
    ['channel/protects', { channel: { ...channel, protects: ['EF.SPN'] } }],
    [
      'channel/protects',
      {
        channel: { ...channel, protects: ['EF.SMSP'] },
        files: [
          ...usim.files,
          { file: 'EF.SMSP', directory: 'DF.TELECOM', size: 230, record: 1, from: 'smsParameters' },
        ],
      },
    ],
  ];
  it.each(broken)('is refused at %s', (field, change) =>
    expect(profileProblem({ ...usim, ...change })).toMatchObject({ code: 'MalformedProfile', field }),
  );

  it('bits outside the mask do not count, and the closer profile is taken', () => {
    const loose: CardProfile = { ...usim, id: 'loose', atr: { value: usim.atr.value, mask: `ffff${'00'.repeat(20)}` } };
    expect(profileOf([loose, usim], hex(usim.atr.value))?.id).toBe(usim.id);
    expect(profileOf([loose, usim], hex(sealed.atr.value))?.id).toBe('loose');
    expect(profileOf([usim], hex('3b00'))).toBeUndefined();
  });

  it.each([
    ['1234', 'ascii', '31323334ffffffff'],
    ['12345678', 'ascii', '3132333435363738'],
    ['3132333435363738', 'hex', '3132333435363738'],
    ['1234', 'hex', '1234ffffffffffff'],
    ['12345', 'bcd', '12345fffffffffff'],
  ] as const)('ADM %s as %s', (code, encoding, bytes) => {
    const found = admBytes(code, encoding);
    expect(isRefusal(found) || found.reveal().toString('hex')).toBe(bytes);
  });

  it.each([
    ['', 'ascii'],
    ['123', 'hex'],
    ['12a', 'bcd'],
    ['12345678901234567', 'bcd'],
  ] as const)('refuses ADM %j as %s', (code, encoding) =>
    expect(admBytes(code, encoding)).toMatchObject({ code: 'InvalidAdm', field: 'adm' }),
  );
});

describe('whether a card is legal', () => {
  const seen: CardSeen = { atr: hex(usim.atr.value), iccid: null, imsi: null };
  const expected: CardExpected = { profiles: PROFILES, profile: usim.id, iccid: data.iccid, planned: true };
  const rows: readonly (readonly [string, Partial<CardSeen>, Partial<CardExpected>])[] = [
    ['MalformedAtr', { atr: hex('3b') }, {}],
    ['CardProfileUnknown', { atr: hex('3b021450') }, {}],
    ['CardOfAnotherBatch', { atr: hex(sealed.atr.value) }, {}],
    ['CardNotBlank', { imsi: data.imsi }, {}],
    ['CardIccidDiffers', { iccid: '8949440000001155314' }, {}],
    ['IccidNotInBatch', {}, { planned: false }],
    // The first row that holds decides.
    ['CardProfileUnknown', { atr: hex('3b021450'), imsi: data.imsi }, { planned: false }],
    ['CardNotBlank', { imsi: data.imsi, iccid: '8949440000001155314' }, { planned: false }],
  ];
  it.each(rows)('%s', (code, card, register) =>
    expect(judgeCard({ ...seen, ...card }, { ...expected, ...register })).toMatchObject({ _tag: 'Refusal', code }),
  );

  it('a blank one is; one with its ICCID from the factory keeps it', () => {
    expect(judgeCard(seen, expected)).toMatchObject({ profile: { id: usim.id }, keepsIccid: false });
    expect(judgeCard({ ...seen, iccid: data.iccid }, expected)).toMatchObject({ keepsIccid: true });
  });
});
