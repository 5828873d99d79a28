// Long: written by domain/roaming/codec/generate.ts from the tag table of RAP-0105/TAP-0312; not to be changed by hand.
import type { BackWriter } from '../back-writer.ts';
import { childAt, ENTRY, type Integer, integerAt, listAt, oneAt, type Source, textAt } from '../tape.ts';
import { type ChoiceCodec, ChoiceView, View } from '../view.ts';
import {
  encodeDateTimeLong,
  plainDateTimeLong,
  type DateTimeLong,
  DateTimeLongView,
  encodeNotification,
  plainNotification,
  type Notification,
  NotificationView,
  encodeBatchControlInfo,
  plainBatchControlInfo,
  type BatchControlInfo,
  BatchControlInfoView,
  encodeAccountingInfo,
  plainAccountingInfo,
  type AccountingInfo,
  AccountingInfoView,
  encodeNetworkInfo,
  plainNetworkInfo,
  type NetworkInfo,
  NetworkInfoView,
  encodeAuditControlInfo,
  plainAuditControlInfo,
  type AuditControlInfo,
  AuditControlInfoView,
  encodeCallEventDetail,
  plainCallEventDetail,
  type CallEventDetail,
  CallEventDetailView,
} from './tap-0312.ts';

export interface RapBatchControlInfo {
  readonly sender?: string | undefined;
  readonly recipient?: string | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly rapFileCreationTimeStamp?: DateTimeLong | undefined;
  readonly rapFileAvailableTimeStamp?: DateTimeLong | undefined;
  readonly specificationVersionNumber?: Integer | undefined;
  readonly releaseVersionNumber?: Integer | undefined;
  readonly rapSpecificationVersionNumber?: Integer | undefined;
  readonly rapReleaseVersionNumber?: Integer | undefined;
  readonly fileTypeIndicator?: string | undefined;
  readonly roamingPartner?: string | undefined;
  readonly operatorSpecList?: readonly string[] | undefined;
  readonly tapDecimalPlaces?: Integer | undefined;
  readonly tapCurrency?: string | undefined;
}

export class RapBatchControlInfoView extends View implements RapBatchControlInfo {
  get sender(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 196); return at < 0 ? undefined : textAt(source, at); }
  get recipient(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 182); return at < 0 ? undefined : textAt(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get rapFileCreationTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 526); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get rapFileAvailableTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 525); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get specificationVersionNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 201); return at < 0 ? undefined : integerAt(source, at); }
  get releaseVersionNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 189); return at < 0 ? undefined : integerAt(source, at); }
  get rapSpecificationVersionNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 544); return at < 0 ? undefined : integerAt(source, at); }
  get rapReleaseVersionNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 543); return at < 0 ? undefined : integerAt(source, at); }
  get fileTypeIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 110); return at < 0 ? undefined : textAt(source, at); }
  get roamingPartner(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 550); return at < 0 ? undefined : textAt(source, at); }
  get operatorSpecList(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 551); return at < 0 ? undefined : listAt(source, at, textAt); }
  get tapDecimalPlaces(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 244); return at < 0 ? undefined : integerAt(source, at); }
  get tapCurrency(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 210); return at < 0 ? undefined : textAt(source, at); }
}

const plainRapBatchControlInfo = (source: Source, entry: number): RapBatchControlInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let sender_: RapBatchControlInfo['sender'];
  let recipient_: RapBatchControlInfo['recipient'];
  let rapFileSequenceNumber_: RapBatchControlInfo['rapFileSequenceNumber'];
  let rapFileCreationTimeStamp_: RapBatchControlInfo['rapFileCreationTimeStamp'];
  let rapFileAvailableTimeStamp_: RapBatchControlInfo['rapFileAvailableTimeStamp'];
  let specificationVersionNumber_: RapBatchControlInfo['specificationVersionNumber'];
  let releaseVersionNumber_: RapBatchControlInfo['releaseVersionNumber'];
  let rapSpecificationVersionNumber_: RapBatchControlInfo['rapSpecificationVersionNumber'];
  let rapReleaseVersionNumber_: RapBatchControlInfo['rapReleaseVersionNumber'];
  let fileTypeIndicator_: RapBatchControlInfo['fileTypeIndicator'];
  let roamingPartner_: RapBatchControlInfo['roamingPartner'];
  let operatorSpecList_: RapBatchControlInfo['operatorSpecList'];
  let tapDecimalPlaces_: RapBatchControlInfo['tapDecimalPlaces'];
  let tapCurrency_: RapBatchControlInfo['tapCurrency'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 196: sender_ = textAt(source, at); break;
      case 182: recipient_ = textAt(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 526: rapFileCreationTimeStamp_ = plainDateTimeLong(source, at); break;
      case 525: rapFileAvailableTimeStamp_ = plainDateTimeLong(source, at); break;
      case 201: specificationVersionNumber_ = integerAt(source, at); break;
      case 189: releaseVersionNumber_ = integerAt(source, at); break;
      case 544: rapSpecificationVersionNumber_ = integerAt(source, at); break;
      case 543: rapReleaseVersionNumber_ = integerAt(source, at); break;
      case 110: fileTypeIndicator_ = textAt(source, at); break;
      case 550: roamingPartner_ = textAt(source, at); break;
      case 551: operatorSpecList_ = listAt(source, at, textAt); break;
      case 244: tapDecimalPlaces_ = integerAt(source, at); break;
      case 210: tapCurrency_ = textAt(source, at); break;
    }
  }
  return { sender: sender_, recipient: recipient_, rapFileSequenceNumber: rapFileSequenceNumber_, rapFileCreationTimeStamp: rapFileCreationTimeStamp_, rapFileAvailableTimeStamp: rapFileAvailableTimeStamp_, specificationVersionNumber: specificationVersionNumber_, releaseVersionNumber: releaseVersionNumber_, rapSpecificationVersionNumber: rapSpecificationVersionNumber_, rapReleaseVersionNumber: rapReleaseVersionNumber_, fileTypeIndicator: fileTypeIndicator_, roamingPartner: roamingPartner_, operatorSpecList: operatorSpecList_, tapDecimalPlaces: tapDecimalPlaces_, tapCurrency: tapCurrency_ };
};

const encodeRapBatchControlInfo = (writer: BackWriter, value: RapBatchControlInfo): void => {
  writer.text(0x5f8152, value.tapCurrency);
  writer.integer(0x5f8174, value.tapDecimalPlaces);
  if (value.operatorSpecList !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecList.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecList[index] as string); } writer.header(from0, 0x7f8427); }
  writer.text(0x5f8426, value.roamingPartner);
  writer.text(0x5f6e, value.fileTypeIndicator);
  writer.integer(0x5f841f, value.rapReleaseVersionNumber);
  writer.integer(0x5f8420, value.rapSpecificationVersionNumber);
  writer.integer(0x5f813d, value.releaseVersionNumber);
  writer.integer(0x5f8149, value.specificationVersionNumber);
  if (value.rapFileAvailableTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.rapFileAvailableTimeStamp); writer.header(from0, 0x7f840d); }
  if (value.rapFileCreationTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.rapFileCreationTimeStamp); writer.header(from0, 0x7f840e); }
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  writer.text(0x5f8136, value.recipient);
  writer.text(0x5f8144, value.sender);
};

export interface RapAuditControlInfo {
  readonly totalSevereReturnValue?: Integer | undefined;
  readonly returnDetailsCount?: Integer | undefined;
  readonly operatorSpecList?: readonly string[] | undefined;
  readonly totalSevereReturnTax?: Integer | undefined;
}

export class RapAuditControlInfoView extends View implements RapAuditControlInfo {
  get totalSevereReturnValue(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 533); return at < 0 ? undefined : integerAt(source, at); }
  get returnDetailsCount(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 528); return at < 0 ? undefined : integerAt(source, at); }
  get operatorSpecList(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 551); return at < 0 ? undefined : listAt(source, at, textAt); }
  get totalSevereReturnTax(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 553); return at < 0 ? undefined : integerAt(source, at); }
}

const plainRapAuditControlInfo = (source: Source, entry: number): RapAuditControlInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let totalSevereReturnValue_: RapAuditControlInfo['totalSevereReturnValue'];
  let returnDetailsCount_: RapAuditControlInfo['returnDetailsCount'];
  let operatorSpecList_: RapAuditControlInfo['operatorSpecList'];
  let totalSevereReturnTax_: RapAuditControlInfo['totalSevereReturnTax'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 533: totalSevereReturnValue_ = integerAt(source, at); break;
      case 528: returnDetailsCount_ = integerAt(source, at); break;
      case 551: operatorSpecList_ = listAt(source, at, textAt); break;
      case 553: totalSevereReturnTax_ = integerAt(source, at); break;
    }
  }
  return { totalSevereReturnValue: totalSevereReturnValue_, returnDetailsCount: returnDetailsCount_, operatorSpecList: operatorSpecList_, totalSevereReturnTax: totalSevereReturnTax_ };
};

const encodeRapAuditControlInfo = (writer: BackWriter, value: RapAuditControlInfo): void => {
  writer.integer(0x5f8429, value.totalSevereReturnTax);
  if (value.operatorSpecList !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecList.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecList[index] as string); } writer.header(from0, 0x7f8427); }
  writer.integer(0x5f8410, value.returnDetailsCount);
  writer.integer(0x5f8415, value.totalSevereReturnValue);
};

export interface ReturnBatchPart {
  readonly rapBatchControlInfoRap?: RapBatchControlInfo | undefined;
  readonly rapAuditControlInfo?: RapAuditControlInfo | undefined;
}

export class ReturnBatchPartView extends ChoiceView implements ReturnBatchPart {
  get rapBatchControlInfoRap(): RapBatchControlInfo | undefined { const { source, entry } = this; return this.tag === 537 ? new RapBatchControlInfoView(source, entry) : undefined; }
  get rapAuditControlInfo(): RapAuditControlInfo | undefined { const { source, entry } = this; return this.tag === 541 ? new RapAuditControlInfoView(source, entry) : undefined; }
}

const plainReturnBatchPart = (source: Source, entry: number): ReturnBatchPart => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 537: return { rapBatchControlInfoRap: plainRapBatchControlInfo(source, entry) };
    case 541: return { rapAuditControlInfo: plainRapAuditControlInfo(source, entry) };
    default: return {};
  }
};

const encodeReturnBatchPart = (writer: BackWriter, value: ReturnBatchPart): void => {
  if (value.rapAuditControlInfo !== undefined) { const from0 = writer.size; encodeRapAuditControlInfo(writer, value.rapAuditControlInfo); writer.header(from0, 0x7f841d); }
  if (value.rapBatchControlInfoRap !== undefined) { const from0 = writer.size; encodeRapBatchControlInfo(writer, value.rapBatchControlInfoRap); writer.header(from0, 0x7f8419); }
};

export interface StopReturn {
  readonly lastSeqNumber?: string | undefined;
  readonly operatorSpecList?: readonly string[] | undefined;
}

export class StopReturnView extends View implements StopReturn {
  get lastSeqNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 555); return at < 0 ? undefined : textAt(source, at); }
  get operatorSpecList(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 551); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainStopReturn = (source: Source, entry: number): StopReturn => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let lastSeqNumber_: StopReturn['lastSeqNumber'];
  let operatorSpecList_: StopReturn['operatorSpecList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 555: lastSeqNumber_ = textAt(source, at); break;
      case 551: operatorSpecList_ = listAt(source, at, textAt); break;
    }
  }
  return { lastSeqNumber: lastSeqNumber_, operatorSpecList: operatorSpecList_ };
};

const encodeStopReturn = (writer: BackWriter, value: StopReturn): void => {
  if (value.operatorSpecList !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecList.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecList[index] as string); } writer.header(from0, 0x7f8427); }
  writer.text(0x5f842b, value.lastSeqNumber);
};

export interface MissingReturn {
  readonly startMissingSeqNumber?: string | undefined;
  readonly endMissingSeqNumber?: string | undefined;
  readonly operatorSpecList?: readonly string[] | undefined;
}

export class MissingReturnView extends View implements MissingReturn {
  get startMissingSeqNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 532); return at < 0 ? undefined : textAt(source, at); }
  get endMissingSeqNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 518); return at < 0 ? undefined : textAt(source, at); }
  get operatorSpecList(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 551); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainMissingReturn = (source: Source, entry: number): MissingReturn => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let startMissingSeqNumber_: MissingReturn['startMissingSeqNumber'];
  let endMissingSeqNumber_: MissingReturn['endMissingSeqNumber'];
  let operatorSpecList_: MissingReturn['operatorSpecList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 532: startMissingSeqNumber_ = textAt(source, at); break;
      case 518: endMissingSeqNumber_ = textAt(source, at); break;
      case 551: operatorSpecList_ = listAt(source, at, textAt); break;
    }
  }
  return { startMissingSeqNumber: startMissingSeqNumber_, endMissingSeqNumber: endMissingSeqNumber_, operatorSpecList: operatorSpecList_ };
};

const encodeMissingReturn = (writer: BackWriter, value: MissingReturn): void => {
  if (value.operatorSpecList !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecList.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecList[index] as string); } writer.header(from0, 0x7f8427); }
  writer.text(0x5f8406, value.endMissingSeqNumber);
  writer.text(0x5f8414, value.startMissingSeqNumber);
};

export interface ErrorContext {
  readonly pathItemId?: Integer | undefined;
  readonly itemOccurrence?: Integer | undefined;
  readonly itemLevel?: Integer | undefined;
}

export class ErrorContextView extends View implements ErrorContext {
  get pathItemId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 546); return at < 0 ? undefined : integerAt(source, at); }
  get itemOccurrence(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 547); return at < 0 ? undefined : integerAt(source, at); }
  get itemLevel(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 548); return at < 0 ? undefined : integerAt(source, at); }
}

const plainErrorContext = (source: Source, entry: number): ErrorContext => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let pathItemId_: ErrorContext['pathItemId'];
  let itemOccurrence_: ErrorContext['itemOccurrence'];
  let itemLevel_: ErrorContext['itemLevel'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 546: pathItemId_ = integerAt(source, at); break;
      case 547: itemOccurrence_ = integerAt(source, at); break;
      case 548: itemLevel_ = integerAt(source, at); break;
    }
  }
  return { pathItemId: pathItemId_, itemOccurrence: itemOccurrence_, itemLevel: itemLevel_ };
};

const encodeErrorContext = (writer: BackWriter, value: ErrorContext): void => {
  writer.integer(0x5f8424, value.itemLevel);
  writer.integer(0x5f8423, value.itemOccurrence);
  writer.integer(0x5f8422, value.pathItemId);
};

export interface ErrorDetail {
  readonly errorContext?: readonly ErrorContext[] | undefined;
  readonly itemOffset?: Integer | undefined;
  readonly errorCode?: Integer | undefined;
}

export class ErrorDetailView extends View implements ErrorDetail {
  get errorContext(): readonly ErrorContext[] | undefined { const { source } = this; const at = childAt(source, this.entry, 549); return at < 0 ? undefined : listAt(source, at, (source, at) => new ErrorContextView(source, at)); }
  get itemOffset(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 524); return at < 0 ? undefined : integerAt(source, at); }
  get errorCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 519); return at < 0 ? undefined : integerAt(source, at); }
}

const plainErrorDetail = (source: Source, entry: number): ErrorDetail => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let errorContext_: ErrorDetail['errorContext'];
  let itemOffset_: ErrorDetail['itemOffset'];
  let errorCode_: ErrorDetail['errorCode'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 549: errorContext_ = listAt(source, at, plainErrorContext); break;
      case 524: itemOffset_ = integerAt(source, at); break;
      case 519: errorCode_ = integerAt(source, at); break;
    }
  }
  return { errorContext: errorContext_, itemOffset: itemOffset_, errorCode: errorCode_ };
};

const encodeErrorDetail = (writer: BackWriter, value: ErrorDetail): void => {
  writer.integer(0x5f8407, value.errorCode);
  writer.integer(0x5f840c, value.itemOffset);
  if (value.errorContext !== undefined) { const from0 = writer.size; for (let index = value.errorContext.length - 1; index >= 0; index -= 1) { const one = value.errorContext[index] as ErrorContext; const from1 = writer.size; encodeErrorContext(writer, one); writer.header(from1, 0x7f8421); } writer.header(from0, 0x7f8425); }
};

export interface TransferBatchError {
  readonly errorDetail?: readonly ErrorDetail[] | undefined;
}

export class TransferBatchErrorView extends View implements TransferBatchError {
  get errorDetail(): readonly ErrorDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 520); return at < 0 ? undefined : listAt(source, at, (source, at) => new ErrorDetailView(source, at)); }
}

const plainTransferBatchError = (source: Source, entry: number): TransferBatchError => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let errorDetail_: TransferBatchError['errorDetail'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 520: errorDetail_ = listAt(source, at, plainErrorDetail); break;
    }
  }
  return { errorDetail: errorDetail_ };
};

const encodeTransferBatchError = (writer: BackWriter, value: TransferBatchError): void => {
  if (value.errorDetail !== undefined) { const from0 = writer.size; for (let index = value.errorDetail.length - 1; index >= 0; index -= 1) { const one = value.errorDetail[index] as ErrorDetail; const from1 = writer.size; encodeErrorDetail(writer, one); writer.header(from1, 0x7f8409); } writer.header(from0, 0x7f8408); }
};

export interface NotificationError {
  readonly notification?: Notification | undefined;
  readonly errorDetail?: readonly ErrorDetail[] | undefined;
}

export class NotificationErrorView extends View implements NotificationError {
  get notification(): Notification | undefined { const { source } = this; const at = childAt(source, this.entry, 2); return at < 0 ? undefined : new NotificationView(source, at); }
  get errorDetail(): readonly ErrorDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 520); return at < 0 ? undefined : listAt(source, at, (source, at) => new ErrorDetailView(source, at)); }
}

const plainNotificationError = (source: Source, entry: number): NotificationError => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let notification_: NotificationError['notification'];
  let errorDetail_: NotificationError['errorDetail'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 2: notification_ = plainNotification(source, at); break;
      case 520: errorDetail_ = listAt(source, at, plainErrorDetail); break;
    }
  }
  return { notification: notification_, errorDetail: errorDetail_ };
};

const encodeNotificationError = (writer: BackWriter, value: NotificationError): void => {
  if (value.errorDetail !== undefined) { const from0 = writer.size; for (let index = value.errorDetail.length - 1; index >= 0; index -= 1) { const one = value.errorDetail[index] as ErrorDetail; const from1 = writer.size; encodeErrorDetail(writer, one); writer.header(from1, 0x7f8409); } writer.header(from0, 0x7f8408); }
  if (value.notification !== undefined) { const from0 = writer.size; encodeNotification(writer, value.notification); writer.header(from0, 0x62); }
};

export interface BatchControlError {
  readonly batchControlInfo?: BatchControlInfo | undefined;
  readonly errorDetail?: readonly ErrorDetail[] | undefined;
}

export class BatchControlErrorView extends View implements BatchControlError {
  get batchControlInfo(): BatchControlInfo | undefined { const { source } = this; const at = childAt(source, this.entry, 4); return at < 0 ? undefined : new BatchControlInfoView(source, at); }
  get errorDetail(): readonly ErrorDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 520); return at < 0 ? undefined : listAt(source, at, (source, at) => new ErrorDetailView(source, at)); }
}

const plainBatchControlError = (source: Source, entry: number): BatchControlError => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let batchControlInfo_: BatchControlError['batchControlInfo'];
  let errorDetail_: BatchControlError['errorDetail'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 4: batchControlInfo_ = plainBatchControlInfo(source, at); break;
      case 520: errorDetail_ = listAt(source, at, plainErrorDetail); break;
    }
  }
  return { batchControlInfo: batchControlInfo_, errorDetail: errorDetail_ };
};

const encodeBatchControlError = (writer: BackWriter, value: BatchControlError): void => {
  if (value.errorDetail !== undefined) { const from0 = writer.size; for (let index = value.errorDetail.length - 1; index >= 0; index -= 1) { const one = value.errorDetail[index] as ErrorDetail; const from1 = writer.size; encodeErrorDetail(writer, one); writer.header(from1, 0x7f8409); } writer.header(from0, 0x7f8408); }
  if (value.batchControlInfo !== undefined) { const from0 = writer.size; encodeBatchControlInfo(writer, value.batchControlInfo); writer.header(from0, 0x64); }
};

export interface AccountingInfoError {
  readonly accountingInfo?: AccountingInfo | undefined;
  readonly errorDetail?: readonly ErrorDetail[] | undefined;
}

export class AccountingInfoErrorView extends View implements AccountingInfoError {
  get accountingInfo(): AccountingInfo | undefined { const { source } = this; const at = childAt(source, this.entry, 5); return at < 0 ? undefined : new AccountingInfoView(source, at); }
  get errorDetail(): readonly ErrorDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 520); return at < 0 ? undefined : listAt(source, at, (source, at) => new ErrorDetailView(source, at)); }
}

const plainAccountingInfoError = (source: Source, entry: number): AccountingInfoError => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let accountingInfo_: AccountingInfoError['accountingInfo'];
  let errorDetail_: AccountingInfoError['errorDetail'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 5: accountingInfo_ = plainAccountingInfo(source, at); break;
      case 520: errorDetail_ = listAt(source, at, plainErrorDetail); break;
    }
  }
  return { accountingInfo: accountingInfo_, errorDetail: errorDetail_ };
};

const encodeAccountingInfoError = (writer: BackWriter, value: AccountingInfoError): void => {
  if (value.errorDetail !== undefined) { const from0 = writer.size; for (let index = value.errorDetail.length - 1; index >= 0; index -= 1) { const one = value.errorDetail[index] as ErrorDetail; const from1 = writer.size; encodeErrorDetail(writer, one); writer.header(from1, 0x7f8409); } writer.header(from0, 0x7f8408); }
  if (value.accountingInfo !== undefined) { const from0 = writer.size; encodeAccountingInfo(writer, value.accountingInfo); writer.header(from0, 0x65); }
};

export interface NetworkInfoError {
  readonly networkInfo?: NetworkInfo | undefined;
  readonly errorDetail?: readonly ErrorDetail[] | undefined;
}

export class NetworkInfoErrorView extends View implements NetworkInfoError {
  get networkInfo(): NetworkInfo | undefined { const { source } = this; const at = childAt(source, this.entry, 6); return at < 0 ? undefined : new NetworkInfoView(source, at); }
  get errorDetail(): readonly ErrorDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 520); return at < 0 ? undefined : listAt(source, at, (source, at) => new ErrorDetailView(source, at)); }
}

const plainNetworkInfoError = (source: Source, entry: number): NetworkInfoError => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let networkInfo_: NetworkInfoError['networkInfo'];
  let errorDetail_: NetworkInfoError['errorDetail'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 6: networkInfo_ = plainNetworkInfo(source, at); break;
      case 520: errorDetail_ = listAt(source, at, plainErrorDetail); break;
    }
  }
  return { networkInfo: networkInfo_, errorDetail: errorDetail_ };
};

const encodeNetworkInfoError = (writer: BackWriter, value: NetworkInfoError): void => {
  if (value.errorDetail !== undefined) { const from0 = writer.size; for (let index = value.errorDetail.length - 1; index >= 0; index -= 1) { const one = value.errorDetail[index] as ErrorDetail; const from1 = writer.size; encodeErrorDetail(writer, one); writer.header(from1, 0x7f8409); } writer.header(from0, 0x7f8408); }
  if (value.networkInfo !== undefined) { const from0 = writer.size; encodeNetworkInfo(writer, value.networkInfo); writer.header(from0, 0x66); }
};

export interface MessageDescriptionInformationDefinition {
  readonly messageDescriptionCode?: Integer | undefined;
  readonly messageDescription?: string | undefined;
}

export class MessageDescriptionInformationDefinitionView extends View implements MessageDescriptionInformationDefinition {
  get messageDescriptionCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 141); return at < 0 ? undefined : integerAt(source, at); }
  get messageDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 142); return at < 0 ? undefined : textAt(source, at); }
}

const plainMessageDescriptionInformationDefinition = (source: Source, entry: number): MessageDescriptionInformationDefinition => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let messageDescriptionCode_: MessageDescriptionInformationDefinition['messageDescriptionCode'];
  let messageDescription_: MessageDescriptionInformationDefinition['messageDescription'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 141: messageDescriptionCode_ = integerAt(source, at); break;
      case 142: messageDescription_ = textAt(source, at); break;
    }
  }
  return { messageDescriptionCode: messageDescriptionCode_, messageDescription: messageDescription_ };
};

const encodeMessageDescriptionInformationDefinition = (writer: BackWriter, value: MessageDescriptionInformationDefinition): void => {
  writer.text(0x5f810e, value.messageDescription);
  writer.integer(0x5f810d, value.messageDescriptionCode);
};

export interface MessageDescriptionError {
  readonly messageDescriptionInfo?: readonly MessageDescriptionInformationDefinition[] | undefined;
  readonly errorDetail?: readonly ErrorDetail[] | undefined;
}

export class MessageDescriptionErrorView extends View implements MessageDescriptionError {
  get messageDescriptionInfo(): readonly MessageDescriptionInformationDefinition[] | undefined { const { source } = this; const at = childAt(source, this.entry, 8); return at < 0 ? undefined : listAt(source, at, (source, at) => new MessageDescriptionInformationDefinitionView(source, at)); }
  get errorDetail(): readonly ErrorDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 520); return at < 0 ? undefined : listAt(source, at, (source, at) => new ErrorDetailView(source, at)); }
}

const plainMessageDescriptionError = (source: Source, entry: number): MessageDescriptionError => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let messageDescriptionInfo_: MessageDescriptionError['messageDescriptionInfo'];
  let errorDetail_: MessageDescriptionError['errorDetail'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 8: messageDescriptionInfo_ = listAt(source, at, plainMessageDescriptionInformationDefinition); break;
      case 520: errorDetail_ = listAt(source, at, plainErrorDetail); break;
    }
  }
  return { messageDescriptionInfo: messageDescriptionInfo_, errorDetail: errorDetail_ };
};

const encodeMessageDescriptionError = (writer: BackWriter, value: MessageDescriptionError): void => {
  if (value.errorDetail !== undefined) { const from0 = writer.size; for (let index = value.errorDetail.length - 1; index >= 0; index -= 1) { const one = value.errorDetail[index] as ErrorDetail; const from1 = writer.size; encodeErrorDetail(writer, one); writer.header(from1, 0x7f8409); } writer.header(from0, 0x7f8408); }
  if (value.messageDescriptionInfo !== undefined) { const from0 = writer.size; for (let index = value.messageDescriptionInfo.length - 1; index >= 0; index -= 1) { const one = value.messageDescriptionInfo[index] as MessageDescriptionInformationDefinition; const from1 = writer.size; encodeMessageDescriptionInformationDefinition(writer, one); writer.header(from1, 0x7f810f); } writer.header(from0, 0x68); }
};

export interface AuditControlInfoError {
  readonly auditControlInfo?: AuditControlInfo | undefined;
  readonly errorDetail?: readonly ErrorDetail[] | undefined;
}

export class AuditControlInfoErrorView extends View implements AuditControlInfoError {
  get auditControlInfo(): AuditControlInfo | undefined { const { source } = this; const at = childAt(source, this.entry, 15); return at < 0 ? undefined : new AuditControlInfoView(source, at); }
  get errorDetail(): readonly ErrorDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 520); return at < 0 ? undefined : listAt(source, at, (source, at) => new ErrorDetailView(source, at)); }
}

const plainAuditControlInfoError = (source: Source, entry: number): AuditControlInfoError => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let auditControlInfo_: AuditControlInfoError['auditControlInfo'];
  let errorDetail_: AuditControlInfoError['errorDetail'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 15: auditControlInfo_ = plainAuditControlInfo(source, at); break;
      case 520: errorDetail_ = listAt(source, at, plainErrorDetail); break;
    }
  }
  return { auditControlInfo: auditControlInfo_, errorDetail: errorDetail_ };
};

const encodeAuditControlInfoError = (writer: BackWriter, value: AuditControlInfoError): void => {
  if (value.errorDetail !== undefined) { const from0 = writer.size; for (let index = value.errorDetail.length - 1; index >= 0; index -= 1) { const one = value.errorDetail[index] as ErrorDetail; const from1 = writer.size; encodeErrorDetail(writer, one); writer.header(from1, 0x7f8409); } writer.header(from0, 0x7f8408); }
  if (value.auditControlInfo !== undefined) { const from0 = writer.size; encodeAuditControlInfo(writer, value.auditControlInfo); writer.header(from0, 0x6f); }
};

export interface FatalReturn {
  readonly fileSequenceNumber?: string | undefined;
  readonly transferBatchError?: TransferBatchError | undefined;
  readonly notificationError?: NotificationError | undefined;
  readonly batchControlError?: BatchControlError | undefined;
  readonly accountingInfoError?: AccountingInfoError | undefined;
  readonly networkInfoError?: NetworkInfoError | undefined;
  readonly messageDescriptionError?: MessageDescriptionError | undefined;
  readonly auditControlInfoError?: AuditControlInfoError | undefined;
  readonly operatorSpecList?: readonly string[] | undefined;
}

export class FatalReturnView extends View implements FatalReturn {
  get fileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 109); return at < 0 ? undefined : textAt(source, at); }
  get transferBatchError(): TransferBatchError | undefined { const { source } = this; const at = childAt(source, this.entry, 542); return at < 0 ? undefined : new TransferBatchErrorView(source, at); }
  get notificationError(): NotificationError | undefined { const { source } = this; const at = childAt(source, this.entry, 552); return at < 0 ? undefined : new NotificationErrorView(source, at); }
  get batchControlError(): BatchControlError | undefined { const { source } = this; const at = childAt(source, this.entry, 517); return at < 0 ? undefined : new BatchControlErrorView(source, at); }
  get accountingInfoError(): AccountingInfoError | undefined { const { source } = this; const at = childAt(source, this.entry, 512); return at < 0 ? undefined : new AccountingInfoErrorView(source, at); }
  get networkInfoError(): NetworkInfoError | undefined { const { source } = this; const at = childAt(source, this.entry, 523); return at < 0 ? undefined : new NetworkInfoErrorView(source, at); }
  get messageDescriptionError(): MessageDescriptionError | undefined { const { source } = this; const at = childAt(source, this.entry, 522); return at < 0 ? undefined : new MessageDescriptionErrorView(source, at); }
  get auditControlInfoError(): AuditControlInfoError | undefined { const { source } = this; const at = childAt(source, this.entry, 513); return at < 0 ? undefined : new AuditControlInfoErrorView(source, at); }
  get operatorSpecList(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 551); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainFatalReturn = (source: Source, entry: number): FatalReturn => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fileSequenceNumber_: FatalReturn['fileSequenceNumber'];
  let transferBatchError_: FatalReturn['transferBatchError'];
  let notificationError_: FatalReturn['notificationError'];
  let batchControlError_: FatalReturn['batchControlError'];
  let accountingInfoError_: FatalReturn['accountingInfoError'];
  let networkInfoError_: FatalReturn['networkInfoError'];
  let messageDescriptionError_: FatalReturn['messageDescriptionError'];
  let auditControlInfoError_: FatalReturn['auditControlInfoError'];
  let operatorSpecList_: FatalReturn['operatorSpecList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 109: fileSequenceNumber_ = textAt(source, at); break;
      case 542: transferBatchError_ = plainTransferBatchError(source, at); break;
      case 552: notificationError_ = plainNotificationError(source, at); break;
      case 517: batchControlError_ = plainBatchControlError(source, at); break;
      case 512: accountingInfoError_ = plainAccountingInfoError(source, at); break;
      case 523: networkInfoError_ = plainNetworkInfoError(source, at); break;
      case 522: messageDescriptionError_ = plainMessageDescriptionError(source, at); break;
      case 513: auditControlInfoError_ = plainAuditControlInfoError(source, at); break;
      case 551: operatorSpecList_ = listAt(source, at, textAt); break;
    }
  }
  return { fileSequenceNumber: fileSequenceNumber_, transferBatchError: transferBatchError_, notificationError: notificationError_, batchControlError: batchControlError_, accountingInfoError: accountingInfoError_, networkInfoError: networkInfoError_, messageDescriptionError: messageDescriptionError_, auditControlInfoError: auditControlInfoError_, operatorSpecList: operatorSpecList_ };
};

const encodeFatalReturn = (writer: BackWriter, value: FatalReturn): void => {
  if (value.operatorSpecList !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecList.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecList[index] as string); } writer.header(from0, 0x7f8427); }
  if (value.auditControlInfoError !== undefined) { const from0 = writer.size; encodeAuditControlInfoError(writer, value.auditControlInfoError); writer.header(from0, 0x7f8401); }
  if (value.messageDescriptionError !== undefined) { const from0 = writer.size; encodeMessageDescriptionError(writer, value.messageDescriptionError); writer.header(from0, 0x7f840a); }
  if (value.networkInfoError !== undefined) { const from0 = writer.size; encodeNetworkInfoError(writer, value.networkInfoError); writer.header(from0, 0x7f840b); }
  if (value.accountingInfoError !== undefined) { const from0 = writer.size; encodeAccountingInfoError(writer, value.accountingInfoError); writer.header(from0, 0x7f8400); }
  if (value.batchControlError !== undefined) { const from0 = writer.size; encodeBatchControlError(writer, value.batchControlError); writer.header(from0, 0x7f8405); }
  if (value.notificationError !== undefined) { const from0 = writer.size; encodeNotificationError(writer, value.notificationError); writer.header(from0, 0x7f8428); }
  if (value.transferBatchError !== undefined) { const from0 = writer.size; encodeTransferBatchError(writer, value.transferBatchError); writer.header(from0, 0x7f841e); }
  writer.text(0x5f6d, value.fileSequenceNumber);
};

export interface SevereReturn {
  readonly fileSequenceNumber?: string | undefined;
  readonly callEventDetail?: CallEventDetail | undefined;
  readonly errorDetail?: readonly ErrorDetail[] | undefined;
  readonly operatorSpecList?: readonly string[] | undefined;
}

export class SevereReturnView extends View implements SevereReturn {
  get fileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 109); return at < 0 ? undefined : textAt(source, at); }
  get callEventDetail(): CallEventDetail | undefined { const { source } = this; const at = oneAt(source, this.entry, [9, 10, 11, 12, 14, 17, 297, 433, 434]); return at < 0 ? undefined : new CallEventDetailView(source, at); }
  get errorDetail(): readonly ErrorDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 520); return at < 0 ? undefined : listAt(source, at, (source, at) => new ErrorDetailView(source, at)); }
  get operatorSpecList(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 551); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainSevereReturn = (source: Source, entry: number): SevereReturn => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fileSequenceNumber_: SevereReturn['fileSequenceNumber'];
  let callEventDetail_: SevereReturn['callEventDetail'];
  let errorDetail_: SevereReturn['errorDetail'];
  let operatorSpecList_: SevereReturn['operatorSpecList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 109: fileSequenceNumber_ = textAt(source, at); break;
      case 9: case 10: case 11: case 12: case 14: case 17: case 297: case 433: case 434: callEventDetail_ = plainCallEventDetail(source, at); break;
      case 520: errorDetail_ = listAt(source, at, plainErrorDetail); break;
      case 551: operatorSpecList_ = listAt(source, at, textAt); break;
    }
  }
  return { fileSequenceNumber: fileSequenceNumber_, callEventDetail: callEventDetail_, errorDetail: errorDetail_, operatorSpecList: operatorSpecList_ };
};

const encodeSevereReturn = (writer: BackWriter, value: SevereReturn): void => {
  if (value.operatorSpecList !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecList.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecList[index] as string); } writer.header(from0, 0x7f8427); }
  if (value.errorDetail !== undefined) { const from0 = writer.size; for (let index = value.errorDetail.length - 1; index >= 0; index -= 1) { const one = value.errorDetail[index] as ErrorDetail; const from1 = writer.size; encodeErrorDetail(writer, one); writer.header(from1, 0x7f8409); } writer.header(from0, 0x7f8408); }
  if (value.callEventDetail !== undefined) { encodeCallEventDetail(writer, value.callEventDetail); }
  writer.text(0x5f6d, value.fileSequenceNumber);
};

export interface ReturnDetail {
  readonly stopReturn?: StopReturn | undefined;
  readonly missingReturn?: MissingReturn | undefined;
  readonly fatalReturn?: FatalReturn | undefined;
  readonly severeReturn?: SevereReturn | undefined;
}

export class ReturnDetailView extends ChoiceView implements ReturnDetail {
  get stopReturn(): StopReturn | undefined { const { source, entry } = this; return this.tag === 554 ? new StopReturnView(source, entry) : undefined; }
  get missingReturn(): MissingReturn | undefined { const { source, entry } = this; return this.tag === 538 ? new MissingReturnView(source, entry) : undefined; }
  get fatalReturn(): FatalReturn | undefined { const { source, entry } = this; return this.tag === 539 ? new FatalReturnView(source, entry) : undefined; }
  get severeReturn(): SevereReturn | undefined { const { source, entry } = this; return this.tag === 540 ? new SevereReturnView(source, entry) : undefined; }
}

const plainReturnDetail = (source: Source, entry: number): ReturnDetail => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 554: return { stopReturn: plainStopReturn(source, entry) };
    case 538: return { missingReturn: plainMissingReturn(source, entry) };
    case 539: return { fatalReturn: plainFatalReturn(source, entry) };
    case 540: return { severeReturn: plainSevereReturn(source, entry) };
    default: return {};
  }
};

const encodeReturnDetail = (writer: BackWriter, value: ReturnDetail): void => {
  if (value.severeReturn !== undefined) { const from0 = writer.size; encodeSevereReturn(writer, value.severeReturn); writer.header(from0, 0x7f841c); }
  if (value.fatalReturn !== undefined) { const from0 = writer.size; encodeFatalReturn(writer, value.fatalReturn); writer.header(from0, 0x7f841b); }
  if (value.missingReturn !== undefined) { const from0 = writer.size; encodeMissingReturn(writer, value.missingReturn); writer.header(from0, 0x7f841a); }
  if (value.stopReturn !== undefined) { const from0 = writer.size; encodeStopReturn(writer, value.stopReturn); writer.header(from0, 0x7f842a); }
};

export interface Acknowledgement {
  readonly sender?: string | undefined;
  readonly recipient?: string | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly ackFileCreationTimeStamp?: DateTimeLong | undefined;
  readonly ackFileAvailableTimeStamp?: DateTimeLong | undefined;
  readonly fileTypeIndicator?: string | undefined;
  readonly operatorSpecList?: readonly string[] | undefined;
}

export class AcknowledgementView extends View implements Acknowledgement {
  get sender(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 196); return at < 0 ? undefined : textAt(source, at); }
  get recipient(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 182); return at < 0 ? undefined : textAt(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get ackFileCreationTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 516); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get ackFileAvailableTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 515); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get fileTypeIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 110); return at < 0 ? undefined : textAt(source, at); }
  get operatorSpecList(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 551); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainAcknowledgement = (source: Source, entry: number): Acknowledgement => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let sender_: Acknowledgement['sender'];
  let recipient_: Acknowledgement['recipient'];
  let rapFileSequenceNumber_: Acknowledgement['rapFileSequenceNumber'];
  let ackFileCreationTimeStamp_: Acknowledgement['ackFileCreationTimeStamp'];
  let ackFileAvailableTimeStamp_: Acknowledgement['ackFileAvailableTimeStamp'];
  let fileTypeIndicator_: Acknowledgement['fileTypeIndicator'];
  let operatorSpecList_: Acknowledgement['operatorSpecList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 196: sender_ = textAt(source, at); break;
      case 182: recipient_ = textAt(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 516: ackFileCreationTimeStamp_ = plainDateTimeLong(source, at); break;
      case 515: ackFileAvailableTimeStamp_ = plainDateTimeLong(source, at); break;
      case 110: fileTypeIndicator_ = textAt(source, at); break;
      case 551: operatorSpecList_ = listAt(source, at, textAt); break;
    }
  }
  return { sender: sender_, recipient: recipient_, rapFileSequenceNumber: rapFileSequenceNumber_, ackFileCreationTimeStamp: ackFileCreationTimeStamp_, ackFileAvailableTimeStamp: ackFileAvailableTimeStamp_, fileTypeIndicator: fileTypeIndicator_, operatorSpecList: operatorSpecList_ };
};

const encodeAcknowledgement = (writer: BackWriter, value: Acknowledgement): void => {
  if (value.operatorSpecList !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecList.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecList[index] as string); } writer.header(from0, 0x7f8427); }
  writer.text(0x5f6e, value.fileTypeIndicator);
  if (value.ackFileAvailableTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.ackFileAvailableTimeStamp); writer.header(from0, 0x7f8403); }
  if (value.ackFileCreationTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.ackFileCreationTimeStamp); writer.header(from0, 0x7f8404); }
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  writer.text(0x5f8136, value.recipient);
  writer.text(0x5f8144, value.sender);
};

export interface RapDataInterChange {
  readonly acknowledgement?: Acknowledgement | undefined;
}

export class RapDataInterChangeView extends ChoiceView implements RapDataInterChange {
  get acknowledgement(): Acknowledgement | undefined { const { source, entry } = this; return this.tag === 535 ? new AcknowledgementView(source, entry) : undefined; }
}

const plainRapDataInterChange = (source: Source, entry: number): RapDataInterChange => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 535: return { acknowledgement: plainAcknowledgement(source, entry) };
    default: return {};
  }
};

const encodeRapDataInterChange = (writer: BackWriter, value: RapDataInterChange): void => {
  if (value.acknowledgement !== undefined) { const from0 = writer.size; encodeAcknowledgement(writer, value.acknowledgement); writer.header(from0, 0x7f8417); }
};

/** The units, the parts of a batch and the records of RAP-0105/TAP-0312. */
export const rap0105Tap0312 = {
  file: {
    view: (source, entry) => new RapDataInterChangeView(source, entry),
    plain: plainRapDataInterChange,
    encode: encodeRapDataInterChange,
  } satisfies ChoiceCodec<RapDataInterChange>,
  part: {
    view: (source, entry) => new ReturnBatchPartView(source, entry),
    plain: plainReturnBatchPart,
    encode: encodeReturnBatchPart,
  } satisfies ChoiceCodec<ReturnBatchPart>,
  record: {
    view: (source, entry) => new ReturnDetailView(source, entry),
    plain: plainReturnDetail,
    encode: encodeReturnDetail,
  } satisfies ChoiceCodec<ReturnDetail>,
};

export {
  encodeRapBatchControlInfo,
  plainRapBatchControlInfo,
  encodeRapAuditControlInfo,
  plainRapAuditControlInfo,
  encodeReturnBatchPart,
  plainReturnBatchPart,
  encodeStopReturn,
  plainStopReturn,
  encodeMissingReturn,
  plainMissingReturn,
  encodeErrorContext,
  plainErrorContext,
  encodeErrorDetail,
  plainErrorDetail,
  encodeTransferBatchError,
  plainTransferBatchError,
  encodeNotificationError,
  plainNotificationError,
  encodeBatchControlError,
  plainBatchControlError,
  encodeAccountingInfoError,
  plainAccountingInfoError,
  encodeNetworkInfoError,
  plainNetworkInfoError,
  encodeMessageDescriptionInformationDefinition,
  plainMessageDescriptionInformationDefinition,
  encodeMessageDescriptionError,
  plainMessageDescriptionError,
  encodeAuditControlInfoError,
  plainAuditControlInfoError,
  encodeFatalReturn,
  plainFatalReturn,
  encodeSevereReturn,
  plainSevereReturn,
  encodeReturnDetail,
  plainReturnDetail,
  encodeAcknowledgement,
  plainAcknowledgement,
  encodeRapDataInterChange,
  plainRapDataInterChange,
};
