import { type Refusal, refuse } from '../../kernel/refusal.ts';
import { codec } from '../codec/codec.ts';
import type { Piece } from '../codec/file-reader.ts';
import { headerOf, unitBytes } from '../codec/file-writer.ts';
import type { TapName } from '../codec/grammar.ts';
import type { Kept, Value } from '../codec/interpret.ts';
import type { Unit } from '../codec/unit.ts';
import { type FileName, sequenceText } from '../validation/file-name.ts';
import type { Finding, Report } from '../validation/finding.ts';
import { listOf, type RapIdentity, type RapOccasion, rapControl, rapFormatOf, rapName } from './rap-file.ts';

/**
 * The RAP file for what a check found (TD.32): records with severe errors one by one, or the whole file for a fatal one,
 * with the group that is wrong. Lengths stand before what they measure, and a fatal error may be found last: so returns
 * are handed out as they arise, the caller puts them aside in their order, and learns at the end what stands around them.
 */
export interface RapFile {
  readonly name: FileName;
  /** Before the returns and after them. */
  readonly head: Buffer;
  readonly tail: Buffer;
  /** `severe`: those that were put aside. Otherwise the one return of the whole file, and what was put aside is dropped. */
  readonly returns: 'severe' | Buffer;
}

export interface ReturnOptions extends RapOccasion {
  /** Number of this RAP file. */
  readonly sequence: number;
  /** TADIG codes, for a TAP file that does not say them: as its name or the way it came has them. */
  readonly tapSender?: string;
  readonly tapRecipient?: string;
  readonly tapSequence?: number;
  /** Marked as test data by its name. */
  readonly tapTest?: boolean;
}

/** Groups that a fatal return can have in it: under which name, and theirs inside it. */
const GROUP_ERRORS: Readonly<Record<string, string>> = {
  notification: 'notificationError',
  batchControlInfo: 'batchControlError',
  accountingInfo: 'accountingInfoError',
  networkInfo: 'networkInfoError',
  messageDescriptionInfo: 'messageDescriptionError',
  auditControlInfo: 'auditControlInfoError',
};

/** Path, level and occurrence of the item from the transfer batch down, and its code. */
const errorDetail = ({ path, code }: Finding, offset?: number): Value => ({
  errorContext: path.map(({ tag, occurrence }, at) => ({
    pathItemId: tag,
    itemOccurrence: occurrence,
    itemLevel: at + 1,
  })),
  ...(offset === undefined ? {} : { itemOffset: offset }),
  errorCode: code,
});

interface Group {
  readonly value: Value;
  readonly kept: readonly Kept[];
}

export class ReturnCollector {
  private readonly operatorSpecific: readonly string[] | undefined;
  private version: TapName = 'TAP-0312';
  private severe = 0;
  private size = 0;
  /** Groups that a fatal return may have to show. */
  private readonly groups = new Map<string, Group>();
  private readonly fatal: Finding[] = [];

  /** `operatorSpecific`: bilaterally agreed texts in each return. */
  constructor(operatorSpecific?: readonly string[]) {
    this.operatorSpecific = operatorSpecific;
  }

  /**
   * A piece of the TAP file with what `FileValidator.take` found in it. Gives the bytes of a return that is to be put
   * aside, for a record with a severe error.
   */
  take(piece: Piece, findings: readonly Finding[]): Buffer | undefined {
    if (piece.kind === 'opened' || piece.kind === 'closed' || piece.kind === 'kept') {
      if (piece.kind === 'opened' && piece.format.startsWith('TAP')) this.version = piece.format as TapName;
      this.fatal.push(...findings.filter(({ severity }) => severity === 'fatal'));
      return undefined;
    }
    if (piece.kind !== 'record') {
      // Unit of a TAP file: its format is a TAP's.
      this.version = piece.format as TapName;
      this.group(piece, findings);
      return undefined;
    }
    const errors = findings.filter(({ severity }) => severity === 'severe');
    return errors.length === 0 ? undefined : this.severeReturn(piece, errors);
  }

  private group(unit: Unit, findings: readonly Finding[]): void {
    const errors = findings.filter(({ severity }) => severity === 'fatal');
    this.fatal.push(...errors);
    // The control information also when it is right: its number may turn out to be one that was used before.
    const wanted = errors.length > 0 || unit.name === 'batchControlInfo' || unit.name === 'notification';
    if (!wanted) return;
    const plain = unit.plain() as { readonly [name: string]: Value };
    const value = plain[unit.name];
    if (value !== undefined) this.groups.set(unit.name, { value, kept: unit.kept });
  }

  private severeReturn(unit: Unit, errors: readonly Finding[]): Buffer {
    this.severe += 1;
    const value: Value = {
      severeReturn: {
        fileSequenceNumber: this.sequenceText(),
        callEventDetail: definedOnly(unit.plain() as Value),
        errorDetail: errors.map((error) => errorDetail(error)),
        ...listOf(this.operatorSpecific),
      },
    };
    const kept = inside('severeReturn/callEventDetail', unit.kept);
    const bytes = unitBytes(codec(rapFormatOf(this.version)), 'record', value, kept);
    this.size += bytes.length;
    return bytes;
  }

  /** After the file's end, with the findings of the file as a whole. Undefined when nothing is returned. */
  end(findings: readonly Finding[], report: Report, options: ReturnOptions): RapFile | Refusal | undefined {
    this.fatal.push(...findings.filter(({ severity }) => severity === 'fatal'));
    if (report.verdict === 'accepted' || report.verdict === 'copy') return undefined;
    const identity = identityOf(report, options);
    if (identity === undefined) {
      return refuse('invalid', 'PartnerUnknown', 'The TAP file says neither who sent it nor to whom.', {
        action: 'Name the file as it was sent: CD or TD, sender, recipient, five digits.',
      });
    }
    const fatal = report.verdict === 'rejected';
    const returns = fatal ? this.fatalReturn(options) : ('severe' as const);
    const size = returns === 'severe' ? this.size : returns.length;
    const money = { decimalPlaces: report.header.tapDecimalPlaces, currency: report.header.tapCurrency };
    const rules = codec(rapFormatOf(this.version));
    const control = unitBytes(rules, 'part', rapControl(identity, options, this.version, money), []);
    const audit: Value = {
      rapAuditControlInfo: {
        totalSevereReturnValue: fatal ? 0 : report.returnedCharge,
        returnDetailsCount: fatal ? 1 : this.severe,
        ...(fatal || report.returnedTax === 0n ? {} : { totalSevereReturnTax: report.returnedTax }),
      },
    };
    const tail = unitBytes(rules, 'part', audit, []);
    const list = headerOf(rules.grammar.list.tag ?? 0, size);
    const batch = headerOf(rules.grammar.batch.tag ?? 0, control.length + list.length + size + tail.length);
    return { name: rapName(identity), head: Buffer.concat([batch, control, list]), tail, returns };
  }

  private fatalReturn(options: ReturnOptions): Buffer {
    const groups: Record<string, Value> = {};
    const whole: Value[] = [];
    const details = new Map<string, Value[]>();
    for (const finding of this.fatal) {
      const { place } = finding;
      const name = GROUP_ERRORS[place];
      if (name === undefined || !this.groups.has(place)) {
        whole.push(errorDetail(finding, finding.ruling.rule.code === UNREADABLE ? finding.offset : undefined));
      } else details.set(place, [...(details.get(place) ?? []), errorDetail(finding)]);
    }
    if (whole.length > 0) groups['transferBatchError'] = { errorDetail: whole };
    const kept: Kept[] = [];
    for (const [place, list] of details) {
      const group = this.groups.get(place);
      const name = GROUP_ERRORS[place];
      if (group === undefined || name === undefined) continue;
      groups[name] = { [place]: definedOnly(group.value), errorDetail: list };
      kept.push(...inside(`fatalReturn/${name}`, group.kept));
    }
    const value: Value = {
      fatalReturn: {
        fileSequenceNumber: this.sequenceText(options.tapSequence),
        ...groups,
        ...listOf(this.operatorSpecific),
      },
    };
    return unitBytes(codec(rapFormatOf(this.version)), 'record', value, kept);
  }

  private sequenceText(otherwise = 0): string {
    const control = (this.groups.get('batchControlInfo') ?? this.groups.get('notification'))?.value as
      | {
          readonly fileSequenceNumber?: Value;
        }
      | undefined;
    const number = control?.fileSequenceNumber;
    return typeof number === 'string' ? number : sequenceText(otherwise);
  }
}

/** The code of a file that cannot be read: it alone says at which byte. */
const UNREADABLE = 50;

const identityOf = ({ header }: Report, options: ReturnOptions): RapIdentity | undefined => {
  const sender = header.recipient ?? options.tapRecipient;
  const recipient = header.sender ?? options.tapSender;
  if (sender === undefined || recipient === undefined) return undefined;
  return { sender, recipient, sequence: options.sequence, test: header.test || options.tapTest === true };
};

/** Bytes that have no field, where the element that holds them now stands. */
const inside = (way: string, kept: readonly Kept[]): readonly Kept[] =>
  kept.map(({ path, position, bytes }) => ({ path: path === '' ? way : `${way}/${path}`, position, bytes }));

/** Without fields that are not there: the writers take both, the plain composer only what stands. */
const definedOnly = (value: Value): Value => {
  if (Array.isArray(value)) return value.map(definedOnly);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => (inner === undefined ? [] : [[name, definedOnly(inner)]])),
  );
};
