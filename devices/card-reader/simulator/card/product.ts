import type { CardProfile } from '../../../../domain/sim/uicc/card-profile.ts';
import { DIRECTORIES, type Directory, FILES, isFileName } from '../../../../domain/sim/uicc/file-table.ts';
import type { StaticKeys } from '../../../../domain/sim/uicc/secure-channel.ts';
import { type Made, USIM_FID } from './personality.ts';

/** Where it lies on this card, whose USIM has an identifier of its own. */
const placeOf = (directory: Directory): string =>
  directory === 'ADF.USIM' ? USIM_FID : (DIRECTORIES[directory].at(-1) ?? '');

/** What makes a card one of this profile's product: undefined when it protects nothing. */
export const productOf = (
  { atr, channel, files, keys: keyFile }: CardProfile,
  keys: StaticKeys,
): Made['product'] | undefined => {
  if (channel === undefined) return undefined;
  const { protocol, keyVersion, level, protects } = channel;
  const places = files.flatMap(({ file, directory }) =>
    protects.includes(file) && isFileName(file) ? [`${placeOf(directory)}/${FILES[file].fid}`] : [],
  );
  if (keyFile !== undefined && protects.includes('keys')) {
    places.push(`${placeOf(keyFile.directory)}/${keyFile.fid}`);
  }
  const protection = { set: { protocol, keyVersion, keys }, level, files: places };
  return { atr: Buffer.from(atr.value, 'hex'), protection };
};
