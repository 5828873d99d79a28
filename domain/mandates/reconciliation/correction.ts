import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sm3Hex } from '../../keys/sm3.ts';
import { fitsKind, isMsisdn } from '../identifiers.ts';
import type { Claim, NumberCommand } from '../schema.ts';
import { cellsOfRow } from './file.ts';
import type { FileRow, Found } from './schema.ts';

/** What a difference with a bank asks of the number's actor: that its relation is what the bank's file says. */

const PREFIX = 'rec:';

/** The period whose run has sent this message; undefined: somebody else has. No other sender's ids begin so. */
export const periodOfMessage = (message: string): string | undefined =>
  message.startsWith(PREFIX) ? message.split(':')[2] : undefined;

/** Of the bank, the period, and what is said: told again, it is the same message. */
const messageOf = ({ scope }: Found, said: unknown): string =>
  `${PREFIX}${scope.partner}:${scope.period}:${sm3Hex(canonicalJson(said)).slice(0, 32)}`;

const claimOf = (row: FileRow): Claim => ({
  bank: row.bank,
  agreement: row.agreement,
  account: { kind: row.accountKind, number: row.account },
  channel: row.channel,
  province: row.province,
  userType: row.userType,
  terms: {
    thresholdMinor: row.thresholdMinor,
    amountMinor: row.amountMinor,
    automaticPayment: row.automaticPayment,
  },
});

type Reconcile = Extract<NumberCommand, { readonly _tag: 'Reconcile' }>;

/** Undefined: the row cannot be about a relation (its number or its account is none). */
export const correctionOf = (found: Found): Omit<Reconcile, 'rules'> | undefined => {
  const row = found.there ?? found.here;
  if (row === null || !isMsisdn(row.number) || !fitsKind(row.accountKind, row.account)) return undefined;
  const stands = found.there !== null && found.there.state === 'formal';
  const { bank, agreement, number } = row;
  const theirs = stands ? claimOf(row) : null;
  return {
    _tag: 'Reconcile',
    message: messageOf(found, [bank, agreement, number, theirs]),
    number,
    bank,
    agreement,
    theirs,
  };
};

/** Where and how often it changed is left out: what it is now counts. */
const said = (row: FileRow): string => cellsOfRow(row).slice(0, 12).toSpliced(6, 1).join('|');

/** Whether two sides say the same of a relation; one that has ended is the same as none. */
export const sameRelation = (one: FileRow | null, other: FileRow | null): boolean => {
  const stands = (row: FileRow | null): row is FileRow => row !== null && row.state === 'formal';
  if (!stands(one) || !stands(other)) return stands(one) === stands(other);
  return said(one) === said(other);
};
