import { Clock, Effect, Stream } from 'effect';
import { FATES, RATED, reasonOf } from '../../domain/roaming/imports/fate.ts';
import { KeyIndex } from '../../domain/roaming/imports/key-index.ts';
import { importRefusals } from '../../domain/roaming/imports/refusals.ts';
import { emptyUsage } from '../../domain/roaming/imports/usage.ts';
import { UsageTable } from '../../domain/roaming/imports/usage-table.ts';
import { CdrReader, type CdrValues } from '../../domain/roaming/network/cdr-reader.ts';
import { eventsOf, readVisitorEvent, setUsage } from '../../domain/roaming/network/visitor-record.ts';
import type { RoamingConfiguration } from '../../partners/roaming/port.ts';
import type { NetworkElement } from '../../partners/roaming/visitors.ts';
import { keysOfOthers, publishKeys } from '../../store/roaming/record-keys.ts';
import type { SettleInput } from '../../workflows/roaming/contract.ts';
import type { Step } from './import-handling.ts';
import { keysByDay } from './import-keys.ts';
import { bookVisitors, homesOf, RatedVisitors } from './import-network.ts';
import { keepSettled } from './keep-outgoing.ts';
import { keepVisitorUsage } from './keep-visitor-usage.ts';
import { contentOf } from './stored-file.ts';
import { visitorAgreements } from './terms.ts';
import { keepVisitorStatistics } from './visitor-statistics.ts';

/**
 * A record of our own network that a person has settled: read again from the archived file, with the fields that were
 * corrected by the element's log in the place of its own, checked and priced as it would have been, kept for the next file.
 */

/** What stands in the file; empty where a column is missing. */
const valuesOf = (input: SettleInput, element: NetworkElement): Step<CdrValues> =>
  Effect.suspend(() => {
    const reader = new CdrReader(element.layout, element.code);
    const lines = contentOf(input.tenant, input.file).pipe(
      Stream.mapConcat((bytes) => reader.feed(bytes)),
      Stream.concat(Stream.suspend(() => Stream.fromIterable(reader.end().last))),
    );
    return lines.pipe(
      Stream.drop(input.record - 1),
      Stream.runHead,
      Effect.map((found) => (found._tag === 'Some' ? (found.value.values ?? {}) : {})),
    );
  });

const unusable = (fate: number) => importRefusals.recordUnusable(reasonOf(fate)?.code ?? 'unknown');

/** A corrected record is another one, which may have come already. */
const refuseDuplicate = ({ tenant, partner }: SettleInput, table: UsageTable, own: string): Step<void> =>
  Effect.gen(function* () {
    const index = new KeyIndex(table);
    const days = keysByDay(table);
    const of = { tenant, partner, sm3: own };
    yield* Stream.runForEach(keysOfOthers(of, [...days.keys()]), (keys) => Effect.sync(() => index.seen(keys)));
    if (table.fates[0] !== RATED) return yield* Effect.fail(unusable(FATES.RepeatedCollection));
    yield* publishKeys(of, days, yield* Clock.currentTimeMillis);
  });

export const settleVisitor = (input: SettleInput, terms: RoamingConfiguration, element: NetworkElement): Step<void> =>
  Effect.gen(function* () {
    const correction = input.correction ?? {};
    const values = { ...(yield* valuesOf(input, element)), ...correction };
    const event = readVisitorEvent(values, eventsOf(element.layout));
    if (typeof event === 'number') return yield* Effect.fail(unusable(event));
    const table = new UsageTable();
    const usage = emptyUsage();
    setUsage(usage, event);
    table.add(usage, 0);
    if (usage.atMs > (yield* Clock.currentTimeMillis)) return yield* Effect.fail(unusable(FATES.EventInFuture));
    const own = `${input.file.sm3}.r${input.record}`;
    const agreements = yield* visitorAgreements(input.tenant, terms);
    const visitors = new RatedVisitors(table, homesOf(table, terms), terms, agreements);
    const fate = table.fates[0] ?? RATED;
    if (fate !== RATED) return yield* Effect.fail(unusable(fate));
    if (Object.keys(correction).length > 0) yield* refuseDuplicate(input, table, own);
    yield* keepSettled(input, element, visitors, event, own);
    yield* keepVisitorUsage(input, terms, visitors, input.record);
    yield* keepVisitorStatistics(input, terms, visitors, own);
    yield* bookVisitors(input, terms, visitors, own);
  });
