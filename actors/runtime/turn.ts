import type { JournalReminder } from '../../store/runtime/journal.ts';
import type { OpenIntent } from './definition.ts';
import type { Protocol } from './protocol.ts';

/** The pure parts of a turn: what its events make of the state, and what must wake the actor later. */

/** A wake-up comes this long after a device talk should have ended. */
const WAKE_MARGIN_MS = 5_000;

const wakeName = (intentId: string): string => `device:${intentId}`;

const wakesOf = (
  before: ReadonlyArray<OpenIntent<unknown>>,
  after: ReadonlyArray<OpenIntent<unknown>>,
  atMs: number,
): ReadonlyArray<JournalReminder> => {
  const was = new Set(before.map((one) => one.id));
  const is = new Set(after.map((one) => one.id));
  return [
    ...[...was].filter((id) => !is.has(id)).map((id) => ({ _tag: 'Cancel', name: wakeName(id) }) as const),
    ...[...is].filter((id) => !was.has(id)).map((id) => ({ _tag: 'Wake', name: wakeName(id), atMs }) as const),
  ];
};

export const remindersOf = (
  protocol: Protocol,
  before: unknown,
  events: ReadonlyArray<unknown>,
  nowMs: number,
): { readonly stateAfter: unknown; readonly reminders: ReadonlyArray<JournalReminder> } => {
  const { decider, reminders: changesOf, devices } = protocol.definition;
  const reminders: Array<JournalReminder> = [];
  let state: unknown = before;
  for (const event of events) {
    state = decider.evolve(state, event);
    for (const change of changesOf?.(event, state) ?? []) reminders.push(protocol.encodeReminder(change));
  }
  if (devices !== undefined) {
    const wakeAtMs = nowMs + devices.deadlineMs + WAKE_MARGIN_MS;
    reminders.push(...wakesOf(devices.open(before), devices.open(state), wakeAtMs));
  }
  return { stateAfter: state, reminders };
};

/**
 * No fewer bytes than a JSON value takes in BSON, and not many more: keeps records under the server's 16 MiB. Names of
 * fields are short and counted at their widest: to measure each would take as long as to write it.
 */
export const bytesAbout = (value: unknown): number => {
  if (typeof value === 'string') return 8 + Buffer.byteLength(value);
  if (typeof value !== 'object' || value === null) return 9;
  let bytes = 8;
  if (Array.isArray(value)) {
    for (const item of value) bytes += 10 + bytesAbout(item);
    return bytes;
  }
  const record = value as Readonly<Record<string, unknown>>;
  for (const key in record) bytes += 3 * key.length + 3 + bytesAbout(record[key]);
  return bytes;
};
