import { FILE_FAULTS } from './file-faults.ts';
import { AUDIT_FAULTS, TABLE_FAULTS } from './group-faults.ts';
import { HEADER_FAULTS } from './header-faults.ts';
import { CHARGE_FAULTS, RECORD_FAULTS } from './record-faults.ts';
import type { Plant } from './spoil.ts';

/** Faults of the rows that know more than one value, by `item/code`, and by place where one row stands in several. */
export const PLANTS: ReadonlyMap<string, Plant> = new Map([
  ...FILE_FAULTS,
  ...HEADER_FAULTS,
  ...TABLE_FAULTS,
  ...AUDIT_FAULTS,
  ...RECORD_FAULTS,
  ...CHARGE_FAULTS,
]);
