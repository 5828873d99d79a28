/**
 * SM3 (GM/T 0004) and HMAC with it, from Node's crypto. Content names, hash chains, blind indexes and fingerprints
 * are all made here, so that the algorithm is named in one place.
 */
import { createHash, createHmac, type Hash } from 'node:crypto';

/** SM3 of the data (text as UTF-8): 32 bytes. */
export const sm3 = (data: Uint8Array | string): Buffer => createHash('sm3').update(data).digest();

/** SM3 of the data (text as UTF-8): 64 lower-case hex digits. */
export const sm3Hex = (data: Uint8Array | string): string => createHash('sm3').update(data).digest('hex');

/** A running SM3 for content that comes in pieces: `update` any number of times, then `digest` once. */
export const sm3Stream = (): Hash => createHash('sm3');

/** HMAC-SM3 (GM/T 0042; RFC 2104): 32 bytes. */
export const hmacSm3 = (key: Uint8Array, data: Uint8Array | string): Buffer =>
  createHmac('sm3', key).update(data).digest();
