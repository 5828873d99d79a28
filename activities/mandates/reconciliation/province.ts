import { Effect, Stream } from 'effect';
import { differenceActor } from '../../../actors/mandates/reconciliation.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import { sameRelation } from '../../../domain/mandates/reconciliation/correction.ts';
import { differenceKey } from '../../../domain/mandates/reconciliation/difference.ts';
import {
  type AnswerRow,
  answerRowOf,
  errorFile,
  errorRow,
} from '../../../domain/mandates/reconciliation/error-file.ts';
import { OUR_CODE, openFile, parseFileName } from '../../../domain/mandates/reconciliation/file.ts';
import { runKey } from '../../../domain/mandates/reconciliation/run.ts';
import type { Counts, FileRef, Found, RunState } from '../../../domain/mandates/reconciliation/schema.ts';
import { cellsOf, FramedRows } from '../../../domain/matching/frame.ts';
import { MandateFilesPort } from '../../../partners/mandate-files/port.ts';
import { Files } from '../../../store/files/files.ts';
import { relationId } from '../../../store/mandates/relations.ts';
import { relationsById } from '../../../store/mandates/relations-extract.ts';
import type { RunStep } from '../../../workflows/mandates/reconciliation/contract.ts';
import { askRun, mandateFile, readRun } from './asking.ts';
import { alertOf, archive, fetchRemote, problemsOf, remoteFiles } from './files.ts';
import { differencesOf, type Settled, settle } from './settling.ts';

/**
 * Differences with a province: what must hold there goes into the error-handling file, out of our relations as the banks
 * have corrected them; what the province's CRM and BOSS did with each row comes back in its answer.
 */

const LOOKED_UP_AT_ONCE = 500;

interface Rows {
  readonly rows: ReadonlyArray<ReadonlyArray<string>>;
  readonly settled: ReadonlyArray<Settled>;
}

/** A day's file has what has changed: what we have of the relation from before counts as much. */
const rowsOf = (step: RunStep, differences: ReadonlyArray<Found>) =>
  Effect.gen(function* () {
    const rows: Array<ReadonlyArray<string>> = [];
    const settled: Array<Settled> = [];
    for (let from = 0; from < differences.length; from += LOOKED_UP_AT_ONCE) {
      const some = differences.slice(from, from + LOOKED_UP_AT_ONCE);
      const idOf = (found: Found): string => {
        const row = found.here ?? found.there;
        if (row === null) return '';
        return relationId({ tenant: step.tenant, key: found.numberKey ?? '' }, row.bank, row.agreement);
      };
      const base = yield* relationsById(step.tenant, some.map(idOf));
      for (const found of some) {
        const ours = base.get(idOf(found))?.row ?? null;
        const same = sameRelation(ours, found.there);
        const row = same ? undefined : errorRow(found, ours);
        const key = differenceKey(found);
        if (row === undefined) settled.push({ key, status: 'settled', outcome: 'SameAsOurs' });
        else {
          rows.push(row);
          settled.push({ key, status: 'written', outcome: null });
        }
      }
    }
    return { rows, settled } satisfies Rows;
  });

/** Those that a person has decided to write since the last error-handling file. */
const decided = (step: RunStep) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const items = yield* differencesOf(step.tenant, { run: runKey(step.scope), status: 'open', decision: 'write' });
    const states = yield* Effect.forEach(items, ({ key }) =>
      actors.read(differenceActor, { tenant: step.tenant, key }),
    );
    return states.flatMap(({ state }) => state ?? []);
  });

/** The file of this run; written once, and a further one only for what persons have decided since. */
export const writeErrorFile = (step: RunStep, state: RunState, differences: ReadonlyArray<Found>) =>
  Effect.gen(function* () {
    const files = yield* Files;
    const again = state.errorFile !== null;
    const wanted = again ? yield* decided(step) : differences;
    const { rows, settled } = yield* rowsOf(step, wanted);
    const sequence = again ? (parseFileName(state.errorFile?.name ?? '')?.sequence ?? 0) + 1 : state.attempt;
    const { name, bytes } = errorFile(step.scope, sequence, rows);
    const file =
      rows.length === 0
        ? state.errorFile
        : yield* files.put(mandateFile(step.tenant, name, runKey(step.scope)), Stream.make(bytes));
    yield* settle(step.tenant, settled);
    return { file, settled };
  });

export const sendErrorFile = (step: RunStep) =>
  Effect.gen(function* () {
    const { errorFile: file } = yield* readRun(step);
    if (file === null) return null;
    const files = yield* Files;
    const port = yield* MandateFilesPort;
    const { name, bytes, sm3 } = file;
    const open = (offset: number) => files.open(step.tenant, file.id, offset);
    yield* port.upload(step.scope.partner, { name, bytes, sm3, open });
    return null;
  });

/** All of it: an error-handling file has as many rows as a run may have differences. */
const answersOf = (step: RunStep, file: FileRef) =>
  Effect.gen(function* () {
    const files = yield* Files;
    const answers: Array<AnswerRow> = [];
    const chunks = yield* Stream.runCollect(files.open(step.tenant, file.id));
    const bytes = Buffer.concat([...chunks]);
    const opened = openFile(bytes);
    if ('code' in opened) return answers;
    const framed = new FramedRows(opened.frame, {
      row: (row, starts, ends) => answers.push(answerRowOf(cellsOf(row, starts, ends))),
      unreadable: () => undefined,
    });
    framed.feed(bytes);
    framed.end();
    return answers;
  });

const settledOf = (step: RunStep, { difference, result, boss, text, reason }: AnswerRow): Settled => {
  const done = result === 'DONE' && boss !== 'REFUSED';
  const outcome = [result, boss, text, ...(reason === '' ? [] : [reason])].join(' ').slice(0, 100);
  return { key: `${runKey(step.scope)}:${difference}`, status: done ? 'settled' : 'queued', outcome };
};

const tally = (answers: ReadonlyArray<AnswerRow>): Counts => {
  const of = (holds: (answer: AnswerRow) => boolean): number => answers.filter(holds).length;
  return {
    done: of(({ result }) => result === 'DONE'),
    refused: of(({ result }) => result === 'REFUSED'),
    bossRefused: of(({ boss }) => boss === 'REFUSED'),
    textsSent: of(({ text }) => text === 'SENT'),
    textsFailed: of(({ text }) => text === 'FAILED'),
  };
};

export const takeErrorAnswer = (step: RunStep) =>
  Effect.gen(function* () {
    const { partner, period } = step.scope;
    const state = yield* readRun(step);
    for (const remote of yield* remoteFiles(step, 'ANS')) {
      const file = yield* fetchRemote(step, remote);
      const awaited = { kind: 'ANS' as const, sender: partner, receiver: OUR_CODE, period };
      const problems = yield* problemsOf(step, file, awaited);
      const asked = parseFileName(state.errorFile?.name ?? '')?.sequence;
      if (problems.length > 0 || parseFileName(file.name)?.sequence !== asked) {
        yield* alertOf(step, problems[0]?.code ?? 'AnswerToAnotherFile', 'answer');
      } else {
        const answers = yield* answersOf(step, file);
        yield* settle(
          step.tenant,
          answers.map((answer) => settledOf(step, answer)),
        );
        yield* askRun(step, { _tag: 'Answer', ref: file, outcomes: tally(answers) }, file.sm3);
      }
      yield* archive(step, remote);
    }
    return { answered: (yield* readRun(step)).stage === 'done' };
  });
