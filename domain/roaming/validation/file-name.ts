/**
 * Names of files between operators (TD.57 §2, TD.32): two letters for what is in it, sender and recipient by their TADIG
 * codes, five digits of sequence. Anything else is a name that says nothing.
 */
const KINDS = { CD: 'tap', TD: 'tap', RC: 'rap', RT: 'rap', AC: 'acknowledgement', AT: 'acknowledgement' } as const;
type Prefix = keyof typeof KINDS;

export interface FileName {
  readonly kind: (typeof KINDS)[Prefix];
  /** Test data, never charged for. */
  readonly test: boolean;
  readonly sender: string;
  readonly recipient: string;
  /** 1 to 99999. */
  readonly sequence: number;
}

const PATTERN = /^(CD|TD|RC|RT|AC|AT)([A-Z0-9]{5})([A-Z0-9]{5})(\d{5})$/;

/** The name without its directory. */
export const parseFileName = (name: string): FileName | undefined => {
  const [, prefix, sender = '', recipient = '', digits = ''] = PATTERN.exec(name) ?? [];
  if (prefix === undefined || Number(digits) === 0) return undefined;
  // The pattern allows no other.
  const kind = KINDS[prefix as Prefix];
  return { kind, test: prefix.endsWith('T') || prefix === 'TD', sender, recipient, sequence: Number(digits) };
};

export const sequenceText = (sequence: number): string => String(sequence).padStart(5, '0');

export const formatFileName = ({ kind, test, sender, recipient, sequence }: FileName): string => {
  const prefix = { tap: test ? 'TD' : 'CD', rap: test ? 'RT' : 'RC', acknowledgement: test ? 'AT' : 'AC' }[kind];
  return `${prefix}${sender}${recipient}${sequenceText(sequence)}`;
};

/** 99999 is followed by 1. */
export const nextSequence = (sequence: number): number => (sequence % LAST) + 1;
const LAST = 99_999;

/** How many numbers `sequence` is past `expected`: 0 when it is that one, negative when it is of the past. */
export const ahead = (sequence: number, expected: number): number => {
  const distance = (sequence - expected + LAST) % LAST;
  return distance > LAST / 2 ? distance - LAST : distance;
};
