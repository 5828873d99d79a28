import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';
import type { SecretBytes } from '../../kernel/secret.ts';
import type { CardProfile, ProfileFile } from '../uicc/card-profile.ts';
import { decodeFile } from '../uicc/file-codecs.ts';
import type { SubscriptionData } from '../uicc/write-plan.ts';

/** What of EOP's answer goes onto the card besides IMSI, centre and keys: files, each by its name in the table. */

const FROM = {
  'EF.SPN': 'providerName',
  'EF.AD': 'administrativeData',
  'EF.ACC': 'accessClasses',
} as const satisfies Readonly<Record<string, ProfileFile['from']>>;
type Writable = keyof typeof FROM;

const isWritable = (name: string): name is Writable => Object.hasOwn(FROM, name);

export const writeDataRefusals = {
  keysHaveNoPlace: (): Refusal =>
    refuse('conflict', 'EopKeysHaveNoPlace', 'The profile of this card has no place for the keys that EOP hands out.', {
      field: 'profile',
      action: 'Use a card of another product.',
    }),
  unknown: (name: string): Refusal =>
    refuse('invalid', 'EopFileUnknown', 'EOP wants a file on the card that is not written from here.', {
      field: `files/${name}`,
    }),
  noPlace: (name: string): Refusal =>
    refuse('conflict', 'EopFileHasNoPlace', 'EOP wants a file on the card for which its profile has no place.', {
      field: `files/${name}`,
      action: 'Use a card of another product, or add the file to the profile.',
    }),
  malformed: (name: string): Refusal =>
    refuse('invalid', 'EopFileMalformed', 'EOP wants bytes in a file that are none of its contents.', {
      field: `files/${name}`,
    }),
} as const;

type Contents = Pick<SubscriptionData, 'providerName' | 'administrativeData' | 'accessClasses'>;

/**
 * The files' values. Nothing of what EOP wants is left out in silence: refused with `EopFileUnknown`,
 * `EopFileHasNoPlace` or `EopFileMalformed`.
 */
export const contentsOf = (
  { files: places }: Pick<CardProfile, 'files'>,
  files: ReadonlyArray<{ readonly name: string; readonly content: SecretBytes }>,
): Contents | Refusal => {
  const contents: { [From in keyof Contents]: Contents[From] } = {};
  for (const { name, content } of files) {
    if (!isWritable(name)) return writeDataRefusals.unknown(name);
    if (!places.some(({ from }) => from === FROM[name])) return writeDataRefusals.noPlace(name);
    const value = decodeFile(name, content.reveal());
    if (isRefusal(value)) return writeDataRefusals.malformed(name);
    Object.assign(contents, { [FROM[name]]: value });
  }
  return contents;
};
