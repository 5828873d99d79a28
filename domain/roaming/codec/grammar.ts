import nrt0201 from './tables/nrt0201.json' with { type: 'json' };
import rap0105 from './tables/rap0105.json' with { type: 'json' };
import tap0309 from './tables/tap0309.json' with { type: 'json' };
import tap0310 from './tables/tap0310.json' with { type: 'json' };
import tap0311 from './tables/tap0311.json' with { type: 'json' };
import tap0312 from './tables/tap0312.json' with { type: 'json' };

/**
 * What the tag tables say, with all references followed: shapes that hold members, each with the tag that stands on the
 * wire. Scanner, interpreter and generator read this and never the tables. Tags are numbers of the application class;
 * all modules have IMPLICIT TAGS, where a tagged CHOICE is explicit all the same (X.680 §31.2.7), so a CHOICE with a
 * tag is a constructed element around its alternative, and one without a tag is its alternative alone.
 */
export type LeafKind = 'integer' | 'text' | 'hex' | 'bcd';

export interface Leaf {
  readonly kind: LeafKind;
}

export interface Fields {
  readonly kind: 'sequence' | 'choice';
  /** Of the type, in the standard's own spelling. */
  readonly name: string;
  /** The table that it comes from. */
  readonly module: string;
  readonly members: readonly Member[];
}

export interface List {
  readonly kind: 'list';
  readonly name: string;
  readonly module: string;
  readonly element: Member;
}

export type Shape = Leaf | Fields | List;

export interface Member {
  /** Field name; of a list's element, the name of its type. */
  readonly name: string;
  /** Application tag; undefined for a CHOICE without one. */
  readonly tag: number | undefined;
  readonly shape: Shape;
}

export interface Grammar {
  readonly name: FormatName;
  /** What a file is: its alternatives are the units that a file may hold. */
  readonly file: Fields;
  /** Members of the batch besides its list of records, as the choice that the next of them is. */
  readonly part: Fields;
  readonly record: Fields;
  /** The member of `file` that is read piece by piece, and its list whose elements are the records. */
  readonly batch: Member;
  readonly list: Member;
}

export type TapName = 'TAP-0309' | 'TAP-0310' | 'TAP-0311' | 'TAP-0312';
/** A RAP file holds groups and records of one version of TAP, and its grammar depends on it. */
export type FormatName = TapName | `RAP-0105/${TapName}` | 'NRTRDE-0201';

interface TableType {
  readonly type: string;
  readonly tag?: string;
  readonly members?: readonly (readonly string[])[];
}

interface Table {
  readonly imports: Readonly<Record<string, readonly string[]>>;
  readonly types: Readonly<Record<string, TableType>>;
}

const TAPS: Readonly<Record<TapName, Table>> = {
  'TAP-0309': tap0309['TAP-0309'],
  'TAP-0310': tap0310['TAP-0310'],
  'TAP-0311': tap0311['TAP-0311'],
  'TAP-0312': tap0312['TAP-0312'],
};
const RAP: Table = rap0105['RAP-0105'];
const NRTRDE: Table = nrt0201['NRTRDE-0201'];

/** Octet strings by the names that the standards give them; every other one has no text form and is hexadecimal. */
const LEAVES: ReadonlyMap<string, LeafKind> = new Map([
  ['INTEGER', 'integer'],
  ['OCTET STRING', 'hex'],
  ['AsciiString', 'text'],
  ['NumberString', 'text'],
  ['Currency', 'text'],
  ['Description', 'text'],
  ['HexString', 'hex'],
  ['BCDString', 'bcd'],
]);

interface Resolved {
  readonly tag: number | undefined;
  readonly shape: Shape;
}

const LIST = 'SEQUENCE OF ';

/** Resolves names of one module; what it imports is asked of `imported`. */
const resolver = (module: string, table: Table, imported?: (name: string) => Resolved) => {
  const done = new Map<string, Resolved>();
  const memberOf = (name: string, type: string): Member => ({ name, ...resolve(type) });

  const shapeOf = (name: string, { type, members }: TableType): Shape => {
    const leaf = LEAVES.get(name) ?? LEAVES.get(type);
    if (leaf !== undefined) return { kind: leaf };
    if (type.startsWith(LIST)) {
      const element = type.slice(LIST.length);
      return { kind: 'list', name, module, element: memberOf(element, element) };
    }
    if (members === undefined) return resolve(type).shape;
    const kind = type === 'CHOICE' ? 'choice' : 'sequence';
    return { kind, name, module, members: members.map(([field = '', of = '']) => memberOf(field, of)) };
  };

  const resolve = (name: string): Resolved => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const row = table.types[name];
    if (row === undefined) {
      if (imported !== undefined && Object.values(table.imports).some((names) => names.includes(name))) {
        return imported(name);
      }
      throw new Error(`${module} has no type ${name}`);
    }
    const shape = shapeOf(name, row);
    const inherited = table.types[row.type] === undefined ? undefined : resolve(row.type).tag;
    const resolved = { tag: row.tag === undefined ? inherited : Number(row.tag.slice(1)), shape };
    done.set(name, resolved);
    return resolved;
  };
  return resolve;
};

const fieldsOf = ({ shape }: { readonly shape: Shape }): Fields => {
  if (shape.kind !== 'sequence' && shape.kind !== 'choice') throw new Error(`${shape.kind} has no members`);
  return shape;
};

const memberNamed = (fields: Fields, name: string): Member => {
  const member = fields.members.find((one) => one.name === name);
  if (member === undefined) throw new Error(`${fields.name} has no member ${name}`);
  return member;
};

const grammarOf = (name: FormatName, file: Fields, batchName: string, listName: string): Grammar => {
  const batch = memberNamed(file, batchName);
  const fields = fieldsOf(batch);
  const list = memberNamed(fields, listName);
  if (list.shape.kind !== 'list') throw new Error(`${listName} is no list`);
  const members = fields.members.filter((member) => member !== list);
  const part: Fields = { kind: 'choice', name: `${fields.name}Part`, module: fields.module, members };
  return { name, file, part, record: fieldsOf(list.shape.element), batch, list };
};

const TAP_NAMES = Object.keys(TAPS) as readonly TapName[];

const build = (): ReadonlyMap<FormatName, Grammar> => {
  const grammars = new Map<FormatName, Grammar>();
  for (const name of TAP_NAMES) {
    const tap = resolver(name, TAPS[name]);
    grammars.set(name, grammarOf(name, fieldsOf(tap('DataInterChange')), 'transferBatch', 'callEventDetails'));
    const format = `RAP-0105/${name}` as const;
    const rap = resolver(format, RAP, tap);
    grammars.set(format, grammarOf(format, fieldsOf(rap('RapDataInterChange')), 'returnBatch', 'returnDetails'));
  }
  const module = 'NRTRDE-0201';
  const members = [{ name: 'nrtrde', ...resolver(module, NRTRDE)('Nrtrde') }];
  const file: Fields = { kind: 'choice', name: 'NrtrdeFile', module, members };
  grammars.set(module, grammarOf(module, file, 'nrtrde', 'callEvents'));
  return grammars;
};

const GRAMMARS = build();

export const FORMATS: readonly FormatName[] = [...GRAMMARS.keys()];

export const grammar = (name: FormatName): Grammar => {
  const found = GRAMMARS.get(name);
  if (found === undefined) throw new Error(`there is no format ${name}`);
  return found;
};

/** The members that may follow at this place on the wire, with the way to each: choices without a tag are looked into. */
export const onTheWire = (fields: Fields): readonly { readonly tag: number; readonly way: readonly Member[] }[] =>
  fields.members.flatMap((member) =>
    member.tag === undefined
      ? onTheWire(fieldsOf(member)).map(({ tag, way }) => ({ tag, way: [member, ...way] }))
      : [{ tag: member.tag, way: [member] }],
  );
