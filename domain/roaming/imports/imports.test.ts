import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Facts } from '../../kernel/decider.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { DUPLICATE, FATES, RATED, reasonOf } from './fate.ts';
import { importFileDecider } from './import-file.ts';
import { KeyIndex } from './key-index.ts';
import { decodePlan, encodePlan } from './plan-file.ts';
import { registerDecider } from './register.ts';
import type { ImportCommand, ImportState, RegisterCommand, RegisterState } from './schema.ts';
import { emptyUsage } from './usage.ts';
import { UsageTable } from './usage-table.ts';

const SM3 = 'a'.repeat(64);
const REF = { id: 'F1', name: 'CDHKGPPCHNCM00001', bytes: 10, sm3: SM3 };
const PLAN = { id: 'F2', name: 'plan', bytes: 10, sm3: 'b'.repeat(64) };
const facts = (key = `HKGPP:${SM3}`): Facts => ({
  nowMs: 1_000,
  actor: { tenant: 'demo' as Facts['actor']['tenant'], key },
  caller: { subject: 's', tenant: 'demo' as Facts['actor']['tenant'], roles: [] },
  commandId: 'c',
});
const AUDIT = { in: 10, rated: 6, rejected: 1, duplicate: 2, quarantined: 1 };
const SUMS = { chargedMinor: 1n, agreedMinor: 1n, priceDiffers: 0 };
const receive: ImportCommand = { _tag: 'Receive', name: REF.name, ref: REF, source: 'poll' };
const plan: ImportCommand = {
  _tag: 'Plan',
  ...{ kind: 'transfer', format: 'TAP-0312', series: 'charging', sequence: 1, currency: 'XDR', decimals: 3 },
  ...AUDIT,
  ...SUMS,
  warnings: [],
  warningCount: 0,
  plan: PLAN,
  terms: { agreement: 2, plan: 1 },
};
const charge: ImportCommand = { _tag: 'Charge', ...AUDIT, ...SUMS, plan: PLAN };
const finish: ImportCommand = { _tag: 'Finish', ...AUDIT };
const quarantine: ImportCommand = {
  _tag: 'Quarantine',
  problems: [{ line: 0, code: 'Truncated', reason: 'cut' }],
  problemCount: 1,
};

const stateAfter = (...commands: ReadonlyArray<ImportCommand>): ImportState | null =>
  commands.reduce<ImportState | null>((state, command) => {
    const decided = importFileDecider.decide(state, command, facts());
    if (isRefusal(decided)) throw new Error(decided.code);
    return decided.events.reduce(importFileDecider.evolve, state);
  }, null);

describe('a partner’s file', () => {
  it('goes from its receipt to done, each step once', () => {
    const twice = stateAfter(receive, receive, plan, plan, charge, charge, finish, finish);
    expect(twice).toMatchObject({ status: 'done', deliveries: 2, audit: AUDIT, records: 10 });
  });

  it('moves a settled record in its audit line, once', () => {
    const settle: ImportCommand = { _tag: 'Settle', record: 7, as: 'rated' };
    const settled = stateAfter(receive, plan, charge, finish, settle, settle);
    expect(settled?.audit).toEqual({ ...AUDIT, quarantined: 0, rated: 7 });
  });

  it('is read again when a person has released it, and stays out when one has discarded it', () => {
    expect(stateAfter(receive, quarantine, { _tag: 'Release', note: 'n' })).toMatchObject({
      status: 'received',
      attempt: 2,
    });
    expect(stateAfter(receive, quarantine, { _tag: 'Discard', reason: 'r' })).toMatchObject({ status: 'discarded' });
  });

  it.each<readonly [string, ReadonlyArray<ImportCommand>, ImportCommand]>([
    ['FileUnknown', [], plan],
    ['ContentDiffers', [], { ...receive, ref: PLAN }],
    ['DoesNotAddUp', [receive], { ...plan, rated: 7 }],
    ['FileNotPlanned', [receive], charge],
    ['DoesNotAddUp', [receive, plan], { ...charge, in: 9, rated: 5 }],
    ['FileNotCharged', [receive, plan], finish],
    ['AuditDiffers', [receive, plan, charge], { ...finish, rated: 5, duplicate: 3 }],
    ['FileEnded', [receive, quarantine], plan],
    ['FileEnded', [receive, plan], quarantine],
    ['FileNotQuarantined', [receive], { _tag: 'Release', note: 'n' }],
    ['FileNotQuarantined', [receive, plan], { _tag: 'Discard', reason: 'r' }],
    ['FileNotDone', [receive, plan], { _tag: 'Settle', record: 1, as: 'rated' }],
  ])('refuses as %s', (code, before, command) => {
    expect(importFileDecider.decide(stateAfter(...before), command, facts())).toMatchObject({ _tag: 'Refusal', code });
  });

  it('says which RAP file returned its records, once', () => {
    const sent: ImportCommand = { _tag: 'RecordReturn', file: PLAN };
    expect(stateAfter(receive, plan, charge, finish, sent, { ...sent, file: REF })).toMatchObject({ returned: PLAN });
    expect(importFileDecider.decide(stateAfter(receive, plan), sent, facts())).toMatchObject({ code: 'FileNotDone' });
  });

  it('has ended when it was returned as a whole', () => {
    const sent: ImportCommand = { _tag: 'RecordReturn', file: PLAN };
    expect(stateAfter(receive, quarantine, sent, { ...sent, file: REF })).toMatchObject({
      status: 'discarded',
      returned: PLAN,
      note: expect.stringContaining(PLAN.name),
    });
  });

  it('has nothing left to settle', () => {
    const settled = stateAfter(receive, plan, charge, finish, { _tag: 'Settle', record: 7, as: 'rejected' });
    const again = importFileDecider.decide(settled, { _tag: 'Settle', record: 8, as: 'rated' }, facts());
    expect(again).toMatchObject({ code: 'NothingQuarantined' });
  });
});

const claim = (sequence: number, sm3 = String(sequence).padStart(64, '0')): RegisterCommand => ({
  _tag: 'Claim',
  series: 'charging',
  sequence,
  sm3,
});
/** Claims, each followed by the end of its turn. */
const register = (...sequences: ReadonlyArray<number>): RegisterState =>
  sequences.reduce((state, sequence) => {
    const taken = claim(sequence);
    const commands: ReadonlyArray<RegisterCommand> = [
      taken,
      { _tag: 'Release', sm3: String(sequence).padStart(64, '0') },
    ];
    return commands.reduce((found, command) => {
      const decided = registerDecider.decide(found, command, facts('HKGPP'));
      if (isRefusal(decided)) throw new Error(decided.code);
      return decided.events.reduce(registerDecider.evolve, found);
    }, state);
  }, registerDecider.initial);
const decideOn = (state: RegisterState, command: RegisterCommand) =>
  registerDecider.decide(state, command, facts('HKGPP'));

describe('sequence numbers of a partner', () => {
  it.each<readonly [string, ReadonlyArray<number>, number, number]>([
    ['the first may be any', [], 42, 0],
    ['the next', [42], 43, 0],
    ['a gap is told', [42], 45, 2],
    ['one that is missing may come later', [42, 45], 43, 0],
    ['after 99999 comes 1', [99_999], 1, 0],
    ['a gap over the turn', [99_998], 2, 2],
    ['a missing one over the turn', [99_998, 2], 99_999, 0],
  ])('%s', (_, before, sequence, gap) => {
    expect(decideOn(register(...before), claim(sequence))).toMatchObject({ _tag: 'Accepted', reply: { gap } });
  });

  it.each<readonly [string, ReadonlyArray<number>, RegisterCommand]>([
    ['SequencePast', [42], claim(41)],
    ['SequencePast', [42, 45, 43], claim(40)],
    ['SequencePast', [3], claim(99_999)],
    ['SequenceReused', [42, 43], claim(42, 'f'.repeat(64))],
  ])('refuses as %s', (code, before, command) => {
    expect(decideOn(register(...before), command)).toMatchObject({ _tag: 'Refusal', code });
  });

  it('lets one file at a time be compared, and knows it again', () => {
    const first = decideOn(registerDecider.initial, claim(1));
    if (isRefusal(first)) throw new Error(first.code);
    const taken = first.events.reduce(registerDecider.evolve, registerDecider.initial);
    expect(decideOn(taken, claim(2))).toMatchObject({ code: 'TurnTaken' });
    expect(decideOn(taken, claim(1))).toMatchObject({ events: [] });
  });

  it('numbers RAP files without a gap, each file’s once', () => {
    const numbers = ['a', 'b', 'a', 'c'].reduce<readonly [RegisterState, ReadonlyArray<number | undefined>]>(
      ([state, given], letter) => {
        const decided = decideOn(state, { _tag: 'NumberReturn', sm3: letter.repeat(64) });
        if (isRefusal(decided)) throw new Error(decided.code);
        return [decided.events.reduce(registerDecider.evolve, state), [...given, decided.reply.return?.sequence]];
      },
      [registerDecider.initial, []],
    );
    expect(numbers[1]).toEqual([1, 2, 1, 3]);
  });

  it('keeps test files apart', () => {
    const state = register(42);
    expect(decideOn(state, { _tag: 'Claim', series: 'test', sequence: 1, sm3: SM3 })).toMatchObject({
      reply: { gap: 0 },
    });
  });
});

const tableOf = (events: ReadonlyArray<number>): UsageTable => {
  const table = new UsageTable();
  for (const [at, event] of events.entries()) {
    table.add(
      { ...emptyUsage(), imsi: '460010000000001', localTime: '20261101000000', quantity: event, charge: 1 },
      at,
    );
  }
  return table;
};

describe('records that have come before', () => {
  it('are found in the file and in files before it, as a set of their own finds them', () => {
    const few = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 60 });
    fc.assert(
      fc.property(few, few, (earlier, events) => {
        const seen = new Set(earlier);
        const expected = events.map((event) => {
          const known = seen.has(event);
          seen.add(event);
          return known ? DUPLICATE : RATED;
        });
        const history = tableOf(earlier);
        const table = tableOf(events);
        const index = new KeyIndex(table);
        for (let row = 0; row < history.rows; row += 1) index.seen(history.key(row));
        expect([...table.fates]).toEqual(expected);
      }),
    );
  });

  it('do not count when they were not readable', () => {
    const table = tableOf([1]);
    table.skip(5, FATES.ChargeMissing);
    table.skip(9, FATES.ChargeMissing);
    new KeyIndex(table);
    expect([...table.fates]).toEqual([RATED, FATES.ChargeMissing, FATES.ChargeMissing]);
  });
});

describe('a plan', () => {
  it('comes back as it was written', () => {
    const any = fc.record({
      fates: fc.uint8Array({ maxLength: 50 }),
      subscribers: fc.array(fc.string({ maxLength: 8 }), { maxLength: 5 }),
      owners: fc.array(fc.integer({ min: -1, max: 4 }), { maxLength: 10 }).map((list) => Int32Array.from(list)),
      numbers: fc
        .array(fc.tuple(fc.nat({ max: 1_000_000 }), fc.nat({ max: 10 ** 15 })), { maxLength: 5 })
        .map((pairs) => new Map(pairs)),
    });
    fc.assert(
      fc.property(any, (one) => {
        expect(decodePlan(encodePlan(one))).toEqual(one);
      }),
    );
  });

  it('gives every reason its own byte', () => {
    const bytes = Object.entries(FATES);
    expect(new Set(bytes.map(([, byte]) => byte)).size).toBe(bytes.length);
    for (const [code, byte] of bytes) expect(reasonOf(byte)?.code).toBe(code);
  });
});

describe('usage', () => {
  it('keeps the first fifteen digits of a destination, and its zeros', () => {
    const table = new UsageTable();
    for (const party of ['', '0044', '861391234567', '12345678901234567']) table.add({ ...emptyUsage(), party }, 0);
    expect(Array.from({ length: 4 }, (_, row) => table.destination(row))).toEqual([
      '',
      '0044',
      '861391234567',
      '123456789012345',
    ]);
  });

  it('of one record alone is as it was', () => {
    const table = tableOf([1, 2, 3]);
    const only = table.only(1);
    expect([only.rows, only.quantity(0), only.imsis, [...only.key(0)]]).toEqual([
      1,
      2,
      ['460010000000001'],
      [...table.key(1)],
    ]);
  });
});
