import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { batchBytes, control, goodBatch, notificationBytes } from '../../../test/support/tap-batch.ts';
import { PLANTS } from '../../../test/support/tap-faults/plants.ts';
import { type Spoilt, spoiltFile } from '../../../test/support/tap-faults/spoil.ts';
import { FileReader } from '../codec/file-reader.ts';
import type { Finding, Report } from './finding.ts';
import { rulesPage } from './page.ts';
import { ALL_VERSIONS, keyOf } from './rule.ts';
import { RULES } from './rules/rules.ts';
import { FileValidator } from './validator.ts';

const judge = ({
  bytes,
  facts,
  digest,
  format,
}: Spoilt): { readonly findings: readonly Finding[]; readonly report: Report } => {
  const reader = new FileReader(format === undefined ? {} : { format });
  const validator = new FileValidator(facts);
  const findings: Finding[] = [];
  for (const piece of [...reader.feed(bytes), ...reader.end()]) findings.push(...validator.take(piece));
  const end = validator.end({ refused: reader.refused, ...(digest === undefined ? {} : { digest }) });
  return { findings: [...findings, ...end.findings], report: end.report };
};
const told = (findings: readonly Finding[]): readonly string[] => [
  ...new Set(findings.map(({ item, code, severity }) => `${item}/${code} ${severity}`)),
];

describe('a file without fault', () => {
  it.each(ALL_VERSIONS)('is accepted: a batch of %s', (version) => {
    const { findings, report } = judge({ bytes: batchBytes(goodBatch(version)), facts: {} });
    expect(findings).toEqual([]);
    expect(report).toMatchObject({ verdict: 'accepted', kind: 'transferBatch', format: version });
  });

  it.each(ALL_VERSIONS)('is accepted: a notification of %s', (version) => {
    const { findings, report } = judge({ bytes: notificationBytes(control(version), version), facts: {} });
    expect(findings).toEqual([]);
    expect(report).toMatchObject({ verdict: 'accepted', kind: 'notification', records: 0 });
  });
});

describe('each row of the table is found where its fault is, and nothing else', () => {
  it.each(RULES.map((rule) => [`${keyOf(rule)} in ${rule.places[0]} of ${rule.versions.at(-1)}`, rule] as const))(
    '%s',
    (_, rule) => {
      const { findings, report } = judge(spoiltFile(rule, PLANTS));
      expect(told(findings)).toEqual([`${rule.item}/${rule.code} ${rule.severity}`]);
      expect(report.verdict).toBe({ warning: 'accepted', severe: 'partly', fatal: 'rejected' }[rule.severity]);
    },
  );

  test('no two rows of a place and a version have the same item and code', () => {
    const all = RULES.flatMap((rule) =>
      rule.places.flatMap((place) => rule.versions.map((version) => `${keyOf(rule)} ${place} ${version}`)),
    );
    expect(all.length).toBe(new Set(all).size);
  });
});

test('the page of rules is that of the table', () => {
  // Written by `node cli/tap/generate.ts`.
  expect(readFileSync(resolve(import.meta.dirname, '../../../docs/tap-rules.md'), 'utf8')).toBe(rulesPage());
});
