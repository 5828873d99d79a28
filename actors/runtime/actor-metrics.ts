import { counter, gauge, holding } from '../../telemetry/metrics.ts';
import { tally } from '../../telemetry/tally.ts';
import type { Outcome } from './outcome.ts';

/** What is measured of actors, per kind. Children are looked up once per kind: a label costs more than an increment. */

const TURNS = 'hufu_actor_answers_total';
const MAILBOX = 'hufu_actor_mailbox_depth';

const turns = counter({
  name: TURNS,
  help: 'Questions answered by actors, by kind and by what became of them.',
  labels: ['kind', 'outcome'],
});
const refusals = counter({
  name: 'hufu_actor_refusals_total',
  help: 'Refusals by kind of actor and code.',
  labels: ['kind', 'code'],
});
const seconds = tally({
  name: 'hufu_actor_turn_seconds',
  help: 'From the mailbox to the answer, the append included.',
  labels: ['kind'],
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
});
const mailbox = gauge({ name: MAILBOX, help: 'Questions waiting in mailboxes.', labels: ['kind'] });
const busy = counter({
  name: 'hufu_actor_busy_total',
  help: 'Questions turned away by full mailboxes.',
  labels: ['kind'],
});
const fenced = counter({
  name: 'hufu_actor_fenced_total',
  help: 'Appends that found another owner had written.',
  labels: ['kind'],
});
const perRecord = tally({
  name: 'hufu_actor_turns_per_record',
  help: 'Turns in one journal record.',
  labels: ['kind'],
  buckets: [1, 2, 5, 10, 25, 50, 100, 250, 1_000],
});
const awake = gauge({ name: 'hufu_actor_awake', help: 'Actors awake on this node.', labels: ['kind'] });
const activations = counter({ name: 'hufu_actor_activations_total', help: 'Actors woken.', labels: ['kind'] });
const defects = counter({
  name: 'hufu_actor_defects_total',
  help: 'Turns and starts that failed by a bug.',
  labels: ['kind'],
});
const newer = counter({
  name: 'hufu_actor_newer_release_total',
  help: 'Actors that were left asleep because a newer release has written events of them.',
  labels: ['kind'],
});
const batchRecords = tally({
  name: 'hufu_journal_append_records',
  help: 'Records in one append of this node.',
  buckets: [1, 5, 10, 25, 50, 100, 250, 500, 1_000],
});
const batchSeconds = tally({
  name: 'hufu_journal_append_seconds',
  help: 'From an append leaving to its acknowledgement.',
  buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
});
const appendFailures = counter({ name: 'hufu_journal_append_failures_total', help: 'Attempts to append that failed.' });

const recordsOfBatch = batchRecords('');
const secondsOfBatch = batchSeconds('');

export const journalMetrics = {
  batch: (records: number, took: number): void => {
    recordsOfBatch(records);
    secondsOfBatch(took);
  },
  failure: (): void => appendFailures.inc(),
};

const make = (kind: string) => {
  const answered = holding(TURNS, turns.labels(kind, 'answered'));
  const faulted = turns.labels(kind, 'fault');
  const refused = turns.labels(kind, 'refusal');
  const died = turns.labels(kind, 'defect');
  const latency = seconds(kind);
  const depth = holding(MAILBOX, mailbox.labels(kind));
  return {
    /** Questions that came into mailboxes, or, negative, left them. */
    waiting: depth,
    busy: busy.labels(kind),
    fenced: fenced.labels(kind),
    turnsPerRecord: perRecord(kind),
    awake: awake.labels(kind),
    activations: activations.labels(kind),
    defects: defects.labels(kind),
    newer: newer.labels(kind),
    /** `tookMs`: since the question came in. */
    answered: (tookMs: number, outcome: Outcome): void => {
      depth(-1);
      latency(tookMs / 1_000);
      if (outcome._tag === 'Answered') answered(1);
      else if (outcome._tag === 'Fault') faulted.inc();
      else if (outcome._tag === 'Defect') died.inc();
      else {
        refused.inc();
        refusals.labels(kind, outcome.code).inc();
      }
    },
  };
};

export type KindMetrics = ReturnType<typeof make>;

const made = new Map<string, KindMetrics>();

/** Those of a kind are one, also where several nodes live in one process. */
export const kindMetrics = (kind: string): KindMetrics => {
  const known = made.get(kind) ?? make(kind);
  made.set(kind, known);
  return known;
};
