import { Clock, Effect, Stream } from 'effect';
import { outgoingActor } from '../../actors/roaming/outgoing.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isLate } from '../../domain/roaming/imports/delivery.ts';
import { RATED } from '../../domain/roaming/imports/fate.ts';
import { type CdrLine, CdrReader } from '../../domain/roaming/network/cdr-reader.ts';
import { endedAt, eventsOf, readVisitorEvent, type VisitorEvent } from '../../domain/roaming/network/visitor-record.ts';
import { encodePriced, type PricedEvent, pricedEvent } from '../../domain/roaming/outgoing/priced-event.ts';
import type { OutgoingCommand } from '../../domain/roaming/outgoing/schema.ts';
import type { NetworkElement } from '../../partners/roaming/visitors.ts';
import { Files } from '../../store/files/files.ts';
import type { ImportInput } from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { alertOf } from './import-asking.ts';
import type { Step } from './import-handling.ts';
import type { Account, RatedVisitors } from './import-network.ts';
import { contentOf, roamingFile } from './stored-file.ts';

/**
 * A network's rated records on their way to the files of their home operators: read a second time, for what a file needs of
 * a record is more than what its price needs, and kept in batches whose ids and bounds are the same whoever makes them.
 */

/** A batch is closed when it, or all that are open together, have more characters. */
const BATCH_CHARACTERS = 8 * 1_024 * 1_024;
/** From here to the next file in near real time. */
const SENT_WITHIN_MS = 15 * 60_000;
const OPEN_CHARACTERS = 64 * 1_024 * 1_024;

interface Open {
  readonly account: Account;
  readonly lines: Array<string>;
  characters: number;
  chargeMinor: bigint;
  parts: number;
}

interface Closed {
  readonly account: Account;
  readonly part: number;
  readonly text: string;
  readonly records: number;
  readonly chargeMinor: bigint;
}

/** Records by who pays for them. */
class Batches {
  private readonly open = new Map<Account, Open>();
  private characters = 0;

  /** Batches that this record makes full. */
  add(account: Account, one: PricedEvent): ReadonlyArray<Closed> {
    const fresh: Open = { account, lines: [], characters: 0, chargeMinor: 0n, parts: 0 };
    const batch = this.open.get(account) ?? fresh;
    this.open.set(account, batch);
    const line = encodePriced(one);
    batch.lines.push(line);
    batch.characters += line.length;
    batch.chargeMinor += BigInt(one.chargeMinor);
    this.characters += line.length;
    if (batch.characters >= BATCH_CHARACTERS) return [this.close(batch)];
    if (this.characters < OPEN_CHARACTERS) return [];
    const [largest = batch] = [...this.open.values()].sort((a, b) => b.characters - a.characters);
    return [this.close(largest)];
  }

  private close(batch: Open): Closed {
    const { account, lines, chargeMinor, parts } = batch;
    this.characters -= batch.characters;
    batch.characters = 0;
    batch.chargeMinor = 0n;
    batch.parts += 1;
    const taken = lines.splice(0);
    return { account, part: parts, text: taken.join(''), records: taken.length, chargeMinor };
  }

  rest(): ReadonlyArray<Closed> {
    return [...this.open.values()].flatMap((batch) => (batch.lines.length > 0 ? [this.close(batch)] : []));
  }
}

export interface RatedRow {
  readonly visitors: RatedVisitors;
  readonly row: number;
  readonly event: VisitorEvent;
  readonly entity: Pick<PricedEvent, 'entityType' | 'entityId'>;
}

/** The event of a rated row with its price, and who pays. */
const pricedRow = ({
  visitors,
  row,
  event,
  entity,
}: RatedRow): { readonly account: Account; readonly one: PricedEvent } | undefined => {
  const account = visitors.accountAtRow(row);
  if (account === undefined || visitors.table.fates[row] !== RATED) return undefined;
  const price = visitors.priceOf(row, account.partner);
  if (typeof price === 'number') throw new Error('a record that was rated has no price');
  return { account, one: pricedEvent(event, price, entity) };
};

const entityOf = ({ entities }: NetworkElement, { visitors, row }: Pick<RatedRow, 'visitors' | 'row'>) => {
  const { type, id } = entities[visitors.table.service(row)];
  return { entityType: type, entityId: id };
};

/** Stores a batch and tells the partner's actor of it. `rap`: of records that go again. */
const keep = (tenant: TenantId, name: string, batch: Closed, rap: number | null = null): Step<void> =>
  Effect.gen(function* () {
    const { account, part, text, records, chargeMinor } = batch;
    const files = yield* Files;
    const actors = yield* Actors;
    const { caller } = yield* CurrentStep;
    const { partner, currency, decimals } = account;
    const id = `${name}.${currency}${decimals}.${part}`;
    const labels = { kind: 'outgoing', partner: partner.code };
    const ref = yield* files.put(
      roamingFile(tenant, `${partner.code}.${id}`, labels),
      Stream.succeed(Buffer.from(text, 'latin1')),
    );
    const near = partner.visitors?.nrtrde === true && rap === null;
    const command: OutgoingCommand = {
      _tag: 'Add',
      ...{ id, ref, records, currency, decimals, chargeMinor, rap },
      series: near ? ['billing', 'nrtrde'] : ['billing'],
    };
    const envelope = { commandId: `add:${id}`, caller };
    yield* actors.ask(outgoingActor, { id: { tenant, key: partner.code }, command, envelope });
  });

/** Every rated record of the file. */
export const keepOutgoing = (input: ImportInput, element: NetworkElement, visitors: RatedVisitors): Step<void> =>
  Effect.suspend(() => {
    const reader = new CdrReader(element.layout, element.code);
    const events = eventsOf(element.layout);
    const batches = new Batches();
    let row = -1;
    let oldestEnd = Number.POSITIVE_INFINITY;
    const take = (lines: ReadonlyArray<CdrLine>): ReadonlyArray<Closed> =>
      lines.flatMap(({ values }) => {
        row += 1;
        const event = readVisitorEvent(values, events);
        const place = { visitors, row };
        const found =
          typeof event === 'number' ? undefined : pricedRow({ ...place, event, entity: entityOf(element, place) });
        if (found === undefined) return [];
        const { partner } = found.account;
        if (partner.visitors?.nrtrde === true) oldestEnd = Math.min(oldestEnd, endedAt(found.one));
        return batches.add(found.account, found.one);
      });
    return contentOf(input.tenant, input.file).pipe(
      Stream.mapConcat((bytes) => take(reader.feed(bytes))),
      Stream.concat(Stream.suspend(() => Stream.fromIterable([...take(reader.end().last), ...batches.rest()]))),
      Stream.runForEach((closed) => keep(input.tenant, input.file.sm3, closed)),
      Effect.zipRight(Clock.currentTimeMillis),
      Effect.flatMap((nowMs) =>
        // Its home operator hears of it in a quarter of an hour, and that is too late.
        isLate(oldestEnd, nowMs + SENT_WITHIN_MS)
          ? alertOf(input.tenant, element.code, 'NearRealTimeLate', 'collection')
          : Effect.void,
      ),
    );
  });

/** One record that a person has settled, as it waits now. `rap`: number of the RAP file that returned it, if one did. */
export const keepPriced = (
  tenant: TenantId,
  rated: RatedRow,
  name: string,
  rap: number | null = null,
): Step<PricedEvent> =>
  Effect.gen(function* () {
    const found = pricedRow(rated);
    if (found === undefined) return yield* Effect.die(new Error('a record that was rated has nobody who pays'));
    const batches = new Batches();
    batches.add(found.account, found.one);
    yield* Effect.forEach(batches.rest(), (closed) => keep(tenant, name, closed, rap), { discard: true });
    return found.one;
  });

/** One of our own network. */
export const keepSettled = (
  { tenant }: ImportInput,
  element: NetworkElement,
  visitors: RatedVisitors,
  event: VisitorEvent,
  name: string,
): Step<PricedEvent> => {
  const place = { visitors, row: 0 };
  return keepPriced(tenant, { ...place, event, entity: entityOf(element, place) }, name);
};
