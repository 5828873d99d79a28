import { describe, expect, it } from 'vitest';
import { type Batch, batchBytes, goodBatch, type Loose, settled } from '../../../test/support/tap-batch.ts';
import { isRefusal } from '../../kernel/refusal.ts';
import { FileReader, readFile } from '../codec/file-reader.ts';
import { grammar } from '../codec/grammar.ts';
import { interpret, type Value } from '../codec/interpret.ts';
import type { Facts } from '../validation/facts.ts';
import { formatFileName } from '../validation/file-name.ts';
import type { Report } from '../validation/finding.ts';
import { ALL_VERSIONS } from '../validation/rule.ts';
import { FileValidator } from '../validation/validator.ts';
import { acknowledged, acknowledgement } from './acknowledge.ts';
import { rapFormatOf } from './rap-file.ts';
import { type RapSummary, type Returned, ReturnReader } from './read.ts';
import { resubmitted, resubmittedControl, SentRecords } from './resubmit.ts';
import { type RapFile, ReturnCollector, type ReturnOptions } from './write.ts';

const OPTIONS: ReturnOptions = {
  sequence: 7,
  createdMs: Date.UTC(2026, 10, 2, 3, 4, 5),
  utcOffset: '+0800',
  operatorSpecific: ['checked'],
};

const returnsFor = (bytes: Buffer, facts: Facts = {}, options: ReturnOptions = OPTIONS) => {
  const reader = new FileReader();
  const validator = new FileValidator(facts);
  const collector = new ReturnCollector(['per return']);
  const aside: Buffer[] = [];
  for (const piece of [...reader.feed(bytes), ...reader.end()]) {
    const back = collector.take(piece, validator.take(piece));
    if (back !== undefined) aside.push(back);
  }
  const { findings, report } = validator.end({ refused: reader.refused });
  return { rap: collector.end(findings, report, options), report, aside };
};

const fileOf = (
  bytes: Buffer,
  facts?: Facts,
): { readonly file: Buffer; readonly rap: RapFile; readonly report: Report } => {
  const { rap, report, aside } = returnsFor(bytes, facts);
  if (rap === undefined || isRefusal(rap)) throw new Error(JSON.stringify(rap));
  const returns = rap.returns === 'severe' ? aside : [rap.returns];
  return { file: Buffer.concat([rap.head, ...returns, rap.tail]), rap, report };
};

const received = (file: Buffer): { readonly returned: readonly Returned[]; readonly summary: RapSummary } => {
  const { pieces, refused } = readFile(file);
  const reader = new ReturnReader();
  const returned = pieces.flatMap((piece) => reader.take(piece));
  const summary = reader.end(refused);
  if (isRefusal(summary)) throw new Error(JSON.stringify(summary));
  return { returned, summary };
};

/** A call that lasts less than nothing, and data that went nowhere. */
const twoSevere = (version: Batch['version'] = 'TAP-0312'): Batch => {
  const batch = goodBatch(version);
  batch.callEventDetails[0].mobileOriginatedCall.basicCallInformation.totalCallEventDuration = -1;
  batch.callEventDetails.find((one) => 'gprsCall' in one).gprsCall.gprsBasicCallInformation.gprsDestination = {};
  return settled(batch);
};

describe('records with severe errors', () => {
  it.each(ALL_VERSIONS)('go back in a RAP file that the codec and the plain interpreter read alike (%s)', (version) => {
    const { file, rap, report } = fileOf(batchBytes(twoSevere(version)));
    expect(formatFileName(rap.name)).toBe('RCCHNCUFRAF100007');
    const { pieces, refused } = readFile(file);
    expect(refused).toBeUndefined();
    const units = pieces.flatMap((piece) => ('plain' in piece ? [piece] : []));
    const all = grammar(rapFormatOf(version));
    for (const unit of units) {
      const plain = JSON.parse(JSON.stringify(unit.plain()));
      expect(interpret(all[unit.kind], unit.bytes)).toEqual(plain);
      expect(unit.remarks.filter(({ what }) => what !== 'negative')).toEqual([]);
    }
    expect(units.map(({ name }) => name)).toEqual([
      'rapBatchControlInfoRap',
      'severeReturn',
      'severeReturn',
      'rapAuditControlInfo',
    ]);
    const { returned, summary } = received(file);
    expect(summary).toEqual({
      identity: { sender: 'CHNCU', recipient: 'FRAF1', sequence: 7, test: false },
      returns: 2,
      severeValue: report.returnedCharge,
      severeTax: report.returnedTax,
    });
    expect(report.returned).toBe(2);
    expect(returned).toMatchObject([
      { kind: 'severe', tapSequence: 42, errors: [{ code: 20 }], operatorSpecific: ['per return'] },
      { kind: 'severe', tapSequence: 42, errors: [{ code: 30 }], operatorSpecific: ['per return'] },
    ]);
  });

  it('say where the error is, from the transfer batch down', () => {
    const { returned } = received(fileOf(batchBytes(twoSevere())).file);
    const [first] = returned;
    if (first?.kind !== 'severe') throw new Error('no severe return');
    // Transfer batch, call event details, the first of them, basic call information, duration.
    expect(first.errors[0]?.path).toEqual([
      { tag: 1, occurrence: 1, level: 1 },
      { tag: 3, occurrence: 1, level: 2 },
      { tag: 9, occurrence: 1, level: 3 },
      { tag: 147, occurrence: 1, level: 4 },
      { tag: 223, occurrence: 1, level: 5 },
    ]);
  });

  it('count with their charges and CAMEL fees in the totals', () => {
    const { report } = fileOf(batchBytes(twoSevere()));
    // Two charge informations of 1000, and a fee of 7.
    expect(report).toMatchObject({ returnedCharge: 2_007n, returnedTax: 400n, verdict: 'partly' });
  });

  it('are found in the file as it was sent, corrected, and go out again under the RAP number', () => {
    const sent = batchBytes(twoSevere());
    const { returned, summary } = received(fileOf(sent).file);
    const finder = new SentRecords(returned);
    const found = readFile(sent).pieces.flatMap((piece) => finder.take(piece) ?? []);
    expect(found.map(({ record, kind }) => [record, kind])).toEqual([
      [0, 'mobileOriginatedCall'],
      [5, 'gprsCall'],
    ]);
    expect(finder.unknown()).toEqual([]);
    const corrected = found.map(({ kind, value }) => {
      const fields = structuredClone(value) as Loose;
      if (kind === 'mobileOriginatedCall') fields[kind].basicCallInformation.totalCallEventDuration = 1;
      else fields[kind].gprsBasicCallInformation.gprsDestination = { accessPointNameNI: 'internet' };
      return resubmitted(kind, fields, summary.identity.sequence);
    });
    expect(corrected).toMatchObject([
      { mobileOriginatedCall: { basicCallInformation: { rapFileSequenceNumber: '00007' } } },
      { gprsCall: { gprsBasicCallInformation: { rapFileSequenceNumber: '00007' } } },
    ]);
    const next = settled({ ...goodBatch(), callEventDetails: corrected as Value[] as Loose[] });
    next.batchControlInfo.fileSequenceNumber = '00043';
    expect(returnsFor(batchBytes(next), { history: { expected: 43 } })).toMatchObject({
      rap: undefined,
      report: { verdict: 'accepted', counts: new Map() },
    });
  });

  it('that nobody sent are told', () => {
    const { returned } = received(fileOf(batchBytes(twoSevere())).file);
    const finder = new SentRecords(returned);
    for (const piece of readFile(batchBytes(goodBatch())).pieces) finder.take(piece);
    expect(finder.unknown().length).toBe(2);
  });
});

describe('a file with a fatal error', () => {
  const spoilt = (change: (batch: Batch) => void): Buffer => {
    const batch = twoSevere();
    change(batch);
    return batchBytes(batch);
  };

  it('goes back as one return with the group in it, and no record does', () => {
    const bytes = spoilt((batch) => {
      batch.auditControlInfo.totalCharge += 1;
    });
    const { file, rap } = fileOf(bytes);
    expect(rap.returns).not.toBe('severe');
    const { returned, summary } = received(file);
    expect(summary).toMatchObject({ returns: 1, severeValue: 0n });
    expect(returned).toMatchObject([
      { kind: 'fatal', tapSequence: 42, groups: { auditControlInfoError: [{ code: 100 }] } },
    ]);
    const [unit] = readFile(file).pieces.filter(({ kind }) => kind === 'record');
    expect(unit !== undefined && 'plain' in unit && unit.plain()).toMatchObject({
      fatalReturn: { auditControlInfoError: { auditControlInfo: { callEventDetailsCount: 9 } } },
    });
  });

  it('keeps its number when it is sent again, with that of the RAP file', () => {
    const bytes = spoilt((batch) => {
      batch.auditControlInfo.callEventDetailsCount = 1;
    });
    const { summary } = received(fileOf(bytes).file);
    const batch = goodBatch();
    batch.batchControlInfo = resubmittedControl(batch.batchControlInfo, summary.identity.sequence);
    const history = { expected: 43, earlier: { digest: 'aa', outcome: 'returned' as const } };
    const { rap, report } = returnsFor(batchBytes(batch), { history });
    expect(rap).toBeUndefined();
    expect(report).toMatchObject({ verdict: 'accepted', header: { sequence: 42, rapSequence: 7 }, counts: new Map() });
  });

  it('that cannot be read says at which byte, by the names that its own name has', () => {
    const bytes = Buffer.from('Dear partner, the file is late.');
    const named = { ...OPTIONS, tapSender: 'FRAF1', tapRecipient: 'CHNCU', tapSequence: 42, tapTest: false };
    const { rap } = returnsFor(bytes, {}, named);
    if (rap === undefined || isRefusal(rap) || rap.returns === 'severe') throw new Error('no fatal return');
    const { returned } = received(Buffer.concat([rap.head, rap.returns, rap.tail]));
    expect(returned).toMatchObject([
      { kind: 'fatal', tapSequence: 42, groups: { transferBatchError: [{ code: 50, offset: expect.any(Number) }] } },
    ]);
    expect(returnsFor(bytes).rap).toMatchObject({ code: 'PartnerUnknown' });
  });
});

describe('RAP files', () => {
  it('are acknowledged under their own number', () => {
    const { summary } = received(fileOf(batchBytes(twoSevere())).file);
    const { name, bytes } = acknowledgement(summary.identity, OPTIONS);
    expect(formatFileName(name)).toBe('ACFRAF1CHNCU00007');
    expect(readFile(bytes).pieces.flatMap((piece) => acknowledged(piece) ?? [])).toEqual([summary.identity]);
  });

  it('are refused when a return is missing', () => {
    const { file } = fileOf(batchBytes(twoSevere()));
    const { pieces } = readFile(file);
    const reader = new ReturnReader();
    const [first] = pieces.filter(({ kind }) => kind === 'record');
    for (const piece of pieces) if (piece !== first) reader.take(piece);
    expect(reader.end()).toMatchObject({ code: 'RapCountWrong' });
  });

  it('of a good file there are none', () => {
    expect(returnsFor(batchBytes(goodBatch())).rap).toBeUndefined();
  });
});
