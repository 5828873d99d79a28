import { isRefusal, type Refusal } from '../../kernel/refusal.ts';
import { bytesOfPlmn, plmnOf } from './bcd.ts';
import { type FileCodec, isBlank, listCodec, malformedFile, padTo } from './codec.ts';
import type { FileValue, Plmn } from './schema.ts';
import { ACCESS_TECHNOLOGIES, serviceName, serviceNumber } from './services.ts';

/** What the card tells the phone of networks and services, and where the phone was last. */

/** TS 51.011 §10.3.4. */
export const plmns: FileCodec<FileValue['EF.PLMNsel']> = listCodec<Plmn>(3, 'plmns', {
  decode: plmnOf,
  encode: bytesOfPlmn,
  blank: Buffer.alloc(3, 0xff),
  isBlank,
});

type Access = (typeof ACCESS_TECHNOLOGIES)[number];
const NARROW: ReadonlyMap<number, readonly Access[]> = new Map([
  [0x0000, ['E-UTRAN WB-S1', 'E-UTRAN NB-S1']],
  [0x1000, ['E-UTRAN NB-S1']],
  [0x2000, ['E-UTRAN WB-S1']],
  [0x3000, ['E-UTRAN WB-S1', 'E-UTRAN NB-S1']],
]);
const GSM_KINDS: ReadonlyMap<number, readonly Access[]> = new Map([
  [0x00, ['GSM', 'EC-GSM-IoT']],
  [0x04, ['GSM']],
  [0x08, ['EC-GSM-IoT']],
  [0x0c, ['GSM', 'EC-GSM-IoT']],
]);
const SINGLE: readonly (readonly [Access, number])[] = [
  ['UTRAN', 0x8000],
  ['NG-RAN', 0x0800],
  ['GSM COMPACT', 0x0040],
  ['cdma2000 HRPD', 0x0020],
  ['cdma2000 1xRTT', 0x0010],
];
const EUTRAN = 0x4000;
const GSM = 0x0080;

/** TS 31.102 §4.2.5. Without its finer bits, E-UTRAN and GSM mean both of their kinds. */
const accessOf = (bits: number): readonly Access[] => {
  const found = new Set<Access>(SINGLE.filter(([, bit]) => (bits & bit) > 0).map(([name]) => name));
  if ((bits & EUTRAN) > 0) for (const name of NARROW.get(bits & 0x3000) ?? []) found.add(name);
  if ((bits & GSM) > 0) for (const name of GSM_KINDS.get(bits & 0x0c) ?? []) found.add(name);
  return ACCESS_TECHNOLOGIES.filter((name) => found.has(name));
};

const finer = (kinds: ReadonlyMap<number, readonly Access[]>, access: readonly Access[], bit: number): number => {
  const all = kinds.get(0) ?? [];
  const wanted = all.filter((name) => access.includes(name));
  if (wanted.length === 0) return 0;
  const [bits = 0] =
    [...kinds].find(([, names]) => names.length === wanted.length && names.every((one) => wanted.includes(one))) ?? [];
  return bit | bits;
};

const bitsOf = (access: readonly Access[]): number =>
  SINGLE.reduce((bits, [name, bit]) => (access.includes(name) ? bits | bit : bits), 0) |
  finer(NARROW, access, EUTRAN) |
  finer(GSM_KINDS, access, GSM);

type PlmnWithAccess = NonNullable<FileValue['EF.PLMNwAcT'][number]>;

export const plmnsWithAccess: FileCodec<FileValue['EF.PLMNwAcT']> = listCodec<PlmnWithAccess>(5, 'plmns', {
  decode: (bytes, field) => {
    const plmn = plmnOf(bytes.subarray(0, 3), field);
    return isRefusal(plmn) ? plmn : { ...plmn, access: accessOf(bytes.readUInt16BE(3)) };
  },
  encode: ({ access, ...plmn }) => {
    const bits = bitsOf(access);
    return Buffer.concat([bytesOfPlmn(plmn), Buffer.of(bits >> 8, bits & 0xff)]);
  },
  blank: Buffer.of(0xff, 0xff, 0xff, 0, 0),
  isBlank: (bytes) => isBlank(bytes.subarray(0, 3)),
});

/** One byte as a number. */
export const byte: FileCodec<number> = {
  decode: (bytes) => bytes[0] ?? malformedFile('value', 'The file is empty.'),
  encode: (value, size) => padTo(Buffer.of(value), size, 'value'),
};

/** TS 31.102 §4.2.15: a bit per class, class 0 the lowest. */
export const accessClasses: FileCodec<FileValue['EF.ACC']> = {
  decode: (bytes) => {
    if (bytes.length !== 2) return malformedFile('classes', 'Access classes take two bytes.');
    const bits = bytes.readUInt16BE(0);
    return Array.from({ length: 16 }, (_, one) => one).filter((one) => ((bits >> one) & 1) === 1);
  },
  encode: (classes, size) => {
    const bits = classes.reduce((sum, one) => sum | (1 << one), 0);
    return padTo(Buffer.of(bits >> 8, bits & 0xff), size, 'classes');
  },
};

const MODES = {
  0: 'normal',
  128: 'type-approval',
  1: 'normal-specific',
  129: 'type-approval-specific',
  2: 'maintenance',
  4: 'cell-test',
} as const;

/** TS 31.102 §4.2.18: how the phone shall work, and how many digits the MNC in the IMSI has. */
export const administrativeData: FileCodec<FileValue['EF.AD']> = {
  decode: (bytes) => {
    const mode = MODES[bytes[0] as keyof typeof MODES];
    if (mode === undefined || bytes.length < 3) return malformedFile('mode', 'The mode is reserved.');
    const [, , , mnc] = bytes;
    return {
      mode,
      info: bytes.toString('hex', 1, 3),
      ...(mnc === undefined || mnc === 0xff ? {} : { mncLength: mnc & 0x0f }),
    };
  },
  encode: ({ mode, info, mncLength }, size) => {
    const byte = Number(Object.entries(MODES).find(([, name]) => name === mode)?.[0] ?? 0);
    const head = Buffer.concat([Buffer.of(byte), Buffer.from(info, 'hex')]);
    return padTo(mncLength === undefined ? head : Buffer.concat([head, Buffer.of(mncLength)]), size, 'mncLength');
  },
};

const STATUSES = ['updated', 'not-updated', 'plmn-not-allowed', 'area-not-allowed'] as const;
type Status = FileValue['EF.LOCI']['status'];
const statusOf = (value: number | undefined): Status => STATUSES[(value ?? 7) & 7] ?? 'reserved';
const statusByte = (status: Status): Buffer => Buffer.of(status === 'reserved' ? 7 : STATUSES.indexOf(status));

const areaPlmn = (bytes: Buffer, field: string): Plmn | null | Refusal =>
  isBlank(bytes) ? null : plmnOf(bytes, field);
const plmnBytes = (plmn: Plmn | null): Buffer => (plmn === null ? Buffer.alloc(3, 0xff) : bytesOfPlmn(plmn));
const hex = (text: string): Buffer => Buffer.from(text, 'hex');

/** TS 31.102 §4.2.17. */
export const location: FileCodec<FileValue['EF.LOCI']> = {
  decode: (bytes) => {
    if (bytes.length !== 11) return malformedFile('loci', 'Location information takes 11 bytes.');
    const plmn = areaPlmn(bytes.subarray(4, 7), 'lai/plmn');
    if (isRefusal(plmn)) return plmn;
    const lai = { plmn, lac: bytes.toString('hex', 7, 9) };
    return { tmsi: bytes.toString('hex', 0, 4), lai, tmsiTime: bytes.readUInt8(9), status: statusOf(bytes[10]) };
  },
  encode: ({ tmsi, lai, tmsiTime, status }, size) =>
    padTo(
      Buffer.concat([hex(tmsi), plmnBytes(lai.plmn), hex(lai.lac), Buffer.of(tmsiTime), statusByte(status)]),
      size,
      'loci',
    ),
};

/** TS 31.102 §4.2.23, TS 51.011 §10.3.33. */
export const packetLocation: FileCodec<FileValue['EF.PSLOCI']> = {
  decode: (bytes) => {
    if (bytes.length !== 14) return malformedFile('psloci', 'Packet location information takes 14 bytes.');
    const plmn = areaPlmn(bytes.subarray(7, 10), 'rai/plmn');
    if (isRefusal(plmn)) return plmn;
    return {
      ptmsi: bytes.toString('hex', 0, 4),
      signature: bytes.toString('hex', 4, 7),
      rai: { plmn, lac: bytes.toString('hex', 10, 12), rac: bytes.toString('hex', 12, 13) },
      status: statusOf(bytes[13]),
    };
  },
  encode: ({ ptmsi, signature, rai, status }, size) =>
    padTo(
      Buffer.concat([hex(ptmsi), hex(signature), plmnBytes(rai.plmn), hex(rai.lac), hex(rai.rac), statusByte(status)]),
      size,
      'psloci',
    ),
};

/** TS 31.102 §4.2.91. */
export const epsLocation: FileCodec<FileValue['EF.EPSLOCI']> = {
  decode: (bytes) => {
    if (bytes.length !== 18) return malformedFile('epsloci', 'EPS location information takes 18 bytes.');
    const plmn = areaPlmn(bytes.subarray(12, 15), 'tai/plmn');
    if (isRefusal(plmn)) return plmn;
    const tai = { plmn, tac: bytes.toString('hex', 15, 17) };
    return { guti: bytes.toString('hex', 0, 12), tai, status: statusOf(bytes[17]) };
  },
  encode: ({ guti, tai, status }, size) =>
    padTo(Buffer.concat([hex(guti), plmnBytes(tai.plmn), hex(tai.tac), statusByte(status)]), size, 'epsloci'),
};

/** A bit per service, service 1 the lowest of the first byte (TS 31.102 §4.2.8). */
export const serviceSet = (names: readonly string[]): FileCodec<readonly string[]> => ({
  decode: (bytes) =>
    Array.from({ length: bytes.length * 8 }, (_, at) => at)
      .filter((at) => (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1)
      .map((at) => serviceName(names, at + 1)),
  encode: (services, size) => {
    const bytes = Buffer.alloc(size);
    for (const [index, name] of services.entries()) {
      const number = serviceNumber(names, name);
      if (number === undefined || number > size * 8)
        return malformedFile(`services/${index}`, 'The file has no such service.');
      const at = number - 1;
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (1 << (at & 7));
    }
    return bytes;
  },
});

/** Two bits per service: allocated, activated (TS 51.011 §10.3.7). */
export const serviceTable = (names: readonly string[]): FileCodec<FileValue['EF.SST']> => ({
  decode: (bytes) => {
    const found: { service: string; active: boolean }[] = [];
    for (let at = 0; at < bytes.length * 4; at += 1) {
      const bits = ((bytes[at >> 2] ?? 0) >> ((at & 3) * 2)) & 3;
      if (bits === 2) return malformedFile(`services/${at + 1}`, 'A service is activated and not allocated.');
      if (bits !== 0) found.push({ service: serviceName(names, at + 1), active: bits === 3 });
    }
    return found;
  },
  encode: (services, size) => {
    const bytes = Buffer.alloc(size);
    for (const [index, { service, active }] of services.entries()) {
      const number = serviceNumber(names, service);
      if (number === undefined || number > size * 4)
        return malformedFile(`services/${index}`, 'The file has no such service.');
      const at = number - 1;
      bytes[at >> 2] = (bytes[at >> 2] ?? 0) | ((active ? 3 : 1) << ((at & 3) * 2));
    }
    return bytes;
  },
});

const SMS_STATUSES: readonly (readonly [mask: number, bits: number, name: FileValue['EF.SMS']['status']])[] = [
  [0x01, 0x00, 'free'],
  [0x07, 0x01, 'read'],
  [0x07, 0x03, 'unread'],
  [0x07, 0x07, 'to-be-sent'],
  [0x1f, 0x05, 'sent'],
  [0x1f, 0x0d, 'sent-report-requested'],
  [0x1f, 0x15, 'sent-report-received'],
  [0x1f, 0x1d, 'sent-report-stored'],
];

/** TS 31.102 §4.2.25: a message as it is stored; its content is not read further. */
export const shortMessage: FileCodec<FileValue['EF.SMS']> = {
  decode: (bytes) => {
    const [, , status] = SMS_STATUSES.find(([mask, bits]) => ((bytes[0] ?? 0) & mask) === bits) ?? [];
    if (status === undefined || bytes.length < 1) return malformedFile('status', 'The status is reserved.');
    let end = bytes.length;
    while (end > 1 && bytes[end - 1] === 0xff) end -= 1;
    return { status, content: bytes.toString('hex', 1, end) };
  },
  encode: ({ status, content }, size) => {
    const bits = SMS_STATUSES.find(([, , name]) => name === status)?.[1] ?? 0;
    return padTo(Buffer.concat([Buffer.of(bits), hex(content)]), size, 'content');
  },
};

/** TS 31.102 §4.2.28: the last TP-MR, and a bit that is 0 while the memory is full. */
export const smsStatus: FileCodec<FileValue['EF.SMSS']> = {
  decode: (bytes) => {
    const [lastReference, full] = bytes;
    if (lastReference === undefined || full === undefined) return malformedFile('smss', 'SMS status takes two bytes.');
    return { lastReference, memoryExceeded: (full & 1) === 0 };
  },
  encode: ({ lastReference, memoryExceeded }, size) =>
    padTo(Buffer.of(lastReference, memoryExceeded ? 0xfe : 0xff), size, 'smss'),
};
