import { type Refusal, refuse } from '../../kernel/refusal.ts';

/**
 * The answer to reset (ISO/IEC 7816-3 §8, TS 102 221 §6.3): what a card says of itself before any command. A card
 * profile is found by it, and a serial reader sets its line by it.
 */

export interface ClockParameters {
  /** Clock rate conversion Fi; a bit takes Fi / Di clock cycles. */
  readonly fi: number;
  readonly di: number;
  /** The highest clock frequency in hertz. */
  readonly maxHz: number;
}

/** Parameters of T=1 (ISO/IEC 7816-3 §11.4); defaults where the card is silent. */
export interface T1Parameters {
  /** Longest information field that the card takes, 1–254. */
  readonly ifsc: number;
  /** Character and block waiting integers. */
  readonly cwi: number;
  readonly bwi: number;
  readonly checksum: 'lrc' | 'crc';
}

export interface Atr {
  readonly convention: 'direct' | 'inverse';
  /** In the order offered, each once; T=0 when the card names none. Never 15, which is no protocol. */
  readonly protocols: readonly number[];
  /** From TA1; the defaults 372/1 when it is missing. */
  readonly clock: ClockParameters;
  /** TC1: 0–254 extra bit times between bytes, 255 the least that the protocol allows. */
  readonly extraGuardTime: number;
  /** TA2: the card is in this protocol already, and takes no PPS. */
  readonly specificMode?: { readonly protocol: number; readonly canChange: boolean; readonly implicitClock: boolean };
  /** TC2: waiting time integer of T=0; 10 when missing. */
  readonly waitingInteger: number;
  /** Only when T=1 is offered. */
  readonly t1?: T1Parameters;
  /** First TA for T=15: in which state the clock may stop, and which supply classes (A 5 V, B 3 V, C 1.8 V) it takes. */
  readonly clockStop?: 'no' | 'low' | 'high' | 'any';
  readonly voltageClasses?: readonly ('A' | 'B' | 'C')[];
  /** Lower-case hex, 0–15 bytes. */
  readonly historical: string;
}

const FI: readonly (readonly [fi: number, maxHz: number] | undefined)[] = [
  [372, 4_000_000],
  [372, 5_000_000],
  [558, 6_000_000],
  [744, 8_000_000],
  [1_116, 12_000_000],
  [1_488, 16_000_000],
  [1_860, 20_000_000],
  undefined,
  undefined,
  [512, 5_000_000],
  [768, 7_500_000],
  [1_024, 10_000_000],
  [1_536, 15_000_000],
  [2_048, 20_000_000],
];
const DI: readonly (number | undefined)[] = [undefined, 1, 2, 4, 8, 16, 32, 64, 12, 20];
const DEFAULT_CLOCK = 0x11;
const LONGEST = 33;

/** The meaning of a TA1 or PPS1 byte; undefined when it holds a value reserved for later. */
export const clockOf = (byte: number): ClockParameters | undefined => {
  const [fi, maxHz] = FI[byte >> 4] ?? [];
  const di = DI[byte & 0x0f];
  return fi === undefined || maxHz === undefined || di === undefined ? undefined : { fi, di, maxHz };
};

const malformed = (message: string, field: string): Refusal => refuse('invalid', 'MalformedAtr', message, { field });

/** Interface bytes of one level: TA, TB, TC for the protocol that the TD before named (none at level 1). */
interface Level {
  readonly protocol: number | undefined;
  readonly ta: number | undefined;
  readonly tb: number | undefined;
  readonly tc: number | undefined;
}

interface Split {
  readonly levels: readonly Level[];
  readonly historical: Buffer;
  /** What comes after the historical bytes: the check byte, if anything. */
  readonly rest: Buffer;
}

const split = (atr: Buffer): Split | Refusal => {
  let at = 1;
  const next = (present: boolean): number | undefined => {
    if (!present) return undefined;
    at += 1;
    return atr[at - 1];
  };
  const t0 = next(true) ?? 0;
  const levels: Level[] = [];
  let indicator = t0;
  let protocol: number | undefined;
  for (;;) {
    const [ta, tb, tc] = [next((indicator & 0x10) > 0), next((indicator & 0x20) > 0), next((indicator & 0x40) > 0)];
    levels.push({ protocol, ta, tb, tc });
    const td = next((indicator & 0x80) > 0);
    if (at > atr.length)
      return malformed('The interface bytes that are announced are missing.', `atr/${levels.length}`);
    if (td === undefined) break;
    indicator = td;
    protocol = td & 0x0f;
  }
  const end = at + (t0 & 0x0f);
  if (end > atr.length) return malformed('The historical bytes that are announced are missing.', 'atr/historical');
  return { levels, historical: atr.subarray(at, end), rest: atr.subarray(end) };
};

/** TCK is there exactly when a protocol other than T=0 is named, and makes the XOR of all bytes after TS zero. */
const checkProblem = (atr: Buffer, levels: readonly Level[], rest: Buffer): Refusal | undefined => {
  const needed = levels.some(({ protocol }) => (protocol ?? 0) !== 0);
  if (rest.length !== (needed ? 1 : 0)) {
    return malformed(needed ? 'TCK is missing or not the last byte.' : 'Bytes follow the historical ones.', 'atr/tck');
  }
  const sum = atr.subarray(1).reduce((xor, byte) => xor ^ byte, 0);
  return needed && sum !== 0 ? malformed('TCK is wrong.', 'atr/tck') : undefined;
};

const t1Of = (levels: readonly Level[]): T1Parameters => {
  // The first level for T=1 after level 2; level 2 itself holds bytes that are not of one protocol.
  const { ta, tb, tc } = levels.find(({ protocol }, i) => i >= 2 && protocol === 1) ?? {};
  return {
    ifsc: ta ?? 32,
    cwi: (tb ?? 0x4d) & 0x0f,
    bwi: (tb ?? 0x4d) >> 4,
    checksum: ((tc ?? 0) & 1) === 1 ? 'crc' : 'lrc',
  };
};

const supplyOf = (levels: readonly Level[]): Pick<Atr, 'clockStop' | 'voltageClasses'> => {
  const ta = levels.find(({ protocol }, i) => i >= 2 && protocol === 15)?.ta;
  if (ta === undefined) return {};
  const classes = (['A', 'B', 'C'] as const).filter((_, bit) => (ta >> bit) & 1);
  return { clockStop: (['no', 'low', 'high', 'any'] as const)[ta >> 6] ?? 'no', voltageClasses: classes };
};

const modeOf = (ta2: number | undefined): Pick<Atr, 'specificMode'> =>
  ta2 === undefined
    ? {}
    : {
        specificMode: { protocol: ta2 & 0x0f, canChange: (ta2 & 0x80) === 0, implicitClock: (ta2 & 0x10) > 0 },
      };

/** Refused with `MalformedAtr`, the field naming the part: `atr/ts`, `atr/2` (level), `atr/historical`, `atr/tck`. */
export const parseAtr = (bytes: Uint8Array): Atr | Refusal => {
  const atr = Buffer.from(bytes);
  if (atr.length < 2 || atr.length > LONGEST) return malformed('An ATR has 2 to 33 bytes.', 'atr');
  if (atr[0] !== 0x3b && atr[0] !== 0x3f) return malformed('An ATR begins with 3B or 3F.', 'atr/ts');
  const parts = split(atr);
  if ('_tag' in parts) return parts;
  const { levels, historical, rest } = parts;
  const problem = checkProblem(atr, levels, rest);
  if (problem !== undefined) return problem;
  const clock = clockOf(levels[0]?.ta ?? DEFAULT_CLOCK);
  if (clock === undefined) return malformed('TA1 holds a reserved value.', 'atr/1');
  const named = levels.flatMap(({ protocol }) => (protocol === undefined || protocol === 15 ? [] : [protocol]));
  const protocols = named.length === 0 ? [0] : [...new Set(named)];
  const t1 = protocols.includes(1) ? t1Of(levels) : undefined;
  if (t1 !== undefined && (t1.ifsc === 0 || t1.ifsc === 0xff)) return malformed('IFSC is 1 to 254.', 'atr/ifsc');
  return {
    convention: atr[0] === 0x3b ? 'direct' : 'inverse',
    protocols,
    clock,
    extraGuardTime: levels[0]?.tc ?? 0,
    ...modeOf(levels[1]?.ta),
    waitingInteger: levels[1]?.tc ?? 10,
    ...(t1 === undefined ? {} : { t1 }),
    ...supplyOf(levels),
    historical: historical.toString('hex'),
  };
};
