import { Effect } from 'effect';
import { partnerFileKey } from '../../../domain/sim/partner-file.ts';
import type { FileRef } from '../../../domain/sim/schema.ts';
import type { TelecomState } from '../../../domain/sim/telecom/application/schema.ts';
import type { CardRow, VopExpectation, VopReport } from '../../../domain/sim/vop-file.ts';
import type { Step } from '../../../workflows/sim/contract.ts';
import type { TelecomArrival } from '../../../workflows/sim/telecom/contract.ts';
import { askFile, claimFileName, type FoundProblem, firstProblem, OUR_CODE, quarantineFile } from '../partner-file.ts';
import { checkFile, contentOf, peekHeader } from '../stored-file.ts';
import { readTelecom, TELECOM, TELECOM_CODE } from './asking.ts';

/**
 * Telecom's result file and the vendor's production report, on their way from "it has come" to "it may be acted upon":
 * known by their content, read once to their end, fit or quarantined (the desk of `partner-file.ts`).
 */

const KINDS = ['cardMaking', 'pos'] as const;
type Kind = (typeof KINDS)[number];

/** Whose files of this kind are: the first half of their keys. */
export const partnerOf = (state: TelecomState, kind: Kind): string => (kind === 'pos' ? state.vendor : TELECOM);

const expectationOf = (state: TelecomState, kind: Kind, name: string): VopExpectation<Kind> => {
  const common = { kind, application: state.no, round: 1, receiver: OUR_CODE, name };
  if (kind === 'cardMaking') return { ...common, sender: TELECOM_CODE };
  return { ...common, part: 1, sender: state.vendor };
};

const problem = (line: number, field: string, code: string, message: string): FoundProblem => ({
  line,
  field,
  code,
  message,
});

/** What a result file says otherwise than the application: a row that was not applied for, or too many of a line. */
const foreignRows = (state: TelecomState) => {
  const lines = new Map(state.lines.map((line) => [line.no, line]));
  const counts = new Map<number, number>();
  let found: FoundProblem | undefined;
  return {
    look: (rows: ReadonlyArray<CardRow>): void => {
      for (const { seq, line: no, product, city, cardType } of rows) {
        const line = lines.get(no);
        const count = (counts.get(no) ?? 0) + 1;
        counts.set(no, count);
        if (found !== undefined) continue;
        if (line === undefined) found = problem(seq + 1, 'line', 'UnknownLine', 'the application has no such line');
        else if (count > line.quantity)
          found = problem(seq + 1, 'line', 'LineTooMany', 'more cards than the line applied for');
        else if (cardType !== 'blank' || product !== line.product || city !== line.city)
          found = problem(seq + 1, 'product', 'NotAppliedFor', 'the card is of another type, product or city');
      }
    },
    problem: () => found,
  };
};

const check = (step: Step, state: TelecomState, file: FileRef, kind: Kind) =>
  Effect.gen(function* () {
    const expected = expectationOf(state, kind, file.name);
    const foreign = foreignRows(state);
    const report: VopReport<Kind> =
      kind === 'cardMaking'
        ? yield* checkFile(step.tenant, file, { ...expected, kind: 'cardMaking' as const }, foreign.look)
        : yield* checkFile(step.tenant, file, expected);
    const more: Array<FoundProblem> = [];
    const strange = foreign.problem();
    if (strange !== undefined) more.push(strange);
    if (kind === 'pos' && state.handedOver === null) {
      more.push(problem(0, '', 'NotHandedOver', 'the vendor does not have the result file yet'));
    }
    return { problems: [...report.errors, ...more], count: report.errorCount + more.length, rows: report.rows };
  });

/**
 * Reads a stored file and says what it is. The same bytes again are fit still where they have not been taken into
 * account, else `known`: they change nothing.
 */
export const readTelecomFile = (step: Step, file: FileRef, source: 'poll' | 'hand') =>
  Effect.gen(function* () {
    const state = yield* readTelecom(step);
    const header = yield* peekHeader(contentOf(step.tenant, file), KINDS);
    const kind = header?.kind ?? 'cardMaking';
    const partner = partnerOf(state, kind);
    const arrival = { partnerFile: partnerFileKey(partner, file.sm3), file, kind };
    const received = yield* askFile(step, file, { _tag: 'Receive', name: file.name, ref: file, source }, partner);
    if (received.status === 'quarantined') {
      const error = yield* firstProblem(step, file, partner);
      return { ...arrival, status: 'quarantined', ...(error === undefined ? {} : { error }) } as TelecomArrival;
    }
    if (received.status === 'parsed') return { ...arrival, status: 'fit' } as TelecomArrival;
    if (received.status !== 'received') return { ...arrival, status: 'known' } as TelecomArrival;
    const checked = yield* check(step, state, file, kind);
    const taken = checked.problems.length === 0 ? yield* claimFileName(step.tenant, partner, file) : undefined;
    const problems = taken === undefined ? checked.problems : [taken];
    if (problems.length > 0) {
      const count = Math.max(checked.count, problems.length);
      const error = yield* quarantineFile(step, file, header?.kind ?? null, problems, count, step.application, partner);
      return { ...arrival, status: 'quarantined', error } as TelecomArrival;
    }
    const { rows } = checked;
    yield* askFile(step, file, { _tag: 'RecordParsed', kind, application: step.application, rows }, partner);
    return { ...arrival, status: 'fit' } as TelecomArrival;
  });

export const telecomReadFile = (step: Step & { readonly file: FileRef }) => readTelecomFile(step, step.file, 'hand');
