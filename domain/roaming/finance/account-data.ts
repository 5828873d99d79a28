import { sm3Hex } from '../../keys/sm3.ts';
import { addedSums, sumsOf } from '../settlement/month.ts';
import type { BookDay, PeriodState, SumLine } from '../settlement/schema.ts';
import { summed } from '../settlement/sums.ts';
import type { AccountKind } from './schema.ts';

/**
 * What finance's system is sent (seed 002 §4.2.3), as JSON: the totals of a closed day or month and a line for each user, network
 * and service; of a settled period its statement and what was paid. Users are named by their ids: the numbers stay in the billing
 * file, whose hash ties both together. Amounts are integer strings in minor units of `decimals`; usage is seconds, messages or bytes.
 */

export interface AccountLine extends SumLine {
  /** Our id of the user; null of a visitor, or of a number that is nobody's. */
  readonly user: string | null;
  /** The visited network. */
  readonly network: string;
}

export interface AccountData {
  readonly account: string;
  readonly kind: AccountKind;
  readonly home: string;
  readonly partner: string;
  /** A day, a month, or the first day of a period. */
  readonly of: string;
  /** The billing file that departments have by SFTP. */
  readonly file: { readonly name: string; readonly sm3: string } | null;
  readonly totals: ReadonlyArray<SumLine>;
  readonly lines: ReadonlyArray<AccountLine>;
  readonly statement: PeriodAccount | null;
}

/** What a period came to. */
export interface PeriodAccount
  extends Pick<NonNullable<PeriodState['statement']>, 'agreement' | 'from' | 'to' | 'revision'> {
  readonly currency: string;
  readonly decimals: number;
  readonly lines: NonNullable<PeriodState['statement']>['lines'];
  readonly inboundMinor: bigint;
  readonly outboundMinor: bigint;
  readonly carriedMinor: bigint;
  readonly netMinor: bigint;
  readonly instruction: PeriodState['instruction'];
  readonly confirmations: PeriodState['confirmations'];
}

type About = Pick<AccountData, 'account' | 'home' | 'partner' | 'of' | 'file'>;

const keyOf = (line: AccountLine): string =>
  [line.user, line.network, line.direction, line.service, line.adjustment, line.currency, line.decimals].join('|');

/** @param owners ids of users by number */
export const booksAccount = (
  about: About & { readonly kind: 'day' | 'month' },
  days: ReadonlyArray<BookDay>,
  owners: ReadonlyMap<string, string>,
): AccountData => {
  const lines = days.flatMap((day) =>
    day.lines.map(({ number, network, belongs, ...rest }): AccountLine => {
      const user = rest.direction === 'outbound' ? (owners.get(number) ?? null) : null;
      return { user, network, adjustment: belongs !== null, ...rest };
    }),
  );
  const totals = days.map((day) => sumsOf(day.lines)).reduce(addedSums, []);
  return { ...about, totals, lines: summed(lines, keyOf), statement: null };
};

export const periodAccount = (
  about: About,
  { sums, statement, instruction, confirmations }: PeriodState,
): AccountData | undefined => {
  if (statement === null) return undefined;
  const { agreement, from, to, revision, currency, decimals, lines } = statement;
  const { inboundMinor, outboundMinor, carriedMinor, netMinor } = statement;
  const money = { inboundMinor, outboundMinor, carriedMinor, netMinor, instruction, confirmations };
  const period = { agreement, from, to, revision, currency, decimals, lines, ...money };
  return { ...about, kind: 'period', totals: sums, lines: [], statement: period };
};

/** Lines of one POST: below two megabytes. */
export const LINES_PER_PART = 5_000;

const text = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

export interface AccountPart {
  /** From 1. */
  readonly part: number;
  readonly body: string;
}

/** The same data gives the same bodies. Each has the totals, so that a receiver sees by itself when all parts are there. */
export const accountParts = (
  { lines, ...head }: AccountData,
  perPart = LINES_PER_PART,
): { readonly parts: ReadonlyArray<AccountPart>; readonly sm3: string } => {
  const count = Math.max(1, Math.ceil(lines.length / perPart));
  const parts = Array.from({ length: count }, (_, at): AccountPart => {
    const some = lines.slice(at * perPart, (at + 1) * perPart);
    return { part: at + 1, body: JSON.stringify({ ...head, part: at + 1, parts: count, lines: some }, text) };
  });
  return { parts, sm3: sm3Hex(Buffer.from(parts.map(({ body }) => body).join('\n'))) };
};
