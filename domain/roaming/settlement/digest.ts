import { hash } from 'node:crypto';
import { canonicalJson } from '../../kernel/canonical-json.ts';

const plain = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

/** What a repeated chunk or day is compared by: SHA-256 of the value as canonical JSON, amounts as integer strings. */
export const digestOf = (value: unknown): string =>
  hash('sha256', canonicalJson(JSON.parse(JSON.stringify(value, plain))), 'base64url');
