import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TenantId } from '../../kernel/actor-id.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { outgoingDecider } from './outgoing.ts';
import type { OutgoingCommand, OutgoingReply, OutgoingState } from './schema.ts';

/** Numbers without a gap and without a twin, in whatever order things are told, told again or cut short. */

const FACTS = {
  nowMs: Date.UTC(2026, 10, 27),
  actor: { kind: 'roaming.outgoing', tenant: 'demo' as TenantId, key: 'HKGPP' },
  caller: { subject: 'test', tenant: 'demo' as TenantId, roles: [] },
  commandId: 'c',
};
const ref = (id: string) => ({ id: `F-${id}`, name: id, bytes: 10, sm3: id.padEnd(64, '0').slice(0, 64) });
const batch = (id: string, more: object = {}): OutgoingCommand => ({
  _tag: 'Add',
  ...{ id, ref: ref(id), records: 3, currency: 'XDR', decimals: 3, chargeMinor: 10n, rap: null },
  series: ['billing', 'nrtrde'],
  ...more,
});
const cut = (occasion: string, more: object = {}): OutgoingCommand => ({
  _tag: 'Cut',
  ...{ series: 'billing', occasion, format: 'tap', empty: true },
  ...more,
});
const at = (sequence: number) => ({ series: 'billing', sequence }) as const;

class Actor {
  state: OutgoingState = outgoingDecider.initial;
  tell(command: OutgoingCommand): OutgoingReply | string {
    const decided = outgoingDecider.decide(this.state, command, FACTS);
    if (isRefusal(decided)) return decided.code;
    this.state = decided.events.reduce(outgoingDecider.evolve, this.state);
    return decided.reply;
  }
  all(...commands: ReadonlyArray<OutgoingCommand>): this {
    for (const command of commands) this.tell(command);
    return this;
  }
}

describe('what goes out to a partner', () => {
  it('goes with the file of the day; an empty day is a notification with a number of its own', () => {
    const actor = new Actor().all(batch('a'), batch('b'), cut('2026-11-26'), cut('2026-11-27'));
    expect(actor.state.files).toMatchObject([
      { sequence: 1, kind: 'transfer', records: 6, chargeMinor: 20n, batches: [{ id: 'a' }, { id: 'b' }] },
      { sequence: 2, kind: 'notification', records: 0, batches: [] },
    ]);
    expect(actor.state.waiting).toMatchObject([
      { id: 'a', series: ['nrtrde'] },
      { id: 'b', series: ['nrtrde'] },
    ]);
    actor.tell(cut('2026-11-27T10:15', { series: 'nrtrde', format: 'nrtrde', empty: false }));
    expect(actor.state).toMatchObject({ waiting: [], last: { billing: 2, nrtrde: 1 } });
    expect(actor.tell(cut('2026-11-27T10:30', { series: 'nrtrde', empty: false }))).toMatchObject({ file: null });
  });

  it('is numbered once for each occasion, and a batch counts once', () => {
    const actor = new Actor().all(batch('a'), cut('2026-11-26'));
    expect(actor.tell(cut('2026-11-26'))).toMatchObject({ changed: false, file: { sequence: 1 } });
    expect(actor.tell(batch('a'))).toMatchObject({ changed: false });
    // What is late goes with the next.
    actor.all(batch('late'), cut('2026-11-27'));
    expect(actor.state.files[1]).toMatchObject({ sequence: 2, batches: [{ id: 'late' }] });
  });

  it('does not mix currencies in a billing file', () => {
    const actor = new Actor().all(batch('a'), batch('b', { currency: 'USD', decimals: 2 }), cut('2026-11-26'));
    expect(actor.state.files[0]?.batches).toMatchObject([{ id: 'a' }]);
    actor.tell(cut('2026-11-27'));
    expect(actor.state.files[1]?.batches).toMatchObject([{ id: 'b' }]);
  });

  it('begins again at 1 after the last number', () => {
    const actor = new Actor();
    actor.state = { ...actor.state, last: { billing: 99_999, nrtrde: 99_999 } };
    actor.all(cut('2026-11-26'), batch('a'), cut('2026-11-26T10:00', { series: 'nrtrde', format: 'nrtrde' }));
    expect(actor.state.last).toEqual({ billing: 1, nrtrde: 100_000 });
  });

  it.each<readonly [string, ReadonlyArray<OutgoingCommand>, OutgoingCommand]>([
    ['BatchDiffers', [batch('a')], batch('a', { ref: ref('z') })],
    ['OutgoingFileUnknown', [], { _tag: 'Send', ...at(1) }],
    ['FileNotBuilt', [cut('2026-11-26')], { _tag: 'Send', ...at(1) }],
    [
      'FileNotOpen',
      [cut('2026-11-26'), { _tag: 'Hold', ...at(1), reason: 'x' }],
      { _tag: 'Build', ...at(1), file: ref('f') },
    ],
    ['FileNotHeld', [cut('2026-11-26')], { _tag: 'Rebuild', ...at(1), rap: null }],
    [
      'OutOfOrder',
      [cut('2026-11-26'), cut('2026-11-27'), { _tag: 'Build', ...at(2), file: ref('f') }],
      { _tag: 'Send', ...at(2) },
    ],
  ])('refuses with %s', (code, before, command) => {
    const actor = new Actor().all(...before);
    const { state } = actor;
    expect(actor.tell(command)).toBe(code);
    expect(actor.state).toBe(state);
  });

  it('is held by our own check, made anew, sent, and sent again under its number when it comes back as a whole', () => {
    const actor = new Actor().all(batch('a'), cut('2026-11-26'), { _tag: 'Hold', ...at(1), reason: 'totalCharge.100' });
    expect(actor.state.files[0]).toMatchObject({ status: 'held', reason: 'totalCharge.100' });
    actor.all({ _tag: 'Rebuild', ...at(1), rap: null }, { _tag: 'Build', ...at(1), file: ref('f') });
    expect(actor.tell({ _tag: 'Send', ...at(1) })).toMatchObject({ file: { status: 'sent', sentAtMs: FACTS.nowMs } });
    expect(actor.tell({ _tag: 'Send', ...at(1) })).toMatchObject({ changed: false });
    actor.tell({ _tag: 'Rebuild', ...at(1), rap: 7 });
    expect(actor.state.files[0]).toMatchObject({ status: 'cut', rap: 7, sequence: 1, file: null });
    actor.all({ _tag: 'Build', ...at(1), file: ref('g') }, { _tag: 'Send', ...at(1) });
    expect(actor.tell({ _tag: 'Rebuild', ...at(1), rap: 7 })).toMatchObject({ changed: false });
    expect(actor.state.files).toMatchObject([{ status: 'sent', rap: 7, file: { id: 'F-g' } }]);
  });

  it('has no gap and no twin, and every batch in one file, whatever is told how often', () => {
    const command = fc.oneof(
      fc.integer({ min: 0, max: 20 }).map((id) => batch(`b${id}`)),
      fc.integer({ min: 10, max: 28 }).map((day) => cut(`2026-11-${day}`)),
      fc
        .integer({ min: 1, max: 6 })
        .map((one): OutgoingCommand => ({ _tag: 'Build', ...at(one), file: ref(`f${one}`) })),
      fc.integer({ min: 1, max: 6 }).map((one): OutgoingCommand => ({ _tag: 'Send', ...at(one) })),
      fc.integer({ min: 1, max: 6 }).map((one): OutgoingCommand => ({ _tag: 'Rebuild', ...at(one), rap: one })),
    );
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
        const { state } = new Actor().all(...commands);
        expect(state.files.map(({ sequence }) => sequence)).toEqual(state.files.map((_, place) => place + 1));
        const sent = state.files.flatMap(({ batches }) => batches.map(({ id }) => id));
        const waiting = state.waiting.filter(({ series }) => series.includes('billing')).map(({ id }) => id);
        const told = commands.flatMap((one) => (one._tag === 'Add' ? [one.id] : []));
        expect([...sent, ...waiting].sort()).toEqual([...new Set(told)].sort());
        const last = state.files.findLastIndex(({ status }) => status === 'sent');
        // Those before the last one that was sent were sent, too, or came back as a whole.
        for (const file of state.files.slice(0, Math.max(0, last)))
          expect(file.status === 'sent' || file.rap !== null).toBe(true);
      }),
    );
  });
});
