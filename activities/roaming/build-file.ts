import { Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { type Fault, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import type { CiberProblem } from '../../domain/roaming/ciber/batch.ts';
import { FileReader } from '../../domain/roaming/codec/file-reader.ts';
import { CiberFile } from '../../domain/roaming/outgoing/ciber-file.ts';
import { NrtrdeFile } from '../../domain/roaming/outgoing/nrtrde-file.ts';
import { type PricedEvent, PricedLines } from '../../domain/roaming/outgoing/priced-event.ts';
import type { Batch, OutgoingFile } from '../../domain/roaming/outgoing/schema.ts';
import { TapFile } from '../../domain/roaming/outgoing/tap-file.ts';
import { utcOffsetAt } from '../../domain/roaming/settlement/day.ts';
import { type Finding, pathText } from '../../domain/roaming/validation/finding.ts';
import { FileValidator } from '../../domain/roaming/validation/validator.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import type { ConfiguredPartner, RoamingConfiguration } from '../../partners/roaming/port.ts';
import { Files } from '../../store/files/files.ts';
import { contentOf, roamingFile } from './stored-file.ts';

/**
 * The bytes of a numbered file, made of the batches that it was given: the same whenever they are made, so that an attempt
 * that was cut short leaves nothing that differs.
 */

export interface Making {
  readonly tenant: TenantId;
  readonly terms: RoamingConfiguration;
  readonly partner: ConfiguredPartner;
  readonly file: OutgoingFile;
}

interface Kept {
  readonly one: PricedEvent;
  readonly batch: Batch;
}

/** Every record of the file, in the order of its batches. */
export const recordsOf = ({
  tenant,
  file,
}: Pick<Making, 'tenant' | 'file'>): Stream.Stream<Kept, Refusal | Fault, Files> =>
  Stream.fromIterable(file.batches).pipe(
    Stream.flatMap((batch) =>
      Stream.suspend(() => {
        const lines = new PricedLines();
        return contentOf(tenant, batch.ref).pipe(
          Stream.mapConcat((bytes) => lines.feed(bytes)),
          Stream.map((one) => ({ one, batch })),
        );
      }),
    ),
  );

const noVisitors = (partner: string): Refusal =>
  refuse('conflict', 'VisitorsNotConfigured', `Nothing is configured about subscribers of ${partner} in our network.`, {
    action: 'Add `visitors` to the partner in the file that HUFU_ROAMING_FILE names.',
  });

/** What is to go to a partner with CIBER does not fit its edition. */
export const unwritable = ([first]: ReadonlyArray<CiberProblem>): Refusal => {
  const what = `record ${first?.record}, ${first?.field}: ${first?.code}`;
  return refuse('invalid', 'CiberUnwritable', `The batch does not fit the partner’s edition: ${what}.`, {
    action: 'Compare the edition with the agreement: decimals, lengths of numbers.',
  });
};

const tapOf = ({ terms, partner, file }: Making): Effect.Effect<TapFile, Refusal> => {
  const { visitors, code } = partner;
  if (visitors === null) return Effect.fail(noVisitors(code));
  const { localCurrency, exchangeRate, countryCode } = visitors;
  const [first] = file.batches;
  const who = {
    ...{ sender: terms.home, recipient: code, utcOffset: utcOffsetAt(file.atMs, terms.zone) },
    ...{ localCurrency, exchangeRate, countryCode },
  };
  return Effect.succeed(
    new TapFile(who, { ...file, currency: first?.currency ?? localCurrency, decimals: first?.decimals ?? 0 }),
  );
};

const put = <E>(making: Making, name: string, content: Stream.Stream<Uint8Array, E, Files>) =>
  Effect.gen(function* () {
    const files = yield* Files;
    const context = yield* Effect.context<Files>();
    const labels = { kind: 'outgoing-file', partner: making.partner.code };
    return yield* files.put(roamingFile(making.tenant, name, labels), Stream.provideContext(content, context));
  });

const buildTap = (making: Making): Effect.Effect<FileRef, Refusal | Fault, Files> =>
  Effect.gen(function* () {
    const tap = yield* tapOf(making);
    if (making.file.kind === 'notification') return yield* put(making, tap.name, Stream.succeed(tap.notification()));
    yield* Stream.runForEach(recordsOf(making), ({ one, batch }) => Effect.sync(() => tap.measure(one, batch.rap)));
    const { head, tail } = tap.around();
    const content = Stream.make(head).pipe(
      Stream.concat(Stream.map(recordsOf(making), ({ one, batch }) => tap.record(one, batch.rap))),
      Stream.concat(Stream.make(tail)),
    );
    return yield* put(making, tap.name, content);
  });

const buildNrtrde = (making: Making): Effect.Effect<FileRef, Refusal | Fault, Files> =>
  Effect.gen(function* () {
    const { terms, partner, file } = making;
    const utcOffset = utcOffsetAt(file.atMs, terms.zone);
    const nrtrde = new NrtrdeFile({ sender: terms.home, recipient: partner.code, utcOffset }, file);
    yield* Stream.runForEach(recordsOf(making), ({ one }) => Effect.sync(() => nrtrde.measure(one)));
    const { head, tail } = nrtrde.around();
    const content = Stream.make(head).pipe(
      Stream.concat(Stream.map(recordsOf(making), ({ one }) => nrtrde.record(one))),
      Stream.concat(Stream.make(tail)),
    );
    return yield* put(making, nrtrde.name, content);
  });

const buildCiber = (making: Making): Effect.Effect<FileRef, Refusal | Fault, Files> =>
  Effect.gen(function* () {
    const { terms, partner, file } = making;
    const { ciber } = partner;
    if (ciber === null) return yield* Effect.fail(noVisitors(partner.code));
    const utcOffset = utcOffsetAt(file.atMs, terms.zone);
    const who = { sender: terms.home, recipient: partner.code, utcOffset };
    const sids = { senderSid: ciber.ourSid, recipientSid: ciber.sid };
    const decimals = file.batches[0]?.decimals ?? 0;
    const batch = new CiberFile(ciber.edition, { ...who, ...sids }, file, decimals);
    yield* Stream.runForEach(recordsOf(making), ({ one, batch: { rap } }) => Effect.sync(() => batch.add(one, rap)));
    const bytes = batch.end();
    return bytes instanceof Uint8Array
      ? yield* put(making, batch.name, Stream.succeed(bytes))
      : yield* Effect.fail(unwritable(bytes));
  });

const told = ({ item, code, record, path, ruling }: Finding): string => {
  const place = record === undefined ? '' : `record ${record + 1}, `;
  return `${item}.${code}: ${ruling.rule.when} (${place}${pathText(path)})`.slice(0, 500);
};

/** The first thing that is wrong with a file of ours, TAP by TD.57, others by their form; undefined when nothing is. */
export const checkFile = (
  { tenant, file }: Pick<Making, 'tenant' | 'file'>,
  ref: FileRef,
): Effect.Effect<string | undefined, Refusal | Fault, Files> =>
  Effect.suspend(() => {
    const reader = new FileReader({ reuse: true });
    const validator = new FileValidator({ receivedAtMs: file.atMs, fileName: ref.name });
    const isTap = file.format === 'tap';
    // Its edition was held against it when it was made.
    if (file.format === 'ciber') return Effect.succeed(undefined);
    const found: Array<Finding> = [];
    return contentOf(tenant, ref).pipe(
      Stream.runForEach((bytes) =>
        Effect.sync(() => {
          for (const piece of reader.feed(Buffer.from(bytes))) if (isTap) found.push(...validator.take(piece));
          found.splice(1);
        }),
      ),
      Effect.map(() => {
        for (const piece of reader.end()) if (isTap) found.push(...validator.take(piece));
        if (isTap) found.push(...validator.end({ refused: reader.refused }).findings);
        const [first] = found;
        return reader.refused?.message ?? (first === undefined ? undefined : told(first));
      }),
    );
  });

/** By the file's format. */
export const buildFile = (making: Making): Effect.Effect<FileRef, Refusal | Fault, Files> =>
  ({ tap: buildTap, ciber: buildCiber, nrtrde: buildNrtrde })[making.file.format](making);
