import { RECORD_KINDS, type Rule } from './rule.ts';
import { RULES } from './rules/rules.ts';

/** The rule table as a page for people; a test holds `docs/tap-rules.md` to it. */

const HEAD = `# Rules of TAP files

Every row that \`hufu tap check\` and the import ask, in the order of \`domain/roaming/validation/rules/\`. Written by
\`node cli/tap/generate.ts\`; not to be changed by hand. How they are used: [roaming-files.md](roaming-files.md).

Codes count within their item: the same number means something else beside another name. *Where* is the group or the
kinds of record, *versions* the releases of TAP 3 that have the row. **?** marks what public sources do not say: the rule
is known, its code or severity is ours until both partners have held it against their edition of TD.57. Such a row is set
right, or any row turned off, by \`edition\` in the facts, without a change of code:

\`\`\`json
{ "edition": { "imsi/200": { "code": 201 }, "causeForTerm/20": { "severity": "warning" }, "msisdn/20": { "severity": "off" } } }
\`\`\`

| item | code | severity | | where | versions | found when |
|---|---|---|---|---|---|---|
`;

const whereOf = ({ places }: Rule): string =>
  places.length === RECORD_KINDS.length ? 'all records' : places.join(', ');

const versionsOf = ({ versions }: Rule): string => {
  const releases = versions.map((version) => String(Number(version.slice(-2))));
  const [first = '', last = first] = [releases[0], releases.at(-1)];
  return first === last ? first : `${first}–${last}`;
};

const conditionOf = ({ test, when }: Rule): string =>
  test.kind === 'syntax' || test.kind === 'range' ? `${when} (right: ${test.form.name})` : when;

const row = (rule: Rule): string =>
  `| ${rule.item} | ${rule.code} | ${rule.severity} | ${rule.basis === 'published' ? '' : '?'} | ${whereOf(rule)} | ${versionsOf(rule)} | ${conditionOf(rule)} |`;

export const rulesPage = (): string => `${HEAD}${RULES.map(row).join('\n')}\n`;
