import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Config, type ConfigError, Effect, Option, Schema } from 'effect';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { decodeEdition } from '../../domain/roaming/ciber/schema.ts';
import type { NetworkElementDocument } from '../../domain/roaming/element/schema.ts';
import { decodeCdrLayout } from '../../domain/roaming/network/schema.ts';
import {
  BookDigits,
  CHECKSUMS,
  type CiberTerms,
  CYCLES,
  DEPARTMENT_CODE,
  type Department,
  type Partner,
  type Visitors,
} from '../../domain/roaming/partner/schema.ts';
import { isProblems, type Problems } from '../../domain/roaming/rating/refusals.ts';
import { nameOfTerms, readyTerms } from '../../domain/roaming/terms/document.ts';
import type { TermsKind } from '../../domain/roaming/terms/schema.ts';
import { agreementName } from '../../domain/roaming/terms/terms.ts';
import { serverOf } from '../configuration.ts';
import type { SftpServer } from '../sftp-connection.ts';
import type { ConfiguredPartner, RoamingConfiguration } from './port.ts';
import { CiberSettings, ElementSettings, MonitorSettings, type NetworkMonitor, VisitorsSettings } from './visitors.ts';

/** Who our roaming partners are, from the file that HUFU_ROAMING_FILE names (docs/roaming-pipeline.md). */

export interface ConfiguredRoaming {
  readonly settings: RoamingConfiguration;
  /** By the code of the partner or of the department. */
  readonly servers: ReadonlyMap<string, SftpServer>;
  /** Directory of keys and passwords that documents of partners name; undefined: only those of this file. */
  readonly credentials: string | undefined;
}

const Tadig = Schema.String.pipe(Schema.pattern(/^[A-Z0-9]{5}$/));
const access = {
  url: Schema.String,
  fingerprint: Schema.String,
  keyFile: Schema.optional(Schema.String),
  passwordFile: Schema.optional(Schema.String),
};
const Minutes = Schema.optionalWith(Schema.NullOr(Schema.Int.pipe(Schema.between(15, 100_000))), {
  default: () => null,
});
const AwaitedSettings = Schema.Struct({ usageMinutes: Minutes, nrtrdeMinutes: Minutes });
const NOT_AWAITED = { usageMinutes: null, nrtrdeMinutes: null };
const Settings = Schema.Struct({
  home: Tadig,
  zone: Schema.NonEmptyString,
  /** Paths are taken from where this file lies. */
  planFile: Schema.NonEmptyString,
  credentialsDir: Schema.optional(Schema.NonEmptyString),
  partners: Schema.Array(
    Schema.Struct({
      code: Tadig,
      name: Schema.NonEmptyString,
      agreementFile: Schema.NonEmptyString,
      bookDigits: Schema.optionalWith(BookDigits, { default: () => 0 }),
      returnFatal: Schema.optionalWith(Schema.Boolean, { default: () => false }),
      statementDetail: Schema.optionalWith(Schema.Boolean, { default: () => false }),
      ...access,
      visitors: Schema.optional(VisitorsSettings),
      ciber: Schema.optional(CiberSettings),
      checksum: Schema.optionalWith(Schema.NullOr(Schema.Literal(...CHECKSUMS)), { default: () => null }),
      awaited: Schema.optionalWith(AwaitedSettings, { default: () => NOT_AWAITED }),
    }),
  ).pipe(Schema.maxItems(1_000)),
  departments: Schema.optionalWith(
    Schema.Array(
      Schema.Struct({
        code: Schema.String.pipe(Schema.pattern(DEPARTMENT_CODE)),
        cycles: Schema.optionalWith(Schema.Array(Schema.Literal(...CYCLES)), { default: () => ['daily', 'monthly'] }),
        ...access,
      }),
    ).pipe(Schema.maxItems(20)),
    { default: () => [] },
  ),
  elements: Schema.optionalWith(Schema.Array(ElementSettings).pipe(Schema.maxItems(100)), { default: () => [] }),
  monitors: Schema.optionalWith(Schema.Array(MonitorSettings).pipe(Schema.maxItems(100)), { default: () => [] }),
});
type Settings = Schema.Schema.Type<typeof Settings>;

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

/** The document as it is, once it is known to be right. */
const documentAt = <K extends TermsKind>(path: string, kind: K) =>
  Effect.gen(function* () {
    const document = yield* readJson(path);
    const ready = readyTerms(kind, document);
    if (!isProblems(ready)) return { kind, name: nameOfTerms(kind, ready), document };
    const [first] = ready.refusals;
    return yield* Effect.fail(wrong(`${path}: ${first?.field ?? ''} ${first?.code}: ${first?.message}`));
  });

const right = <A>(path: string, result: A | Problems): Effect.Effect<A, Refusal> => {
  if (!isProblems(result)) return Effect.succeed(result);
  const [first] = result.refusals;
  return Effect.fail(wrong(`${path}: ${first?.field ?? ''} ${first?.code}: ${first?.message}`));
};

type Beside = (name: string) => string;

const visitorsOf = ({ visitors }: Settings['partners'][number]): Visitors | null => {
  if (visitors === undefined) return null;
  const { agreementFile: _, ...rest } = visitors;
  return rest;
};

/** The agreement of the operator `whose` about its subscribers in the network `where`. */
const agreementAt = (path: string, whose: string, where: string) =>
  Effect.flatMap(documentAt(path, 'agreement'), (found) =>
    found.name === agreementName(whose, where)
      ? Effect.succeed(found)
      : Effect.fail(wrong(`${path} is not the agreement of ${whose} with ${where}`)),
  );

const ciberOf = ({ ciber }: Settings['partners'][number], beside: Beside): Effect.Effect<CiberTerms | null, Refusal> =>
  Effect.gen(function* () {
    if (ciber === undefined) return null;
    const { editionFile, ...rest } = ciber;
    const file = beside(editionFile);
    return { ...rest, edition: yield* Effect.flatMap(readJson(file), (json) => right(file, decodeEdition(json))) };
  });

/** The server that is configured for somebody. */
const accessOf = (code: string, { url, fingerprint, keyFile, passwordFile }: Access, beside: Beside) =>
  serverOf({
    service: `roaming:${code}`,
    url,
    fingerprint,
    ...(keyFile === undefined ? {} : { keyFile: beside(keyFile) }),
    ...(passwordFile === undefined ? {} : { passwordFile: beside(passwordFile) }),
  });

/** Elements or monitors of our own network, with what else is known of each; their servers are added to those of partners. */
const elementsOf = <One extends Settings['monitors'][number], More>(
  elements: ReadonlyArray<One>,
  more: (one: One) => More,
  servers: Map<string, SftpServer>,
  beside: Beside,
) =>
  Effect.gen(function* () {
    const found = new Map<string, NetworkMonitor & More>();
    for (const one of elements) {
      const { code, name, layoutFile } = one;
      if (servers.has(code)) return yield* Effect.fail(wrong(`${code} occurs twice`));
      const file = beside(layoutFile);
      const layout = yield* Effect.flatMap(readJson(file), (json) => right(file, decodeCdrLayout(json)));
      found.set(code, { ...more(one), code, name, layout });
      servers.set(code, yield* accessOf(code, one, beside));
    }
    return found;
  });

/** What is known of the partner, as the first revision of its document; its key is named as the partner. */
const partnerDocument = (path: string, partner: ConfiguredPartner, at: Access) => {
  const document: Partner = { ...partner, server: serverDocument(partner.code, at) };
  const checked = right(path, readyTerms('partner', document));
  return Effect.as(checked, { kind: 'partner' as const, name: partner.code, document });
};

const serverDocument = (code: string, { url, fingerprint }: Access) => ({
  url,
  fingerprints: fingerprint.split(',').map((found) => found.trim()),
  credential: code,
});

/** What is known of the department, as the first revision of its document. */
const departmentDocument = (path: string, { code, cycles, ...at }: Settings['departments'][number]) => {
  const document: Department = { code, name: code, server: serverDocument(code, at), cycles, endedFrom: null };
  const checked = right(path, readyTerms('department', document));
  return Effect.as(checked, { kind: 'department' as const, name: code, document });
};

/** What is known of the element, as the first revision of its document. */
const elementDocument = (
  path: string,
  { code, entities, ...at }: Settings['elements'][number],
  found: NetworkMonitor,
) => {
  const { name, layout } = found;
  const document: NetworkElementDocument = {
    code,
    name,
    server: serverDocument(code, at),
    layout,
    entities,
    endedFrom: null,
  };
  const checked = right(path, readyTerms('element', document));
  return Effect.as(checked, { kind: 'element' as const, name: code, document });
};

const settingsOf = (path: string): Effect.Effect<ConfiguredRoaming, Refusal> =>
  Effect.gen(function* () {
    const beside = (name: string): string => resolve(dirname(path), name);
    const settings = yield* Schema.decodeUnknown(Settings)(yield* readJson(path)).pipe(
      Effect.mapError(({ message }) => wrong(message)),
    );
    const { home, zone, planFile, partners, departments } = settings;
    const plan = yield* documentAt(beside(planFile), 'plan');
    const first: Array<RoamingConfiguration['first'][number]> = [plan];
    const found = new Map<string, ConfiguredPartner>();
    const servers = new Map<string, SftpServer>();
    const serverAt = (code: string, at: Access) => accessOf(code, at, beside);
    for (const configured of partners) {
      const { code, name, agreementFile, bookDigits, returnFatal, statementDetail, checksum, awaited } = configured;
      first.push(yield* agreementAt(beside(agreementFile), home, code));
      if (found.has(code)) return yield* Effect.fail(wrong(`${code} occurs twice`));
      const visitors = visitorsOf(configured);
      // The other way round.
      const theirs = configured.visitors?.agreementFile;
      if (theirs !== undefined) first.push(yield* agreementAt(beside(theirs), code, home));
      const ciber = yield* ciberOf(configured, beside);
      const partner = { code, name, bookDigits, returnFatal, statementDetail, visitors, ciber, checksum, awaited };
      found.set(code, partner);
      first.push(yield* partnerDocument(path, partner, configured));
      servers.set(code, yield* serverAt(code, configured));
    }
    for (const one of departments) {
      if (servers.has(one.code)) return yield* Effect.fail(wrong(`${one.code} occurs twice`));
      first.push(yield* departmentDocument(path, one));
      servers.set(one.code, yield* serverAt(one.code, one));
    }
    const elements = yield* elementsOf(settings.elements, ({ entities }) => ({ entities }), servers, beside);
    for (const one of settings.elements) {
      const known = elements.get(one.code);
      if (known !== undefined) first.push(yield* elementDocument(path, one, known));
    }
    const monitors = yield* elementsOf(settings.monitors, () => ({}), servers, beside);
    const cycles = new Map(departments.map((one) => [one.code, new Set(one.cycles)] as const));
    const credentials = settings.credentialsDir === undefined ? undefined : beside(settings.credentialsDir);
    return {
      settings: { home, zone, partners: found, elements, monitors, cycles, plan: plan.name, first },
      servers,
      credentials,
    };
  });

/** None when HUFU_ROAMING_FILE is not set. Everything that is missing or malformed in it stops the start. */
export const roamingSettings: Effect.Effect<
  Option.Option<ConfiguredRoaming>,
  ConfigError.ConfigError | Refusal
> = Effect.gen(function* () {
  const path = yield* Config.option(Config.nonEmptyString('HUFU_ROAMING_FILE'));
  return Option.isNone(path) ? Option.none() : Option.some(yield* settingsOf(path.value));
});
