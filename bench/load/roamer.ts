import { setTimeout as sleep } from 'node:timers/promises';
import type { Asked, Caller } from './caller.ts';

/**
 * A subscriber abroad, as the network that serves it and its own application ask for it: may this call, message or data
 * session be; a number switched; usage told; the balance read (seed 002 §5.1.1). It remembers what was acknowledged.
 */

export const KINDS = ['allowed', 'balance', 'usage', 'switch'] as const;
export type Kind = (typeof KINDS)[number];
/** Of ten transactions in turn; each roamer begins at another. */
const TURNS: ReadonlyArray<Kind> = [
  ...(['allowed', 'usage', 'allowed', 'balance', 'allowed'] as const),
  ...(['switch', 'allowed', 'usage', 'allowed', 'balance'] as const),
];
/** Calls made and received, a message, a data session, which has no other party. */
const QUESTIONS: ReadonlyArray<object> = [
  { direction: 'originating', party: '4915112345678' },
  { direction: 'terminating', party: '8613812345678' },
  { direction: 'originating', party: '8613700000000' },
  { direction: 'originating' },
];
/** Of every so many writes of all of them one answer is taken for lost, and the same is asked again. */
const LOST_EVERY = 20;
const PATIENCE = 20;
const PAUSE_MS = 200;

export interface Tally {
  /** Milliseconds, by kind. */
  readonly tookMs: Readonly<Record<Kind, number[]>>;
  /** Answers that were none: how many of each status other than 2xx, or of 0, a connection that broke. */
  readonly errors: Map<number, number>;
  /** Writes that were told once more, with the same key. */
  repeated: number;
}

export const newTally = (): Tally => ({
  tookMs: { allowed: [], balance: [], usage: [], switch: [] },
  errors: new Map(),
  repeated: 0,
});

export const DAY = '2026-11-26';

export class Roamer {
  readonly key: string;
  readonly primary: string;
  readonly local: string;
  /** Acknowledged: the moments of switching, and how much usage was told. */
  readonly switchedAt: number[] = [];
  observedMinor = 0;
  #turn: number;
  #writes: number;
  readonly #caller: Caller;

  constructor(at: number, caller: Caller) {
    this.key = `ROAMER-${at}`;
    this.primary = `86139${String(10_000_000 + at)}`;
    this.local = `8529${String(1_000_000 + at)}`;
    this.#turn = at % TURNS.length;
    this.#writes = at % LOST_EVERY;
    this.#caller = caller;
  }

  get #path(): string {
    return `/v1/roaming/subscribers/${this.key}`;
  }

  /** One transaction; `dueMs`: when it was to begin, which its time counts from. */
  transact = async (tally: Tally, dueMs: number): Promise<void> => {
    const kind = TURNS[this.#turn % TURNS.length] as Kind;
    const turn = this.#turn;
    this.#turn += 1;
    const asked = this.#asked(kind, turn);
    await this.#patiently(asked, tally);
    tally.tookMs[kind].push(performance.now() - dueMs);
    if (kind === 'switch') this.switchedAt.push(turn);
    if (kind === 'usage') this.observedMinor += 1;
    if (asked.key === undefined) return;
    this.#writes += 1;
    if (this.#writes % LOST_EVERY !== 0) return;
    await this.#patiently(asked, tally);
    tally.repeated += 1;
  };

  #asked = (kind: Kind, turn: number): Asked => {
    const path = this.#path;
    const key = `${this.key}.${turn}`;
    switch (kind) {
      case 'allowed':
        return { method: 'POST', path: `${path}/check`, body: QUESTIONS[turn % QUESTIONS.length] as object };
      case 'balance':
        return { method: 'GET', path };
      case 'usage': {
        const observations = [{ day: DAY, estimatedMinor: '1' }];
        return { method: 'POST', path: `${path}/observations`, body: { id: key, currency: 'CNY', observations }, key };
      }
      case 'switch': {
        const on = this.switchedAt.length % 2 === 1;
        return { method: 'POST', path: `${path}/switch`, body: { number: this.local, on, fromMs: turn }, key };
      }
    }
  };

  /** Until it is acknowledged, as a careful caller asks: the same again under the same key. */
  #patiently = async (asked: Asked, tally: Tally, caller = this.#caller): Promise<string> => {
    for (let attempt = 1; ; attempt += 1) {
      const { status, text } = await caller.ask(asked);
      if (status >= 200 && status < 300) return text;
      tally.errors.set(status, (tally.errors.get(status) ?? 0) + 1);
      if (attempt === PATIENCE || (status >= 400 && status < 500 && status !== 429)) {
        throw new Error(`${asked.method} ${asked.path} answered ${status}: ${text}`);
      }
      await sleep(PAUSE_MS);
    }
  };

  register = async (tally: Tally): Promise<void> => {
    const body = { subscriber: this.key, primary: this.primary, currency: 'CNY' };
    await this.#patiently({ method: 'POST', path: '/v1/roaming/subscribers', body, key: `${this.key}.open` }, tally);
    const number = { number: this.local };
    await this.#patiently({ method: 'POST', path: `${this.#path}/numbers`, body: number, key: `${this.key}.n` }, tally);
  };

  /** How many acknowledged writes are not stored exactly once, by what `caller` reads. */
  wronglyStored = async (caller: Caller): Promise<number> => {
    const read = (path: string) => this.#patiently({ method: 'GET', path }, newTally(), caller);
    const { numbers } = JSON.parse(await read(this.#path)) as {
      readonly numbers: ReadonlyArray<{ readonly role: string; readonly switches: ReadonlyArray<{ fromMs: number }> }>;
    };
    const { observed } = JSON.parse(await read(`${this.#path}/spending`)) as {
      readonly observed: ReadonlyArray<{ readonly estimatedMinor: string }>;
    };
    // The first is that with which the number was added.
    const stored = (numbers.find(({ role }) => role === 'secondary')?.switches ?? [])
      .slice(1)
      .map(({ fromMs }) => fromMs);
    const times = (moment: number): number => stored.filter((one) => one === moment).length;
    const switched = this.switchedAt.reduce((sum, moment) => sum + Math.abs(times(moment) - 1), 0);
    const extra = stored.filter((moment) => !this.switchedAt.includes(moment)).length;
    const sum = observed.reduce((total, { estimatedMinor }) => total + Number(estimatedMinor), 0);
    return switched + extra + Math.abs(sum - this.observedMinor);
  };
}
