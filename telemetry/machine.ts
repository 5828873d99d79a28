/**
 * The processors of the machine that a node is on, for the alarm of a machine that is too busy (seed 002, monitoring).
 * In a container this is the machine below it, as the kernel counts it: what other programs use is in it.
 */
import { type CpuInfo, cpus } from 'node:os';
import { Counter, type Registry } from 'prom-client';

/** Seconds since the machine started, over all its processors. Waiting for a disk is in none: the system does not say it. */
export const processorSeconds = (processors: ReadonlyArray<Pick<CpuInfo, 'times'>>) => {
  const of = (mode: keyof CpuInfo['times']) => processors.reduce((sum, { times }) => sum + times[mode], 0) / 1000;
  return { user: of('user'), nice: of('nice'), system: of('sys'), interrupt: of('irq'), idle: of('idle') };
};

/** Registers `hufu_machine_processor_seconds_total{mode}`, read from the system whenever somebody asks. */
export const collectMachineMetrics = (register: Registry): void => {
  new Counter({
    name: 'hufu_machine_processor_seconds_total',
    help: 'Time of all processors of this machine, by what they did',
    labelNames: ['mode'],
    registers: [register],
    collect() {
      this.reset();
      for (const [mode, seconds] of Object.entries(processorSeconds(cpus()))) this.inc({ mode }, seconds);
    },
  });
};
