import * as Schema from 'effect/Schema';
import { ACCESS_TECHNOLOGIES, EST_SERVICES, SST_SERVICES, serviceNumber, UST_SERVICES } from './services.ts';

/**
 * The JSON values of elementary files: what a border (HTTP, the command line, a file) decodes before a codec of
 * `file-codecs.ts` makes bytes of it. Key files have no JSON form: keys never leave as text.
 */

const Byte = Schema.Int.pipe(Schema.between(0, 255));
const hexOf = (bytes: number) => Schema.String.pipe(Schema.pattern(new RegExp(`^(?:[0-9a-f]{2}){${bytes}}$`)));
/** Lower-case hex. */
const Hex = Schema.String.pipe(Schema.pattern(/^(?:[0-9a-f]{2}){0,255}$/));
const listOf = <A, I>(entry: Schema.Schema<A, I>, max: number) =>
  Schema.Array(Schema.NullOr(entry)).pipe(Schema.maxItems(max));

export const Plmn = Schema.Struct({
  mcc: Schema.String.pipe(Schema.pattern(/^[0-9]{3}$/)),
  mnc: Schema.String.pipe(Schema.pattern(/^[0-9]{2,3}$/)),
});
const PlmnWithAccess = Schema.Struct({
  ...Plmn.fields,
  access: Schema.Array(Schema.Literal(...ACCESS_TECHNOLOGIES)).pipe(Schema.maxItems(ACCESS_TECHNOLOGIES.length)),
});
/** `toa`: type of number and numbering plan, `0x91` international, `0x81` unknown. Digits with `*`, `#` and a, b, c. */
export const Address = Schema.Struct({
  toa: Byte,
  digits: Schema.String.pipe(Schema.pattern(/^[0-9*#abc]{0,20}$/)),
});
const Language = Schema.String.pipe(Schema.pattern(/^[a-z]{2}$/));
/** Characters of the basic plane. */
const Text = Schema.String.pipe(
  Schema.maxLength(120),
  Schema.filter((text) => [...text].every((one) => one.length === 1 && one.isWellFormed() && one < '\ufffe')),
);

const Status = Schema.Literal('updated', 'not-updated', 'plmn-not-allowed', 'area-not-allowed', 'reserved');
/** `plmn` null: erased. */
const area = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.Struct({ plmn: Schema.NullOr(Plmn), ...fields });
const Loci = Schema.Struct({ tmsi: hexOf(4), lai: area({ lac: hexOf(2) }), tmsiTime: Byte, status: Status });
const PsLoci = Schema.Struct({
  ptmsi: hexOf(4),
  signature: hexOf(3),
  rai: area({ lac: hexOf(2), rac: hexOf(1) }),
  status: Status,
});
const EpsLoci = Schema.Struct({ guti: hexOf(12), tai: area({ tac: hexOf(2) }), status: Status });

/** Null: the record is empty. */
const Dialling = Schema.NullOr(
  Schema.Struct({ alpha: Text, number: Schema.NullOr(Address), capability: Byte, extension: Byte }),
);
/** A part left out is not set (its indicator says so); null is indicated, and empty. */
const SmsParameters = Schema.NullOr(
  Schema.Struct({
    alpha: Text,
    destination: Schema.optionalWith(Schema.NullOr(Address), { exact: true }),
    serviceCentre: Schema.optionalWith(Schema.NullOr(Address), { exact: true }),
    protocol: Schema.optionalWith(Byte, { exact: true }),
    coding: Schema.optionalWith(Byte, { exact: true }),
    /** Relative validity (TS 23.040 §9.2.3.12.1). */
    validity: Schema.optionalWith(Byte, { exact: true }),
  }),
);
const SMS_STATUS = [
  'free',
  'read',
  'unread',
  'sent',
  'sent-report-requested',
  'sent-report-received',
  'sent-report-stored',
  'to-be-sent',
] as const;

const serviceOf = (names: readonly string[]) =>
  Schema.String.pipe(
    Schema.filter((name) => serviceNumber(names, name) !== undefined || 'no such service', {
      arbitrary: () => (fc) => fc.constantFrom(...names, `service-${names.length + 1}`),
    }),
  );
/** Names of `services.ts`. */
const serviceSet = (names: readonly string[]) => Schema.Array(serviceOf(names)).pipe(Schema.maxItems(256));

export const FileValues = {
  'EF.ICCID': Schema.NullOr(Schema.String.pipe(Schema.pattern(/^89[0-9]{17,18}$/))),
  'EF.DIR': Schema.NullOr(
    Schema.Struct({
      aid: Schema.String.pipe(Schema.pattern(/^(?:[0-9a-f]{2}){1,16}$/)),
      label: Schema.String.pipe(Schema.maxLength(32)),
      other: Hex,
    }),
  ),
  'EF.PL': listOf(Language, 60),
  'EF.LI': listOf(Language, 60),
  /** Codes of TS 23.038 §5. */
  'EF.LP': Schema.Array(Byte).pipe(Schema.maxItems(60)),
  'EF.IMSI': Schema.NullOr(Schema.String.pipe(Schema.pattern(/^[0-9]{14,15}$/))),
  'EF.PLMNsel': listOf(Plmn, 80),
  'EF.FPLMN': listOf(Plmn, 80),
  'EF.PLMNwAcT': listOf(PlmnWithAccess, 50),
  'EF.OPLMNwAcT': listOf(PlmnWithAccess, 50),
  'EF.HPLMNwAcT': listOf(PlmnWithAccess, 50),
  /** Steps of 6 minutes (TS 31.102 §4.2.6); 0: no search. */
  'EF.HPPLMN': Byte,
  /** Allocated services, and whether they are activated. */
  'EF.SST': Schema.Array(Schema.Struct({ service: serviceOf(SST_SERVICES), active: Schema.Boolean })).pipe(
    Schema.maxItems(256),
  ),
  'EF.UST': serviceSet(UST_SERVICES),
  'EF.EST': serviceSet(EST_SERVICES),
  'EF.GID1': Hex,
  'EF.GID2': Hex,
  'EF.SPN': Schema.NullOr(Schema.Struct({ name: Text, showPlmn: Schema.Boolean, hideInOtherPlmn: Schema.Boolean })),
  /** Access classes 0–15. */
  'EF.ACC': Schema.Array(Schema.Int.pipe(Schema.between(0, 15))).pipe(Schema.maxItems(16)),
  'EF.AD': Schema.Struct({
    mode: Schema.Literal(
      'normal',
      'type-approval',
      'normal-specific',
      'type-approval-specific',
      'maintenance',
      'cell-test',
    ),
    /** Bytes 2 and 3: `0001` ciphering indicator, `0002` CSG display (TS 31.102 §4.2.18). */
    info: hexOf(2),
    mncLength: Schema.optionalWith(Schema.Int.pipe(Schema.between(0, 15)), { exact: true }),
  }),
  'EF.Phase': Byte,
  'EF.LOCI': Loci,
  'EF.LOCIGPRS': PsLoci,
  'EF.PSLOCI': PsLoci,
  'EF.EPSLOCI': EpsLoci,
  'EF.ADN': Dialling,
  'EF.MSISDN': Dialling,
  'EF.SMS': Schema.Struct({
    status: Schema.Literal(...SMS_STATUS),
    content: Schema.String.pipe(Schema.pattern(/^(?:[0-9a-f]{2}){0,175}$/)),
  }),
  'EF.SMSP': SmsParameters,
  'EF.SMSS': Schema.Struct({ lastReference: Byte, memoryExceeded: Schema.Boolean }),
} as const;

export type Plmn = typeof Plmn.Type;
export type Address = typeof Address.Type;
export type FileValue = { readonly [Name in keyof typeof FileValues]: (typeof FileValues)[Name]['Type'] };
