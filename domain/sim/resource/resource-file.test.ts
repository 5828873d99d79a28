import { describe, expect, it } from 'vitest';
import { running } from '../../../test/support/facts.ts';
import { resourceFileDecider } from './resource-file.ts';
import type { ResourceFileCommand } from './schema.ts';

const sm3 = 'a'.repeat(64);
const ref = { id: 'f1', name: 'imsi.csv', bytes: 10, sm3 };
const receive: ResourceFileCommand = { _tag: 'Receive', name: 'imsi.csv', ref, source: 'upload' };
const counts = { lines: 3, accepted: 2, refused: 1, numbers: 2 };
const ranges = [{ first: '460010000000000', last: '460010000000001', product: 'P', city: null }];
const plan: ResourceFileCommand = { _tag: 'Plan', type: 'imsi', layout: 'csv', ...counts, ranges };
const finish: ResourceFileCommand = { _tag: 'Finish', ...counts, ranges: 1, report: ref };
const problems = [{ line: 1, code: 'MissingHeader', reason: 'no header' }];
const quarantine: ResourceFileCommand = { _tag: 'Quarantine', problems, problemCount: 1 };
const release: ResourceFileCommand = { _tag: 'Release', note: 'again' };
const discard: ResourceFileCommand = { _tag: 'Discard', reason: 'wrong' };
const having = (...commands: ReadonlyArray<ResourceFileCommand>) => {
  const file = running(resourceFileDecider, sm3);
  for (const command of commands) file.must(command);
  return file;
};

describe('a file of resources', () => {
  it('is imported once: planned once, finished once, and again changes nothing', () => {
    const file = having(receive);
    expect(file.must({ _tag: 'Progress', lines: 2 })).toMatchObject({ changed: true });
    expect(file.must({ _tag: 'Progress', lines: 1 })).toMatchObject({ changed: false });
    expect(file.must(plan)).toMatchObject({ status: 'planned', ranges });
    expect(file.must(plan)).toMatchObject({ changed: false });
    expect(file.must(finish)).toMatchObject({ status: 'done' });
    expect(file.must(finish)).toMatchObject({ changed: false });
    expect(file.must({ ...receive, name: 'other.csv' })).toMatchObject({ status: 'done' });
    expect(file.state()).toMatchObject({ deliveries: 2, otherNames: ['other.csv'], ...counts });
  });

  it('goes into quarantine, comes out by a person, or is discarded', () => {
    const file = having(receive, quarantine);
    expect(file.must(quarantine)).toMatchObject({ changed: false });
    expect(file.must(release)).toMatchObject({ status: 'received', attempt: 2 });
    file.must(quarantine);
    expect(file.must(discard)).toMatchObject({ status: 'discarded' });
    expect(file.must(discard)).toMatchObject({ changed: false });
  });

  it.each([
    ['FileUnknown', [], plan],
    ['ContentDiffers', [], { ...receive, ref: { ...ref, sm3: 'b'.repeat(64) } }],
    ['FileEnded', [receive, quarantine], plan],
    ['FileEnded', [receive, plan], quarantine],
    ['FilePlannedDifferently', [receive, plan], { ...plan, ranges: [] }],
    ['FileNotPlanned', [receive], finish],
    ['FileNotQuarantined', [receive], release],
    ['FileNotQuarantined', [receive], discard],
  ] as ReadonlyArray<readonly [string, ReadonlyArray<ResourceFileCommand>, ResourceFileCommand]>)(
    'refuses with %s',
    (code, before, command) => expect(having(...before).ask(command)).toBe(code),
  );
});
