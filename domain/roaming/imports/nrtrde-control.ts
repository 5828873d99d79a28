import type { Types } from '../codec/codec.ts';
import { offsetMinutes, otherPartner, type Problem } from './file-control.ts';
import { emptyUsage, setMoment } from './usage.ts';

/**
 * What stands around the records of an NRTRDE file (TD.35), held against what was awaited: whose it is, its number of seven
 * digits, when it was made available, how many records it says it has.
 */

type Part = Types['NRTRDE-0201']['part'];

/** `NRHKGPPCHNCM0000042` */
const NAME = /^NR([A-Z0-9]{5})([A-Z0-9]{5})(\d{7})$/;
const NUMBER = /^\d{7}$/;
const PARTS = ['sender', 'recipient', 'sequenceNumber', 'fileAvailableTimeStamp', 'utcTimeOffset'] as const;

export class NrtrdeControl {
  private readonly texts = new Map<(typeof PARTS)[number], string>();
  private count: number | undefined;
  private batches = 0;

  /** Another batch begins: a file has one. */
  batch(): void {
    this.batches += 1;
  }

  part(part: Part): void {
    for (const name of PARTS) {
      const text = part[name];
      if (text !== undefined) this.texts.set(name, text);
    }
    if (part.callEventsCount !== undefined) this.count = Number(part.callEventsCount);
  }

  private text(name: (typeof PARTS)[number]): string {
    return this.texts.get(name) ?? '';
  }

  /** 0 when the file does not say one. */
  get sequence(): number {
    const text = this.text('sequenceNumber');
    return NUMBER.test(text) ? Number(text) : 0;
  }

  /** When its sender made it available; undefined when it does not say a moment. */
  get availableMs(): number | undefined {
    const moment = emptyUsage();
    const offset = offsetMinutes(this.text('utcTimeOffset'));
    return setMoment(moment, this.text('fileAvailableTimeStamp'), offset) ? moment.atMs : undefined;
  }

  /** What keeps the file out. `name`: of the file; one that says nothing is not held against it. */
  problems(expected: { readonly partner: string; readonly home: string }, name: string, records: number) {
    const found: Array<Problem> = [];
    const wrong = (code: string, reason: string): void => void found.push({ line: 0, code, reason });
    const [sender, recipient] = [this.text('sender'), this.text('recipient')];
    const other = otherPartner(expected, sender, recipient);
    if (other !== undefined) found.push(other);
    if (this.batches > 1) wrong('BatchTwice', 'The file has more than one batch.');
    if (this.sequence === 0) wrong('SequenceInvalid', 'The file has no number of seven digits above zero.');
    if (this.availableMs === undefined) wrong('AvailableInvalid', 'The file does not say when it was made available.');
    const [, from = sender, to = recipient, digits = this.text('sequenceNumber')] = NAME.exec(name) ?? [];
    if (from !== sender || to !== recipient || digits !== this.text('sequenceNumber')) {
      wrong('NameDiffers', 'The file’s name says another sender, recipient or number than the file itself.');
    }
    if (this.count !== records) {
      wrong('CountWrong', `The file says that it has ${this.count ?? 'no count of'} records; it has ${records}.`);
    }
    return found as ReadonlyArray<Problem>;
  }
}
