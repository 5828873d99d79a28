import type { CardProfile } from './card-profile.ts';

/** The products that come with the system; a tenant's own are data of the same shape. */

const whole = (hex: string): CardProfile['atr'] => ({ value: hex, mask: 'f'.repeat(hex.length) });
const USIM_AID = 'a0000000871002ffffffff89';

/** K and OPc in a proprietary file of the MF, updates behind ADM1. */
const usim: CardProfile = {
  id: 'usim-key-file',
  vendor: 'generic',
  cardClass: 'uicc',
  atr: whole('3b9f96801fc78031a073be21136743200718000001a5'),
  usimAid: USIM_AID,
  adm: { reference: 0x0a, encoding: 'ascii' },
  files: [
    { file: 'EF.ICCID', directory: 'MF', size: 10, from: 'iccid' },
    { file: 'EF.IMSI', directory: 'ADF.USIM', size: 9, from: 'imsi' },
    { file: 'EF.ACC', directory: 'ADF.USIM', size: 2, from: 'accessClasses' },
    { file: 'EF.AD', directory: 'ADF.USIM', size: 4, from: 'administrativeData' },
    { file: 'EF.SMSP', directory: 'ADF.USIM', size: 52, record: 1, from: 'smsParameters' },
  ],
  keys: {
    directory: 'MF',
    fid: 'a001',
    layout: [{ part: 'k' }, { part: 'opc' }, { part: 'flag', value: 0 }],
    readable: false,
  },
  algorithm: 'milenage',
  immutable: ['EF.ICCID'],
  sealed: false,
};

/** Class A0; its keys were put in by the factory. */
const gsm: CardProfile = {
  id: 'gsm-classic',
  vendor: 'generic',
  cardClass: 'gsm',
  atr: whole('3f2f008069af020401310000000e831e9f16'),
  adm: { reference: 0x04, encoding: 'hex' },
  files: [
    { file: 'EF.ICCID', directory: 'MF', size: 10, from: 'iccid' },
    { file: 'EF.IMSI', directory: 'DF.GSM', size: 9, from: 'imsi' },
    { file: 'EF.ACC', directory: 'DF.GSM', size: 2, from: 'accessClasses' },
    { file: 'EF.SMSP', directory: 'DF.TELECOM', size: 28, record: 1, from: 'smsParameters' },
  ],
  algorithm: 'comp128',
  immutable: ['EF.ICCID'],
  sealed: false,
};

/** Open to everybody until the MF is activated, as the recorded software card is. */
const activated: CardProfile = {
  ...usim,
  id: 'usim-sealed',
  atr: whole('3b9f96801f878031e073fe211b674a4c753034054ba9'),
  files: usim.files.filter(({ file }) => file !== 'EF.ACC' && file !== 'EF.AD'),
  immutable: [],
  sealed: true,
};
const { adm: _none, ...open } = activated;

/** As `usim-key-file`, but IMSI and keys go through a secure channel, MAC alone. */
const macOnly: CardProfile = {
  ...usim,
  id: 'usim-scp02',
  atr: whole('3b9f96801fc78031a073be21136743200718000002a6'),
  channel: { protocol: 'scp02', keyVersion: 0x20, level: 0x01, protects: ['EF.IMSI', 'keys'] },
};

/** The same with AES, and nothing that goes through the channel can be read on the line. */
const enciphered: CardProfile = {
  ...usim,
  id: 'usim-scp03',
  atr: whole('3b9f96801fc78031a073be21136743200718000003a7'),
  channel: { protocol: 'scp03', keyVersion: 0x30, level: 0x03, protects: ['EF.IMSI', 'keys'] },
};

export const PROFILES: readonly CardProfile[] = [usim, gsm, open, macOnly, enciphered];
