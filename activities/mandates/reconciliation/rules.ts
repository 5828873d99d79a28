import { readFile } from 'node:fs/promises';
import { Config, type ConfigError, Context, Effect, Layer, Option } from 'effect';
import { canonicalJson } from '../../../domain/kernel/canonical-json.ts';
import { type Refusal, refuse } from '../../../domain/kernel/refusal.ts';
import { sm3Hex } from '../../../domain/keys/sm3.ts';
import { DEFAULT_RULES } from '../../../domain/mandates/reconciliation/rules.ts';
import { parseRules, type Rules } from '../../../domain/mandates/reconciliation/schema.ts';

/** The rules that this node's steps go by, and their SM3, which each run keeps. */
export class ReconciliationRules extends Context.Tag('hufu/ReconciliationRules')<
  ReconciliationRules,
  { readonly rules: Rules; readonly digest: string }
>() {}

const of = (rules: Rules) => ReconciliationRules.of({ rules, digest: sm3Hex(canonicalJson(rules)) });

export const reconciliationRules = (rules: Rules): Layer.Layer<ReconciliationRules> =>
  Layer.succeed(ReconciliationRules, of(rules));

const wrong = (what: string): Refusal =>
  refuse('invalid', 'PartnerConfiguration', `HUFU_RECONCILIATION_RULES_FILE: ${what}`, {
    action: 'docs/partners/mandate-files.md shows such a file.',
  });

const read: Effect.Effect<Rules, ConfigError.ConfigError | Refusal> = Effect.gen(function* () {
  const path = yield* Config.option(Config.nonEmptyString('HUFU_RECONCILIATION_RULES_FILE'));
  if (Option.isNone(path)) return DEFAULT_RULES;
  const json = yield* Effect.tryPromise({
    try: () => readFile(path.value, 'utf8'),
    catch: () => wrong(`cannot read ${path.value}`),
  });
  const rules = parseRules(json);
  return typeof rules === 'string' ? yield* Effect.fail(wrong(rules)) : rules;
});

/** As HUFU_RECONCILIATION_RULES_FILE says; without it those of the house. */
export const ReconciliationRulesLive = Layer.effect(ReconciliationRules, Effect.map(read, of));
