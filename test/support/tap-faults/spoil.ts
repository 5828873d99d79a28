import { grammar, type Member, type Shape } from '../../../domain/roaming/codec/grammar.ts';
import type { Facts } from '../../../domain/roaming/validation/facts.ts';
import { keyOf, type Place, type Rule } from '../../../domain/roaming/validation/rule.ts';
import { type Batch, batchBytes, control, goodBatch, type Loose, notificationBytes, settled } from '../tap-batch.ts';

/**
 * For every row of the rule table a file with exactly that fault: a good file that is spoiled in one place. What a row
 * says of a single value or a missing member tells where; for the others it is written down in `plants.ts`.
 */
export interface Spoilt {
  readonly bytes: Buffer;
  readonly facts: Facts;
  readonly digest?: string;
  /** Read as this, whatever it says. */
  readonly format?: Batch['version'];
}

/** The group or value that a row is about: where it hangs, and its name there. */
interface Spot {
  readonly parent: Loose;
  readonly name: string | number;
  readonly inTable: boolean;
}

const nameOf = ({ name }: Member): string => name.charAt(0).toLowerCase() + name.slice(1);
const STAMP = 'localTimeStamp';

/** The first element inside `value` that `wanted` accepts, looked for by the grammar. */
const find = (
  shape: Shape,
  value: Loose,
  wanted: (shape: Shape, item: string) => boolean,
  inTable = false,
): Spot | undefined => {
  if (shape.kind === 'list') {
    for (const [at, one] of (value as Loose[]).entries()) {
      const { element } = shape;
      if (wanted(element.shape, nameOf(element))) return { parent: value, name: at, inTable: true };
      const found = find(element.shape, one, wanted, true);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  if (!('members' in shape)) return undefined;
  for (const member of shape.members) {
    const inner = value?.[member.name];
    if (inner === undefined) continue;
    if (wanted(member.shape, nameOf(member))) return { parent: value, name: member.name, inTable };
    const found = find(member.shape, inner, wanted, inTable);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** A wrong value for each form, by the form's name. */
const WRONG: readonly (readonly [RegExp, Loose])[] = [
  [/^CCYY/, '2026-11-01'],
  [/^a day and time/, '20261301000000'],
  [/^\+hhmm/, '0100'],
  [/^from -1200/, '+2500'],
  [/^from 00001/, '00000'],
  [/capital letters or digits/, 'fra'],
  [/^one capital letter/, '1'],
  [/^3 capital letters/, 'eur'],
  [/^a currency/, 'ZZZ'],
  [/^one of T$/, 'B'],
  [/^not reserved/, '02'],
  [/^not 00/, '00'],
  [/^at least one character/, ''],
  [/^digits alone/, 'ab'],
  [/^6 to 15/, '4600'],
  [/^3 to 15/, '86'],
  [/^\d.* digits$/, 'x'],
  [/^at most 86400$/, 86_401],
  [/^from 0 to 999/, 1_000],
  [/^from 0 to 99$/, 100],
  [/^from 0 to 6/, 7],
  [/^at least 1$/, 0],
  [/^at least 0/, -1],
  [/^one of /, 99],
];

const shapeOf = (version: Batch['version'], place: Place): Shape | undefined => {
  const all = grammar(version);
  return [all.file, all.part, all.record].flatMap(({ members }) => members).find(({ name }) => name === place)?.shape;
};

const rootOf = (batch: Batch, place: Place): Loose =>
  place in batch ? (batch as Loose)[place] : batch.callEventDetails.find((record) => place in record)?.[place];

/** An element of a table beside the good ones, so that nothing that refers to them goes wrong too. */
const beside = ({ parent, name, inTable }: Spot): Loose => {
  if (!inTable || !Array.isArray(parent)) return parent[name];
  const copy = structuredClone(parent[name as number]);
  for (const code of [
    'exchangeRateCode',
    'taxCode',
    'discountCode',
    'utcTimeOffsetCode',
    'recEntityCode',
    'messageDescriptionCode',
  ]) {
    if (!('chargedItem' in copy) && !('taxValue' in copy) && typeof copy[code] === 'number') copy[code] += 50;
  }
  if (copy.chargeType === '00' && 'charge' in copy) copy.chargeType = '01';
  parent.push(copy);
  return copy;
};

const isGroup =
  (rule: Rule) =>
  (shape: Shape, item: string): boolean =>
    rule.test.kind === 'missing' &&
    'members' in shape &&
    (rule.test.groups.includes(shape.name) ||
      (rule.test.groups.includes(item) && shape.members.some(({ name }) => name === STAMP)));

const isValue =
  (rule: Rule) =>
  (shape: Shape, item: string): boolean =>
    item === rule.item &&
    (!('members' in shape) || shape.members.some(({ name }) => name === STAMP)) &&
    shape.kind !== 'list';

/** What the row says of one value or one group, spoiled; undefined when it says nothing of the kind. */
const spoil = (rule: Rule, shape: Shape, root: Loose): boolean => {
  const { test } = rule;
  if (test.kind === 'check') return false;
  if (test.kind === 'missing') {
    const whole = 'name' in shape && test.groups.includes(shape.name);
    const spot = whole ? undefined : find(shape, root, isGroup(rule));
    if (!whole && spot === undefined) throw new Error(`no good file has what ${keyOf(rule)} is about`);
    const group = spot === undefined ? root : beside(spot);
    const before = Object.keys(group).length;
    for (const member of test.members) delete group[member];
    if (Object.keys(group).length === before) throw new Error(`nothing to take away for ${keyOf(rule)}`);
    return true;
  }
  const wrong = WRONG.find(([name]) => name.test(test.form.name));
  if (wrong === undefined) throw new Error(`no wrong value for ${test.form.name}`);
  const spot = find(shape, root, isValue(rule));
  if (spot === undefined) throw new Error(`no good file has ${rule.item}`);
  // A value in a row of a table: the row is copied first.
  const row = spot.inTable
    ? find(shape, root, (inner) => 'members' in inner && inner.members.some(({ name }) => name === spot.name))
    : undefined;
  const holder = row === undefined ? spot.parent : beside(row);
  const value = holder[spot.name];
  if (typeof value === 'object' && STAMP in value) holder[spot.name] = { ...value, [STAMP]: wrong[1] };
  else holder[spot.name] = wrong[1];
  return true;
};

// biome-ignore lint/suspicious/noConfusingVoidType: most of them change the batch and have nothing else to say.
export type Plant = (batch: Batch) => Partial<Spoilt> | undefined | void;

/** The newest version that the row is of, and the first place that it has. */
export const spoiltFile = (rule: Rule, plants: ReadonlyMap<string, Plant>): Spoilt => {
  const version = rule.versions.at(-1) ?? 'TAP-0312';
  const [place = 'file'] = rule.places;
  const plant = plants.get(`${keyOf(rule)} ${place}`) ?? plants.get(keyOf(rule));
  if (place === 'notification') {
    const note = control(version);
    const shape = shapeOf(version, place);
    const more = plant?.({ ...goodBatch(version), batchControlInfo: note });
    if (plant === undefined && shape !== undefined) spoil(rule, shape, note);
    return { bytes: notificationBytes(note, version), facts: {}, ...more };
  }
  const batch = goodBatch(version);
  if (plant !== undefined) {
    const more = plant(batch);
    return { bytes: more?.bytes ?? batchBytes(batch), facts: {}, ...more };
  }
  const shape = shapeOf(version, place);
  if (shape === undefined || !spoil(rule, shape, rootOf(batch, place)))
    throw new Error(`no fault for ${keyOf(rule)} in ${place}`);
  if (batch.callEventDetails.some((record) => place in record)) settled(batch);
  return { bytes: batchBytes(batch), facts: {} };
};
