/**
 * What Prometheus calls a person for when it passes a threshold (seed 002 §3.1.1), by the names of the rules in deploy/prometheus: where each
 * begins unless an administrator sets it otherwise, and within what it may be set. Alarms of what is there or not have no threshold.
 */

export interface AlarmKind {
  /** Of `fallback`, `least` and `most`. A share is of one. */
  readonly unit: 'share' | 'processors' | 'seconds' | 'perSecond';
  /** Where nobody has set another. */
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
  /** What is measured, for people. */
  readonly what: string;
}

const DAY_SECONDS = 86_400;
const share = (fallback: number, what: string, least = 0.05, most = 0.99): AlarmKind => ({
  ...{ unit: 'share' as const, fallback, least, most, what },
});
const seconds = (fallback: number, least: number, most: number, what: string): AlarmKind => ({
  ...{ unit: 'seconds' as const, fallback, least, most, what },
});

export const ALARM_NAMES = [
  'HufuAnswersFail',
  'HufuAnswersSlow',
  'HufuBackupOld',
  'HufuDatabaseBusy',
  'HufuDatabaseCacheFull',
  'HufuDatabaseDiskFull',
  'HufuDiskFull',
  'HufuFollowersLag',
  'HufuIncrementOld',
  'HufuMachineBusy',
  'HufuMachineMemory',
  'HufuOwnersDisagree',
  'HufuProcessorBusy',
] as const;
export type AlarmName = (typeof ALARM_NAMES)[number];

export const ALARMS: Readonly<Record<AlarmName, AlarmKind>> = {
  HufuAnswersFail: share(0.02, 'answers that are 5xx, of all', 0.001, 0.5),
  HufuAnswersSlow: seconds(2, 0.05, 30, 'what one answer of a hundred takes'),
  HufuBackupOld: seconds(26 * 3_600, 3_600, 60 * DAY_SECONDS, 'age of the last good full backup'),
  HufuDatabaseBusy: {
    ...{ unit: 'processors', fallback: 1.6, least: 0.1, most: 1_024 },
    what: 'processors that mongod takes',
  },
  HufuDatabaseCacheFull: share(0.95, 'the cache of mongod that is in use'),
  HufuDatabaseDiskFull: share(0.85, 'the disk of mongod that is in use'),
  HufuDiskFull: share(0.85, 'a disk of a node that is in use'),
  HufuFollowersLag: seconds(300, 5, DAY_SECONDS, 'how far a follower is behind the journal'),
  HufuIncrementOld: seconds(3_600, 300, 7 * DAY_SECONDS, 'age of what is in no backup'),
  HufuMachineBusy: share(0.8, 'processors of a machine that are busy'),
  HufuMachineMemory: share(0.9, 'memory of a machine that is in use'),
  HufuOwnersDisagree: {
    ...{ unit: 'perSecond', fallback: 0.1, least: 0.001, most: 1_000 },
    what: 'actors of a kind that find another owner',
  },
  HufuProcessorBusy: share(0.8, 'the one thread of a node that is busy'),
};
