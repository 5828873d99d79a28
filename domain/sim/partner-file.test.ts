import { describe, expect, it } from 'vitest';
import { running } from '../../test/support/facts.ts';
import { fileNameDecider, fileNameKey, partnerFileDecider, partnerFileKey } from './partner-file.ts';
import type { PartnerFileCommand } from './schema.ts';

const SM3 = 'c'.repeat(64);
const receive = (name = 'POS_A-1.txt', sm3 = SM3): PartnerFileCommand => ({
  _tag: 'Receive',
  name,
  ref: { id: 'f1', name, bytes: 10, sm3 },
  source: 'poll',
});
const parsed: PartnerFileCommand = { _tag: 'RecordParsed', kind: 'pos', application: 'A-1', rows: 5 };
const processed: PartnerFileCommand = { _tag: 'RecordProcessed' };
const quarantine: PartnerFileCommand = {
  _tag: 'Quarantine',
  kind: 'pos',
  application: null,
  problems: [{ line: 3, code: 'WrongChecksum', reason: 'the trailer says otherwise' }],
  problemCount: 1,
};
const release: PartnerFileCommand = { _tag: 'Release', note: 'layout agreed by telephone' };
const discard: PartnerFileCommand = { _tag: 'Discard', reason: 'partner sent another' };

const file = (commands: ReadonlyArray<PartnerFileCommand> = []) => {
  const one = running(partnerFileDecider, partnerFileKey('vop', SM3));
  for (const command of commands) one.must(command);
  return one;
};

describe('a partner’s file', () => {
  it('is to be processed at its first delivery only, whatever its name', () => {
    const one = file();
    expect(one.must(receive())).toEqual({ changed: true, first: true, status: 'received', attempt: 1 });
    expect(one.must(receive())).toMatchObject({ first: false, status: 'received' });
    one.must(parsed);
    expect(one.must(parsed)).toMatchObject({ changed: false });
    one.must(processed);
    expect(one.must(processed)).toMatchObject({ changed: false });
    expect(one.must(receive('renamed.txt'))).toMatchObject({ first: false, status: 'processed' });
    expect(one.state()).toMatchObject({ deliveries: 3, otherNames: ['renamed.txt'], rows: 5, kind: 'pos' });
  });

  it('is read again after a release, and no more after it was discarded', () => {
    const one = file([receive(), quarantine]);
    expect(one.must(quarantine)).toMatchObject({ changed: false, status: 'quarantined' });
    expect(one.must(release)).toMatchObject({ status: 'received', attempt: 2 });
    one.must(quarantine);
    expect(one.must(discard)).toMatchObject({ status: 'discarded' });
    expect(one.must(discard)).toMatchObject({ changed: false });
    expect(one.must(receive())).toMatchObject({ first: false, status: 'discarded' });
  });

  it('remembers a bounded number of other names', () => {
    const one = file([receive()]);
    for (let at = 0; at < 40; at += 1) one.must(receive(`n${at}`));
    expect(one.state()?.otherNames).toHaveLength(16);
  });

  const refusals: ReadonlyArray<readonly [string, ReadonlyArray<PartnerFileCommand>, PartnerFileCommand]> = [
    ['FileUnknown', [], parsed],
    ['ContentDiffers', [], receive('x', 'd'.repeat(64))],
    ['FileNotReceived', [receive(), quarantine], parsed],
    ['FileNotParsed', [receive()], processed],
    ['FileNotQuarantined', [receive()], release],
    ['FileNotQuarantined', [receive()], discard],
    ['FileProcessed', [receive(), parsed, processed], quarantine],
  ];
  it.each(refusals)('refuses with %s (%#)', (code, before, command) => {
    expect(file(before).ask(command)).toBe(code);
  });

  it('knows a name by one content', () => {
    const name = running(
      fileNameDecider,
      fileNameKey('vop', 'POS_A-1.txt', (text) => text),
    );
    expect(name.must({ _tag: 'Claim', sm3: SM3 })).toEqual({ changed: true });
    expect(name.must({ _tag: 'Claim', sm3: SM3 })).toEqual({ changed: false });
    expect(name.ask({ _tag: 'Claim', sm3: 'd'.repeat(64) })).toBe('FileNameTaken');
  });

  it('makes a key of any name', () => {
    expect(fileNameKey('vop', 'a.txt', () => 'hash')).toBe('vop:a.txt');
    expect(fileNameKey('vop', '制卡 文件.txt', () => 'hash')).toBe('vop:@hash');
  });
});
