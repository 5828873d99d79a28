import { Chunk, Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { type Iccid, parseIccid } from '../../domain/sim/iccid.ts';
import { type Imsi, parseImsi } from '../../domain/sim/imsi.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import type {
  FileKind,
  NewRow,
  RowOf,
  VopExpectation,
  VopHeader,
  VopReport,
  VopSummary,
} from '../../domain/sim/vop-file.ts';
import { decodeVopFile } from '../../domain/sim/vop-file-decoder.ts';
import { encodeVopFile } from '../../domain/sim/vop-file-encoder.ts';
import { Files, type NewFile } from '../../store/files/files.ts';

/** Partner files in the file store, read and written row by row: a step never holds more than a chunk of one. */

/** Rows that one round of asks takes: large enough to fill appends, small enough to stay a moment's work. */
export const CHUNK_ROWS = 500;

/** Chunks of one file whose asks are under way together: while one waits for the journal, others load and decide. */
export const CHUNKS_AT_ONCE = 3;

/** The bytes as they came. */
export const contentOf = (tenant: TenantId, file: FileRef): Stream.Stream<Uint8Array, Refusal | Fault, Files> =>
  Stream.unwrap(Effect.map(Files, (files) => files.open(tenant, file.id)));

/** Reads a file to its end and says what is wrong with it; `look` is shown its good rows on the way. */
export const checkFile = <K extends FileKind>(
  tenant: TenantId,
  file: FileRef,
  expected: VopExpectation<K>,
  look: (rows: ReadonlyArray<RowOf<K>>) => void = () => undefined,
): Effect.Effect<VopReport<K>, Refusal | Fault, Files> =>
  Effect.suspend(() => {
    const decoder = decodeVopFile(expected);
    return contentOf(tenant, file).pipe(
      Stream.runForEach((bytes) => Effect.sync(() => look(decoder.feed(bytes)))),
      Effect.map(() => decoder.end()),
    );
  });

/** A first line is shorter. */
const HEAD_BYTES = 64 * 1024;

/** The header alone, of whichever of the kinds it is; undefined when the file does not begin with any of them. */
export const peekHeader = <K extends FileKind, E, R>(
  bytes: Stream.Stream<Uint8Array, E, R>,
  kinds: ReadonlyArray<K>,
): Effect.Effect<VopHeader<K> | undefined, E, R> => {
  let seen = 0;
  const enough = (piece: Uint8Array): boolean => {
    seen += piece.byteLength;
    return seen >= HEAD_BYTES || piece.includes(0x0a);
  };
  return bytes.pipe(
    Stream.takeUntil(enough),
    Stream.runCollect,
    Effect.map((pieces) => {
      for (const kind of kinds) {
        const decoder = decodeVopFile<K>({ kind });
        for (const piece of pieces) decoder.feed(piece);
        const header = decoder.header();
        if (header !== undefined) return header;
      }
      return undefined;
    }),
  );
};

/** The rows of a file that has been checked, in chunks of `CHUNK_ROWS`. */
export const rowsOf = <K extends FileKind>(
  tenant: TenantId,
  file: FileRef,
  expected: VopExpectation<K>,
): Stream.Stream<Chunk.Chunk<RowOf<K>>, Refusal | Fault, Files> =>
  Stream.suspend(() => {
    const decoder = decodeVopFile(expected);
    return contentOf(tenant, file).pipe(
      Stream.mapConcat((bytes) => decoder.feed(bytes)),
      Stream.grouped(CHUNK_ROWS),
    );
  });

/** Writes a file from a stream of rows; the same rows and header give the same bytes, hence the same file. */
export const writeFile = <K extends FileKind, E, R>(
  file: NewFile,
  header: VopHeader<K>,
  rows: Stream.Stream<NewRow<K>, E, R>,
  summary?: VopSummary,
): Effect.Effect<FileRef, Refusal | Fault | E, Files | R> =>
  Effect.gen(function* () {
    const files = yield* Files;
    const context = yield* Effect.context<R>();
    const encoder = encodeVopFile(header, summary);
    const body = rows.pipe(
      Stream.grouped(CHUNK_ROWS),
      Stream.mapEffect((chunk) => orFail(encoder.push(Chunk.toReadonlyArray(chunk)))),
    );
    const tail = Stream.fromEffect(
      Effect.suspend(() => {
        const end = encoder.end();
        return isRefusal(end) ? Effect.fail(end) : Effect.succeed(end.bytes);
      }),
    );
    return yield* files.put(file, Stream.concat(body, tail).pipe(Stream.provideContext(context)));
  });

const orFail = (bytes: Uint8Array | Refusal): Effect.Effect<Uint8Array, Refusal> =>
  isRefusal(bytes) ? Effect.fail(bytes) : Effect.succeed(bytes);

/** How a file of ours or of the partner's is kept: sealed, since it holds numbers of cards and subscribers. */
export const simFile = (tenant: TenantId, name: string, labels: Readonly<Record<string, string>>): NewFile => ({
  tenant,
  area: 'sim',
  name,
  contentType: 'text/plain',
  labels,
  sealed: true,
});

const parsed = <A extends string>(value: A | Refusal): A => {
  // The decoder lets nothing else through, so anything else is a bug.
  if (typeof value !== 'string') throw new Error(value.message);
  return value;
};

/** The numbers of a decoded row, as what they are. */
export const iccidOf = (text: string): Iccid => parsed(parseIccid(text));
export const imsiOf = (text: string): Imsi => parsed(parseImsi(text));
