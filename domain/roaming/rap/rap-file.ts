import type { FormatName, TapName } from '../codec/grammar.ts';
import type { Value } from '../codec/interpret.ts';
import type { FileName } from '../validation/file-name.ts';
import { sequenceText } from '../validation/file-name.ts';
import { longStamp } from '../validation/stamp.ts';

/** What every file of RAP 1.5 says of itself (TD.32): who to whom, which number, when. */
export interface RapIdentity {
  /** The network that returns: the recipient of the TAP file. */
  readonly sender: string;
  readonly recipient: string;
  /** 1 to 99999, counted for each recipient; test and chargeable ones apart. */
  readonly sequence: number;
  readonly test: boolean;
}

export interface RapOccasion {
  /** Milliseconds since 1970. */
  readonly createdMs: number;
  /** `+0800`: of the sender's local time. */
  readonly utcOffset: string;
  /** Bilaterally agreed texts, for the file as a whole. */
  readonly operatorSpecific?: readonly string[];
}

export const rapFormatOf = (version: TapName): FormatName => `RAP-0105/${version}`;

export const rapName = ({ sender, recipient, sequence, test }: RapIdentity): FileName => ({
  kind: 'rap',
  test,
  sender,
  recipient,
  sequence,
});

const RAP_SPECIFICATION = 1;
const RAP_RELEASE = 5;

/** `version` is that of the TAP whose groups and records are in it. */
export const rapControl = (
  identity: RapIdentity,
  occasion: RapOccasion,
  version: TapName,
  money: { readonly decimalPlaces: number | undefined; readonly currency: string | undefined },
): Value => {
  const stamp = longStamp(occasion.createdMs, occasion.utcOffset);
  return {
    rapBatchControlInfoRap: {
      sender: identity.sender,
      recipient: identity.recipient,
      rapFileSequenceNumber: sequenceText(identity.sequence),
      rapFileCreationTimeStamp: stamp,
      rapFileAvailableTimeStamp: stamp,
      specificationVersionNumber: Number(version.slice(4, 6)),
      releaseVersionNumber: Number(version.slice(6)),
      rapSpecificationVersionNumber: RAP_SPECIFICATION,
      rapReleaseVersionNumber: RAP_RELEASE,
      ...(identity.test ? { fileTypeIndicator: 'T' } : {}),
      ...listOf(occasion.operatorSpecific),
      ...(money.decimalPlaces === undefined ? {} : { tapDecimalPlaces: money.decimalPlaces }),
      ...(money.currency === undefined ? {} : { tapCurrency: money.currency }),
    },
  };
};

export const listOf = (texts: readonly string[] | undefined): { readonly operatorSpecList?: readonly string[] } =>
  texts === undefined || texts.length === 0 ? {} : { operatorSpecList: texts };
