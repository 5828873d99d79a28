import { isDay } from '../settlement/day.ts';
import type { AccountKind } from './schema.ts';

/** What a key of an account says. */

export type AccountOf =
  | { readonly kind: Exclude<AccountKind, 'period'>; readonly partner: string; readonly of: string }
  | { readonly kind: 'period'; readonly agreement: string; readonly of: string };

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;

/** Undefined: no key of an account. */
export const accountOf = (account: string): AccountOf | undefined => {
  const [, kind, whose = '', of = ''] = /^(day|month|period):(.+):([^:]+)$/.exec(account) ?? [];
  if (kind === 'period') return isDay(of) ? { kind, agreement: whose, of } : undefined;
  if (!/^[A-Z0-9]{5}$/.test(whose)) return undefined;
  if (kind === 'day') return isDay(of) ? { kind, partner: whose, of } : undefined;
  return kind === 'month' && MONTH.test(of) ? { kind, partner: whose, of } : undefined;
};

export const accountKey = (one: AccountOf): string =>
  `${one.kind}:${one.kind === 'period' ? one.agreement : one.partner}:${one.of}`;
