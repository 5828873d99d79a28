import { Effect, Schema } from 'effect';
import { fileRegisterActor, importFileActor } from '../../../actors/roaming/import-file.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../../domain/kernel/refusal.ts';
import { caseRefusals as no } from '../../../domain/roaming/cases/refusals.ts';
import { type CaseState, DetailLine, Measured } from '../../../domain/roaming/cases/schema.ts';
import { importKey } from '../../../domain/roaming/imports/import-file.ts';
import {
  AGREES,
  type EvidenceFinding,
  type EvidenceTolerance,
  FINDING_CODES,
  gapsBeside,
  searched,
  weighed,
} from '../../../domain/roaming/monitor/evidence.ts';
import { monthsAround } from '../../../domain/roaming/settlement/day.ts';
import { exchangesOf } from '../../../store/roaming/exchanges.ts';
import { type ImportFileItem, importFileNamed, listImportFiles } from '../../../store/roaming/import-files.ts';
import { filesCovering, sessionsOf } from '../../../store/roaming/monitored-sessions.ts';
import { answer, route, sampled } from '../../route.ts';
import { CASES_PATH, caseParams, LINE, readCase, tracedRecords } from './cases.ts';
import { AT_MS, SM3 } from './samples.ts';

/**
 * What speaks for either side of a record that differs (seed 002 §2.2.2): what our monitors have measured, and what is wrong with their
 * files, their layouts and the lines over which files came. Looked up each time; nothing is decided by it.
 */

/** On both sides of the event: whoever was seen then. */
const AROUND_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** From the event until the partner's file came. */
const MOST_DAYS = 31;
const MOST_FILES = 20;

const finding = (code: EvidenceFinding['code'], of: string | null, text: string): EvidenceFinding => ({
  code,
  of,
  text,
});

const dayOf = (atMs: number): string => new Date(atMs).toISOString().slice(0, 10);

const readFile = (tenant: TenantId, partner: string, sm3: string) =>
  Effect.flatMap(Actors, (actors) => actors.read(importFileActor, { tenant, key: importKey(partner, sm3) })).pipe(
    Effect.map(({ state }) => state),
    Effect.catchIf(isRefusal, () => Effect.succeed(null)),
  );

const missingOf = (tenant: TenantId, monitor: string) =>
  Effect.flatMap(Actors, (actors) => actors.read(fileRegisterActor, { tenant, key: monitor })).pipe(
    Effect.map(({ state }) => state.missing.filter(({ series }) => series === 'charging')),
    Effect.catchIf(isRefusal, () => Effect.succeed([])),
  );

/** What is wrong with a monitor's files that have seen anything then. */
const aboutMonitor = (tenant: TenantId, monitor: string, files: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const states = yield* Effect.forEach(files.slice(0, MOST_FILES), (file) => readFile(tenant, monitor, file));
    const read = states.filter((state) => state !== null);
    const found: Array<EvidenceFinding> = [];
    const sequences = read.flatMap(({ about }) => (about === null ? [] : [about.sequence]));
    for (const { from, to } of gapsBeside(yield* missingOf(tenant, monitor), sequences)) {
      const which = from === to ? `file ${from} has` : `files ${from} to ${to} have`;
      found.push(finding('FilesMissing', monitor, `${which} not come`));
    }
    for (const { name, warnings, audit } of read) {
      for (const { code, reason } of warnings) {
        if (code === 'RecordsMissing') found.push(finding('RecordsMissing', monitor, `${name}: ${reason}`));
      }
      const unread = (audit?.quarantined ?? 0) + (audit?.rejected ?? 0);
      if (unread > 0) found.push(finding('RecordsMissing', monitor, `${name}: ${unread} records cannot be read`));
    }
    const filters = { partner: monitor, status: 'done' };
    const newest = (yield* listImportFiles({ tenant, filters, limit: 1 })).items[0]?.format ?? null;
    const layouts = new Set(read.flatMap(({ about }) => (about === null ? [] : [about.format])));
    for (const layout of layouts) {
      if (newest === null || layout === newest) continue;
      found.push(finding('LayoutChanged', monitor, `read by ${layout}, the newest file by ${newest}`));
    }
    return found;
  });

/** Lines that failed from the event's day until the partner's file came. */
const aboutTransfer = (tenant: TenantId, parties: ReadonlySet<string>, fromMs: number, cameAtMs: number) =>
  Effect.gen(function* () {
    const to = dayOf(Math.min(Math.max(cameAtMs, fromMs), fromMs + MOST_DAYS * DAY_MS));
    const exchanges = yield* exchangesOf(tenant, { from: dayOf(fromMs), to });
    return exchanges
      .filter(({ partner, exchanges: { tried, succeeded } }) => parties.has(partner) && succeeded < tried)
      .map(({ partner, way, exchanges: { tried, succeeded } }) => {
        const text = `${tried - succeeded} of ${tried} failed (${way}), ${dayOf(fromMs)} to ${to}`;
        return finding('TransferFailed', partner, text);
      });
  });

const aboutFile = (tenant: TenantId, partner: string, file: ImportFileItem) =>
  Effect.map(readFile(tenant, partner, file.sm3), (state) => [
    ...(file.deliveries > 1 ? [finding('FileIrregular', partner, `${file.name} came ${file.deliveries} times`)] : []),
    ...(state?.warnings ?? [])
      .filter(({ code }) => code === 'SequenceGap')
      .map(({ reason }) => finding('FileIrregular', partner, `${file.name}: ${reason}`)),
  ]);

const byMonitor = (files: ReadonlyArray<{ readonly monitor: string; readonly file: string }>) =>
  Map.groupBy(files, ({ monitor }) => monitor);

/** Refusal `NoDifference`: of a fee or a finding nothing was measured. */
export const evidenceOf = (tenant: TenantId, state: CaseState, tolerance: EvidenceTolerance) =>
  Effect.gen(function* () {
    const { partner, origin } = state;
    if (origin.kind !== 'difference') return yield* Effect.fail(no.noDifference());
    const { ours, theirs } = origin;
    const { fromMs, toMs } = searched({ ours, theirs }, tolerance);
    const months = [...new Set([...monthsAround(dayOf(fromMs)), ...monthsAround(dayOf(toMs))])];
    const [record] = yield* tracedRecords(tenant, state);
    const imsi = record?.imsi ?? '';
    const sessions = imsi === '' ? [] : yield* sessionsOf(tenant, imsi, { months, fromMs, toMs });
    const { observed, agrees, proposal, findings: own } = weighed({ ours, theirs }, sessions, tolerance);
    const findings: Array<EvidenceFinding> = [...own];
    const around = { months, fromMs: fromMs - AROUND_MS, toMs: toMs + AROUND_MS };
    const covering = byMonitor(yield* filesCovering(tenant, around));
    if (imsi === '') {
      findings.push(
        finding('RecordNotKept', partner, 'no record of ours with a card is kept: whose it was is not known'),
      );
    }
    if (covering.size === 0) findings.push(finding('MonitorSilent', null, 'no monitor has seen anything around then'));
    else if (observed === null && imsi !== '') {
      const seen = [...covering.keys()].join(', ');
      findings.push(finding('SessionNotSeen', null, `${seen} saw others then, and no such session of the card`));
    }
    for (const [monitor, files] of covering) {
      const all = files.map(({ file }) => file);
      findings.push(...(yield* aboutMonitor(tenant, monitor, all)));
    }
    const file = yield* importFileNamed(tenant, partner, origin.file);
    const parties = new Set([partner, ...covering.keys()]);
    findings.push(...(yield* aboutTransfer(tenant, parties, fromMs, file?.receivedAtMs ?? toMs)));
    if (file !== undefined) findings.push(...(yield* aboutFile(tenant, partner, file)));
    const measured =
      observed === null ? null : { usage: observed.usage, monitor: observed.monitor, session: observed.id };
    return {
      ...{ ours, theirs, tolerance, agrees, findings },
      observed: observed === null ? null : { ...observed, at: new Date(observed.atMs).toISOString().slice(0, 19) },
      proposal: proposal === null || measured === null ? null : { resolution: proposal, measured },
    };
  });

const bounded = (most: number, usual: number) =>
  Schema.optionalWith(Schema.NumberFromString.pipe(Schema.int(), Schema.between(0, most)), { default: () => usual });

/** As they are where nobody says otherwise. */
export const TOLERANCE: EvidenceTolerance = { beginSeconds: 120, durationSeconds: 2, volumePerMille: 10 };

const Asked = Schema.Struct({
  beginSeconds: bounded(3_600, TOLERANCE.beginSeconds),
  durationSeconds: bounded(600, TOLERANCE.durationSeconds),
  volumePerMille: bounded(500, TOLERANCE.volumePerMille),
});

const Evidence = Schema.Struct({
  ours: Schema.NullOr(DetailLine),
  theirs: Schema.NullOr(DetailLine),
  /** The session of a monitor that is nearest. */
  observed: Schema.NullOr(
    Schema.Struct({
      monitor: Schema.String,
      /** `<sm3 of the monitor's file>.<record>` */
      id: Schema.String,
      /** UTC */
      at: Schema.String,
      service: Schema.String,
      usage: Schema.BigInt,
    }),
  ),
  agrees: Schema.NullOr(Schema.Literal(...AGREES)),
  /** How it may be settled by that: goes into `propose` as it is. */
  proposal: Schema.NullOr(Schema.Struct({ resolution: Schema.Literal('ours', 'theirs'), measured: Measured })),
  findings: Schema.Array(
    Schema.Struct({
      code: Schema.Literal(...FINDING_CODES),
      of: Schema.NullOr(Schema.String),
      text: Schema.String,
    }),
  ),
  tolerance: Schema.Struct({
    beginSeconds: Schema.Number,
    durationSeconds: Schema.Number,
    volumePerMille: Schema.Number,
  }),
}).annotations({ identifier: 'RoamingCaseEvidence' });

const evidence = route({
  method: 'GET',
  path: `${CASES_PATH}/{case}/evidence`,
  operationId: 'roaming.case.evidence',
  summary: 'Hold a record that differs against what our monitors have measured, and look for what is wrong with that',
  description:
    'Which side agrees with the session that is nearest, within the tolerance that is asked for, and a proposal that `propose` takes. `findings`: gaps of the monitor’s files, records it lacks, another layout, failures of the lines.',
  timeoutMs: 120_000,
  in: { params: caseParams, query: sampled(Asked, { durationSeconds: '2' }) },
  out: {
    200: sampled(
      Evidence,
      {
        ...{ ours: LINE, theirs: { ...LINE, usage: '75' }, agrees: 'ours' as const, tolerance: TOLERANCE },
        observed: {
          monitor: 'PRB01',
          id: `${SM3}.8`,
          at: new Date(AT_MS).toISOString().slice(0, 19),
          service: 'voice',
          usage: '60',
        },
        proposal: { resolution: 'ours' as const, measured: { usage: '60', monitor: 'PRB01', session: `${SM3}.8` } },
        findings: [{ code: 'FilesMissing' as const, of: 'PRB01', text: 'file 43 has not come' }],
      },
      'As it is known now',
    ),
  },
  refusals: [no.unknown(), no.noDifference()],
  handler: ({ tenant, params: { case: key }, query }) =>
    Effect.gen(function* () {
      const { state } = yield* readCase(tenant, key);
      const { observed, ...rest } = yield* evidenceOf(tenant, state, query);
      if (observed === null) return answer(200, { ...rest, observed });
      const { atMs: _, ...seen } = observed;
      return answer(200, { ...rest, observed: seen });
    }),
});

export const evidenceRoutes = [evidence];
