/**
 * The codec as the Temporal UI and CLI ask for it: `POST …/decode` and `…/encode` with `{"payloads": […]}`, bytes in
 * base64 (the JSON form of the protobuf message). Pure of HTTP: the gateway mounts it behind its table of rights, since
 * whoever may call `decode` reads every payload of the namespace.
 */
import type { Payload, PayloadCodec } from '@temporalio/common';
import { type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { UnreadablePayload } from './codec.ts';

/** A page of the UI asks for the payloads of a page of events. */
const MAX_PAYLOADS = 10_000;

export interface WirePayload {
  /** Base64 by name; `encoding` among them. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Base64; absent when empty. */
  readonly data?: string;
}

export interface WirePayloads {
  readonly payloads: ReadonlyArray<WirePayload>;
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/;
const isBase64 = (value: unknown): value is string => typeof value === 'string' && BASE64.test(value);

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const invalid = (field: string, message: string): Refusal => refuse('invalid', 'InvalidPayloads', message, { field });

const payloadOf = (wire: unknown, index: number): Payload | Refusal => {
  const at = `payloads/${index}`;
  if (!isRecord(wire)) return invalid(at, 'A payload is an object with metadata and data.');
  const { metadata = {}, data = '' } = wire;
  if (!isRecord(metadata) || !Object.values(metadata).every(isBase64)) {
    return invalid(`${at}/metadata`, 'Metadata are texts in base64.');
  }
  if (!isBase64(data)) return invalid(`${at}/data`, 'Data are bytes in base64.');
  const entries = Object.entries(metadata as Record<string, string>);
  return {
    metadata: Object.fromEntries(entries.map(([name, value]) => [name, Buffer.from(value, 'base64')])),
    data: Buffer.from(data, 'base64'),
  };
};

const wireOf = ({ metadata, data }: Payload): WirePayload => ({
  metadata: Object.fromEntries(
    Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString('base64')]),
  ),
  data: Buffer.from(data ?? []).toString('base64'),
});

/**
 * @param body the parsed JSON body
 * @returns the answer's body, in the order of the question; `InvalidPayloads` or `UnreadablePayload` otherwise
 */
export const codecEndpoint =
  (codec: PayloadCodec) =>
  async (direction: 'encode' | 'decode', body: unknown): Promise<WirePayloads | Refusal> => {
    const wires = isRecord(body) ? (body['payloads'] ?? []) : undefined;
    if (!Array.isArray(wires)) return invalid('payloads', 'The body is an object with a list of payloads.');
    if (wires.length > MAX_PAYLOADS) return invalid('payloads', `At most ${MAX_PAYLOADS} payloads at once.`);
    const payloads: Array<Payload> = [];
    for (const [index, wire] of wires.entries()) {
      const payload = payloadOf(wire, index);
      if ('_tag' in payload) return payload as Refusal;
      payloads.push(payload);
    }
    try {
      return { payloads: (await codec[direction](payloads)).map(wireOf) };
    } catch (error) {
      if (!(error instanceof UnreadablePayload)) throw error;
      return refuse('invalid', 'UnreadablePayload', error.message, { field: 'payloads' });
    }
  };
