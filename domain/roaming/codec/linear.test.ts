import { describe, expect, it } from 'vitest';
import { codec } from './codec.ts';
import { composeWith, interpret } from './interpret.ts';
import { ScanError, Scanner } from './scan.ts';
import { sourceOf } from './tape.ts';
import { Unit } from './unit.ts';

/** Work on what an attacker sends grows no faster than its size: counted in looks at the tape, never in time. */

const RULES = codec('TAP-0312');

/** What is found in one unit, and how often its tape was looked at. */
const looked = (bytes: Buffer): { looks: number; remarks: number; places: readonly string[] } => {
  let looks = 0;
  const tape = new Proxy(new Int32Array(8 * bytes.length), {
    get: (target, key) => {
      looks += 1;
      return Reflect.get(target, key, target) as unknown;
    },
  });
  const source = sourceOf(bytes, 0, tape);
  const scanner = new Scanner(RULES.scheme);
  scanner.begin(source);
  const entry = scanner.element(scanner.scheme.record, 0, bytes.length, false);
  const unit = new Unit('record', 'gprsCall', RULES, source, entry, 0, scanner.stop, scanner.remarks, scanner.glanced);
  const { remarks } = unit;
  return { looks, remarks: remarks.length, places: remarks.map(({ path, position }) => `${path} ${position}`) };
};

const element = (tag: string, content: Buffer): Buffer => {
  const length = Buffer.alloc(5, 0x84);
  length.writeUInt32BE(content.length, 1);
  return Buffer.concat([Buffer.from(tag, 'hex'), length, content]);
};
const times = (hex: string, count: number): Buffer => Buffer.alloc((count * hex.length) / 2, hex, 'hex');

const GPRS_CALL = '6e';
const GPRS_SERVICE_USED = '7f79';
const UNKNOWN = '4000';
const VOLUME = '5f817a0101';

const HOSTILE: readonly (readonly [string, (count: number) => Buffer, number])[] = [
  ['elements without content that are not known', (count) => element(GPRS_CALL, times(UNKNOWN, count)), 1],
  [
    'unknown elements, and one field again and again behind them',
    (count) =>
      element(GPRS_CALL, element(GPRS_SERVICE_USED, Buffer.concat([times(UNKNOWN, count), times(VOLUME, count + 1)]))),
    2,
  ],
  [
    'padding before each element',
    (count) => element(GPRS_CALL, element(GPRS_SERVICE_USED, times(`ff${UNKNOWN}`, count))),
    2,
  ],
  [
    'indefinite lengths that are not known, each 40 deep',
    (count) => element(GPRS_CALL, times(`${'6080'.repeat(40)}${'0000'.repeat(40)}`, count)),
    1,
  ],
  [
    'groups that stand again and again, each with an unknown element',
    (count) => element(GPRS_CALL, times(`${GPRS_SERVICE_USED}02${UNKNOWN}`, count)),
    1,
  ],
];

describe('work grows with the size of', () => {
  it.each(HOSTILE)('%s', (_what, file, each) => {
    const [half, whole] = [looked(file(1_000)), looked(file(2_000))];
    expect(whole.remarks).toBe(2_000 * each);
    expect(whole.looks).toBeLessThan(2.2 * half.looks);
    expect(new Set(whole.places).size).toBe(whole.remarks);
  });

  it('half a million elements that have no field and are written back where they stood', () => {
    const content = times(UNKNOWN, 500_000);
    const bytes = element(GPRS_CALL, content);
    const kept = Array.from({ length: 500_000 }, (_, position) => ({
      path: 'gprsCall',
      position,
      bytes: Buffer.from(UNKNOWN, 'hex'),
    }));
    const back = composeWith(
      RULES.grammar.record,
      interpret(RULES.grammar.record, element(GPRS_CALL, Buffer.of())),
      kept,
    );
    expect(back.subarray(-content.length).equals(content)).toBe(true);
    expect(back.length).toBeLessThan(bytes.length);
  });

  it('lengths that are nested too deep, which are refused where they are', () => {
    const deep = element(GPRS_CALL, Buffer.from('6080'.repeat(100_000), 'hex'));
    expect(() => looked(deep)).toThrow(ScanError);
    expect(() => looked(deep)).toThrow('TooDeep');
  });
});
