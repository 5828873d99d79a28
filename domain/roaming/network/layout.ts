import type { CdrField, CdrLayout } from './schema.ts';

/** What is wrong with a layout, by its place: `record/fields/3`. */
export interface LayoutProblem {
  readonly code: 'FieldUnknown' | 'FieldTwice' | 'FieldMissing' | 'KindUnfit' | 'FieldsOverlap' | 'MarkTwice';
  readonly message: string;
  readonly place: string;
}

type Part = 'header' | 'record' | 'trailer';
type Kind = CdrField['kind'];

const TIMES: ReadonlyArray<Kind> = ['timestamp', 'isoTimestamp'];
const DIGITS: ReadonlyArray<Kind> = ['digits'];
const WHOLE: ReadonlyArray<Kind> = ['integer'];
const TEXT: ReadonlyArray<Kind> = ['text', 'digits'];

interface Known {
  readonly kinds: ReadonlyArray<Kind>;
  readonly needed: boolean;
}

const needed = (kinds: ReadonlyArray<Kind>): Known => ({ kinds, needed: true });
const optional = (kinds: ReadonlyArray<Kind>): Known => ({ kinds, needed: false });

/** The fields that are understood. */
const KNOWN: Readonly<Record<Part, Readonly<Record<string, Known>>>> = {
  header: { element: needed(TEXT), sequence: needed(WHOLE), createdAt: optional(TIMES) },
  record: {
    number: needed(WHOLE),
    event: needed(['event']),
    imsi: needed(DIGITS),
    msisdn: optional(DIGITS),
    imei: optional(DIGITS),
    party: needed(DIGITS),
    startedAt: needed(TIMES),
    utcOffset: needed(['offset']),
    duration: needed(WHOLE),
    volumeIn: optional(WHOLE),
    volumeOut: optional(WHOLE),
    reference: needed(TEXT),
    area: optional(WHOLE),
    cell: optional(WHOLE),
  },
  trailer: { records: needed(WHOLE) },
};

const MESSAGES: Readonly<Record<LayoutProblem['code'], string>> = {
  FieldUnknown: 'No field of this name is understood here.',
  FieldTwice: 'The field stands there twice.',
  FieldMissing: 'A field is missing that each line must have.',
  KindUnfit: 'The field cannot be of this kind, or lacks what the kind needs.',
  FieldsOverlap: 'The field begins where the one before has not ended, or in the mark.',
  MarkTwice: 'Two sorts of lines begin alike.',
};

const problem = (code: LayoutProblem['code'], place: string): LayoutProblem => ({
  code,
  message: MESSAGES[code],
  place,
});

const fieldProblems = (layout: CdrLayout, part: Part): ReadonlyArray<LayoutProblem> => {
  const { form, [part]: line } = layout;
  const problems: Array<LayoutProblem> = [];
  const known = KNOWN[part];
  const names = new Set<string>();
  let next = form === 'csv' ? 2 : line.mark.length + 1;
  for (const [at, { name, start, length, kind, events }] of line.fields.entries()) {
    const place = `${part}/fields/${at}`;
    const about = known[name];
    if (about === undefined) problems.push(problem('FieldUnknown', place));
    if (names.has(name)) problems.push(problem('FieldTwice', place));
    const lacksEvents = kind === 'event' && Object.keys(events).length === 0;
    if (about?.kinds.includes(kind) === false || lacksEvents) problems.push(problem('KindUnfit', place));
    if (start < next) problems.push(problem('FieldsOverlap', place));
    names.add(name);
    next = form === 'csv' ? start + 1 : start + length;
  }
  for (const [name, about] of Object.entries(known)) {
    if (about.needed && !names.has(name)) problems.push(problem('FieldMissing', `${part}/${name}`));
  }
  return problems;
};

export const layoutProblems = (layout: CdrLayout): ReadonlyArray<LayoutProblem> => {
  const marks = [layout.header.mark, layout.record.mark, layout.trailer.mark];
  const alike = marks.some((mark, at) =>
    marks.some((other, place) => place !== at && (layout.form === 'csv' ? other === mark : other.startsWith(mark))),
  );
  return [
    ...(alike ? [problem('MarkTwice', 'record/mark')] : []),
    ...fieldProblems(layout, 'header'),
    ...fieldProblems(layout, 'record'),
    ...fieldProblems(layout, 'trailer'),
  ];
};
