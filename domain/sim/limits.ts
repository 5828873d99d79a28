/** The upper limits of everything that card making keeps in one state or one message: nothing grows without one. */
export const LIMITS = {
  /** Lines of an application. */
  lines: 1_000,
  /** Cards of an application. */
  quantity: 10_000_000,
  /** Blocks that one line's numbers may be in. */
  blocksPerLine: 64,
  /** Parts of an application, and entries (part × line) over all of them. */
  parts: 200,
  partLines: 20_000,
  /** Partner files of an application. */
  files: 1_000,
  /** Problems kept in a file's report. */
  problems: 100,
  /** Free blocks of a range. */
  fragments: 4_096,
  /** Allocations of a range that are not settled. */
  allocations: 10_000,
  /** Ranges of a tenant and number type. */
  ranges: 10_000,
} as const;
