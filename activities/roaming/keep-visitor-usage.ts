import { Effect } from 'effect';
import { RATED } from '../../domain/roaming/imports/fate.ts';
import type { RatedUsage, UsageTerms } from '../../domain/roaming/usage/usage-record.ts';
import type { RoamingConfiguration } from '../../partners/roaming/port.ts';
import { keepUsage } from '../../store/roaming/usage.ts';
import type { UsagePart } from '../../store/roaming/usage-documents.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import type { Step } from './import-handling.ts';
import type { Account, RatedVisitors } from './import-network.ts';

/** Visitors' records one by one, for questions and statistics; by card, under a pseudonym. */

const PART_RECORDS = 1_000;
const PARTS_AT_ONCE = 200;

const termsOf = ({ partner, agreement, currency, decimals }: Account, home: string): UsageTerms => ({
  roaming: 'inbound',
  partner: partner.code,
  network: home,
  home: partner.code,
  charged: { currency, decimals },
  retail: null,
  agreement,
  plan: '',
});

const recordOf = ({ table, versions }: RatedVisitors, row: number, record: number): RatedUsage => {
  const identity = table.identities[row] ?? -1;
  const imsi = table.imsis[identity] ?? '';
  const msisdn = table.msisdns[identity] ?? '';
  return {
    record,
    number: msisdn === '' ? imsi : msisdn,
    imsi,
    attributedBy: 'imsi',
    ...table.event(row),
    chargedMinor: BigInt(table.charge(row)),
    agreedMinor: BigInt(table.charge(row)),
    retailMinor: 0n,
    agreementVersion: versions[row] ?? 0,
    planVersion: 0,
    takes: [],
  };
};

/** Parts that are the same whoever makes them: by identity in the order of the file, then by thousands. */
function* partsOf(
  input: ImportInput,
  { home }: RoamingConfiguration,
  visitors: RatedVisitors,
  settled: number | undefined,
): Generator<UsagePart> {
  const { table } = visitors;
  const { sm3 } = input.file;
  const own = settled === undefined ? sm3 : `${sm3}.r${settled}`;
  const rows: Array<Array<number>> = table.imsis.map(() => []);
  for (let row = 0; row < table.rows; row += 1) {
    if (table.fates[row] === RATED) rows[table.identities[row] ?? -1]?.push(row);
  }
  for (const [identity, ofOne] of rows.entries()) {
    const account = visitors.accountAtRow(ofOne[0] ?? -1);
    if (account === undefined) continue;
    const owner = { visitorOf: account.partner.code, imsi: table.imsis[identity] ?? '' };
    for (let at = 0; at < ofOne.length; at += PART_RECORDS) {
      const records = ofOne.slice(at, at + PART_RECORDS).map((row) => recordOf(visitors, row, settled ?? row + 1));
      const part = `${own}.${identity}.${at / PART_RECORDS}`;
      yield { owner, file: sm3, part, terms: termsOf(account, home), records };
    }
  }
}

/** Once, however often it is done. `settled`: number of the record that a person has settled. */
export const keepVisitorUsage = (
  input: ImportInput,
  settings: RoamingConfiguration,
  visitors: RatedVisitors,
  settled?: number,
): Step<void> =>
  Effect.gen(function* () {
    let some: Array<UsagePart> = [];
    for (const part of partsOf(input, settings, visitors, settled)) {
      some.push(part);
      if (some.length < PARTS_AT_ONCE) continue;
      yield* keepUsage(input.tenant, some);
      some = [];
    }
    if (some.length > 0) yield* keepUsage(input.tenant, some);
  });
