import { AUDIT_HOOKS } from './checks/audit.ts';
import { CHARGE_ENTER, CHARGE_HOOKS } from './checks/charges.ts';
import { HEADER_HOOKS } from './checks/header.ts';
import { RECORD_ENTER, RECORD_HOOKS, RECORD_ITEMS } from './checks/records.ts';
import { TABLE_HOOKS } from './checks/tables.ts';
import type { Walk } from './walk.ts';

/** Checks that know more than one value: called with the element's entry on the tape. */
export type Hook = (walk: Walk, entry: number) => void;
/** Of a value; `right` when it has passed the checks of its own. */
export type ItemHook = (walk: Walk, entry: number, right: boolean) => void;

/** By the type of a group (of a time: by its field), before and after what it holds; and by item, for values. */
export const HOOKS: {
  readonly enter: ReadonlyMap<string, Hook>;
  readonly leave: ReadonlyMap<string, Hook>;
  readonly item: ReadonlyMap<string, ItemHook>;
} = {
  enter: new Map(Object.entries({ ...CHARGE_ENTER, ...RECORD_ENTER })),
  leave: new Map(Object.entries({ ...HEADER_HOOKS, ...TABLE_HOOKS, ...AUDIT_HOOKS, ...RECORD_HOOKS, ...CHARGE_HOOKS })),
  item: new Map(Object.entries(RECORD_ITEMS)),
};
