import { codec } from '../codec/codec.ts';
import { type Fields, type Member, onTheWire, type Shape, type TapName } from '../codec/grammar.ts';
import type { Facts } from './facts.ts';
import { HOOKS, type Hook, type ItemHook } from './hooks.ts';
import { type Form, keyOf, type Place, RECORD_KINDS, type Rule, type Severity } from './rule.ts';
import { RULES } from './rules/rules.ts';

/**
 * The rule table laid over the grammar of one version: for each group, which of its members have a rule and which groups
 * inside it are worth looking into. A record is then judged in one pass over its tape, and what no rule asks about is
 * stepped over.
 */

/** A row as it counts here: the partners' edition may say otherwise than the table. */
export interface Ruling {
  readonly rule: Rule;
  readonly code: number;
  readonly severity: Severity;
}

interface Check {
  readonly form: Form;
  readonly ruling: Ruling;
}

export interface MemberPlan {
  readonly bit: number;
  /** The group inside; undefined when nothing in it has a rule, and for values. */
  readonly node: NodePlan | undefined;
  readonly checks: readonly Check[];
  readonly hook: ItemHook | undefined;
}

export interface NodePlan {
  /** Tag → 1 + place in `members`. */
  readonly byTag: Uint8Array;
  readonly members: readonly MemberPlan[];
  readonly required: readonly { readonly mask: number; readonly ruling: Ruling }[];
  readonly enter: Hook | undefined;
  readonly leave: Hook | undefined;
}

export interface PlacePlan {
  readonly node: NodePlan;
  /** By `item/code`. */
  readonly rulings: ReadonlyMap<string, Ruling>;
}

export type Plan = ReadonlyMap<Place, PlacePlan>;

const MAX_TAG = 0x3ff;
const STAMP = 'localTimeStamp';

/** Elements of a list are named by their type; everything else by its field. */
const itemOf = ({ name }: Member): string => name.charAt(0).toLowerCase() + name.slice(1);

const wireOf = (shape: Shape): ReturnType<typeof onTheWire> => {
  if (shape.kind === 'list') {
    return onTheWire({ kind: 'choice', name: '', module: '', members: [shape.element] });
  }
  return 'members' in shape ? onTheWire(shape) : [];
};

class Planner {
  private readonly rules: readonly Ruling[];
  private readonly made = new Map<string, NodePlan>();

  constructor(rules: readonly Ruling[]) {
    this.rules = rules;
  }

  /** `item` names a group of a time; other groups have their type's name. */
  node(shape: Shape, item: string): NodePlan {
    const isStamp = 'members' in shape && shape.members.some(({ name }) => name === STAMP);
    const name = isStamp ? item : 'name' in shape ? shape.name : '';
    const key = shape.kind === 'list' && !isStamp ? `list of ${name}` : name;
    const known = this.made.get(key);
    if (known !== undefined) return known;
    const byTag = new Uint8Array(MAX_TAG + 1);
    const members: MemberPlan[] = [];
    const bits = new Map<string, number>();
    for (const { tag, way } of wireOf(shape)) {
      const last = way.at(-1) as Member;
      const own = isStamp && last.name === STAMP ? item : itemOf(last);
      byTag[tag] = members.length + 1;
      const first = itemOf(way[0] as Member);
      const bit = bits.get(first) ?? 1 << bits.size;
      bits.set(first, bit);
      members.push({ bit, ...this.member(last.shape, own) });
    }
    const required = this.rules.flatMap((ruling) => {
      const { test } = ruling.rule;
      if (test.kind !== 'missing' || !test.groups.includes(name)) return [];
      const mask = test.members.reduce((sum, member) => sum | (bits.get(member) ?? 0), 0);
      return mask === 0 ? [] : [{ mask, ruling }];
    });
    const plan = { byTag, members, required, enter: HOOKS.enter.get(name), leave: HOOKS.leave.get(name) };
    this.made.set(key, plan);
    return plan;
  }

  private member(shape: Shape, item: string): Omit<MemberPlan, 'bit'> {
    const constructed = 'members' in shape || shape.kind === 'list';
    const inner = constructed ? this.node(shape, item) : undefined;
    const checks = constructed
      ? []
      : this.rules.flatMap((ruling) => {
          const { test } = ruling.rule;
          return ruling.rule.item === item && (test.kind === 'syntax' || test.kind === 'range')
            ? [{ form: test.form, ruling }]
            : [];
        });
    return { node: inner === undefined || isIdle(inner) ? undefined : inner, checks, hook: HOOKS.item.get(item) };
  }
}

const isIdle = ({ members, required, enter, leave }: NodePlan): boolean =>
  required.length === 0 &&
  enter === undefined &&
  leave === undefined &&
  members.every(({ node, checks, hook }) => node === undefined && checks.length === 0 && hook === undefined);

const rulingsOf = (version: TapName, place: Place, edition: Facts['edition']): readonly Ruling[] =>
  RULES.flatMap((rule) => {
    if (!rule.places.includes(place) || !rule.versions.includes(version)) return [];
    const { code = rule.code, severity = rule.severity } = edition?.[keyOf(rule)] ?? {};
    return severity === 'off' ? [] : [{ rule, code, severity }];
  });

const EMPTY: NodePlan = { byTag: new Uint8Array(0), members: [], required: [], enter: undefined, leave: undefined };

const PLACES: readonly Place[] = [
  'file',
  'notification',
  'batchControlInfo',
  'accountingInfo',
  'networkInfo',
  'messageDescriptionInfo',
  'auditControlInfo',
  ...RECORD_KINDS,
];

export const planOf = (version: TapName, edition: Facts['edition']): Plan => {
  const { grammar } = codec(version);
  const shapeOf = (place: Place): Shape | undefined =>
    [grammar.file, grammar.part, grammar.record]
      .flatMap(({ members }: Fields) => members)
      .find(({ name }) => name === place)?.shape;
  return new Map(
    PLACES.map((place) => {
      const rulings = rulingsOf(version, place, edition);
      const shape = shapeOf(place);
      const node = shape === undefined ? EMPTY : new Planner(rulings).node(shape, place);
      return [place, { node, rulings: new Map(rulings.map((one) => [keyOf(one.rule), one])) }] as const;
    }),
  );
};
