import type { JournalDocument } from '../../store/runtime/journal.ts';
import type { CounterEvent } from '../support/counter.ts';
import type { CounterV2Event } from '../support/counter-v2.ts';
import { actorKey, commandIdOf, type Seen, type Written } from './load.ts';

/**
 * Compares what callers and readers were told with what the journal says. It reads the journal as it grows and keeps,
 * per actor, the value after each revision, so that it can go on for hours.
 */

/** Only what an audit needs of a record and its turns. */
export type AuditedRecord = Pick<JournalDocument, 'actor' | 'seq' | 'epoch' | 'turns'>;

interface Ledger {
  seq: number;
  epoch: number;
  /** The value after each revision; at 0 the beginning. */
  readonly values: Array<number>;
  /** The highest revision acknowledged by a moment, as a staircase: both rise. */
  readonly ackedUs: Array<number>;
  readonly ackedRev: Array<number>;
}

/** Where a command was applied: actor and revision in one number, since there are millions of them. */
const REVS = 2 ** 32;

/** Reads are compared with acknowledgements that are at most so old; older ones are summed up in one. */
const STAIRS_KEPT_US = 120_000_000;

export interface AuditReport {
  readonly violations: ReadonlyArray<string>;
  readonly turns: number;
  readonly acknowledged: number;
  readonly reads: number;
}

const MOST_VIOLATIONS = 50;

export class Auditor {
  readonly #ledgers: ReadonlyArray<Ledger>;
  readonly #byName = new Map<string, number>();
  /** caller → number of its command → where it was applied. */
  readonly #applied = new Map<string, Map<number, number>>();
  #written: Array<Written> = [];
  #seen: Array<Seen> = [];
  readonly #violations: Array<string> = [];
  #turns = 0;
  #acknowledged = 0;
  #reads = 0;

  /** @param tenant of the actors `k0` to `k<actors - 1>`. */
  constructor(tenant: string, actors: number) {
    this.#ledgers = Array.from({ length: actors }, (_, actor) => {
      this.#byName.set(`${tenant}/${actorKey(actor)}`, actor);
      return { seq: 0, epoch: 0, values: [0], ackedUs: [], ackedRev: [] };
    });
  }

  written(one: Written): void {
    this.#written.push(one);
  }

  seen(one: Seen): void {
    this.#seen.push(one);
  }

  get report(): AuditReport {
    return {
      violations: [...this.#violations],
      turns: this.#turns,
      acknowledged: this.#acknowledged,
      reads: this.#reads,
    };
  }

  /**
   * @param read gives the records of the actors after these sequences, each actor's in order. It is called after what is
   * audited was told, so all of it must be there.
   */
  async audit(
    read: (tails: ReadonlyArray<{ readonly actor: string; readonly afterSeq: number }>) => AsyncIterable<AuditedRecord>,
  ): Promise<AuditReport> {
    const written = this.#written;
    const seen = this.#seen;
    this.#written = [];
    this.#seen = [];
    const tails = [...this.#byName].map(([actor, at]) => ({ actor, afterSeq: this.#ledger(at).seq }));
    for await (const record of read(tails)) this.#record(record);
    written.sort((a, b) => a.ackedUs - b.ackedUs);
    for (const one of written) this.#check(one);
    for (const one of seen) this.#checkRead(one);
    const nowUs = written.at(-1)?.ackedUs ?? 0;
    for (const ledger of this.#ledgers) forget(ledger, nowUs - STAIRS_KEPT_US);
    return this.report;
  }

  /** What the journal says each actor is at now, as far as it was audited. */
  get last(): ReadonlyArray<{ readonly rev: number; readonly value: number }> {
    return this.#ledgers.map(({ values }) => ({ rev: values.length - 1, value: values.at(-1) ?? 0 }));
  }

  /** For whoever finds something else that does not add up. */
  wrong(what: string): void {
    this.#wrong(what);
  }

  #ledger(actor: number): Ledger {
    const ledger = this.#ledgers[actor];
    if (ledger === undefined) throw new Error(`no actor ${actor}`);
    return ledger;
  }

  #wrong(what: string): undefined {
    if (this.#violations.length < MOST_VIOLATIONS) this.#violations.push(what);
  }

  #record({ actor, seq, epoch, turns = [] }: AuditedRecord): undefined {
    const at = this.#byName.get(actor);
    if (at === undefined) return this.#wrong(`a record of an actor that nobody asked: ${actor}`);
    const ledger = this.#ledger(at);
    if (seq !== ledger.seq + 1) this.#wrong(`${actor}: record ${seq} follows record ${ledger.seq}`);
    if (epoch < ledger.epoch) this.#wrong(`${actor}: record ${seq} has epoch ${epoch} after ${ledger.epoch}`);
    ledger.seq = seq;
    ledger.epoch = epoch;
    for (const { commandId, rev, events, reply } of turns) {
      this.#turns += 1;
      const before = ledger.values.length - 1;
      if (rev !== before + 1) this.#wrong(`${actor}: revision ${rev} follows revision ${before}`);
      const value = (ledger.values[before] ?? 0) + events.reduce<number>((sum, event) => sum + addedBy(event), 0);
      ledger.values.push(value);
      const told = (reply as { readonly value?: unknown }).value;
      if (told !== value) this.#wrong(`${actor}: revision ${rev} makes ${value}, its reply says ${told}`);
      this.#apply(actor, at, commandId, rev);
    }
  }

  #apply(actor: string, at: number, commandId: string, rev: number): void {
    const dot = commandId.lastIndexOf('.');
    const caller = commandId.slice(0, dot);
    const number = Number(commandId.slice(dot + 1));
    const mine = this.#applied.get(caller) ?? new Map<number, number>();
    this.#applied.set(caller, mine);
    if (mine.has(number)) this.#wrong(`${actor}: command ${commandId} is applied a second time, at revision ${rev}`);
    mine.set(number, at * REVS + rev);
  }

  #check({ caller, number, actor, ackedUs, rev, value }: Written): undefined {
    this.#acknowledged += 1;
    const name = `${actorKey(actor)}: command ${commandIdOf(caller, number)}`;
    const where = this.#applied.get(caller)?.get(number);
    if (where === undefined) return this.#wrong(`${name} was acknowledged and is not in the journal`);
    if (where !== actor * REVS + rev) this.#wrong(`${name} was acknowledged at revision ${rev} and is elsewhere`);
    const ledger = this.#ledger(actor);
    if (ledger.values[rev] !== value) {
      this.#wrong(`${name} was told ${value}, the journal says ${ledger.values[rev]}`);
    }
    if (rev > (ledger.ackedRev.at(-1) ?? 0)) {
      // One that is told late may be older than the last stair: it counts from there on.
      ledger.ackedUs.push(Math.max(ackedUs, ledger.ackedUs.at(-1) ?? 0));
      ledger.ackedRev.push(rev);
    }
  }

  #checkRead({ actor, startedUs, rev, value }: Seen): void {
    this.#reads += 1;
    const ledger = this.#ledger(actor);
    if (ledger.values[rev] !== value) {
      this.#wrong(`${actorKey(actor)}: a reader was told ${value} at revision ${rev}: it was ${ledger.values[rev]}`);
    }
    const known = ackedBefore(ledger, startedUs);
    if (rev < known) {
      this.#wrong(`${actorKey(actor)}: a reader was told revision ${rev} after revision ${known} was acknowledged`);
    }
  }
}

const addedBy = (event: unknown): number => {
  const { _tag, ...added } = event as { readonly _tag: string } & (CounterEvent | CounterV2Event);
  const by = 'amount' in added ? added.amount.by : added.by;
  return _tag === 'Added' ? by : -by;
};

/** The highest revision that was acknowledged before this moment. */
const ackedBefore = ({ ackedUs, ackedRev }: Ledger, us: number): number => {
  let low = 0;
  let high = ackedUs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ackedUs[middle] ?? 0) < us) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (ackedRev[low - 1] ?? 0);
};

/** Keeps one stair from before the moment. */
const forget = (ledger: Ledger, beforeUs: number): void => {
  let count = 0;
  while (count + 1 < ledger.ackedUs.length && (ledger.ackedUs[count + 1] ?? 0) < beforeUs) count += 1;
  ledger.ackedUs.splice(0, count);
  ledger.ackedRev.splice(0, count);
};
