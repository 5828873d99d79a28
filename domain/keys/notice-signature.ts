import { createHmac, timingSafeEqual } from 'node:crypto';

/** How a notice to a system of the carrier's (a CRM, the web hall) is signed: with a key that both sides have from a file. */

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 over `<seconds>.<body>`. */
export const signNotice = (key: Uint8Array, atMs: number, body: string): string => {
  const seconds = Math.floor(atMs / 1_000);
  return `t=${seconds},v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;
};

/** What the receiver checks: that the signature is ours, and not older than five minutes. */
export const noticeIsOurs = (key: Uint8Array, nowMs: number, body: string, signature: string): boolean => {
  const seconds = Number(/^t=(\d{1,12}),/.exec(signature)?.[1] ?? Number.NaN);
  if (!(Math.abs(nowMs / 1_000 - seconds) <= 300)) return false;
  const [ours, theirs] = [Buffer.from(signNotice(key, seconds * 1_000, body)), Buffer.from(signature)];
  return ours.length === theirs.length && timingSafeEqual(ours, theirs);
};
