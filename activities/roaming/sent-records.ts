import { Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { FileReader } from '../../domain/roaming/codec/file-reader.ts';
import type { PricedEvent } from '../../domain/roaming/outgoing/priced-event.ts';
import type { Batch, OutgoingFile } from '../../domain/roaming/outgoing/schema.ts';
import type { Returned } from '../../domain/roaming/rap/read.ts';
import { SentRecords } from '../../domain/roaming/rap/resubmit.ts';
import type { Files } from '../../store/files/files.ts';
import { recordsOf } from './build-file.ts';
import { contentOf } from './stored-file.ts';

/** Records that a partner returned, in the file as we sent it, and the events that they were made of. */

type Severe = Extract<Returned, { readonly kind: 'severe' }>;

export interface Found {
  readonly returned: Severe;
  /** In the file, from 0. */
  readonly record: number;
  readonly one: PricedEvent;
  readonly batch: Batch;
}

/** The events at these places of a file. */
export const eventsAt = (
  tenant: TenantId,
  file: OutgoingFile,
  places: ReadonlySet<number>,
): Effect.Effect<ReadonlyMap<number, { readonly one: PricedEvent; readonly batch: Batch }>, Refusal | Fault, Files> =>
  recordsOf({ tenant, file }).pipe(
    Stream.zipWithIndex,
    Stream.filter(([, at]) => places.has(at)),
    Stream.runFold(new Map(), (found, [kept, at]) => found.set(at, kept)),
  );

/** Those that the file holds as they came back; one that the partner changed, or that is of another file, is not found. */
export const findSent = (
  tenant: TenantId,
  file: OutgoingFile,
  returned: ReadonlyArray<Severe>,
): Effect.Effect<ReadonlyArray<Found>, Refusal | Fault, Files> =>
  Effect.gen(function* () {
    if (file.file === null) return [];
    const sent = new SentRecords(returned);
    const reader = new FileReader();
    const found: Array<{ readonly record: number; readonly returned: Severe }> = [];
    const take = (pieces: ReturnType<FileReader['feed']>): void => {
      for (const piece of pieces) {
        const one = sent.take(piece);
        if (one !== undefined) found.push(one);
      }
    };
    yield* Stream.runForEach(contentOf(tenant, file.file), (bytes) =>
      Effect.sync(() => take(reader.feed(Buffer.from(bytes)))),
    );
    take(reader.end());
    const events = yield* eventsAt(tenant, file, new Set(found.map(({ record }) => record)));
    return found.flatMap(({ record, returned: one }) => {
      const event = events.get(record);
      return event === undefined ? [] : [{ record, returned: one, ...event }];
    });
  });
