import { ahead, parseFileName } from '../file-name.ts';
import type { Walk } from '../walk.ts';
import { child, integerOf, longMs, TAG, textOf } from './elements.ts';

/** Batch control information, and the notification that has the same fields: names, numbers and times. */
const sequenceOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{5}$/.test(text) && Number(text) > 0 ? Number(text) : undefined;

const checkName = (walk: Walk, entry: number): void => {
  const { facts, header } = walk;
  const name = facts.fileName === undefined ? undefined : parseFileName(facts.fileName);
  const at = (tag: number): number => child(walk, entry, tag);
  if (header.sender !== undefined) {
    if (facts.senders?.includes(header.sender) === false) walk.report('sender/20', at(TAG.sender));
    if (name !== undefined && name.sender !== header.sender) walk.report('sender/100', at(TAG.sender));
  }
  if (header.recipient !== undefined) {
    if (facts.recipients?.includes(header.recipient) === false) walk.report('recipient/20', at(TAG.recipient));
    if (name !== undefined && name.recipient !== header.recipient) walk.report('recipient/100', at(TAG.recipient));
  }
  if (header.sequence !== undefined && name !== undefined && name.sequence !== header.sequence) {
    walk.report('fileSequenceNumber/100', at(TAG.fileSequenceNumber));
  }
};

/** 38 and 39: what the agreement expects by now; the file's name says the same of itself. */
const checkType = (walk: Walk, entry: number, group: string): void => {
  const { facts, header } = walk;
  const name = facts.fileName === undefined ? undefined : parseFileName(facts.fileName);
  const live = facts.agreement?.live;
  if (header.test && (live === true || name?.test === false)) walk.report(`${group}/38`, entry);
  if (!header.test && (live === false || name?.test === true)) walk.report(`${group}/39`, entry);
};

const checkSequence = (walk: Walk, entry: number, group: string): void => {
  const { facts, header } = walk;
  if (facts.history === undefined || header.sequence === undefined) return;
  const { expected, earlier } = facts.history;
  const returned = earlier?.outcome === 'returned';
  if (returned && header.rapSequence === undefined) walk.report(`${group}/37`, entry);
  if (!returned && header.rapSequence !== undefined) walk.report(`${group}/40`, entry);
  if (ahead(header.sequence, expected) > 0) {
    walk.report('fileSequenceNumber/200', child(walk, entry, TAG.fileSequenceNumber));
  }
};

const checkTimes = (walk: Walk, entry: number, group: string): void => {
  const batch = group === 'batchControlInfo';
  const created = child(walk, entry, TAG.fileCreationTimeStamp);
  const available = child(walk, entry, TAG.fileAvailableTimeStamp);
  const createdMs = longMs(walk, created);
  const availableMs = longMs(walk, available);
  const cutOffMs = longMs(walk, child(walk, entry, TAG.transferCutOffTimeStamp));
  const received = walk.facts.receivedAtMs ?? Number.NaN;
  // A comparison with NaN is false: what is not known breaks no rule.
  if (createdMs < cutOffMs) walk.report('fileCreationTimeStamp/100', created);
  if (availableMs < cutOffMs) walk.report(`fileAvailableTimeStamp/${batch ? 100 : 102}`, available);
  if (availableMs < createdMs) walk.report(`fileAvailableTimeStamp/${batch ? 101 : 103}`, available);
  if (availableMs > received) walk.report(`fileAvailableTimeStamp/${batch ? 104 : 105}`, available);
};

const checkVersion = (walk: Walk, entry: number): void => {
  const [specification, release] = [walk.version.slice(4, 6), walk.version.slice(6)].map(Number);
  for (const [item, tag, wanted] of [
    ['specificationVersionNumber', TAG.specificationVersionNumber, specification],
    ['releaseVersionNumber', TAG.releaseVersionNumber, release],
  ] as const) {
    const value = integerOf(walk, entry, tag);
    if (value !== undefined && value !== wanted) walk.report(`${item}/20`, child(walk, entry, tag));
  }
};

const checkControl =
  (group: string) =>
  (walk: Walk, entry: number): void => {
    const availableMs = longMs(walk, child(walk, entry, TAG.fileAvailableTimeStamp));
    walk.header = {
      ...walk.header,
      sender: textOf(walk, entry, TAG.sender),
      recipient: textOf(walk, entry, TAG.recipient),
      sequence: sequenceOf(textOf(walk, entry, TAG.fileSequenceNumber)),
      test: child(walk, entry, TAG.fileTypeIndicator) >= 0,
      rapSequence: sequenceOf(textOf(walk, entry, TAG.rapFileSequenceNumber)),
      fileAvailableMs: Number.isNaN(availableMs) ? undefined : availableMs,
    };
    checkName(walk, entry);
    checkType(walk, entry, group);
    checkSequence(walk, entry, group);
    checkTimes(walk, entry, group);
    checkVersion(walk, entry);
  };

export const HEADER_HOOKS = {
  BatchControlInfo: checkControl('batchControlInfo'),
  Notification: checkControl('notification'),
};
