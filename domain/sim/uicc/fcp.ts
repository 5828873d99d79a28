import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import { encodeTlv, encodeTlvs, parseTlvs, type Tlv } from './ber-tlv.ts';

/**
 * What a UICC says of a file when it is selected: the file control parameters (TS 102 221 §11.1.1.3), template `62`;
 * and the file management data (`64`) that some cards add. Bytes are lower-case hex in the values.
 */

export type FileStructure = 'transparent' | 'linear-fixed' | 'cyclic' | 'ber-tlv';

/** `creation`, `initialisation`: being made, not sealed. `operational-*`: sealed, access conditions in force. */
export type LifeCycle =
  | 'none'
  | 'creation'
  | 'initialisation'
  | 'activated'
  | 'deactivated'
  | 'terminated'
  | 'proprietary';

export interface Fcp {
  readonly kind: 'directory' | 'working' | 'internal';
  readonly shareable: boolean;
  /** Of an elementary file. */
  readonly structure?: FileStructure;
  readonly recordLength?: number;
  readonly records?: number;
  readonly fid?: string;
  /** The AID of an application's directory. */
  readonly dfName?: string;
  readonly lifeCycle: LifeCycle;
  /** Bytes of content, structure not counted. */
  readonly fileSize?: number;
  readonly totalSize?: number;
  /** 1–30; `null`: the card says that there is none; left out: the five low bits of the identifier. */
  readonly sfi?: number | null;
  /** Reference to EF.ARR: its identifier and record, or per security environment. */
  readonly security?: { readonly form: 'compact' | 'expanded' | 'referenced'; readonly bytes: string };
  readonly pins?: readonly { readonly reference: number; readonly enabled: boolean; readonly usage?: number }[];
  /** Objects of `A5`, and of the template itself where this decoder knows none, by tag in hex. */
  readonly proprietary: Readonly<Record<string, string>>;
  readonly other: Readonly<Record<string, string>>;
}

const malformed = (field: string, message: string): Refusal => refuse('invalid', 'MalformedFcp', message, { field });

const STRUCTURES: Readonly<Record<number, FileStructure>> = {
  1: 'transparent',
  2: 'linear-fixed',
  6: 'cyclic',
};
const BER_TLV_STRUCTURE = 0x39;

type Descriptor = Pick<Fcp, 'kind' | 'shareable' | 'structure' | 'recordLength' | 'records'>;

/** Behind descriptor and coding byte: the length of a record, and perhaps how many, each on one byte or two. */
const recordsOf = (value: Buffer): Pick<Descriptor, 'recordLength' | 'records'> | undefined => {
  if (value.length < 3) return undefined;
  const recordLength = value.readUIntBE(2, value.length === 3 ? 1 : 2);
  return value.length < 5 ? { recordLength } : { recordLength, records: value.readUIntBE(4, value.length - 4) };
};

/** TS 102 221 §11.1.1.4.3: two bytes, or five for records. ISO/IEC 7816-4 §7.4.5, table 12: one byte to six. */
const descriptorOf = (value: Buffer): Descriptor | undefined => {
  const [byte] = value;
  if (byte === undefined || byte >= 0x80 || value.length > 6) return undefined;
  const shareable = (byte & 0x40) > 0;
  if ((byte & 0x3f) === 0x38) return { kind: 'directory', shareable };
  if ((byte & 0x3f) === BER_TLV_STRUCTURE) return { kind: 'working', shareable, structure: 'ber-tlv' };
  const kinds = { 0: 'working', 1: 'internal' } as const;
  const type = (byte >> 3) & 7;
  const structure = STRUCTURES[byte & 7];
  if ((type !== 0 && type !== 1) || structure === undefined) return undefined;
  if (structure === 'transparent') return { kind: kinds[type], shareable, structure };
  const records = recordsOf(value);
  return records === undefined ? undefined : { kind: kinds[type], shareable, structure, ...records };
};

/** TS 102 221 §11.1.1.4.9. */
const lifeCycleOf = (byte: number): LifeCycle => {
  if (byte === 0) return 'none';
  if (byte === 1) return 'creation';
  if (byte === 3) return 'initialisation';
  if (byte === 5 || byte === 7) return 'activated';
  if (byte === 4 || byte === 6) return 'deactivated';
  return byte >= 0x0c && byte <= 0x0f ? 'terminated' : 'proprietary';
};

/** TS 102 221 §9.5.2 and §11.1.1.4.10: a bit per key reference, the highest first, which codes are enabled. */
const pinsOf = (value: Buffer): Fcp['pins'] | Refusal => {
  const tlvs = parseTlvs(value, 'fcp/c6');
  if (isRefusal(tlvs)) return tlvs;
  const flags = tlvs.find(({ tag }) => tag === 0x90)?.value ?? Buffer.alloc(0);
  const pins: { reference: number; enabled: boolean; usage?: number }[] = [];
  let usage: number | undefined;
  for (const { tag, value: one } of tlvs) {
    if (tag === 0x95) usage = one[0];
    if (tag !== 0x83) continue;
    const [reference] = one;
    if (reference === undefined) return malformed('fcp/c6', 'A key reference is empty.');
    const at = pins.length;
    const enabled = (((flags[at >> 3] ?? 0) >> (7 - (at & 7))) & 1) === 1;
    pins.push(usage === undefined ? { reference, enabled } : { reference, enabled, usage });
    usage = undefined;
  }
  return pins;
};

const SECURITY = { 140: 'compact', 171: 'expanded', 139: 'referenced' } as const;
const KNOWN: ReadonlySet<number> = new Set([0x82, 0x83, 0x84, 0x8a, 0x8b, 0x8c, 0xab, 0x80, 0x81, 0x88, 0xa5, 0xc6]);

const hexByTag = (tlvs: readonly Tlv[]): Record<string, string> =>
  Object.fromEntries(tlvs.map(({ tag, value }) => [tag.toString(16), value.toString('hex')]));

const numberOf = (value: Buffer | undefined): number | undefined =>
  value === undefined || value.length === 0 || value.length > 4 ? undefined : value.readUIntBE(0, value.length);

const sfiOf = (value: Buffer | undefined): { readonly sfi?: number | null } => {
  if (value === undefined) return {};
  const [byte] = value;
  return { sfi: byte === undefined || byte >> 3 === 0 ? null : byte >> 3 };
};

const securityOf = (tlvs: readonly Tlv[]): Pick<Fcp, 'security'> => {
  const found = tlvs.find(({ tag }) => tag in SECURITY);
  if (found === undefined) return {};
  return { security: { form: SECURITY[found.tag as keyof typeof SECURITY], bytes: found.value.toString('hex') } };
};

const known = <Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } =>
  (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value };

/** The template's objects, for `62` alone or for what is in it. */
const templateOf = (bytes: Uint8Array, tag: number, field: string): readonly Tlv[] | Refusal => {
  const outer = parseTlvs(bytes, field);
  if (isRefusal(outer)) return outer;
  const [template] = outer;
  if (template?.tag !== tag || outer.length !== 1) return malformed(field, 'The template is missing or not alone.');
  return parseTlvs(template.value, field);
};

/** Refused with `MalformedFcp` or `MalformedTlv`; the field is `fcp/<tag>`. */
export const parseFcp = (bytes: Uint8Array): Fcp | Refusal => {
  const tlvs = templateOf(bytes, 0x62, 'fcp');
  if (isRefusal(tlvs)) return tlvs;
  const value = (tag: number): Buffer | undefined => tlvs.find((one) => one.tag === tag)?.value;
  const descriptor = descriptorOf(value(0x82) ?? Buffer.alloc(0));
  if (descriptor === undefined) return malformed('fcp/82', 'The file descriptor is missing or reserved.');
  const fid = value(0x83);
  if (fid !== undefined && fid.length !== 2) return malformed('fcp/83', 'A file identifier has two bytes.');
  const [life] = value(0x8a) ?? [];
  if (life === undefined) return malformed('fcp/8a', 'The life cycle status is missing.');
  const proprietary = parseTlvs(value(0xa5) ?? Buffer.alloc(0), 'fcp/a5');
  if (isRefusal(proprietary)) return proprietary;
  const template = value(0xc6);
  const pins = template === undefined ? undefined : pinsOf(template);
  if (isRefusal(pins)) return pins;
  return {
    ...descriptor,
    ...known('fid', fid?.toString('hex')),
    ...known('dfName', value(0x84)?.toString('hex')),
    lifeCycle: lifeCycleOf(life),
    ...known('fileSize', numberOf(value(0x80))),
    ...known('totalSize', numberOf(value(0x81))),
    ...sfiOf(value(0x88)),
    ...securityOf(tlvs),
    ...known('pins', pins),
    proprietary: hexByTag(proprietary),
    other: hexByTag(tlvs.filter(({ tag }) => !KNOWN.has(tag))),
  };
};

const LIFE_CYCLES: Readonly<Record<LifeCycle, number>> = {
  none: 0x00,
  creation: 0x01,
  initialisation: 0x03,
  deactivated: 0x04,
  activated: 0x05,
  terminated: 0x0c,
  proprietary: 0x10,
};

const sizeBytes = (size: number, least: 1 | 2 = 2): Buffer => {
  const bytes = Buffer.alloc(size > 0xffff ? 4 : size > 0xff ? 2 : least);
  bytes.writeUIntBE(size, 0, bytes.length);
  return bytes;
};

const descriptorBytes = ({ kind, shareable, structure, recordLength, records }: Fcp): Buffer => {
  const share = shareable ? 0x40 : 0;
  if (kind === 'directory') return Buffer.of(share | 0x38, 0x21);
  if (structure === 'ber-tlv') return Buffer.of(share | BER_TLV_STRUCTURE, 0x21);
  const low = Number(Object.entries(STRUCTURES).find(([, name]) => name === structure)?.[0] ?? 1);
  const byte = share | (kind === 'internal' ? 0x08 : 0) | low;
  if (structure === 'transparent' || recordLength === undefined) return Buffer.of(byte, 0x21);
  const head = Buffer.of(byte, 0x21, recordLength >> 8, recordLength & 0xff);
  return records === undefined ? head : Buffer.concat([head, sizeBytes(records, 1)]);
};

const pinBytes = (pins: NonNullable<Fcp['pins']>): Buffer => {
  const flags = Buffer.alloc(Math.max(1, Math.ceil(pins.length / 8)));
  for (const [at, { enabled }] of pins.entries()) {
    if (enabled) flags[at >> 3] = (flags[at >> 3] ?? 0) | (0x80 >> (at & 7));
  }
  const references = pins.flatMap(({ reference, usage }) => [
    ...(usage === undefined ? [] : [{ tag: 0x95, value: Buffer.of(usage) }]),
    { tag: 0x83, value: Buffer.of(reference) },
  ]);
  return encodeTlvs([{ tag: 0x90, value: flags }, ...references]);
};

const objectsOf = (byTag: Readonly<Record<string, string>>): readonly Tlv[] =>
  Object.entries(byTag).map(([tag, value]) => ({ tag: Number.parseInt(tag, 16), value: Buffer.from(value, 'hex') }));

/** A template in the order of TS 102 221 table 11.3/11.4: what a simulated card answers. */
export const encodeFcp = (fcp: Fcp): Buffer => {
  const tlvs: Tlv[] = [{ tag: 0x82, value: descriptorBytes(fcp) }];
  const add = (tag: number, value: Buffer | undefined): void => void (value && tlvs.push({ tag, value }));
  add(0x83, fcp.fid === undefined ? undefined : Buffer.from(fcp.fid, 'hex'));
  add(0x84, fcp.dfName === undefined ? undefined : Buffer.from(fcp.dfName, 'hex'));
  const proprietary = objectsOf(fcp.proprietary);
  add(0xa5, proprietary.length === 0 ? undefined : encodeTlvs(proprietary));
  add(0x8a, Buffer.of(LIFE_CYCLES[fcp.lifeCycle]));
  const form = Object.entries(SECURITY).find(([, name]) => name === fcp.security?.form)?.[0];
  if (fcp.security !== undefined && form !== undefined) add(Number(form), Buffer.from(fcp.security.bytes, 'hex'));
  add(0xc6, fcp.pins === undefined ? undefined : pinBytes(fcp.pins));
  add(0x80, fcp.fileSize === undefined ? undefined : sizeBytes(fcp.fileSize));
  add(0x81, fcp.totalSize === undefined ? undefined : sizeBytes(fcp.totalSize));
  if (fcp.sfi !== undefined) add(0x88, fcp.sfi === null ? Buffer.alloc(0) : Buffer.of(fcp.sfi << 3));
  for (const { tag, value } of objectsOf(fcp.other)) add(tag, value);
  return encodeTlv(0x62, encodeTlvs(tlvs));
};

export interface Fmd {
  /** `50`: the application's name in UTF-8. */
  readonly label?: string;
  readonly other: Readonly<Record<string, string>>;
}

/** File management data (ISO/IEC 7816-4 §7.4.3). */
export const parseFmd = (bytes: Uint8Array): Fmd | Refusal => {
  const tlvs = templateOf(bytes, 0x64, 'fmd');
  if (isRefusal(tlvs)) return tlvs;
  const label = tlvs.find(({ tag }) => tag === 0x50)?.value.toString('utf8');
  return { ...known('label', label), other: hexByTag(tlvs.filter(({ tag }) => tag !== 0x50)) };
};
