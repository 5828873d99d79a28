// Long: written by domain/roaming/codec/generate.ts from the tag table of TAP-0309; not to be changed by hand.
import type { BackWriter } from '../back-writer.ts';
import { bcdAt, childAt, ENTRY, hexAt, type Integer, integerAt, listAt, oneAt, type Source, textAt } from '../tape.ts';
import { type ChoiceCodec, ChoiceView, View } from '../view.ts';

export interface DateTimeLong {
  readonly localTimeStamp?: string | undefined;
  readonly utcTimeOffset?: string | undefined;
}

export class DateTimeLongView extends View implements DateTimeLong {
  get localTimeStamp(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 16); return at < 0 ? undefined : textAt(source, at); }
  get utcTimeOffset(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 231); return at < 0 ? undefined : textAt(source, at); }
}

const plainDateTimeLong = (source: Source, entry: number): DateTimeLong => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let localTimeStamp_: DateTimeLong['localTimeStamp'];
  let utcTimeOffset_: DateTimeLong['utcTimeOffset'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 16: localTimeStamp_ = textAt(source, at); break;
      case 231: utcTimeOffset_ = textAt(source, at); break;
    }
  }
  return { localTimeStamp: localTimeStamp_, utcTimeOffset: utcTimeOffset_ };
};

const encodeDateTimeLong = (writer: BackWriter, value: DateTimeLong): void => {
  writer.text(0x5f8167, value.utcTimeOffset);
  writer.text(0x50, value.localTimeStamp);
};

export interface BatchControlInfo {
  readonly sender?: string | undefined;
  readonly recipient?: string | undefined;
  readonly fileSequenceNumber?: string | undefined;
  readonly fileCreationTimeStamp?: DateTimeLong | undefined;
  readonly transferCutOffTimeStamp?: DateTimeLong | undefined;
  readonly fileAvailableTimeStamp?: DateTimeLong | undefined;
  readonly specificationVersionNumber?: Integer | undefined;
  readonly releaseVersionNumber?: Integer | undefined;
  readonly fileTypeIndicator?: string | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class BatchControlInfoView extends View implements BatchControlInfo {
  get sender(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 196); return at < 0 ? undefined : textAt(source, at); }
  get recipient(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 182); return at < 0 ? undefined : textAt(source, at); }
  get fileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 109); return at < 0 ? undefined : textAt(source, at); }
  get fileCreationTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 108); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get transferCutOffTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 227); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get fileAvailableTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 107); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get specificationVersionNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 201); return at < 0 ? undefined : integerAt(source, at); }
  get releaseVersionNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 189); return at < 0 ? undefined : integerAt(source, at); }
  get fileTypeIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 110); return at < 0 ? undefined : textAt(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainBatchControlInfo = (source: Source, entry: number): BatchControlInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let sender_: BatchControlInfo['sender'];
  let recipient_: BatchControlInfo['recipient'];
  let fileSequenceNumber_: BatchControlInfo['fileSequenceNumber'];
  let fileCreationTimeStamp_: BatchControlInfo['fileCreationTimeStamp'];
  let transferCutOffTimeStamp_: BatchControlInfo['transferCutOffTimeStamp'];
  let fileAvailableTimeStamp_: BatchControlInfo['fileAvailableTimeStamp'];
  let specificationVersionNumber_: BatchControlInfo['specificationVersionNumber'];
  let releaseVersionNumber_: BatchControlInfo['releaseVersionNumber'];
  let fileTypeIndicator_: BatchControlInfo['fileTypeIndicator'];
  let rapFileSequenceNumber_: BatchControlInfo['rapFileSequenceNumber'];
  let operatorSpecInformation_: BatchControlInfo['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 196: sender_ = textAt(source, at); break;
      case 182: recipient_ = textAt(source, at); break;
      case 109: fileSequenceNumber_ = textAt(source, at); break;
      case 108: fileCreationTimeStamp_ = plainDateTimeLong(source, at); break;
      case 227: transferCutOffTimeStamp_ = plainDateTimeLong(source, at); break;
      case 107: fileAvailableTimeStamp_ = plainDateTimeLong(source, at); break;
      case 201: specificationVersionNumber_ = integerAt(source, at); break;
      case 189: releaseVersionNumber_ = integerAt(source, at); break;
      case 110: fileTypeIndicator_ = textAt(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { sender: sender_, recipient: recipient_, fileSequenceNumber: fileSequenceNumber_, fileCreationTimeStamp: fileCreationTimeStamp_, transferCutOffTimeStamp: transferCutOffTimeStamp_, fileAvailableTimeStamp: fileAvailableTimeStamp_, specificationVersionNumber: specificationVersionNumber_, releaseVersionNumber: releaseVersionNumber_, fileTypeIndicator: fileTypeIndicator_, rapFileSequenceNumber: rapFileSequenceNumber_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeBatchControlInfo = (writer: BackWriter, value: BatchControlInfo): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  writer.text(0x5f6e, value.fileTypeIndicator);
  writer.integer(0x5f813d, value.releaseVersionNumber);
  writer.integer(0x5f8149, value.specificationVersionNumber);
  if (value.fileAvailableTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.fileAvailableTimeStamp); writer.header(from0, 0x7f6b); }
  if (value.transferCutOffTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.transferCutOffTimeStamp); writer.header(from0, 0x7f8163); }
  if (value.fileCreationTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.fileCreationTimeStamp); writer.header(from0, 0x7f6c); }
  writer.text(0x5f6d, value.fileSequenceNumber);
  writer.text(0x5f8136, value.recipient);
  writer.text(0x5f8144, value.sender);
};

export interface TaxRateDefinition {
  readonly taxCode?: Integer | undefined;
  readonly taxType?: string | undefined;
  readonly taxRate?: string | undefined;
}

export class TaxRateDefinitionView extends View implements TaxRateDefinition {
  get taxCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 212); return at < 0 ? undefined : integerAt(source, at); }
  get taxType(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 217); return at < 0 ? undefined : textAt(source, at); }
  get taxRate(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 215); return at < 0 ? undefined : textAt(source, at); }
}

const plainTaxRateDefinition = (source: Source, entry: number): TaxRateDefinition => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let taxCode_: TaxRateDefinition['taxCode'];
  let taxType_: TaxRateDefinition['taxType'];
  let taxRate_: TaxRateDefinition['taxRate'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 212: taxCode_ = integerAt(source, at); break;
      case 217: taxType_ = textAt(source, at); break;
      case 215: taxRate_ = textAt(source, at); break;
    }
  }
  return { taxCode: taxCode_, taxType: taxType_, taxRate: taxRate_ };
};

const encodeTaxRateDefinition = (writer: BackWriter, value: TaxRateDefinition): void => {
  writer.text(0x5f8157, value.taxRate);
  writer.text(0x5f8159, value.taxType);
  writer.integer(0x5f8154, value.taxCode);
};

export interface DiscountApplied {
  readonly fixedDiscountValue?: Integer | undefined;
  readonly discountRate?: Integer | undefined;
}

export class DiscountAppliedView extends ChoiceView implements DiscountApplied {
  get fixedDiscountValue(): Integer | undefined { const { source, entry } = this; return this.tag === 93 ? integerAt(source, entry) : undefined; }
  get discountRate(): Integer | undefined { const { source, entry } = this; return this.tag === 92 ? integerAt(source, entry) : undefined; }
}

const plainDiscountApplied = (source: Source, entry: number): DiscountApplied => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 93: return { fixedDiscountValue: integerAt(source, entry) };
    case 92: return { discountRate: integerAt(source, entry) };
    default: return {};
  }
};

const encodeDiscountApplied = (writer: BackWriter, value: DiscountApplied): void => {
  writer.integer(0x5f5c, value.discountRate);
  writer.integer(0x5f5d, value.fixedDiscountValue);
};

export interface DiscountDefinition {
  readonly discountCode?: Integer | undefined;
  readonly discountApplied?: DiscountApplied | undefined;
}

export class DiscountDefinitionView extends View implements DiscountDefinition {
  get discountCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 91); return at < 0 ? undefined : integerAt(source, at); }
  get discountApplied(): DiscountApplied | undefined { const { source } = this; const at = oneAt(source, this.entry, [93, 92]); return at < 0 ? undefined : new DiscountAppliedView(source, at); }
}

const plainDiscountDefinition = (source: Source, entry: number): DiscountDefinition => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let discountCode_: DiscountDefinition['discountCode'];
  let discountApplied_: DiscountDefinition['discountApplied'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 91: discountCode_ = integerAt(source, at); break;
      case 93: case 92: discountApplied_ = plainDiscountApplied(source, at); break;
    }
  }
  return { discountCode: discountCode_, discountApplied: discountApplied_ };
};

const encodeDiscountDefinition = (writer: BackWriter, value: DiscountDefinition): void => {
  if (value.discountApplied !== undefined) { encodeDiscountApplied(writer, value.discountApplied); }
  writer.integer(0x5f5b, value.discountCode);
};

export interface ExchangeRateDefinition {
  readonly exchangeRateCode?: Integer | undefined;
  readonly numberOfDecimalPlaces?: Integer | undefined;
  readonly exchangeRate?: Integer | undefined;
}

export class ExchangeRateDefinitionView extends View implements ExchangeRateDefinition {
  get exchangeRateCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 105); return at < 0 ? undefined : integerAt(source, at); }
  get numberOfDecimalPlaces(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 159); return at < 0 ? undefined : integerAt(source, at); }
  get exchangeRate(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 104); return at < 0 ? undefined : integerAt(source, at); }
}

const plainExchangeRateDefinition = (source: Source, entry: number): ExchangeRateDefinition => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let exchangeRateCode_: ExchangeRateDefinition['exchangeRateCode'];
  let numberOfDecimalPlaces_: ExchangeRateDefinition['numberOfDecimalPlaces'];
  let exchangeRate_: ExchangeRateDefinition['exchangeRate'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 105: exchangeRateCode_ = integerAt(source, at); break;
      case 159: numberOfDecimalPlaces_ = integerAt(source, at); break;
      case 104: exchangeRate_ = integerAt(source, at); break;
    }
  }
  return { exchangeRateCode: exchangeRateCode_, numberOfDecimalPlaces: numberOfDecimalPlaces_, exchangeRate: exchangeRate_ };
};

const encodeExchangeRateDefinition = (writer: BackWriter, value: ExchangeRateDefinition): void => {
  writer.integer(0x5f68, value.exchangeRate);
  writer.integer(0x5f811f, value.numberOfDecimalPlaces);
  writer.integer(0x5f69, value.exchangeRateCode);
};

export interface AccountingInfo {
  readonly taxation?: readonly TaxRateDefinition[] | undefined;
  readonly discounting?: readonly DiscountDefinition[] | undefined;
  readonly localCurrency?: string | undefined;
  readonly tapCurrency?: string | undefined;
  readonly currencyConversion?: readonly ExchangeRateDefinition[] | undefined;
  readonly tapDecimalPlaces?: Integer | undefined;
}

export class AccountingInfoView extends View implements AccountingInfo {
  get taxation(): readonly TaxRateDefinition[] | undefined { const { source } = this; const at = childAt(source, this.entry, 211); return at < 0 ? undefined : listAt(source, at, (source, at) => new TaxRateDefinitionView(source, at)); }
  get discounting(): readonly DiscountDefinition[] | undefined { const { source } = this; const at = childAt(source, this.entry, 95); return at < 0 ? undefined : listAt(source, at, (source, at) => new DiscountDefinitionView(source, at)); }
  get localCurrency(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 135); return at < 0 ? undefined : textAt(source, at); }
  get tapCurrency(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 210); return at < 0 ? undefined : textAt(source, at); }
  get currencyConversion(): readonly ExchangeRateDefinition[] | undefined { const { source } = this; const at = childAt(source, this.entry, 80); return at < 0 ? undefined : listAt(source, at, (source, at) => new ExchangeRateDefinitionView(source, at)); }
  get tapDecimalPlaces(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 244); return at < 0 ? undefined : integerAt(source, at); }
}

const plainAccountingInfo = (source: Source, entry: number): AccountingInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let taxation_: AccountingInfo['taxation'];
  let discounting_: AccountingInfo['discounting'];
  let localCurrency_: AccountingInfo['localCurrency'];
  let tapCurrency_: AccountingInfo['tapCurrency'];
  let currencyConversion_: AccountingInfo['currencyConversion'];
  let tapDecimalPlaces_: AccountingInfo['tapDecimalPlaces'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 211: taxation_ = listAt(source, at, plainTaxRateDefinition); break;
      case 95: discounting_ = listAt(source, at, plainDiscountDefinition); break;
      case 135: localCurrency_ = textAt(source, at); break;
      case 210: tapCurrency_ = textAt(source, at); break;
      case 80: currencyConversion_ = listAt(source, at, plainExchangeRateDefinition); break;
      case 244: tapDecimalPlaces_ = integerAt(source, at); break;
    }
  }
  return { taxation: taxation_, discounting: discounting_, localCurrency: localCurrency_, tapCurrency: tapCurrency_, currencyConversion: currencyConversion_, tapDecimalPlaces: tapDecimalPlaces_ };
};

const encodeAccountingInfo = (writer: BackWriter, value: AccountingInfo): void => {
  writer.integer(0x5f8174, value.tapDecimalPlaces);
  if (value.currencyConversion !== undefined) { const from0 = writer.size; for (let index = value.currencyConversion.length - 1; index >= 0; index -= 1) { const one = value.currencyConversion[index] as ExchangeRateDefinition; const from1 = writer.size; encodeExchangeRateDefinition(writer, one); writer.header(from1, 0x7f6a); } writer.header(from0, 0x7f50); }
  writer.text(0x5f8152, value.tapCurrency);
  writer.text(0x5f8107, value.localCurrency);
  if (value.discounting !== undefined) { const from0 = writer.size; for (let index = value.discounting.length - 1; index >= 0; index -= 1) { const one = value.discounting[index] as DiscountDefinition; const from1 = writer.size; encodeDiscountDefinition(writer, one); writer.header(from1, 0x7f5e); } writer.header(from0, 0x7f5f); }
  if (value.taxation !== undefined) { const from0 = writer.size; for (let index = value.taxation.length - 1; index >= 0; index -= 1) { const one = value.taxation[index] as TaxRateDefinition; const from1 = writer.size; encodeTaxRateDefinition(writer, one); writer.header(from1, 0x7f8158); } writer.header(from0, 0x7f8153); }
};

export interface UtcTimeOffsetDefinition {
  readonly utcTimeOffsetCode?: Integer | undefined;
  readonly utcTimeOffset?: string | undefined;
}

export class UtcTimeOffsetDefinitionView extends View implements UtcTimeOffsetDefinition {
  get utcTimeOffsetCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 232); return at < 0 ? undefined : integerAt(source, at); }
  get utcTimeOffset(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 231); return at < 0 ? undefined : textAt(source, at); }
}

const plainUtcTimeOffsetDefinition = (source: Source, entry: number): UtcTimeOffsetDefinition => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let utcTimeOffsetCode_: UtcTimeOffsetDefinition['utcTimeOffsetCode'];
  let utcTimeOffset_: UtcTimeOffsetDefinition['utcTimeOffset'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 232: utcTimeOffsetCode_ = integerAt(source, at); break;
      case 231: utcTimeOffset_ = textAt(source, at); break;
    }
  }
  return { utcTimeOffsetCode: utcTimeOffsetCode_, utcTimeOffset: utcTimeOffset_ };
};

const encodeUtcTimeOffsetDefinition = (writer: BackWriter, value: UtcTimeOffsetDefinition): void => {
  writer.text(0x5f8167, value.utcTimeOffset);
  writer.integer(0x5f8168, value.utcTimeOffsetCode);
};

export interface IpAddress {
  readonly iPTextV4Address?: string | undefined;
  readonly iPTextV6Address?: string | undefined;
}

export class IpAddressView extends ChoiceView implements IpAddress {
  get iPTextV4Address(): string | undefined { const { source, entry } = this; return this.tag === 131 ? textAt(source, entry) : undefined; }
  get iPTextV6Address(): string | undefined { const { source, entry } = this; return this.tag === 132 ? textAt(source, entry) : undefined; }
}

const plainIpAddress = (source: Source, entry: number): IpAddress => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 131: return { iPTextV4Address: textAt(source, entry) };
    case 132: return { iPTextV6Address: textAt(source, entry) };
    default: return {};
  }
};

const encodeIpAddress = (writer: BackWriter, value: IpAddress): void => {
  writer.text(0x5f8104, value.iPTextV6Address);
  writer.text(0x5f8103, value.iPTextV4Address);
};

export interface RecEntityId {
  readonly mscId?: string | undefined;
  readonly msisdn?: string | undefined;
  readonly gsnaddress?: IpAddress | undefined;
}

export class RecEntityIdView extends ChoiceView implements RecEntityId {
  get mscId(): string | undefined { const { source, entry } = this; return this.tag === 151 ? textAt(source, entry) : undefined; }
  get msisdn(): string | undefined { const { source, entry } = this; return this.tag === 152 ? bcdAt(source, entry) : undefined; }
  get gsnaddress(): IpAddress | undefined { const { source, entry } = this; return this.tag === 131 || this.tag === 132 ? new IpAddressView(source, entry) : undefined; }
}

const plainRecEntityId = (source: Source, entry: number): RecEntityId => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 151: return { mscId: textAt(source, entry) };
    case 152: return { msisdn: bcdAt(source, entry) };
    case 131: case 132: return { gsnaddress: plainIpAddress(source, entry) };
    default: return {};
  }
};

const encodeRecEntityId = (writer: BackWriter, value: RecEntityId): void => {
  if (value.gsnaddress !== undefined) { encodeIpAddress(writer, value.gsnaddress); }
  writer.bcd(0x5f8118, value.msisdn);
  writer.text(0x5f8117, value.mscId);
};

export interface RecEntityDefinition {
  readonly recEntityCode?: Integer | undefined;
  readonly recEntityType?: Integer | undefined;
  readonly recEntityId?: RecEntityId | undefined;
}

export class RecEntityDefinitionView extends View implements RecEntityDefinition {
  get recEntityCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 184); return at < 0 ? undefined : integerAt(source, at); }
  get recEntityType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 186); return at < 0 ? undefined : integerAt(source, at); }
  get recEntityId(): RecEntityId | undefined { const { source } = this; const at = oneAt(source, this.entry, [151, 152, 131, 132]); return at < 0 ? undefined : new RecEntityIdView(source, at); }
}

const plainRecEntityDefinition = (source: Source, entry: number): RecEntityDefinition => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let recEntityCode_: RecEntityDefinition['recEntityCode'];
  let recEntityType_: RecEntityDefinition['recEntityType'];
  let recEntityId_: RecEntityDefinition['recEntityId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 184: recEntityCode_ = integerAt(source, at); break;
      case 186: recEntityType_ = integerAt(source, at); break;
      case 151: case 152: case 131: case 132: recEntityId_ = plainRecEntityId(source, at); break;
    }
  }
  return { recEntityCode: recEntityCode_, recEntityType: recEntityType_, recEntityId: recEntityId_ };
};

const encodeRecEntityDefinition = (writer: BackWriter, value: RecEntityDefinition): void => {
  if (value.recEntityId !== undefined) { encodeRecEntityId(writer, value.recEntityId); }
  writer.integer(0x5f813a, value.recEntityType);
  writer.integer(0x5f8138, value.recEntityCode);
};

export interface CalledNumAnalysis {
  readonly calledNumAnalysisCode?: Integer | undefined;
  readonly countryCodeTable?: readonly string[] | undefined;
  readonly iacTable?: readonly string[] | undefined;
}

export class CalledNumAnalysisView extends View implements CalledNumAnalysis {
  get calledNumAnalysisCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 247); return at < 0 ? undefined : integerAt(source, at); }
  get countryCodeTable(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 78); return at < 0 ? undefined : listAt(source, at, textAt); }
  get iacTable(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 127); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainCalledNumAnalysis = (source: Source, entry: number): CalledNumAnalysis => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let calledNumAnalysisCode_: CalledNumAnalysis['calledNumAnalysisCode'];
  let countryCodeTable_: CalledNumAnalysis['countryCodeTable'];
  let iacTable_: CalledNumAnalysis['iacTable'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 247: calledNumAnalysisCode_ = integerAt(source, at); break;
      case 78: countryCodeTable_ = listAt(source, at, textAt); break;
      case 127: iacTable_ = listAt(source, at, textAt); break;
    }
  }
  return { calledNumAnalysisCode: calledNumAnalysisCode_, countryCodeTable: countryCodeTable_, iacTable: iacTable_ };
};

const encodeCalledNumAnalysis = (writer: BackWriter, value: CalledNumAnalysis): void => {
  if (value.iacTable !== undefined) { const from0 = writer.size; for (let index = value.iacTable.length - 1; index >= 0; index -= 1) { writer.text(0x5f7e, value.iacTable[index] as string); } writer.header(from0, 0x7f7f); }
  if (value.countryCodeTable !== undefined) { const from0 = writer.size; for (let index = value.countryCodeTable.length - 1; index >= 0; index -= 1) { writer.text(0x5f4d, value.countryCodeTable[index] as string); } writer.header(from0, 0x7f4e); }
  writer.integer(0x5f8177, value.calledNumAnalysisCode);
};

export interface NetworkInfo {
  readonly utcTimeOffsetInfo?: readonly UtcTimeOffsetDefinition[] | undefined;
  readonly recEntityInfo?: readonly RecEntityDefinition[] | undefined;
  readonly networkType?: Integer | undefined;
  readonly calledNumAnalysis?: readonly CalledNumAnalysis[] | undefined;
}

export class NetworkInfoView extends View implements NetworkInfo {
  get utcTimeOffsetInfo(): readonly UtcTimeOffsetDefinition[] | undefined { const { source } = this; const at = childAt(source, this.entry, 234); return at < 0 ? undefined : listAt(source, at, (source, at) => new UtcTimeOffsetDefinitionView(source, at)); }
  get recEntityInfo(): readonly RecEntityDefinition[] | undefined { const { source } = this; const at = childAt(source, this.entry, 188); return at < 0 ? undefined : listAt(source, at, (source, at) => new RecEntityDefinitionView(source, at)); }
  get networkType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 157); return at < 0 ? undefined : integerAt(source, at); }
  get calledNumAnalysis(): readonly CalledNumAnalysis[] | undefined { const { source } = this; const at = childAt(source, this.entry, 249); return at < 0 ? undefined : listAt(source, at, (source, at) => new CalledNumAnalysisView(source, at)); }
}

const plainNetworkInfo = (source: Source, entry: number): NetworkInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let utcTimeOffsetInfo_: NetworkInfo['utcTimeOffsetInfo'];
  let recEntityInfo_: NetworkInfo['recEntityInfo'];
  let networkType_: NetworkInfo['networkType'];
  let calledNumAnalysis_: NetworkInfo['calledNumAnalysis'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 234: utcTimeOffsetInfo_ = listAt(source, at, plainUtcTimeOffsetDefinition); break;
      case 188: recEntityInfo_ = listAt(source, at, plainRecEntityDefinition); break;
      case 157: networkType_ = integerAt(source, at); break;
      case 249: calledNumAnalysis_ = listAt(source, at, plainCalledNumAnalysis); break;
    }
  }
  return { utcTimeOffsetInfo: utcTimeOffsetInfo_, recEntityInfo: recEntityInfo_, networkType: networkType_, calledNumAnalysis: calledNumAnalysis_ };
};

const encodeNetworkInfo = (writer: BackWriter, value: NetworkInfo): void => {
  if (value.calledNumAnalysis !== undefined) { const from0 = writer.size; for (let index = value.calledNumAnalysis.length - 1; index >= 0; index -= 1) { const one = value.calledNumAnalysis[index] as CalledNumAnalysis; const from1 = writer.size; encodeCalledNumAnalysis(writer, one); writer.header(from1, 0x7f8176); } writer.header(from0, 0x7f8179); }
  writer.integer(0x5f811d, value.networkType);
  if (value.recEntityInfo !== undefined) { const from0 = writer.size; for (let index = value.recEntityInfo.length - 1; index >= 0; index -= 1) { const one = value.recEntityInfo[index] as RecEntityDefinition; const from1 = writer.size; encodeRecEntityDefinition(writer, one); writer.header(from1, 0x7f8137); } writer.header(from0, 0x7f813c); }
  if (value.utcTimeOffsetInfo !== undefined) { const from0 = writer.size; for (let index = value.utcTimeOffsetInfo.length - 1; index >= 0; index -= 1) { const one = value.utcTimeOffsetInfo[index] as UtcTimeOffsetDefinition; const from1 = writer.size; encodeUtcTimeOffsetDefinition(writer, one); writer.header(from1, 0x7f8169); } writer.header(from0, 0x7f816a); }
};

export interface VasDefinition {
  readonly vasCode?: Integer | undefined;
  readonly vasShortDesc?: string | undefined;
  readonly vasDesc?: string | undefined;
}

export class VasDefinitionView extends View implements VasDefinition {
  get vasCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 237); return at < 0 ? undefined : integerAt(source, at); }
  get vasShortDesc(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 240); return at < 0 ? undefined : textAt(source, at); }
  get vasDesc(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 239); return at < 0 ? undefined : textAt(source, at); }
}

const plainVasDefinition = (source: Source, entry: number): VasDefinition => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let vasCode_: VasDefinition['vasCode'];
  let vasShortDesc_: VasDefinition['vasShortDesc'];
  let vasDesc_: VasDefinition['vasDesc'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 237: vasCode_ = integerAt(source, at); break;
      case 240: vasShortDesc_ = textAt(source, at); break;
      case 239: vasDesc_ = textAt(source, at); break;
    }
  }
  return { vasCode: vasCode_, vasShortDesc: vasShortDesc_, vasDesc: vasDesc_ };
};

const encodeVasDefinition = (writer: BackWriter, value: VasDefinition): void => {
  writer.text(0x5f816f, value.vasDesc);
  writer.text(0x5f8170, value.vasShortDesc);
  writer.integer(0x5f816d, value.vasCode);
};

export interface MessageDescriptionDefinition {
  readonly messageDescriptionCode?: Integer | undefined;
  readonly messageDescription?: string | undefined;
}

export class MessageDescriptionDefinitionView extends View implements MessageDescriptionDefinition {
  get messageDescriptionCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 141); return at < 0 ? undefined : integerAt(source, at); }
  get messageDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 142); return at < 0 ? undefined : textAt(source, at); }
}

const plainMessageDescriptionDefinition = (source: Source, entry: number): MessageDescriptionDefinition => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let messageDescriptionCode_: MessageDescriptionDefinition['messageDescriptionCode'];
  let messageDescription_: MessageDescriptionDefinition['messageDescription'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 141: messageDescriptionCode_ = integerAt(source, at); break;
      case 142: messageDescription_ = textAt(source, at); break;
    }
  }
  return { messageDescriptionCode: messageDescriptionCode_, messageDescription: messageDescription_ };
};

const encodeMessageDescriptionDefinition = (writer: BackWriter, value: MessageDescriptionDefinition): void => {
  writer.text(0x5f810e, value.messageDescription);
  writer.integer(0x5f810d, value.messageDescriptionCode);
};

export interface TotalChargeValue {
  readonly chargeType?: string | undefined;
  readonly totalCharge?: Integer | undefined;
  readonly totalChargeRefund?: Integer | undefined;
}

export class TotalChargeValueView extends View implements TotalChargeValue {
  get chargeType(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 71); return at < 0 ? undefined : textAt(source, at); }
  get totalCharge(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 241); return at < 0 ? undefined : integerAt(source, at); }
  get totalChargeRefund(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 355); return at < 0 ? undefined : integerAt(source, at); }
}

const plainTotalChargeValue = (source: Source, entry: number): TotalChargeValue => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargeType_: TotalChargeValue['chargeType'];
  let totalCharge_: TotalChargeValue['totalCharge'];
  let totalChargeRefund_: TotalChargeValue['totalChargeRefund'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 71: chargeType_ = textAt(source, at); break;
      case 241: totalCharge_ = integerAt(source, at); break;
      case 355: totalChargeRefund_ = integerAt(source, at); break;
    }
  }
  return { chargeType: chargeType_, totalCharge: totalCharge_, totalChargeRefund: totalChargeRefund_ };
};

const encodeTotalChargeValue = (writer: BackWriter, value: TotalChargeValue): void => {
  writer.integer(0x5f8263, value.totalChargeRefund);
  writer.integer(0x5f8171, value.totalCharge);
  writer.text(0x5f47, value.chargeType);
};

export interface TotalAdvisedChargeValue {
  readonly advisedChargeCurrency?: string | undefined;
  readonly totalAdvisedCharge?: Integer | undefined;
  readonly totalAdvisedChargeRefund?: Integer | undefined;
  readonly totalCommission?: Integer | undefined;
  readonly totalCommissionRefund?: Integer | undefined;
}

export class TotalAdvisedChargeValueView extends View implements TotalAdvisedChargeValue {
  get advisedChargeCurrency(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 348); return at < 0 ? undefined : textAt(source, at); }
  get totalAdvisedCharge(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 356); return at < 0 ? undefined : integerAt(source, at); }
  get totalAdvisedChargeRefund(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 357); return at < 0 ? undefined : integerAt(source, at); }
  get totalCommission(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 358); return at < 0 ? undefined : integerAt(source, at); }
  get totalCommissionRefund(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 359); return at < 0 ? undefined : integerAt(source, at); }
}

const plainTotalAdvisedChargeValue = (source: Source, entry: number): TotalAdvisedChargeValue => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let advisedChargeCurrency_: TotalAdvisedChargeValue['advisedChargeCurrency'];
  let totalAdvisedCharge_: TotalAdvisedChargeValue['totalAdvisedCharge'];
  let totalAdvisedChargeRefund_: TotalAdvisedChargeValue['totalAdvisedChargeRefund'];
  let totalCommission_: TotalAdvisedChargeValue['totalCommission'];
  let totalCommissionRefund_: TotalAdvisedChargeValue['totalCommissionRefund'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 348: advisedChargeCurrency_ = textAt(source, at); break;
      case 356: totalAdvisedCharge_ = integerAt(source, at); break;
      case 357: totalAdvisedChargeRefund_ = integerAt(source, at); break;
      case 358: totalCommission_ = integerAt(source, at); break;
      case 359: totalCommissionRefund_ = integerAt(source, at); break;
    }
  }
  return { advisedChargeCurrency: advisedChargeCurrency_, totalAdvisedCharge: totalAdvisedCharge_, totalAdvisedChargeRefund: totalAdvisedChargeRefund_, totalCommission: totalCommission_, totalCommissionRefund: totalCommissionRefund_ };
};

const encodeTotalAdvisedChargeValue = (writer: BackWriter, value: TotalAdvisedChargeValue): void => {
  writer.integer(0x5f8267, value.totalCommissionRefund);
  writer.integer(0x5f8266, value.totalCommission);
  writer.integer(0x5f8265, value.totalAdvisedChargeRefund);
  writer.integer(0x5f8264, value.totalAdvisedCharge);
  writer.text(0x5f825c, value.advisedChargeCurrency);
};

export interface AuditControlInfo {
  readonly earliestCallTimeStamp?: DateTimeLong | undefined;
  readonly latestCallTimeStamp?: DateTimeLong | undefined;
  readonly totalChargeValueList?: readonly TotalChargeValue[] | undefined;
  readonly totalTaxRefund?: Integer | undefined;
  readonly totalTaxValue?: Integer | undefined;
  readonly totalDiscountValue?: Integer | undefined;
  readonly totalDiscountRefund?: Integer | undefined;
  readonly totalAdvisedChargeValueList?: readonly TotalAdvisedChargeValue[] | undefined;
  readonly callEventDetailsCount?: Integer | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class AuditControlInfoView extends View implements AuditControlInfo {
  get earliestCallTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 101); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get latestCallTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 133); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get totalChargeValueList(): readonly TotalChargeValue[] | undefined { const { source } = this; const at = childAt(source, this.entry, 224); return at < 0 ? undefined : listAt(source, at, (source, at) => new TotalChargeValueView(source, at)); }
  get totalTaxRefund(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 353); return at < 0 ? undefined : integerAt(source, at); }
  get totalTaxValue(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 226); return at < 0 ? undefined : integerAt(source, at); }
  get totalDiscountValue(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 225); return at < 0 ? undefined : integerAt(source, at); }
  get totalDiscountRefund(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 354); return at < 0 ? undefined : integerAt(source, at); }
  get totalAdvisedChargeValueList(): readonly TotalAdvisedChargeValue[] | undefined { const { source } = this; const at = childAt(source, this.entry, 361); return at < 0 ? undefined : listAt(source, at, (source, at) => new TotalAdvisedChargeValueView(source, at)); }
  get callEventDetailsCount(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 43); return at < 0 ? undefined : integerAt(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainAuditControlInfo = (source: Source, entry: number): AuditControlInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let earliestCallTimeStamp_: AuditControlInfo['earliestCallTimeStamp'];
  let latestCallTimeStamp_: AuditControlInfo['latestCallTimeStamp'];
  let totalChargeValueList_: AuditControlInfo['totalChargeValueList'];
  let totalTaxRefund_: AuditControlInfo['totalTaxRefund'];
  let totalTaxValue_: AuditControlInfo['totalTaxValue'];
  let totalDiscountValue_: AuditControlInfo['totalDiscountValue'];
  let totalDiscountRefund_: AuditControlInfo['totalDiscountRefund'];
  let totalAdvisedChargeValueList_: AuditControlInfo['totalAdvisedChargeValueList'];
  let callEventDetailsCount_: AuditControlInfo['callEventDetailsCount'];
  let operatorSpecInformation_: AuditControlInfo['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 101: earliestCallTimeStamp_ = plainDateTimeLong(source, at); break;
      case 133: latestCallTimeStamp_ = plainDateTimeLong(source, at); break;
      case 224: totalChargeValueList_ = listAt(source, at, plainTotalChargeValue); break;
      case 353: totalTaxRefund_ = integerAt(source, at); break;
      case 226: totalTaxValue_ = integerAt(source, at); break;
      case 225: totalDiscountValue_ = integerAt(source, at); break;
      case 354: totalDiscountRefund_ = integerAt(source, at); break;
      case 361: totalAdvisedChargeValueList_ = listAt(source, at, plainTotalAdvisedChargeValue); break;
      case 43: callEventDetailsCount_ = integerAt(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { earliestCallTimeStamp: earliestCallTimeStamp_, latestCallTimeStamp: latestCallTimeStamp_, totalChargeValueList: totalChargeValueList_, totalTaxRefund: totalTaxRefund_, totalTaxValue: totalTaxValue_, totalDiscountValue: totalDiscountValue_, totalDiscountRefund: totalDiscountRefund_, totalAdvisedChargeValueList: totalAdvisedChargeValueList_, callEventDetailsCount: callEventDetailsCount_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeAuditControlInfo = (writer: BackWriter, value: AuditControlInfo): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  writer.integer(0x5f2b, value.callEventDetailsCount);
  if (value.totalAdvisedChargeValueList !== undefined) { const from0 = writer.size; for (let index = value.totalAdvisedChargeValueList.length - 1; index >= 0; index -= 1) { const one = value.totalAdvisedChargeValueList[index] as TotalAdvisedChargeValue; const from1 = writer.size; encodeTotalAdvisedChargeValue(writer, one); writer.header(from1, 0x7f8268); } writer.header(from0, 0x7f8269); }
  writer.integer(0x5f8262, value.totalDiscountRefund);
  writer.integer(0x5f8161, value.totalDiscountValue);
  writer.integer(0x5f8162, value.totalTaxValue);
  writer.integer(0x5f8261, value.totalTaxRefund);
  if (value.totalChargeValueList !== undefined) { const from0 = writer.size; for (let index = value.totalChargeValueList.length - 1; index >= 0; index -= 1) { const one = value.totalChargeValueList[index] as TotalChargeValue; const from1 = writer.size; encodeTotalChargeValue(writer, one); writer.header(from1, 0x7f815e); } writer.header(from0, 0x7f8160); }
  if (value.latestCallTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.latestCallTimeStamp); writer.header(from0, 0x7f8105); }
  if (value.earliestCallTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.earliestCallTimeStamp); writer.header(from0, 0x7f65); }
};

export interface TransferBatchPart {
  readonly batchControlInfo?: BatchControlInfo | undefined;
  readonly accountingInfo?: AccountingInfo | undefined;
  readonly networkInfo?: NetworkInfo | undefined;
  readonly vasInfo?: readonly VasDefinition[] | undefined;
  readonly messageDescriptionInfo?: readonly MessageDescriptionDefinition[] | undefined;
  readonly auditControlInfo?: AuditControlInfo | undefined;
}

export class TransferBatchPartView extends ChoiceView implements TransferBatchPart {
  get batchControlInfo(): BatchControlInfo | undefined { const { source, entry } = this; return this.tag === 4 ? new BatchControlInfoView(source, entry) : undefined; }
  get accountingInfo(): AccountingInfo | undefined { const { source, entry } = this; return this.tag === 5 ? new AccountingInfoView(source, entry) : undefined; }
  get networkInfo(): NetworkInfo | undefined { const { source, entry } = this; return this.tag === 6 ? new NetworkInfoView(source, entry) : undefined; }
  get vasInfo(): readonly VasDefinition[] | undefined { const { source, entry } = this; return this.tag === 7 ? listAt(source, entry, (source, at) => new VasDefinitionView(source, at)) : undefined; }
  get messageDescriptionInfo(): readonly MessageDescriptionDefinition[] | undefined { const { source, entry } = this; return this.tag === 8 ? listAt(source, entry, (source, at) => new MessageDescriptionDefinitionView(source, at)) : undefined; }
  get auditControlInfo(): AuditControlInfo | undefined { const { source, entry } = this; return this.tag === 15 ? new AuditControlInfoView(source, entry) : undefined; }
}

const plainTransferBatchPart = (source: Source, entry: number): TransferBatchPart => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 4: return { batchControlInfo: plainBatchControlInfo(source, entry) };
    case 5: return { accountingInfo: plainAccountingInfo(source, entry) };
    case 6: return { networkInfo: plainNetworkInfo(source, entry) };
    case 7: return { vasInfo: listAt(source, entry, plainVasDefinition) };
    case 8: return { messageDescriptionInfo: listAt(source, entry, plainMessageDescriptionDefinition) };
    case 15: return { auditControlInfo: plainAuditControlInfo(source, entry) };
    default: return {};
  }
};

const encodeTransferBatchPart = (writer: BackWriter, value: TransferBatchPart): void => {
  if (value.auditControlInfo !== undefined) { const from0 = writer.size; encodeAuditControlInfo(writer, value.auditControlInfo); writer.header(from0, 0x6f); }
  if (value.messageDescriptionInfo !== undefined) { const from0 = writer.size; for (let index = value.messageDescriptionInfo.length - 1; index >= 0; index -= 1) { const one = value.messageDescriptionInfo[index] as MessageDescriptionDefinition; const from1 = writer.size; encodeMessageDescriptionDefinition(writer, one); writer.header(from1, 0x7f810f); } writer.header(from0, 0x68); }
  if (value.vasInfo !== undefined) { const from0 = writer.size; for (let index = value.vasInfo.length - 1; index >= 0; index -= 1) { const one = value.vasInfo[index] as VasDefinition; const from1 = writer.size; encodeVasDefinition(writer, one); writer.header(from1, 0x7f816e); } writer.header(from0, 0x67); }
  if (value.networkInfo !== undefined) { const from0 = writer.size; encodeNetworkInfo(writer, value.networkInfo); writer.header(from0, 0x66); }
  if (value.accountingInfo !== undefined) { const from0 = writer.size; encodeAccountingInfo(writer, value.accountingInfo); writer.header(from0, 0x65); }
  if (value.batchControlInfo !== undefined) { const from0 = writer.size; encodeBatchControlInfo(writer, value.batchControlInfo); writer.header(from0, 0x64); }
};

export interface SimChargeableSubscriber {
  readonly imsi?: string | undefined;
  readonly msisdn?: string | undefined;
}

export class SimChargeableSubscriberView extends View implements SimChargeableSubscriber {
  get imsi(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 129); return at < 0 ? undefined : bcdAt(source, at); }
  get msisdn(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 152); return at < 0 ? undefined : bcdAt(source, at); }
}

const plainSimChargeableSubscriber = (source: Source, entry: number): SimChargeableSubscriber => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let imsi_: SimChargeableSubscriber['imsi'];
  let msisdn_: SimChargeableSubscriber['msisdn'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 129: imsi_ = bcdAt(source, at); break;
      case 152: msisdn_ = bcdAt(source, at); break;
    }
  }
  return { imsi: imsi_, msisdn: msisdn_ };
};

const encodeSimChargeableSubscriber = (writer: BackWriter, value: SimChargeableSubscriber): void => {
  writer.bcd(0x5f8118, value.msisdn);
  writer.bcd(0x5f8101, value.imsi);
};

export interface MinChargeableSubscriber {
  readonly min?: string | undefined;
  readonly mdn?: string | undefined;
}

export class MinChargeableSubscriberView extends View implements MinChargeableSubscriber {
  get min(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 146); return at < 0 ? undefined : textAt(source, at); }
  get mdn(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 253); return at < 0 ? undefined : textAt(source, at); }
}

const plainMinChargeableSubscriber = (source: Source, entry: number): MinChargeableSubscriber => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let min_: MinChargeableSubscriber['min'];
  let mdn_: MinChargeableSubscriber['mdn'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 146: min_ = textAt(source, at); break;
      case 253: mdn_ = textAt(source, at); break;
    }
  }
  return { min: min_, mdn: mdn_ };
};

const encodeMinChargeableSubscriber = (writer: BackWriter, value: MinChargeableSubscriber): void => {
  writer.text(0x5f817d, value.mdn);
  writer.text(0x5f8112, value.min);
};

export interface ChargeableSubscriber {
  readonly simChargeableSubscriber?: SimChargeableSubscriber | undefined;
  readonly minChargeableSubscriber?: MinChargeableSubscriber | undefined;
}

export class ChargeableSubscriberView extends ChoiceView implements ChargeableSubscriber {
  get simChargeableSubscriber(): SimChargeableSubscriber | undefined { const { source, entry } = this; return this.tag === 199 ? new SimChargeableSubscriberView(source, entry) : undefined; }
  get minChargeableSubscriber(): MinChargeableSubscriber | undefined { const { source, entry } = this; return this.tag === 254 ? new MinChargeableSubscriberView(source, entry) : undefined; }
}

const plainChargeableSubscriber = (source: Source, entry: number): ChargeableSubscriber => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 199: return { simChargeableSubscriber: plainSimChargeableSubscriber(source, entry) };
    case 254: return { minChargeableSubscriber: plainMinChargeableSubscriber(source, entry) };
    default: return {};
  }
};

const encodeChargeableSubscriber = (writer: BackWriter, value: ChargeableSubscriber): void => {
  if (value.minChargeableSubscriber !== undefined) { const from0 = writer.size; encodeMinChargeableSubscriber(writer, value.minChargeableSubscriber); writer.header(from0, 0x7f817e); }
  if (value.simChargeableSubscriber !== undefined) { const from0 = writer.size; encodeSimChargeableSubscriber(writer, value.simChargeableSubscriber); writer.header(from0, 0x7f8147); }
};

export interface Destination {
  readonly typeOfNumber?: Integer | undefined;
  readonly numberingPlan?: Integer | undefined;
  readonly calledNumber?: string | undefined;
  readonly modificationIndicator?: Integer | undefined;
  readonly calledPlace?: string | undefined;
  readonly calledRegion?: string | undefined;
  readonly calledNumAnalysisCode?: Integer | undefined;
}

export class DestinationView extends View implements Destination {
  get typeOfNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 230); return at < 0 ? undefined : integerAt(source, at); }
  get numberingPlan(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 160); return at < 0 ? undefined : integerAt(source, at); }
  get calledNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
  get modificationIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 149); return at < 0 ? undefined : integerAt(source, at); }
  get calledPlace(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 42); return at < 0 ? undefined : textAt(source, at); }
  get calledRegion(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 46); return at < 0 ? undefined : textAt(source, at); }
  get calledNumAnalysisCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 247); return at < 0 ? undefined : integerAt(source, at); }
}

const plainDestination = (source: Source, entry: number): Destination => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let typeOfNumber_: Destination['typeOfNumber'];
  let numberingPlan_: Destination['numberingPlan'];
  let calledNumber_: Destination['calledNumber'];
  let modificationIndicator_: Destination['modificationIndicator'];
  let calledPlace_: Destination['calledPlace'];
  let calledRegion_: Destination['calledRegion'];
  let calledNumAnalysisCode_: Destination['calledNumAnalysisCode'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 230: typeOfNumber_ = integerAt(source, at); break;
      case 160: numberingPlan_ = integerAt(source, at); break;
      case 33: calledNumber_ = bcdAt(source, at); break;
      case 149: modificationIndicator_ = integerAt(source, at); break;
      case 42: calledPlace_ = textAt(source, at); break;
      case 46: calledRegion_ = textAt(source, at); break;
      case 247: calledNumAnalysisCode_ = integerAt(source, at); break;
    }
  }
  return { typeOfNumber: typeOfNumber_, numberingPlan: numberingPlan_, calledNumber: calledNumber_, modificationIndicator: modificationIndicator_, calledPlace: calledPlace_, calledRegion: calledRegion_, calledNumAnalysisCode: calledNumAnalysisCode_ };
};

const encodeDestination = (writer: BackWriter, value: Destination): void => {
  writer.integer(0x5f8177, value.calledNumAnalysisCode);
  writer.text(0x5f2e, value.calledRegion);
  writer.text(0x5f2a, value.calledPlace);
  writer.integer(0x5f8115, value.modificationIndicator);
  writer.bcd(0x5f21, value.calledNumber);
  writer.integer(0x5f8120, value.numberingPlan);
  writer.integer(0x5f8166, value.typeOfNumber);
};

export interface DateTime {
  readonly localTimeStamp?: string | undefined;
  readonly utcTimeOffsetCode?: Integer | undefined;
}

export class DateTimeView extends View implements DateTime {
  get localTimeStamp(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 16); return at < 0 ? undefined : textAt(source, at); }
  get utcTimeOffsetCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 232); return at < 0 ? undefined : integerAt(source, at); }
}

const plainDateTime = (source: Source, entry: number): DateTime => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let localTimeStamp_: DateTime['localTimeStamp'];
  let utcTimeOffsetCode_: DateTime['utcTimeOffsetCode'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 16: localTimeStamp_ = textAt(source, at); break;
      case 232: utcTimeOffsetCode_ = integerAt(source, at); break;
    }
  }
  return { localTimeStamp: localTimeStamp_, utcTimeOffsetCode: utcTimeOffsetCode_ };
};

const encodeDateTime = (writer: BackWriter, value: DateTime): void => {
  writer.integer(0x5f8168, value.utcTimeOffsetCode);
  writer.text(0x50, value.localTimeStamp);
};

export interface MoBasicCallInformation {
  readonly fraudMonitorIndicator?: string | undefined;
  readonly chargeableSubscriber?: ChargeableSubscriber | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly networkType?: Integer | undefined;
  readonly destination?: Destination | undefined;
  readonly destinationNetwork?: string | undefined;
  readonly callEventStartTimeStamp?: DateTime | undefined;
  readonly totalCallEventDuration?: Integer | undefined;
  readonly simToolkitIndicator?: string | undefined;
  readonly causeForTerm?: Integer | undefined;
}

export class MoBasicCallInformationView extends View implements MoBasicCallInformation {
  get fraudMonitorIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 112); return at < 0 ? undefined : textAt(source, at); }
  get chargeableSubscriber(): ChargeableSubscriber | undefined { const { source } = this; const at = oneAt(source, this.entry, [199, 254]); return at < 0 ? undefined : new ChargeableSubscriberView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get networkType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 157); return at < 0 ? undefined : integerAt(source, at); }
  get destination(): Destination | undefined { const { source } = this; const at = childAt(source, this.entry, 89); return at < 0 ? undefined : new DestinationView(source, at); }
  get destinationNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 90); return at < 0 ? undefined : textAt(source, at); }
  get callEventStartTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 44); return at < 0 ? undefined : new DateTimeView(source, at); }
  get totalCallEventDuration(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 223); return at < 0 ? undefined : integerAt(source, at); }
  get simToolkitIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 200); return at < 0 ? undefined : textAt(source, at); }
  get causeForTerm(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 58); return at < 0 ? undefined : integerAt(source, at); }
}

const plainMoBasicCallInformation = (source: Source, entry: number): MoBasicCallInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fraudMonitorIndicator_: MoBasicCallInformation['fraudMonitorIndicator'];
  let chargeableSubscriber_: MoBasicCallInformation['chargeableSubscriber'];
  let rapFileSequenceNumber_: MoBasicCallInformation['rapFileSequenceNumber'];
  let networkType_: MoBasicCallInformation['networkType'];
  let destination_: MoBasicCallInformation['destination'];
  let destinationNetwork_: MoBasicCallInformation['destinationNetwork'];
  let callEventStartTimeStamp_: MoBasicCallInformation['callEventStartTimeStamp'];
  let totalCallEventDuration_: MoBasicCallInformation['totalCallEventDuration'];
  let simToolkitIndicator_: MoBasicCallInformation['simToolkitIndicator'];
  let causeForTerm_: MoBasicCallInformation['causeForTerm'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 112: fraudMonitorIndicator_ = textAt(source, at); break;
      case 199: case 254: chargeableSubscriber_ = plainChargeableSubscriber(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 157: networkType_ = integerAt(source, at); break;
      case 89: destination_ = plainDestination(source, at); break;
      case 90: destinationNetwork_ = textAt(source, at); break;
      case 44: callEventStartTimeStamp_ = plainDateTime(source, at); break;
      case 223: totalCallEventDuration_ = integerAt(source, at); break;
      case 200: simToolkitIndicator_ = textAt(source, at); break;
      case 58: causeForTerm_ = integerAt(source, at); break;
    }
  }
  return { fraudMonitorIndicator: fraudMonitorIndicator_, chargeableSubscriber: chargeableSubscriber_, rapFileSequenceNumber: rapFileSequenceNumber_, networkType: networkType_, destination: destination_, destinationNetwork: destinationNetwork_, callEventStartTimeStamp: callEventStartTimeStamp_, totalCallEventDuration: totalCallEventDuration_, simToolkitIndicator: simToolkitIndicator_, causeForTerm: causeForTerm_ };
};

const encodeMoBasicCallInformation = (writer: BackWriter, value: MoBasicCallInformation): void => {
  writer.integer(0x5f3a, value.causeForTerm);
  writer.text(0x5f8148, value.simToolkitIndicator);
  writer.integer(0x5f815f, value.totalCallEventDuration);
  if (value.callEventStartTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.callEventStartTimeStamp); writer.header(from0, 0x7f2c); }
  writer.text(0x5f5a, value.destinationNetwork);
  if (value.destination !== undefined) { const from0 = writer.size; encodeDestination(writer, value.destination); writer.header(from0, 0x7f59); }
  writer.integer(0x5f811d, value.networkType);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargeableSubscriber !== undefined) { encodeChargeableSubscriber(writer, value.chargeableSubscriber); }
  writer.text(0x5f70, value.fraudMonitorIndicator);
};

export interface NetworkLocation {
  readonly recEntityCode?: Integer | undefined;
  readonly callReference?: string | undefined;
  readonly locationArea?: Integer | undefined;
  readonly cellId?: Integer | undefined;
}

export class NetworkLocationView extends View implements NetworkLocation {
  get recEntityCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 184); return at < 0 ? undefined : integerAt(source, at); }
  get callReference(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 45); return at < 0 ? undefined : hexAt(source, at); }
  get locationArea(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 136); return at < 0 ? undefined : integerAt(source, at); }
  get cellId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 59); return at < 0 ? undefined : integerAt(source, at); }
}

const plainNetworkLocation = (source: Source, entry: number): NetworkLocation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let recEntityCode_: NetworkLocation['recEntityCode'];
  let callReference_: NetworkLocation['callReference'];
  let locationArea_: NetworkLocation['locationArea'];
  let cellId_: NetworkLocation['cellId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 184: recEntityCode_ = integerAt(source, at); break;
      case 45: callReference_ = hexAt(source, at); break;
      case 136: locationArea_ = integerAt(source, at); break;
      case 59: cellId_ = integerAt(source, at); break;
    }
  }
  return { recEntityCode: recEntityCode_, callReference: callReference_, locationArea: locationArea_, cellId: cellId_ };
};

const encodeNetworkLocation = (writer: BackWriter, value: NetworkLocation): void => {
  writer.integer(0x5f3b, value.cellId);
  writer.integer(0x5f8108, value.locationArea);
  writer.hex(0x5f2d, value.callReference);
  writer.integer(0x5f8138, value.recEntityCode);
};

export interface HomeLocationInformation {
  readonly homeBid?: string | undefined;
  readonly homeLocationDescription?: string | undefined;
}

export class HomeLocationInformationView extends View implements HomeLocationInformation {
  get homeBid(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 122); return at < 0 ? undefined : textAt(source, at); }
  get homeLocationDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 137); return at < 0 ? undefined : textAt(source, at); }
}

const plainHomeLocationInformation = (source: Source, entry: number): HomeLocationInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let homeBid_: HomeLocationInformation['homeBid'];
  let homeLocationDescription_: HomeLocationInformation['homeLocationDescription'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 122: homeBid_ = textAt(source, at); break;
      case 137: homeLocationDescription_ = textAt(source, at); break;
    }
  }
  return { homeBid: homeBid_, homeLocationDescription: homeLocationDescription_ };
};

const encodeHomeLocationInformation = (writer: BackWriter, value: HomeLocationInformation): void => {
  writer.text(0x5f8109, value.homeLocationDescription);
  writer.text(0x5f7a, value.homeBid);
};

export interface GeographicalLocation {
  readonly servingNetwork?: string | undefined;
  readonly servingBid?: string | undefined;
  readonly servingLocationDescription?: string | undefined;
  readonly longitude?: Integer | undefined;
  readonly latitude?: Integer | undefined;
}

export class GeographicalLocationView extends View implements GeographicalLocation {
  get servingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 195); return at < 0 ? undefined : textAt(source, at); }
  get servingBid(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 198); return at < 0 ? undefined : textAt(source, at); }
  get servingLocationDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 137); return at < 0 ? undefined : textAt(source, at); }
  get longitude(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 139); return at < 0 ? undefined : integerAt(source, at); }
  get latitude(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 134); return at < 0 ? undefined : integerAt(source, at); }
}

const plainGeographicalLocation = (source: Source, entry: number): GeographicalLocation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let servingNetwork_: GeographicalLocation['servingNetwork'];
  let servingBid_: GeographicalLocation['servingBid'];
  let servingLocationDescription_: GeographicalLocation['servingLocationDescription'];
  let longitude_: GeographicalLocation['longitude'];
  let latitude_: GeographicalLocation['latitude'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 195: servingNetwork_ = textAt(source, at); break;
      case 198: servingBid_ = textAt(source, at); break;
      case 137: servingLocationDescription_ = textAt(source, at); break;
      case 139: longitude_ = integerAt(source, at); break;
      case 134: latitude_ = integerAt(source, at); break;
    }
  }
  return { servingNetwork: servingNetwork_, servingBid: servingBid_, servingLocationDescription: servingLocationDescription_, longitude: longitude_, latitude: latitude_ };
};

const encodeGeographicalLocation = (writer: BackWriter, value: GeographicalLocation): void => {
  writer.integer(0x5f8106, value.latitude);
  writer.integer(0x5f810b, value.longitude);
  writer.text(0x5f8109, value.servingLocationDescription);
  writer.text(0x5f8146, value.servingBid);
  writer.text(0x5f8143, value.servingNetwork);
};

export interface LocationInformation {
  readonly networkLocation?: NetworkLocation | undefined;
  readonly homeLocationInformation?: HomeLocationInformation | undefined;
  readonly geographicalLocation?: GeographicalLocation | undefined;
}

export class LocationInformationView extends View implements LocationInformation {
  get networkLocation(): NetworkLocation | undefined { const { source } = this; const at = childAt(source, this.entry, 156); return at < 0 ? undefined : new NetworkLocationView(source, at); }
  get homeLocationInformation(): HomeLocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 123); return at < 0 ? undefined : new HomeLocationInformationView(source, at); }
  get geographicalLocation(): GeographicalLocation | undefined { const { source } = this; const at = childAt(source, this.entry, 113); return at < 0 ? undefined : new GeographicalLocationView(source, at); }
}

const plainLocationInformation = (source: Source, entry: number): LocationInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let networkLocation_: LocationInformation['networkLocation'];
  let homeLocationInformation_: LocationInformation['homeLocationInformation'];
  let geographicalLocation_: LocationInformation['geographicalLocation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 156: networkLocation_ = plainNetworkLocation(source, at); break;
      case 123: homeLocationInformation_ = plainHomeLocationInformation(source, at); break;
      case 113: geographicalLocation_ = plainGeographicalLocation(source, at); break;
    }
  }
  return { networkLocation: networkLocation_, homeLocationInformation: homeLocationInformation_, geographicalLocation: geographicalLocation_ };
};

const encodeLocationInformation = (writer: BackWriter, value: LocationInformation): void => {
  if (value.geographicalLocation !== undefined) { const from0 = writer.size; encodeGeographicalLocation(writer, value.geographicalLocation); writer.header(from0, 0x7f71); }
  if (value.homeLocationInformation !== undefined) { const from0 = writer.size; encodeHomeLocationInformation(writer, value.homeLocationInformation); writer.header(from0, 0x7f7b); }
  if (value.networkLocation !== undefined) { const from0 = writer.size; encodeNetworkLocation(writer, value.networkLocation); writer.header(from0, 0x7f811c); }
};

export interface ImeiOrEsn {
  readonly imei?: string | undefined;
  readonly esn?: string | undefined;
}

export class ImeiOrEsnView extends ChoiceView implements ImeiOrEsn {
  get imei(): string | undefined { const { source, entry } = this; return this.tag === 128 ? bcdAt(source, entry) : undefined; }
  get esn(): string | undefined { const { source, entry } = this; return this.tag === 103 ? textAt(source, entry) : undefined; }
}

const plainImeiOrEsn = (source: Source, entry: number): ImeiOrEsn => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 128: return { imei: bcdAt(source, entry) };
    case 103: return { esn: textAt(source, entry) };
    default: return {};
  }
};

const encodeImeiOrEsn = (writer: BackWriter, value: ImeiOrEsn): void => {
  writer.text(0x5f67, value.esn);
  writer.bcd(0x5f8100, value.imei);
};

export interface EquipmentInformation {
  readonly mobileStationClassMark?: Integer | undefined;
  readonly imeiOrEsn?: ImeiOrEsn | undefined;
}

export class EquipmentInformationView extends View implements EquipmentInformation {
  get mobileStationClassMark(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 148); return at < 0 ? undefined : integerAt(source, at); }
  get imeiOrEsn(): ImeiOrEsn | undefined { const { source } = this; const at = oneAt(source, this.entry, [128, 103]); return at < 0 ? undefined : new ImeiOrEsnView(source, at); }
}

const plainEquipmentInformation = (source: Source, entry: number): EquipmentInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let mobileStationClassMark_: EquipmentInformation['mobileStationClassMark'];
  let imeiOrEsn_: EquipmentInformation['imeiOrEsn'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 148: mobileStationClassMark_ = integerAt(source, at); break;
      case 128: case 103: imeiOrEsn_ = plainImeiOrEsn(source, at); break;
    }
  }
  return { mobileStationClassMark: mobileStationClassMark_, imeiOrEsn: imeiOrEsn_ };
};

const encodeEquipmentInformation = (writer: BackWriter, value: EquipmentInformation): void => {
  if (value.imeiOrEsn !== undefined) { encodeImeiOrEsn(writer, value.imeiOrEsn); }
  writer.integer(0x5f8114, value.mobileStationClassMark);
};

export interface BasicServiceCode {
  readonly teleServiceCode?: string | undefined;
  readonly bearerServiceCode?: string | undefined;
}

export class BasicServiceCodeView extends ChoiceView implements BasicServiceCode {
  get teleServiceCode(): string | undefined { const { source, entry } = this; return this.tag === 218 ? hexAt(source, entry) : undefined; }
  get bearerServiceCode(): string | undefined { const { source, entry } = this; return this.tag === 40 ? hexAt(source, entry) : undefined; }
}

const plainBasicServiceCode = (source: Source, entry: number): BasicServiceCode => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 218: return { teleServiceCode: hexAt(source, entry) };
    case 40: return { bearerServiceCode: hexAt(source, entry) };
    default: return {};
  }
};

const encodeBasicServiceCode = (writer: BackWriter, value: BasicServiceCode): void => {
  writer.hex(0x5f28, value.bearerServiceCode);
  writer.hex(0x5f815a, value.teleServiceCode);
};

export interface BasicService {
  readonly serviceCode?: BasicServiceCode | undefined;
  readonly radioChannelRequested?: Integer | undefined;
  readonly radioChannelUsed?: Integer | undefined;
  readonly speechVersionRequested?: Integer | undefined;
  readonly speechVersionUsed?: Integer | undefined;
  readonly transparencyIndicator?: Integer | undefined;
}

export class BasicServiceView extends View implements BasicService {
  get serviceCode(): BasicServiceCode | undefined { const { source } = this; const at = oneAt(source, this.entry, [218, 40]); return at < 0 ? undefined : new BasicServiceCodeView(source, at); }
  get radioChannelRequested(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 179); return at < 0 ? undefined : integerAt(source, at); }
  get radioChannelUsed(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 180); return at < 0 ? undefined : integerAt(source, at); }
  get speechVersionRequested(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 202); return at < 0 ? undefined : integerAt(source, at); }
  get speechVersionUsed(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 203); return at < 0 ? undefined : integerAt(source, at); }
  get transparencyIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 228); return at < 0 ? undefined : integerAt(source, at); }
}

const plainBasicService = (source: Source, entry: number): BasicService => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let serviceCode_: BasicService['serviceCode'];
  let radioChannelRequested_: BasicService['radioChannelRequested'];
  let radioChannelUsed_: BasicService['radioChannelUsed'];
  let speechVersionRequested_: BasicService['speechVersionRequested'];
  let speechVersionUsed_: BasicService['speechVersionUsed'];
  let transparencyIndicator_: BasicService['transparencyIndicator'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 218: case 40: serviceCode_ = plainBasicServiceCode(source, at); break;
      case 179: radioChannelRequested_ = integerAt(source, at); break;
      case 180: radioChannelUsed_ = integerAt(source, at); break;
      case 202: speechVersionRequested_ = integerAt(source, at); break;
      case 203: speechVersionUsed_ = integerAt(source, at); break;
      case 228: transparencyIndicator_ = integerAt(source, at); break;
    }
  }
  return { serviceCode: serviceCode_, radioChannelRequested: radioChannelRequested_, radioChannelUsed: radioChannelUsed_, speechVersionRequested: speechVersionRequested_, speechVersionUsed: speechVersionUsed_, transparencyIndicator: transparencyIndicator_ };
};

const encodeBasicService = (writer: BackWriter, value: BasicService): void => {
  writer.integer(0x5f8164, value.transparencyIndicator);
  writer.integer(0x5f814b, value.speechVersionUsed);
  writer.integer(0x5f814a, value.speechVersionRequested);
  writer.integer(0x5f8134, value.radioChannelUsed);
  writer.integer(0x5f8133, value.radioChannelRequested);
  if (value.serviceCode !== undefined) { encodeBasicServiceCode(writer, value.serviceCode); }
};

export interface CallTypeGroup {
  readonly callTypeLevel1?: Integer | undefined;
  readonly callTypeLevel2?: Integer | undefined;
  readonly callTypeLevel3?: Integer | undefined;
  readonly calledCountryCode?: string | undefined;
}

export class CallTypeGroupView extends View implements CallTypeGroup {
  get callTypeLevel1(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 259); return at < 0 ? undefined : integerAt(source, at); }
  get callTypeLevel2(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 255); return at < 0 ? undefined : integerAt(source, at); }
  get callTypeLevel3(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 256); return at < 0 ? undefined : integerAt(source, at); }
  get calledCountryCode(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 257); return at < 0 ? undefined : textAt(source, at); }
}

const plainCallTypeGroup = (source: Source, entry: number): CallTypeGroup => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let callTypeLevel1_: CallTypeGroup['callTypeLevel1'];
  let callTypeLevel2_: CallTypeGroup['callTypeLevel2'];
  let callTypeLevel3_: CallTypeGroup['callTypeLevel3'];
  let calledCountryCode_: CallTypeGroup['calledCountryCode'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 259: callTypeLevel1_ = integerAt(source, at); break;
      case 255: callTypeLevel2_ = integerAt(source, at); break;
      case 256: callTypeLevel3_ = integerAt(source, at); break;
      case 257: calledCountryCode_ = textAt(source, at); break;
    }
  }
  return { callTypeLevel1: callTypeLevel1_, callTypeLevel2: callTypeLevel2_, callTypeLevel3: callTypeLevel3_, calledCountryCode: calledCountryCode_ };
};

const encodeCallTypeGroup = (writer: BackWriter, value: CallTypeGroup): void => {
  writer.text(0x5f8201, value.calledCountryCode);
  writer.integer(0x5f8200, value.callTypeLevel3);
  writer.integer(0x5f817f, value.callTypeLevel2);
  writer.integer(0x5f8203, value.callTypeLevel1);
};

export interface ChargeDetail {
  readonly chargeType?: string | undefined;
  readonly charge?: Integer | undefined;
  readonly chargeableUnits?: Integer | undefined;
  readonly chargedUnits?: Integer | undefined;
  readonly chargeDetailTimeStamp?: DateTime | undefined;
  readonly dayCategory?: string | undefined;
  readonly dayCategorySubtype?: string | undefined;
  readonly timeBand?: string | undefined;
  readonly timeBandSubtype?: string | undefined;
  readonly multiRateIndicator?: Integer | undefined;
}

export class ChargeDetailView extends View implements ChargeDetail {
  get chargeType(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 71); return at < 0 ? undefined : textAt(source, at); }
  get charge(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 62); return at < 0 ? undefined : integerAt(source, at); }
  get chargeableUnits(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 65); return at < 0 ? undefined : integerAt(source, at); }
  get chargedUnits(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 68); return at < 0 ? undefined : integerAt(source, at); }
  get chargeDetailTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 74); return at < 0 ? undefined : new DateTimeView(source, at); }
  get dayCategory(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 85); return at < 0 ? undefined : textAt(source, at); }
  get dayCategorySubtype(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 86); return at < 0 ? undefined : textAt(source, at); }
  get timeBand(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 220); return at < 0 ? undefined : textAt(source, at); }
  get timeBandSubtype(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 221); return at < 0 ? undefined : textAt(source, at); }
  get multiRateIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 154); return at < 0 ? undefined : integerAt(source, at); }
}

const plainChargeDetail = (source: Source, entry: number): ChargeDetail => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargeType_: ChargeDetail['chargeType'];
  let charge_: ChargeDetail['charge'];
  let chargeableUnits_: ChargeDetail['chargeableUnits'];
  let chargedUnits_: ChargeDetail['chargedUnits'];
  let chargeDetailTimeStamp_: ChargeDetail['chargeDetailTimeStamp'];
  let dayCategory_: ChargeDetail['dayCategory'];
  let dayCategorySubtype_: ChargeDetail['dayCategorySubtype'];
  let timeBand_: ChargeDetail['timeBand'];
  let timeBandSubtype_: ChargeDetail['timeBandSubtype'];
  let multiRateIndicator_: ChargeDetail['multiRateIndicator'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 71: chargeType_ = textAt(source, at); break;
      case 62: charge_ = integerAt(source, at); break;
      case 65: chargeableUnits_ = integerAt(source, at); break;
      case 68: chargedUnits_ = integerAt(source, at); break;
      case 74: chargeDetailTimeStamp_ = plainDateTime(source, at); break;
      case 85: dayCategory_ = textAt(source, at); break;
      case 86: dayCategorySubtype_ = textAt(source, at); break;
      case 220: timeBand_ = textAt(source, at); break;
      case 221: timeBandSubtype_ = textAt(source, at); break;
      case 154: multiRateIndicator_ = integerAt(source, at); break;
    }
  }
  return { chargeType: chargeType_, charge: charge_, chargeableUnits: chargeableUnits_, chargedUnits: chargedUnits_, chargeDetailTimeStamp: chargeDetailTimeStamp_, dayCategory: dayCategory_, dayCategorySubtype: dayCategorySubtype_, timeBand: timeBand_, timeBandSubtype: timeBandSubtype_, multiRateIndicator: multiRateIndicator_ };
};

const encodeChargeDetail = (writer: BackWriter, value: ChargeDetail): void => {
  writer.integer(0x5f811a, value.multiRateIndicator);
  writer.text(0x5f815d, value.timeBandSubtype);
  writer.text(0x5f815c, value.timeBand);
  writer.text(0x5f56, value.dayCategorySubtype);
  writer.text(0x5f55, value.dayCategory);
  if (value.chargeDetailTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.chargeDetailTimeStamp); writer.header(from0, 0x7f4a); }
  writer.integer(0x5f44, value.chargedUnits);
  writer.integer(0x5f41, value.chargeableUnits);
  writer.integer(0x5f3e, value.charge);
  writer.text(0x5f47, value.chargeType);
};

export interface TaxInformation {
  readonly taxCode?: Integer | undefined;
  readonly taxValue?: Integer | undefined;
}

export class TaxInformationView extends View implements TaxInformation {
  get taxCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 212); return at < 0 ? undefined : integerAt(source, at); }
  get taxValue(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 62); return at < 0 ? undefined : integerAt(source, at); }
}

const plainTaxInformation = (source: Source, entry: number): TaxInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let taxCode_: TaxInformation['taxCode'];
  let taxValue_: TaxInformation['taxValue'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 212: taxCode_ = integerAt(source, at); break;
      case 62: taxValue_ = integerAt(source, at); break;
    }
  }
  return { taxCode: taxCode_, taxValue: taxValue_ };
};

const encodeTaxInformation = (writer: BackWriter, value: TaxInformation): void => {
  writer.integer(0x5f3e, value.taxValue);
  writer.integer(0x5f8154, value.taxCode);
};

export interface DiscountInformation {
  readonly discountCode?: Integer | undefined;
  readonly discount?: Integer | undefined;
}

export class DiscountInformationView extends View implements DiscountInformation {
  get discountCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 91); return at < 0 ? undefined : integerAt(source, at); }
  get discount(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 93); return at < 0 ? undefined : integerAt(source, at); }
}

const plainDiscountInformation = (source: Source, entry: number): DiscountInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let discountCode_: DiscountInformation['discountCode'];
  let discount_: DiscountInformation['discount'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 91: discountCode_ = integerAt(source, at); break;
      case 93: discount_ = integerAt(source, at); break;
    }
  }
  return { discountCode: discountCode_, discount: discount_ };
};

const encodeDiscountInformation = (writer: BackWriter, value: DiscountInformation): void => {
  writer.integer(0x5f5d, value.discount);
  writer.integer(0x5f5b, value.discountCode);
};

export interface ChargeInformation {
  readonly chargedItem?: string | undefined;
  readonly exchangeRateCode?: Integer | undefined;
  readonly callTypeGroup?: CallTypeGroup | undefined;
  readonly chargeDetailList?: readonly ChargeDetail[] | undefined;
  readonly taxInformation?: readonly TaxInformation[] | undefined;
  readonly discountInformation?: DiscountInformation | undefined;
}

export class ChargeInformationView extends View implements ChargeInformation {
  get chargedItem(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 66); return at < 0 ? undefined : textAt(source, at); }
  get exchangeRateCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 105); return at < 0 ? undefined : integerAt(source, at); }
  get callTypeGroup(): CallTypeGroup | undefined { const { source } = this; const at = childAt(source, this.entry, 258); return at < 0 ? undefined : new CallTypeGroupView(source, at); }
  get chargeDetailList(): readonly ChargeDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 64); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargeDetailView(source, at)); }
  get taxInformation(): readonly TaxInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 214); return at < 0 ? undefined : listAt(source, at, (source, at) => new TaxInformationView(source, at)); }
  get discountInformation(): DiscountInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 96); return at < 0 ? undefined : new DiscountInformationView(source, at); }
}

const plainChargeInformation = (source: Source, entry: number): ChargeInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargedItem_: ChargeInformation['chargedItem'];
  let exchangeRateCode_: ChargeInformation['exchangeRateCode'];
  let callTypeGroup_: ChargeInformation['callTypeGroup'];
  let chargeDetailList_: ChargeInformation['chargeDetailList'];
  let taxInformation_: ChargeInformation['taxInformation'];
  let discountInformation_: ChargeInformation['discountInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 66: chargedItem_ = textAt(source, at); break;
      case 105: exchangeRateCode_ = integerAt(source, at); break;
      case 258: callTypeGroup_ = plainCallTypeGroup(source, at); break;
      case 64: chargeDetailList_ = listAt(source, at, plainChargeDetail); break;
      case 214: taxInformation_ = listAt(source, at, plainTaxInformation); break;
      case 96: discountInformation_ = plainDiscountInformation(source, at); break;
    }
  }
  return { chargedItem: chargedItem_, exchangeRateCode: exchangeRateCode_, callTypeGroup: callTypeGroup_, chargeDetailList: chargeDetailList_, taxInformation: taxInformation_, discountInformation: discountInformation_ };
};

const encodeChargeInformation = (writer: BackWriter, value: ChargeInformation): void => {
  if (value.discountInformation !== undefined) { const from0 = writer.size; encodeDiscountInformation(writer, value.discountInformation); writer.header(from0, 0x7f60); }
  if (value.taxInformation !== undefined) { const from0 = writer.size; for (let index = value.taxInformation.length - 1; index >= 0; index -= 1) { const one = value.taxInformation[index] as TaxInformation; const from1 = writer.size; encodeTaxInformation(writer, one); writer.header(from1, 0x7f8155); } writer.header(from0, 0x7f8156); }
  if (value.chargeDetailList !== undefined) { const from0 = writer.size; for (let index = value.chargeDetailList.length - 1; index >= 0; index -= 1) { const one = value.chargeDetailList[index] as ChargeDetail; const from1 = writer.size; encodeChargeDetail(writer, one); writer.header(from1, 0x7f3f); } writer.header(from0, 0x7f40); }
  if (value.callTypeGroup !== undefined) { const from0 = writer.size; encodeCallTypeGroup(writer, value.callTypeGroup); writer.header(from0, 0x7f8202); }
  writer.integer(0x5f69, value.exchangeRateCode);
  writer.text(0x5f42, value.chargedItem);
};

export interface BasicHSCSDParameters {
  readonly fnur?: Integer | undefined;
  readonly aiur?: Integer | undefined;
  readonly maxNumberOfChannels?: Integer | undefined;
  readonly channelCodingsAcceptable?: readonly Integer[] | undefined;
  readonly channelCodingUsed?: Integer | undefined;
  readonly numberOfChannelsUsed?: Integer | undefined;
}

export class BasicHSCSDParametersView extends View implements BasicHSCSDParameters {
  get fnur(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 111); return at < 0 ? undefined : integerAt(source, at); }
  get aiur(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 34); return at < 0 ? undefined : integerAt(source, at); }
  get maxNumberOfChannels(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 161); return at < 0 ? undefined : integerAt(source, at); }
  get channelCodingsAcceptable(): readonly Integer[] | undefined { const { source } = this; const at = childAt(source, this.entry, 61); return at < 0 ? undefined : listAt(source, at, integerAt); }
  get channelCodingUsed(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 60); return at < 0 ? undefined : integerAt(source, at); }
  get numberOfChannelsUsed(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 252); return at < 0 ? undefined : integerAt(source, at); }
}

const plainBasicHSCSDParameters = (source: Source, entry: number): BasicHSCSDParameters => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fnur_: BasicHSCSDParameters['fnur'];
  let aiur_: BasicHSCSDParameters['aiur'];
  let maxNumberOfChannels_: BasicHSCSDParameters['maxNumberOfChannels'];
  let channelCodingsAcceptable_: BasicHSCSDParameters['channelCodingsAcceptable'];
  let channelCodingUsed_: BasicHSCSDParameters['channelCodingUsed'];
  let numberOfChannelsUsed_: BasicHSCSDParameters['numberOfChannelsUsed'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 111: fnur_ = integerAt(source, at); break;
      case 34: aiur_ = integerAt(source, at); break;
      case 161: maxNumberOfChannels_ = integerAt(source, at); break;
      case 61: channelCodingsAcceptable_ = listAt(source, at, integerAt); break;
      case 60: channelCodingUsed_ = integerAt(source, at); break;
      case 252: numberOfChannelsUsed_ = integerAt(source, at); break;
    }
  }
  return { fnur: fnur_, aiur: aiur_, maxNumberOfChannels: maxNumberOfChannels_, channelCodingsAcceptable: channelCodingsAcceptable_, channelCodingUsed: channelCodingUsed_, numberOfChannelsUsed: numberOfChannelsUsed_ };
};

const encodeBasicHSCSDParameters = (writer: BackWriter, value: BasicHSCSDParameters): void => {
  writer.integer(0x5f817c, value.numberOfChannelsUsed);
  writer.integer(0x5f3c, value.channelCodingUsed);
  if (value.channelCodingsAcceptable !== undefined) { const from0 = writer.size; for (let index = value.channelCodingsAcceptable.length - 1; index >= 0; index -= 1) { writer.integer(0x5f3c, value.channelCodingsAcceptable[index] as Integer); } writer.header(from0, 0x7f3d); }
  writer.integer(0x5f8121, value.maxNumberOfChannels);
  writer.integer(0x5f22, value.aiur);
  writer.integer(0x5f6f, value.fnur);
};

export interface HSCSDParameterModification {
  readonly aiur?: Integer | undefined;
  readonly maxNumberOfChannels?: Integer | undefined;
  readonly channelCodingUsed?: Integer | undefined;
  readonly numberOfChannelsUsed?: Integer | undefined;
  readonly initiatingParty?: Integer | undefined;
  readonly modificationTimestamp?: DateTime | undefined;
}

export class HSCSDParameterModificationView extends View implements HSCSDParameterModification {
  get aiur(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 34); return at < 0 ? undefined : integerAt(source, at); }
  get maxNumberOfChannels(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 161); return at < 0 ? undefined : integerAt(source, at); }
  get channelCodingUsed(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 60); return at < 0 ? undefined : integerAt(source, at); }
  get numberOfChannelsUsed(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 252); return at < 0 ? undefined : integerAt(source, at); }
  get initiatingParty(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 130); return at < 0 ? undefined : integerAt(source, at); }
  get modificationTimestamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 150); return at < 0 ? undefined : new DateTimeView(source, at); }
}

const plainHSCSDParameterModification = (source: Source, entry: number): HSCSDParameterModification => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let aiur_: HSCSDParameterModification['aiur'];
  let maxNumberOfChannels_: HSCSDParameterModification['maxNumberOfChannels'];
  let channelCodingUsed_: HSCSDParameterModification['channelCodingUsed'];
  let numberOfChannelsUsed_: HSCSDParameterModification['numberOfChannelsUsed'];
  let initiatingParty_: HSCSDParameterModification['initiatingParty'];
  let modificationTimestamp_: HSCSDParameterModification['modificationTimestamp'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 34: aiur_ = integerAt(source, at); break;
      case 161: maxNumberOfChannels_ = integerAt(source, at); break;
      case 60: channelCodingUsed_ = integerAt(source, at); break;
      case 252: numberOfChannelsUsed_ = integerAt(source, at); break;
      case 130: initiatingParty_ = integerAt(source, at); break;
      case 150: modificationTimestamp_ = plainDateTime(source, at); break;
    }
  }
  return { aiur: aiur_, maxNumberOfChannels: maxNumberOfChannels_, channelCodingUsed: channelCodingUsed_, numberOfChannelsUsed: numberOfChannelsUsed_, initiatingParty: initiatingParty_, modificationTimestamp: modificationTimestamp_ };
};

const encodeHSCSDParameterModification = (writer: BackWriter, value: HSCSDParameterModification): void => {
  if (value.modificationTimestamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.modificationTimestamp); writer.header(from0, 0x7f8116); }
  writer.integer(0x5f8102, value.initiatingParty);
  writer.integer(0x5f817c, value.numberOfChannelsUsed);
  writer.integer(0x5f3c, value.channelCodingUsed);
  writer.integer(0x5f8121, value.maxNumberOfChannels);
  writer.integer(0x5f22, value.aiur);
};

export interface HSCSDInformation {
  readonly basicHSCSDParameters?: BasicHSCSDParameters | undefined;
  readonly hSCSDParameterModificationList?: readonly HSCSDParameterModification[] | undefined;
}

export class HSCSDInformationView extends View implements HSCSDInformation {
  get basicHSCSDParameters(): BasicHSCSDParameters | undefined { const { source } = this; const at = childAt(source, this.entry, 35); return at < 0 ? undefined : new BasicHSCSDParametersView(source, at); }
  get hSCSDParameterModificationList(): readonly HSCSDParameterModification[] | undefined { const { source } = this; const at = childAt(source, this.entry, 140); return at < 0 ? undefined : listAt(source, at, (source, at) => new HSCSDParameterModificationView(source, at)); }
}

const plainHSCSDInformation = (source: Source, entry: number): HSCSDInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let basicHSCSDParameters_: HSCSDInformation['basicHSCSDParameters'];
  let hSCSDParameterModificationList_: HSCSDInformation['hSCSDParameterModificationList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 35: basicHSCSDParameters_ = plainBasicHSCSDParameters(source, at); break;
      case 140: hSCSDParameterModificationList_ = listAt(source, at, plainHSCSDParameterModification); break;
    }
  }
  return { basicHSCSDParameters: basicHSCSDParameters_, hSCSDParameterModificationList: hSCSDParameterModificationList_ };
};

const encodeHSCSDInformation = (writer: BackWriter, value: HSCSDInformation): void => {
  if (value.hSCSDParameterModificationList !== undefined) { const from0 = writer.size; for (let index = value.hSCSDParameterModificationList.length - 1; index >= 0; index -= 1) { const one = value.hSCSDParameterModificationList[index] as HSCSDParameterModification; const from1 = writer.size; encodeHSCSDParameterModification(writer, one); writer.header(from1, 0x7f7d); } writer.header(from0, 0x7f810c); }
  if (value.basicHSCSDParameters !== undefined) { const from0 = writer.size; encodeBasicHSCSDParameters(writer, value.basicHSCSDParameters); writer.header(from0, 0x7f23); }
};

export interface BasicServiceUsed {
  readonly basicService?: BasicService | undefined;
  readonly chargingTimeStamp?: DateTime | undefined;
  readonly chargeInformationList?: readonly ChargeInformation[] | undefined;
  readonly dataVolumeReference?: Integer | undefined;
  readonly hSCSDInformation?: HSCSDInformation | undefined;
}

export class BasicServiceUsedView extends View implements BasicServiceUsed {
  get basicService(): BasicService | undefined { const { source } = this; const at = childAt(source, this.entry, 36); return at < 0 ? undefined : new BasicServiceView(source, at); }
  get chargingTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 74); return at < 0 ? undefined : new DateTimeView(source, at); }
  get chargeInformationList(): readonly ChargeInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 70); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargeInformationView(source, at)); }
  get dataVolumeReference(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 82); return at < 0 ? undefined : integerAt(source, at); }
  get hSCSDInformation(): HSCSDInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 124); return at < 0 ? undefined : new HSCSDInformationView(source, at); }
}

const plainBasicServiceUsed = (source: Source, entry: number): BasicServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let basicService_: BasicServiceUsed['basicService'];
  let chargingTimeStamp_: BasicServiceUsed['chargingTimeStamp'];
  let chargeInformationList_: BasicServiceUsed['chargeInformationList'];
  let dataVolumeReference_: BasicServiceUsed['dataVolumeReference'];
  let hSCSDInformation_: BasicServiceUsed['hSCSDInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 36: basicService_ = plainBasicService(source, at); break;
      case 74: chargingTimeStamp_ = plainDateTime(source, at); break;
      case 70: chargeInformationList_ = listAt(source, at, plainChargeInformation); break;
      case 82: dataVolumeReference_ = integerAt(source, at); break;
      case 124: hSCSDInformation_ = plainHSCSDInformation(source, at); break;
    }
  }
  return { basicService: basicService_, chargingTimeStamp: chargingTimeStamp_, chargeInformationList: chargeInformationList_, dataVolumeReference: dataVolumeReference_, hSCSDInformation: hSCSDInformation_ };
};

const encodeBasicServiceUsed = (writer: BackWriter, value: BasicServiceUsed): void => {
  if (value.hSCSDInformation !== undefined) { const from0 = writer.size; encodeHSCSDInformation(writer, value.hSCSDInformation); writer.header(from0, 0x7f7c); }
  writer.integer(0x5f52, value.dataVolumeReference);
  if (value.chargeInformationList !== undefined) { const from0 = writer.size; for (let index = value.chargeInformationList.length - 1; index >= 0; index -= 1) { const one = value.chargeInformationList[index] as ChargeInformation; const from1 = writer.size; encodeChargeInformation(writer, one); writer.header(from1, 0x7f45); } writer.header(from0, 0x7f46); }
  if (value.chargingTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.chargingTimeStamp); writer.header(from0, 0x7f4a); }
  if (value.basicService !== undefined) { const from0 = writer.size; encodeBasicService(writer, value.basicService); writer.header(from0, 0x7f24); }
};

export interface ThirdPartyInformation {
  readonly typeOfNumber?: Integer | undefined;
  readonly numberingPlan?: Integer | undefined;
  readonly thirdPartyNumber?: string | undefined;
  readonly modificationIndicator?: Integer | undefined;
  readonly clirIndicator?: Integer | undefined;
}

export class ThirdPartyInformationView extends View implements ThirdPartyInformation {
  get typeOfNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 230); return at < 0 ? undefined : integerAt(source, at); }
  get numberingPlan(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 160); return at < 0 ? undefined : integerAt(source, at); }
  get thirdPartyNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
  get modificationIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 149); return at < 0 ? undefined : integerAt(source, at); }
  get clirIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 75); return at < 0 ? undefined : integerAt(source, at); }
}

const plainThirdPartyInformation = (source: Source, entry: number): ThirdPartyInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let typeOfNumber_: ThirdPartyInformation['typeOfNumber'];
  let numberingPlan_: ThirdPartyInformation['numberingPlan'];
  let thirdPartyNumber_: ThirdPartyInformation['thirdPartyNumber'];
  let modificationIndicator_: ThirdPartyInformation['modificationIndicator'];
  let clirIndicator_: ThirdPartyInformation['clirIndicator'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 230: typeOfNumber_ = integerAt(source, at); break;
      case 160: numberingPlan_ = integerAt(source, at); break;
      case 33: thirdPartyNumber_ = bcdAt(source, at); break;
      case 149: modificationIndicator_ = integerAt(source, at); break;
      case 75: clirIndicator_ = integerAt(source, at); break;
    }
  }
  return { typeOfNumber: typeOfNumber_, numberingPlan: numberingPlan_, thirdPartyNumber: thirdPartyNumber_, modificationIndicator: modificationIndicator_, clirIndicator: clirIndicator_ };
};

const encodeThirdPartyInformation = (writer: BackWriter, value: ThirdPartyInformation): void => {
  writer.integer(0x5f4b, value.clirIndicator);
  writer.integer(0x5f8115, value.modificationIndicator);
  writer.bcd(0x5f21, value.thirdPartyNumber);
  writer.integer(0x5f8120, value.numberingPlan);
  writer.integer(0x5f8166, value.typeOfNumber);
};

export interface SupplServiceUsed {
  readonly supplServiceCode?: string | undefined;
  readonly supplServiceActionCode?: Integer | undefined;
  readonly ssParameters?: string | undefined;
  readonly thirdPartyInformation?: ThirdPartyInformation | undefined;
  readonly chargingTimeStamp?: DateTime | undefined;
  readonly chargeInformation?: ChargeInformation | undefined;
  readonly basicServiceCodeList?: readonly BasicServiceCode[] | undefined;
}

export class SupplServiceUsedView extends View implements SupplServiceUsed {
  get supplServiceCode(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 209); return at < 0 ? undefined : hexAt(source, at); }
  get supplServiceActionCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 208); return at < 0 ? undefined : integerAt(source, at); }
  get ssParameters(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 204); return at < 0 ? undefined : textAt(source, at); }
  get thirdPartyInformation(): ThirdPartyInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 219); return at < 0 ? undefined : new ThirdPartyInformationView(source, at); }
  get chargingTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 74); return at < 0 ? undefined : new DateTimeView(source, at); }
  get chargeInformation(): ChargeInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 69); return at < 0 ? undefined : new ChargeInformationView(source, at); }
  get basicServiceCodeList(): readonly BasicServiceCode[] | undefined { const { source } = this; const at = childAt(source, this.entry, 37); return at < 0 ? undefined : listAt(source, at, (source, at) => new BasicServiceCodeView(source, at)); }
}

const plainSupplServiceUsed = (source: Source, entry: number): SupplServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let supplServiceCode_: SupplServiceUsed['supplServiceCode'];
  let supplServiceActionCode_: SupplServiceUsed['supplServiceActionCode'];
  let ssParameters_: SupplServiceUsed['ssParameters'];
  let thirdPartyInformation_: SupplServiceUsed['thirdPartyInformation'];
  let chargingTimeStamp_: SupplServiceUsed['chargingTimeStamp'];
  let chargeInformation_: SupplServiceUsed['chargeInformation'];
  let basicServiceCodeList_: SupplServiceUsed['basicServiceCodeList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 209: supplServiceCode_ = hexAt(source, at); break;
      case 208: supplServiceActionCode_ = integerAt(source, at); break;
      case 204: ssParameters_ = textAt(source, at); break;
      case 219: thirdPartyInformation_ = plainThirdPartyInformation(source, at); break;
      case 74: chargingTimeStamp_ = plainDateTime(source, at); break;
      case 69: chargeInformation_ = plainChargeInformation(source, at); break;
      case 37: basicServiceCodeList_ = listAt(source, at, plainBasicServiceCode); break;
    }
  }
  return { supplServiceCode: supplServiceCode_, supplServiceActionCode: supplServiceActionCode_, ssParameters: ssParameters_, thirdPartyInformation: thirdPartyInformation_, chargingTimeStamp: chargingTimeStamp_, chargeInformation: chargeInformation_, basicServiceCodeList: basicServiceCodeList_ };
};

const encodeSupplServiceUsed = (writer: BackWriter, value: SupplServiceUsed): void => {
  if (value.basicServiceCodeList !== undefined) { const from0 = writer.size; for (let index = value.basicServiceCodeList.length - 1; index >= 0; index -= 1) { const one = value.basicServiceCodeList[index] as BasicServiceCode; encodeBasicServiceCode(writer, one); } writer.header(from0, 0x7f25); }
  if (value.chargeInformation !== undefined) { const from0 = writer.size; encodeChargeInformation(writer, value.chargeInformation); writer.header(from0, 0x7f45); }
  if (value.chargingTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.chargingTimeStamp); writer.header(from0, 0x7f4a); }
  if (value.thirdPartyInformation !== undefined) { const from0 = writer.size; encodeThirdPartyInformation(writer, value.thirdPartyInformation); writer.header(from0, 0x7f815b); }
  writer.text(0x5f814c, value.ssParameters);
  writer.integer(0x5f8150, value.supplServiceActionCode);
  writer.hex(0x5f8151, value.supplServiceCode);
};

export interface CamelCallReference {
  readonly typeOfNumber?: Integer | undefined;
  readonly numberingPlan?: Integer | undefined;
  readonly mscAddress?: string | undefined;
  readonly callReferenceNumber?: string | undefined;
}

export class CamelCallReferenceView extends View implements CamelCallReference {
  get typeOfNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 230); return at < 0 ? undefined : integerAt(source, at); }
  get numberingPlan(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 160); return at < 0 ? undefined : integerAt(source, at); }
  get mscAddress(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
  get callReferenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 50); return at < 0 ? undefined : hexAt(source, at); }
}

const plainCamelCallReference = (source: Source, entry: number): CamelCallReference => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let typeOfNumber_: CamelCallReference['typeOfNumber'];
  let numberingPlan_: CamelCallReference['numberingPlan'];
  let mscAddress_: CamelCallReference['mscAddress'];
  let callReferenceNumber_: CamelCallReference['callReferenceNumber'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 230: typeOfNumber_ = integerAt(source, at); break;
      case 160: numberingPlan_ = integerAt(source, at); break;
      case 33: mscAddress_ = bcdAt(source, at); break;
      case 50: callReferenceNumber_ = hexAt(source, at); break;
    }
  }
  return { typeOfNumber: typeOfNumber_, numberingPlan: numberingPlan_, mscAddress: mscAddress_, callReferenceNumber: callReferenceNumber_ };
};

const encodeCamelCallReference = (writer: BackWriter, value: CamelCallReference): void => {
  writer.hex(0x5f32, value.callReferenceNumber);
  writer.bcd(0x5f21, value.mscAddress);
  writer.integer(0x5f8120, value.numberingPlan);
  writer.integer(0x5f8166, value.typeOfNumber);
};

export interface CamelDestination {
  readonly typeOfNumber?: Integer | undefined;
  readonly numberingPlan?: Integer | undefined;
  readonly camelDestinationNumber?: string | undefined;
}

export class CamelDestinationView extends View implements CamelDestination {
  get typeOfNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 230); return at < 0 ? undefined : integerAt(source, at); }
  get numberingPlan(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 160); return at < 0 ? undefined : integerAt(source, at); }
  get camelDestinationNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
}

const plainCamelDestination = (source: Source, entry: number): CamelDestination => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let typeOfNumber_: CamelDestination['typeOfNumber'];
  let numberingPlan_: CamelDestination['numberingPlan'];
  let camelDestinationNumber_: CamelDestination['camelDestinationNumber'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 230: typeOfNumber_ = integerAt(source, at); break;
      case 160: numberingPlan_ = integerAt(source, at); break;
      case 33: camelDestinationNumber_ = bcdAt(source, at); break;
    }
  }
  return { typeOfNumber: typeOfNumber_, numberingPlan: numberingPlan_, camelDestinationNumber: camelDestinationNumber_ };
};

const encodeCamelDestination = (writer: BackWriter, value: CamelDestination): void => {
  writer.bcd(0x5f21, value.camelDestinationNumber);
  writer.integer(0x5f8120, value.numberingPlan);
  writer.integer(0x5f8166, value.typeOfNumber);
};

export interface GprsDestination {
  readonly accessPointNameNI?: string | undefined;
  readonly accessPointNameOI?: string | undefined;
  readonly remotePdpAddressList?: readonly string[] | undefined;
}

export class GprsDestinationView extends View implements GprsDestination {
  get accessPointNameNI(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 261); return at < 0 ? undefined : textAt(source, at); }
  get accessPointNameOI(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 262); return at < 0 ? undefined : textAt(source, at); }
  get remotePdpAddressList(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 190); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainGprsDestination = (source: Source, entry: number): GprsDestination => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let accessPointNameNI_: GprsDestination['accessPointNameNI'];
  let accessPointNameOI_: GprsDestination['accessPointNameOI'];
  let remotePdpAddressList_: GprsDestination['remotePdpAddressList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 261: accessPointNameNI_ = textAt(source, at); break;
      case 262: accessPointNameOI_ = textAt(source, at); break;
      case 190: remotePdpAddressList_ = listAt(source, at, textAt); break;
    }
  }
  return { accessPointNameNI: accessPointNameNI_, accessPointNameOI: accessPointNameOI_, remotePdpAddressList: remotePdpAddressList_ };
};

const encodeGprsDestination = (writer: BackWriter, value: GprsDestination): void => {
  if (value.remotePdpAddressList !== undefined) { const from0 = writer.size; for (let index = value.remotePdpAddressList.length - 1; index >= 0; index -= 1) { writer.text(0x5f8125, value.remotePdpAddressList[index] as string); } writer.header(from0, 0x7f813e); }
  writer.text(0x5f8206, value.accessPointNameOI);
  writer.text(0x5f8205, value.accessPointNameNI);
};

export interface ThreeGcamelDestination {
  readonly camelDestination?: CamelDestination | undefined;
  readonly gprsDestination?: GprsDestination | undefined;
}

export class ThreeGcamelDestinationView extends ChoiceView implements ThreeGcamelDestination {
  get camelDestination(): CamelDestination | undefined { const { source, entry } = this; return this.tag === 51 ? new CamelDestinationView(source, entry) : undefined; }
  get gprsDestination(): GprsDestination | undefined { const { source, entry } = this; return this.tag === 116 ? new GprsDestinationView(source, entry) : undefined; }
}

const plainThreeGcamelDestination = (source: Source, entry: number): ThreeGcamelDestination => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 51: return { camelDestination: plainCamelDestination(source, entry) };
    case 116: return { gprsDestination: plainGprsDestination(source, entry) };
    default: return {};
  }
};

const encodeThreeGcamelDestination = (writer: BackWriter, value: ThreeGcamelDestination): void => {
  if (value.gprsDestination !== undefined) { const from0 = writer.size; encodeGprsDestination(writer, value.gprsDestination); writer.header(from0, 0x7f74); }
  if (value.camelDestination !== undefined) { const from0 = writer.size; encodeCamelDestination(writer, value.camelDestination); writer.header(from0, 0x7f33); }
};

export interface CamelServiceUsed {
  readonly typeOfNumber?: Integer | undefined;
  readonly numberingPlan?: Integer | undefined;
  readonly camelServerAddress?: string | undefined;
  readonly camelServiceLevel?: Integer | undefined;
  readonly camelServiceKey?: Integer | undefined;
  readonly defaultCallHandling?: Integer | undefined;
  readonly camelCallReference?: CamelCallReference | undefined;
  readonly camelChargeInformation?: ChargeInformation | undefined;
  readonly camelInitiatedCFIndicator?: Integer | undefined;
  readonly camelModificationList?: readonly Integer[] | undefined;
  readonly threeGcamelDestination?: ThreeGcamelDestination | undefined;
  readonly cseInformation?: string | undefined;
}

export class CamelServiceUsedView extends View implements CamelServiceUsed {
  get typeOfNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 230); return at < 0 ? undefined : integerAt(source, at); }
  get numberingPlan(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 160); return at < 0 ? undefined : integerAt(source, at); }
  get camelServerAddress(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
  get camelServiceLevel(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 56); return at < 0 ? undefined : integerAt(source, at); }
  get camelServiceKey(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 55); return at < 0 ? undefined : integerAt(source, at); }
  get defaultCallHandling(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 87); return at < 0 ? undefined : integerAt(source, at); }
  get camelCallReference(): CamelCallReference | undefined { const { source } = this; const at = childAt(source, this.entry, 49); return at < 0 ? undefined : new CamelCallReferenceView(source, at); }
  get camelChargeInformation(): ChargeInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 69); return at < 0 ? undefined : new ChargeInformationView(source, at); }
  get camelInitiatedCFIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 52); return at < 0 ? undefined : integerAt(source, at); }
  get camelModificationList(): readonly Integer[] | undefined { const { source } = this; const at = childAt(source, this.entry, 54); return at < 0 ? undefined : listAt(source, at, integerAt); }
  get threeGcamelDestination(): ThreeGcamelDestination | undefined { const { source } = this; const at = oneAt(source, this.entry, [51, 116]); return at < 0 ? undefined : new ThreeGcamelDestinationView(source, at); }
  get cseInformation(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 79); return at < 0 ? undefined : hexAt(source, at); }
}

const plainCamelServiceUsed = (source: Source, entry: number): CamelServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let typeOfNumber_: CamelServiceUsed['typeOfNumber'];
  let numberingPlan_: CamelServiceUsed['numberingPlan'];
  let camelServerAddress_: CamelServiceUsed['camelServerAddress'];
  let camelServiceLevel_: CamelServiceUsed['camelServiceLevel'];
  let camelServiceKey_: CamelServiceUsed['camelServiceKey'];
  let defaultCallHandling_: CamelServiceUsed['defaultCallHandling'];
  let camelCallReference_: CamelServiceUsed['camelCallReference'];
  let camelChargeInformation_: CamelServiceUsed['camelChargeInformation'];
  let camelInitiatedCFIndicator_: CamelServiceUsed['camelInitiatedCFIndicator'];
  let camelModificationList_: CamelServiceUsed['camelModificationList'];
  let threeGcamelDestination_: CamelServiceUsed['threeGcamelDestination'];
  let cseInformation_: CamelServiceUsed['cseInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 230: typeOfNumber_ = integerAt(source, at); break;
      case 160: numberingPlan_ = integerAt(source, at); break;
      case 33: camelServerAddress_ = bcdAt(source, at); break;
      case 56: camelServiceLevel_ = integerAt(source, at); break;
      case 55: camelServiceKey_ = integerAt(source, at); break;
      case 87: defaultCallHandling_ = integerAt(source, at); break;
      case 49: camelCallReference_ = plainCamelCallReference(source, at); break;
      case 69: camelChargeInformation_ = plainChargeInformation(source, at); break;
      case 52: camelInitiatedCFIndicator_ = integerAt(source, at); break;
      case 54: camelModificationList_ = listAt(source, at, integerAt); break;
      case 51: case 116: threeGcamelDestination_ = plainThreeGcamelDestination(source, at); break;
      case 79: cseInformation_ = hexAt(source, at); break;
    }
  }
  return { typeOfNumber: typeOfNumber_, numberingPlan: numberingPlan_, camelServerAddress: camelServerAddress_, camelServiceLevel: camelServiceLevel_, camelServiceKey: camelServiceKey_, defaultCallHandling: defaultCallHandling_, camelCallReference: camelCallReference_, camelChargeInformation: camelChargeInformation_, camelInitiatedCFIndicator: camelInitiatedCFIndicator_, camelModificationList: camelModificationList_, threeGcamelDestination: threeGcamelDestination_, cseInformation: cseInformation_ };
};

const encodeCamelServiceUsed = (writer: BackWriter, value: CamelServiceUsed): void => {
  writer.hex(0x5f4f, value.cseInformation);
  if (value.threeGcamelDestination !== undefined) { encodeThreeGcamelDestination(writer, value.threeGcamelDestination); }
  if (value.camelModificationList !== undefined) { const from0 = writer.size; for (let index = value.camelModificationList.length - 1; index >= 0; index -= 1) { writer.integer(0x5f35, value.camelModificationList[index] as Integer); } writer.header(from0, 0x7f36); }
  writer.integer(0x5f34, value.camelInitiatedCFIndicator);
  if (value.camelChargeInformation !== undefined) { const from0 = writer.size; encodeChargeInformation(writer, value.camelChargeInformation); writer.header(from0, 0x7f45); }
  if (value.camelCallReference !== undefined) { const from0 = writer.size; encodeCamelCallReference(writer, value.camelCallReference); writer.header(from0, 0x7f31); }
  writer.integer(0x5f57, value.defaultCallHandling);
  writer.integer(0x5f37, value.camelServiceKey);
  writer.integer(0x5f38, value.camelServiceLevel);
  writer.bcd(0x5f21, value.camelServerAddress);
  writer.integer(0x5f8120, value.numberingPlan);
  writer.integer(0x5f8166, value.typeOfNumber);
};

export interface ValueAddedServiceUsed {
  readonly vasCode?: Integer | undefined;
  readonly chargingTimeStamp?: DateTime | undefined;
  readonly chargeInformation?: ChargeInformation | undefined;
}

export class ValueAddedServiceUsedView extends View implements ValueAddedServiceUsed {
  get vasCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 237); return at < 0 ? undefined : integerAt(source, at); }
  get chargingTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 74); return at < 0 ? undefined : new DateTimeView(source, at); }
  get chargeInformation(): ChargeInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 69); return at < 0 ? undefined : new ChargeInformationView(source, at); }
}

const plainValueAddedServiceUsed = (source: Source, entry: number): ValueAddedServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let vasCode_: ValueAddedServiceUsed['vasCode'];
  let chargingTimeStamp_: ValueAddedServiceUsed['chargingTimeStamp'];
  let chargeInformation_: ValueAddedServiceUsed['chargeInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 237: vasCode_ = integerAt(source, at); break;
      case 74: chargingTimeStamp_ = plainDateTime(source, at); break;
      case 69: chargeInformation_ = plainChargeInformation(source, at); break;
    }
  }
  return { vasCode: vasCode_, chargingTimeStamp: chargingTimeStamp_, chargeInformation: chargeInformation_ };
};

const encodeValueAddedServiceUsed = (writer: BackWriter, value: ValueAddedServiceUsed): void => {
  if (value.chargeInformation !== undefined) { const from0 = writer.size; encodeChargeInformation(writer, value.chargeInformation); writer.header(from0, 0x7f45); }
  if (value.chargingTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.chargingTimeStamp); writer.header(from0, 0x7f4a); }
  writer.integer(0x5f816d, value.vasCode);
};

export interface DualServiceCode {
  readonly dualTeleServiceCode?: string | undefined;
  readonly dualBearerServiceCode?: string | undefined;
}

export class DualServiceCodeView extends ChoiceView implements DualServiceCode {
  get dualTeleServiceCode(): string | undefined { const { source, entry } = this; return this.tag === 100 ? hexAt(source, entry) : undefined; }
  get dualBearerServiceCode(): string | undefined { const { source, entry } = this; return this.tag === 99 ? hexAt(source, entry) : undefined; }
}

const plainDualServiceCode = (source: Source, entry: number): DualServiceCode => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 100: return { dualTeleServiceCode: hexAt(source, entry) };
    case 99: return { dualBearerServiceCode: hexAt(source, entry) };
    default: return {};
  }
};

const encodeDualServiceCode = (writer: BackWriter, value: DualServiceCode): void => {
  writer.hex(0x5f63, value.dualBearerServiceCode);
  writer.hex(0x5f64, value.dualTeleServiceCode);
};

export interface MobileOriginatedCall {
  readonly basicCallInformation?: MoBasicCallInformation | undefined;
  readonly locationInformation?: LocationInformation | undefined;
  readonly equipmentInformation?: EquipmentInformation | undefined;
  readonly basicServiceUsedList?: readonly BasicServiceUsed[] | undefined;
  readonly supplServiceUsedList?: readonly SupplServiceUsed[] | undefined;
  readonly camelServiceUsed?: CamelServiceUsed | undefined;
  readonly valueAddedServiceUsedList?: readonly ValueAddedServiceUsed[] | undefined;
  readonly dualServiceRequested?: DualServiceCode | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class MobileOriginatedCallView extends View implements MobileOriginatedCall {
  get basicCallInformation(): MoBasicCallInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 147); return at < 0 ? undefined : new MoBasicCallInformationView(source, at); }
  get locationInformation(): LocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 138); return at < 0 ? undefined : new LocationInformationView(source, at); }
  get equipmentInformation(): EquipmentInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 102); return at < 0 ? undefined : new EquipmentInformationView(source, at); }
  get basicServiceUsedList(): readonly BasicServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 38); return at < 0 ? undefined : listAt(source, at, (source, at) => new BasicServiceUsedView(source, at)); }
  get supplServiceUsedList(): readonly SupplServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 207); return at < 0 ? undefined : listAt(source, at, (source, at) => new SupplServiceUsedView(source, at)); }
  get camelServiceUsed(): CamelServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 57); return at < 0 ? undefined : new CamelServiceUsedView(source, at); }
  get valueAddedServiceUsedList(): readonly ValueAddedServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 235); return at < 0 ? undefined : listAt(source, at, (source, at) => new ValueAddedServiceUsedView(source, at)); }
  get dualServiceRequested(): DualServiceCode | undefined { const { source } = this; const at = oneAt(source, this.entry, [100, 99]); return at < 0 ? undefined : new DualServiceCodeView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainMobileOriginatedCall = (source: Source, entry: number): MobileOriginatedCall => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let basicCallInformation_: MobileOriginatedCall['basicCallInformation'];
  let locationInformation_: MobileOriginatedCall['locationInformation'];
  let equipmentInformation_: MobileOriginatedCall['equipmentInformation'];
  let basicServiceUsedList_: MobileOriginatedCall['basicServiceUsedList'];
  let supplServiceUsedList_: MobileOriginatedCall['supplServiceUsedList'];
  let camelServiceUsed_: MobileOriginatedCall['camelServiceUsed'];
  let valueAddedServiceUsedList_: MobileOriginatedCall['valueAddedServiceUsedList'];
  let dualServiceRequested_: MobileOriginatedCall['dualServiceRequested'];
  let operatorSpecInformation_: MobileOriginatedCall['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 147: basicCallInformation_ = plainMoBasicCallInformation(source, at); break;
      case 138: locationInformation_ = plainLocationInformation(source, at); break;
      case 102: equipmentInformation_ = plainEquipmentInformation(source, at); break;
      case 38: basicServiceUsedList_ = listAt(source, at, plainBasicServiceUsed); break;
      case 207: supplServiceUsedList_ = listAt(source, at, plainSupplServiceUsed); break;
      case 57: camelServiceUsed_ = plainCamelServiceUsed(source, at); break;
      case 235: valueAddedServiceUsedList_ = listAt(source, at, plainValueAddedServiceUsed); break;
      case 100: case 99: dualServiceRequested_ = plainDualServiceCode(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { basicCallInformation: basicCallInformation_, locationInformation: locationInformation_, equipmentInformation: equipmentInformation_, basicServiceUsedList: basicServiceUsedList_, supplServiceUsedList: supplServiceUsedList_, camelServiceUsed: camelServiceUsed_, valueAddedServiceUsedList: valueAddedServiceUsedList_, dualServiceRequested: dualServiceRequested_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeMobileOriginatedCall = (writer: BackWriter, value: MobileOriginatedCall): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.dualServiceRequested !== undefined) { encodeDualServiceCode(writer, value.dualServiceRequested); }
  if (value.valueAddedServiceUsedList !== undefined) { const from0 = writer.size; for (let index = value.valueAddedServiceUsedList.length - 1; index >= 0; index -= 1) { const one = value.valueAddedServiceUsedList[index] as ValueAddedServiceUsed; const from1 = writer.size; encodeValueAddedServiceUsed(writer, one); writer.header(from1, 0x7f816c); } writer.header(from0, 0x7f816b); }
  if (value.camelServiceUsed !== undefined) { const from0 = writer.size; encodeCamelServiceUsed(writer, value.camelServiceUsed); writer.header(from0, 0x7f39); }
  if (value.supplServiceUsedList !== undefined) { const from0 = writer.size; for (let index = value.supplServiceUsedList.length - 1; index >= 0; index -= 1) { const one = value.supplServiceUsedList[index] as SupplServiceUsed; const from1 = writer.size; encodeSupplServiceUsed(writer, one); writer.header(from1, 0x7f814e); } writer.header(from0, 0x7f814f); }
  if (value.basicServiceUsedList !== undefined) { const from0 = writer.size; for (let index = value.basicServiceUsedList.length - 1; index >= 0; index -= 1) { const one = value.basicServiceUsedList[index] as BasicServiceUsed; const from1 = writer.size; encodeBasicServiceUsed(writer, one); writer.header(from1, 0x7f27); } writer.header(from0, 0x7f26); }
  if (value.equipmentInformation !== undefined) { const from0 = writer.size; encodeEquipmentInformation(writer, value.equipmentInformation); writer.header(from0, 0x7f66); }
  if (value.locationInformation !== undefined) { const from0 = writer.size; encodeLocationInformation(writer, value.locationInformation); writer.header(from0, 0x7f810a); }
  if (value.basicCallInformation !== undefined) { const from0 = writer.size; encodeMoBasicCallInformation(writer, value.basicCallInformation); writer.header(from0, 0x7f8113); }
};

export interface CallOriginator {
  readonly typeOfNumber?: Integer | undefined;
  readonly numberingPlan?: Integer | undefined;
  readonly callingNumber?: string | undefined;
  readonly modificationIndicator?: Integer | undefined;
  readonly clirIndicator?: Integer | undefined;
}

export class CallOriginatorView extends View implements CallOriginator {
  get typeOfNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 230); return at < 0 ? undefined : integerAt(source, at); }
  get numberingPlan(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 160); return at < 0 ? undefined : integerAt(source, at); }
  get callingNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
  get modificationIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 149); return at < 0 ? undefined : integerAt(source, at); }
  get clirIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 75); return at < 0 ? undefined : integerAt(source, at); }
}

const plainCallOriginator = (source: Source, entry: number): CallOriginator => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let typeOfNumber_: CallOriginator['typeOfNumber'];
  let numberingPlan_: CallOriginator['numberingPlan'];
  let callingNumber_: CallOriginator['callingNumber'];
  let modificationIndicator_: CallOriginator['modificationIndicator'];
  let clirIndicator_: CallOriginator['clirIndicator'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 230: typeOfNumber_ = integerAt(source, at); break;
      case 160: numberingPlan_ = integerAt(source, at); break;
      case 33: callingNumber_ = bcdAt(source, at); break;
      case 149: modificationIndicator_ = integerAt(source, at); break;
      case 75: clirIndicator_ = integerAt(source, at); break;
    }
  }
  return { typeOfNumber: typeOfNumber_, numberingPlan: numberingPlan_, callingNumber: callingNumber_, modificationIndicator: modificationIndicator_, clirIndicator: clirIndicator_ };
};

const encodeCallOriginator = (writer: BackWriter, value: CallOriginator): void => {
  writer.integer(0x5f4b, value.clirIndicator);
  writer.integer(0x5f8115, value.modificationIndicator);
  writer.bcd(0x5f21, value.callingNumber);
  writer.integer(0x5f8120, value.numberingPlan);
  writer.integer(0x5f8166, value.typeOfNumber);
};

export interface MtBasicCallInformation {
  readonly fraudMonitorIndicator?: string | undefined;
  readonly chargeableSubscriber?: ChargeableSubscriber | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly networkType?: Integer | undefined;
  readonly callOriginator?: CallOriginator | undefined;
  readonly originatingNetwork?: string | undefined;
  readonly callEventStartTimeStamp?: DateTime | undefined;
  readonly totalCallEventDuration?: Integer | undefined;
  readonly simToolkitIndicator?: string | undefined;
  readonly causeForTerm?: Integer | undefined;
}

export class MtBasicCallInformationView extends View implements MtBasicCallInformation {
  get fraudMonitorIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 112); return at < 0 ? undefined : textAt(source, at); }
  get chargeableSubscriber(): ChargeableSubscriber | undefined { const { source } = this; const at = oneAt(source, this.entry, [199, 254]); return at < 0 ? undefined : new ChargeableSubscriberView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get networkType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 157); return at < 0 ? undefined : integerAt(source, at); }
  get callOriginator(): CallOriginator | undefined { const { source } = this; const at = childAt(source, this.entry, 41); return at < 0 ? undefined : new CallOriginatorView(source, at); }
  get originatingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 164); return at < 0 ? undefined : textAt(source, at); }
  get callEventStartTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 44); return at < 0 ? undefined : new DateTimeView(source, at); }
  get totalCallEventDuration(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 223); return at < 0 ? undefined : integerAt(source, at); }
  get simToolkitIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 200); return at < 0 ? undefined : textAt(source, at); }
  get causeForTerm(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 58); return at < 0 ? undefined : integerAt(source, at); }
}

const plainMtBasicCallInformation = (source: Source, entry: number): MtBasicCallInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fraudMonitorIndicator_: MtBasicCallInformation['fraudMonitorIndicator'];
  let chargeableSubscriber_: MtBasicCallInformation['chargeableSubscriber'];
  let rapFileSequenceNumber_: MtBasicCallInformation['rapFileSequenceNumber'];
  let networkType_: MtBasicCallInformation['networkType'];
  let callOriginator_: MtBasicCallInformation['callOriginator'];
  let originatingNetwork_: MtBasicCallInformation['originatingNetwork'];
  let callEventStartTimeStamp_: MtBasicCallInformation['callEventStartTimeStamp'];
  let totalCallEventDuration_: MtBasicCallInformation['totalCallEventDuration'];
  let simToolkitIndicator_: MtBasicCallInformation['simToolkitIndicator'];
  let causeForTerm_: MtBasicCallInformation['causeForTerm'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 112: fraudMonitorIndicator_ = textAt(source, at); break;
      case 199: case 254: chargeableSubscriber_ = plainChargeableSubscriber(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 157: networkType_ = integerAt(source, at); break;
      case 41: callOriginator_ = plainCallOriginator(source, at); break;
      case 164: originatingNetwork_ = textAt(source, at); break;
      case 44: callEventStartTimeStamp_ = plainDateTime(source, at); break;
      case 223: totalCallEventDuration_ = integerAt(source, at); break;
      case 200: simToolkitIndicator_ = textAt(source, at); break;
      case 58: causeForTerm_ = integerAt(source, at); break;
    }
  }
  return { fraudMonitorIndicator: fraudMonitorIndicator_, chargeableSubscriber: chargeableSubscriber_, rapFileSequenceNumber: rapFileSequenceNumber_, networkType: networkType_, callOriginator: callOriginator_, originatingNetwork: originatingNetwork_, callEventStartTimeStamp: callEventStartTimeStamp_, totalCallEventDuration: totalCallEventDuration_, simToolkitIndicator: simToolkitIndicator_, causeForTerm: causeForTerm_ };
};

const encodeMtBasicCallInformation = (writer: BackWriter, value: MtBasicCallInformation): void => {
  writer.integer(0x5f3a, value.causeForTerm);
  writer.text(0x5f8148, value.simToolkitIndicator);
  writer.integer(0x5f815f, value.totalCallEventDuration);
  if (value.callEventStartTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.callEventStartTimeStamp); writer.header(from0, 0x7f2c); }
  writer.text(0x5f8124, value.originatingNetwork);
  if (value.callOriginator !== undefined) { const from0 = writer.size; encodeCallOriginator(writer, value.callOriginator); writer.header(from0, 0x7f29); }
  writer.integer(0x5f811d, value.networkType);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargeableSubscriber !== undefined) { encodeChargeableSubscriber(writer, value.chargeableSubscriber); }
  writer.text(0x5f70, value.fraudMonitorIndicator);
};

export interface MobileTerminatedCall {
  readonly basicCallInformation?: MtBasicCallInformation | undefined;
  readonly locationInformation?: LocationInformation | undefined;
  readonly equipmentInformation?: EquipmentInformation | undefined;
  readonly basicServiceUsedList?: readonly BasicServiceUsed[] | undefined;
  readonly supplServiceUsedList?: readonly SupplServiceUsed[] | undefined;
  readonly camelServiceUsed?: CamelServiceUsed | undefined;
  readonly valueAddedServiceUsedList?: readonly ValueAddedServiceUsed[] | undefined;
  readonly dualServiceRequested?: DualServiceCode | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class MobileTerminatedCallView extends View implements MobileTerminatedCall {
  get basicCallInformation(): MtBasicCallInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 153); return at < 0 ? undefined : new MtBasicCallInformationView(source, at); }
  get locationInformation(): LocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 138); return at < 0 ? undefined : new LocationInformationView(source, at); }
  get equipmentInformation(): EquipmentInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 102); return at < 0 ? undefined : new EquipmentInformationView(source, at); }
  get basicServiceUsedList(): readonly BasicServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 38); return at < 0 ? undefined : listAt(source, at, (source, at) => new BasicServiceUsedView(source, at)); }
  get supplServiceUsedList(): readonly SupplServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 207); return at < 0 ? undefined : listAt(source, at, (source, at) => new SupplServiceUsedView(source, at)); }
  get camelServiceUsed(): CamelServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 57); return at < 0 ? undefined : new CamelServiceUsedView(source, at); }
  get valueAddedServiceUsedList(): readonly ValueAddedServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 235); return at < 0 ? undefined : listAt(source, at, (source, at) => new ValueAddedServiceUsedView(source, at)); }
  get dualServiceRequested(): DualServiceCode | undefined { const { source } = this; const at = oneAt(source, this.entry, [100, 99]); return at < 0 ? undefined : new DualServiceCodeView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainMobileTerminatedCall = (source: Source, entry: number): MobileTerminatedCall => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let basicCallInformation_: MobileTerminatedCall['basicCallInformation'];
  let locationInformation_: MobileTerminatedCall['locationInformation'];
  let equipmentInformation_: MobileTerminatedCall['equipmentInformation'];
  let basicServiceUsedList_: MobileTerminatedCall['basicServiceUsedList'];
  let supplServiceUsedList_: MobileTerminatedCall['supplServiceUsedList'];
  let camelServiceUsed_: MobileTerminatedCall['camelServiceUsed'];
  let valueAddedServiceUsedList_: MobileTerminatedCall['valueAddedServiceUsedList'];
  let dualServiceRequested_: MobileTerminatedCall['dualServiceRequested'];
  let operatorSpecInformation_: MobileTerminatedCall['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 153: basicCallInformation_ = plainMtBasicCallInformation(source, at); break;
      case 138: locationInformation_ = plainLocationInformation(source, at); break;
      case 102: equipmentInformation_ = plainEquipmentInformation(source, at); break;
      case 38: basicServiceUsedList_ = listAt(source, at, plainBasicServiceUsed); break;
      case 207: supplServiceUsedList_ = listAt(source, at, plainSupplServiceUsed); break;
      case 57: camelServiceUsed_ = plainCamelServiceUsed(source, at); break;
      case 235: valueAddedServiceUsedList_ = listAt(source, at, plainValueAddedServiceUsed); break;
      case 100: case 99: dualServiceRequested_ = plainDualServiceCode(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { basicCallInformation: basicCallInformation_, locationInformation: locationInformation_, equipmentInformation: equipmentInformation_, basicServiceUsedList: basicServiceUsedList_, supplServiceUsedList: supplServiceUsedList_, camelServiceUsed: camelServiceUsed_, valueAddedServiceUsedList: valueAddedServiceUsedList_, dualServiceRequested: dualServiceRequested_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeMobileTerminatedCall = (writer: BackWriter, value: MobileTerminatedCall): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.dualServiceRequested !== undefined) { encodeDualServiceCode(writer, value.dualServiceRequested); }
  if (value.valueAddedServiceUsedList !== undefined) { const from0 = writer.size; for (let index = value.valueAddedServiceUsedList.length - 1; index >= 0; index -= 1) { const one = value.valueAddedServiceUsedList[index] as ValueAddedServiceUsed; const from1 = writer.size; encodeValueAddedServiceUsed(writer, one); writer.header(from1, 0x7f816c); } writer.header(from0, 0x7f816b); }
  if (value.camelServiceUsed !== undefined) { const from0 = writer.size; encodeCamelServiceUsed(writer, value.camelServiceUsed); writer.header(from0, 0x7f39); }
  if (value.supplServiceUsedList !== undefined) { const from0 = writer.size; for (let index = value.supplServiceUsedList.length - 1; index >= 0; index -= 1) { const one = value.supplServiceUsedList[index] as SupplServiceUsed; const from1 = writer.size; encodeSupplServiceUsed(writer, one); writer.header(from1, 0x7f814e); } writer.header(from0, 0x7f814f); }
  if (value.basicServiceUsedList !== undefined) { const from0 = writer.size; for (let index = value.basicServiceUsedList.length - 1; index >= 0; index -= 1) { const one = value.basicServiceUsedList[index] as BasicServiceUsed; const from1 = writer.size; encodeBasicServiceUsed(writer, one); writer.header(from1, 0x7f27); } writer.header(from0, 0x7f26); }
  if (value.equipmentInformation !== undefined) { const from0 = writer.size; encodeEquipmentInformation(writer, value.equipmentInformation); writer.header(from0, 0x7f66); }
  if (value.locationInformation !== undefined) { const from0 = writer.size; encodeLocationInformation(writer, value.locationInformation); writer.header(from0, 0x7f810a); }
  if (value.basicCallInformation !== undefined) { const from0 = writer.size; encodeMtBasicCallInformation(writer, value.basicCallInformation); writer.header(from0, 0x7f8119); }
};

export interface SupplServiceEvent {
  readonly fraudMonitorIndicator?: string | undefined;
  readonly chargeableSubscriber?: ChargeableSubscriber | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly networkType?: Integer | undefined;
  readonly locationInformation?: LocationInformation | undefined;
  readonly equipmentInformation?: EquipmentInformation | undefined;
  readonly supplServiceUsed?: SupplServiceUsed | undefined;
  readonly simToolkitIndicator?: string | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class SupplServiceEventView extends View implements SupplServiceEvent {
  get fraudMonitorIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 112); return at < 0 ? undefined : textAt(source, at); }
  get chargeableSubscriber(): ChargeableSubscriber | undefined { const { source } = this; const at = oneAt(source, this.entry, [199, 254]); return at < 0 ? undefined : new ChargeableSubscriberView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get networkType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 157); return at < 0 ? undefined : integerAt(source, at); }
  get locationInformation(): LocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 138); return at < 0 ? undefined : new LocationInformationView(source, at); }
  get equipmentInformation(): EquipmentInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 102); return at < 0 ? undefined : new EquipmentInformationView(source, at); }
  get supplServiceUsed(): SupplServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 206); return at < 0 ? undefined : new SupplServiceUsedView(source, at); }
  get simToolkitIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 200); return at < 0 ? undefined : textAt(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainSupplServiceEvent = (source: Source, entry: number): SupplServiceEvent => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fraudMonitorIndicator_: SupplServiceEvent['fraudMonitorIndicator'];
  let chargeableSubscriber_: SupplServiceEvent['chargeableSubscriber'];
  let rapFileSequenceNumber_: SupplServiceEvent['rapFileSequenceNumber'];
  let networkType_: SupplServiceEvent['networkType'];
  let locationInformation_: SupplServiceEvent['locationInformation'];
  let equipmentInformation_: SupplServiceEvent['equipmentInformation'];
  let supplServiceUsed_: SupplServiceEvent['supplServiceUsed'];
  let simToolkitIndicator_: SupplServiceEvent['simToolkitIndicator'];
  let operatorSpecInformation_: SupplServiceEvent['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 112: fraudMonitorIndicator_ = textAt(source, at); break;
      case 199: case 254: chargeableSubscriber_ = plainChargeableSubscriber(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 157: networkType_ = integerAt(source, at); break;
      case 138: locationInformation_ = plainLocationInformation(source, at); break;
      case 102: equipmentInformation_ = plainEquipmentInformation(source, at); break;
      case 206: supplServiceUsed_ = plainSupplServiceUsed(source, at); break;
      case 200: simToolkitIndicator_ = textAt(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { fraudMonitorIndicator: fraudMonitorIndicator_, chargeableSubscriber: chargeableSubscriber_, rapFileSequenceNumber: rapFileSequenceNumber_, networkType: networkType_, locationInformation: locationInformation_, equipmentInformation: equipmentInformation_, supplServiceUsed: supplServiceUsed_, simToolkitIndicator: simToolkitIndicator_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeSupplServiceEvent = (writer: BackWriter, value: SupplServiceEvent): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  writer.text(0x5f8148, value.simToolkitIndicator);
  if (value.supplServiceUsed !== undefined) { const from0 = writer.size; encodeSupplServiceUsed(writer, value.supplServiceUsed); writer.header(from0, 0x7f814e); }
  if (value.equipmentInformation !== undefined) { const from0 = writer.size; encodeEquipmentInformation(writer, value.equipmentInformation); writer.header(from0, 0x7f66); }
  if (value.locationInformation !== undefined) { const from0 = writer.size; encodeLocationInformation(writer, value.locationInformation); writer.header(from0, 0x7f810a); }
  writer.integer(0x5f811d, value.networkType);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargeableSubscriber !== undefined) { encodeChargeableSubscriber(writer, value.chargeableSubscriber); }
  writer.text(0x5f70, value.fraudMonitorIndicator);
};

export interface ScuVasChargeableSubscriber {
  readonly simChargeableSubscriber?: SimChargeableSubscriber | undefined;
  readonly msisdn?: string | undefined;
  readonly min?: string | undefined;
}

export class ScuVasChargeableSubscriberView extends ChoiceView implements ScuVasChargeableSubscriber {
  get simChargeableSubscriber(): SimChargeableSubscriber | undefined { const { source, entry } = this; return this.tag === 199 ? new SimChargeableSubscriberView(source, entry) : undefined; }
  get msisdn(): string | undefined { const { source, entry } = this; return this.tag === 152 ? bcdAt(source, entry) : undefined; }
  get min(): string | undefined { const { source, entry } = this; return this.tag === 146 ? textAt(source, entry) : undefined; }
}

const plainScuVasChargeableSubscriber = (source: Source, entry: number): ScuVasChargeableSubscriber => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 199: return { simChargeableSubscriber: plainSimChargeableSubscriber(source, entry) };
    case 152: return { msisdn: bcdAt(source, entry) };
    case 146: return { min: textAt(source, entry) };
    default: return {};
  }
};

const encodeScuVasChargeableSubscriber = (writer: BackWriter, value: ScuVasChargeableSubscriber): void => {
  writer.text(0x5f8112, value.min);
  writer.bcd(0x5f8118, value.msisdn);
  if (value.simChargeableSubscriber !== undefined) { const from0 = writer.size; encodeSimChargeableSubscriber(writer, value.simChargeableSubscriber); writer.header(from0, 0x7f8147); }
};

export interface NonChargedParty {
  readonly typeOfNumber?: Integer | undefined;
  readonly numberingPlan?: Integer | undefined;
  readonly nonChargedNumber?: string | undefined;
  readonly calledNumAnalysisCode?: Integer | undefined;
  readonly modificationIndicator?: Integer | undefined;
}

export class NonChargedPartyView extends View implements NonChargedParty {
  get typeOfNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 230); return at < 0 ? undefined : integerAt(source, at); }
  get numberingPlan(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 160); return at < 0 ? undefined : integerAt(source, at); }
  get nonChargedNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
  get calledNumAnalysisCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 247); return at < 0 ? undefined : integerAt(source, at); }
  get modificationIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 149); return at < 0 ? undefined : integerAt(source, at); }
}

const plainNonChargedParty = (source: Source, entry: number): NonChargedParty => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let typeOfNumber_: NonChargedParty['typeOfNumber'];
  let numberingPlan_: NonChargedParty['numberingPlan'];
  let nonChargedNumber_: NonChargedParty['nonChargedNumber'];
  let calledNumAnalysisCode_: NonChargedParty['calledNumAnalysisCode'];
  let modificationIndicator_: NonChargedParty['modificationIndicator'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 230: typeOfNumber_ = integerAt(source, at); break;
      case 160: numberingPlan_ = integerAt(source, at); break;
      case 33: nonChargedNumber_ = bcdAt(source, at); break;
      case 247: calledNumAnalysisCode_ = integerAt(source, at); break;
      case 149: modificationIndicator_ = integerAt(source, at); break;
    }
  }
  return { typeOfNumber: typeOfNumber_, numberingPlan: numberingPlan_, nonChargedNumber: nonChargedNumber_, calledNumAnalysisCode: calledNumAnalysisCode_, modificationIndicator: modificationIndicator_ };
};

const encodeNonChargedParty = (writer: BackWriter, value: NonChargedParty): void => {
  writer.integer(0x5f8115, value.modificationIndicator);
  writer.integer(0x5f8177, value.calledNumAnalysisCode);
  writer.bcd(0x5f21, value.nonChargedNumber);
  writer.integer(0x5f8120, value.numberingPlan);
  writer.integer(0x5f8166, value.typeOfNumber);
};

export interface ScuBasicInformation {
  readonly chargeableSubscriber?: ScuVasChargeableSubscriber | undefined;
  readonly chargedPartyStatus?: Integer | undefined;
  readonly nonChargedParty?: NonChargedParty | undefined;
  readonly clirIndicator?: Integer | undefined;
  readonly originatingNetwork?: string | undefined;
  readonly destinationNetwork?: string | undefined;
}

export class ScuBasicInformationView extends View implements ScuBasicInformation {
  get chargeableSubscriber(): ScuVasChargeableSubscriber | undefined { const { source } = this; const at = oneAt(source, this.entry, [199, 152, 146]); return at < 0 ? undefined : new ScuVasChargeableSubscriberView(source, at); }
  get chargedPartyStatus(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 67); return at < 0 ? undefined : integerAt(source, at); }
  get nonChargedParty(): NonChargedParty | undefined { const { source } = this; const at = childAt(source, this.entry, 158); return at < 0 ? undefined : new NonChargedPartyView(source, at); }
  get clirIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 75); return at < 0 ? undefined : integerAt(source, at); }
  get originatingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 164); return at < 0 ? undefined : textAt(source, at); }
  get destinationNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 90); return at < 0 ? undefined : textAt(source, at); }
}

const plainScuBasicInformation = (source: Source, entry: number): ScuBasicInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargeableSubscriber_: ScuBasicInformation['chargeableSubscriber'];
  let chargedPartyStatus_: ScuBasicInformation['chargedPartyStatus'];
  let nonChargedParty_: ScuBasicInformation['nonChargedParty'];
  let clirIndicator_: ScuBasicInformation['clirIndicator'];
  let originatingNetwork_: ScuBasicInformation['originatingNetwork'];
  let destinationNetwork_: ScuBasicInformation['destinationNetwork'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 199: case 152: case 146: chargeableSubscriber_ = plainScuVasChargeableSubscriber(source, at); break;
      case 67: chargedPartyStatus_ = integerAt(source, at); break;
      case 158: nonChargedParty_ = plainNonChargedParty(source, at); break;
      case 75: clirIndicator_ = integerAt(source, at); break;
      case 164: originatingNetwork_ = textAt(source, at); break;
      case 90: destinationNetwork_ = textAt(source, at); break;
    }
  }
  return { chargeableSubscriber: chargeableSubscriber_, chargedPartyStatus: chargedPartyStatus_, nonChargedParty: nonChargedParty_, clirIndicator: clirIndicator_, originatingNetwork: originatingNetwork_, destinationNetwork: destinationNetwork_ };
};

const encodeScuBasicInformation = (writer: BackWriter, value: ScuBasicInformation): void => {
  writer.text(0x5f5a, value.destinationNetwork);
  writer.text(0x5f8124, value.originatingNetwork);
  writer.integer(0x5f4b, value.clirIndicator);
  if (value.nonChargedParty !== undefined) { const from0 = writer.size; encodeNonChargedParty(writer, value.nonChargedParty); writer.header(from0, 0x7f811e); }
  writer.integer(0x5f43, value.chargedPartyStatus);
  if (value.chargeableSubscriber !== undefined) { encodeScuVasChargeableSubscriber(writer, value.chargeableSubscriber); }
};

export interface ScuChargeType {
  readonly messageStatus?: Integer | undefined;
  readonly priorityCode?: Integer | undefined;
  readonly distanceChargeBandCode?: string | undefined;
  readonly messageType?: Integer | undefined;
  readonly messageDescriptionCode?: Integer | undefined;
}

export class ScuChargeTypeView extends View implements ScuChargeType {
  get messageStatus(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 144); return at < 0 ? undefined : integerAt(source, at); }
  get priorityCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 170); return at < 0 ? undefined : integerAt(source, at); }
  get distanceChargeBandCode(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 98); return at < 0 ? undefined : textAt(source, at); }
  get messageType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 145); return at < 0 ? undefined : integerAt(source, at); }
  get messageDescriptionCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 141); return at < 0 ? undefined : integerAt(source, at); }
}

const plainScuChargeType = (source: Source, entry: number): ScuChargeType => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let messageStatus_: ScuChargeType['messageStatus'];
  let priorityCode_: ScuChargeType['priorityCode'];
  let distanceChargeBandCode_: ScuChargeType['distanceChargeBandCode'];
  let messageType_: ScuChargeType['messageType'];
  let messageDescriptionCode_: ScuChargeType['messageDescriptionCode'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 144: messageStatus_ = integerAt(source, at); break;
      case 170: priorityCode_ = integerAt(source, at); break;
      case 98: distanceChargeBandCode_ = textAt(source, at); break;
      case 145: messageType_ = integerAt(source, at); break;
      case 141: messageDescriptionCode_ = integerAt(source, at); break;
    }
  }
  return { messageStatus: messageStatus_, priorityCode: priorityCode_, distanceChargeBandCode: distanceChargeBandCode_, messageType: messageType_, messageDescriptionCode: messageDescriptionCode_ };
};

const encodeScuChargeType = (writer: BackWriter, value: ScuChargeType): void => {
  writer.integer(0x5f810d, value.messageDescriptionCode);
  writer.integer(0x5f8111, value.messageType);
  writer.text(0x5f62, value.distanceChargeBandCode);
  writer.integer(0x5f812a, value.priorityCode);
  writer.integer(0x5f8110, value.messageStatus);
};

export interface ScuTimeStamps {
  readonly depositTimeStamp?: DateTime | undefined;
  readonly completionTimeStamp?: DateTime | undefined;
  readonly chargingPoint?: string | undefined;
}

export class ScuTimeStampsView extends View implements ScuTimeStamps {
  get depositTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 88); return at < 0 ? undefined : new DateTimeView(source, at); }
  get completionTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 76); return at < 0 ? undefined : new DateTimeView(source, at); }
  get chargingPoint(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 73); return at < 0 ? undefined : textAt(source, at); }
}

const plainScuTimeStamps = (source: Source, entry: number): ScuTimeStamps => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let depositTimeStamp_: ScuTimeStamps['depositTimeStamp'];
  let completionTimeStamp_: ScuTimeStamps['completionTimeStamp'];
  let chargingPoint_: ScuTimeStamps['chargingPoint'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 88: depositTimeStamp_ = plainDateTime(source, at); break;
      case 76: completionTimeStamp_ = plainDateTime(source, at); break;
      case 73: chargingPoint_ = textAt(source, at); break;
    }
  }
  return { depositTimeStamp: depositTimeStamp_, completionTimeStamp: completionTimeStamp_, chargingPoint: chargingPoint_ };
};

const encodeScuTimeStamps = (writer: BackWriter, value: ScuTimeStamps): void => {
  writer.text(0x5f49, value.chargingPoint);
  if (value.completionTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.completionTimeStamp); writer.header(from0, 0x7f4c); }
  if (value.depositTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.depositTimeStamp); writer.header(from0, 0x7f58); }
};

export interface ServiceCentreUsage {
  readonly fraudMonitorIndicator?: string | undefined;
  readonly basicInformation?: ScuBasicInformation | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly networkType?: Integer | undefined;
  readonly servingNetwork?: string | undefined;
  readonly recEntityCode?: Integer | undefined;
  readonly chargeInformation?: ChargeInformation | undefined;
  readonly scuChargeType?: ScuChargeType | undefined;
  readonly scuTimeStamps?: ScuTimeStamps | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class ServiceCentreUsageView extends View implements ServiceCentreUsage {
  get fraudMonitorIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 112); return at < 0 ? undefined : textAt(source, at); }
  get basicInformation(): ScuBasicInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 191); return at < 0 ? undefined : new ScuBasicInformationView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get networkType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 157); return at < 0 ? undefined : integerAt(source, at); }
  get servingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 195); return at < 0 ? undefined : textAt(source, at); }
  get recEntityCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 184); return at < 0 ? undefined : integerAt(source, at); }
  get chargeInformation(): ChargeInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 69); return at < 0 ? undefined : new ChargeInformationView(source, at); }
  get scuChargeType(): ScuChargeType | undefined { const { source } = this; const at = childAt(source, this.entry, 192); return at < 0 ? undefined : new ScuChargeTypeView(source, at); }
  get scuTimeStamps(): ScuTimeStamps | undefined { const { source } = this; const at = childAt(source, this.entry, 193); return at < 0 ? undefined : new ScuTimeStampsView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainServiceCentreUsage = (source: Source, entry: number): ServiceCentreUsage => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fraudMonitorIndicator_: ServiceCentreUsage['fraudMonitorIndicator'];
  let basicInformation_: ServiceCentreUsage['basicInformation'];
  let rapFileSequenceNumber_: ServiceCentreUsage['rapFileSequenceNumber'];
  let networkType_: ServiceCentreUsage['networkType'];
  let servingNetwork_: ServiceCentreUsage['servingNetwork'];
  let recEntityCode_: ServiceCentreUsage['recEntityCode'];
  let chargeInformation_: ServiceCentreUsage['chargeInformation'];
  let scuChargeType_: ServiceCentreUsage['scuChargeType'];
  let scuTimeStamps_: ServiceCentreUsage['scuTimeStamps'];
  let operatorSpecInformation_: ServiceCentreUsage['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 112: fraudMonitorIndicator_ = textAt(source, at); break;
      case 191: basicInformation_ = plainScuBasicInformation(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 157: networkType_ = integerAt(source, at); break;
      case 195: servingNetwork_ = textAt(source, at); break;
      case 184: recEntityCode_ = integerAt(source, at); break;
      case 69: chargeInformation_ = plainChargeInformation(source, at); break;
      case 192: scuChargeType_ = plainScuChargeType(source, at); break;
      case 193: scuTimeStamps_ = plainScuTimeStamps(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { fraudMonitorIndicator: fraudMonitorIndicator_, basicInformation: basicInformation_, rapFileSequenceNumber: rapFileSequenceNumber_, networkType: networkType_, servingNetwork: servingNetwork_, recEntityCode: recEntityCode_, chargeInformation: chargeInformation_, scuChargeType: scuChargeType_, scuTimeStamps: scuTimeStamps_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeServiceCentreUsage = (writer: BackWriter, value: ServiceCentreUsage): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.scuTimeStamps !== undefined) { const from0 = writer.size; encodeScuTimeStamps(writer, value.scuTimeStamps); writer.header(from0, 0x7f8141); }
  if (value.scuChargeType !== undefined) { const from0 = writer.size; encodeScuChargeType(writer, value.scuChargeType); writer.header(from0, 0x7f8140); }
  if (value.chargeInformation !== undefined) { const from0 = writer.size; encodeChargeInformation(writer, value.chargeInformation); writer.header(from0, 0x7f45); }
  writer.integer(0x5f8138, value.recEntityCode);
  writer.text(0x5f8143, value.servingNetwork);
  writer.integer(0x5f811d, value.networkType);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.basicInformation !== undefined) { const from0 = writer.size; encodeScuBasicInformation(writer, value.basicInformation); writer.header(from0, 0x7f813f); }
  writer.text(0x5f70, value.fraudMonitorIndicator);
};

export interface ValueAddedService {
  readonly fraudMonitorIndicator?: string | undefined;
  readonly chargeableSubscriber?: ScuVasChargeableSubscriber | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly networkType?: Integer | undefined;
  readonly servingNetwork?: string | undefined;
  readonly valueAddedServiceUsed?: ValueAddedServiceUsed | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class ValueAddedServiceView extends View implements ValueAddedService {
  get fraudMonitorIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 112); return at < 0 ? undefined : textAt(source, at); }
  get chargeableSubscriber(): ScuVasChargeableSubscriber | undefined { const { source } = this; const at = oneAt(source, this.entry, [199, 152, 146]); return at < 0 ? undefined : new ScuVasChargeableSubscriberView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get networkType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 157); return at < 0 ? undefined : integerAt(source, at); }
  get servingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 195); return at < 0 ? undefined : textAt(source, at); }
  get valueAddedServiceUsed(): ValueAddedServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 236); return at < 0 ? undefined : new ValueAddedServiceUsedView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainValueAddedService = (source: Source, entry: number): ValueAddedService => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fraudMonitorIndicator_: ValueAddedService['fraudMonitorIndicator'];
  let chargeableSubscriber_: ValueAddedService['chargeableSubscriber'];
  let rapFileSequenceNumber_: ValueAddedService['rapFileSequenceNumber'];
  let networkType_: ValueAddedService['networkType'];
  let servingNetwork_: ValueAddedService['servingNetwork'];
  let valueAddedServiceUsed_: ValueAddedService['valueAddedServiceUsed'];
  let operatorSpecInformation_: ValueAddedService['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 112: fraudMonitorIndicator_ = textAt(source, at); break;
      case 199: case 152: case 146: chargeableSubscriber_ = plainScuVasChargeableSubscriber(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 157: networkType_ = integerAt(source, at); break;
      case 195: servingNetwork_ = textAt(source, at); break;
      case 236: valueAddedServiceUsed_ = plainValueAddedServiceUsed(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { fraudMonitorIndicator: fraudMonitorIndicator_, chargeableSubscriber: chargeableSubscriber_, rapFileSequenceNumber: rapFileSequenceNumber_, networkType: networkType_, servingNetwork: servingNetwork_, valueAddedServiceUsed: valueAddedServiceUsed_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeValueAddedService = (writer: BackWriter, value: ValueAddedService): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.valueAddedServiceUsed !== undefined) { const from0 = writer.size; encodeValueAddedServiceUsed(writer, value.valueAddedServiceUsed); writer.header(from0, 0x7f816c); }
  writer.text(0x5f8143, value.servingNetwork);
  writer.integer(0x5f811d, value.networkType);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargeableSubscriber !== undefined) { encodeScuVasChargeableSubscriber(writer, value.chargeableSubscriber); }
  writer.text(0x5f70, value.fraudMonitorIndicator);
};

export interface GprsChargeableSubscriber {
  readonly chargeableSubscriber?: ChargeableSubscriber | undefined;
  readonly pdpType?: Integer | undefined;
  readonly pdpAddress?: string | undefined;
  readonly chargingCharacteristics?: string | undefined;
}

export class GprsChargeableSubscriberView extends View implements GprsChargeableSubscriber {
  get chargeableSubscriber(): ChargeableSubscriber | undefined { const { source } = this; const at = oneAt(source, this.entry, [199, 254]); return at < 0 ? undefined : new ChargeableSubscriberView(source, at); }
  get pdpType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 168); return at < 0 ? undefined : integerAt(source, at); }
  get pdpAddress(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 167); return at < 0 ? undefined : textAt(source, at); }
  get chargingCharacteristics(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 263); return at < 0 ? undefined : hexAt(source, at); }
}

const plainGprsChargeableSubscriber = (source: Source, entry: number): GprsChargeableSubscriber => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargeableSubscriber_: GprsChargeableSubscriber['chargeableSubscriber'];
  let pdpType_: GprsChargeableSubscriber['pdpType'];
  let pdpAddress_: GprsChargeableSubscriber['pdpAddress'];
  let chargingCharacteristics_: GprsChargeableSubscriber['chargingCharacteristics'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 199: case 254: chargeableSubscriber_ = plainChargeableSubscriber(source, at); break;
      case 168: pdpType_ = integerAt(source, at); break;
      case 167: pdpAddress_ = textAt(source, at); break;
      case 263: chargingCharacteristics_ = hexAt(source, at); break;
    }
  }
  return { chargeableSubscriber: chargeableSubscriber_, pdpType: pdpType_, pdpAddress: pdpAddress_, chargingCharacteristics: chargingCharacteristics_ };
};

const encodeGprsChargeableSubscriber = (writer: BackWriter, value: GprsChargeableSubscriber): void => {
  writer.hex(0x5f8207, value.chargingCharacteristics);
  writer.text(0x5f8127, value.pdpAddress);
  writer.integer(0x5f8128, value.pdpType);
  if (value.chargeableSubscriber !== undefined) { encodeChargeableSubscriber(writer, value.chargeableSubscriber); }
};

export interface GprsBasicCallInformation {
  readonly fraudMonitorIndicator?: string | undefined;
  readonly chargeableSubscriber?: GprsChargeableSubscriber | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly networkType?: Integer | undefined;
  readonly gprsDestination?: GprsDestination | undefined;
  readonly callEventStartTimeStamp?: DateTime | undefined;
  readonly totalCallEventDuration?: Integer | undefined;
  readonly causeForTerm?: Integer | undefined;
  readonly partialTypeIndicator?: string | undefined;
  readonly pDPContextStartTimestamp?: DateTime | undefined;
  readonly networkInitPDPContext?: Integer | undefined;
  readonly chargingId?: Integer | undefined;
}

export class GprsBasicCallInformationView extends View implements GprsBasicCallInformation {
  get fraudMonitorIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 112); return at < 0 ? undefined : textAt(source, at); }
  get chargeableSubscriber(): GprsChargeableSubscriber | undefined { const { source } = this; const at = childAt(source, this.entry, 115); return at < 0 ? undefined : new GprsChargeableSubscriberView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get networkType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 157); return at < 0 ? undefined : integerAt(source, at); }
  get gprsDestination(): GprsDestination | undefined { const { source } = this; const at = childAt(source, this.entry, 116); return at < 0 ? undefined : new GprsDestinationView(source, at); }
  get callEventStartTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 44); return at < 0 ? undefined : new DateTimeView(source, at); }
  get totalCallEventDuration(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 223); return at < 0 ? undefined : integerAt(source, at); }
  get causeForTerm(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 58); return at < 0 ? undefined : integerAt(source, at); }
  get partialTypeIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 166); return at < 0 ? undefined : textAt(source, at); }
  get pDPContextStartTimestamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 260); return at < 0 ? undefined : new DateTimeView(source, at); }
  get networkInitPDPContext(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 245); return at < 0 ? undefined : integerAt(source, at); }
  get chargingId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 72); return at < 0 ? undefined : integerAt(source, at); }
}

const plainGprsBasicCallInformation = (source: Source, entry: number): GprsBasicCallInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fraudMonitorIndicator_: GprsBasicCallInformation['fraudMonitorIndicator'];
  let chargeableSubscriber_: GprsBasicCallInformation['chargeableSubscriber'];
  let rapFileSequenceNumber_: GprsBasicCallInformation['rapFileSequenceNumber'];
  let networkType_: GprsBasicCallInformation['networkType'];
  let gprsDestination_: GprsBasicCallInformation['gprsDestination'];
  let callEventStartTimeStamp_: GprsBasicCallInformation['callEventStartTimeStamp'];
  let totalCallEventDuration_: GprsBasicCallInformation['totalCallEventDuration'];
  let causeForTerm_: GprsBasicCallInformation['causeForTerm'];
  let partialTypeIndicator_: GprsBasicCallInformation['partialTypeIndicator'];
  let pDPContextStartTimestamp_: GprsBasicCallInformation['pDPContextStartTimestamp'];
  let networkInitPDPContext_: GprsBasicCallInformation['networkInitPDPContext'];
  let chargingId_: GprsBasicCallInformation['chargingId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 112: fraudMonitorIndicator_ = textAt(source, at); break;
      case 115: chargeableSubscriber_ = plainGprsChargeableSubscriber(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 157: networkType_ = integerAt(source, at); break;
      case 116: gprsDestination_ = plainGprsDestination(source, at); break;
      case 44: callEventStartTimeStamp_ = plainDateTime(source, at); break;
      case 223: totalCallEventDuration_ = integerAt(source, at); break;
      case 58: causeForTerm_ = integerAt(source, at); break;
      case 166: partialTypeIndicator_ = textAt(source, at); break;
      case 260: pDPContextStartTimestamp_ = plainDateTime(source, at); break;
      case 245: networkInitPDPContext_ = integerAt(source, at); break;
      case 72: chargingId_ = integerAt(source, at); break;
    }
  }
  return { fraudMonitorIndicator: fraudMonitorIndicator_, chargeableSubscriber: chargeableSubscriber_, rapFileSequenceNumber: rapFileSequenceNumber_, networkType: networkType_, gprsDestination: gprsDestination_, callEventStartTimeStamp: callEventStartTimeStamp_, totalCallEventDuration: totalCallEventDuration_, causeForTerm: causeForTerm_, partialTypeIndicator: partialTypeIndicator_, pDPContextStartTimestamp: pDPContextStartTimestamp_, networkInitPDPContext: networkInitPDPContext_, chargingId: chargingId_ };
};

const encodeGprsBasicCallInformation = (writer: BackWriter, value: GprsBasicCallInformation): void => {
  writer.integer(0x5f48, value.chargingId);
  writer.integer(0x5f8175, value.networkInitPDPContext);
  if (value.pDPContextStartTimestamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.pDPContextStartTimestamp); writer.header(from0, 0x7f8204); }
  writer.text(0x5f8126, value.partialTypeIndicator);
  writer.integer(0x5f3a, value.causeForTerm);
  writer.integer(0x5f815f, value.totalCallEventDuration);
  if (value.callEventStartTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.callEventStartTimeStamp); writer.header(from0, 0x7f2c); }
  if (value.gprsDestination !== undefined) { const from0 = writer.size; encodeGprsDestination(writer, value.gprsDestination); writer.header(from0, 0x7f74); }
  writer.integer(0x5f811d, value.networkType);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargeableSubscriber !== undefined) { const from0 = writer.size; encodeGprsChargeableSubscriber(writer, value.chargeableSubscriber); writer.header(from0, 0x7f73); }
  writer.text(0x5f70, value.fraudMonitorIndicator);
};

export interface GprsNetworkLocation {
  readonly recEntity?: readonly Integer[] | undefined;
  readonly locationArea?: Integer | undefined;
  readonly cellId?: Integer | undefined;
}

export class GprsNetworkLocationView extends View implements GprsNetworkLocation {
  get recEntity(): readonly Integer[] | undefined { const { source } = this; const at = childAt(source, this.entry, 185); return at < 0 ? undefined : listAt(source, at, integerAt); }
  get locationArea(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 136); return at < 0 ? undefined : integerAt(source, at); }
  get cellId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 59); return at < 0 ? undefined : integerAt(source, at); }
}

const plainGprsNetworkLocation = (source: Source, entry: number): GprsNetworkLocation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let recEntity_: GprsNetworkLocation['recEntity'];
  let locationArea_: GprsNetworkLocation['locationArea'];
  let cellId_: GprsNetworkLocation['cellId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 185: recEntity_ = listAt(source, at, integerAt); break;
      case 136: locationArea_ = integerAt(source, at); break;
      case 59: cellId_ = integerAt(source, at); break;
    }
  }
  return { recEntity: recEntity_, locationArea: locationArea_, cellId: cellId_ };
};

const encodeGprsNetworkLocation = (writer: BackWriter, value: GprsNetworkLocation): void => {
  writer.integer(0x5f3b, value.cellId);
  writer.integer(0x5f8108, value.locationArea);
  if (value.recEntity !== undefined) { const from0 = writer.size; for (let index = value.recEntity.length - 1; index >= 0; index -= 1) { writer.integer(0x5f8138, value.recEntity[index] as Integer); } writer.header(from0, 0x7f8139); }
};

export interface GprsLocationInformation {
  readonly gprsNetworkLocation?: GprsNetworkLocation | undefined;
  readonly homeLocationInformation?: HomeLocationInformation | undefined;
  readonly geographicalLocation?: GeographicalLocation | undefined;
}

export class GprsLocationInformationView extends View implements GprsLocationInformation {
  get gprsNetworkLocation(): GprsNetworkLocation | undefined { const { source } = this; const at = childAt(source, this.entry, 118); return at < 0 ? undefined : new GprsNetworkLocationView(source, at); }
  get homeLocationInformation(): HomeLocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 123); return at < 0 ? undefined : new HomeLocationInformationView(source, at); }
  get geographicalLocation(): GeographicalLocation | undefined { const { source } = this; const at = childAt(source, this.entry, 113); return at < 0 ? undefined : new GeographicalLocationView(source, at); }
}

const plainGprsLocationInformation = (source: Source, entry: number): GprsLocationInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let gprsNetworkLocation_: GprsLocationInformation['gprsNetworkLocation'];
  let homeLocationInformation_: GprsLocationInformation['homeLocationInformation'];
  let geographicalLocation_: GprsLocationInformation['geographicalLocation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 118: gprsNetworkLocation_ = plainGprsNetworkLocation(source, at); break;
      case 123: homeLocationInformation_ = plainHomeLocationInformation(source, at); break;
      case 113: geographicalLocation_ = plainGeographicalLocation(source, at); break;
    }
  }
  return { gprsNetworkLocation: gprsNetworkLocation_, homeLocationInformation: homeLocationInformation_, geographicalLocation: geographicalLocation_ };
};

const encodeGprsLocationInformation = (writer: BackWriter, value: GprsLocationInformation): void => {
  if (value.geographicalLocation !== undefined) { const from0 = writer.size; encodeGeographicalLocation(writer, value.geographicalLocation); writer.header(from0, 0x7f71); }
  if (value.homeLocationInformation !== undefined) { const from0 = writer.size; encodeHomeLocationInformation(writer, value.homeLocationInformation); writer.header(from0, 0x7f7b); }
  if (value.gprsNetworkLocation !== undefined) { const from0 = writer.size; encodeGprsNetworkLocation(writer, value.gprsNetworkLocation); writer.header(from0, 0x7f76); }
};

export interface GSMQoSInformation {
  readonly delay?: Integer | undefined;
  readonly meanThroughput?: Integer | undefined;
  readonly peakThroughput?: Integer | undefined;
  readonly precedence?: Integer | undefined;
  readonly reliability?: Integer | undefined;
}

export class GSMQoSInformationView extends View implements GSMQoSInformation {
  get delay(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 171); return at < 0 ? undefined : integerAt(source, at); }
  get meanThroughput(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 173); return at < 0 ? undefined : integerAt(source, at); }
  get peakThroughput(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 174); return at < 0 ? undefined : integerAt(source, at); }
  get precedence(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 175); return at < 0 ? undefined : integerAt(source, at); }
  get reliability(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 176); return at < 0 ? undefined : integerAt(source, at); }
}

const plainGSMQoSInformation = (source: Source, entry: number): GSMQoSInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let delay_: GSMQoSInformation['delay'];
  let meanThroughput_: GSMQoSInformation['meanThroughput'];
  let peakThroughput_: GSMQoSInformation['peakThroughput'];
  let precedence_: GSMQoSInformation['precedence'];
  let reliability_: GSMQoSInformation['reliability'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 171: delay_ = integerAt(source, at); break;
      case 173: meanThroughput_ = integerAt(source, at); break;
      case 174: peakThroughput_ = integerAt(source, at); break;
      case 175: precedence_ = integerAt(source, at); break;
      case 176: reliability_ = integerAt(source, at); break;
    }
  }
  return { delay: delay_, meanThroughput: meanThroughput_, peakThroughput: peakThroughput_, precedence: precedence_, reliability: reliability_ };
};

const encodeGSMQoSInformation = (writer: BackWriter, value: GSMQoSInformation): void => {
  writer.integer(0x5f8130, value.reliability);
  writer.integer(0x5f812f, value.precedence);
  writer.integer(0x5f812e, value.peakThroughput);
  writer.integer(0x5f812d, value.meanThroughput);
  writer.integer(0x5f812b, value.delay);
};

export interface UMTSQoSInformation {
  readonly trafficClass?: Integer | undefined;
  readonly maxBitRateUplink?: string | undefined;
  readonly maxBitRateDownlink?: string | undefined;
  readonly deliveryOrder?: Integer | undefined;
  readonly maxSDUsize?: string | undefined;
  readonly sduErrorRatio?: Integer | undefined;
  readonly residualBER?: Integer | undefined;
  readonly erroneousSDUs?: Integer | undefined;
  readonly transferDelay?: string | undefined;
  readonly handlingPriority?: Integer | undefined;
  readonly allocRetenPriority?: Integer | undefined;
}

export class UMTSQoSInformationView extends View implements UMTSQoSInformation {
  get trafficClass(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 268); return at < 0 ? undefined : integerAt(source, at); }
  get maxBitRateUplink(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 264); return at < 0 ? undefined : hexAt(source, at); }
  get maxBitRateDownlink(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 274); return at < 0 ? undefined : hexAt(source, at); }
  get deliveryOrder(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 278); return at < 0 ? undefined : integerAt(source, at); }
  get maxSDUsize(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 265); return at < 0 ? undefined : hexAt(source, at); }
  get sduErrorRatio(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 267); return at < 0 ? undefined : integerAt(source, at); }
  get residualBER(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 266); return at < 0 ? undefined : integerAt(source, at); }
  get erroneousSDUs(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 277); return at < 0 ? undefined : integerAt(source, at); }
  get transferDelay(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 269); return at < 0 ? undefined : hexAt(source, at); }
  get handlingPriority(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 276); return at < 0 ? undefined : integerAt(source, at); }
  get allocRetenPriority(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 275); return at < 0 ? undefined : integerAt(source, at); }
}

const plainUMTSQoSInformation = (source: Source, entry: number): UMTSQoSInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let trafficClass_: UMTSQoSInformation['trafficClass'];
  let maxBitRateUplink_: UMTSQoSInformation['maxBitRateUplink'];
  let maxBitRateDownlink_: UMTSQoSInformation['maxBitRateDownlink'];
  let deliveryOrder_: UMTSQoSInformation['deliveryOrder'];
  let maxSDUsize_: UMTSQoSInformation['maxSDUsize'];
  let sduErrorRatio_: UMTSQoSInformation['sduErrorRatio'];
  let residualBER_: UMTSQoSInformation['residualBER'];
  let erroneousSDUs_: UMTSQoSInformation['erroneousSDUs'];
  let transferDelay_: UMTSQoSInformation['transferDelay'];
  let handlingPriority_: UMTSQoSInformation['handlingPriority'];
  let allocRetenPriority_: UMTSQoSInformation['allocRetenPriority'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 268: trafficClass_ = integerAt(source, at); break;
      case 264: maxBitRateUplink_ = hexAt(source, at); break;
      case 274: maxBitRateDownlink_ = hexAt(source, at); break;
      case 278: deliveryOrder_ = integerAt(source, at); break;
      case 265: maxSDUsize_ = hexAt(source, at); break;
      case 267: sduErrorRatio_ = integerAt(source, at); break;
      case 266: residualBER_ = integerAt(source, at); break;
      case 277: erroneousSDUs_ = integerAt(source, at); break;
      case 269: transferDelay_ = hexAt(source, at); break;
      case 276: handlingPriority_ = integerAt(source, at); break;
      case 275: allocRetenPriority_ = integerAt(source, at); break;
    }
  }
  return { trafficClass: trafficClass_, maxBitRateUplink: maxBitRateUplink_, maxBitRateDownlink: maxBitRateDownlink_, deliveryOrder: deliveryOrder_, maxSDUsize: maxSDUsize_, sduErrorRatio: sduErrorRatio_, residualBER: residualBER_, erroneousSDUs: erroneousSDUs_, transferDelay: transferDelay_, handlingPriority: handlingPriority_, allocRetenPriority: allocRetenPriority_ };
};

const encodeUMTSQoSInformation = (writer: BackWriter, value: UMTSQoSInformation): void => {
  writer.integer(0x5f8213, value.allocRetenPriority);
  writer.integer(0x5f8214, value.handlingPriority);
  writer.hex(0x5f820d, value.transferDelay);
  writer.integer(0x5f8215, value.erroneousSDUs);
  writer.integer(0x5f820a, value.residualBER);
  writer.integer(0x5f820b, value.sduErrorRatio);
  writer.hex(0x5f8209, value.maxSDUsize);
  writer.integer(0x5f8216, value.deliveryOrder);
  writer.hex(0x5f8212, value.maxBitRateDownlink);
  writer.hex(0x5f8208, value.maxBitRateUplink);
  writer.integer(0x5f820c, value.trafficClass);
};

export interface QoSRequested {
  readonly gsmQoSRequested?: GSMQoSInformation | undefined;
  readonly umtsQoSRequested?: UMTSQoSInformation | undefined;
}

export class QoSRequestedView extends ChoiceView implements QoSRequested {
  get gsmQoSRequested(): GSMQoSInformation | undefined { const { source, entry } = this; return this.tag === 272 ? new GSMQoSInformationView(source, entry) : undefined; }
  get umtsQoSRequested(): UMTSQoSInformation | undefined { const { source, entry } = this; return this.tag === 270 ? new UMTSQoSInformationView(source, entry) : undefined; }
}

const plainQoSRequested = (source: Source, entry: number): QoSRequested => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 272: return { gsmQoSRequested: plainGSMQoSInformation(source, entry) };
    case 270: return { umtsQoSRequested: plainUMTSQoSInformation(source, entry) };
    default: return {};
  }
};

const encodeQoSRequested = (writer: BackWriter, value: QoSRequested): void => {
  if (value.umtsQoSRequested !== undefined) { const from0 = writer.size; encodeUMTSQoSInformation(writer, value.umtsQoSRequested); writer.header(from0, 0x7f820e); }
  if (value.gsmQoSRequested !== undefined) { const from0 = writer.size; encodeGSMQoSInformation(writer, value.gsmQoSRequested); writer.header(from0, 0x7f8210); }
};

export interface QoSUsed {
  readonly gsmQoSUsed?: GSMQoSInformation | undefined;
  readonly umtsQoSUsed?: UMTSQoSInformation | undefined;
}

export class QoSUsedView extends ChoiceView implements QoSUsed {
  get gsmQoSUsed(): GSMQoSInformation | undefined { const { source, entry } = this; return this.tag === 273 ? new GSMQoSInformationView(source, entry) : undefined; }
  get umtsQoSUsed(): UMTSQoSInformation | undefined { const { source, entry } = this; return this.tag === 271 ? new UMTSQoSInformationView(source, entry) : undefined; }
}

const plainQoSUsed = (source: Source, entry: number): QoSUsed => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 273: return { gsmQoSUsed: plainGSMQoSInformation(source, entry) };
    case 271: return { umtsQoSUsed: plainUMTSQoSInformation(source, entry) };
    default: return {};
  }
};

const encodeQoSUsed = (writer: BackWriter, value: QoSUsed): void => {
  if (value.umtsQoSUsed !== undefined) { const from0 = writer.size; encodeUMTSQoSInformation(writer, value.umtsQoSUsed); writer.header(from0, 0x7f820f); }
  if (value.gsmQoSUsed !== undefined) { const from0 = writer.size; encodeGSMQoSInformation(writer, value.gsmQoSUsed); writer.header(from0, 0x7f8211); }
};

export interface GprsServiceUsage {
  readonly gprsUsageTimeStamp?: DateTime | undefined;
  readonly qosRequested?: QoSRequested | undefined;
  readonly qosUsed?: QoSUsed | undefined;
  readonly dataVolumeIncoming?: Integer | undefined;
  readonly dataVolumeOutgoing?: Integer | undefined;
}

export class GprsServiceUsageView extends View implements GprsServiceUsage {
  get gprsUsageTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 74); return at < 0 ? undefined : new DateTimeView(source, at); }
  get qosRequested(): QoSRequested | undefined { const { source } = this; const at = oneAt(source, this.entry, [272, 270]); return at < 0 ? undefined : new QoSRequestedView(source, at); }
  get qosUsed(): QoSUsed | undefined { const { source } = this; const at = oneAt(source, this.entry, [273, 271]); return at < 0 ? undefined : new QoSUsedView(source, at); }
  get dataVolumeIncoming(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 250); return at < 0 ? undefined : integerAt(source, at); }
  get dataVolumeOutgoing(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 251); return at < 0 ? undefined : integerAt(source, at); }
}

const plainGprsServiceUsage = (source: Source, entry: number): GprsServiceUsage => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let gprsUsageTimeStamp_: GprsServiceUsage['gprsUsageTimeStamp'];
  let qosRequested_: GprsServiceUsage['qosRequested'];
  let qosUsed_: GprsServiceUsage['qosUsed'];
  let dataVolumeIncoming_: GprsServiceUsage['dataVolumeIncoming'];
  let dataVolumeOutgoing_: GprsServiceUsage['dataVolumeOutgoing'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 74: gprsUsageTimeStamp_ = plainDateTime(source, at); break;
      case 272: case 270: qosRequested_ = plainQoSRequested(source, at); break;
      case 273: case 271: qosUsed_ = plainQoSUsed(source, at); break;
      case 250: dataVolumeIncoming_ = integerAt(source, at); break;
      case 251: dataVolumeOutgoing_ = integerAt(source, at); break;
    }
  }
  return { gprsUsageTimeStamp: gprsUsageTimeStamp_, qosRequested: qosRequested_, qosUsed: qosUsed_, dataVolumeIncoming: dataVolumeIncoming_, dataVolumeOutgoing: dataVolumeOutgoing_ };
};

const encodeGprsServiceUsage = (writer: BackWriter, value: GprsServiceUsage): void => {
  writer.integer(0x5f817b, value.dataVolumeOutgoing);
  writer.integer(0x5f817a, value.dataVolumeIncoming);
  if (value.qosUsed !== undefined) { encodeQoSUsed(writer, value.qosUsed); }
  if (value.qosRequested !== undefined) { encodeQoSRequested(writer, value.qosRequested); }
  if (value.gprsUsageTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.gprsUsageTimeStamp); writer.header(from0, 0x7f4a); }
};

export interface GprsServiceUsed {
  readonly gprsServiceUsageList?: readonly GprsServiceUsage[] | undefined;
  readonly chargingTimeStamp?: DateTime | undefined;
  readonly chargeInformationList?: readonly ChargeInformation[] | undefined;
}

export class GprsServiceUsedView extends View implements GprsServiceUsed {
  get gprsServiceUsageList(): readonly GprsServiceUsage[] | undefined { const { source } = this; const at = childAt(source, this.entry, 120); return at < 0 ? undefined : listAt(source, at, (source, at) => new GprsServiceUsageView(source, at)); }
  get chargingTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 74); return at < 0 ? undefined : new DateTimeView(source, at); }
  get chargeInformationList(): readonly ChargeInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 70); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargeInformationView(source, at)); }
}

const plainGprsServiceUsed = (source: Source, entry: number): GprsServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let gprsServiceUsageList_: GprsServiceUsed['gprsServiceUsageList'];
  let chargingTimeStamp_: GprsServiceUsed['chargingTimeStamp'];
  let chargeInformationList_: GprsServiceUsed['chargeInformationList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 120: gprsServiceUsageList_ = listAt(source, at, plainGprsServiceUsage); break;
      case 74: chargingTimeStamp_ = plainDateTime(source, at); break;
      case 70: chargeInformationList_ = listAt(source, at, plainChargeInformation); break;
    }
  }
  return { gprsServiceUsageList: gprsServiceUsageList_, chargingTimeStamp: chargingTimeStamp_, chargeInformationList: chargeInformationList_ };
};

const encodeGprsServiceUsed = (writer: BackWriter, value: GprsServiceUsed): void => {
  if (value.chargeInformationList !== undefined) { const from0 = writer.size; for (let index = value.chargeInformationList.length - 1; index >= 0; index -= 1) { const one = value.chargeInformationList[index] as ChargeInformation; const from1 = writer.size; encodeChargeInformation(writer, one); writer.header(from1, 0x7f45); } writer.header(from0, 0x7f46); }
  if (value.chargingTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.chargingTimeStamp); writer.header(from0, 0x7f4a); }
  if (value.gprsServiceUsageList !== undefined) { const from0 = writer.size; for (let index = value.gprsServiceUsageList.length - 1; index >= 0; index -= 1) { const one = value.gprsServiceUsageList[index] as GprsServiceUsage; const from1 = writer.size; encodeGprsServiceUsage(writer, one); writer.header(from1, 0x7f77); } writer.header(from0, 0x7f78); }
};

export interface GprsCall {
  readonly typeOfControllingNode?: Integer | undefined;
  readonly gprsBasicCallInformation?: GprsBasicCallInformation | undefined;
  readonly gprsLocationInformation?: GprsLocationInformation | undefined;
  readonly equipmentInformation?: EquipmentInformation | undefined;
  readonly gprsServiceUsed?: GprsServiceUsed | undefined;
  readonly camelServiceUsed?: CamelServiceUsed | undefined;
  readonly valueAddedServiceUsedList?: readonly ValueAddedServiceUsed[] | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class GprsCallView extends View implements GprsCall {
  get typeOfControllingNode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 229); return at < 0 ? undefined : integerAt(source, at); }
  get gprsBasicCallInformation(): GprsBasicCallInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 114); return at < 0 ? undefined : new GprsBasicCallInformationView(source, at); }
  get gprsLocationInformation(): GprsLocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 117); return at < 0 ? undefined : new GprsLocationInformationView(source, at); }
  get equipmentInformation(): EquipmentInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 102); return at < 0 ? undefined : new EquipmentInformationView(source, at); }
  get gprsServiceUsed(): GprsServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 121); return at < 0 ? undefined : new GprsServiceUsedView(source, at); }
  get camelServiceUsed(): CamelServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 57); return at < 0 ? undefined : new CamelServiceUsedView(source, at); }
  get valueAddedServiceUsedList(): readonly ValueAddedServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 235); return at < 0 ? undefined : listAt(source, at, (source, at) => new ValueAddedServiceUsedView(source, at)); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainGprsCall = (source: Source, entry: number): GprsCall => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let typeOfControllingNode_: GprsCall['typeOfControllingNode'];
  let gprsBasicCallInformation_: GprsCall['gprsBasicCallInformation'];
  let gprsLocationInformation_: GprsCall['gprsLocationInformation'];
  let equipmentInformation_: GprsCall['equipmentInformation'];
  let gprsServiceUsed_: GprsCall['gprsServiceUsed'];
  let camelServiceUsed_: GprsCall['camelServiceUsed'];
  let valueAddedServiceUsedList_: GprsCall['valueAddedServiceUsedList'];
  let operatorSpecInformation_: GprsCall['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 229: typeOfControllingNode_ = integerAt(source, at); break;
      case 114: gprsBasicCallInformation_ = plainGprsBasicCallInformation(source, at); break;
      case 117: gprsLocationInformation_ = plainGprsLocationInformation(source, at); break;
      case 102: equipmentInformation_ = plainEquipmentInformation(source, at); break;
      case 121: gprsServiceUsed_ = plainGprsServiceUsed(source, at); break;
      case 57: camelServiceUsed_ = plainCamelServiceUsed(source, at); break;
      case 235: valueAddedServiceUsedList_ = listAt(source, at, plainValueAddedServiceUsed); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { typeOfControllingNode: typeOfControllingNode_, gprsBasicCallInformation: gprsBasicCallInformation_, gprsLocationInformation: gprsLocationInformation_, equipmentInformation: equipmentInformation_, gprsServiceUsed: gprsServiceUsed_, camelServiceUsed: camelServiceUsed_, valueAddedServiceUsedList: valueAddedServiceUsedList_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeGprsCall = (writer: BackWriter, value: GprsCall): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.valueAddedServiceUsedList !== undefined) { const from0 = writer.size; for (let index = value.valueAddedServiceUsedList.length - 1; index >= 0; index -= 1) { const one = value.valueAddedServiceUsedList[index] as ValueAddedServiceUsed; const from1 = writer.size; encodeValueAddedServiceUsed(writer, one); writer.header(from1, 0x7f816c); } writer.header(from0, 0x7f816b); }
  if (value.camelServiceUsed !== undefined) { const from0 = writer.size; encodeCamelServiceUsed(writer, value.camelServiceUsed); writer.header(from0, 0x7f39); }
  if (value.gprsServiceUsed !== undefined) { const from0 = writer.size; encodeGprsServiceUsed(writer, value.gprsServiceUsed); writer.header(from0, 0x7f79); }
  if (value.equipmentInformation !== undefined) { const from0 = writer.size; encodeEquipmentInformation(writer, value.equipmentInformation); writer.header(from0, 0x7f66); }
  if (value.gprsLocationInformation !== undefined) { const from0 = writer.size; encodeGprsLocationInformation(writer, value.gprsLocationInformation); writer.header(from0, 0x7f75); }
  if (value.gprsBasicCallInformation !== undefined) { const from0 = writer.size; encodeGprsBasicCallInformation(writer, value.gprsBasicCallInformation); writer.header(from0, 0x7f72); }
  writer.integer(0x5f8165, value.typeOfControllingNode);
};

export interface ContentTransactionBasicInfo {
  readonly fraudMonitorIndicator?: string | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly orderPlacementTimeStamp?: DateTime | undefined;
  readonly requestedDeliveryTimeStamp?: DateTime | undefined;
  readonly actualDeliveryTimeStamp?: DateTime | undefined;
  readonly totalTransactionDuration?: Integer | undefined;
  readonly transactionStatus?: Integer | undefined;
}

export class ContentTransactionBasicInfoView extends View implements ContentTransactionBasicInfo {
  get fraudMonitorIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 112); return at < 0 ? undefined : textAt(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get orderPlacementTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 300); return at < 0 ? undefined : new DateTimeView(source, at); }
  get requestedDeliveryTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 301); return at < 0 ? undefined : new DateTimeView(source, at); }
  get actualDeliveryTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 302); return at < 0 ? undefined : new DateTimeView(source, at); }
  get totalTransactionDuration(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 223); return at < 0 ? undefined : integerAt(source, at); }
  get transactionStatus(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 303); return at < 0 ? undefined : integerAt(source, at); }
}

const plainContentTransactionBasicInfo = (source: Source, entry: number): ContentTransactionBasicInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let fraudMonitorIndicator_: ContentTransactionBasicInfo['fraudMonitorIndicator'];
  let rapFileSequenceNumber_: ContentTransactionBasicInfo['rapFileSequenceNumber'];
  let orderPlacementTimeStamp_: ContentTransactionBasicInfo['orderPlacementTimeStamp'];
  let requestedDeliveryTimeStamp_: ContentTransactionBasicInfo['requestedDeliveryTimeStamp'];
  let actualDeliveryTimeStamp_: ContentTransactionBasicInfo['actualDeliveryTimeStamp'];
  let totalTransactionDuration_: ContentTransactionBasicInfo['totalTransactionDuration'];
  let transactionStatus_: ContentTransactionBasicInfo['transactionStatus'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 112: fraudMonitorIndicator_ = textAt(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 300: orderPlacementTimeStamp_ = plainDateTime(source, at); break;
      case 301: requestedDeliveryTimeStamp_ = plainDateTime(source, at); break;
      case 302: actualDeliveryTimeStamp_ = plainDateTime(source, at); break;
      case 223: totalTransactionDuration_ = integerAt(source, at); break;
      case 303: transactionStatus_ = integerAt(source, at); break;
    }
  }
  return { fraudMonitorIndicator: fraudMonitorIndicator_, rapFileSequenceNumber: rapFileSequenceNumber_, orderPlacementTimeStamp: orderPlacementTimeStamp_, requestedDeliveryTimeStamp: requestedDeliveryTimeStamp_, actualDeliveryTimeStamp: actualDeliveryTimeStamp_, totalTransactionDuration: totalTransactionDuration_, transactionStatus: transactionStatus_ };
};

const encodeContentTransactionBasicInfo = (writer: BackWriter, value: ContentTransactionBasicInfo): void => {
  writer.integer(0x5f822f, value.transactionStatus);
  writer.integer(0x5f815f, value.totalTransactionDuration);
  if (value.actualDeliveryTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.actualDeliveryTimeStamp); writer.header(from0, 0x7f822e); }
  if (value.requestedDeliveryTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.requestedDeliveryTimeStamp); writer.header(from0, 0x7f822d); }
  if (value.orderPlacementTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.orderPlacementTimeStamp); writer.header(from0, 0x7f822c); }
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  writer.text(0x5f70, value.fraudMonitorIndicator);
};

export interface ChargedPartyIdentification {
  readonly msisdn?: string | undefined;
  readonly imsi?: string | undefined;
  readonly min?: string | undefined;
  readonly ipAddress?: IpAddress | undefined;
  readonly loginName?: string | undefined;
  readonly accountNumber?: string | undefined;
  readonly emailAddress?: string | undefined;
}

export class ChargedPartyIdentificationView extends ChoiceView implements ChargedPartyIdentification {
  get msisdn(): string | undefined { const { source, entry } = this; return this.tag === 152 ? bcdAt(source, entry) : undefined; }
  get imsi(): string | undefined { const { source, entry } = this; return this.tag === 129 ? bcdAt(source, entry) : undefined; }
  get min(): string | undefined { const { source, entry } = this; return this.tag === 146 ? textAt(source, entry) : undefined; }
  get ipAddress(): IpAddress | undefined { const { source, entry } = this; return this.tag === 131 || this.tag === 132 ? new IpAddressView(source, entry) : undefined; }
  get loginName(): string | undefined { const { source, entry } = this; return this.tag === 306 ? textAt(source, entry) : undefined; }
  get accountNumber(): string | undefined { const { source, entry } = this; return this.tag === 307 ? textAt(source, entry) : undefined; }
  get emailAddress(): string | undefined { const { source, entry } = this; return this.tag === 308 ? textAt(source, entry) : undefined; }
}

const plainChargedPartyIdentification = (source: Source, entry: number): ChargedPartyIdentification => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 152: return { msisdn: bcdAt(source, entry) };
    case 129: return { imsi: bcdAt(source, entry) };
    case 146: return { min: textAt(source, entry) };
    case 131: case 132: return { ipAddress: plainIpAddress(source, entry) };
    case 306: return { loginName: textAt(source, entry) };
    case 307: return { accountNumber: textAt(source, entry) };
    case 308: return { emailAddress: textAt(source, entry) };
    default: return {};
  }
};

const encodeChargedPartyIdentification = (writer: BackWriter, value: ChargedPartyIdentification): void => {
  writer.text(0x5f8234, value.emailAddress);
  writer.text(0x5f8233, value.accountNumber);
  writer.text(0x5f8232, value.loginName);
  if (value.ipAddress !== undefined) { encodeIpAddress(writer, value.ipAddress); }
  writer.text(0x5f8112, value.min);
  writer.bcd(0x5f8101, value.imsi);
  writer.bcd(0x5f8118, value.msisdn);
};

export interface ChargedPartyId {
  readonly chargedPartyIdType?: Integer | undefined;
  readonly chargedPartyIdentification?: ChargedPartyIdentification | undefined;
}

export class ChargedPartyIdView extends View implements ChargedPartyId {
  get chargedPartyIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 305); return at < 0 ? undefined : integerAt(source, at); }
  get chargedPartyIdentification(): ChargedPartyIdentification | undefined { const { source } = this; const at = oneAt(source, this.entry, [152, 129, 146, 131, 132, 306, 307, 308]); return at < 0 ? undefined : new ChargedPartyIdentificationView(source, at); }
}

const plainChargedPartyId = (source: Source, entry: number): ChargedPartyId => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargedPartyIdType_: ChargedPartyId['chargedPartyIdType'];
  let chargedPartyIdentification_: ChargedPartyId['chargedPartyIdentification'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 305: chargedPartyIdType_ = integerAt(source, at); break;
      case 152: case 129: case 146: case 131: case 132: case 306: case 307: case 308: chargedPartyIdentification_ = plainChargedPartyIdentification(source, at); break;
    }
  }
  return { chargedPartyIdType: chargedPartyIdType_, chargedPartyIdentification: chargedPartyIdentification_ };
};

const encodeChargedPartyId = (writer: BackWriter, value: ChargedPartyId): void => {
  if (value.chargedPartyIdentification !== undefined) { encodeChargedPartyIdentification(writer, value.chargedPartyIdentification); }
  writer.integer(0x5f8231, value.chargedPartyIdType);
};

export interface HomeIdentifier {
  readonly name?: string | undefined;
  readonly tadigCode?: string | undefined;
  readonly homeBid?: string | undefined;
  readonly homeLocationDescription?: string | undefined;
}

export class HomeIdentifierView extends ChoiceView implements HomeIdentifier {
  get name(): string | undefined { const { source, entry } = this; return this.tag === 312 ? textAt(source, entry) : undefined; }
  get tadigCode(): string | undefined { const { source, entry } = this; return this.tag === 169 ? textAt(source, entry) : undefined; }
  get homeBid(): string | undefined { const { source, entry } = this; return this.tag === 122 ? textAt(source, entry) : undefined; }
  get homeLocationDescription(): string | undefined { const { source, entry } = this; return this.tag === 137 ? textAt(source, entry) : undefined; }
}

const plainHomeIdentifier = (source: Source, entry: number): HomeIdentifier => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 312: return { name: textAt(source, entry) };
    case 169: return { tadigCode: textAt(source, entry) };
    case 122: return { homeBid: textAt(source, entry) };
    case 137: return { homeLocationDescription: textAt(source, entry) };
    default: return {};
  }
};

const encodeHomeIdentifier = (writer: BackWriter, value: HomeIdentifier): void => {
  writer.text(0x5f8109, value.homeLocationDescription);
  writer.text(0x5f7a, value.homeBid);
  writer.text(0x5f8129, value.tadigCode);
  writer.text(0x5f8238, value.name);
};

export interface ChargedPartyHomeId {
  readonly homeIdType?: Integer | undefined;
  readonly homeIdentifier?: HomeIdentifier | undefined;
}

export class ChargedPartyHomeIdView extends View implements ChargedPartyHomeId {
  get homeIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 311); return at < 0 ? undefined : integerAt(source, at); }
  get homeIdentifier(): HomeIdentifier | undefined { const { source } = this; const at = oneAt(source, this.entry, [312, 169, 122, 137]); return at < 0 ? undefined : new HomeIdentifierView(source, at); }
}

const plainChargedPartyHomeId = (source: Source, entry: number): ChargedPartyHomeId => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let homeIdType_: ChargedPartyHomeId['homeIdType'];
  let homeIdentifier_: ChargedPartyHomeId['homeIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 311: homeIdType_ = integerAt(source, at); break;
      case 312: case 169: case 122: case 137: homeIdentifier_ = plainHomeIdentifier(source, at); break;
    }
  }
  return { homeIdType: homeIdType_, homeIdentifier: homeIdentifier_ };
};

const encodeChargedPartyHomeId = (writer: BackWriter, value: ChargedPartyHomeId): void => {
  if (value.homeIdentifier !== undefined) { encodeHomeIdentifier(writer, value.homeIdentifier); }
  writer.integer(0x5f8237, value.homeIdType);
};

export interface LocationIdentifier {
  readonly countryName?: string | undefined;
  readonly countryE164Id?: string | undefined;
  readonly countryCode?: string | undefined;
  readonly region?: string | undefined;
  readonly place?: string | undefined;
  readonly ipLocation?: IpAddress | undefined;
}

export class LocationIdentifierView extends ChoiceView implements LocationIdentifier {
  get countryName(): string | undefined { const { source, entry } = this; return this.tag === 316 ? textAt(source, entry) : undefined; }
  get countryE164Id(): string | undefined { const { source, entry } = this; return this.tag === 77 ? textAt(source, entry) : undefined; }
  get countryCode(): string | undefined { const { source, entry } = this; return this.tag === 317 ? textAt(source, entry) : undefined; }
  get region(): string | undefined { const { source, entry } = this; return this.tag === 318 ? textAt(source, entry) : undefined; }
  get place(): string | undefined { const { source, entry } = this; return this.tag === 319 ? textAt(source, entry) : undefined; }
  get ipLocation(): IpAddress | undefined { const { source, entry } = this; return this.tag === 131 || this.tag === 132 ? new IpAddressView(source, entry) : undefined; }
}

const plainLocationIdentifier = (source: Source, entry: number): LocationIdentifier => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 316: return { countryName: textAt(source, entry) };
    case 77: return { countryE164Id: textAt(source, entry) };
    case 317: return { countryCode: textAt(source, entry) };
    case 318: return { region: textAt(source, entry) };
    case 319: return { place: textAt(source, entry) };
    case 131: case 132: return { ipLocation: plainIpAddress(source, entry) };
    default: return {};
  }
};

const encodeLocationIdentifier = (writer: BackWriter, value: LocationIdentifier): void => {
  if (value.ipLocation !== undefined) { encodeIpAddress(writer, value.ipLocation); }
  writer.text(0x5f823f, value.place);
  writer.text(0x5f823e, value.region);
  writer.text(0x5f823d, value.countryCode);
  writer.text(0x5f4d, value.countryE164Id);
  writer.text(0x5f823c, value.countryName);
};

export interface ChargedPartyLocation {
  readonly locationIdType?: Integer | undefined;
  readonly locationIdentifier?: LocationIdentifier | undefined;
}

export class ChargedPartyLocationView extends View implements ChargedPartyLocation {
  get locationIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 315); return at < 0 ? undefined : integerAt(source, at); }
  get locationIdentifier(): LocationIdentifier | undefined { const { source } = this; const at = oneAt(source, this.entry, [316, 77, 317, 318, 319, 131, 132]); return at < 0 ? undefined : new LocationIdentifierView(source, at); }
}

const plainChargedPartyLocation = (source: Source, entry: number): ChargedPartyLocation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let locationIdType_: ChargedPartyLocation['locationIdType'];
  let locationIdentifier_: ChargedPartyLocation['locationIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 315: locationIdType_ = integerAt(source, at); break;
      case 316: case 77: case 317: case 318: case 319: case 131: case 132: locationIdentifier_ = plainLocationIdentifier(source, at); break;
    }
  }
  return { locationIdType: locationIdType_, locationIdentifier: locationIdentifier_ };
};

const encodeChargedPartyLocation = (writer: BackWriter, value: ChargedPartyLocation): void => {
  if (value.locationIdentifier !== undefined) { encodeLocationIdentifier(writer, value.locationIdentifier); }
  writer.integer(0x5f823b, value.locationIdType);
};

export interface EquipmentId {
  readonly imei?: string | undefined;
  readonly esn?: string | undefined;
}

export class EquipmentIdView extends ChoiceView implements EquipmentId {
  get imei(): string | undefined { const { source, entry } = this; return this.tag === 128 ? bcdAt(source, entry) : undefined; }
  get esn(): string | undefined { const { source, entry } = this; return this.tag === 103 ? textAt(source, entry) : undefined; }
}

const plainEquipmentId = (source: Source, entry: number): EquipmentId => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 128: return { imei: bcdAt(source, entry) };
    case 103: return { esn: textAt(source, entry) };
    default: return {};
  }
};

const encodeEquipmentId = (writer: BackWriter, value: EquipmentId): void => {
  writer.text(0x5f67, value.esn);
  writer.bcd(0x5f8100, value.imei);
};

export interface ChargedPartyEquipment {
  readonly equipmentIdType?: Integer | undefined;
  readonly equipmentId?: EquipmentId | undefined;
}

export class ChargedPartyEquipmentView extends View implements ChargedPartyEquipment {
  get equipmentIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 322); return at < 0 ? undefined : integerAt(source, at); }
  get equipmentId(): EquipmentId | undefined { const { source } = this; const at = oneAt(source, this.entry, [128, 103]); return at < 0 ? undefined : new EquipmentIdView(source, at); }
}

const plainChargedPartyEquipment = (source: Source, entry: number): ChargedPartyEquipment => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let equipmentIdType_: ChargedPartyEquipment['equipmentIdType'];
  let equipmentId_: ChargedPartyEquipment['equipmentId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 322: equipmentIdType_ = integerAt(source, at); break;
      case 128: case 103: equipmentId_ = plainEquipmentId(source, at); break;
    }
  }
  return { equipmentIdType: equipmentIdType_, equipmentId: equipmentId_ };
};

const encodeChargedPartyEquipment = (writer: BackWriter, value: ChargedPartyEquipment): void => {
  if (value.equipmentId !== undefined) { encodeEquipmentId(writer, value.equipmentId); }
  writer.integer(0x5f8242, value.equipmentIdType);
};

export interface ChargedPartyInformation {
  readonly chargedPartyIdList?: readonly ChargedPartyId[] | undefined;
  readonly chargedPartyHomeIdList?: readonly ChargedPartyHomeId[] | undefined;
  readonly chargedPartyLocationList?: readonly ChargedPartyLocation[] | undefined;
  readonly chargedPartyEquipment?: ChargedPartyEquipment | undefined;
}

export class ChargedPartyInformationView extends View implements ChargedPartyInformation {
  get chargedPartyIdList(): readonly ChargedPartyId[] | undefined { const { source } = this; const at = childAt(source, this.entry, 310); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargedPartyIdView(source, at)); }
  get chargedPartyHomeIdList(): readonly ChargedPartyHomeId[] | undefined { const { source } = this; const at = childAt(source, this.entry, 314); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargedPartyHomeIdView(source, at)); }
  get chargedPartyLocationList(): readonly ChargedPartyLocation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 321); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargedPartyLocationView(source, at)); }
  get chargedPartyEquipment(): ChargedPartyEquipment | undefined { const { source } = this; const at = childAt(source, this.entry, 323); return at < 0 ? undefined : new ChargedPartyEquipmentView(source, at); }
}

const plainChargedPartyInformation = (source: Source, entry: number): ChargedPartyInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargedPartyIdList_: ChargedPartyInformation['chargedPartyIdList'];
  let chargedPartyHomeIdList_: ChargedPartyInformation['chargedPartyHomeIdList'];
  let chargedPartyLocationList_: ChargedPartyInformation['chargedPartyLocationList'];
  let chargedPartyEquipment_: ChargedPartyInformation['chargedPartyEquipment'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 310: chargedPartyIdList_ = listAt(source, at, plainChargedPartyId); break;
      case 314: chargedPartyHomeIdList_ = listAt(source, at, plainChargedPartyHomeId); break;
      case 321: chargedPartyLocationList_ = listAt(source, at, plainChargedPartyLocation); break;
      case 323: chargedPartyEquipment_ = plainChargedPartyEquipment(source, at); break;
    }
  }
  return { chargedPartyIdList: chargedPartyIdList_, chargedPartyHomeIdList: chargedPartyHomeIdList_, chargedPartyLocationList: chargedPartyLocationList_, chargedPartyEquipment: chargedPartyEquipment_ };
};

const encodeChargedPartyInformation = (writer: BackWriter, value: ChargedPartyInformation): void => {
  if (value.chargedPartyEquipment !== undefined) { const from0 = writer.size; encodeChargedPartyEquipment(writer, value.chargedPartyEquipment); writer.header(from0, 0x7f8243); }
  if (value.chargedPartyLocationList !== undefined) { const from0 = writer.size; for (let index = value.chargedPartyLocationList.length - 1; index >= 0; index -= 1) { const one = value.chargedPartyLocationList[index] as ChargedPartyLocation; const from1 = writer.size; encodeChargedPartyLocation(writer, one); writer.header(from1, 0x7f8240); } writer.header(from0, 0x7f8241); }
  if (value.chargedPartyHomeIdList !== undefined) { const from0 = writer.size; for (let index = value.chargedPartyHomeIdList.length - 1; index >= 0; index -= 1) { const one = value.chargedPartyHomeIdList[index] as ChargedPartyHomeId; const from1 = writer.size; encodeChargedPartyHomeId(writer, one); writer.header(from1, 0x7f8239); } writer.header(from0, 0x7f823a); }
  if (value.chargedPartyIdList !== undefined) { const from0 = writer.size; for (let index = value.chargedPartyIdList.length - 1; index >= 0; index -= 1) { const one = value.chargedPartyIdList[index] as ChargedPartyId; const from1 = writer.size; encodeChargedPartyId(writer, one); writer.header(from1, 0x7f8235); } writer.header(from0, 0x7f8236); }
};

export interface ProviderId {
  readonly name?: string | undefined;
  readonly tadigCode?: string | undefined;
  readonly url?: string | undefined;
  readonly ipAddress?: IpAddress | undefined;
}

export class ProviderIdView extends ChoiceView implements ProviderId {
  get name(): string | undefined { const { source, entry } = this; return this.tag === 312 ? textAt(source, entry) : undefined; }
  get tadigCode(): string | undefined { const { source, entry } = this; return this.tag === 169 ? textAt(source, entry) : undefined; }
  get url(): string | undefined { const { source, entry } = this; return this.tag === 326 ? textAt(source, entry) : undefined; }
  get ipAddress(): IpAddress | undefined { const { source, entry } = this; return this.tag === 131 || this.tag === 132 ? new IpAddressView(source, entry) : undefined; }
}

const plainProviderId = (source: Source, entry: number): ProviderId => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 312: return { name: textAt(source, entry) };
    case 169: return { tadigCode: textAt(source, entry) };
    case 326: return { url: textAt(source, entry) };
    case 131: case 132: return { ipAddress: plainIpAddress(source, entry) };
    default: return {};
  }
};

const encodeProviderId = (writer: BackWriter, value: ProviderId): void => {
  if (value.ipAddress !== undefined) { encodeIpAddress(writer, value.ipAddress); }
  writer.text(0x5f8246, value.url);
  writer.text(0x5f8129, value.tadigCode);
  writer.text(0x5f8238, value.name);
};

export interface ContentProviderId {
  readonly contentProviderIdType?: Integer | undefined;
  readonly contentProviderId?: ProviderId | undefined;
}

export class ContentProviderIdView extends View implements ContentProviderId {
  get contentProviderIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 325); return at < 0 ? undefined : integerAt(source, at); }
  get contentProviderId(): ProviderId | undefined { const { source } = this; const at = oneAt(source, this.entry, [312, 169, 326, 131, 132]); return at < 0 ? undefined : new ProviderIdView(source, at); }
}

const plainContentProviderId = (source: Source, entry: number): ContentProviderId => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let contentProviderIdType_: ContentProviderId['contentProviderIdType'];
  let contentProviderId_: ContentProviderId['contentProviderId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 325: contentProviderIdType_ = integerAt(source, at); break;
      case 312: case 169: case 326: case 131: case 132: contentProviderId_ = plainProviderId(source, at); break;
    }
  }
  return { contentProviderIdType: contentProviderIdType_, contentProviderId: contentProviderId_ };
};

const encodeContentProviderId = (writer: BackWriter, value: ContentProviderId): void => {
  if (value.contentProviderId !== undefined) { encodeProviderId(writer, value.contentProviderId); }
  writer.integer(0x5f8245, value.contentProviderIdType);
};

export interface InternetServiceProviderId {
  readonly internetServiceProviderIdType?: Integer | undefined;
  readonly internetServiceProviderId?: ProviderId | undefined;
}

export class InternetServiceProviderIdView extends View implements InternetServiceProviderId {
  get internetServiceProviderIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 325); return at < 0 ? undefined : integerAt(source, at); }
  get internetServiceProviderId(): ProviderId | undefined { const { source } = this; const at = oneAt(source, this.entry, [312, 169, 326, 131, 132]); return at < 0 ? undefined : new ProviderIdView(source, at); }
}

const plainInternetServiceProviderId = (source: Source, entry: number): InternetServiceProviderId => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let internetServiceProviderIdType_: InternetServiceProviderId['internetServiceProviderIdType'];
  let internetServiceProviderId_: InternetServiceProviderId['internetServiceProviderId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 325: internetServiceProviderIdType_ = integerAt(source, at); break;
      case 312: case 169: case 326: case 131: case 132: internetServiceProviderId_ = plainProviderId(source, at); break;
    }
  }
  return { internetServiceProviderIdType: internetServiceProviderIdType_, internetServiceProviderId: internetServiceProviderId_ };
};

const encodeInternetServiceProviderId = (writer: BackWriter, value: InternetServiceProviderId): void => {
  if (value.internetServiceProviderId !== undefined) { encodeProviderId(writer, value.internetServiceProviderId); }
  writer.integer(0x5f8245, value.internetServiceProviderIdType);
};

export interface NetworkDesc {
  readonly name?: string | undefined;
  readonly tadigCode?: string | undefined;
  readonly homeBid?: string | undefined;
  readonly homeLocationDescription?: string | undefined;
  readonly apn?: string | undefined;
}

export class NetworkDescView extends ChoiceView implements NetworkDesc {
  get name(): string | undefined { const { source, entry } = this; return this.tag === 312 ? textAt(source, entry) : undefined; }
  get tadigCode(): string | undefined { const { source, entry } = this; return this.tag === 169 ? textAt(source, entry) : undefined; }
  get homeBid(): string | undefined { const { source, entry } = this; return this.tag === 122 ? textAt(source, entry) : undefined; }
  get homeLocationDescription(): string | undefined { const { source, entry } = this; return this.tag === 137 ? textAt(source, entry) : undefined; }
  get apn(): string | undefined { const { source, entry } = this; return this.tag === 32 ? textAt(source, entry) : undefined; }
}

const plainNetworkDesc = (source: Source, entry: number): NetworkDesc => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 312: return { name: textAt(source, entry) };
    case 169: return { tadigCode: textAt(source, entry) };
    case 122: return { homeBid: textAt(source, entry) };
    case 137: return { homeLocationDescription: textAt(source, entry) };
    case 32: return { apn: textAt(source, entry) };
    default: return {};
  }
};

const encodeNetworkDesc = (writer: BackWriter, value: NetworkDesc): void => {
  writer.text(0x5f20, value.apn);
  writer.text(0x5f8109, value.homeLocationDescription);
  writer.text(0x5f7a, value.homeBid);
  writer.text(0x5f8129, value.tadigCode);
  writer.text(0x5f8238, value.name);
};

export interface NetworkIdGroup {
  readonly networkIdType?: Integer | undefined;
  readonly networkId?: NetworkDesc | undefined;
}

export class NetworkIdGroupView extends View implements NetworkIdGroup {
  get networkIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 331); return at < 0 ? undefined : integerAt(source, at); }
  get networkId(): NetworkDesc | undefined { const { source } = this; const at = oneAt(source, this.entry, [312, 169, 122, 137, 32]); return at < 0 ? undefined : new NetworkDescView(source, at); }
}

const plainNetworkIdGroup = (source: Source, entry: number): NetworkIdGroup => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let networkIdType_: NetworkIdGroup['networkIdType'];
  let networkId_: NetworkIdGroup['networkId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 331: networkIdType_ = integerAt(source, at); break;
      case 312: case 169: case 122: case 137: case 32: networkId_ = plainNetworkDesc(source, at); break;
    }
  }
  return { networkIdType: networkIdType_, networkId: networkId_ };
};

const encodeNetworkIdGroup = (writer: BackWriter, value: NetworkIdGroup): void => {
  if (value.networkId !== undefined) { encodeNetworkDesc(writer, value.networkId); }
  writer.integer(0x5f824b, value.networkIdType);
};

export interface ServingPartiesInformation {
  readonly contentProviderName?: string | undefined;
  readonly contentProviderIdList?: readonly ContentProviderId[] | undefined;
  readonly internetServiceProviderIdList?: readonly InternetServiceProviderId[] | undefined;
  readonly networkIdList?: readonly NetworkIdGroup[] | undefined;
}

export class ServingPartiesInformationView extends View implements ServingPartiesInformation {
  get contentProviderName(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 334); return at < 0 ? undefined : textAt(source, at); }
  get contentProviderIdList(): readonly ContentProviderId[] | undefined { const { source } = this; const at = childAt(source, this.entry, 328); return at < 0 ? undefined : listAt(source, at, (source, at) => new ContentProviderIdView(source, at)); }
  get internetServiceProviderIdList(): readonly InternetServiceProviderId[] | undefined { const { source } = this; const at = childAt(source, this.entry, 330); return at < 0 ? undefined : listAt(source, at, (source, at) => new InternetServiceProviderIdView(source, at)); }
  get networkIdList(): readonly NetworkIdGroup[] | undefined { const { source } = this; const at = childAt(source, this.entry, 333); return at < 0 ? undefined : listAt(source, at, (source, at) => new NetworkIdGroupView(source, at)); }
}

const plainServingPartiesInformation = (source: Source, entry: number): ServingPartiesInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let contentProviderName_: ServingPartiesInformation['contentProviderName'];
  let contentProviderIdList_: ServingPartiesInformation['contentProviderIdList'];
  let internetServiceProviderIdList_: ServingPartiesInformation['internetServiceProviderIdList'];
  let networkIdList_: ServingPartiesInformation['networkIdList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 334: contentProviderName_ = textAt(source, at); break;
      case 328: contentProviderIdList_ = listAt(source, at, plainContentProviderId); break;
      case 330: internetServiceProviderIdList_ = listAt(source, at, plainInternetServiceProviderId); break;
      case 333: networkIdList_ = listAt(source, at, plainNetworkIdGroup); break;
    }
  }
  return { contentProviderName: contentProviderName_, contentProviderIdList: contentProviderIdList_, internetServiceProviderIdList: internetServiceProviderIdList_, networkIdList: networkIdList_ };
};

const encodeServingPartiesInformation = (writer: BackWriter, value: ServingPartiesInformation): void => {
  if (value.networkIdList !== undefined) { const from0 = writer.size; for (let index = value.networkIdList.length - 1; index >= 0; index -= 1) { const one = value.networkIdList[index] as NetworkIdGroup; const from1 = writer.size; encodeNetworkIdGroup(writer, one); writer.header(from1, 0x7f824c); } writer.header(from0, 0x7f824d); }
  if (value.internetServiceProviderIdList !== undefined) { const from0 = writer.size; for (let index = value.internetServiceProviderIdList.length - 1; index >= 0; index -= 1) { const one = value.internetServiceProviderIdList[index] as InternetServiceProviderId; const from1 = writer.size; encodeInternetServiceProviderId(writer, one); writer.header(from1, 0x7f8249); } writer.header(from0, 0x7f824a); }
  if (value.contentProviderIdList !== undefined) { const from0 = writer.size; for (let index = value.contentProviderIdList.length - 1; index >= 0; index -= 1) { const one = value.contentProviderIdList[index] as ContentProviderId; const from1 = writer.size; encodeContentProviderId(writer, one); writer.header(from1, 0x7f8247); } writer.header(from0, 0x7f8248); }
  writer.text(0x5f824e, value.contentProviderName);
};

export interface AdvisedChargeInformation {
  readonly paidIndicator?: Integer | undefined;
  readonly paymentMethod?: Integer | undefined;
  readonly advisedChargeCurrency?: string | undefined;
  readonly advisedCharge?: Integer | undefined;
  readonly commission?: Integer | undefined;
}

export class AdvisedChargeInformationView extends View implements AdvisedChargeInformation {
  get paidIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 346); return at < 0 ? undefined : integerAt(source, at); }
  get paymentMethod(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 347); return at < 0 ? undefined : integerAt(source, at); }
  get advisedChargeCurrency(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 348); return at < 0 ? undefined : textAt(source, at); }
  get advisedCharge(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 349); return at < 0 ? undefined : integerAt(source, at); }
  get commission(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 350); return at < 0 ? undefined : integerAt(source, at); }
}

const plainAdvisedChargeInformation = (source: Source, entry: number): AdvisedChargeInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let paidIndicator_: AdvisedChargeInformation['paidIndicator'];
  let paymentMethod_: AdvisedChargeInformation['paymentMethod'];
  let advisedChargeCurrency_: AdvisedChargeInformation['advisedChargeCurrency'];
  let advisedCharge_: AdvisedChargeInformation['advisedCharge'];
  let commission_: AdvisedChargeInformation['commission'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 346: paidIndicator_ = integerAt(source, at); break;
      case 347: paymentMethod_ = integerAt(source, at); break;
      case 348: advisedChargeCurrency_ = textAt(source, at); break;
      case 349: advisedCharge_ = integerAt(source, at); break;
      case 350: commission_ = integerAt(source, at); break;
    }
  }
  return { paidIndicator: paidIndicator_, paymentMethod: paymentMethod_, advisedChargeCurrency: advisedChargeCurrency_, advisedCharge: advisedCharge_, commission: commission_ };
};

const encodeAdvisedChargeInformation = (writer: BackWriter, value: AdvisedChargeInformation): void => {
  writer.integer(0x5f825e, value.commission);
  writer.integer(0x5f825d, value.advisedCharge);
  writer.text(0x5f825c, value.advisedChargeCurrency);
  writer.integer(0x5f825b, value.paymentMethod);
  writer.integer(0x5f825a, value.paidIndicator);
};

export interface ContentServiceUsed {
  readonly contentTransactionCode?: Integer | undefined;
  readonly contentTransactionType?: Integer | undefined;
  readonly transactionDescriptionSupp?: Integer | undefined;
  readonly transactionShortDescription?: string | undefined;
  readonly transactionDetailDescription?: string | undefined;
  readonly transactionIdentifier?: string | undefined;
  readonly transactionAuthCode?: string | undefined;
  readonly dataVolumeIncoming?: Integer | undefined;
  readonly dataVolumeOutgoing?: Integer | undefined;
  readonly totalDataVolume?: Integer | undefined;
  readonly chargeRefundIndicator?: Integer | undefined;
  readonly contentChargingPoint?: Integer | undefined;
  readonly chargeInformationList?: readonly ChargeInformation[] | undefined;
  readonly advisedChargeInformation?: AdvisedChargeInformation | undefined;
}

export class ContentServiceUsedView extends View implements ContentServiceUsed {
  get contentTransactionCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 336); return at < 0 ? undefined : integerAt(source, at); }
  get contentTransactionType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 337); return at < 0 ? undefined : integerAt(source, at); }
  get transactionDescriptionSupp(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 338); return at < 0 ? undefined : integerAt(source, at); }
  get transactionShortDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 340); return at < 0 ? undefined : textAt(source, at); }
  get transactionDetailDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 339); return at < 0 ? undefined : textAt(source, at); }
  get transactionIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 341); return at < 0 ? undefined : textAt(source, at); }
  get transactionAuthCode(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 342); return at < 0 ? undefined : textAt(source, at); }
  get dataVolumeIncoming(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 250); return at < 0 ? undefined : integerAt(source, at); }
  get dataVolumeOutgoing(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 251); return at < 0 ? undefined : integerAt(source, at); }
  get totalDataVolume(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 343); return at < 0 ? undefined : integerAt(source, at); }
  get chargeRefundIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 344); return at < 0 ? undefined : integerAt(source, at); }
  get contentChargingPoint(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 345); return at < 0 ? undefined : integerAt(source, at); }
  get chargeInformationList(): readonly ChargeInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 70); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargeInformationView(source, at)); }
  get advisedChargeInformation(): AdvisedChargeInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 351); return at < 0 ? undefined : new AdvisedChargeInformationView(source, at); }
}

const plainContentServiceUsed = (source: Source, entry: number): ContentServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let contentTransactionCode_: ContentServiceUsed['contentTransactionCode'];
  let contentTransactionType_: ContentServiceUsed['contentTransactionType'];
  let transactionDescriptionSupp_: ContentServiceUsed['transactionDescriptionSupp'];
  let transactionShortDescription_: ContentServiceUsed['transactionShortDescription'];
  let transactionDetailDescription_: ContentServiceUsed['transactionDetailDescription'];
  let transactionIdentifier_: ContentServiceUsed['transactionIdentifier'];
  let transactionAuthCode_: ContentServiceUsed['transactionAuthCode'];
  let dataVolumeIncoming_: ContentServiceUsed['dataVolumeIncoming'];
  let dataVolumeOutgoing_: ContentServiceUsed['dataVolumeOutgoing'];
  let totalDataVolume_: ContentServiceUsed['totalDataVolume'];
  let chargeRefundIndicator_: ContentServiceUsed['chargeRefundIndicator'];
  let contentChargingPoint_: ContentServiceUsed['contentChargingPoint'];
  let chargeInformationList_: ContentServiceUsed['chargeInformationList'];
  let advisedChargeInformation_: ContentServiceUsed['advisedChargeInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 336: contentTransactionCode_ = integerAt(source, at); break;
      case 337: contentTransactionType_ = integerAt(source, at); break;
      case 338: transactionDescriptionSupp_ = integerAt(source, at); break;
      case 340: transactionShortDescription_ = textAt(source, at); break;
      case 339: transactionDetailDescription_ = textAt(source, at); break;
      case 341: transactionIdentifier_ = textAt(source, at); break;
      case 342: transactionAuthCode_ = textAt(source, at); break;
      case 250: dataVolumeIncoming_ = integerAt(source, at); break;
      case 251: dataVolumeOutgoing_ = integerAt(source, at); break;
      case 343: totalDataVolume_ = integerAt(source, at); break;
      case 344: chargeRefundIndicator_ = integerAt(source, at); break;
      case 345: contentChargingPoint_ = integerAt(source, at); break;
      case 70: chargeInformationList_ = listAt(source, at, plainChargeInformation); break;
      case 351: advisedChargeInformation_ = plainAdvisedChargeInformation(source, at); break;
    }
  }
  return { contentTransactionCode: contentTransactionCode_, contentTransactionType: contentTransactionType_, transactionDescriptionSupp: transactionDescriptionSupp_, transactionShortDescription: transactionShortDescription_, transactionDetailDescription: transactionDetailDescription_, transactionIdentifier: transactionIdentifier_, transactionAuthCode: transactionAuthCode_, dataVolumeIncoming: dataVolumeIncoming_, dataVolumeOutgoing: dataVolumeOutgoing_, totalDataVolume: totalDataVolume_, chargeRefundIndicator: chargeRefundIndicator_, contentChargingPoint: contentChargingPoint_, chargeInformationList: chargeInformationList_, advisedChargeInformation: advisedChargeInformation_ };
};

const encodeContentServiceUsed = (writer: BackWriter, value: ContentServiceUsed): void => {
  if (value.advisedChargeInformation !== undefined) { const from0 = writer.size; encodeAdvisedChargeInformation(writer, value.advisedChargeInformation); writer.header(from0, 0x7f825f); }
  if (value.chargeInformationList !== undefined) { const from0 = writer.size; for (let index = value.chargeInformationList.length - 1; index >= 0; index -= 1) { const one = value.chargeInformationList[index] as ChargeInformation; const from1 = writer.size; encodeChargeInformation(writer, one); writer.header(from1, 0x7f45); } writer.header(from0, 0x7f46); }
  writer.integer(0x5f8259, value.contentChargingPoint);
  writer.integer(0x5f8258, value.chargeRefundIndicator);
  writer.integer(0x5f8257, value.totalDataVolume);
  writer.integer(0x5f817b, value.dataVolumeOutgoing);
  writer.integer(0x5f817a, value.dataVolumeIncoming);
  writer.text(0x5f8256, value.transactionAuthCode);
  writer.text(0x5f8255, value.transactionIdentifier);
  writer.text(0x5f8253, value.transactionDetailDescription);
  writer.text(0x5f8254, value.transactionShortDescription);
  writer.integer(0x5f8252, value.transactionDescriptionSupp);
  writer.integer(0x5f8251, value.contentTransactionType);
  writer.integer(0x5f8250, value.contentTransactionCode);
};

export interface ContentTransaction {
  readonly contentTransactionBasicInfo?: ContentTransactionBasicInfo | undefined;
  readonly chargedPartyInformation?: ChargedPartyInformation | undefined;
  readonly servingPartiesInformation?: ServingPartiesInformation | undefined;
  readonly contentServiceUsed?: ContentServiceUsed | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class ContentTransactionView extends View implements ContentTransaction {
  get contentTransactionBasicInfo(): ContentTransactionBasicInfo | undefined { const { source } = this; const at = childAt(source, this.entry, 304); return at < 0 ? undefined : new ContentTransactionBasicInfoView(source, at); }
  get chargedPartyInformation(): ChargedPartyInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 324); return at < 0 ? undefined : new ChargedPartyInformationView(source, at); }
  get servingPartiesInformation(): ServingPartiesInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 335); return at < 0 ? undefined : new ServingPartiesInformationView(source, at); }
  get contentServiceUsed(): ContentServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 352); return at < 0 ? undefined : new ContentServiceUsedView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainContentTransaction = (source: Source, entry: number): ContentTransaction => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let contentTransactionBasicInfo_: ContentTransaction['contentTransactionBasicInfo'];
  let chargedPartyInformation_: ContentTransaction['chargedPartyInformation'];
  let servingPartiesInformation_: ContentTransaction['servingPartiesInformation'];
  let contentServiceUsed_: ContentTransaction['contentServiceUsed'];
  let operatorSpecInformation_: ContentTransaction['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 304: contentTransactionBasicInfo_ = plainContentTransactionBasicInfo(source, at); break;
      case 324: chargedPartyInformation_ = plainChargedPartyInformation(source, at); break;
      case 335: servingPartiesInformation_ = plainServingPartiesInformation(source, at); break;
      case 352: contentServiceUsed_ = plainContentServiceUsed(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { contentTransactionBasicInfo: contentTransactionBasicInfo_, chargedPartyInformation: chargedPartyInformation_, servingPartiesInformation: servingPartiesInformation_, contentServiceUsed: contentServiceUsed_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeContentTransaction = (writer: BackWriter, value: ContentTransaction): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.contentServiceUsed !== undefined) { const from0 = writer.size; encodeContentServiceUsed(writer, value.contentServiceUsed); writer.header(from0, 0x7f8260); }
  if (value.servingPartiesInformation !== undefined) { const from0 = writer.size; encodeServingPartiesInformation(writer, value.servingPartiesInformation); writer.header(from0, 0x7f824f); }
  if (value.chargedPartyInformation !== undefined) { const from0 = writer.size; encodeChargedPartyInformation(writer, value.chargedPartyInformation); writer.header(from0, 0x7f8244); }
  if (value.contentTransactionBasicInfo !== undefined) { const from0 = writer.size; encodeContentTransactionBasicInfo(writer, value.contentTransactionBasicInfo); writer.header(from0, 0x7f8230); }
};

export interface CallEventDetail {
  readonly mobileOriginatedCall?: MobileOriginatedCall | undefined;
  readonly mobileTerminatedCall?: MobileTerminatedCall | undefined;
  readonly supplServiceEvent?: SupplServiceEvent | undefined;
  readonly serviceCentreUsage?: ServiceCentreUsage | undefined;
  readonly valueAddedService?: ValueAddedService | undefined;
  readonly gprsCall?: GprsCall | undefined;
  readonly contentTransaction?: ContentTransaction | undefined;
}

export class CallEventDetailView extends ChoiceView implements CallEventDetail {
  get mobileOriginatedCall(): MobileOriginatedCall | undefined { const { source, entry } = this; return this.tag === 9 ? new MobileOriginatedCallView(source, entry) : undefined; }
  get mobileTerminatedCall(): MobileTerminatedCall | undefined { const { source, entry } = this; return this.tag === 10 ? new MobileTerminatedCallView(source, entry) : undefined; }
  get supplServiceEvent(): SupplServiceEvent | undefined { const { source, entry } = this; return this.tag === 11 ? new SupplServiceEventView(source, entry) : undefined; }
  get serviceCentreUsage(): ServiceCentreUsage | undefined { const { source, entry } = this; return this.tag === 12 ? new ServiceCentreUsageView(source, entry) : undefined; }
  get valueAddedService(): ValueAddedService | undefined { const { source, entry } = this; return this.tag === 13 ? new ValueAddedServiceView(source, entry) : undefined; }
  get gprsCall(): GprsCall | undefined { const { source, entry } = this; return this.tag === 14 ? new GprsCallView(source, entry) : undefined; }
  get contentTransaction(): ContentTransaction | undefined { const { source, entry } = this; return this.tag === 17 ? new ContentTransactionView(source, entry) : undefined; }
}

const plainCallEventDetail = (source: Source, entry: number): CallEventDetail => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 9: return { mobileOriginatedCall: plainMobileOriginatedCall(source, entry) };
    case 10: return { mobileTerminatedCall: plainMobileTerminatedCall(source, entry) };
    case 11: return { supplServiceEvent: plainSupplServiceEvent(source, entry) };
    case 12: return { serviceCentreUsage: plainServiceCentreUsage(source, entry) };
    case 13: return { valueAddedService: plainValueAddedService(source, entry) };
    case 14: return { gprsCall: plainGprsCall(source, entry) };
    case 17: return { contentTransaction: plainContentTransaction(source, entry) };
    default: return {};
  }
};

const encodeCallEventDetail = (writer: BackWriter, value: CallEventDetail): void => {
  if (value.contentTransaction !== undefined) { const from0 = writer.size; encodeContentTransaction(writer, value.contentTransaction); writer.header(from0, 0x71); }
  if (value.gprsCall !== undefined) { const from0 = writer.size; encodeGprsCall(writer, value.gprsCall); writer.header(from0, 0x6e); }
  if (value.valueAddedService !== undefined) { const from0 = writer.size; encodeValueAddedService(writer, value.valueAddedService); writer.header(from0, 0x6d); }
  if (value.serviceCentreUsage !== undefined) { const from0 = writer.size; encodeServiceCentreUsage(writer, value.serviceCentreUsage); writer.header(from0, 0x6c); }
  if (value.supplServiceEvent !== undefined) { const from0 = writer.size; encodeSupplServiceEvent(writer, value.supplServiceEvent); writer.header(from0, 0x6b); }
  if (value.mobileTerminatedCall !== undefined) { const from0 = writer.size; encodeMobileTerminatedCall(writer, value.mobileTerminatedCall); writer.header(from0, 0x6a); }
  if (value.mobileOriginatedCall !== undefined) { const from0 = writer.size; encodeMobileOriginatedCall(writer, value.mobileOriginatedCall); writer.header(from0, 0x69); }
};

export interface Notification {
  readonly sender?: string | undefined;
  readonly recipient?: string | undefined;
  readonly fileSequenceNumber?: string | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly fileCreationTimeStamp?: DateTimeLong | undefined;
  readonly fileAvailableTimeStamp?: DateTimeLong | undefined;
  readonly transferCutOffTimeStamp?: DateTimeLong | undefined;
  readonly specificationVersionNumber?: Integer | undefined;
  readonly releaseVersionNumber?: Integer | undefined;
  readonly fileTypeIndicator?: string | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class NotificationView extends View implements Notification {
  get sender(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 196); return at < 0 ? undefined : textAt(source, at); }
  get recipient(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 182); return at < 0 ? undefined : textAt(source, at); }
  get fileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 109); return at < 0 ? undefined : textAt(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get fileCreationTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 108); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get fileAvailableTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 107); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get transferCutOffTimeStamp(): DateTimeLong | undefined { const { source } = this; const at = childAt(source, this.entry, 227); return at < 0 ? undefined : new DateTimeLongView(source, at); }
  get specificationVersionNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 201); return at < 0 ? undefined : integerAt(source, at); }
  get releaseVersionNumber(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 189); return at < 0 ? undefined : integerAt(source, at); }
  get fileTypeIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 110); return at < 0 ? undefined : textAt(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainNotification = (source: Source, entry: number): Notification => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let sender_: Notification['sender'];
  let recipient_: Notification['recipient'];
  let fileSequenceNumber_: Notification['fileSequenceNumber'];
  let rapFileSequenceNumber_: Notification['rapFileSequenceNumber'];
  let fileCreationTimeStamp_: Notification['fileCreationTimeStamp'];
  let fileAvailableTimeStamp_: Notification['fileAvailableTimeStamp'];
  let transferCutOffTimeStamp_: Notification['transferCutOffTimeStamp'];
  let specificationVersionNumber_: Notification['specificationVersionNumber'];
  let releaseVersionNumber_: Notification['releaseVersionNumber'];
  let fileTypeIndicator_: Notification['fileTypeIndicator'];
  let operatorSpecInformation_: Notification['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 196: sender_ = textAt(source, at); break;
      case 182: recipient_ = textAt(source, at); break;
      case 109: fileSequenceNumber_ = textAt(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 108: fileCreationTimeStamp_ = plainDateTimeLong(source, at); break;
      case 107: fileAvailableTimeStamp_ = plainDateTimeLong(source, at); break;
      case 227: transferCutOffTimeStamp_ = plainDateTimeLong(source, at); break;
      case 201: specificationVersionNumber_ = integerAt(source, at); break;
      case 189: releaseVersionNumber_ = integerAt(source, at); break;
      case 110: fileTypeIndicator_ = textAt(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { sender: sender_, recipient: recipient_, fileSequenceNumber: fileSequenceNumber_, rapFileSequenceNumber: rapFileSequenceNumber_, fileCreationTimeStamp: fileCreationTimeStamp_, fileAvailableTimeStamp: fileAvailableTimeStamp_, transferCutOffTimeStamp: transferCutOffTimeStamp_, specificationVersionNumber: specificationVersionNumber_, releaseVersionNumber: releaseVersionNumber_, fileTypeIndicator: fileTypeIndicator_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeNotification = (writer: BackWriter, value: Notification): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  writer.text(0x5f6e, value.fileTypeIndicator);
  writer.integer(0x5f813d, value.releaseVersionNumber);
  writer.integer(0x5f8149, value.specificationVersionNumber);
  if (value.transferCutOffTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.transferCutOffTimeStamp); writer.header(from0, 0x7f8163); }
  if (value.fileAvailableTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.fileAvailableTimeStamp); writer.header(from0, 0x7f6b); }
  if (value.fileCreationTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.fileCreationTimeStamp); writer.header(from0, 0x7f6c); }
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  writer.text(0x5f6d, value.fileSequenceNumber);
  writer.text(0x5f8136, value.recipient);
  writer.text(0x5f8144, value.sender);
};

export interface DataInterChange {
  readonly notification?: Notification | undefined;
}

export class DataInterChangeView extends ChoiceView implements DataInterChange {
  get notification(): Notification | undefined { const { source, entry } = this; return this.tag === 2 ? new NotificationView(source, entry) : undefined; }
}

const plainDataInterChange = (source: Source, entry: number): DataInterChange => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 2: return { notification: plainNotification(source, entry) };
    default: return {};
  }
};

const encodeDataInterChange = (writer: BackWriter, value: DataInterChange): void => {
  if (value.notification !== undefined) { const from0 = writer.size; encodeNotification(writer, value.notification); writer.header(from0, 0x62); }
};

/** The units, the parts of a batch and the records of TAP-0309. */
export const tap0309 = {
  file: {
    view: (source, entry) => new DataInterChangeView(source, entry),
    plain: plainDataInterChange,
    encode: encodeDataInterChange,
  } satisfies ChoiceCodec<DataInterChange>,
  part: {
    view: (source, entry) => new TransferBatchPartView(source, entry),
    plain: plainTransferBatchPart,
    encode: encodeTransferBatchPart,
  } satisfies ChoiceCodec<TransferBatchPart>,
  record: {
    view: (source, entry) => new CallEventDetailView(source, entry),
    plain: plainCallEventDetail,
    encode: encodeCallEventDetail,
  } satisfies ChoiceCodec<CallEventDetail>,
};

export {
  encodeDateTimeLong,
  plainDateTimeLong,
  encodeBatchControlInfo,
  plainBatchControlInfo,
  encodeTaxRateDefinition,
  plainTaxRateDefinition,
  encodeDiscountApplied,
  plainDiscountApplied,
  encodeDiscountDefinition,
  plainDiscountDefinition,
  encodeExchangeRateDefinition,
  plainExchangeRateDefinition,
  encodeAccountingInfo,
  plainAccountingInfo,
  encodeUtcTimeOffsetDefinition,
  plainUtcTimeOffsetDefinition,
  encodeIpAddress,
  plainIpAddress,
  encodeRecEntityId,
  plainRecEntityId,
  encodeRecEntityDefinition,
  plainRecEntityDefinition,
  encodeCalledNumAnalysis,
  plainCalledNumAnalysis,
  encodeNetworkInfo,
  plainNetworkInfo,
  encodeVasDefinition,
  plainVasDefinition,
  encodeMessageDescriptionDefinition,
  plainMessageDescriptionDefinition,
  encodeTotalChargeValue,
  plainTotalChargeValue,
  encodeTotalAdvisedChargeValue,
  plainTotalAdvisedChargeValue,
  encodeAuditControlInfo,
  plainAuditControlInfo,
  encodeTransferBatchPart,
  plainTransferBatchPart,
  encodeSimChargeableSubscriber,
  plainSimChargeableSubscriber,
  encodeMinChargeableSubscriber,
  plainMinChargeableSubscriber,
  encodeChargeableSubscriber,
  plainChargeableSubscriber,
  encodeDestination,
  plainDestination,
  encodeDateTime,
  plainDateTime,
  encodeMoBasicCallInformation,
  plainMoBasicCallInformation,
  encodeNetworkLocation,
  plainNetworkLocation,
  encodeHomeLocationInformation,
  plainHomeLocationInformation,
  encodeGeographicalLocation,
  plainGeographicalLocation,
  encodeLocationInformation,
  plainLocationInformation,
  encodeImeiOrEsn,
  plainImeiOrEsn,
  encodeEquipmentInformation,
  plainEquipmentInformation,
  encodeBasicServiceCode,
  plainBasicServiceCode,
  encodeBasicService,
  plainBasicService,
  encodeCallTypeGroup,
  plainCallTypeGroup,
  encodeChargeDetail,
  plainChargeDetail,
  encodeTaxInformation,
  plainTaxInformation,
  encodeDiscountInformation,
  plainDiscountInformation,
  encodeChargeInformation,
  plainChargeInformation,
  encodeBasicHSCSDParameters,
  plainBasicHSCSDParameters,
  encodeHSCSDParameterModification,
  plainHSCSDParameterModification,
  encodeHSCSDInformation,
  plainHSCSDInformation,
  encodeBasicServiceUsed,
  plainBasicServiceUsed,
  encodeThirdPartyInformation,
  plainThirdPartyInformation,
  encodeSupplServiceUsed,
  plainSupplServiceUsed,
  encodeCamelCallReference,
  plainCamelCallReference,
  encodeCamelDestination,
  plainCamelDestination,
  encodeGprsDestination,
  plainGprsDestination,
  encodeThreeGcamelDestination,
  plainThreeGcamelDestination,
  encodeCamelServiceUsed,
  plainCamelServiceUsed,
  encodeValueAddedServiceUsed,
  plainValueAddedServiceUsed,
  encodeDualServiceCode,
  plainDualServiceCode,
  encodeMobileOriginatedCall,
  plainMobileOriginatedCall,
  encodeCallOriginator,
  plainCallOriginator,
  encodeMtBasicCallInformation,
  plainMtBasicCallInformation,
  encodeMobileTerminatedCall,
  plainMobileTerminatedCall,
  encodeSupplServiceEvent,
  plainSupplServiceEvent,
  encodeScuVasChargeableSubscriber,
  plainScuVasChargeableSubscriber,
  encodeNonChargedParty,
  plainNonChargedParty,
  encodeScuBasicInformation,
  plainScuBasicInformation,
  encodeScuChargeType,
  plainScuChargeType,
  encodeScuTimeStamps,
  plainScuTimeStamps,
  encodeServiceCentreUsage,
  plainServiceCentreUsage,
  encodeValueAddedService,
  plainValueAddedService,
  encodeGprsChargeableSubscriber,
  plainGprsChargeableSubscriber,
  encodeGprsBasicCallInformation,
  plainGprsBasicCallInformation,
  encodeGprsNetworkLocation,
  plainGprsNetworkLocation,
  encodeGprsLocationInformation,
  plainGprsLocationInformation,
  encodeGSMQoSInformation,
  plainGSMQoSInformation,
  encodeUMTSQoSInformation,
  plainUMTSQoSInformation,
  encodeQoSRequested,
  plainQoSRequested,
  encodeQoSUsed,
  plainQoSUsed,
  encodeGprsServiceUsage,
  plainGprsServiceUsage,
  encodeGprsServiceUsed,
  plainGprsServiceUsed,
  encodeGprsCall,
  plainGprsCall,
  encodeContentTransactionBasicInfo,
  plainContentTransactionBasicInfo,
  encodeChargedPartyIdentification,
  plainChargedPartyIdentification,
  encodeChargedPartyId,
  plainChargedPartyId,
  encodeHomeIdentifier,
  plainHomeIdentifier,
  encodeChargedPartyHomeId,
  plainChargedPartyHomeId,
  encodeLocationIdentifier,
  plainLocationIdentifier,
  encodeChargedPartyLocation,
  plainChargedPartyLocation,
  encodeEquipmentId,
  plainEquipmentId,
  encodeChargedPartyEquipment,
  plainChargedPartyEquipment,
  encodeChargedPartyInformation,
  plainChargedPartyInformation,
  encodeProviderId,
  plainProviderId,
  encodeContentProviderId,
  plainContentProviderId,
  encodeInternetServiceProviderId,
  plainInternetServiceProviderId,
  encodeNetworkDesc,
  plainNetworkDesc,
  encodeNetworkIdGroup,
  plainNetworkIdGroup,
  encodeServingPartiesInformation,
  plainServingPartiesInformation,
  encodeAdvisedChargeInformation,
  plainAdvisedChargeInformation,
  encodeContentServiceUsed,
  plainContentServiceUsed,
  encodeContentTransaction,
  plainContentTransaction,
  encodeCallEventDetail,
  plainCallEventDetail,
  encodeNotification,
  plainNotification,
  encodeDataInterChange,
  plainDataInterChange,
};
