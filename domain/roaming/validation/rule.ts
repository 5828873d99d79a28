import type { TapName } from '../codec/grammar.ts';
import type { Source } from '../codec/tape.ts';

/**
 * What a row of the rule table is (GSMA TD.57, §5 and §6). Codes repeat from item to item, so that a finding is named by
 * item and code together; the same item may have other codes in another group. The table itself is in `rules/`.
 */

/** A warning is told; a severe error returns the record it is in; a fatal one returns the file. */
export type Severity = 'warning' | 'severe' | 'fatal';

/** The unit of the file that a row is about, by its field name; `file` is what is about none, or several. */
export type Place =
  | 'file'
  | 'notification'
  | 'batchControlInfo'
  | 'accountingInfo'
  | 'networkInfo'
  | 'messageDescriptionInfo'
  | 'auditControlInfo'
  | RecordKind;

export const RECORD_KINDS = [
  'mobileOriginatedCall',
  'mobileTerminatedCall',
  'supplServiceEvent',
  'serviceCentreUsage',
  'valueAddedService',
  'gprsCall',
  'contentTransaction',
  'locationService',
  'messagingEvent',
  'mobileSession',
] as const;
export type RecordKind = (typeof RECORD_KINDS)[number];

/** A property of one value, read where it stands. */
export interface Form {
  /** For a person: `14 digits`. */
  readonly name: string;
  readonly holds: (source: Source, entry: number) => boolean;
}

export type Test =
  /** The item does not have its form; nothing more is asked of it then. */
  | { readonly kind: 'syntax'; readonly form: Form }
  /** It has, and its value is none that may stand there. */
  | { readonly kind: 'range'; readonly form: Form }
  /** None of the members stands in a group of one of these types (they are named otherwise in older versions). */
  | { readonly kind: 'missing'; readonly groups: readonly string[]; readonly members: readonly string[] }
  /** Code in `checks/` that knows more than one value. */
  | { readonly kind: 'check' };

export interface Rule {
  /** Field name of the item, or of the group that something is missing in. */
  readonly item: string;
  readonly code: number;
  readonly severity: Severity;
  readonly places: readonly Place[];
  readonly versions: readonly TapName[];
  readonly test: Test;
  /** When it is found, in a few words. */
  readonly when: string;
  /**
   * `published`: code and severity are in public sources, of this version or of one beside it. `unconfirmed`: the rule is
   * known, its number or severity is to be confirmed with the edition that both partners use (`Facts.edition`).
   */
  readonly basis: 'published' | 'unconfirmed';
}

/** `item/code`: what `Facts.edition` names rules by. */
export const keyOf = ({ item, code }: Pick<Rule, 'item' | 'code'>): string => `${item}/${code}`;

export const ALL_VERSIONS: readonly TapName[] = ['TAP-0309', 'TAP-0310', 'TAP-0311', 'TAP-0312'];
export const SINCE_0310 = ALL_VERSIONS.slice(1);
export const SINCE_0311 = ALL_VERSIONS.slice(2);
export const UNTIL_0310 = ALL_VERSIONS.slice(0, 2);
export const ONLY_0312 = ALL_VERSIONS.slice(3);

interface More {
  readonly versions?: readonly TapName[];
  readonly basis?: Rule['basis'];
}

export const rule = (
  item: string,
  code: number,
  severity: Severity,
  places: readonly Place[],
  test: Test,
  when: string,
  { versions = ALL_VERSIONS, basis = 'published' }: More = {},
): Rule => ({ item, code, severity, places, versions, test, when, basis });

export const CHECK: Test = { kind: 'check' };
export const UNCONFIRMED: More = { basis: 'unconfirmed' };

export const syntax = (form: Form): Test => ({ kind: 'syntax', form });
export const range = (form: Form): Test => ({ kind: 'range', form });
export const missing = (groups: string | readonly string[], ...members: readonly string[]): Test => ({
  kind: 'missing',
  groups: typeof groups === 'string' ? [groups] : groups,
  members,
});
