import type { Reach } from '../domain/kernel/province.ts';

/** The documents that a caller's provinces reach; `field` holds a document's province. */
export const within = ({ provinces }: Reach, field: string): Readonly<Record<string, unknown>> =>
  provinces === 'all' ? {} : { [field]: { $in: provinces } };
