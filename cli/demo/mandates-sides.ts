import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../failure.ts';
import type { HallSite } from './browser.ts';
import type { ApiClient } from './client.ts';

/** What a tour of mandates sees of the sides around the house, and how it moves them: banks, provinces, the hall. */

export const PROVINCE = '110000';
const LOOK_EVERY_MS = 200;
const PATIENCE_MS = 90_000;

export interface Agreement {
  readonly bank: string;
  readonly agreement: string;
  readonly status: string;
  readonly case: string | null;
}

export interface BankBooks {
  readonly agreements: readonly string[];
  readonly accounts: ReadonlyArray<{
    readonly kind: string;
    readonly number: string;
    readonly name: string;
    readonly identity: string;
  }>;
  readonly payments: ReadonlyArray<{ readonly id: string; readonly amountMinor: number; readonly state: string }>;
}

export interface ProvinceBooks {
  readonly records: Readonly<
    Record<string, { readonly relation: { readonly agreement: string; readonly status: string } | null }>
  >;
  readonly charges: Readonly<
    Record<string, { readonly number: string; readonly outcome: string; readonly amountMinor: number }>
  >;
}

export interface Tour {
  readonly staff: ApiClient;
  /** Answers for the unit: sees all provinces, and runs with banks. */
  readonly unit: ApiClient;
  readonly boss: ApiClient;
  readonly hall: HallSite;
  readonly controls: Readonly<Record<string, string>>;
  /** Of this run, as they are dialled. */
  readonly numbers: string[];
  /** Payments that the banks had before. */
  readonly before: ReadonlySet<string>;
}

/** Of the simulated sides; the others are provinces, by their numbers. */
export const banksOf = ({ controls }: Pick<Tour, 'controls'>): readonly string[] =>
  Object.keys(controls).filter((code) => !/^[0-9]/.test(code));

export const until = async <A>(what: string, look: () => Promise<A>, holds: (seen: A) => boolean): Promise<A> => {
  for (const end = Date.now() + PATIENCE_MS; ; await sleep(LOOK_EVERY_MS)) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Failure(`${what}: not in time`, JSON.stringify(seen));
  }
};

export const call = async <A>(url: string, method: 'GET' | 'POST' | 'PATCH', body?: object): Promise<A> => {
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
  const text = await response.text();
  if (!response.ok) throw new Failure(`a simulator does not take its part: ${text}`);
  return JSON.parse(text) as A;
};

export const control = ({ controls }: Tour, code: string): string => {
  const url = controls[code];
  if (url === undefined) throw new Failure(`${code} is not simulated here`);
  return url;
};
export const bankBooks = (tour: Tour, code: string) => call<BankBooks>(control(tour, code), 'GET');

/** A number of this run in the province's CRM. */
export const newNumber = async (tour: Tour, userType: 'prepaid' | 'postpaid' = 'prepaid'): Promise<string> => {
  const number = `13800${String(randomInt(10 ** 6)).padStart(6, '0')}`;
  await call(control(tour, PROVINCE), 'POST', { number: `86${number}`, subscriber: { userType } });
  tour.numbers.push(number);
  return number;
};

export const customerOf = async (tour: Tour, code: string) => {
  const [first] = (await bankBooks(tour, code)).accounts;
  if (first === undefined) throw new Failure(`${code} has no customers`);
  return { account: first.number, name: first.name, identity: first.identity };
};

export const agreementsOf = async ({ staff }: Tour, number: string): Promise<readonly Agreement[]> =>
  (await staff.post<{ items: readonly Agreement[] }>('/v1/mandates/relations/search', { number, province: PROVINCE }))
    .body.items;

export const standing = (tour: Tour, number: string, status: string) =>
  until(
    `a mandate that is ${status}`,
    () => agreementsOf(tour, number),
    (items) => items.some((item) => item.status === status),
  );

export const atCounter = async (
  tour: Tour,
  bank: string,
  number: string,
  confirm: 'offered' | 'never',
  channel = 'branch',
) => {
  const wish = { ...(await customerOf(tour, bank)), number: `86${number}`, channel, confirm };
  return call<{ agreement: string | null; result: string }>(control(tour, bank), 'POST', wish);
};
