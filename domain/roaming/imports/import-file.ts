import { accept, type Decider, type Decision, type Facts } from '../../kernel/decider.ts';
import { deliveredAgain } from '../../kernel/delivery.ts';
import type { Refusal } from '../../kernel/refusal.ts';
import { LIMITS } from '../../sim/limits.ts';
import { importRefusals } from './refusals.ts';
import type {
  AuditLine,
  ImportCommand,
  ImportEvent,
  ImportReply,
  ImportState,
  PartnerTermsUsed,
  TermsUsed,
} from './schema.ts';

/**
 * A partner's file, known by its content (SM3): delivered twice it is imported once. What becomes of each record is
 * decided once and kept (`plan`), so that an import that was cut short goes on with the same fates and changes no total.
 * A file that cannot be billed is quarantined until a person releases or discards it.
 */

type Of<Tag extends ImportCommand['_tag']> = Extract<ImportCommand, { readonly _tag: Tag }>;
type Outcome = ReadonlyArray<ImportEvent> | Refusal;

/** The actor's key: `FRAF1:<sm3>`. */
export const importKey = (partner: string, sm3: string): string => `${partner}:${sm3}`;

/** By which a partner's file was priced; undefined of a file of our own network, and before it is known. */
export const partnerTerms = (used: TermsUsed | null | undefined): PartnerTermsUsed | undefined =>
  used != null && 'agreement' in used ? used : undefined;

const receive = (state: ImportState | null, { name, ref, source }: Of<'Receive'>, facts: Facts): Outcome => {
  const partner = facts.actor.key.split(':')[0] ?? '';
  if (facts.actor.key !== importKey(partner, ref.sm3)) return importRefusals.contentDiffers();
  return state === null
    ? [{ _tag: 'Received', partner, name, ref, source, atMs: facts.nowMs }]
    : [{ _tag: 'DeliveredAgain', name }];
};

const auditOf = ({ in: all, rated, rejected, duplicate, quarantined }: AuditLine): AuditLine => ({
  in: all,
  rated,
  rejected,
  duplicate,
  quarantined,
});

const unbalanced = ({ in: all, rated, rejected, duplicate, quarantined }: AuditLine): Refusal | undefined => {
  const sum = rated + rejected + duplicate + quarantined;
  return sum === all ? undefined : importRefusals.doesNotAddUp(all, sum);
};

const plan = (state: ImportState, command: Of<'Plan'>): Outcome => {
  // What an earlier attempt has planned stays.
  if (state.status === 'planned' || state.status === 'charged') return [];
  if (state.status !== 'received') return importRefusals.ended();
  return unbalanced(command) ?? [{ ...command, _tag: 'Planned', warnings: command.warnings.slice(0, LIMITS.problems) }];
};

const charge = (state: ImportState, command: Of<'Charge'>): Outcome => {
  if (state.status === 'charged') return [];
  if (state.status !== 'planned') return importRefusals.notPlanned();
  if (command.in !== state.records) return importRefusals.doesNotAddUp(state.records, command.in);
  return unbalanced(command) ?? [{ ...command, _tag: 'Charged' }];
};

const finish = (state: ImportState, command: Of<'Finish'>, { nowMs }: Facts): Outcome => {
  if (state.status === 'done') return [];
  if (state.status !== 'charged' || state.audit === null) return importRefusals.notCharged();
  const { audit } = state;
  const same = (Object.keys(audit) as ReadonlyArray<keyof AuditLine>).every((what) => audit[what] === command[what]);
  return same ? [{ _tag: 'Finished', atMs: nowMs }] : importRefusals.auditDiffers();
};

const quarantine = (state: ImportState, { problems, problemCount }: Of<'Quarantine'>): Outcome => {
  if (state.status === 'quarantined') return [];
  if (state.status !== 'received') return importRefusals.ended();
  return [{ _tag: 'Quarantined', problems: problems.slice(0, LIMITS.problems), problemCount }];
};

/** Records of it, or the file as a whole: that one has ended by it. */
const recordReturn = (state: ImportState, { file }: Of<'RecordReturn'>, { nowMs }: Facts): Outcome => {
  if (state.returned !== null) return [];
  if (state.status === 'done') return [{ _tag: 'Returned', file }];
  if (state.status !== 'quarantined') return importRefusals.notDone();
  const reason = `Returned to ${state.partner} as a whole: ${file.name}`;
  return [
    { _tag: 'Returned', file },
    { _tag: 'Discarded', reason, atMs: nowMs },
  ];
};

const settle = (state: ImportState, { record, as }: Of<'Settle'>): Outcome => {
  if (state.status !== 'done') return importRefusals.notDone();
  if (state.settled.includes(record)) return [];
  return state.audit === null || state.audit.quarantined === 0
    ? importRefusals.nothingQuarantined()
    : [{ _tag: 'Settled', record, as }];
};

const outcomeOf = (state: ImportState | null, command: ImportCommand, facts: Facts): Outcome => {
  if (command._tag === 'Receive') return receive(state, command, facts);
  if (state === null) return importRefusals.fileUnknown();
  switch (command._tag) {
    case 'Progress':
      // Late news of an attempt that another one has overtaken.
      return state.status === 'received' && command.records > state.records
        ? [{ _tag: 'Progressed', records: command.records }]
        : [];
    case 'Plan':
      return plan(state, command);
    case 'Charge':
      return charge(state, command);
    case 'Finish':
      return finish(state, command, facts);
    case 'Quarantine':
      return quarantine(state, command);
    case 'Release':
      return state.status === 'quarantined'
        ? [{ _tag: 'Released', note: command.note }]
        : importRefusals.notQuarantined();
    case 'Discard':
      if (state.status === 'discarded') return [];
      return state.status === 'quarantined'
        ? [{ _tag: 'Discarded', reason: command.reason, atMs: facts.nowMs }]
        : importRefusals.notQuarantined();
    case 'RecordReturn':
      return recordReturn(state, command, facts);
    case 'Settle':
      return settle(state, command);
  }
};

type Later = Exclude<ImportEvent, { readonly _tag: 'Received' }>;

const evolveReceived = (state: ImportState, event: Later): ImportState => {
  switch (event._tag) {
    case 'DeliveredAgain':
      return deliveredAgain(state, event.name);
    case 'Progressed':
      return { ...state, records: event.records };
    case 'Planned':
    case 'Charged': {
      const { chargedMinor, agreedMinor, priceDiffers, plan: fates } = event;
      const next = {
        ...state,
        records: event.in,
        audit: auditOf(event),
        sums: { chargedMinor, agreedMinor, priceDiffers },
        plan: fates,
      };
      if (event._tag === 'Charged') return { ...next, status: 'charged' };
      const { kind, format, series, sequence, currency, decimals, warnings, warningCount, terms = null } = event;
      const about = { kind, format, series, sequence, currency, decimals };
      return { ...next, status: 'planned', about, warnings, warningCount, terms };
    }
    case 'Finished':
      return { ...state, status: 'done', endedAtMs: event.atMs };
    case 'Quarantined':
      return { ...state, status: 'quarantined', problems: event.problems, problemCount: event.problemCount };
    case 'Released':
      return { ...state, status: 'received', records: 0, attempt: state.attempt + 1, note: event.note };
    case 'Discarded':
      return { ...state, status: 'discarded', note: event.reason, endedAtMs: event.atMs };
    case 'Returned':
      return { ...state, returned: event.file };
    case 'Settled': {
      if (state.audit === null) return state;
      const { [event.as]: before, quarantined } = state.audit;
      const audit = { ...state.audit, quarantined: quarantined - 1, [event.as]: before + 1 };
      return { ...state, audit, settled: [...state.settled, event.record] };
    }
  }
};

const evolve = (state: ImportState | null, event: ImportEvent): ImportState | null => {
  if (event._tag !== 'Received') return state === null ? null : evolveReceived(state, event);
  const { partner, name, ref, source, atMs } = event;
  return {
    partner,
    name,
    otherNames: [],
    deliveries: 1,
    ref,
    source,
    status: 'received',
    attempt: 1,
    about: null,
    records: 0,
    audit: null,
    sums: null,
    plan: null,
    terms: null,
    warnings: [],
    warningCount: 0,
    problems: [],
    problemCount: 0,
    settled: [],
    returned: null,
    note: null,
    receivedAtMs: atMs,
    endedAtMs: null,
  };
};

const decide = (
  state: ImportState | null,
  command: ImportCommand,
  facts: Facts,
): Decision<ImportEvent, ImportReply> => {
  const outcome = outcomeOf(state, command, facts);
  if ('_tag' in outcome) return outcome;
  const after = outcome.reduce(evolve, state);
  if (after === null) return importRefusals.fileUnknown();
  return accept(outcome, { changed: outcome.length > 0, status: after.status, attempt: after.attempt });
};

export const importFileDecider: Decider<ImportState | null, ImportCommand, ImportEvent, ImportReply> = {
  initial: null,
  decide,
  evolve,
};
