import { codec, type Level } from './codec.ts';
import { type Fields, type FormatName, type LeafKind, type Member, onTheWire, type Shape } from './grammar.ts';
import { bcdAt, ENTRY, hexAt, type Integer, integerAt, type Source, sourceOf, textAt } from './tape.ts';
import type { Unit } from './unit.ts';

/**
 * A few fields of each record, for who needs no more: the paths are laid over the grammar once, and one pass over a record's
 * tape notes where each of them stands. A view makes an object for every group on the way and looks for each field anew.
 */

/** What a path leads to; the same in every record, whichever of its paths it stands at there. */
export interface Picked<A> {
  /** Of the unit that was read last; undefined where it has none. */
  readonly value: () => A | undefined;
}

interface Node {
  /** Tag → 0 for what nobody asked for, 1 + place in `steps` otherwise. */
  readonly byTag: Uint8Array;
  /** More than one where several elements of a list are asked for, or one field twice. */
  readonly steps: Step[][];
}

interface Step {
  /** Noted here; -1 for a group. */
  readonly slot: number;
  readonly node: Node | undefined;
  /** Which element of a list: only of lists. */
  readonly index: number;
}

const TAGS = 0x400;
const node = (): Node => ({ byTag: new Uint8Array(TAGS), steps: [] });

const LEAVES: Readonly<Record<LeafKind, (source: Source, entry: number) => string | Integer>> = {
  text: textAt,
  hex: hexAt,
  bcd: bcdAt,
  integer: integerAt,
};

const NOTHING = sourceOf(Buffer.alloc(0), 0, new Int32Array(0));
const NOWHERE = -1;

export class Picker {
  private readonly choice: Fields;
  private readonly root = node();
  private slots = new Int32Array(0);
  private source: Source = NOTHING;

  constructor(format: FormatName, level: Level) {
    this.choice = codec(format).grammar[level];
  }

  /**
   * A text (BCD as digits, other octets in hexadecimal), at whichever of these paths it stands. Names are the standard's,
   * elements of lists are numbered from 0: `gprsCall/gprsServiceUsed/chargeInformationList/0/chargedItem`. Throws for a
   * path that the format does not have.
   */
  text(...paths: readonly string[]): Picked<string> {
    return this.field(paths, (kind) => kind !== 'integer');
  }

  integer(...paths: readonly string[]): Picked<Integer> {
    return this.field(paths, (kind) => kind === 'integer');
  }

  /** Notes where the fields of this unit stand. What they give is good for as long as its views are. */
  read(unit: Unit): void {
    this.source = unit.source;
    this.slots.fill(NOWHERE);
    this.noted(this.root, unit.entry, 0);
  }

  private group(inside: Node, entry: number): void {
    const { tape } = this.source;
    const end = tape[entry + 3] as number;
    let element = 0;
    for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
      if ((tape[at] as number) < 0) continue;
      this.noted(inside, at, element);
      element += 1;
    }
  }

  private noted({ byTag, steps }: Node, at: number, element: number): void {
    const asked = byTag[this.source.tape[at] as number] as number;
    if (asked === 0) return;
    for (const { index, node: inner, slot } of steps[asked - 1] as Step[]) {
      if (index >= 0 && index !== element) continue;
      if (inner === undefined) this.slots[slot] = at;
      else this.group(inner, at);
    }
  }

  private field<A>(paths: readonly string[], fits: (kind: LeafKind) => boolean): Picked<A> {
    const slot = this.slots.length;
    this.slots = new Int32Array(slot + 1);
    const kinds = new Set(paths.map((path) => this.lay(path, slot)));
    const [kind] = kinds;
    if (kind === undefined || kinds.size > 1 || !fits(kind)) throw new Error(`not of one kind: ${paths.join(', ')}`);
    const read = LEAVES[kind];
    return {
      value: () => {
        const at = this.slots[slot] as number;
        // Of the kind that the caller asked for, which has been held against the grammar.
        return at < 0 ? undefined : (read(this.source, at) as A);
      },
    };
  }

  /** Lays a path over the grammar; gives the kind of what it leads to. */
  private lay(path: string, slot: number): LeafKind {
    let shape: Shape = this.choice;
    let here = this.root;
    const names = path.split('/');
    for (let at = 0; at < names.length; ) {
      const index: number = shape.kind === 'list' ? Number(names[at]) : NOWHERE;
      const found: Found | undefined =
        shape.kind === 'list' ? elementOf(shape.element, names, at) : memberOf(shape, names, at);
      if (found === undefined || Number.isNaN(index)) throw new Error(`there is no ${path}`);
      at = found.next;
      shape = found.shape;
      here = stepOf(here, found.tag, index, at === names.length ? slot : undefined);
    }
    if (shape.kind === 'list' || 'members' in shape) throw new Error(`${path} is no value`);
    return shape.kind;
  }
}

interface Found {
  readonly tag: number;
  readonly shape: Shape;
  /** The name after those that lead to it: a choice without a tag has a name and no element. */
  readonly next: number;
}

const memberOf = (shape: Shape, names: readonly string[], at: number): Found | undefined => {
  if (!('members' in shape)) return undefined;
  for (const { tag, way } of onTheWire(shape)) {
    const leads = way.every(({ name }, step) => names[at + step] === name);
    const last = way.at(-1);
    if (leads && last !== undefined) return { tag, shape: last.shape, next: at + way.length };
  }
  return undefined;
};

const elementOf = (element: Member, names: readonly string[], at: number): Found | undefined =>
  element.tag === undefined
    ? memberOf(element.shape, names, at + 1)
    : { tag: element.tag, shape: element.shape, next: at + 1 };

/** Notes a value in a slot, or goes into a group: gives the node inside it. */
const stepOf = (here: Node, tag: number, index: number, slot: number | undefined): Node => {
  let place = here.byTag[tag] as number;
  if (place === 0) {
    here.steps.push([]);
    place = here.steps.length;
    here.byTag[tag] = place;
  }
  const steps = here.steps[place - 1] as Step[];
  if (slot !== undefined) {
    steps.push({ slot, node: undefined, index });
    return here;
  }
  const known = steps.find((step) => step.index === index && step.node !== undefined)?.node;
  if (known !== undefined) return known;
  const inner = node();
  steps.push({ slot: NOWHERE, node: inner, index });
  return inner;
};
