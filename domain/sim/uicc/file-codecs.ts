import { type Refusal, refuse } from '../../kernel/refusal.ts';
import type { FileCodec } from './codec.ts';
import * as identity from './codec-identity.ts';
import { type CipherKey, cipherKey, type SessionKeys, sessionKeys } from './codec-keys.ts';
import * as network from './codec-network.ts';
import { FILES, type FileName, sizeFits } from './file-table.ts';
import type { FileValue } from './schema.ts';
import { EST_SERVICES, SST_SERVICES, UST_SERVICES } from './services.ts';

/** Which codec reads and writes which file of `file-table.ts`. */

type Codecs = { readonly [Name in keyof FileValue]: FileCodec<FileValue[Name]> };

export const FILE_CODECS: Codecs = {
  'EF.ICCID': identity.iccid,
  'EF.DIR': identity.directoryEntry,
  'EF.PL': identity.languages,
  'EF.LI': identity.languages,
  'EF.LP': identity.languageCodes,
  'EF.IMSI': identity.imsi,
  'EF.PLMNsel': network.plmns,
  'EF.FPLMN': network.plmns,
  'EF.PLMNwAcT': network.plmnsWithAccess,
  'EF.OPLMNwAcT': network.plmnsWithAccess,
  'EF.HPLMNwAcT': network.plmnsWithAccess,
  'EF.HPPLMN': network.byte,
  'EF.SST': network.serviceTable(SST_SERVICES),
  'EF.UST': network.serviceSet(UST_SERVICES),
  'EF.EST': network.serviceSet(EST_SERVICES),
  'EF.GID1': identity.groupId,
  'EF.GID2': identity.groupId,
  'EF.SPN': identity.providerName,
  'EF.ACC': network.accessClasses,
  'EF.AD': network.administrativeData,
  'EF.Phase': network.byte,
  'EF.LOCI': network.location,
  'EF.LOCIGPRS': network.packetLocation,
  'EF.PSLOCI': network.packetLocation,
  'EF.EPSLOCI': network.epsLocation,
  'EF.ADN': identity.dialling,
  'EF.MSISDN': identity.dialling,
  'EF.SMS': network.shortMessage,
  'EF.SMSP': identity.smsParameters,
  'EF.SMSS': network.smsStatus,
};

interface KeyFileValue {
  readonly 'EF.Kc': CipherKey;
  readonly 'EF.Keys': SessionKeys;
  readonly 'EF.KeysPS': SessionKeys;
}

export const KEY_FILE_CODECS: { readonly [Name in keyof KeyFileValue]: FileCodec<KeyFileValue[Name]> } = {
  'EF.Kc': cipherKey,
  'EF.Keys': sessionKeys,
  'EF.KeysPS': sessionKeys,
};

/** Files whose bytes are passed on as they are, and why. */
export const RAW_FILES: Readonly<Partial<Record<FileName, string>>> = {
  'EF.ARR': 'Access rules are compared byte by byte with the profile; the system never edits one.',
};

const wrongSize = (name: FileName, bytes: number): Refusal =>
  refuse('invalid', 'WrongFileSize', `${name} cannot have ${bytes} bytes (${FILES[name].clause}).`, { field: name });

/** The content of a file, or of one record of it. Refused with `WrongFileSize` before the codec sees it. */
export const decodeFile = <Name extends keyof FileValue>(name: Name, bytes: Uint8Array): FileValue[Name] | Refusal =>
  sizeFits(FILES[name], bytes.length) ? FILE_CODECS[name].decode(Buffer.from(bytes)) : wrongSize(name, bytes.length);

/** Exactly `size` bytes, the size that the card says the file (or its record) has. */
export const encodeFile = <Name extends keyof FileValue>(
  name: Name,
  value: FileValue[Name],
  size: number,
): Buffer | Refusal => (sizeFits(FILES[name], size) ? FILE_CODECS[name].encode(value, size) : wrongSize(name, size));
