import type { FormatName, TapName } from './grammar.ts';
import { childrenOf, endOf, type Header } from './header.ts';

/**
 * Which format a file is in, from its own bytes. TAP's transfer batch and NRTRDE both begin with 0x61; what tells them
 * apart is what follows inside, for no tag of a group of TAP is one of a field of NRTRDE.
 */
export type Identity =
  | { readonly format: FormatName }
  | {
      readonly refused: 'UnknownFormat' | 'UnsupportedVersion' | 'VersionMissing';
      readonly message: string;
      readonly at: number;
    };

/** Application tags (TD.57, TD.32, TD.35). */
const TAG = {
  transferBatch: 1,
  notification: 2,
  returnBatch: 534,
  acknowledgement: 535,
  batchControlInfo: 4,
  rapBatchControlInfo: 537,
  specification: 201,
  release: 189,
  rapSpecification: 544,
  rapRelease: 543,
  nrtrdeSpecification: 41,
  nrtrdeRelease: 37,
} as const;
const TAP_GROUPS: ReadonlySet<number> = new Set([3, 4, 5, 6, 7, 8, 15]);
const NRTRDE_FIELDS: ReadonlySet<number> = new Set([2, 20, 31, 36, 37, 38, 39, 41, 45]);

const TAP: ReadonlyMap<string, TapName> = new Map([
  ['3.9', 'TAP-0309'],
  ['3.10', 'TAP-0310'],
  ['3.11', 'TAP-0311'],
  ['3.12', 'TAP-0312'],
]);
const NEWEST: TapName = 'TAP-0312';

const smallInteger = (bytes: Buffer, { content, length }: Header): number | undefined =>
  length >= 1 && length <= 4 && content + length <= bytes.length ? bytes.readIntBE(content, length) : undefined;

/** `3.12` from two integers among the children; undefined when one is missing. */
const versionIn = (bytes: Buffer, parent: Header, specification: number, release: number): string | undefined => {
  let [major, minor]: (number | undefined)[] = [];
  for (const child of childrenOf(bytes, parent)) {
    if (child.tag === specification) major ??= smallInteger(bytes, child);
    if (child.tag === release) minor ??= smallInteger(bytes, child);
    if (major !== undefined && minor !== undefined) return `${major}.${minor}`;
  }
  return undefined;
};

const missing = (what: string, { at }: Header): Identity => ({
  refused: 'VersionMissing',
  message: `The file does not say which version of ${what} it is in.`,
  at,
});

const unsupported = (what: string, version: string, { at }: Header): Identity => ({
  refused: 'UnsupportedVersion',
  message: `The file says that it is ${what} ${version}, of which no table is known.`,
  at,
});

/** `parent` holds the two integers; undefined when more bytes may still bring them. */
const tapOf = (bytes: Buffer, parent: Header, final: boolean): Identity | undefined => {
  const version = versionIn(bytes, parent, TAG.specification, TAG.release);
  if (version === undefined) return final || endOf(bytes, parent) !== undefined ? missing('TAP', parent) : undefined;
  const format = TAP.get(version);
  return format === undefined ? unsupported('TAP', version, parent) : { format };
};

const nrtrdeOf = (bytes: Buffer, parent: Header, final: boolean): Identity | undefined => {
  const version = versionIn(bytes, parent, TAG.nrtrdeSpecification, TAG.nrtrdeRelease);
  if (version === '2.1') return { format: 'NRTRDE-0201' };
  if (version !== undefined) return unsupported('NRTRDE', version, parent);
  return final || endOf(bytes, parent) !== undefined ? missing('NRTRDE', parent) : undefined;
};

const rapOf = (bytes: Buffer, parent: Header, final: boolean): Identity | undefined => {
  const version = versionIn(bytes, parent, TAG.rapSpecification, TAG.rapRelease);
  if (version === undefined) return final || endOf(bytes, parent) !== undefined ? missing('RAP', parent) : undefined;
  if (version !== '1.5') return unsupported('RAP', version, parent);
  // The version of the TAP inside may be left out, and may stand after RAP's own: all of the group must be there.
  if (!final && endOf(bytes, parent) === undefined) return undefined;
  const inside = versionIn(bytes, parent, TAG.specification, TAG.release);
  const tap = inside === undefined ? NEWEST : TAP.get(inside);
  return tap === undefined
    ? unsupported('RAP with records of TAP', inside ?? '', parent)
    : { format: `RAP-0105/${tap}` };
};

const insideBatch = (bytes: Buffer, unit: Header, final: boolean): Identity | undefined => {
  for (const child of childrenOf(bytes, unit)) {
    if (unit.tag === TAG.returnBatch) {
      if (child.tag === TAG.rapBatchControlInfo) return rapOf(bytes, child, final);
    } else if (child.tag === TAG.batchControlInfo) return tapOf(bytes, child, final);
    else if (NRTRDE_FIELDS.has(child.tag)) return nrtrdeOf(bytes, unit, final);
    else if (TAP_GROUPS.has(child.tag)) return missing('TAP', unit);
  }
  if (!final && endOf(bytes, unit) === undefined) return undefined;
  return { refused: 'UnknownFormat', message: 'Nothing that TAP, RAP or NRTRDE begins with stands here.', at: unit.at };
};

/** The format of the unit that begins with this header; undefined when more bytes are needed to tell. */
export const identify = (bytes: Buffer, unit: Header, final: boolean): Identity | undefined => {
  if (unit.constructed) {
    if (unit.tag === TAG.notification) return tapOf(bytes, unit, final);
    if (unit.tag === TAG.acknowledgement) return { format: `RAP-0105/${NEWEST}` };
    if (unit.tag === TAG.transferBatch || unit.tag === TAG.returnBatch) return insideBatch(bytes, unit, final);
  }
  return { refused: 'UnknownFormat', message: 'Neither TAP, RAP nor NRTRDE begins like this.', at: unit.at };
};
