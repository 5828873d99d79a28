import { rulesDecider } from '../../domain/mandates/province-rules.ts';
import { RulesEvent, RulesReply, RulesState, rulesCommands } from '../../domain/mandates/schema.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** The rules of a province, version by version; its key is the province's code. */
export const provinceRulesActor = defineActor({
  kind: 'mandates.provinceRules',
  decider: rulesDecider,
  commands: answering(rulesCommands, RulesReply),
  event: RulesEvent,
  eventVersion: 1,
  state: RulesState,
  stateVersion: 1,
  collection: 'mandates_province_rules',
});
