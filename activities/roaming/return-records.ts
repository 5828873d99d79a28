import { Effect, Stream } from 'effect';
import type { Actors } from '../../actors/runtime/actors.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { FileReader, type Piece } from '../../domain/roaming/codec/file-reader.ts';
import type { ImportState } from '../../domain/roaming/imports/schema.ts';
import { type RapFile, ReturnCollector } from '../../domain/roaming/rap/write.ts';
import type { Facts } from '../../domain/roaming/validation/facts.ts';
import { formatFileName } from '../../domain/roaming/validation/file-name.ts';
import { FileValidator } from '../../domain/roaming/validation/validator.ts';
import { Roaming, RoamingPort } from '../../partners/roaming/port.ts';
import { Files } from '../../store/files/files.ts';
import type { Mongo } from '../../store/mongo.ts';
import type { ImportInput, ReturnResult } from '../../workflows/roaming/contract.ts';
import type { CurrentStep } from '../activity.ts';
import { answerReturns } from './answer-returns.ts';
import { exchanged } from './exchanges.ts';
import { alertOf, askImport, numberReturn, readImport } from './import-asking.ts';
import { factsOf } from './import-reading.ts';
import { ciberReturnOf } from './return-ciber.ts';
import { contentOf, roamingFile } from './stored-file.ts';

/**
 * Records with severe errors go back to the partner once the file's others are in the books, in a RAP file (TD.32) or a return
 * batch of CIBER; a file with a fatal error goes back as a whole. For RAP the archived file is read twice: what stands before
 * the returns is known when the last one is, and no more than one of them is held.
 */

/** By the clock of no place. */
const UTC = '+0000';

/** One walk over a file: the returns one by one, and what stands around them. */
class ReturnWalk {
  private readonly reader = new FileReader({ reuse: true });
  private readonly validator: FileValidator;
  private readonly collector = new ReturnCollector();

  constructor(facts: Facts) {
    this.validator = new FileValidator(facts);
  }

  private take(pieces: ReadonlyArray<Piece>): ReadonlyArray<Buffer> {
    return pieces.flatMap((piece) => this.collector.take(piece, this.validator.take(piece)) ?? []);
  }

  feed(bytes: Uint8Array): ReadonlyArray<Buffer> {
    return this.take(this.reader.feed(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)));
  }

  /** After the last bytes; undefined when nothing goes back. */
  end(sequence: number, createdMs: number): RapFile | Refusal | undefined {
    this.take(this.reader.end());
    const { findings, report } = this.validator.end({ refused: this.reader.refused });
    return this.collector.end(findings, report, { sequence, createdMs, utcOffset: UTC });
  }
}

const returnsOf = (input: ImportInput, facts: Facts): Stream.Stream<Uint8Array, Refusal | Fault, Files> =>
  Stream.suspend(() => {
    const walk = new ReturnWalk(facts);
    return contentOf(input.tenant, input.file).pipe(Stream.mapConcat((bytes) => walk.feed(bytes)));
  });

const rapOf = (
  input: ImportInput,
  facts: Facts,
  { sequence, atMs }: { readonly sequence: number; readonly atMs: number },
) =>
  Effect.gen(function* () {
    const walk = new ReturnWalk(facts);
    yield* Stream.runForEach(contentOf(input.tenant, input.file), (bytes) => Effect.sync(() => walk.feed(bytes)));
    const rap = walk.end(sequence, atMs);
    return isRefusal(rap) ? yield* Effect.fail(rap) : rap;
  });

/** Records that were rejected, or a file that was kept out. */
const mayGoBack = ({ status, audit }: ImportState): boolean =>
  status === 'quarantined' || (status === 'done' && audit !== null && audit.rejected > 0);

const rapReturnOf = (input: ImportInput, state: ImportState) =>
  Effect.gen(function* () {
    const number = yield* numberReturn(input, 'returns');
    const facts = factsOf(state.ref.name, state.receivedAtMs);
    const rap = number === null ? undefined : yield* rapOf(input, facts, number);
    if (rap === undefined || (rap.returns === 'severe') !== (state.status === 'done')) return undefined;
    const inside = rap.returns === 'severe' ? returnsOf(input, facts) : Stream.make<[Uint8Array]>(rap.returns);
    const content = Stream.make(rap.head).pipe(Stream.concat(inside), Stream.concat(Stream.make(rap.tail)));
    return { name: formatFileName(rap.name), content };
  });

/** By the format of the file, or of one that could not be read, by the partner's. */
const returnOf = (input: ImportInput, state: ImportState) =>
  Effect.gen(function* () {
    const terms = yield* Roaming;
    const ciber = terms?.partners.get(input.partner)?.ciber ?? null;
    const format = state.about?.format ?? (ciber === null ? 'TAP-' : 'CIBER');
    if (format.startsWith('TAP-')) return yield* rapReturnOf(input, state);
    return format !== 'CIBER' || terms === undefined || ciber === null
      ? undefined
      : yield* ciberReturnOf(input, state, terms, ciber);
  });

/**
 * Sends what answers the file, once: a RAP file or a return batch when records of it, or the file itself, go back, or the
 * acknowledgement of a RAP file. CIBER has no acknowledgement.
 */
export const returnRecords = (
  input: ImportInput,
): Effect.Effect<ReturnResult, Refusal | Fault, Actors | CurrentStep | Files | Mongo | RoamingPort | Roaming> =>
  Effect.gen(function* () {
    const files = yield* Files;
    const port = yield* RoamingPort;
    const state = yield* readImport(input);
    if (state?.about?.kind === 'returns') {
      return state.about.format === 'CIBER' ? { returned: false } : yield* answerReturns(input, state);
    }
    if (state === null || state.returned !== null || !mayGoBack(state)) return { returned: false };
    const made = yield* returnOf(input, state);
    if (made === undefined) return { returned: false };
    const context = yield* Effect.context<Files>();
    const labels = { kind: 'returns', partner: input.partner, subject: input.file.sm3 };
    const content = Stream.provideContext(made.content, context);
    const file = yield* files.put(roamingFile(input.tenant, made.name, labels), content);
    const upload = { ...file, open: (offset: number) => files.open(input.tenant, file.id, offset) };
    yield* exchanged(input.tenant, input.partner, 'send', port.upload(input.partner, upload));
    yield* askImport(input, { _tag: 'RecordReturn', file });
    return { returned: true };
  }).pipe(
    // Nobody waits for this step: what cannot go back is told to a person.
    Effect.tapError((failure) =>
      isRefusal(failure)
        ? alertOf(input.tenant, `file ${input.file.sm3.slice(0, 12)}`, failure.code, 'returns')
        : Effect.void,
    ),
  );
