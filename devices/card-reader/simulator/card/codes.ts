import type { Opens } from './files.ts';
import type { Code } from './personality.ts';

interface Standing {
  value: Buffer;
  enabled: boolean;
  left: number;
  readonly tries: number;
  verified: boolean;
}

export type Checked = { readonly right: boolean; readonly left: number } | 'unknown' | 'blocked';

/** The codes of a card and their try counters. Counters outlive a reset, a verification does not. */
export class Codes {
  private readonly standing = new Map<number, Standing>();

  constructor(codes: readonly Code[]) {
    for (const { reference, value, enabled, tries } of codes) {
      this.standing.set(reference, { value, enabled, left: tries, tries, verified: false });
    }
  }

  forget(): void {
    for (const one of this.standing.values()) one.verified = false;
  }

  /** A wrong one costs a try; a blocked one is not even compared. */
  verify(reference: number, value: Uint8Array): Checked {
    const one = this.standing.get(reference);
    if (one === undefined) return 'unknown';
    if (one.left === 0) return 'blocked';
    const right = one.value.equals(value);
    one.left = right ? one.tries : one.left - 1;
    one.verified = right;
    return { right, left: one.left };
  }

  change(reference: number, old: Uint8Array, next: Uint8Array): Checked {
    const checked = this.verify(reference, old);
    const one = this.standing.get(reference);
    if (one !== undefined && typeof checked !== 'string' && checked.right) one.value = Buffer.from(next);
    return checked;
  }

  enable(reference: number, value: Uint8Array, enabled: boolean): Checked {
    const checked = this.verify(reference, value);
    const one = this.standing.get(reference);
    if (one !== undefined && typeof checked !== 'string' && checked.right) one.enabled = enabled;
    return checked;
  }

  isEnabled(reference: number): boolean {
    return this.standing.get(reference)?.enabled === true;
  }

  left(reference: number): number {
    return this.standing.get(reference)?.left ?? 0;
  }

  /** For a card that counts wrongly. */
  setLeft(reference: number, left: number): void {
    const one = this.standing.get(reference);
    if (one !== undefined) one.left = left;
  }

  opens(rule: Opens): boolean {
    if (rule === 'always' || rule === 'never') return rule === 'always';
    return rule.some((reference) => {
      const one = this.standing.get(reference);
      return one !== undefined && (one.verified || !one.enabled);
    });
  }
}
