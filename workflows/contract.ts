/**
 * How an area's `workflows/<area>/contract.ts` is written: its table of contents, read by everybody and importing
 * nobody. The workflows implement it, the activities implement it, the gateway starts from it, and each input type is
 * written once. Plain data and types only: this file is part of the workflow bundle.
 *
 *     export const simContract = contract({
 *       area: 'sim',
 *       workflows: {
 *         cardMaking: workflow<CardMakingInput, CardMakingResult>()({
 *           signals: { pause: signal<{ readonly reason: string }>() },
 *           queries: { progress: query<Progress>() },
 *           updates: { submit: update<Submission, Receipt>() },
 *         }),
 *       },
 *       activities: { uploadApplication: activity<UploadInput, UploadResult>('partnerTransfer') },
 *     });
 */
import type { TenantId } from '../domain/kernel/actor-id.ts';
import type { ProfileName } from './retry-profiles.ts';

/** The nine words of the house. */
export type Area =
  | 'sim'
  | 'roaming'
  | 'transit'
  | 'mandates'
  | 'custody'
  | 'exchange'
  | 'fleet'
  | 'keys'
  | 'operations';

/** Every input says whose it is: steps act in its tenant. Inputs and results are plain JSON data. */
export interface OfTenant {
  readonly tenant: TenantId;
}

/** Holds types only; never set. */
declare const types: unique symbol;

export interface SignalDef<Payload> {
  readonly [types]?: Payload;
}
export interface QueryDef<Result> {
  readonly [types]?: Result;
}
export interface UpdateDef<Input, Result> {
  readonly [types]?: { readonly input: Input; readonly result: Result };
}
export interface ActivityDef<Input extends OfTenant, Result> {
  readonly profile: ProfileName;
  readonly [types]?: { readonly input: Input; readonly result: Result };
}

export const signal = <Payload = void>(): SignalDef<Payload> => ({});
export const query = <Result>(): QueryDef<Result> => ({});
export const update = <Input, Result>(): UpdateDef<Input, Result> => ({});
export const activity = <Input extends OfTenant, Result>(profile: ProfileName): ActivityDef<Input, Result> => ({
  profile,
});

type Signals = Readonly<Record<string, SignalDef<unknown>>>;
type Queries = Readonly<Record<string, QueryDef<unknown>>>;
type Updates = Readonly<Record<string, UpdateDef<unknown, unknown>>>;

export interface WorkflowParts<
  Input extends OfTenant,
  Result,
  S extends Signals,
  Q extends Queries,
  U extends Updates,
> {
  readonly signals: S;
  readonly queries: Q;
  readonly updates: U;
  readonly [types]?: { readonly input: Input; readonly result: Result };
}

/** A workflow of a contract: what a client needs to start it and to talk to it. */
export interface WorkflowDef<
  Input extends OfTenant = OfTenant,
  Result = unknown,
  S extends Signals = Signals,
  Q extends Queries = Queries,
  U extends Updates = Updates,
> extends WorkflowParts<Input, Result, S, Q, U> {
  readonly area: Area;
  /** `sim.cardMaking`: the type's name on the server, and how the bundle exports it. */
  readonly type: string;
}

/** Curried, so that input and result are given and the rest is inferred. */
export const workflow =
  <Input extends OfTenant, Result>() =>
  // biome-ignore lint/complexity/noBannedTypes: `{}` is what "none" infers to, so that no name is accepted later
  <S extends Signals = {}, Q extends Queries = {}, U extends Updates = {}>(parts: {
    readonly signals?: S;
    readonly queries?: Q;
    readonly updates?: U;
  }): WorkflowParts<Input, Result, S, Q, U> => ({
    // Absent parts were inferred as `{}`.
    signals: parts.signals ?? ({} as S),
    queries: parts.queries ?? ({} as Q),
    updates: parts.updates ?? ({} as U),
  });

// biome-ignore lint/suspicious/noExplicitAny: stands for any workflow where only its parts' names matter
type AnyParts = WorkflowParts<any, any, any, any, any>;
// biome-ignore lint/suspicious/noExplicitAny: stands for any activity where only its profile matters
type AnyActivity = ActivityDef<any, any>;

export interface Contract {
  readonly area: Area;
  readonly workflows: Readonly<Record<string, AnyParts & { readonly area: Area; readonly type: string }>>;
  readonly activities: Readonly<Record<string, AnyActivity>>;
}

export const contract = <
  const W extends Readonly<Record<string, AnyParts>>,
  const A extends Readonly<Record<string, AnyActivity>>,
>(parts: {
  readonly area: Area;
  readonly workflows: W;
  readonly activities: A;
}): { readonly area: Area; readonly workflows: { readonly [K in keyof W]: Named<W[K]> }; readonly activities: A } => ({
  ...parts,
  workflows: Object.fromEntries(
    Object.entries(parts.workflows).map(([name, definition]) => [
      name,
      { ...definition, area: parts.area, type: `${parts.area}.${name}` },
    ]),
  ) as { readonly [K in keyof W]: Named<W[K]> },
});

type Named<P> =
  P extends WorkflowParts<infer Input, infer Result, infer S, infer Q, infer U>
    ? WorkflowDef<Input, Result, S, Q, U>
    : never;

/** What stands for any one workflow of a contract in the signatures of clients. */
// biome-ignore lint/suspicious/noExplicitAny: inference from a concrete definition needs the widest one
export type AnyWorkflow = WorkflowDef<any, any, any, any, any>;

export type InputOf<D> = D extends { readonly [types]?: { readonly input: infer Input } } ? Input : never;
export type ResultOf<D> = D extends { readonly [types]?: { readonly result: infer Result } } ? Result : never;
export type SignalNames<W extends AnyWorkflow> = keyof W['signals'] & string;
export type QueryNames<W extends AnyWorkflow> = keyof W['queries'] & string;
export type UpdateNames<W extends AnyWorkflow> = keyof W['updates'] & string;
export type PayloadOf<D> = D extends SignalDef<infer Payload> ? Payload : never;
export type AnswerOf<D> = D extends QueryDef<infer Result> ? Result : never;

/** `sim.cardMaking/<tenant>/<business key>`: one process of a business, found again by what the business calls it. */
export const workflowIdOf = (definition: AnyWorkflow, tenant: TenantId, key: string): string =>
  `${definition.type}/${tenant}/${key}`;

/** The task queue of an area; `prefix` is `hufu` except where many systems share one namespace. */
export const queueOf = (area: Area, prefix = 'hufu'): string => `${prefix}-${area}`;
