import { condition } from '@temporalio/workflow';
import { type Running, type Standing, tell } from './running.ts';
import type { Deadline } from './stages.ts';

/** Staff are reminded, then alarmed, once per stage. The clock stands still while the process is paused. */

interface Timed extends Standing {
  /** When the stage began, in milliseconds since the epoch; moved on by the time that the process was paused. */
  sinceMs: number;
  reminded: boolean;
  alarmed: boolean;
}

interface WithDeadlines extends Running {
  readonly input: Running['input'] & { readonly deadlines: Readonly<Record<string, Deadline>> };
}

const dueMs = (process: WithDeadlines, standing: Timed): number | undefined => {
  const { deadlines } = process.input;
  const deadline = Object.hasOwn(deadlines, standing.stage) ? deadlines[standing.stage] : undefined;
  if (deadline === undefined || process.progress.paused || standing.alarmed) return undefined;
  return standing.sinceMs + (standing.reminded ? deadline.alarmAfterMs : deadline.remindAfterMs);
};

/** The clock of every stage is put on by the time that it stood still: since the pause, or since the stage began in it. */
export const afterPause = (
  progress: { pausedSinceMs: number | null },
  standings: ReadonlyArray<Pick<Timed, 'sinceMs'>>,
  nowMs: number,
): void => {
  const { pausedSinceMs } = progress;
  if (pausedSinceMs === null) return;
  for (const standing of standings) standing.sinceMs += nowMs - Math.max(standing.sinceMs, pausedSinceMs);
  progress.pausedSinceMs = null;
};

/** Ends with the round, or the application. */
export const watchDeadlines = async (process: WithDeadlines, standing: Timed): Promise<void> => {
  while (process.stopping === null && standing.stage !== 'completed') {
    const due = dueMs(process, standing);
    const { stage, sinceMs } = standing;
    const { paused } = process.progress;
    const moved = (): boolean =>
      process.stopping !== null ||
      standing.stage !== stage ||
      standing.sinceMs !== sinceMs ||
      process.progress.paused !== paused;
    if (due === undefined) {
      await condition(moved);
    } else if (!(await condition(moved, Math.max(1, due - Date.now())))) {
      const level = standing.reminded ? 'alarm' : 'reminder';
      if (level === 'alarm') standing.alarmed = true;
      else standing.reminded = true;
      tell(process, standing, level, 'StageOverdue');
    }
  }
};
