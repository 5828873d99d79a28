import { childAt, ENTRY, type Integer, integerAt, oneAt, textAt } from '../../codec/tape.ts';
import { isStamp, isStampRange, localMs, offsetMinutes, utcMs } from '../stamp.ts';
import type { Walk } from '../walk.ts';

/**
 * Application tags of what checks look at. They are the same in all versions, but for a few that a later version gave
 * another one; a test holds them to the grammars.
 */
export const TAG = {
  localTimeStamp: 16,
  sender: 196,
  recipient: 182,
  fileSequenceNumber: 109,
  rapFileSequenceNumber: 181,
  fileCreationTimeStamp: 108,
  fileAvailableTimeStamp: 107,
  transferCutOffTimeStamp: 227,
  specificationVersionNumber: 201,
  releaseVersionNumber: 189,
  fileTypeIndicator: 110,
  utcTimeOffset: 231,
  utcTimeOffsetCode: 232,
  utcTimeOffsetInfo: 234,
  recEntityInfo: 188,
  recEntityCode: 184,
  recEntityType: 186,
  taxation: 211,
  taxCode: 212,
  taxRate: 215,
  discounting: 95,
  discountCode: 91,
  tapCurrency: 210,
  tapDecimalPlaces: 244,
  currencyConversionInfo: 80,
  exchangeRateCode: 105,
  exchangeRate: 104,
  numberOfDecimalPlaces: 159,
  chargeDetailList: 64,
  chargeDetail: 63,
  chargeType: 71,
  charge: 62,
  taxInformation: 214,
  taxableAmount: 398,
  discountInformation: 96,
  camelInvocationFee: 422,
  chargeRefundIndicator: 344,
  teleServiceCode: 218,
  earliestCallTimeStamp: 101,
  latestCallTimeStamp: 133,
  totalChargeRefund: 355,
  totalTaxValue: 226,
  totalTaxRefund: 353,
  totalDiscountValue: 225,
  totalDiscountRefund: 354,
  callEventDetailsCount: 43,
} as const;

/** -1 where there is none. */
export const child = ({ source }: Walk, entry: number, tag: number): number => childAt(source, entry, tag);
export const oneOf = ({ source }: Walk, entry: number, tags: readonly number[]): number => oneAt(source, entry, tags);

export const textOf = (walk: Walk, entry: number, tag: number): string | undefined => {
  const at = childAt(walk.source, entry, tag);
  return at < 0 ? undefined : textAt(walk.source, at);
};

export const integerOf = (walk: Walk, entry: number, tag: number): Integer | undefined => {
  const at = childAt(walk.source, entry, tag);
  return at < 0 ? undefined : integerAt(walk.source, at);
};

/** The elements of a list; of none when there is no list. */
export const elements = ({ source: { tape } }: Walk, list: number, visit: (entry: number) => void): void => {
  if (list < 0) return;
  const end = tape[list + 3] as number;
  for (let at = list + ENTRY; at < end; at = tape[at + 3] as number) if ((tape[at] as number) > 0) visit(at);
};

/** UTC of a time with its offset beside it; NaN when one of them is missing or wrong. */
export const longMs = (walk: Walk, stamp: number): number => {
  if (stamp < 0) return Number.NaN;
  const { source } = walk;
  const local = childAt(source, stamp, TAG.localTimeStamp);
  const offset = childAt(source, stamp, TAG.utcTimeOffset);
  if (local < 0 || offset < 0 || !isStamp(source, local) || !isStampRange(source, local)) return Number.NaN;
  return utcMs(localMs(source, local), offsetMinutes(source, offset));
};

/** UTC of a time with the code of its offset; NaN when one of them is missing, wrong or not known. */
export const shortMs = (walk: Walk, stamp: number): number => {
  const { source } = walk;
  const local = childAt(source, stamp, TAG.localTimeStamp);
  const code = childAt(source, stamp, TAG.utcTimeOffsetCode);
  if (local < 0 || code < 0 || !isStamp(source, local) || !isStampRange(source, local)) return Number.NaN;
  const minutes = walk.tables.offsets.get(Number(integerAt(source, code)));
  return minutes === undefined ? Number.NaN : utcMs(localMs(source, local), minutes);
};
