/**
 * Processors, memory and disks of the machine that a node is on, for the alarms of a machine that is too busy or full (seed 002 §3.1.1).
 * In a container this is the machine below it, as the kernel counts it: what other programs use is in it.
 */
import { statfs } from 'node:fs/promises';
import { type CpuInfo, cpus, freemem, tmpdir, totalmem } from 'node:os';
import { Counter, Gauge, type Registry } from 'prom-client';

/** Seconds since the machine started, over all its processors. Waiting for a disk is in none: the system does not say it. */
export const processorSeconds = (processors: ReadonlyArray<Pick<CpuInfo, 'times'>>) => {
  const of = (mode: keyof CpuInfo['times']) => processors.reduce((sum, { times }) => sum + times[mode], 0) / 1000;
  return { user: of('user'), nice: of('nice'), system: of('sys'), interrupt: of('irq'), idle: of('idle') };
};

/** Where a node writes: what it is installed on, and files that are on their way. */
const DISKS: ReadonlyArray<string> = [...new Set(['/', tmpdir()])];

/** Bytes, `available` to a program without rights of its own; undefined: the system does not say. */
export const diskBytes = async (
  path: string,
): Promise<{ readonly total: number; readonly available: number } | undefined> => {
  try {
    const { bsize, blocks, bavail } = await statfs(path);
    return { total: bsize * blocks, available: bsize * bavail };
  } catch {
    return undefined;
  }
};

/**
 * Registers `hufu_machine_processor_seconds_total{mode}`, `hufu_machine_memory_bytes{of}` and `hufu_machine_disk_bytes{path,of}`, read from
 * the system whenever somebody asks.
 */
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
  new Gauge({
    name: 'hufu_machine_memory_bytes',
    help: 'Memory of this machine: total, and available to programs without taking any from others',
    labelNames: ['of'],
    registers: [register],
    collect() {
      this.set({ of: 'total' }, totalmem());
      this.set({ of: 'available' }, freemem());
    },
  });
  new Gauge({
    name: 'hufu_machine_disk_bytes',
    help: 'Disks of this machine that a node writes to: total, and available',
    labelNames: ['path', 'of'],
    registers: [register],
    async collect() {
      this.reset();
      for (const path of DISKS) {
        for (const [of, bytes] of Object.entries((await diskBytes(path)) ?? {})) this.set({ path, of }, bytes);
      }
    },
  });
};
