import { Schema } from 'effect';

/**
 * The messages between us and EOP (docs/partners/eop.md): JSON over HTTPS with certificates on both sides. The same
 * shapes for the driver and for the simulator.
 */

export const PATHS = { data: '/eop/v1/write-data', result: '/eop/v1/write-results' } as const;

const text = (pattern: RegExp) => Schema.String.pipe(Schema.pattern(pattern));
const Request = text(/^[A-Za-z0-9._:@-]{1,140}$/);
const Iccid = text(/^89[0-9]{17,18}$/);
const Imsi = text(/^[0-9]{14,15}$/);
const Code = text(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const base64 = (most: number) => text(/^[A-Za-z0-9+/]+={0,2}$/).pipe(Schema.maxLength(most));

export const DataRequest = Schema.Struct({
  request: Request,
  iccid: Iccid,
  product: Code,
  city: Code,
  component: Schema.Struct({ name: Code, version: Code }),
  /** The transport key that the keys shall come under. */
  transportKey: Code,
});

export const DataAnswer = Schema.Struct({
  request: Request,
  order: Code,
  iccid: Iccid,
  imsi: Imsi,
  smsc: text(/^[1-9][0-9]{5,19}$/),
  /** K and OPc, 32 bytes, under SM4-GCM; see `sealed-keys.ts`. */
  keys: Schema.Struct({ transportKey: Code, nonce: base64(16), sealed: base64(64) }),
  files: Schema.Array(
    Schema.Struct({ name: text(/^EF\.[A-Za-z0-9]{2,10}$/), content: text(/^(?:[0-9a-f]{2}){1,255}$/) }),
  ).pipe(Schema.maxItems(16)),
});

export const ResultRequest = Schema.Struct({
  request: Request,
  revision: Schema.Int.pipe(Schema.greaterThan(0)),
  result: Schema.Literal('confirmed', 'failed', 'inDoubt'),
  iccid: Iccid,
  imsi: Schema.NullOr(Imsi),
  code: Schema.NullOr(Code),
});

/** `result`: what EOP holds now, which is of the greatest revision that it has heard. */
export const ResultAnswer = Schema.Struct({ request: Request, result: ResultRequest.fields.result });

/** Of every answer that is no success. */
export const ErrorAnswer = Schema.Struct({ code: text(/^[A-Z][A-Za-z0-9]{0,47}$/), message: Schema.String });

export type DataRequest = typeof DataRequest.Type;
export type DataAnswer = typeof DataAnswer.Type;
export type ResultRequest = typeof ResultRequest.Type;
export type ResultAnswer = typeof ResultAnswer.Type;
