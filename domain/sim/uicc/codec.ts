import { isRefusal, type Refusal, refuse } from '../../kernel/refusal.ts';

/** The content of a file, or of one record of it, as a JSON value and back. */
export interface FileCodec<Value> {
  /** Refused with `MalformedFile`; the field names the part of the value, the message never quotes bytes. */
  readonly decode: (bytes: Buffer) => Value | Refusal;
  /** Exactly `size` bytes. Refused with `MalformedFile`, or `FileTooSmall` when it does not fit. */
  readonly encode: (value: Value, size: number) => Buffer | Refusal;
}

export const malformedFile = (field: string, message: string): Refusal =>
  refuse('invalid', 'MalformedFile', message, { field });

/** Filled up with FF. */
export const padTo = (bytes: Uint8Array, size: number, field: string): Buffer | Refusal =>
  bytes.length > size
    ? refuse('invalid', 'FileTooSmall', `It takes ${bytes.length} bytes, and there are ${size}.`, { field })
    : Buffer.concat([bytes, Buffer.alloc(size - bytes.length, 0xff)]);

export const isBlank = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0xff);

/** A list of entries of `step` bytes each; an entry of FF alone is `null`. */
export const listCodec = <Entry>(
  step: number,
  field: string,
  entry: {
    readonly decode: (bytes: Buffer, field: string) => Entry | Refusal;
    readonly encode: (value: Entry, field: string) => Buffer | Refusal;
    readonly blank: Buffer;
    readonly isBlank: (bytes: Buffer) => boolean;
  },
): FileCodec<readonly (Entry | null)[]> => ({
  decode: (bytes) => {
    if (bytes.length % step !== 0) return malformedFile(field, `Entries have ${step} bytes each.`);
    const found: (Entry | null)[] = [];
    for (let at = 0; at < bytes.length; at += step) {
      const one = bytes.subarray(at, at + step);
      const value = entry.isBlank(one) ? null : entry.decode(one, `${field}/${at / step}`);
      if (isRefusal(value)) return value;
      found.push(value);
    }
    return found;
  },
  encode: (values, size) => {
    const parts: Buffer[] = [];
    for (const [at, value] of values.entries()) {
      const bytes = value === null ? entry.blank : entry.encode(value, `${field}/${at}`);
      if (isRefusal(bytes)) return bytes;
      parts.push(bytes);
    }
    const room = Math.floor(size / step) - parts.length;
    return padTo(
      Buffer.concat([...parts, ...Array.from({ length: Math.max(0, room) }, () => entry.blank)]),
      size,
      field,
    );
  },
});
