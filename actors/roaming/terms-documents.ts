import { Chunk, Effect, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { canonicalJson } from '../../domain/kernel/canonical-json.ts';
import { type Fault, isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { isProblems, type Problems } from '../../domain/roaming/rating/refusals.ts';
import { apartFrom, changeRule, type Ready, readyTerms, termsNamed } from '../../domain/roaming/terms/document.ts';
import { termsRefusals } from '../../domain/roaming/terms/refusals.ts';
import type { TermsKind, TermsState } from '../../domain/roaming/terms/schema.ts';
import { revisionOf, termsKey } from '../../domain/roaming/terms/terms.ts';
import type { FileRef } from '../../domain/sim/schema.ts';
import { Files } from '../../store/files/files.ts';
import { Actors, type Envelope } from '../runtime/actors.ts';
import { termsActor } from './terms.ts';

/**
 * Documents of terms in the file store, and made ready for pricing: checked before they are proposed, read once on each
 * node, for a document is named by its content and never changes.
 */

/** Documents that a node keeps ready; the one that was asked for longest ago gives way. */
const MOST_READY = 200;

export interface TermsOf {
  readonly tenant: TenantId;
  readonly kind: TermsKind;
  readonly name: string;
}

const idOf = ({ tenant, kind, name }: TermsOf) => ({ tenant, key: termsKey(kind, name) });

const putDocument = ({ tenant, kind, name }: TermsOf, json: unknown) =>
  Effect.flatMap(Files, (files) =>
    files.put(
      {
        tenant,
        area: 'roaming',
        name: `${kind}-${name}.json`,
        contentType: 'application/json',
        labels: { kind: 'terms', subject: termsKey(kind, name) },
        sealed: true,
      },
      Stream.succeed(Buffer.from(canonicalJson(json))),
    ),
  );

/** As it was proposed. */
export const readDocument = (tenant: TenantId, { id }: FileRef): Effect.Effect<unknown, Refusal | Fault, Files> =>
  Effect.flatMap(Files, (files) => Stream.runCollect(files.open(tenant, id))).pipe(
    // What was put there is JSON.
    Effect.map((pieces) => JSON.parse(Buffer.concat(Chunk.toReadonlyArray(pieces)).toString()) as unknown),
  );

/** Checks the document and proposes it. @returns what is wrong with it, when something is */
export const proposeTerms = (
  terms: TermsOf,
  json: unknown,
  note: string,
  envelope: Envelope,
): Effect.Effect<
  { readonly revision: number; readonly changed: boolean } | Problems,
  Refusal | Fault,
  Actors | Files
> =>
  Effect.gen(function* () {
    const checked = termsNamed(terms.kind, terms.name, json);
    if (isProblems(checked)) return checked;
    const rule = changeRule(terms.kind, checked);
    if (rule !== undefined && ((yield* readTerms(terms))?.inForce ?? null) !== null) {
      const changed = rule((yield* revisionReady(terms)).ready);
      if (changed !== undefined) return changed;
    }
    const apart = apartFrom(terms.kind);
    if (apart !== undefined && (yield* readTerms({ ...terms, kind: apart })) !== null) {
      return yield* Effect.fail(termsRefusals.codeTaken());
    }
    const document = yield* putDocument(terms, json);
    const actors = yield* Actors;
    const command = { _tag: 'Propose', document, note } as const;
    return (yield* actors.ask(termsActor, { id: idOf(terms), command, envelope })).reply;
  });

/** The first revision, as the settings have it, which have been checked. Changes nothing when the terms are known. */
export const loadTerms = (
  terms: TermsOf,
  json: unknown,
  caller: Caller,
): Effect.Effect<boolean, Refusal | Fault, Actors | Files> =>
  Effect.gen(function* () {
    if ((yield* readTerms(terms)) !== null) return false;
    const document = yield* putDocument(terms, json);
    const actors = yield* Actors;
    const envelope = { commandId: `load:${document.sm3}`, caller };
    const command = { _tag: 'Load', document } as const;
    return (yield* actors.ask(termsActor, { id: idOf(terms), command, envelope })).reply.changed;
  });

/** Null when nobody has proposed or loaded any. */
export const readTerms = (terms: TermsOf): Effect.Effect<TermsState | null, Refusal | Fault, Actors> =>
  Effect.flatMap(Actors, (actors) => actors.read(termsActor, idOf(terms))).pipe(
    Effect.map(({ state }) => state),
    Effect.catchIf(
      (failure) => isRefusal(failure) && failure.kind === 'missing',
      () => Effect.succeed(null),
    ),
  );

type AnyReady = Ready[TermsKind];

const known = new Map<string, AnyReady>();

const keep = (key: string, ready: AnyReady): void => {
  known.delete(key);
  known.set(key, ready);
  const [oldest] = known.keys();
  if (known.size > MOST_READY && oldest !== undefined) known.delete(oldest);
};

const readyDocument = <K extends TermsKind>(kind: K, tenant: TenantId, document: FileRef) =>
  Effect.gen(function* () {
    const key = `${tenant}/${kind}/${document.sm3}`;
    // Kept under its kind.
    const found = known.get(key) as Ready[K] | undefined;
    const ready = found ?? readyTerms(kind, yield* readDocument(tenant, document));
    // It was checked when it was proposed; rules that have become stricter since are a release's to reconcile.
    if (isProblems(ready)) return yield* Effect.die(new Error(`${key} cannot be used: ${ready.refusals[0]?.code}`));
    keep(key, ready);
    return ready;
  });

export interface InForce<K extends TermsKind> {
  readonly revision: number;
  readonly ready: Ready[K];
}

/**
 * A revision of the terms made ready: that one when it is approved or was, else the one in force. Refusals: TermsUnknown,
 * RevisionUnknown, NothingInForce.
 */
export const revisionReady = <K extends TermsKind>(
  terms: TermsOf & { readonly kind: K },
  wanted?: number,
): Effect.Effect<InForce<K>, Refusal | Fault, Actors | Files> =>
  Effect.gen(function* () {
    const state = yield* readTerms(terms);
    if (state === null) return yield* Effect.fail(termsRefusals.unknown());
    const revision = wanted ?? state.inForce;
    if (revision === null) return yield* Effect.fail(termsRefusals.nothingInForce());
    const found = revisionOf(state, revision);
    if (found === undefined) return yield* Effect.fail(termsRefusals.revisionUnknown());
    if (found.status !== 'approved') return yield* Effect.fail(termsRefusals.notApproved());
    return { revision, ready: yield* readyDocument(terms.kind, terms.tenant, found.document) };
  });
