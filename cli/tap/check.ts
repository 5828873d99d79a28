import { once } from 'node:events';
import type { Piece } from '../../domain/roaming/codec/file-reader.ts';
import type { FormatName } from '../../domain/roaming/codec/grammar.ts';
import type { Remark } from '../../domain/roaming/codec/unit.ts';
import type { Facts } from '../../domain/roaming/validation/facts.ts';
import type { Finding, Report } from '../../domain/roaming/validation/finding.ts';
import { FileValidator } from '../../domain/roaming/validation/validator.ts';
import { type FileRead, readPieces, TAP_EXIT } from './read.ts';
import { findingJson, ReportText, reportJson } from './report.ts';

/** What the bytes are like, before any rule is asked. */
export interface Structure {
  readonly counts: Map<string, number>;
  readonly indefinite: Set<string>;
  readonly formats: Set<FormatName>;
  remarks: number;
}

export interface RemarkAt extends Pick<Remark, 'what' | 'offset' | 'path' | 'bytes'> {}

class StructureReader {
  readonly structure: Structure = { counts: new Map(), indefinite: new Set(), formats: new Set(), remarks: 0 };
  private readonly tell: (remark: RemarkAt) => void;
  private list = '';
  private at = 0;

  constructor(tell: (remark: RemarkAt) => void) {
    this.tell = tell;
  }

  take(piece: Piece): void {
    const { counts, formats, indefinite } = this.structure;
    if (piece.kind === 'closed') return;
    if (piece.kind === 'opened') {
      formats.add(piece.format);
      this.list = piece.name;
      this.at = 0;
      if (piece.length < 0) indefinite.add(piece.name);
      return;
    }
    const inList = piece.kind === 'record' || (piece.kind === 'kept' && piece.level === 'record');
    const record = this.at;
    if (inList && !(piece.kind === 'kept' && piece.what === 'padding')) this.at += 1;
    if (piece.kind === 'kept') {
      this.remark({ ...piece, path: inList ? `${this.list}/${record}` : '' });
      return;
    }
    formats.add(piece.format);
    counts.set(piece.name, (counts.get(piece.name) ?? 0) + 1);
    if (!piece.remarkable) return;
    for (const one of piece.remarks) {
      this.remark({ ...one, path: inList ? `${this.list}/${record}/${one.path}` : one.path });
    }
  }

  private remark(remark: RemarkAt): void {
    this.structure.remarks += 1;
    this.tell(remark);
  }
}

/** How the command ends: by the worst that was found. */
export const exitOf = ({ refused }: FileRead, remarks: number, report: Report): number => {
  if (refused !== undefined) return TAP_EXIT.refused;
  if (report.verdict === 'rejected') return TAP_EXIT.rejected;
  if (report.verdict === 'partly') return TAP_EXIT.returned;
  return remarks > 0 || report.severities.warning > 0 ? TAP_EXIT.remarks : TAP_EXIT.clean;
};

interface Judged {
  readonly read: FileRead;
  readonly structure: Structure;
  readonly report: Report;
}

const judge = async (
  file: string,
  format: FormatName | undefined,
  facts: Facts,
  tell: { readonly finding: (finding: Finding) => void | Promise<void>; readonly remark: (remark: RemarkAt) => void },
): Promise<Judged> => {
  const validator = new FileValidator(facts);
  const structure = new StructureReader(tell.remark);
  const all = async (findings: readonly Finding[]): Promise<void> => {
    for (const finding of findings) await tell.finding(finding);
  };
  const read = await readPieces(file, format, (piece) => {
    structure.take(piece);
    const findings = validator.take(piece);
    return findings.length === 0 ? undefined : all(findings);
  });
  const { findings, report } = validator.end(read);
  // The rules are those of TAP: a RAP or NRTRDE file is judged by its structure alone.
  const foreign = report.format === undefined && structure.structure.formats.size > 0;
  if (!foreign) await all(findings);
  const own: Report = foreign
    ? { ...report, verdict: 'accepted', counts: new Map(), severities: { warning: 0, severe: 0, fatal: 0 } }
    : report;
  return { read, structure: structure.structure, report: own };
};

/** `hufu tap check FILE`: structure and rules, as a text for a person. */
export const checkFile = async (file: string, format: FormatName | undefined, facts: Facts): Promise<number> => {
  const text = new ReportText();
  const judged = await judge(file, format, facts, {
    finding: (finding) => text.finding(finding),
    remark: (remark) => text.remark(remark),
  });
  process.stdout.write(text.end(file, judged.read, judged.structure, judged.report));
  return exitOf(judged.read, judged.structure.remarks, judged.report);
};

/** The same as JSON, a line for each finding, whatever their number. */
export const checkAsJson = async (file: string, format: FormatName | undefined, facts: Facts): Promise<number> => {
  const print = async (text: string): Promise<void> => {
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  };
  let first = true;
  await print('{"findings":[');
  const { read, structure, report } = await judge(file, format, facts, {
    finding: async (finding) => {
      const comma = first ? '\n' : ',\n';
      first = false;
      await print(comma + findingJson(finding));
    },
    remark: () => {},
  });
  await print(`\n],\n"report":${reportJson(file, read, structure, report)}}\n`);
  return exitOf(read, structure.remarks, report);
};
