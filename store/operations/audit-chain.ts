/**
 * The shape of the audit log and its arithmetic. A line's hash is SM3 over the hash of the line before it and the
 * canonical JSON of the line, so anybody can check an export without a key. The head says how far the log reached and
 * is sealed with a key, so that cutting lines off the end, or writing the whole chain anew, shows as well.
 */
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { canonicalJson } from '../../domain/kernel/canonical-json.ts';
import { hmacSm3, sm3Hex } from '../../domain/keys/sm3.ts';
import type { CollectionPlan } from '../migrations.ts';

/** Who did what to which object, when, from where, with which outcome. Holds no personal data: name objects by id. */
export interface AuditEntry {
  readonly tenant: TenantId;
  /** Who: `sub` of the caller, or `service:<name>`. */
  readonly subject: string;
  /** What: the name of the route or command, e.g. `sim.applications.submit`. */
  readonly action: string;
  /** On which object, e.g. `sim.application/A-1`. */
  readonly object: string;
  /** `accepted`, `refused:<code>`, `failed`. */
  readonly outcome: string;
  /** Address of the caller, or the node. */
  readonly from: string;
  readonly requestId: string;
  readonly atMs: number;
  /** JSON, small. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface AuditLine extends AuditEntry {
  /** 1, 2, 3… within the tenant. */
  readonly seq: number;
  /** Tells equal entries of two appenders apart. */
  readonly writer: string;
  /** Hash of the line before, 64 hex digits; of the first one 64 zeros. */
  readonly prev: string;
  readonly hash: string;
}

export interface AuditDocument extends AuditLine {
  /** `tenant/seq`, twelve digits: one line per place, whoever writes. */
  readonly _id: string;
}

export interface AuditHead {
  readonly _id: TenantId;
  readonly seq: number;
  readonly hash: string;
  readonly keyId: string;
  /** HMAC-SM3 over tenant, seq and hash. */
  readonly mac: string;
}

export const AUDIT_LINES = 'audit_lines';
export const AUDIT_HEADS = 'audit_heads';
export const FIRST_PREV = '0'.repeat(64);

const by = (field: string) => ({ name: `by_${field}`, key: { tenant: 1, [field]: 1, seq: -1 } as const });

export const auditPlans: ReadonlyArray<CollectionPlan> = [
  {
    collection: AUDIT_LINES,
    indexes: [
      { name: 'by_seq', key: { tenant: 1, seq: -1, _id: -1 } },
      by('subject'),
      by('object'),
      by('action'),
      by('requestId'),
      { name: 'by_time', key: { tenant: 1, atMs: -1, seq: -1 } },
    ],
  },
  { collection: AUDIT_HEADS, indexes: [] },
];

export const auditId = (tenant: TenantId, seq: number): string => `${tenant}/${String(seq).padStart(12, '0')}`;

export const hashOfLine = (line: Omit<AuditLine, 'hash'>): string => {
  const { prev, ...content } = line;
  return sm3Hex(prev + canonicalJson(content));
};

export const nextLine = (
  entry: AuditEntry,
  writer: string,
  tail: { readonly seq: number; readonly hash: string },
): AuditDocument => {
  // Through JSON, so that what is hashed is what comes back from the database: no undefined, no dates.
  const { detail, ...rest } = JSON.parse(canonicalJson(entry)) as AuditEntry;
  const content = { ...rest, ...(detail === undefined ? {} : { detail }) };
  const line = { ...content, seq: tail.seq + 1, writer, prev: tail.hash };
  return { _id: auditId(entry.tenant, line.seq), ...line, hash: hashOfLine(line) };
};

export const macOfHead = (key: Buffer, tenant: TenantId, seq: number, hash: string): string =>
  hmacSm3(key, `${tenant}\n${seq}\n${hash}`).toString('hex');

export interface BrokenAudit {
  /** The first line at which something is wrong. */
  readonly seq: number;
  /**
   * `changed`: its content does not give its hash. `relinked`: it does not follow the line before. `removed`: it is
   * missing. `inserted`: it stands where no line belongs. `cut`: lines up to the sealed head are missing at the end.
   * `rewritten`: the chain is whole but is not the one that was sealed. `head`: the head is missing or not ours.
   */
  readonly kind: 'changed' | 'relinked' | 'removed' | 'inserted' | 'cut' | 'rewritten' | 'head';
}

/** Walks a chain line by line; `broken` is set at the first one that is wrong. */
export class ChainWalk {
  lines = 0;
  hash = FIRST_PREV;
  broken: BrokenAudit | undefined;

  see(document: AuditDocument, head: AuditHead | undefined): BrokenAudit | undefined {
    const { _id, hash, ...line } = document;
    const seq = this.lines + 1;
    const kind = this.judge(_id, hash, line, head);
    if (kind !== undefined) this.broken = { seq: kind === 'inserted' ? line.seq : seq, kind };
    this.lines = seq;
    this.hash = hash;
    return this.broken;
  }

  private judge(
    id: string,
    hash: string,
    line: Omit<AuditLine, 'hash'>,
    head: AuditHead | undefined,
  ): BrokenAudit['kind'] | undefined {
    const seq = this.lines + 1;
    if (line.seq > seq && id === auditId(line.tenant, line.seq)) return 'removed';
    if (line.seq !== seq || id !== auditId(line.tenant, seq)) return 'inserted';
    if (hashOfLine(line) !== hash) return 'changed';
    if (line.prev !== this.hash) return 'relinked';
    if (head?.seq === seq && head.hash !== hash) return 'rewritten';
    return undefined;
  }
}
