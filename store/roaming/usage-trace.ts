import { Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { correctedBy } from '../../domain/roaming/usage/usage-record.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { Mongo } from '../mongo.ts';
import { type KeptPart, type KeptUsage, partsOfPartner } from './usage.ts';

/** Kept records of a partner, whoever's they are: for a sample of them, and to trace what a case is about. */

export interface TracedUsage extends KeptUsage {
  /** Key of the subscriber; null of a visitor. */
  readonly subscriber: string | null;
  /** SM3 of the file that brought it. */
  readonly file: string;
  /** The re-rating whose difference it is; undefined of what was imported. */
  readonly rerating: string | undefined;
}

const recordsOf = ({ part, file, subscriber, terms, records }: KeptPart): ReadonlyArray<TracedUsage> => {
  const rerating = correctedBy(part);
  const suffix = rerating === undefined ? '' : `.${rerating}`;
  return records.map((one) => ({ ...one, subscriber, file, terms, rerating, id: `${file}.${one.record}${suffix}` }));
};

/** Every record of these months (by the visited networks' clocks), part after part. @param file SM3: of one file alone */
export const usageOfPartner = (
  tenant: TenantId,
  partner: string,
  months: ReadonlyArray<string>,
  file?: string,
): Stream.Stream<TracedUsage, Fault, Mongo | KeyRing> =>
  Stream.fromIterable(months).pipe(
    Stream.flatMap((month) => partsOfPartner(tenant, partner, month)),
    Stream.filter((part) => file === undefined || part.file === file),
    Stream.mapConcat(recordsOf),
  );
