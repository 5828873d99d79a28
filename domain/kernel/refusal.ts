/**
 * The two expected ways in which a request does not succeed. A *refusal* is a decision of ours and is never retried;
 * a *fault* is something outside that did not answer and may be retried within bounds. Everything else is a defect.
 * Both are plain tagged values: they cross the journal, the cluster, Temporal and HTTP unchanged, and each border
 * translates them once.
 */

/** What sort of "no" it is. The gateway maps it to a status, a workflow to a non-retryable failure. */
export type RefusalKind = 'invalid' | 'missing' | 'conflict' | 'denied' | 'exhausted';

export interface Refusal {
  readonly _tag: 'Refusal';
  readonly kind: RefusalKind;
  /** Stable, in PascalCase, e.g. `IccidRangeExhausted`. Callers may branch on it. */
  readonly code: string;
  /** One sentence for a person; holds no personal data and no key. */
  readonly message: string;
  /** JSON pointer-like path of the offending input, e.g. `lines/3/quantity`. */
  readonly field?: string;
  /** What the caller can do about it. */
  readonly action?: string;
}

export interface Fault {
  readonly _tag: 'Fault';
  /** Who did not answer: `mongodb`, `vop`, `actor`… */
  readonly service: string;
  /** Stable, in PascalCase: `Busy`, `Unavailable`, `Retry`, `Timeout`… */
  readonly code: string;
  readonly message: string;
  /** When a retry may make sense, in milliseconds from now. */
  readonly retryAfterMs?: number;
}

export const refuse = (
  kind: RefusalKind,
  code: string,
  message: string,
  more: { readonly field?: string; readonly action?: string } = {},
): Refusal => ({ _tag: 'Refusal', kind, code, message, ...more });

export const fault = (service: string, code: string, message: string, retryAfterMs?: number): Fault =>
  retryAfterMs === undefined
    ? { _tag: 'Fault', service, code, message }
    : { _tag: 'Fault', service, code, message, retryAfterMs };

const tagOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && '_tag' in value ? value._tag : undefined;

export const isRefusal = (value: unknown): value is Refusal => tagOf(value) === 'Refusal';

export const isFault = (value: unknown): value is Fault => tagOf(value) === 'Fault';
