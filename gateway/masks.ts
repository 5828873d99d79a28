import type { Caller } from '../domain/kernel/caller.ts';
import { maskId } from '../domain/kernel/mask.ts';

/** Who works with cards and numbers sees them whole, everybody else sees them masked (first three, last four characters). */
export const masksFor = (caller: Caller): ((id: string) => string) =>
  caller.roles.includes('operator') || caller.roles.includes('unit-administrator') ? (id) => id : maskId;
