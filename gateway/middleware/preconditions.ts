import { Effect, Option } from 'effect';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';

/**
 * Idempotency keys, entity tags and ranges of bytes: what a client says about the state that it believes in
 * (RFC 9110 §8.8, §13, §14; draft-ietf-httpapi-idempotency-key-header).
 */

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,128}$/;

/** The key of a request that changes something. Quotes around it, as the draft writes it, are taken off. */
export const idempotencyKey = (
  header: string | undefined,
  required: boolean,
): Effect.Effect<string | undefined, Refusal> => {
  if (header === undefined) {
    if (!required) return Effect.succeed(undefined);
    return Effect.fail(
      refuse('invalid', 'IdempotencyKeyMissing', 'A POST needs an Idempotency-Key.', {
        field: 'Idempotency-Key',
        action: 'Send a new random key with each new request, and the same key when repeating one.',
      }),
    );
  }
  const key = /^".*"$/.test(header) ? header.slice(1, -1) : header;
  if (IDEMPOTENCY_KEY.test(key)) return Effect.succeed(key);
  return Effect.fail(
    refuse('invalid', 'IdempotencyKeyInvalid', 'An Idempotency-Key has 1–128 visible ASCII characters.', {
      field: 'Idempotency-Key',
    }),
  );
};

/** Revision → `"12"`. */
export const etagOf = (rev: number): string => `"${rev}"`;

/** `If-Match: "12"` → 12. `*` asks only that the thing exists, which every route checks anyway. */
export const parseIfMatch = (
  header: string | undefined,
  required: boolean,
): Effect.Effect<number | undefined, Refusal> => {
  if (header === undefined || header.trim() === '*') {
    if (!required) return Effect.succeed(undefined);
    return Effect.fail(
      refuse('conflict', 'PreconditionRequired', 'This change needs If-Match with the revision that you have seen.', {
        field: 'If-Match',
        action: 'Read the object, and send its ETag as If-Match.',
      }),
    );
  }
  const digits = /^"(\d{1,15})"$/.exec(header.trim())?.[1];
  return digits === undefined
    ? Effect.fail(
        refuse('invalid', 'MalformedRequest', 'If-Match holds one strong entity tag that we gave.', {
          field: 'If-Match',
        }),
      )
    : Effect.succeed(Number(digits));
};

/** Whether `If-None-Match` names the tag (weak comparison), so that 304 is the answer. */
export const noneMatch = (header: string | undefined, etag: string): boolean =>
  header !== undefined &&
  (header.trim() === '*' || header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag));

interface ByteRange {
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
}

/**
 * One range of a content of `bytes` bytes. `none`: no range, or a form that may be ignored (several ranges, another
 * unit), so the whole is sent. `Option.none`: it cannot be satisfied (416).
 */
export const parseRange = (header: string | undefined, bytes: number): Option.Option<ByteRange | 'none'> => {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.replaceAll(' ', '') ?? '');
  const first = match?.[1] ?? '';
  const last = match?.[2] ?? '';
  if (match === null || (first === '' && last === '')) return Option.some('none');
  if (first === '') {
    const suffix = Math.min(Number(last), bytes);
    return suffix === 0 ? Option.none() : Option.some({ start: bytes - suffix, end: bytes - 1 });
  }
  const start = Number(first);
  const end = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1);
  if (last !== '' && Number(last) < start) return Option.some('none');
  return start >= bytes ? Option.none() : Option.some({ start, end });
};
