/** What the simulated card answers, by what happened: a UICC and a GSM SIM have different words for it. */

export interface Answer {
  readonly data: Uint8Array;
  readonly sw: number;
}

const WORDS = {
  fileNotFound: { uicc: 0x6a82, gsm: 0x9404 },
  noFileSelected: { uicc: 0x6986, gsm: 0x9400 },
  wrongStructure: { uicc: 0x6981, gsm: 0x9408 },
  recordNotFound: { uicc: 0x6a83, gsm: 0x9402 },
  outOfRange: { uicc: 0x6b00, gsm: 0x9402 },
  // A UICC may also say 6982; the card that this one is measured by says 6900.
  notAllowed: { uicc: 0x6900, gsm: 0x9804 },
  deactivated: { uicc: 0x6984, gsm: 0x9810 },
  blocked: { uicc: 0x6983, gsm: 0x9840 },
  noSuchCode: { uicc: 0x6a88, gsm: 0x9802 },
  /** Of a secure channel. */
  securityStatus: { uicc: 0x6982, gsm: 0x6982 },
  wrongCryptogram: { uicc: 0x6300, gsm: 0x6300 },
  wrongMac: { uicc: 0x9862, gsm: 0x9862 },
  conditions: { uicc: 0x6985, gsm: 0x6985 },
  wrongLength: { uicc: 0x6700, gsm: 0x6700 },
  wrongP1P2: { uicc: 0x6a86, gsm: 0x6b00 },
  unknownInstruction: { uicc: 0x6d00, gsm: 0x6d00 },
  unknownClass: { uicc: 0x6e00, gsm: 0x6e00 },
  noChannel: { uicc: 0x6881, gsm: 0x6e00 },
} as const;

export type Word = keyof typeof WORDS;

const NOTHING = new Uint8Array();

export const word = (name: Word, cardClass: 'uicc' | 'gsm'): Answer => ({ data: NOTHING, sw: WORDS[name][cardClass] });

export const done = (data: Uint8Array = NOTHING): Answer => ({ data, sw: 0x9000 });

/** A wrong code: a UICC tells the tries that are left, a SIM only whether there are any. */
export const wrongCode = (left: number, cardClass: 'uicc' | 'gsm'): Answer => {
  if (cardClass === 'uicc') return { data: NOTHING, sw: 0x63c0 | left };
  return { data: NOTHING, sw: left === 0 ? 0x9840 : 0x9804 };
};
