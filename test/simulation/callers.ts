import type { Outcome } from '../../actors/runtime/outcome.ts';
import { type Protocol, protocolOf, type TaggedCommand } from '../../actors/runtime/protocol.ts';
import type { JournalDocument } from '../../store/runtime/journal.ts';
import { Counter } from '../support/counter.ts';
import { Wallet } from './definitions.ts';
import { Asker, type Asking, type CallersHost } from './questions.ts';

/** What callers want: commands of all sorts, again and again, and whatever makes trouble about ids and revisions. */

const COUNTER = protocolOf(Counter);
const WALLET = protocolOf(Wallet);

export const KEYS: ReadonlyArray<readonly [Protocol, string]> = [
  ...['a', 'b', 'c'].map((key) => [COUNTER, key] as const),
  ...['x', 'y', 'z'].map((key) => [WALLET, key] as const),
];

/** Those that are asked most. */
const HOT: typeof KEYS = [
  [COUNTER, 'a'],
  [WALLET, 'x'],
];

export class Caller {
  readonly asker: Asker;
  private readonly host: CallersHost;
  private readonly name: string;
  private readonly done: Array<Asking> = [];
  private readonly holds: Array<{ readonly key: string; readonly id: string }> = [];
  private commands = 0;

  constructor(host: CallersHost, name: string) {
    this.host = host;
    this.name = name;
    this.asker = new Asker(host, name);
  }

  /** Until the moment; then what is under way is still pursued to its end. */
  async run(untilMs: number): Promise<void> {
    const { world } = this.host;
    while (world.nowMs < untilMs) {
      await this.one();
      await this.asker.sleep(world.random.chance(0.2) ? 0 : world.random.between(0, 600));
    }
  }

  private nextId(): string {
    this.commands += 1;
    return `${this.name}-${this.commands}`;
  }

  private async ask(protocol: Protocol, key: string, command: TaggedCommand, ifRev?: number): Promise<Outcome> {
    const commandId = this.nextId();
    const asking = { protocol, key, command, commandId, ...(ifRev === undefined ? {} : { ifRev }) };
    const outcome = await this.asker.ask(asking);
    this.done.push(asking);
    return outcome;
  }

  private async one(): Promise<void> {
    const { random } = this.host.world;
    const amount = 1 + random.below(9);
    const counter = random.pick(['a', 'a', 'b', 'c']);
    const wallet = random.pick(['x', 'x', 'y', 'z']);
    const other = random.pick(['x', 'y', 'z']);
    switch (random.below(14)) {
      case 0:
      case 1:
        return void (await this.ask(COUNTER, counter, { _tag: 'Add', by: amount } as TaggedCommand));
      case 2:
        return void (await this.ask(COUNTER, counter, { _tag: 'Take', by: amount * 2 } as TaggedCommand));
      case 3:
        return void (await this.ask(COUNTER, counter, { _tag: 'Look' }));
      case 4:
        return void (await this.asker.read(...random.pick(KEYS)));
      case 5:
        return void (await this.ask(WALLET, wallet, { _tag: 'Deposit', amount } as TaggedCommand));
      case 6:
        return this.transfer(wallet, other, amount);
      case 7:
        return this.hold(wallet, amount);
      case 8:
        return this.settle();
      case 9:
        return this.again();
      case 10:
      case 11:
        return void (await this.asker.read(...random.pick(HOT)));
      case 12:
        return this.atRevision(...random.pick(KEYS));
      default:
        return this.burst(wallet);
    }
  }

  private async transfer(from: string, to: string, amount: number): Promise<void> {
    const taken = await this.ask(WALLET, from, { _tag: 'Withdraw', amount } as TaggedCommand);
    if (taken._tag === 'Answered') await this.ask(WALLET, to, { _tag: 'Deposit', amount } as TaggedCommand);
  }

  private async hold(key: string, amount: number): Promise<void> {
    const forMs = 500 + this.host.world.random.below(8_000);
    const id = `${this.name}-${this.commands + 1}`;
    const held = await this.ask(WALLET, key, { _tag: 'Hold', amount, forMs } as TaggedCommand);
    if (held._tag === 'Answered') this.holds.push({ key, id });
  }

  private async settle(): Promise<void> {
    const held = this.holds.pop();
    if (held !== undefined) await this.ask(WALLET, held.key, { _tag: 'Settle', hold: held.id } as TaggedCommand);
  }

  /** An id that was used before: with the same input, or with another. */
  private async again(): Promise<void> {
    const { random } = this.host.world;
    if (this.done.length === 0) return;
    const before = random.pick(this.done);
    const other = before.protocol === COUNTER ? { _tag: 'Add', by: 77 } : { _tag: 'Deposit', amount: 77 };
    // An id that led to nothing may be used by anybody: only one that left a receipt is asked with another input.
    await this.asker.ask(random.chance(0.4) ? { ...before, command: other } : before);
  }

  private async atRevision(protocol: Protocol, key: string): Promise<void> {
    const { random } = this.host.world;
    const rev = await this.asker.read(protocol, key);
    if (typeof rev !== 'number') return;
    const command = protocol === COUNTER ? { _tag: 'Add', by: 1 } : { _tag: 'Deposit', amount: 1 };
    await this.ask(protocol, key, command, random.chance(0.8) ? rev : rev + 1);
  }

  /** More than a mailbox takes. */
  private async burst(key: string): Promise<void> {
    const { random } = this.host.world;
    const asks = Array.from({ length: 4 + random.below(12) }, () =>
      this.ask(WALLET, key, random.chance(0.3) ? { _tag: 'Look' } : ({ _tag: 'Deposit', amount: 1 } as TaggedCommand)),
    );
    await Promise.all(asks);
  }
}

/**
 * Something that is hardly ever touched: a command nobody repeats, and many who look. Where actors are busy, a late
 * append finds its place taken by the next command; here it lands, and whoever has looked before must not go on telling
 * what was.
 */
export class Watcher {
  readonly asker: Asker;
  private readonly keys: Array<string> = [];
  private readonly host: CallersHost;
  private readonly name: string;

  constructor(host: CallersHost, name: string) {
    this.host = host;
    this.name = name;
    this.asker = new Asker(host, name);
  }

  async run(untilMs: number): Promise<void> {
    const { world } = this.host;
    for (let round = 0; world.nowMs < untilMs; round += 1) {
      const key = `${this.name}-${round}`;
      this.keys.push(key);
      for (let commands = 1 + world.random.below(3), at = 0; at < commands && world.nowMs < untilMs; at += 1) {
        const command = { _tag: 'Add', by: 1 } as TaggedCommand;
        this.asker.mention({ protocol: COUNTER, key, command, commandId: `${key}-${at}` });
        const looks = 2 + world.random.below(8);
        for (let look = 0; look < looks && world.nowMs < untilMs; look += 1) {
          await this.asker.sleep(world.random.between(0, world.random.pick([20, 400, 3_000])));
          await this.asker.read(COUNTER, key);
        }
      }
    }
  }

  async conclude(): Promise<void> {
    const command = { _tag: 'Add', by: 1 } as TaggedCommand;
    for (const key of this.keys) await this.asker.ask({ protocol: COUNTER, key, command, commandId: `${key}-last` });
  }
}

/** Follows the journal as reminders do: in the order in which it became durable, at least once. */
export class Reminder {
  readonly asker: Asker;
  readonly due = new Map<string, { readonly atMs: number; readonly asking: Asking }>();
  private readonly host: CallersHost;
  private readonly journal: ReadonlyArray<JournalDocument>;
  private position = 0;

  constructor(host: CallersHost, journal: ReadonlyArray<JournalDocument>) {
    this.host = host;
    this.journal = journal;
    this.asker = new Asker(host, 'reminders');
    this.tick();
  }

  private tick(): void {
    const { world } = this.host;
    this.follow();
    for (const [name, { atMs, asking }] of this.due) {
      if (atMs > this.asker.process.clock.wallMs()) continue;
      this.due.delete(name);
      void this.asker.ask(asking).then(() => {
        // At least once: sometimes it comes again.
        if (world.random.chance(0.1)) void this.asker.ask(asking);
      });
    }
    world.after(400, () => this.tick());
  }

  private follow(): void {
    for (; this.position < this.journal.length; this.position += 1) {
      const record = this.journal[this.position];
      const key = record?.actor.slice(record.actor.indexOf('/') + 1) ?? '';
      for (const reminder of record?.turns?.flatMap((turn) => turn.reminders ?? []) ?? []) {
        const name = `${record?.kind}/${key}/${reminder.name}`;
        if (reminder._tag !== 'Set') this.due.delete(name);
        else {
          const command = WALLET.decodeReminder(reminder.command);
          const asking = { protocol: WALLET, key, command, commandId: `${reminder.name}@${reminder.atMs}` };
          this.due.set(name, { atMs: reminder.atMs, asking });
        }
      }
    }
  }
}
