import {
  type Fields,
  type FormatName,
  type Grammar,
  grammar,
  type LeafKind,
  type List,
  type Member,
  onTheWire,
  type Shape,
} from './grammar.ts';

/**
 * Writes, from a grammar, the TypeScript in `generated/`: per type an interface, a view whose getters read a field when
 * it is asked for, a function that makes a plain record with all fields, and one that writes it. Types of TAP that RAP
 * embeds are imported from the file of that version of TAP.
 */
const LEAF_TYPE: Readonly<Record<LeafKind, string>> = {
  integer: 'Integer',
  text: 'string',
  hex: 'string',
  bcd: 'string',
};

const isLeaf = (shape: Shape): shape is { readonly kind: LeafKind } => shape.kind in LEAF_TYPE;

/** The tag's bytes as one number, as `BackWriter.header` takes it. */
const tagNumber = (tag: number, shape: Shape): string => {
  const lead = isLeaf(shape) ? 0x40 : 0x60;
  const bytes =
    tag < 0x1f ? [lead | tag] : tag < 0x80 ? [lead | 0x1f, tag] : [lead | 0x1f, 0x80 | (tag >> 7), tag & 0x7f];
  return `0x${bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
};

const typeOf = (shape: Shape): string => {
  if (isLeaf(shape)) return LEAF_TYPE[shape.kind];
  return shape.kind === 'list' ? `readonly ${typeOf(shape.element.shape)}[]` : shape.name;
};

const interfaceOf = ({ name, members }: Fields): readonly string[] => [
  `export interface ${name} {`,
  ...members.map((member) => `  readonly ${member.name}?: ${typeOf(member.shape)} | undefined;`),
  '}',
];

/** What reads the element at `entry`, of a shape that has a tag of its own. */
const reader = (shape: Shape, way: 'view' | 'plain', entry: string): string => {
  if (isLeaf(shape)) return `${shape.kind}At(source, ${entry})`;
  if (shape.kind === 'list') {
    const { element } = shape;
    const inner = reader(element.shape, way, 'at');
    const each = element.tag !== undefined && isChoice(element.shape) ? inside(element.shape, way, 'at') : inner;
    const called = /^(\w+)\(source, at\)$/.exec(each)?.[1];
    return `listAt(source, ${entry}, ${called ?? `(source, at) => ${each}`})`;
  }
  return way === 'view' ? `new ${shape.name}View(source, ${entry})` : `plain${shape.name}(source, ${entry})`;
};

const isChoice = (shape: Shape): shape is Fields => shape.kind === 'choice';

/** A choice with a tag stands around its alternative. */
const inside = (shape: Fields, way: 'view' | 'plain', entry: string): string =>
  reader(shape, way, `firstAt(source, ${entry})`);

const memberReader = (member: Member, way: 'view' | 'plain', entry: string): string =>
  isChoice(member.shape) && member.tag !== undefined
    ? inside(member.shape, way, entry)
    : reader(member.shape, way, entry);

const tagsOf = (member: Member): readonly number[] =>
  onTheWire({ kind: 'choice', name: '', module: '', members: [member] }).map(({ tag }) => tag);

const getterOf = (choice: boolean, member: Member): string => {
  const tags = tagsOf(member);
  const head = `get ${member.name}(): ${typeOf(member.shape)} | undefined {`;
  if (choice) {
    const test = tags.map((tag) => `this.tag === ${tag}`).join(' || ');
    return `${head} const { source, entry } = this; return ${test} ? ${memberReader(member, 'view', 'entry')} : undefined; }`;
  }
  const found =
    tags.length === 1 ? `childAt(source, this.entry, ${tags[0]})` : `oneAt(source, this.entry, [${tags.join(', ')}])`;
  return `${head} const { source } = this; const at = ${found}; return at < 0 ? undefined : ${memberReader(member, 'view', 'at')}; }`;
};

const viewOf = ({ kind, name, members }: Fields): readonly string[] => [
  `export class ${name}View extends ${kind === 'choice' ? 'ChoiceView' : 'View'} implements ${name} {`,
  ...members.map((member) => `  ${getterOf(kind === 'choice', member)}`),
  '}',
];

const cases = (member: Member): string =>
  tagsOf(member)
    .map((tag) => `case ${tag}: `)
    .join('');

const plainOfChoice = ({ name, members }: Fields): readonly string[] =>
  members.length === 0
    ? [`const plain${name} = (): ${name} => ({});`]
    : [
        `const plain${name} = (source: Source, entry: number): ${name} => {`,
        '  switch (entry < 0 ? -1 : source.tape[entry]) {',
        ...members.map(
          (member) => `    ${cases(member)}return { ${member.name}: ${memberReader(member, 'plain', 'entry')} };`,
        ),
        '    default: return {};',
        '  }',
        '};',
      ];

const plainOfSequence = ({ name, members }: Fields): readonly string[] => [
  `const plain${name} = (source: Source, entry: number): ${name} => {`,
  '  const { tape } = source;',
  '  const end = tape[entry + 3] as number;',
  ...members.map((member) => `  let ${local(member)}: ${name}['${member.name}'];`),
  '  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {',
  '    switch (tape[at]) {',
  ...members.map((member) => `      ${cases(member)}${local(member)} = ${memberReader(member, 'plain', 'at')}; break;`),
  '    }',
  '  }',
  `  return { ${members.map((member) => `${member.name}: ${local(member)}`).join(', ')} };`,
  '};',
];

const local = ({ name }: Member): string => `${name}_`;

/** What writes one element with its header, or the alternative of a choice that has no tag. */
const writeElement = (tag: number | undefined, shape: Shape, value: string, depth: number): string => {
  if (tag === undefined) return `encode${(shape as Fields).name}(writer, ${value});`;
  const header = tagNumber(tag, shape);
  if (isLeaf(shape)) return `writer.${shape.kind}(${header}, ${value});`;
  const from = `from${depth}`;
  return `const ${from} = writer.size; ${writeContent(shape, value, depth)} writer.header(${from}, ${header});`;
};

const writeContent = (shape: Fields | List, value: string, depth: number): string => {
  if (shape.kind !== 'list') return `encode${shape.name}(writer, ${value});`;
  const { tag, shape: of } = shape.element;
  const one = `${value}[index] as ${typeOf(of)}`;
  const leaf = isLeaf(of)
    ? writeElement(tag, of, one, 0)
    : `const one = ${one}; ${writeElement(tag, of, 'one', depth + 1)}`;
  return `for (let index = ${value}.length - 1; index >= 0; index -= 1) { ${leaf} }`;
};

/** From the last member to the first, as the writer goes. */
const encodeOf = ({ name, members }: Fields): readonly string[] => {
  if (members.length === 0) return [`const encode${name} = (): void => {};`];
  return [
    `const encode${name} = (writer: BackWriter, value: ${name}): void => {`,
    ...[...members].reverse().map((member) => {
      const value = `value.${member.name}`;
      const write = writeElement(member.tag, member.shape, value, 0);
      return isLeaf(member.shape) ? `  ${write}` : `  if (${value} !== undefined) { ${write} }`;
    }),
    '};',
  ];
};

/** Every type with members that can be reached, those that it holds before itself. */
const reach = (shape: Shape, found: Map<string, Fields>): void => {
  if (isLeaf(shape)) return;
  if (shape.kind === 'list') {
    reach(shape.element.shape, found);
    return;
  }
  const id = `${shape.module}:${shape.name}`;
  if (found.has(id)) return;
  for (const member of shape.members) reach(member.shape, found);
  found.set(id, shape);
};

const streamed = ({ batch, list }: Grammar): ReadonlySet<string> =>
  new Set([batch.shape, list.shape].map((shape) => (isLeaf(shape) ? '' : `${shape.module}:${shape.name}`)));

/** `TAP-0312` is in `tap-0312.ts`, `RAP-0105/TAP-0312` in `rap-0105-tap-0312.ts`. */
export const fileOf = (name: string): string => `${name.toLowerCase().replace('/', '-')}.ts`;

export const constantOf = (name: string): string =>
  name.toLowerCase().replace(/[-/](.)/g, (_, next: string) => next.toUpperCase());

const HEAD = [
  "import type { BackWriter } from '../back-writer.ts';",
  "import { bcdAt, childAt, ENTRY, firstAt, hexAt, type Integer, integerAt, listAt, oneAt, type Source, textAt } from '../tape.ts';",
  "import { type ChoiceCodec, ChoiceView, View } from '../view.ts';",
];

/** Names of the head that the text does not use would be dead code. */
const importsFor = (body: string): readonly string[] =>
  HEAD.flatMap((line) => {
    const [, names = '', rest = ''] = /\{(.*)\}(.*)/.exec(line) ?? [];
    const used = names.split(',').filter((name) => new RegExp(`\\b${name.trim().replace('type ', '')}\\b`).test(body));
    const head = line.startsWith('import type') ? 'import type' : 'import';
    return used.length === 0 ? [] : [`${head} {${used.join(',')} }${rest}`.replace('{ {', '{').replace(/\s+\}/, ' }')];
  });

/** The text of the file for one format. */
export const generate = (name: FormatName): string => {
  const all = grammar(name);
  const skip = streamed(all);
  const found = new Map<string, Fields>();
  const roots = { file: all.file, part: all.part, record: all.record };
  // What is read piece by piece exists as its pieces alone.
  const pruned = { ...all.file, members: all.file.members.filter((member) => member !== all.batch) };
  for (const fields of [all.part, all.record]) reach(fields, found);
  for (const member of pruned.members) reach(member.shape, found);
  found.set(`${all.file.module}:${all.file.name}`, pruned);
  for (const id of skip) found.delete(id);
  const own = [...found.values()].filter(({ module }) => module === name);
  const foreign = [...found.values()].filter(({ module }) => module !== name);
  const body = [
    ...own.flatMap((fields) => [
      '',
      ...interfaceOf(fields),
      '',
      ...viewOf(fields),
      '',
      ...(fields.kind === 'choice' ? plainOfChoice(fields) : plainOfSequence(fields)),
      '',
      ...encodeOf(fields),
    ]),
    '',
    `/** The units, the parts of a batch and the records of ${name}. */`,
    `export const ${constantOf(name)} = {`,
    ...Object.entries(roots).flatMap(([key, { name: type }]) => [
      `  ${key}: {`,
      `    view: (source, entry) => new ${type}View(source, entry),`,
      `    plain: plain${type},`,
      `    encode: encode${type},`,
      `  } satisfies ChoiceCodec<${type}>,`,
    ]),
    '};',
    ...exported(own),
  ].join('\n');
  const used = foreign.filter(({ name: type }) => new RegExp(`(?:\\b|plain|encode)${type}(?:\\b|View)`).test(body));
  return [
    `// Long: written by domain/roaming/codec/generate.ts from the tag table of ${name}; not to be changed by hand.`,
    ...importsFor(body),
    ...importsOf(used),
    `${body}\n`,
  ].join('\n');
};

/** RAP takes from TAP what it embeds. */
const exported = (own: readonly Fields[]): readonly string[] => [
  '',
  'export {',
  ...own.flatMap(({ name }) => [`  encode${name},`, `  plain${name},`]),
  '};',
];

const importsOf = (used: readonly Fields[]): readonly string[] =>
  used.length === 0
    ? []
    : [
        'import {',
        ...used.flatMap(({ name }) => [`  encode${name},`, `  plain${name},`, `  type ${name},`, `  ${name}View,`]),
        `} from './${fileOf(used[0]?.module ?? '')}';`,
      ];
