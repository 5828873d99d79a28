import { codec } from '../codec/codec.ts';
import { type Member, onTheWire, type Shape, type TapName } from '../codec/grammar.ts';
import { ENTRY, type Integer, integerAt, type Source, sourceOf } from '../codec/tape.ts';
import type { Unit } from '../codec/unit.ts';
import type { Facts } from './facts.ts';
import type { FileHeader, Finding, PathStep } from './finding.ts';
import type { NodePlan, PlacePlan } from './plan.ts';
import type { Place } from './rule.ts';
import { Tables } from './tables.ts';

/** Whole numbers added up exactly. */
export const add = (a: Integer, b: Integer): Integer => {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return BigInt(a) + BigInt(b);
};

interface Amounts {
  charge: Integer;
  tax: Integer;
  discount: Integer;
}
const nothing = (): Amounts => ({ charge: 0, tax: 0, discount: 0 });

/** What one record has said so far. Entries are -1 where nothing stood. */
export class RecordState {
  imsi = -1;
  msisdn = -1;
  min = -1;
  /** The group that says whose event it is; -1 where none stands. */
  subscriber = -1;
  /** When the event began; NaN where it is not known. */
  startMs = Number.NaN;
  start = -1;
  startAfterCharging = false;
  startAfterDetail = false;
  /** Of what the first and last events of the file are looked for. */
  eventMs = Number.NaN;
  callingNumber = -1;
  shortMessage = false;
  refunding = false;
  plain: Amounts = nothing();
  refund: Amounts = nothing();

  get amounts(): Amounts {
    return this.refunding ? this.refund : this.plain;
  }
}

export const UNKNOWN_HEADER: FileHeader = {
  sender: undefined,
  recipient: undefined,
  sequence: undefined,
  test: false,
  rapSequence: undefined,
  fileAvailableMs: undefined,
  tapDecimalPlaces: undefined,
  tapCurrency: undefined,
};

/** Where a unit stands in its file. */
interface Standing {
  readonly place: Place;
  readonly plan: PlacePlan;
  readonly record: number | undefined;
  readonly above: readonly PathStep[];
  /** The choice whose alternative the unit is. */
  readonly choice: Shape;
}

const NOWHERE = sourceOf(Buffer.alloc(0), 0, new Int32Array(0));

/** One pass over a unit, with all that the file has said before it. Hooks (hooks.ts) read it and report to it. */
export class Walk {
  readonly facts: Facts;
  readonly version: TapName;
  readonly tables = new Tables();
  header: FileHeader = UNKNOWN_HEADER;
  /** Sums of all records so far, for the audit. */
  readonly sums = { plain: nothing(), refund: nothing() };
  records = 0;
  firstMs = Number.POSITIVE_INFINITY;
  lastMs = Number.NEGATIVE_INFINITY;
  record = new RecordState();
  source: Source = NOWHERE;
  findings: Finding[] = [];
  private standing: Standing | undefined;
  private root = -1;

  constructor(version: TapName, facts: Facts) {
    this.version = version;
    this.facts = facts;
  }

  /** Judges one unit; what is found is in `findings`. */
  unit(unit: Unit, standing: Standing): void {
    this.source = unit.source;
    this.standing = standing;
    this.root = unit.entry;
    this.group(standing.plan.node, unit.entry);
  }

  private group(node: NodePlan, entry: number): void {
    const { source } = this;
    const { tape } = source;
    const end = tape[entry + 3] as number;
    const { byTag, members } = node;
    let seen = 0;
    node.enter?.(this, entry);
    for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
      const tag = tape[at] as number;
      if (tag < 0) continue;
      const member = members[(byTag[tag] as number) - 1];
      if (member === undefined) continue;
      seen |= member.bit;
      if (member.node !== undefined) this.group(member.node, at);
      else {
        const right = member.checks.length === 0 || this.holds(member.checks, at);
        member.hook?.(this, at, right);
      }
    }
    for (const { mask, ruling } of node.required) if ((seen & mask) === 0) this.found(ruling, entry);
    node.leave?.(this, entry);
  }

  /** Whether the value is one that others may build upon; the first check that fails is told. */
  private holds(checks: NodePlan['members'][number]['checks'], entry: number): boolean {
    for (const { form, ruling } of checks) {
      if (form.holds(this.source, entry)) continue;
      this.found(ruling, entry);
      return ruling.severity === 'warning' && ruling.rule.test.kind === 'range';
    }
    return true;
  }

  /** A row by `item/code`; nothing where this version or this place does not have it. */
  report(key: string, entry: number): void {
    const ruling = this.standing?.plan.rulings.get(key);
    if (ruling !== undefined) this.found(ruling, entry);
  }

  private found(ruling: Finding['ruling'], entry: number): void {
    const { source, standing } = this;
    if (standing === undefined) return;
    this.findings.push({
      ruling,
      severity: ruling.severity,
      item: ruling.rule.item,
      code: ruling.code,
      place: standing.place,
      record: standing.record,
      offset: source.base + (source.tape[entry + 1] as number),
      path: [...standing.above, ...stepsTo(standing.choice, source, this.root, entry, (standing.record ?? 0) + 1)],
    });
  }

  integer(entry: number): Integer {
    return integerAt(this.source, entry);
  }
}

/** The way from a unit to an element inside it; the unit is the `first`th. Everything is on the tape before what it holds. */
const stepsTo = (choice: Shape, { tape }: Source, root: number, target: number, first: number): readonly PathStep[] => {
  const steps: PathStep[] = [];
  let shape: Shape | undefined = choice;
  let counts = new Map<number, number>();
  for (let at = root; at <= target; ) {
    const tag = tape[at] as number;
    const next = tape[at + 3] as number;
    if (tag > 0) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    if (at !== target && target >= next) {
      at = next;
      continue;
    }
    const member: Member | undefined = shape === undefined ? undefined : memberOf(shape, tag);
    const occurrence = at === root ? first : (counts.get(tag) ?? 1);
    if (member !== undefined) steps.push({ name: member.name, tag, occurrence });
    if (at === target) break;
    shape = member?.shape;
    counts = new Map();
    at += ENTRY;
  }
  return steps;
};

const memberOf = (shape: Shape, tag: number): Member | undefined => {
  const elements: Shape =
    shape.kind === 'list' ? { kind: 'choice', name: '', module: '', members: [shape.element] } : shape;
  if (!('members' in elements)) return undefined;
  return onTheWire(elements)
    .find((one) => one.tag === tag)
    ?.way.at(-1);
};

export const choiceOf = (version: TapName, level: 'file' | 'part' | 'record'): Shape => codec(version).grammar[level];
