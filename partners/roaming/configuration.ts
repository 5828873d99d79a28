import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Config, type ConfigError, Effect, Option, Schema } from 'effect';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { compileAgreement } from '../../domain/roaming/rating/compile.ts';
import { isProblems, type Problems } from '../../domain/roaming/rating/refusals.ts';
import { compilePlan } from '../../domain/roaming/rating/retail.ts';
import { decodeAgreement, decodeRetailPlan, type RetailPlan } from '../../domain/roaming/rating/schema.ts';
import { serverOf } from '../configuration.ts';
import type { SftpServer } from '../sftp-connection.ts';
import { DEPARTMENT_CODE, type RoamingPartner, type RoamingTerms } from './port.ts';

/** Who our roaming partners are, from the file that HUFU_ROAMING_FILE names (docs/roaming-pipeline.md). */

export interface RoamingSettings {
  readonly terms: RoamingTerms;
  /** By the code of the partner or of the department. */
  readonly servers: ReadonlyMap<string, SftpServer>;
}

const Tadig = Schema.String.pipe(Schema.pattern(/^[A-Z0-9]{5}$/));
const access = {
  url: Schema.String,
  fingerprint: Schema.String,
  keyFile: Schema.optional(Schema.String),
  passwordFile: Schema.optional(Schema.String),
};
const Settings = Schema.Struct({
  home: Tadig,
  zone: Schema.NonEmptyString,
  /** Paths are taken from where this file lies. */
  planFile: Schema.NonEmptyString,
  partners: Schema.Array(
    Schema.Struct({
      code: Tadig,
      name: Schema.NonEmptyString,
      agreementFile: Schema.NonEmptyString,
      bookDigits: Schema.optionalWith(Schema.Int.pipe(Schema.between(0, 2)), { default: () => 0 }),
      ...access,
    }),
  ).pipe(Schema.maxItems(1_000)),
  departments: Schema.optionalWith(
    Schema.Array(Schema.Struct({ code: Schema.String.pipe(Schema.pattern(DEPARTMENT_CODE)), ...access })).pipe(
      Schema.maxItems(20),
    ),
    { default: () => [] },
  ),
});

type Access = Pick<Schema.Schema.Type<typeof Settings>['partners'][number], keyof typeof access>;

const wrong = (what: string): Refusal =>
  refuse('invalid', 'PartnerConfiguration', `roaming: ${what}`, {
    action: 'HUFU_ROAMING_FILE names a JSON file as docs/roaming-pipeline.md shows it.',
  });

const readJson = (path: string): Effect.Effect<unknown, Refusal> =>
  Effect.tryPromise({
    try: async () => JSON.parse(await readFile(path, 'utf8')) as unknown,
    catch: () => wrong(`cannot read ${path} as JSON`),
  });

const right = <A>(path: string, result: A | Problems): Effect.Effect<A, Refusal> => {
  if (!isProblems(result)) return Effect.succeed(result);
  const [first] = result.refusals;
  return Effect.fail(wrong(`${path}: ${first?.field ?? ''} ${first?.code}: ${first?.message}`));
};

/** No sum of a subscriber's period is kept by which a tier could be found. */
const tieredDiscount = ({ tariffs }: RetailPlan): string | undefined =>
  tariffs
    .flatMap(({ terms }) => terms)
    .flatMap(({ discounts }) => discounts)
    .find(({ tiers, method }) => tiers.length > 1 || method === 'whole')?.name;

const planOf = (path: string) =>
  Effect.gen(function* () {
    const plan = yield* right(path, decodeRetailPlan(yield* readJson(path)));
    const tiered = tieredDiscount(plan);
    if (tiered !== undefined) {
      return yield* Effect.fail(wrong(`${path}: discount ${tiered} has tiers, which subscribers do not have`));
    }
    return yield* right(path, compilePlan(plan));
  });

const settingsOf = (path: string): Effect.Effect<RoamingSettings, Refusal> =>
  Effect.gen(function* () {
    const beside = (name: string): string => resolve(dirname(path), name);
    const { home, zone, planFile, partners, departments } = yield* Schema.decodeUnknown(Settings)(
      yield* readJson(path),
    ).pipe(Effect.mapError(({ message }) => wrong(message)));
    const found = new Map<string, RoamingPartner>();
    const servers = new Map<string, SftpServer>();
    const serverAt = (code: string, { keyFile, passwordFile, ...at }: Access) =>
      serverOf({
        service: `roaming:${code}`,
        ...at,
        ...(keyFile === undefined ? {} : { keyFile: beside(keyFile) }),
        ...(passwordFile === undefined ? {} : { passwordFile: beside(passwordFile) }),
      });
    for (const { code, name, agreementFile, bookDigits, ...at } of partners) {
      const file = beside(agreementFile);
      const agreement = yield* right(
        file,
        yield* Effect.flatMap(readJson(file), (json) => right(file, decodeAgreement(json))).pipe(
          Effect.map(compileAgreement),
        ),
      );
      if (agreement.agreement.home !== home || agreement.agreement.visited !== code) {
        return yield* Effect.fail(wrong(`${file} is not the agreement of ${home} with ${code}`));
      }
      if (found.has(code)) return yield* Effect.fail(wrong(`${code} occurs twice`));
      found.set(code, { code, name, agreement, bookDigits });
      servers.set(code, yield* serverAt(code, at));
    }
    for (const { code, ...at } of departments) {
      if (servers.has(code)) return yield* Effect.fail(wrong(`${code} occurs twice`));
      servers.set(code, yield* serverAt(code, at));
    }
    return { terms: { home, zone, partners: found, plan: yield* planOf(beside(planFile)) }, servers };
  });

/** None when HUFU_ROAMING_FILE is not set. Everything that is missing or malformed in it stops the start. */
export const roamingSettings: Effect.Effect<
  Option.Option<RoamingSettings>,
  ConfigError.ConfigError | Refusal
> = Effect.gen(function* () {
  const path = yield* Config.option(Config.nonEmptyString('HUFU_ROAMING_FILE'));
  return Option.isNone(path) ? Option.none() : Option.some(yield* settingsOf(path.value));
});
