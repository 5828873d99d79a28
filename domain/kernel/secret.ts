import { timingSafeEqual } from 'node:crypto';

/**
 * Bytes that must never be printed: a card's keys, an ADM code, a transport key. Whatever writes the value out (JSON,
 * a template, `util.inspect`, an error) gets a placeholder; the bytes themselves are had by `reveal` alone, which is
 * easy to search for.
 */
export class SecretBytes {
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes);
  }

  get length(): number {
    return this.#bytes.length;
  }

  /** A copy, for the one who computes with it or sends it to the card. */
  reveal(): Buffer {
    return Buffer.from(this.#bytes);
  }

  /** In a time that does not depend on where they differ. */
  equals(other: SecretBytes): boolean {
    return this.length === other.length && timingSafeEqual(this.#bytes, other.#bytes);
  }

  toJSON(): string {
    return `(secret, ${this.length} bytes)`;
  }

  toString(): string {
    return this.toJSON();
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toJSON();
  }
}
