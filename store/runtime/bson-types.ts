/** The types of BSON that actors' documents have: JSON, dates and bytes; and how deep they go. For the two that write and read them. */
export const BSON_TYPES = {
  DOUBLE: 0x01,
  STRING: 0x02,
  DOCUMENT: 0x03,
  ARRAY: 0x04,
  BINARY: 0x05,
  BOOLEAN: 0x08,
  DATE: 0x09,
  NULL: 0x0a,
  INT32: 0x10,
  INT64: 0x12,
} as const;

/** No document is as deep; a circle is deeper, and the driver says so. */
export const DEEPEST = 100;

/** What is not JSON, a date or bytes. */
export class NotPlain extends Error {}
