import { absolute } from '../../kernel/decimal.ts';
import type { DetailLine } from '../cases/schema.ts';

/**
 * What our own monitoring saw of a record that differs between the partner's detail and ours (seed 002 §2.2.2: differences of length are
 * traced through signalling, those of volume to what measured and carried them): which of both it agrees with, what was
 * truly used, and what speaks against the monitoring itself.
 */

/** A session as a monitor has it. */
export interface Observed {
  readonly monitor: string;
  /** `<sm3 of the monitor's file>.<record>` */
  readonly id: string;
  readonly atMs: number;
  readonly service: string;
  /** Seconds, messages or bytes. */
  readonly usage: bigint;
}

/** How far two systems' clocks and counters may be apart. */
export interface EvidenceTolerance {
  readonly beginSeconds: number;
  readonly durationSeconds: number;
  /** Of what was measured. */
  readonly volumePerMille: number;
}

export const FINDING_CODES = [
  /** No record of ours was kept, so nobody knows whose session it was. */
  'RecordNotKept',
  /** There were sessions then, but not this one. */
  'SessionNotSeen',
  /** No monitor has seen anything around that time. */
  'MonitorSilent',
  /** One monitor has several sessions that might be it: the nearest counts. */
  'SeveralSessions',
  /** Two monitors have measured otherwise. */
  'MonitorsDiffer',
  /** Both sides have what was measured: something else differs. */
  'UsageAgrees',
  /** Files of the monitor around that time have not come. */
  'FilesMissing',
  /** Records of its file were passed over, or cannot be read. */
  'RecordsMissing',
  /** Its file was read by another layout than the newest one. */
  'LayoutChanged',
  /** Looks at a server, or files over its line, have failed on days from the event until the file came. */
  'TransferFailed',
  /** The partner's file had numbers missing before it, or came more than once. */
  'FileIrregular',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

export interface EvidenceFinding {
  readonly code: FindingCode;
  /** A monitor, an element or a partner; null where it is of none. */
  readonly of: string | null;
  /** For a person. */
  readonly text: string;
}

export const AGREES = ['ours', 'theirs', 'both', 'neither'] as const;

export interface Weighed {
  /** The session that is nearest; null: none was seen. */
  readonly observed: Observed | null;
  readonly agrees: (typeof AGREES)[number] | null;
  /** How the case may be settled by it; null: a person must ask further. */
  readonly proposal: 'ours' | 'theirs' | null;
  readonly findings: ReadonlyArray<EvidenceFinding>;
}

interface Sides {
  readonly ours: DetailLine | null;
  readonly theirs: DetailLine | null;
}

export const momentOfLine = ({ at }: Pick<DetailLine, 'at'>): number => Date.parse(`${at}Z`);

/** The first and last moment at which its session may have begun. */
export const searched = (
  { ours, theirs }: Sides,
  { beginSeconds }: EvidenceTolerance,
): { readonly fromMs: number; readonly toMs: number } => {
  const begins = [ours, theirs].filter((line) => line !== null).map(momentOfLine);
  return { fromMs: Math.min(...begins) - beginSeconds * 1_000, toMs: Math.max(...begins) + beginSeconds * 1_000 };
};

const isAsMeasured = (
  line: DetailLine | null,
  { service, usage }: Observed,
  { durationSeconds, volumePerMille }: EvidenceTolerance,
): boolean => {
  if (line === null || line.service.toLowerCase() !== service) return false;
  const apart = absolute(line.usage - usage);
  if (service === 'voice') return apart <= BigInt(durationSeconds);
  return service === 'data' ? apart * 1_000n <= usage * BigInt(volumePerMille) : apart === 0n;
};

/** Of the line that is nearer to it. */
const distance = ({ ours, theirs }: Sides, { atMs }: Observed): number =>
  Math.min(...[ours, theirs].filter((line) => line !== null).map((line) => Math.abs(momentOfLine(line) - atMs)));

const several = (sessions: ReadonlyArray<Observed>): ReadonlyArray<EvidenceFinding> =>
  [...Map.groupBy(sessions, ({ monitor }) => monitor)]
    .filter(([, some]) => some.length > 1)
    .map(([of, { length }]) => ({
      code: 'SeveralSessions',
      of,
      text: `${of} has ${length} sessions that might be it`,
    }));

/** `sessions`: of the same card, begun in the time that is searched. */
export const weighed = (sides: Sides, sessions: ReadonlyArray<Observed>, tolerance: EvidenceTolerance): Weighed => {
  const { ours, theirs } = sides;
  const services = new Set([ours, theirs].flatMap((line) => (line === null ? [] : [line.service.toLowerCase()])));
  const fit = sessions
    .filter(({ service }) => services.has(service))
    .toSorted((a, b) => distance(sides, a) - distance(sides, b) || (a.id < b.id ? -1 : 1));
  const [observed] = fit;
  if (observed === undefined) return { observed: null, agrees: null, proposal: null, findings: [] };
  const isOurs = isAsMeasured(ours, observed, tolerance);
  const isTheirs = isAsMeasured(theirs, observed, tolerance);
  const agrees = isOurs && isTheirs ? 'both' : isOurs ? 'ours' : isTheirs ? 'theirs' : 'neither';
  const other = fit.find(({ monitor }) => monitor !== observed.monitor);
  const line: DetailLine = {
    ...{ service: observed.service, at: '', currency: '', amountMinor: 0n, status: 'AGREED', usage: observed.usage },
  };
  const findings: Array<EvidenceFinding> = [...several(fit)];
  if (other !== undefined && !isAsMeasured(line, other, tolerance)) {
    const text = `${observed.monitor} has measured ${observed.usage}, ${other.monitor} ${other.usage}`;
    findings.push({ code: 'MonitorsDiffer', of: other.monitor, text });
  }
  if (agrees === 'both') {
    findings.push({ code: 'UsageAgrees', of: null, text: 'both sides have what was measured: something else differs' });
  }
  return { observed, agrees, proposal: agrees === 'ours' || agrees === 'theirs' ? agrees : null, findings };
};

/** Numbers of a monitor's files that have not come, beside or between those that cover the time. */
export const gapsBeside = (
  missing: ReadonlyArray<{ readonly from: number; readonly to: number }>,
  sequences: ReadonlyArray<number>,
): ReadonlyArray<{ readonly from: number; readonly to: number }> => {
  if (sequences.length === 0) return [...missing];
  const [first, last] = [Math.min(...sequences), Math.max(...sequences)];
  return missing.filter(({ from, to }) => to >= first - 1 && from <= last + 1);
};
