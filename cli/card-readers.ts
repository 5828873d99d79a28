import { Config, Effect, Exit, Layer, Schedule, Scope, Stream } from 'effect';
import { serveReader } from '../actors/sim/card-writing/serve-reader.ts';
import { openReader, parseReaderAddress, type ReaderAddress } from '../devices/card-reader/address.ts';
import type { CardReader } from '../devices/card-reader/port.ts';
import { listenVpcd } from '../devices/card-reader/vpcd.ts';
import { parseTenantId, type TenantId } from '../domain/kernel/actor-id.ts';
import { isRefusal, type Refusal } from '../domain/kernel/refusal.ts';
import { parseReaderList } from '../domain/sim/writing/reader-list.ts';
import { log } from '../telemetry/log.ts';

/**
 * The readers of this node, from `HUFU_READERS`: each is opened, served, and opened again after it was lost. Behind a
 * `vpcd:` address every card that dials in is a reader of its own, named after the entry with a number from 1.
 */

/** A reader that was pulled out is looked for again after so long; it may take until its session is over elsewhere. */
const REOPEN = Schedule.spaced(1_000);
/** Cards that have dialled in and wait to be served. */
const DIALLING = 256;

interface Configured {
  readonly tenant: TenantId;
  readonly name: string;
  readonly address: ReaderAddress;
}

type Dialled = Configured & { readonly address: { readonly kind: 'vpcd' } };

const configured: Effect.Effect<readonly Configured[], Refusal> = Effect.gen(function* () {
  const text = yield* Effect.orDie(Config.withDefault(Config.string('HUFU_READERS'), ''));
  const own = parseTenantId(
    yield* Effect.orDie(Config.withDefault(Config.nonEmptyString('HUFU_OPERATIONS_TENANT'), 'demo')),
  );
  const listed = parseReaderList(text);
  if (isRefusal(listed)) return yield* Effect.fail(listed);
  return yield* Effect.forEach(listed, ({ tenant, name, address }) => {
    const [of, at] = [tenant === null ? own : parseTenantId(tenant), parseReaderAddress(address)];
    if (isRefusal(of)) return Effect.fail(of);
    return isRefusal(at) ? Effect.fail(at) : Effect.succeed({ tenant: of, name, address: at });
  });
});

const told = (name: string) => (failure: { readonly code: string }) =>
  Effect.sync(() => log.warn({ reader: name, code: failure.code }, 'a reader is not served; it is tried again'));

/** Ends when the reader is gone: whoever serves it does not see that while nothing is to be written. */
const gone = ({ presence }: CardReader) => Effect.ignore(Stream.runDrain(presence));

const one = ({ tenant, name, address }: Configured) =>
  openReader(address).pipe(
    Effect.flatMap((reader) => Effect.raceFirst(serveReader({ tenant, name, reader }), gone(reader))),
    Effect.scoped,
    Effect.tapError(told(name)),
    Effect.ignore,
    Effect.repeat(REOPEN),
  );

/** The lowest number that no card has. */
const freeSlot = (taken: ReadonlySet<number>): number => {
  let slot = 1;
  while (taken.has(slot)) slot += 1;
  return slot;
};

const dialling = ({ tenant, name, address }: Dialled) =>
  Effect.gen(function* () {
    const { host, port } = address;
    const listener = yield* listenVpcd({ host, port, maxWaiting: DIALLING });
    log.info({ reader: name, port: listener.port }, 'cards may dial in');
    const taken = new Set<number>();
    const serve = (reader: CardReader, slot: number) =>
      Effect.raceFirst(serveReader({ tenant, name: `${name}-${slot}`, reader }), gone(reader)).pipe(
        Effect.tapError(told(`${name}-${slot}`)),
        Effect.ignore,
        Effect.ensuring(Effect.sync(() => taken.delete(slot))),
      );
    return yield* Effect.forever(
      Effect.gen(function* () {
        const scope = yield* Scope.make();
        const reader = yield* Scope.extend(listener.accept, scope);
        const slot = freeSlot(taken);
        taken.add(slot);
        yield* serve(reader, slot).pipe(
          Scope.extend(scope),
          Effect.ensuring(Scope.close(scope, Exit.void)),
          Effect.forkScoped,
        );
      }),
    );
  }).pipe(Effect.scoped, Effect.tapError(told(name)), Effect.ignore, Effect.repeat(REOPEN));

const isDialled = (reader: Configured): reader is Dialled => reader.address.kind === 'vpcd';

/** Serves them until the layer is closed. A setting that cannot be read stops the node from starting. */
export const cardReadersLayer = Layer.scopedDiscard(
  Effect.gen(function* () {
    const readers = yield* configured;
    if (readers.length === 0) log.info('no card readers are configured on this node');
    for (const reader of readers) yield* Effect.forkScoped(isDialled(reader) ? dialling(reader) : one(reader));
  }),
);
