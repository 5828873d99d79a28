import { Failure } from './failure.ts';

/** The parts of Hufu that one process can play. */
export const ROLES = ['gateway', 'actors', 'worker', 'devices'] as const;

export type Role = (typeof ROLES)[number];

const isRole = (text: string): text is Role => ROLES.some((role) => role === text);

/** `gateway,worker` → the set. @throws Failure that names what is not a role. */
export const parseRoles = (text: string): ReadonlySet<Role> => {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.filter((name) => !isRole(name));
  if (names.length === 0 || unknown.length > 0) {
    throw new Failure(`unknown role: ${unknown.join(', ') || '(none given)'}`, `Roles: ${ROLES.join(', ')}.`);
  }
  return new Set(names.filter(isRole));
};
