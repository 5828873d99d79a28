import { condition } from '@temporalio/workflow';
import type { RoundProgress } from './contract.ts';
import { type Process, tell } from './process.ts';
import { isTimed } from './stages.ts';

/** Staff are reminded, then alarmed, once per stage of a round. The clock stands still while the process is paused. */

const dueMs = (process: Process, round: RoundProgress): number | undefined => {
  if (!isTimed(round.stage) || process.progress.paused || round.alarmed) return undefined;
  const deadline = process.input.deadlines[round.stage];
  return round.sinceMs + (round.reminded ? deadline.alarmAfterMs : deadline.remindAfterMs);
};

/** The clock of every stage is put on by the time that it stood still: since the pause, or since the stage began in it. */
export const afterPause = (process: Process, nowMs: number): void => {
  const { progress } = process;
  const { pausedSinceMs } = progress;
  if (pausedSinceMs === null) return;
  for (const round of progress.rounds) round.sinceMs += nowMs - Math.max(round.sinceMs, pausedSinceMs);
  progress.pausedSinceMs = null;
};

/** Ends with the round. */
export const watchDeadlines = async (process: Process, round: RoundProgress): Promise<void> => {
  while (process.stopping === null && round.stage !== 'completed') {
    const due = dueMs(process, round);
    const { stage, sinceMs } = round;
    const { paused } = process.progress;
    const moved = (): boolean =>
      process.stopping !== null ||
      round.stage !== stage ||
      round.sinceMs !== sinceMs ||
      process.progress.paused !== paused;
    if (due === undefined) {
      await condition(moved);
    } else if (!(await condition(moved, Math.max(1, due - Date.now())))) {
      const level = round.reminded ? 'alarm' : 'reminder';
      if (level === 'alarm') round.alarmed = true;
      else round.reminded = true;
      tell(process, round, level, 'StageOverdue');
    }
  }
};
