import { parse } from 'csv-parse/sync';
import { Chunk, Effect, Schema, Stream } from 'effect';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { formatDecimal } from '../../../domain/kernel/decimal.ts';
import { writtenCurrency } from '../../../domain/roaming/currency.ts';
import { Service, Tadig } from '../../../domain/roaming/rating/schema.ts';
import { DayControl, Sample } from '../../../domain/roaming/settlement/sample.ts';
import { Day, DIRECTIONS } from '../../../domain/roaming/settlement/schema.ts';
import { Files } from '../../../store/files/files.ts';
import { clearingFilesOf } from '../../../store/roaming/clearing-files.ts';
import { closedDays, mergedDays } from '../../../store/roaming/day-files.ts';
import type { TracedUsage } from '../../../store/roaming/usage-trace.ts';
import { answer, route, sampled } from '../../route.ts';
import { dayNotClosed, explainedRecords, recordsOfDay, TRACED, TracedRecord } from './records.ts';
import { SM3 } from './samples.ts';

/**
 * Finance checks a billing file (seed 002 §3.2.3): a sample of the day’s records that anybody can draw again by its seed, each with
 * its price step by step, and whether the file, the books and all records come to the same.
 */

const Minor = Schema.BigInt;
const LARGEST = 100;

const Checked = Schema.Struct({
  partner: Tadig,
  day: Day,
  seed: Schema.String,
  /** Records that the sample was drawn of. */
  population: Schema.Int,
  /** The billing file as finance has it; `complete`: it has every line of the closed day, and their sums. */
  file: Schema.Struct({ name: Schema.String, sm3: Schema.String, rows: Schema.Int, complete: Schema.Boolean }),
  control: Schema.Array(
    Schema.Struct({
      direction: Schema.Literal(...DIRECTIONS),
      service: Service,
      currency: Schema.String,
      decimals: Schema.Int,
      bookedEvents: Schema.Int,
      bookedMinor: Minor,
      records: Schema.Int,
      recordsMinor: Minor,
      agrees: Schema.Boolean,
    }),
  ).annotations({
    description: 'Of all records of the day, also those that came late; differences of re-ratings count',
  }),
  agrees: Schema.Boolean,
  records: Schema.Array(TracedRecord),
}).annotations({ identifier: 'RoamingBillingSample' });

const CHECKED: typeof Checked.Encoded = {
  ...{ partner: 'HKGPP', day: '2026-10-05', seed: '20261006-li', population: 100 },
  file: { name: 'BDCHNCMHKGPP20261005.csv', sm3: SM3, rows: 12, complete: true },
  control: [
    {
      ...{ direction: 'outbound', service: 'voice', currency: 'SDR', decimals: 3 },
      ...{ bookedEvents: 100, bookedMinor: '91200', records: 100, recordsMinor: '91200', agrees: true },
    },
  ],
  agrees: true,
  records: [TRACED],
};

/** Events, fee and currency of each row, whatever the language. */
const rowsOf = (tenant: TenantId, id: string) =>
  Effect.gen(function* () {
    const pieces = yield* Stream.runCollect((yield* Files).open(tenant, id));
    const text = Buffer.concat(Chunk.toReadonlyArray(pieces)).toString('utf8');
    const rows = parse(text, { bom: true, from_line: 2, relax_column_count: true }) as ReadonlyArray<
      ReadonlyArray<string>
    >;
    return rows.map((row) => [row[6] ?? '', row[8] ?? '', row[9] ?? ''].join(' '));
  });

const sameRows = (a: ReadonlyArray<string>, b: ReadonlyArray<string>): boolean => {
  const sorted = b.toSorted();
  return a.length === b.length && a.toSorted().every((row, at) => row === sorted[at]);
};

interface Asked {
  readonly partner: string;
  readonly day: string;
  readonly seed: string;
  readonly size: number;
}

/** After every day. */
const LAST_DAY = '9999-12-31';

/** Draws the sample, and holds the billing file, the books and all records against each other. */
export const sampleOfDay = (tenant: TenantId, { partner, day, seed, size }: Asked) =>
  Effect.gen(function* () {
    const [row] = yield* clearingFilesOf(tenant, 'dayReport', partner, day, day);
    if (row?.ref == null) return yield* Effect.fail(dayNotClosed);
    const drawn = new Sample<TracedUsage>(seed, size);
    const control = new DayControl();
    let population = 0;
    yield* Stream.runForEach(recordsOfDay(tenant, partner, day), (one) =>
      Effect.sync(() => {
        const { terms, service, rerating } = one;
        const { currency, decimals } = terms.charged;
        const money = { currency: writtenCurrency(currency), decimals };
        const imported = rerating === undefined;
        const amountMinor = imported ? one.chargedMinor : one.agreedMinor;
        control.add({ direction: terms.roaming, service, ...money, events: imported ? 1 : 0, amountMinor });
        if (!imported) return;
        population += 1;
        drawn.add(one);
      }),
    );
    const days = mergedDays(yield* closedDays(tenant, partner, day, LAST_DAY));
    const sums = control.against(day, days);
    const lines = days.find((one) => one.day === day)?.lines ?? [];
    const rows = yield* rowsOf(tenant, row.ref.id);
    const booked = lines.map(
      (line) => `${line.events} ${formatDecimal(line.amountMinor, line.decimals)} ${line.currency}`,
    );
    const file = { name: row.ref.name, sm3: row.ref.sm3, rows: rows.length, complete: sameRows(rows, booked) };
    const records = yield* explainedRecords(tenant, partner, drawn.items());
    const agrees = file.complete && sums.every((sum) => sum.agrees);
    return { partner, day, seed, population, file, control: sums, agrees, records } satisfies typeof Checked.Type;
  });

const sample = route({
  method: 'GET',
  path: '/v1/roaming/days/{partner}/{day}/sample',
  operationId: 'roaming.day.sample',
  summary: 'Draw a sample of a day’s records by a seed, with their prices step by step, and check the day’s sums',
  description:
    'The same seed draws the same records. An adjustment that a case has booked is in the books and in no record, so it shows as a difference.',
  timeoutMs: 120_000,
  in: {
    params: sampled(Schema.Struct({ partner: Tadig, day: Day }), { partner: 'HKGPP', day: '2026-10-05' }),
    query: sampled(
      Schema.Struct({
        seed: Schema.String.pipe(Schema.minLength(1), Schema.maxLength(64)),
        size: Schema.optionalWith(Schema.NumberFromString.pipe(Schema.int(), Schema.between(1, LARGEST)), {
          default: () => 10,
        }),
      }),
      { seed: '20261006-li', size: '10' },
    ),
  },
  out: { 200: sampled(Checked, CHECKED, 'The sample, and the sums of all records beside those of the books') },
  refusals: [dayNotClosed],
  handler: ({ tenant, params: { partner, day }, query: { seed, size } }) =>
    Effect.map(sampleOfDay(tenant, { partner, day, seed, size }), (checked) => answer(200, checked)),
});

export const sampleRoutes = [sample];
