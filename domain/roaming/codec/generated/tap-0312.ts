// Long: written by domain/roaming/codec/generate.ts from the tag table of TAP-0312; not to be changed by hand.
import type { BackWriter } from '../back-writer.ts';
import { bcdAt, childAt, ENTRY, firstAt, hexAt, type Integer, integerAt, listAt, type Source, textAt } from '../tape.ts';
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

export interface Taxation {
  readonly taxCode?: Integer | undefined;
  readonly taxType?: string | undefined;
  readonly taxRate?: string | undefined;
  readonly chargeType?: string | undefined;
  readonly taxIndicator?: string | undefined;
}

export class TaxationView extends View implements Taxation {
  get taxCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 212); return at < 0 ? undefined : integerAt(source, at); }
  get taxType(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 217); return at < 0 ? undefined : textAt(source, at); }
  get taxRate(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 215); return at < 0 ? undefined : textAt(source, at); }
  get chargeType(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 71); return at < 0 ? undefined : textAt(source, at); }
  get taxIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 432); return at < 0 ? undefined : textAt(source, at); }
}

const plainTaxation = (source: Source, entry: number): Taxation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let taxCode_: Taxation['taxCode'];
  let taxType_: Taxation['taxType'];
  let taxRate_: Taxation['taxRate'];
  let chargeType_: Taxation['chargeType'];
  let taxIndicator_: Taxation['taxIndicator'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 212: taxCode_ = integerAt(source, at); break;
      case 217: taxType_ = textAt(source, at); break;
      case 215: taxRate_ = textAt(source, at); break;
      case 71: chargeType_ = textAt(source, at); break;
      case 432: taxIndicator_ = textAt(source, at); break;
    }
  }
  return { taxCode: taxCode_, taxType: taxType_, taxRate: taxRate_, chargeType: chargeType_, taxIndicator: taxIndicator_ };
};

const encodeTaxation = (writer: BackWriter, value: Taxation): void => {
  writer.text(0x5f8330, value.taxIndicator);
  writer.text(0x5f47, value.chargeType);
  writer.text(0x5f8157, value.taxRate);
  writer.text(0x5f8159, value.taxType);
  writer.integer(0x5f8154, value.taxCode);
};

export interface DiscountApplied {
  readonly fixedDiscountValue?: Integer | undefined;
  readonly discountRate?: Integer | undefined;
}

export class DiscountAppliedView extends ChoiceView implements DiscountApplied {
  get fixedDiscountValue(): Integer | undefined { const { source, entry } = this; return this.tag === 411 ? integerAt(source, entry) : undefined; }
  get discountRate(): Integer | undefined { const { source, entry } = this; return this.tag === 92 ? integerAt(source, entry) : undefined; }
}

const plainDiscountApplied = (source: Source, entry: number): DiscountApplied => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 411: return { fixedDiscountValue: integerAt(source, entry) };
    case 92: return { discountRate: integerAt(source, entry) };
    default: return {};
  }
};

const encodeDiscountApplied = (writer: BackWriter, value: DiscountApplied): void => {
  writer.integer(0x5f5c, value.discountRate);
  writer.integer(0x5f831b, value.fixedDiscountValue);
};

export interface Discounting {
  readonly discountCode?: Integer | undefined;
  readonly discountApplied?: DiscountApplied | undefined;
}

export class DiscountingView extends View implements Discounting {
  get discountCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 91); return at < 0 ? undefined : integerAt(source, at); }
  get discountApplied(): DiscountApplied | undefined { const { source } = this; const at = childAt(source, this.entry, 428); return at < 0 ? undefined : new DiscountAppliedView(source, firstAt(source, at)); }
}

const plainDiscounting = (source: Source, entry: number): Discounting => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let discountCode_: Discounting['discountCode'];
  let discountApplied_: Discounting['discountApplied'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 91: discountCode_ = integerAt(source, at); break;
      case 428: discountApplied_ = plainDiscountApplied(source, firstAt(source, at)); break;
    }
  }
  return { discountCode: discountCode_, discountApplied: discountApplied_ };
};

const encodeDiscounting = (writer: BackWriter, value: Discounting): void => {
  if (value.discountApplied !== undefined) { const from0 = writer.size; encodeDiscountApplied(writer, value.discountApplied); writer.header(from0, 0x7f832c); }
  writer.integer(0x5f5b, value.discountCode);
};

export interface CurrencyConversion {
  readonly exchangeRateCode?: Integer | undefined;
  readonly numberOfDecimalPlaces?: Integer | undefined;
  readonly exchangeRate?: Integer | undefined;
}

export class CurrencyConversionView extends View implements CurrencyConversion {
  get exchangeRateCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 105); return at < 0 ? undefined : integerAt(source, at); }
  get numberOfDecimalPlaces(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 159); return at < 0 ? undefined : integerAt(source, at); }
  get exchangeRate(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 104); return at < 0 ? undefined : integerAt(source, at); }
}

const plainCurrencyConversion = (source: Source, entry: number): CurrencyConversion => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let exchangeRateCode_: CurrencyConversion['exchangeRateCode'];
  let numberOfDecimalPlaces_: CurrencyConversion['numberOfDecimalPlaces'];
  let exchangeRate_: CurrencyConversion['exchangeRate'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 105: exchangeRateCode_ = integerAt(source, at); break;
      case 159: numberOfDecimalPlaces_ = integerAt(source, at); break;
      case 104: exchangeRate_ = integerAt(source, at); break;
    }
  }
  return { exchangeRateCode: exchangeRateCode_, numberOfDecimalPlaces: numberOfDecimalPlaces_, exchangeRate: exchangeRate_ };
};

const encodeCurrencyConversion = (writer: BackWriter, value: CurrencyConversion): void => {
  writer.integer(0x5f68, value.exchangeRate);
  writer.integer(0x5f811f, value.numberOfDecimalPlaces);
  writer.integer(0x5f69, value.exchangeRateCode);
};

export interface AccountingInfo {
  readonly taxation?: readonly Taxation[] | undefined;
  readonly discounting?: readonly Discounting[] | undefined;
  readonly localCurrency?: string | undefined;
  readonly tapCurrency?: string | undefined;
  readonly currencyConversionInfo?: readonly CurrencyConversion[] | undefined;
  readonly tapDecimalPlaces?: Integer | undefined;
}

export class AccountingInfoView extends View implements AccountingInfo {
  get taxation(): readonly Taxation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 211); return at < 0 ? undefined : listAt(source, at, (source, at) => new TaxationView(source, at)); }
  get discounting(): readonly Discounting[] | undefined { const { source } = this; const at = childAt(source, this.entry, 95); return at < 0 ? undefined : listAt(source, at, (source, at) => new DiscountingView(source, at)); }
  get localCurrency(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 135); return at < 0 ? undefined : textAt(source, at); }
  get tapCurrency(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 210); return at < 0 ? undefined : textAt(source, at); }
  get currencyConversionInfo(): readonly CurrencyConversion[] | undefined { const { source } = this; const at = childAt(source, this.entry, 80); return at < 0 ? undefined : listAt(source, at, (source, at) => new CurrencyConversionView(source, at)); }
  get tapDecimalPlaces(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 244); return at < 0 ? undefined : integerAt(source, at); }
}

const plainAccountingInfo = (source: Source, entry: number): AccountingInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let taxation_: AccountingInfo['taxation'];
  let discounting_: AccountingInfo['discounting'];
  let localCurrency_: AccountingInfo['localCurrency'];
  let tapCurrency_: AccountingInfo['tapCurrency'];
  let currencyConversionInfo_: AccountingInfo['currencyConversionInfo'];
  let tapDecimalPlaces_: AccountingInfo['tapDecimalPlaces'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 211: taxation_ = listAt(source, at, plainTaxation); break;
      case 95: discounting_ = listAt(source, at, plainDiscounting); break;
      case 135: localCurrency_ = textAt(source, at); break;
      case 210: tapCurrency_ = textAt(source, at); break;
      case 80: currencyConversionInfo_ = listAt(source, at, plainCurrencyConversion); break;
      case 244: tapDecimalPlaces_ = integerAt(source, at); break;
    }
  }
  return { taxation: taxation_, discounting: discounting_, localCurrency: localCurrency_, tapCurrency: tapCurrency_, currencyConversionInfo: currencyConversionInfo_, tapDecimalPlaces: tapDecimalPlaces_ };
};

const encodeAccountingInfo = (writer: BackWriter, value: AccountingInfo): void => {
  writer.integer(0x5f8174, value.tapDecimalPlaces);
  if (value.currencyConversionInfo !== undefined) { const from0 = writer.size; for (let index = value.currencyConversionInfo.length - 1; index >= 0; index -= 1) { const one = value.currencyConversionInfo[index] as CurrencyConversion; const from1 = writer.size; encodeCurrencyConversion(writer, one); writer.header(from1, 0x7f6a); } writer.header(from0, 0x7f50); }
  writer.text(0x5f8152, value.tapCurrency);
  writer.text(0x5f8107, value.localCurrency);
  if (value.discounting !== undefined) { const from0 = writer.size; for (let index = value.discounting.length - 1; index >= 0; index -= 1) { const one = value.discounting[index] as Discounting; const from1 = writer.size; encodeDiscounting(writer, one); writer.header(from1, 0x7f5e); } writer.header(from0, 0x7f5f); }
  if (value.taxation !== undefined) { const from0 = writer.size; for (let index = value.taxation.length - 1; index >= 0; index -= 1) { const one = value.taxation[index] as Taxation; const from1 = writer.size; encodeTaxation(writer, one); writer.header(from1, 0x7f8158); } writer.header(from0, 0x7f8153); }
};

export interface UtcTimeOffsetInfo {
  readonly utcTimeOffsetCode?: Integer | undefined;
  readonly utcTimeOffset?: string | undefined;
}

export class UtcTimeOffsetInfoView extends View implements UtcTimeOffsetInfo {
  get utcTimeOffsetCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 232); return at < 0 ? undefined : integerAt(source, at); }
  get utcTimeOffset(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 231); return at < 0 ? undefined : textAt(source, at); }
}

const plainUtcTimeOffsetInfo = (source: Source, entry: number): UtcTimeOffsetInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let utcTimeOffsetCode_: UtcTimeOffsetInfo['utcTimeOffsetCode'];
  let utcTimeOffset_: UtcTimeOffsetInfo['utcTimeOffset'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 232: utcTimeOffsetCode_ = integerAt(source, at); break;
      case 231: utcTimeOffset_ = textAt(source, at); break;
    }
  }
  return { utcTimeOffsetCode: utcTimeOffsetCode_, utcTimeOffset: utcTimeOffset_ };
};

const encodeUtcTimeOffsetInfo = (writer: BackWriter, value: UtcTimeOffsetInfo): void => {
  writer.text(0x5f8167, value.utcTimeOffset);
  writer.integer(0x5f8168, value.utcTimeOffsetCode);
};

export interface RecEntityInformation {
  readonly recEntityCode?: Integer | undefined;
  readonly recEntityType?: Integer | undefined;
  readonly recEntityId?: string | undefined;
}

export class RecEntityInformationView extends View implements RecEntityInformation {
  get recEntityCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 184); return at < 0 ? undefined : integerAt(source, at); }
  get recEntityType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 186); return at < 0 ? undefined : integerAt(source, at); }
  get recEntityId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 400); return at < 0 ? undefined : textAt(source, at); }
}

const plainRecEntityInformation = (source: Source, entry: number): RecEntityInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let recEntityCode_: RecEntityInformation['recEntityCode'];
  let recEntityType_: RecEntityInformation['recEntityType'];
  let recEntityId_: RecEntityInformation['recEntityId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 184: recEntityCode_ = integerAt(source, at); break;
      case 186: recEntityType_ = integerAt(source, at); break;
      case 400: recEntityId_ = textAt(source, at); break;
    }
  }
  return { recEntityCode: recEntityCode_, recEntityType: recEntityType_, recEntityId: recEntityId_ };
};

const encodeRecEntityInformation = (writer: BackWriter, value: RecEntityInformation): void => {
  writer.text(0x5f8310, value.recEntityId);
  writer.integer(0x5f813a, value.recEntityType);
  writer.integer(0x5f8138, value.recEntityCode);
};

export interface NetworkInfo {
  readonly utcTimeOffsetInfo?: readonly UtcTimeOffsetInfo[] | undefined;
  readonly recEntityInfo?: readonly RecEntityInformation[] | undefined;
}

export class NetworkInfoView extends View implements NetworkInfo {
  get utcTimeOffsetInfo(): readonly UtcTimeOffsetInfo[] | undefined { const { source } = this; const at = childAt(source, this.entry, 234); return at < 0 ? undefined : listAt(source, at, (source, at) => new UtcTimeOffsetInfoView(source, at)); }
  get recEntityInfo(): readonly RecEntityInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 188); return at < 0 ? undefined : listAt(source, at, (source, at) => new RecEntityInformationView(source, at)); }
}

const plainNetworkInfo = (source: Source, entry: number): NetworkInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let utcTimeOffsetInfo_: NetworkInfo['utcTimeOffsetInfo'];
  let recEntityInfo_: NetworkInfo['recEntityInfo'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 234: utcTimeOffsetInfo_ = listAt(source, at, plainUtcTimeOffsetInfo); break;
      case 188: recEntityInfo_ = listAt(source, at, plainRecEntityInformation); break;
    }
  }
  return { utcTimeOffsetInfo: utcTimeOffsetInfo_, recEntityInfo: recEntityInfo_ };
};

const encodeNetworkInfo = (writer: BackWriter, value: NetworkInfo): void => {
  if (value.recEntityInfo !== undefined) { const from0 = writer.size; for (let index = value.recEntityInfo.length - 1; index >= 0; index -= 1) { const one = value.recEntityInfo[index] as RecEntityInformation; const from1 = writer.size; encodeRecEntityInformation(writer, one); writer.header(from1, 0x7f8137); } writer.header(from0, 0x7f813c); }
  if (value.utcTimeOffsetInfo !== undefined) { const from0 = writer.size; for (let index = value.utcTimeOffsetInfo.length - 1; index >= 0; index -= 1) { const one = value.utcTimeOffsetInfo[index] as UtcTimeOffsetInfo; const from1 = writer.size; encodeUtcTimeOffsetInfo(writer, one); writer.header(from1, 0x7f8169); } writer.header(from0, 0x7f816a); }
};

export interface MessageDescriptionInformation {
  readonly messageDescriptionCode?: Integer | undefined;
  readonly messageDescription?: string | undefined;
}

export class MessageDescriptionInformationView extends View implements MessageDescriptionInformation {
  get messageDescriptionCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 141); return at < 0 ? undefined : integerAt(source, at); }
  get messageDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 142); return at < 0 ? undefined : textAt(source, at); }
}

const plainMessageDescriptionInformation = (source: Source, entry: number): MessageDescriptionInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let messageDescriptionCode_: MessageDescriptionInformation['messageDescriptionCode'];
  let messageDescription_: MessageDescriptionInformation['messageDescription'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 141: messageDescriptionCode_ = integerAt(source, at); break;
      case 142: messageDescription_ = textAt(source, at); break;
    }
  }
  return { messageDescriptionCode: messageDescriptionCode_, messageDescription: messageDescription_ };
};

const encodeMessageDescriptionInformation = (writer: BackWriter, value: MessageDescriptionInformation): void => {
  writer.text(0x5f810e, value.messageDescription);
  writer.integer(0x5f810d, value.messageDescriptionCode);
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
  readonly totalCharge?: Integer | undefined;
  readonly totalChargeRefund?: Integer | undefined;
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
  get totalCharge(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 415); return at < 0 ? undefined : integerAt(source, at); }
  get totalChargeRefund(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 355); return at < 0 ? undefined : integerAt(source, at); }
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
  let totalCharge_: AuditControlInfo['totalCharge'];
  let totalChargeRefund_: AuditControlInfo['totalChargeRefund'];
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
      case 415: totalCharge_ = integerAt(source, at); break;
      case 355: totalChargeRefund_ = integerAt(source, at); break;
      case 353: totalTaxRefund_ = integerAt(source, at); break;
      case 226: totalTaxValue_ = integerAt(source, at); break;
      case 225: totalDiscountValue_ = integerAt(source, at); break;
      case 354: totalDiscountRefund_ = integerAt(source, at); break;
      case 361: totalAdvisedChargeValueList_ = listAt(source, at, plainTotalAdvisedChargeValue); break;
      case 43: callEventDetailsCount_ = integerAt(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { earliestCallTimeStamp: earliestCallTimeStamp_, latestCallTimeStamp: latestCallTimeStamp_, totalCharge: totalCharge_, totalChargeRefund: totalChargeRefund_, totalTaxRefund: totalTaxRefund_, totalTaxValue: totalTaxValue_, totalDiscountValue: totalDiscountValue_, totalDiscountRefund: totalDiscountRefund_, totalAdvisedChargeValueList: totalAdvisedChargeValueList_, callEventDetailsCount: callEventDetailsCount_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeAuditControlInfo = (writer: BackWriter, value: AuditControlInfo): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  writer.integer(0x5f2b, value.callEventDetailsCount);
  if (value.totalAdvisedChargeValueList !== undefined) { const from0 = writer.size; for (let index = value.totalAdvisedChargeValueList.length - 1; index >= 0; index -= 1) { const one = value.totalAdvisedChargeValueList[index] as TotalAdvisedChargeValue; const from1 = writer.size; encodeTotalAdvisedChargeValue(writer, one); writer.header(from1, 0x7f8268); } writer.header(from0, 0x7f8269); }
  writer.integer(0x5f8262, value.totalDiscountRefund);
  writer.integer(0x5f8161, value.totalDiscountValue);
  writer.integer(0x5f8162, value.totalTaxValue);
  writer.integer(0x5f8261, value.totalTaxRefund);
  writer.integer(0x5f8263, value.totalChargeRefund);
  writer.integer(0x5f831f, value.totalCharge);
  if (value.latestCallTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.latestCallTimeStamp); writer.header(from0, 0x7f8105); }
  if (value.earliestCallTimeStamp !== undefined) { const from0 = writer.size; encodeDateTimeLong(writer, value.earliestCallTimeStamp); writer.header(from0, 0x7f65); }
};

export interface TransferBatchPart {
  readonly batchControlInfo?: BatchControlInfo | undefined;
  readonly accountingInfo?: AccountingInfo | undefined;
  readonly networkInfo?: NetworkInfo | undefined;
  readonly messageDescriptionInfo?: readonly MessageDescriptionInformation[] | undefined;
  readonly auditControlInfo?: AuditControlInfo | undefined;
}

export class TransferBatchPartView extends ChoiceView implements TransferBatchPart {
  get batchControlInfo(): BatchControlInfo | undefined { const { source, entry } = this; return this.tag === 4 ? new BatchControlInfoView(source, entry) : undefined; }
  get accountingInfo(): AccountingInfo | undefined { const { source, entry } = this; return this.tag === 5 ? new AccountingInfoView(source, entry) : undefined; }
  get networkInfo(): NetworkInfo | undefined { const { source, entry } = this; return this.tag === 6 ? new NetworkInfoView(source, entry) : undefined; }
  get messageDescriptionInfo(): readonly MessageDescriptionInformation[] | undefined { const { source, entry } = this; return this.tag === 8 ? listAt(source, entry, (source, at) => new MessageDescriptionInformationView(source, at)) : undefined; }
  get auditControlInfo(): AuditControlInfo | undefined { const { source, entry } = this; return this.tag === 15 ? new AuditControlInfoView(source, entry) : undefined; }
}

const plainTransferBatchPart = (source: Source, entry: number): TransferBatchPart => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 4: return { batchControlInfo: plainBatchControlInfo(source, entry) };
    case 5: return { accountingInfo: plainAccountingInfo(source, entry) };
    case 6: return { networkInfo: plainNetworkInfo(source, entry) };
    case 8: return { messageDescriptionInfo: listAt(source, entry, plainMessageDescriptionInformation) };
    case 15: return { auditControlInfo: plainAuditControlInfo(source, entry) };
    default: return {};
  }
};

const encodeTransferBatchPart = (writer: BackWriter, value: TransferBatchPart): void => {
  if (value.auditControlInfo !== undefined) { const from0 = writer.size; encodeAuditControlInfo(writer, value.auditControlInfo); writer.header(from0, 0x6f); }
  if (value.messageDescriptionInfo !== undefined) { const from0 = writer.size; for (let index = value.messageDescriptionInfo.length - 1; index >= 0; index -= 1) { const one = value.messageDescriptionInfo[index] as MessageDescriptionInformation; const from1 = writer.size; encodeMessageDescriptionInformation(writer, one); writer.header(from1, 0x7f810f); } writer.header(from0, 0x68); }
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
  readonly calledNumber?: string | undefined;
  readonly dialledDigits?: string | undefined;
  readonly calledPlace?: string | undefined;
  readonly calledRegion?: string | undefined;
  readonly sMSDestinationNumber?: string | undefined;
}

export class DestinationView extends View implements Destination {
  get calledNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 407); return at < 0 ? undefined : bcdAt(source, at); }
  get dialledDigits(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 279); return at < 0 ? undefined : textAt(source, at); }
  get calledPlace(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 42); return at < 0 ? undefined : textAt(source, at); }
  get calledRegion(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 46); return at < 0 ? undefined : textAt(source, at); }
  get sMSDestinationNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 419); return at < 0 ? undefined : textAt(source, at); }
}

const plainDestination = (source: Source, entry: number): Destination => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let calledNumber_: Destination['calledNumber'];
  let dialledDigits_: Destination['dialledDigits'];
  let calledPlace_: Destination['calledPlace'];
  let calledRegion_: Destination['calledRegion'];
  let sMSDestinationNumber_: Destination['sMSDestinationNumber'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 407: calledNumber_ = bcdAt(source, at); break;
      case 279: dialledDigits_ = textAt(source, at); break;
      case 42: calledPlace_ = textAt(source, at); break;
      case 46: calledRegion_ = textAt(source, at); break;
      case 419: sMSDestinationNumber_ = textAt(source, at); break;
    }
  }
  return { calledNumber: calledNumber_, dialledDigits: dialledDigits_, calledPlace: calledPlace_, calledRegion: calledRegion_, sMSDestinationNumber: sMSDestinationNumber_ };
};

const encodeDestination = (writer: BackWriter, value: Destination): void => {
  writer.text(0x5f8323, value.sMSDestinationNumber);
  writer.text(0x5f2e, value.calledRegion);
  writer.text(0x5f2a, value.calledPlace);
  writer.text(0x5f8217, value.dialledDigits);
  writer.bcd(0x5f8317, value.calledNumber);
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
  readonly chargeableSubscriber?: ChargeableSubscriber | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly destination?: Destination | undefined;
  readonly destinationNetwork?: string | undefined;
  readonly callEventStartTimeStamp?: DateTime | undefined;
  readonly totalCallEventDuration?: Integer | undefined;
  readonly simToolkitIndicator?: string | undefined;
  readonly causeForTerm?: Integer | undefined;
}

export class MoBasicCallInformationView extends View implements MoBasicCallInformation {
  get chargeableSubscriber(): ChargeableSubscriber | undefined { const { source } = this; const at = childAt(source, this.entry, 427); return at < 0 ? undefined : new ChargeableSubscriberView(source, firstAt(source, at)); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
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
  let chargeableSubscriber_: MoBasicCallInformation['chargeableSubscriber'];
  let rapFileSequenceNumber_: MoBasicCallInformation['rapFileSequenceNumber'];
  let destination_: MoBasicCallInformation['destination'];
  let destinationNetwork_: MoBasicCallInformation['destinationNetwork'];
  let callEventStartTimeStamp_: MoBasicCallInformation['callEventStartTimeStamp'];
  let totalCallEventDuration_: MoBasicCallInformation['totalCallEventDuration'];
  let simToolkitIndicator_: MoBasicCallInformation['simToolkitIndicator'];
  let causeForTerm_: MoBasicCallInformation['causeForTerm'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 427: chargeableSubscriber_ = plainChargeableSubscriber(source, firstAt(source, at)); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 89: destination_ = plainDestination(source, at); break;
      case 90: destinationNetwork_ = textAt(source, at); break;
      case 44: callEventStartTimeStamp_ = plainDateTime(source, at); break;
      case 223: totalCallEventDuration_ = integerAt(source, at); break;
      case 200: simToolkitIndicator_ = textAt(source, at); break;
      case 58: causeForTerm_ = integerAt(source, at); break;
    }
  }
  return { chargeableSubscriber: chargeableSubscriber_, rapFileSequenceNumber: rapFileSequenceNumber_, destination: destination_, destinationNetwork: destinationNetwork_, callEventStartTimeStamp: callEventStartTimeStamp_, totalCallEventDuration: totalCallEventDuration_, simToolkitIndicator: simToolkitIndicator_, causeForTerm: causeForTerm_ };
};

const encodeMoBasicCallInformation = (writer: BackWriter, value: MoBasicCallInformation): void => {
  writer.integer(0x5f3a, value.causeForTerm);
  writer.text(0x5f8148, value.simToolkitIndicator);
  writer.integer(0x5f815f, value.totalCallEventDuration);
  if (value.callEventStartTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.callEventStartTimeStamp); writer.header(from0, 0x7f2c); }
  writer.text(0x5f5a, value.destinationNetwork);
  if (value.destination !== undefined) { const from0 = writer.size; encodeDestination(writer, value.destination); writer.header(from0, 0x7f59); }
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargeableSubscriber !== undefined) { const from0 = writer.size; encodeChargeableSubscriber(writer, value.chargeableSubscriber); writer.header(from0, 0x7f832b); }
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
  get homeLocationDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 413); return at < 0 ? undefined : textAt(source, at); }
}

const plainHomeLocationInformation = (source: Source, entry: number): HomeLocationInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let homeBid_: HomeLocationInformation['homeBid'];
  let homeLocationDescription_: HomeLocationInformation['homeLocationDescription'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 122: homeBid_ = textAt(source, at); break;
      case 413: homeLocationDescription_ = textAt(source, at); break;
    }
  }
  return { homeBid: homeBid_, homeLocationDescription: homeLocationDescription_ };
};

const encodeHomeLocationInformation = (writer: BackWriter, value: HomeLocationInformation): void => {
  writer.text(0x5f831d, value.homeLocationDescription);
  writer.text(0x5f7a, value.homeBid);
};

export interface GeographicalLocation {
  readonly servingNetwork?: string | undefined;
  readonly servingBid?: string | undefined;
  readonly servingLocationDescription?: string | undefined;
}

export class GeographicalLocationView extends View implements GeographicalLocation {
  get servingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 195); return at < 0 ? undefined : textAt(source, at); }
  get servingBid(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 198); return at < 0 ? undefined : textAt(source, at); }
  get servingLocationDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 414); return at < 0 ? undefined : textAt(source, at); }
}

const plainGeographicalLocation = (source: Source, entry: number): GeographicalLocation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let servingNetwork_: GeographicalLocation['servingNetwork'];
  let servingBid_: GeographicalLocation['servingBid'];
  let servingLocationDescription_: GeographicalLocation['servingLocationDescription'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 195: servingNetwork_ = textAt(source, at); break;
      case 198: servingBid_ = textAt(source, at); break;
      case 414: servingLocationDescription_ = textAt(source, at); break;
    }
  }
  return { servingNetwork: servingNetwork_, servingBid: servingBid_, servingLocationDescription: servingLocationDescription_ };
};

const encodeGeographicalLocation = (writer: BackWriter, value: GeographicalLocation): void => {
  writer.text(0x5f831e, value.servingLocationDescription);
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
  readonly transparencyIndicator?: Integer | undefined;
  readonly fnur?: Integer | undefined;
  readonly userProtocolIndicator?: Integer | undefined;
  readonly guaranteedBitRate?: string | undefined;
  readonly maximumBitRate?: string | undefined;
}

export class BasicServiceView extends View implements BasicService {
  get serviceCode(): BasicServiceCode | undefined { const { source } = this; const at = childAt(source, this.entry, 426); return at < 0 ? undefined : new BasicServiceCodeView(source, firstAt(source, at)); }
  get transparencyIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 228); return at < 0 ? undefined : integerAt(source, at); }
  get fnur(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 111); return at < 0 ? undefined : integerAt(source, at); }
  get userProtocolIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 280); return at < 0 ? undefined : integerAt(source, at); }
  get guaranteedBitRate(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 420); return at < 0 ? undefined : hexAt(source, at); }
  get maximumBitRate(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 421); return at < 0 ? undefined : hexAt(source, at); }
}

const plainBasicService = (source: Source, entry: number): BasicService => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let serviceCode_: BasicService['serviceCode'];
  let transparencyIndicator_: BasicService['transparencyIndicator'];
  let fnur_: BasicService['fnur'];
  let userProtocolIndicator_: BasicService['userProtocolIndicator'];
  let guaranteedBitRate_: BasicService['guaranteedBitRate'];
  let maximumBitRate_: BasicService['maximumBitRate'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 426: serviceCode_ = plainBasicServiceCode(source, firstAt(source, at)); break;
      case 228: transparencyIndicator_ = integerAt(source, at); break;
      case 111: fnur_ = integerAt(source, at); break;
      case 280: userProtocolIndicator_ = integerAt(source, at); break;
      case 420: guaranteedBitRate_ = hexAt(source, at); break;
      case 421: maximumBitRate_ = hexAt(source, at); break;
    }
  }
  return { serviceCode: serviceCode_, transparencyIndicator: transparencyIndicator_, fnur: fnur_, userProtocolIndicator: userProtocolIndicator_, guaranteedBitRate: guaranteedBitRate_, maximumBitRate: maximumBitRate_ };
};

const encodeBasicService = (writer: BackWriter, value: BasicService): void => {
  writer.hex(0x5f8325, value.maximumBitRate);
  writer.hex(0x5f8324, value.guaranteedBitRate);
  writer.integer(0x5f8218, value.userProtocolIndicator);
  writer.integer(0x5f6f, value.fnur);
  writer.integer(0x5f8164, value.transparencyIndicator);
  if (value.serviceCode !== undefined) { const from0 = writer.size; encodeBasicServiceCode(writer, value.serviceCode); writer.header(from0, 0x7f832a); }
};

export interface CallTypeGroup {
  readonly callTypeLevel1?: Integer | undefined;
  readonly callTypeLevel2?: Integer | undefined;
  readonly callTypeLevel3?: Integer | undefined;
}

export class CallTypeGroupView extends View implements CallTypeGroup {
  get callTypeLevel1(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 259); return at < 0 ? undefined : integerAt(source, at); }
  get callTypeLevel2(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 255); return at < 0 ? undefined : integerAt(source, at); }
  get callTypeLevel3(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 256); return at < 0 ? undefined : integerAt(source, at); }
}

const plainCallTypeGroup = (source: Source, entry: number): CallTypeGroup => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let callTypeLevel1_: CallTypeGroup['callTypeLevel1'];
  let callTypeLevel2_: CallTypeGroup['callTypeLevel2'];
  let callTypeLevel3_: CallTypeGroup['callTypeLevel3'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 259: callTypeLevel1_ = integerAt(source, at); break;
      case 255: callTypeLevel2_ = integerAt(source, at); break;
      case 256: callTypeLevel3_ = integerAt(source, at); break;
    }
  }
  return { callTypeLevel1: callTypeLevel1_, callTypeLevel2: callTypeLevel2_, callTypeLevel3: callTypeLevel3_ };
};

const encodeCallTypeGroup = (writer: BackWriter, value: CallTypeGroup): void => {
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
}

export class ChargeDetailView extends View implements ChargeDetail {
  get chargeType(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 71); return at < 0 ? undefined : textAt(source, at); }
  get charge(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 62); return at < 0 ? undefined : integerAt(source, at); }
  get chargeableUnits(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 65); return at < 0 ? undefined : integerAt(source, at); }
  get chargedUnits(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 68); return at < 0 ? undefined : integerAt(source, at); }
  get chargeDetailTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 410); return at < 0 ? undefined : new DateTimeView(source, at); }
}

const plainChargeDetail = (source: Source, entry: number): ChargeDetail => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargeType_: ChargeDetail['chargeType'];
  let charge_: ChargeDetail['charge'];
  let chargeableUnits_: ChargeDetail['chargeableUnits'];
  let chargedUnits_: ChargeDetail['chargedUnits'];
  let chargeDetailTimeStamp_: ChargeDetail['chargeDetailTimeStamp'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 71: chargeType_ = textAt(source, at); break;
      case 62: charge_ = integerAt(source, at); break;
      case 65: chargeableUnits_ = integerAt(source, at); break;
      case 68: chargedUnits_ = integerAt(source, at); break;
      case 410: chargeDetailTimeStamp_ = plainDateTime(source, at); break;
    }
  }
  return { chargeType: chargeType_, charge: charge_, chargeableUnits: chargeableUnits_, chargedUnits: chargedUnits_, chargeDetailTimeStamp: chargeDetailTimeStamp_ };
};

const encodeChargeDetail = (writer: BackWriter, value: ChargeDetail): void => {
  if (value.chargeDetailTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.chargeDetailTimeStamp); writer.header(from0, 0x7f831a); }
  writer.integer(0x5f44, value.chargedUnits);
  writer.integer(0x5f41, value.chargeableUnits);
  writer.integer(0x5f3e, value.charge);
  writer.text(0x5f47, value.chargeType);
};

export interface TaxInformation {
  readonly taxCode?: Integer | undefined;
  readonly taxValue?: Integer | undefined;
  readonly taxableAmount?: Integer | undefined;
}

export class TaxInformationView extends View implements TaxInformation {
  get taxCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 212); return at < 0 ? undefined : integerAt(source, at); }
  get taxValue(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 397); return at < 0 ? undefined : integerAt(source, at); }
  get taxableAmount(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 398); return at < 0 ? undefined : integerAt(source, at); }
}

const plainTaxInformation = (source: Source, entry: number): TaxInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let taxCode_: TaxInformation['taxCode'];
  let taxValue_: TaxInformation['taxValue'];
  let taxableAmount_: TaxInformation['taxableAmount'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 212: taxCode_ = integerAt(source, at); break;
      case 397: taxValue_ = integerAt(source, at); break;
      case 398: taxableAmount_ = integerAt(source, at); break;
    }
  }
  return { taxCode: taxCode_, taxValue: taxValue_, taxableAmount: taxableAmount_ };
};

const encodeTaxInformation = (writer: BackWriter, value: TaxInformation): void => {
  writer.integer(0x5f830e, value.taxableAmount);
  writer.integer(0x5f830d, value.taxValue);
  writer.integer(0x5f8154, value.taxCode);
};

export interface DiscountInformation {
  readonly discountCode?: Integer | undefined;
  readonly discount?: Integer | undefined;
  readonly discountableAmount?: Integer | undefined;
}

export class DiscountInformationView extends View implements DiscountInformation {
  get discountCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 91); return at < 0 ? undefined : integerAt(source, at); }
  get discount(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 412); return at < 0 ? undefined : integerAt(source, at); }
  get discountableAmount(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 423); return at < 0 ? undefined : integerAt(source, at); }
}

const plainDiscountInformation = (source: Source, entry: number): DiscountInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let discountCode_: DiscountInformation['discountCode'];
  let discount_: DiscountInformation['discount'];
  let discountableAmount_: DiscountInformation['discountableAmount'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 91: discountCode_ = integerAt(source, at); break;
      case 412: discount_ = integerAt(source, at); break;
      case 423: discountableAmount_ = integerAt(source, at); break;
    }
  }
  return { discountCode: discountCode_, discount: discount_, discountableAmount: discountableAmount_ };
};

const encodeDiscountInformation = (writer: BackWriter, value: DiscountInformation): void => {
  writer.integer(0x5f8327, value.discountableAmount);
  writer.integer(0x5f831c, value.discount);
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

export interface BasicServiceUsed {
  readonly basicService?: BasicService | undefined;
  readonly chargingTimeStamp?: DateTime | undefined;
  readonly chargeInformationList?: readonly ChargeInformation[] | undefined;
  readonly hSCSDIndicator?: string | undefined;
}

export class BasicServiceUsedView extends View implements BasicServiceUsed {
  get basicService(): BasicService | undefined { const { source } = this; const at = childAt(source, this.entry, 36); return at < 0 ? undefined : new BasicServiceView(source, at); }
  get chargingTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 74); return at < 0 ? undefined : new DateTimeView(source, at); }
  get chargeInformationList(): readonly ChargeInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 70); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargeInformationView(source, at)); }
  get hSCSDIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 424); return at < 0 ? undefined : textAt(source, at); }
}

const plainBasicServiceUsed = (source: Source, entry: number): BasicServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let basicService_: BasicServiceUsed['basicService'];
  let chargingTimeStamp_: BasicServiceUsed['chargingTimeStamp'];
  let chargeInformationList_: BasicServiceUsed['chargeInformationList'];
  let hSCSDIndicator_: BasicServiceUsed['hSCSDIndicator'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 36: basicService_ = plainBasicService(source, at); break;
      case 74: chargingTimeStamp_ = plainDateTime(source, at); break;
      case 70: chargeInformationList_ = listAt(source, at, plainChargeInformation); break;
      case 424: hSCSDIndicator_ = textAt(source, at); break;
    }
  }
  return { basicService: basicService_, chargingTimeStamp: chargingTimeStamp_, chargeInformationList: chargeInformationList_, hSCSDIndicator: hSCSDIndicator_ };
};

const encodeBasicServiceUsed = (writer: BackWriter, value: BasicServiceUsed): void => {
  writer.text(0x5f8328, value.hSCSDIndicator);
  if (value.chargeInformationList !== undefined) { const from0 = writer.size; for (let index = value.chargeInformationList.length - 1; index >= 0; index -= 1) { const one = value.chargeInformationList[index] as ChargeInformation; const from1 = writer.size; encodeChargeInformation(writer, one); writer.header(from1, 0x7f45); } writer.header(from0, 0x7f46); }
  if (value.chargingTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.chargingTimeStamp); writer.header(from0, 0x7f4a); }
  if (value.basicService !== undefined) { const from0 = writer.size; encodeBasicService(writer, value.basicService); writer.header(from0, 0x7f24); }
};

export interface ThirdPartyInformation {
  readonly thirdPartyNumber?: string | undefined;
  readonly clirIndicator?: Integer | undefined;
}

export class ThirdPartyInformationView extends View implements ThirdPartyInformation {
  get thirdPartyNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 403); return at < 0 ? undefined : bcdAt(source, at); }
  get clirIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 75); return at < 0 ? undefined : integerAt(source, at); }
}

const plainThirdPartyInformation = (source: Source, entry: number): ThirdPartyInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let thirdPartyNumber_: ThirdPartyInformation['thirdPartyNumber'];
  let clirIndicator_: ThirdPartyInformation['clirIndicator'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 403: thirdPartyNumber_ = bcdAt(source, at); break;
      case 75: clirIndicator_ = integerAt(source, at); break;
    }
  }
  return { thirdPartyNumber: thirdPartyNumber_, clirIndicator: clirIndicator_ };
};

const encodeThirdPartyInformation = (writer: BackWriter, value: ThirdPartyInformation): void => {
  writer.integer(0x5f4b, value.clirIndicator);
  writer.bcd(0x5f8313, value.thirdPartyNumber);
};

export interface GprsDestination {
  readonly accessPointNameNI?: string | undefined;
  readonly accessPointNameOI?: string | undefined;
}

export class GprsDestinationView extends View implements GprsDestination {
  get accessPointNameNI(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 261); return at < 0 ? undefined : textAt(source, at); }
  get accessPointNameOI(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 262); return at < 0 ? undefined : textAt(source, at); }
}

const plainGprsDestination = (source: Source, entry: number): GprsDestination => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let accessPointNameNI_: GprsDestination['accessPointNameNI'];
  let accessPointNameOI_: GprsDestination['accessPointNameOI'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 261: accessPointNameNI_ = textAt(source, at); break;
      case 262: accessPointNameOI_ = textAt(source, at); break;
    }
  }
  return { accessPointNameNI: accessPointNameNI_, accessPointNameOI: accessPointNameOI_ };
};

const encodeGprsDestination = (writer: BackWriter, value: GprsDestination): void => {
  writer.text(0x5f8206, value.accessPointNameOI);
  writer.text(0x5f8205, value.accessPointNameNI);
};

export interface ThreeGcamelDestination {
  readonly camelDestinationNumber?: string | undefined;
  readonly gprsDestination?: GprsDestination | undefined;
}

export class ThreeGcamelDestinationView extends ChoiceView implements ThreeGcamelDestination {
  get camelDestinationNumber(): string | undefined { const { source, entry } = this; return this.tag === 404 ? bcdAt(source, entry) : undefined; }
  get gprsDestination(): GprsDestination | undefined { const { source, entry } = this; return this.tag === 116 ? new GprsDestinationView(source, entry) : undefined; }
}

const plainThreeGcamelDestination = (source: Source, entry: number): ThreeGcamelDestination => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 404: return { camelDestinationNumber: bcdAt(source, entry) };
    case 116: return { gprsDestination: plainGprsDestination(source, entry) };
    default: return {};
  }
};

const encodeThreeGcamelDestination = (writer: BackWriter, value: ThreeGcamelDestination): void => {
  if (value.gprsDestination !== undefined) { const from0 = writer.size; encodeGprsDestination(writer, value.gprsDestination); writer.header(from0, 0x7f74); }
  writer.bcd(0x5f8314, value.camelDestinationNumber);
};

export interface CamelServiceUsed {
  readonly camelServiceLevel?: Integer | undefined;
  readonly camelServiceKey?: Integer | undefined;
  readonly defaultCallHandling?: Integer | undefined;
  readonly exchangeRateCode?: Integer | undefined;
  readonly taxInformation?: readonly TaxInformation[] | undefined;
  readonly discountInformation?: DiscountInformation | undefined;
  readonly camelInvocationFee?: Integer | undefined;
  readonly threeGcamelDestination?: ThreeGcamelDestination | undefined;
  readonly cseInformation?: string | undefined;
}

export class CamelServiceUsedView extends View implements CamelServiceUsed {
  get camelServiceLevel(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 56); return at < 0 ? undefined : integerAt(source, at); }
  get camelServiceKey(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 55); return at < 0 ? undefined : integerAt(source, at); }
  get defaultCallHandling(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 87); return at < 0 ? undefined : integerAt(source, at); }
  get exchangeRateCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 105); return at < 0 ? undefined : integerAt(source, at); }
  get taxInformation(): readonly TaxInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 214); return at < 0 ? undefined : listAt(source, at, (source, at) => new TaxInformationView(source, at)); }
  get discountInformation(): DiscountInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 96); return at < 0 ? undefined : new DiscountInformationView(source, at); }
  get camelInvocationFee(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 422); return at < 0 ? undefined : integerAt(source, at); }
  get threeGcamelDestination(): ThreeGcamelDestination | undefined { const { source } = this; const at = childAt(source, this.entry, 431); return at < 0 ? undefined : new ThreeGcamelDestinationView(source, firstAt(source, at)); }
  get cseInformation(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 79); return at < 0 ? undefined : hexAt(source, at); }
}

const plainCamelServiceUsed = (source: Source, entry: number): CamelServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let camelServiceLevel_: CamelServiceUsed['camelServiceLevel'];
  let camelServiceKey_: CamelServiceUsed['camelServiceKey'];
  let defaultCallHandling_: CamelServiceUsed['defaultCallHandling'];
  let exchangeRateCode_: CamelServiceUsed['exchangeRateCode'];
  let taxInformation_: CamelServiceUsed['taxInformation'];
  let discountInformation_: CamelServiceUsed['discountInformation'];
  let camelInvocationFee_: CamelServiceUsed['camelInvocationFee'];
  let threeGcamelDestination_: CamelServiceUsed['threeGcamelDestination'];
  let cseInformation_: CamelServiceUsed['cseInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 56: camelServiceLevel_ = integerAt(source, at); break;
      case 55: camelServiceKey_ = integerAt(source, at); break;
      case 87: defaultCallHandling_ = integerAt(source, at); break;
      case 105: exchangeRateCode_ = integerAt(source, at); break;
      case 214: taxInformation_ = listAt(source, at, plainTaxInformation); break;
      case 96: discountInformation_ = plainDiscountInformation(source, at); break;
      case 422: camelInvocationFee_ = integerAt(source, at); break;
      case 431: threeGcamelDestination_ = plainThreeGcamelDestination(source, firstAt(source, at)); break;
      case 79: cseInformation_ = hexAt(source, at); break;
    }
  }
  return { camelServiceLevel: camelServiceLevel_, camelServiceKey: camelServiceKey_, defaultCallHandling: defaultCallHandling_, exchangeRateCode: exchangeRateCode_, taxInformation: taxInformation_, discountInformation: discountInformation_, camelInvocationFee: camelInvocationFee_, threeGcamelDestination: threeGcamelDestination_, cseInformation: cseInformation_ };
};

const encodeCamelServiceUsed = (writer: BackWriter, value: CamelServiceUsed): void => {
  writer.hex(0x5f4f, value.cseInformation);
  if (value.threeGcamelDestination !== undefined) { const from0 = writer.size; encodeThreeGcamelDestination(writer, value.threeGcamelDestination); writer.header(from0, 0x7f832f); }
  writer.integer(0x5f8326, value.camelInvocationFee);
  if (value.discountInformation !== undefined) { const from0 = writer.size; encodeDiscountInformation(writer, value.discountInformation); writer.header(from0, 0x7f60); }
  if (value.taxInformation !== undefined) { const from0 = writer.size; for (let index = value.taxInformation.length - 1; index >= 0; index -= 1) { const one = value.taxInformation[index] as TaxInformation; const from1 = writer.size; encodeTaxInformation(writer, one); writer.header(from1, 0x7f8155); } writer.header(from0, 0x7f8156); }
  writer.integer(0x5f69, value.exchangeRateCode);
  writer.integer(0x5f57, value.defaultCallHandling);
  writer.integer(0x5f37, value.camelServiceKey);
  writer.integer(0x5f38, value.camelServiceLevel);
};

export interface MobileOriginatedCall {
  readonly basicCallInformation?: MoBasicCallInformation | undefined;
  readonly locationInformation?: LocationInformation | undefined;
  readonly equipmentIdentifier?: ImeiOrEsn | undefined;
  readonly basicServiceUsedList?: readonly BasicServiceUsed[] | undefined;
  readonly supplServiceCode?: string | undefined;
  readonly thirdPartyInformation?: ThirdPartyInformation | undefined;
  readonly camelServiceUsed?: CamelServiceUsed | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class MobileOriginatedCallView extends View implements MobileOriginatedCall {
  get basicCallInformation(): MoBasicCallInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 147); return at < 0 ? undefined : new MoBasicCallInformationView(source, at); }
  get locationInformation(): LocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 138); return at < 0 ? undefined : new LocationInformationView(source, at); }
  get equipmentIdentifier(): ImeiOrEsn | undefined { const { source } = this; const at = childAt(source, this.entry, 429); return at < 0 ? undefined : new ImeiOrEsnView(source, firstAt(source, at)); }
  get basicServiceUsedList(): readonly BasicServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 38); return at < 0 ? undefined : listAt(source, at, (source, at) => new BasicServiceUsedView(source, at)); }
  get supplServiceCode(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 209); return at < 0 ? undefined : hexAt(source, at); }
  get thirdPartyInformation(): ThirdPartyInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 219); return at < 0 ? undefined : new ThirdPartyInformationView(source, at); }
  get camelServiceUsed(): CamelServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 57); return at < 0 ? undefined : new CamelServiceUsedView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainMobileOriginatedCall = (source: Source, entry: number): MobileOriginatedCall => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let basicCallInformation_: MobileOriginatedCall['basicCallInformation'];
  let locationInformation_: MobileOriginatedCall['locationInformation'];
  let equipmentIdentifier_: MobileOriginatedCall['equipmentIdentifier'];
  let basicServiceUsedList_: MobileOriginatedCall['basicServiceUsedList'];
  let supplServiceCode_: MobileOriginatedCall['supplServiceCode'];
  let thirdPartyInformation_: MobileOriginatedCall['thirdPartyInformation'];
  let camelServiceUsed_: MobileOriginatedCall['camelServiceUsed'];
  let operatorSpecInformation_: MobileOriginatedCall['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 147: basicCallInformation_ = plainMoBasicCallInformation(source, at); break;
      case 138: locationInformation_ = plainLocationInformation(source, at); break;
      case 429: equipmentIdentifier_ = plainImeiOrEsn(source, firstAt(source, at)); break;
      case 38: basicServiceUsedList_ = listAt(source, at, plainBasicServiceUsed); break;
      case 209: supplServiceCode_ = hexAt(source, at); break;
      case 219: thirdPartyInformation_ = plainThirdPartyInformation(source, at); break;
      case 57: camelServiceUsed_ = plainCamelServiceUsed(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { basicCallInformation: basicCallInformation_, locationInformation: locationInformation_, equipmentIdentifier: equipmentIdentifier_, basicServiceUsedList: basicServiceUsedList_, supplServiceCode: supplServiceCode_, thirdPartyInformation: thirdPartyInformation_, camelServiceUsed: camelServiceUsed_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeMobileOriginatedCall = (writer: BackWriter, value: MobileOriginatedCall): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.camelServiceUsed !== undefined) { const from0 = writer.size; encodeCamelServiceUsed(writer, value.camelServiceUsed); writer.header(from0, 0x7f39); }
  if (value.thirdPartyInformation !== undefined) { const from0 = writer.size; encodeThirdPartyInformation(writer, value.thirdPartyInformation); writer.header(from0, 0x7f815b); }
  writer.hex(0x5f8151, value.supplServiceCode);
  if (value.basicServiceUsedList !== undefined) { const from0 = writer.size; for (let index = value.basicServiceUsedList.length - 1; index >= 0; index -= 1) { const one = value.basicServiceUsedList[index] as BasicServiceUsed; const from1 = writer.size; encodeBasicServiceUsed(writer, one); writer.header(from1, 0x7f27); } writer.header(from0, 0x7f26); }
  if (value.equipmentIdentifier !== undefined) { const from0 = writer.size; encodeImeiOrEsn(writer, value.equipmentIdentifier); writer.header(from0, 0x7f832d); }
  if (value.locationInformation !== undefined) { const from0 = writer.size; encodeLocationInformation(writer, value.locationInformation); writer.header(from0, 0x7f810a); }
  if (value.basicCallInformation !== undefined) { const from0 = writer.size; encodeMoBasicCallInformation(writer, value.basicCallInformation); writer.header(from0, 0x7f8113); }
};

export interface CallOriginator {
  readonly callingNumber?: string | undefined;
  readonly clirIndicator?: Integer | undefined;
  readonly sMSOriginator?: string | undefined;
}

export class CallOriginatorView extends View implements CallOriginator {
  get callingNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 405); return at < 0 ? undefined : bcdAt(source, at); }
  get clirIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 75); return at < 0 ? undefined : integerAt(source, at); }
  get sMSOriginator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 425); return at < 0 ? undefined : textAt(source, at); }
}

const plainCallOriginator = (source: Source, entry: number): CallOriginator => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let callingNumber_: CallOriginator['callingNumber'];
  let clirIndicator_: CallOriginator['clirIndicator'];
  let sMSOriginator_: CallOriginator['sMSOriginator'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 405: callingNumber_ = bcdAt(source, at); break;
      case 75: clirIndicator_ = integerAt(source, at); break;
      case 425: sMSOriginator_ = textAt(source, at); break;
    }
  }
  return { callingNumber: callingNumber_, clirIndicator: clirIndicator_, sMSOriginator: sMSOriginator_ };
};

const encodeCallOriginator = (writer: BackWriter, value: CallOriginator): void => {
  writer.text(0x5f8329, value.sMSOriginator);
  writer.integer(0x5f4b, value.clirIndicator);
  writer.bcd(0x5f8315, value.callingNumber);
};

export interface MtBasicCallInformation {
  readonly chargeableSubscriber?: ChargeableSubscriber | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly callOriginator?: CallOriginator | undefined;
  readonly originatingNetwork?: string | undefined;
  readonly callEventStartTimeStamp?: DateTime | undefined;
  readonly totalCallEventDuration?: Integer | undefined;
  readonly simToolkitIndicator?: string | undefined;
  readonly causeForTerm?: Integer | undefined;
}

export class MtBasicCallInformationView extends View implements MtBasicCallInformation {
  get chargeableSubscriber(): ChargeableSubscriber | undefined { const { source } = this; const at = childAt(source, this.entry, 427); return at < 0 ? undefined : new ChargeableSubscriberView(source, firstAt(source, at)); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
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
  let chargeableSubscriber_: MtBasicCallInformation['chargeableSubscriber'];
  let rapFileSequenceNumber_: MtBasicCallInformation['rapFileSequenceNumber'];
  let callOriginator_: MtBasicCallInformation['callOriginator'];
  let originatingNetwork_: MtBasicCallInformation['originatingNetwork'];
  let callEventStartTimeStamp_: MtBasicCallInformation['callEventStartTimeStamp'];
  let totalCallEventDuration_: MtBasicCallInformation['totalCallEventDuration'];
  let simToolkitIndicator_: MtBasicCallInformation['simToolkitIndicator'];
  let causeForTerm_: MtBasicCallInformation['causeForTerm'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 427: chargeableSubscriber_ = plainChargeableSubscriber(source, firstAt(source, at)); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 41: callOriginator_ = plainCallOriginator(source, at); break;
      case 164: originatingNetwork_ = textAt(source, at); break;
      case 44: callEventStartTimeStamp_ = plainDateTime(source, at); break;
      case 223: totalCallEventDuration_ = integerAt(source, at); break;
      case 200: simToolkitIndicator_ = textAt(source, at); break;
      case 58: causeForTerm_ = integerAt(source, at); break;
    }
  }
  return { chargeableSubscriber: chargeableSubscriber_, rapFileSequenceNumber: rapFileSequenceNumber_, callOriginator: callOriginator_, originatingNetwork: originatingNetwork_, callEventStartTimeStamp: callEventStartTimeStamp_, totalCallEventDuration: totalCallEventDuration_, simToolkitIndicator: simToolkitIndicator_, causeForTerm: causeForTerm_ };
};

const encodeMtBasicCallInformation = (writer: BackWriter, value: MtBasicCallInformation): void => {
  writer.integer(0x5f3a, value.causeForTerm);
  writer.text(0x5f8148, value.simToolkitIndicator);
  writer.integer(0x5f815f, value.totalCallEventDuration);
  if (value.callEventStartTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.callEventStartTimeStamp); writer.header(from0, 0x7f2c); }
  writer.text(0x5f8124, value.originatingNetwork);
  if (value.callOriginator !== undefined) { const from0 = writer.size; encodeCallOriginator(writer, value.callOriginator); writer.header(from0, 0x7f29); }
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargeableSubscriber !== undefined) { const from0 = writer.size; encodeChargeableSubscriber(writer, value.chargeableSubscriber); writer.header(from0, 0x7f832b); }
};

export interface MobileTerminatedCall {
  readonly basicCallInformation?: MtBasicCallInformation | undefined;
  readonly locationInformation?: LocationInformation | undefined;
  readonly equipmentIdentifier?: ImeiOrEsn | undefined;
  readonly basicServiceUsedList?: readonly BasicServiceUsed[] | undefined;
  readonly camelServiceUsed?: CamelServiceUsed | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class MobileTerminatedCallView extends View implements MobileTerminatedCall {
  get basicCallInformation(): MtBasicCallInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 153); return at < 0 ? undefined : new MtBasicCallInformationView(source, at); }
  get locationInformation(): LocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 138); return at < 0 ? undefined : new LocationInformationView(source, at); }
  get equipmentIdentifier(): ImeiOrEsn | undefined { const { source } = this; const at = childAt(source, this.entry, 429); return at < 0 ? undefined : new ImeiOrEsnView(source, firstAt(source, at)); }
  get basicServiceUsedList(): readonly BasicServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 38); return at < 0 ? undefined : listAt(source, at, (source, at) => new BasicServiceUsedView(source, at)); }
  get camelServiceUsed(): CamelServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 57); return at < 0 ? undefined : new CamelServiceUsedView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainMobileTerminatedCall = (source: Source, entry: number): MobileTerminatedCall => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let basicCallInformation_: MobileTerminatedCall['basicCallInformation'];
  let locationInformation_: MobileTerminatedCall['locationInformation'];
  let equipmentIdentifier_: MobileTerminatedCall['equipmentIdentifier'];
  let basicServiceUsedList_: MobileTerminatedCall['basicServiceUsedList'];
  let camelServiceUsed_: MobileTerminatedCall['camelServiceUsed'];
  let operatorSpecInformation_: MobileTerminatedCall['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 153: basicCallInformation_ = plainMtBasicCallInformation(source, at); break;
      case 138: locationInformation_ = plainLocationInformation(source, at); break;
      case 429: equipmentIdentifier_ = plainImeiOrEsn(source, firstAt(source, at)); break;
      case 38: basicServiceUsedList_ = listAt(source, at, plainBasicServiceUsed); break;
      case 57: camelServiceUsed_ = plainCamelServiceUsed(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { basicCallInformation: basicCallInformation_, locationInformation: locationInformation_, equipmentIdentifier: equipmentIdentifier_, basicServiceUsedList: basicServiceUsedList_, camelServiceUsed: camelServiceUsed_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeMobileTerminatedCall = (writer: BackWriter, value: MobileTerminatedCall): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.camelServiceUsed !== undefined) { const from0 = writer.size; encodeCamelServiceUsed(writer, value.camelServiceUsed); writer.header(from0, 0x7f39); }
  if (value.basicServiceUsedList !== undefined) { const from0 = writer.size; for (let index = value.basicServiceUsedList.length - 1; index >= 0; index -= 1) { const one = value.basicServiceUsedList[index] as BasicServiceUsed; const from1 = writer.size; encodeBasicServiceUsed(writer, one); writer.header(from1, 0x7f27); } writer.header(from0, 0x7f26); }
  if (value.equipmentIdentifier !== undefined) { const from0 = writer.size; encodeImeiOrEsn(writer, value.equipmentIdentifier); writer.header(from0, 0x7f832d); }
  if (value.locationInformation !== undefined) { const from0 = writer.size; encodeLocationInformation(writer, value.locationInformation); writer.header(from0, 0x7f810a); }
  if (value.basicCallInformation !== undefined) { const from0 = writer.size; encodeMtBasicCallInformation(writer, value.basicCallInformation); writer.header(from0, 0x7f8119); }
};

export interface SupplServiceUsed {
  readonly supplServiceCode?: string | undefined;
  readonly supplServiceActionCode?: Integer | undefined;
  readonly ssParameters?: string | undefined;
  readonly chargingTimeStamp?: DateTime | undefined;
  readonly chargeInformation?: ChargeInformation | undefined;
  readonly basicServiceCodeList?: readonly BasicServiceCode[] | undefined;
}

export class SupplServiceUsedView extends View implements SupplServiceUsed {
  get supplServiceCode(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 209); return at < 0 ? undefined : hexAt(source, at); }
  get supplServiceActionCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 208); return at < 0 ? undefined : integerAt(source, at); }
  get ssParameters(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 204); return at < 0 ? undefined : textAt(source, at); }
  get chargingTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 74); return at < 0 ? undefined : new DateTimeView(source, at); }
  get chargeInformation(): ChargeInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 69); return at < 0 ? undefined : new ChargeInformationView(source, at); }
  get basicServiceCodeList(): readonly BasicServiceCode[] | undefined { const { source } = this; const at = childAt(source, this.entry, 37); return at < 0 ? undefined : listAt(source, at, (source, at) => new BasicServiceCodeView(source, firstAt(source, at))); }
}

const plainSupplServiceUsed = (source: Source, entry: number): SupplServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let supplServiceCode_: SupplServiceUsed['supplServiceCode'];
  let supplServiceActionCode_: SupplServiceUsed['supplServiceActionCode'];
  let ssParameters_: SupplServiceUsed['ssParameters'];
  let chargingTimeStamp_: SupplServiceUsed['chargingTimeStamp'];
  let chargeInformation_: SupplServiceUsed['chargeInformation'];
  let basicServiceCodeList_: SupplServiceUsed['basicServiceCodeList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 209: supplServiceCode_ = hexAt(source, at); break;
      case 208: supplServiceActionCode_ = integerAt(source, at); break;
      case 204: ssParameters_ = textAt(source, at); break;
      case 74: chargingTimeStamp_ = plainDateTime(source, at); break;
      case 69: chargeInformation_ = plainChargeInformation(source, at); break;
      case 37: basicServiceCodeList_ = listAt(source, at, (source, at) => plainBasicServiceCode(source, firstAt(source, at))); break;
    }
  }
  return { supplServiceCode: supplServiceCode_, supplServiceActionCode: supplServiceActionCode_, ssParameters: ssParameters_, chargingTimeStamp: chargingTimeStamp_, chargeInformation: chargeInformation_, basicServiceCodeList: basicServiceCodeList_ };
};

const encodeSupplServiceUsed = (writer: BackWriter, value: SupplServiceUsed): void => {
  if (value.basicServiceCodeList !== undefined) { const from0 = writer.size; for (let index = value.basicServiceCodeList.length - 1; index >= 0; index -= 1) { const one = value.basicServiceCodeList[index] as BasicServiceCode; const from1 = writer.size; encodeBasicServiceCode(writer, one); writer.header(from1, 0x7f832a); } writer.header(from0, 0x7f25); }
  if (value.chargeInformation !== undefined) { const from0 = writer.size; encodeChargeInformation(writer, value.chargeInformation); writer.header(from0, 0x7f45); }
  if (value.chargingTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.chargingTimeStamp); writer.header(from0, 0x7f4a); }
  writer.text(0x5f814c, value.ssParameters);
  writer.integer(0x5f8150, value.supplServiceActionCode);
  writer.hex(0x5f8151, value.supplServiceCode);
};

export interface SupplServiceEvent {
  readonly chargeableSubscriber?: ChargeableSubscriber | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly locationInformation?: LocationInformation | undefined;
  readonly equipmentIdentifier?: ImeiOrEsn | undefined;
  readonly supplServiceUsed?: SupplServiceUsed | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class SupplServiceEventView extends View implements SupplServiceEvent {
  get chargeableSubscriber(): ChargeableSubscriber | undefined { const { source } = this; const at = childAt(source, this.entry, 427); return at < 0 ? undefined : new ChargeableSubscriberView(source, firstAt(source, at)); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get locationInformation(): LocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 138); return at < 0 ? undefined : new LocationInformationView(source, at); }
  get equipmentIdentifier(): ImeiOrEsn | undefined { const { source } = this; const at = childAt(source, this.entry, 429); return at < 0 ? undefined : new ImeiOrEsnView(source, firstAt(source, at)); }
  get supplServiceUsed(): SupplServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 206); return at < 0 ? undefined : new SupplServiceUsedView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainSupplServiceEvent = (source: Source, entry: number): SupplServiceEvent => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargeableSubscriber_: SupplServiceEvent['chargeableSubscriber'];
  let rapFileSequenceNumber_: SupplServiceEvent['rapFileSequenceNumber'];
  let locationInformation_: SupplServiceEvent['locationInformation'];
  let equipmentIdentifier_: SupplServiceEvent['equipmentIdentifier'];
  let supplServiceUsed_: SupplServiceEvent['supplServiceUsed'];
  let operatorSpecInformation_: SupplServiceEvent['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 427: chargeableSubscriber_ = plainChargeableSubscriber(source, firstAt(source, at)); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 138: locationInformation_ = plainLocationInformation(source, at); break;
      case 429: equipmentIdentifier_ = plainImeiOrEsn(source, firstAt(source, at)); break;
      case 206: supplServiceUsed_ = plainSupplServiceUsed(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { chargeableSubscriber: chargeableSubscriber_, rapFileSequenceNumber: rapFileSequenceNumber_, locationInformation: locationInformation_, equipmentIdentifier: equipmentIdentifier_, supplServiceUsed: supplServiceUsed_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeSupplServiceEvent = (writer: BackWriter, value: SupplServiceEvent): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.supplServiceUsed !== undefined) { const from0 = writer.size; encodeSupplServiceUsed(writer, value.supplServiceUsed); writer.header(from0, 0x7f814e); }
  if (value.equipmentIdentifier !== undefined) { const from0 = writer.size; encodeImeiOrEsn(writer, value.equipmentIdentifier); writer.header(from0, 0x7f832d); }
  if (value.locationInformation !== undefined) { const from0 = writer.size; encodeLocationInformation(writer, value.locationInformation); writer.header(from0, 0x7f810a); }
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargeableSubscriber !== undefined) { const from0 = writer.size; encodeChargeableSubscriber(writer, value.chargeableSubscriber); writer.header(from0, 0x7f832b); }
};

export interface GsmChargeableSubscriber {
  readonly imsi?: string | undefined;
  readonly msisdn?: string | undefined;
}

export class GsmChargeableSubscriberView extends View implements GsmChargeableSubscriber {
  get imsi(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 129); return at < 0 ? undefined : bcdAt(source, at); }
  get msisdn(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 152); return at < 0 ? undefined : bcdAt(source, at); }
}

const plainGsmChargeableSubscriber = (source: Source, entry: number): GsmChargeableSubscriber => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let imsi_: GsmChargeableSubscriber['imsi'];
  let msisdn_: GsmChargeableSubscriber['msisdn'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 129: imsi_ = bcdAt(source, at); break;
      case 152: msisdn_ = bcdAt(source, at); break;
    }
  }
  return { imsi: imsi_, msisdn: msisdn_ };
};

const encodeGsmChargeableSubscriber = (writer: BackWriter, value: GsmChargeableSubscriber): void => {
  writer.bcd(0x5f8118, value.msisdn);
  writer.bcd(0x5f8101, value.imsi);
};

export interface ScuChargeableSubscriber {
  readonly gsmChargeableSubscriber?: GsmChargeableSubscriber | undefined;
  readonly minChargeableSubscriber?: MinChargeableSubscriber | undefined;
}

export class ScuChargeableSubscriberView extends ChoiceView implements ScuChargeableSubscriber {
  get gsmChargeableSubscriber(): GsmChargeableSubscriber | undefined { const { source, entry } = this; return this.tag === 286 ? new GsmChargeableSubscriberView(source, entry) : undefined; }
  get minChargeableSubscriber(): MinChargeableSubscriber | undefined { const { source, entry } = this; return this.tag === 254 ? new MinChargeableSubscriberView(source, entry) : undefined; }
}

const plainScuChargeableSubscriber = (source: Source, entry: number): ScuChargeableSubscriber => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 286: return { gsmChargeableSubscriber: plainGsmChargeableSubscriber(source, entry) };
    case 254: return { minChargeableSubscriber: plainMinChargeableSubscriber(source, entry) };
    default: return {};
  }
};

const encodeScuChargeableSubscriber = (writer: BackWriter, value: ScuChargeableSubscriber): void => {
  if (value.minChargeableSubscriber !== undefined) { const from0 = writer.size; encodeMinChargeableSubscriber(writer, value.minChargeableSubscriber); writer.header(from0, 0x7f817e); }
  if (value.gsmChargeableSubscriber !== undefined) { const from0 = writer.size; encodeGsmChargeableSubscriber(writer, value.gsmChargeableSubscriber); writer.header(from0, 0x7f821e); }
};

export interface ScuBasicInformation {
  readonly chargeableSubscriber?: ScuChargeableSubscriber | undefined;
  readonly chargedPartyStatus?: Integer | undefined;
  readonly nonChargedNumber?: string | undefined;
  readonly clirIndicator?: Integer | undefined;
  readonly originatingNetwork?: string | undefined;
  readonly destinationNetwork?: string | undefined;
}

export class ScuBasicInformationView extends View implements ScuBasicInformation {
  get chargeableSubscriber(): ScuChargeableSubscriber | undefined { const { source } = this; const at = childAt(source, this.entry, 430); return at < 0 ? undefined : new ScuChargeableSubscriberView(source, firstAt(source, at)); }
  get chargedPartyStatus(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 67); return at < 0 ? undefined : integerAt(source, at); }
  get nonChargedNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 402); return at < 0 ? undefined : textAt(source, at); }
  get clirIndicator(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 75); return at < 0 ? undefined : integerAt(source, at); }
  get originatingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 164); return at < 0 ? undefined : textAt(source, at); }
  get destinationNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 90); return at < 0 ? undefined : textAt(source, at); }
}

const plainScuBasicInformation = (source: Source, entry: number): ScuBasicInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargeableSubscriber_: ScuBasicInformation['chargeableSubscriber'];
  let chargedPartyStatus_: ScuBasicInformation['chargedPartyStatus'];
  let nonChargedNumber_: ScuBasicInformation['nonChargedNumber'];
  let clirIndicator_: ScuBasicInformation['clirIndicator'];
  let originatingNetwork_: ScuBasicInformation['originatingNetwork'];
  let destinationNetwork_: ScuBasicInformation['destinationNetwork'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 430: chargeableSubscriber_ = plainScuChargeableSubscriber(source, firstAt(source, at)); break;
      case 67: chargedPartyStatus_ = integerAt(source, at); break;
      case 402: nonChargedNumber_ = textAt(source, at); break;
      case 75: clirIndicator_ = integerAt(source, at); break;
      case 164: originatingNetwork_ = textAt(source, at); break;
      case 90: destinationNetwork_ = textAt(source, at); break;
    }
  }
  return { chargeableSubscriber: chargeableSubscriber_, chargedPartyStatus: chargedPartyStatus_, nonChargedNumber: nonChargedNumber_, clirIndicator: clirIndicator_, originatingNetwork: originatingNetwork_, destinationNetwork: destinationNetwork_ };
};

const encodeScuBasicInformation = (writer: BackWriter, value: ScuBasicInformation): void => {
  writer.text(0x5f5a, value.destinationNetwork);
  writer.text(0x5f8124, value.originatingNetwork);
  writer.integer(0x5f4b, value.clirIndicator);
  writer.text(0x5f8312, value.nonChargedNumber);
  writer.integer(0x5f43, value.chargedPartyStatus);
  if (value.chargeableSubscriber !== undefined) { const from0 = writer.size; encodeScuChargeableSubscriber(writer, value.chargeableSubscriber); writer.header(from0, 0x7f832e); }
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
  readonly basicInformation?: ScuBasicInformation | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly servingNetwork?: string | undefined;
  readonly recEntityCode?: Integer | undefined;
  readonly chargeInformation?: ChargeInformation | undefined;
  readonly scuChargeType?: ScuChargeType | undefined;
  readonly scuTimeStamps?: ScuTimeStamps | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class ServiceCentreUsageView extends View implements ServiceCentreUsage {
  get basicInformation(): ScuBasicInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 191); return at < 0 ? undefined : new ScuBasicInformationView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
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
  let basicInformation_: ServiceCentreUsage['basicInformation'];
  let rapFileSequenceNumber_: ServiceCentreUsage['rapFileSequenceNumber'];
  let servingNetwork_: ServiceCentreUsage['servingNetwork'];
  let recEntityCode_: ServiceCentreUsage['recEntityCode'];
  let chargeInformation_: ServiceCentreUsage['chargeInformation'];
  let scuChargeType_: ServiceCentreUsage['scuChargeType'];
  let scuTimeStamps_: ServiceCentreUsage['scuTimeStamps'];
  let operatorSpecInformation_: ServiceCentreUsage['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 191: basicInformation_ = plainScuBasicInformation(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 195: servingNetwork_ = textAt(source, at); break;
      case 184: recEntityCode_ = integerAt(source, at); break;
      case 69: chargeInformation_ = plainChargeInformation(source, at); break;
      case 192: scuChargeType_ = plainScuChargeType(source, at); break;
      case 193: scuTimeStamps_ = plainScuTimeStamps(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { basicInformation: basicInformation_, rapFileSequenceNumber: rapFileSequenceNumber_, servingNetwork: servingNetwork_, recEntityCode: recEntityCode_, chargeInformation: chargeInformation_, scuChargeType: scuChargeType_, scuTimeStamps: scuTimeStamps_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeServiceCentreUsage = (writer: BackWriter, value: ServiceCentreUsage): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.scuTimeStamps !== undefined) { const from0 = writer.size; encodeScuTimeStamps(writer, value.scuTimeStamps); writer.header(from0, 0x7f8141); }
  if (value.scuChargeType !== undefined) { const from0 = writer.size; encodeScuChargeType(writer, value.scuChargeType); writer.header(from0, 0x7f8140); }
  if (value.chargeInformation !== undefined) { const from0 = writer.size; encodeChargeInformation(writer, value.chargeInformation); writer.header(from0, 0x7f45); }
  writer.integer(0x5f8138, value.recEntityCode);
  writer.text(0x5f8143, value.servingNetwork);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.basicInformation !== undefined) { const from0 = writer.size; encodeScuBasicInformation(writer, value.basicInformation); writer.header(from0, 0x7f813f); }
};

export interface GprsChargeableSubscriber {
  readonly chargeableSubscriber?: ChargeableSubscriber | undefined;
  readonly pdpAddress?: string | undefined;
  readonly networkAccessIdentifier?: string | undefined;
}

export class GprsChargeableSubscriberView extends View implements GprsChargeableSubscriber {
  get chargeableSubscriber(): ChargeableSubscriber | undefined { const { source } = this; const at = childAt(source, this.entry, 427); return at < 0 ? undefined : new ChargeableSubscriberView(source, firstAt(source, at)); }
  get pdpAddress(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 167); return at < 0 ? undefined : textAt(source, at); }
  get networkAccessIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 417); return at < 0 ? undefined : textAt(source, at); }
}

const plainGprsChargeableSubscriber = (source: Source, entry: number): GprsChargeableSubscriber => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargeableSubscriber_: GprsChargeableSubscriber['chargeableSubscriber'];
  let pdpAddress_: GprsChargeableSubscriber['pdpAddress'];
  let networkAccessIdentifier_: GprsChargeableSubscriber['networkAccessIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 427: chargeableSubscriber_ = plainChargeableSubscriber(source, firstAt(source, at)); break;
      case 167: pdpAddress_ = textAt(source, at); break;
      case 417: networkAccessIdentifier_ = textAt(source, at); break;
    }
  }
  return { chargeableSubscriber: chargeableSubscriber_, pdpAddress: pdpAddress_, networkAccessIdentifier: networkAccessIdentifier_ };
};

const encodeGprsChargeableSubscriber = (writer: BackWriter, value: GprsChargeableSubscriber): void => {
  writer.text(0x5f8321, value.networkAccessIdentifier);
  writer.text(0x5f8127, value.pdpAddress);
  if (value.chargeableSubscriber !== undefined) { const from0 = writer.size; encodeChargeableSubscriber(writer, value.chargeableSubscriber); writer.header(from0, 0x7f832b); }
};

export interface GprsBasicCallInformation {
  readonly gprsChargeableSubscriber?: GprsChargeableSubscriber | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
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
  get gprsChargeableSubscriber(): GprsChargeableSubscriber | undefined { const { source } = this; const at = childAt(source, this.entry, 115); return at < 0 ? undefined : new GprsChargeableSubscriberView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
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
  let gprsChargeableSubscriber_: GprsBasicCallInformation['gprsChargeableSubscriber'];
  let rapFileSequenceNumber_: GprsBasicCallInformation['rapFileSequenceNumber'];
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
      case 115: gprsChargeableSubscriber_ = plainGprsChargeableSubscriber(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
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
  return { gprsChargeableSubscriber: gprsChargeableSubscriber_, rapFileSequenceNumber: rapFileSequenceNumber_, gprsDestination: gprsDestination_, callEventStartTimeStamp: callEventStartTimeStamp_, totalCallEventDuration: totalCallEventDuration_, causeForTerm: causeForTerm_, partialTypeIndicator: partialTypeIndicator_, pDPContextStartTimestamp: pDPContextStartTimestamp_, networkInitPDPContext: networkInitPDPContext_, chargingId: chargingId_ };
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
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.gprsChargeableSubscriber !== undefined) { const from0 = writer.size; encodeGprsChargeableSubscriber(writer, value.gprsChargeableSubscriber); writer.header(from0, 0x7f73); }
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

export interface GprsServiceUsed {
  readonly iMSSignallingContext?: Integer | undefined;
  readonly dataVolumeIncoming?: Integer | undefined;
  readonly dataVolumeOutgoing?: Integer | undefined;
  readonly chargeInformationList?: readonly ChargeInformation[] | undefined;
}

export class GprsServiceUsedView extends View implements GprsServiceUsed {
  get iMSSignallingContext(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 418); return at < 0 ? undefined : integerAt(source, at); }
  get dataVolumeIncoming(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 250); return at < 0 ? undefined : integerAt(source, at); }
  get dataVolumeOutgoing(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 251); return at < 0 ? undefined : integerAt(source, at); }
  get chargeInformationList(): readonly ChargeInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 70); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargeInformationView(source, at)); }
}

const plainGprsServiceUsed = (source: Source, entry: number): GprsServiceUsed => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let iMSSignallingContext_: GprsServiceUsed['iMSSignallingContext'];
  let dataVolumeIncoming_: GprsServiceUsed['dataVolumeIncoming'];
  let dataVolumeOutgoing_: GprsServiceUsed['dataVolumeOutgoing'];
  let chargeInformationList_: GprsServiceUsed['chargeInformationList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 418: iMSSignallingContext_ = integerAt(source, at); break;
      case 250: dataVolumeIncoming_ = integerAt(source, at); break;
      case 251: dataVolumeOutgoing_ = integerAt(source, at); break;
      case 70: chargeInformationList_ = listAt(source, at, plainChargeInformation); break;
    }
  }
  return { iMSSignallingContext: iMSSignallingContext_, dataVolumeIncoming: dataVolumeIncoming_, dataVolumeOutgoing: dataVolumeOutgoing_, chargeInformationList: chargeInformationList_ };
};

const encodeGprsServiceUsed = (writer: BackWriter, value: GprsServiceUsed): void => {
  if (value.chargeInformationList !== undefined) { const from0 = writer.size; for (let index = value.chargeInformationList.length - 1; index >= 0; index -= 1) { const one = value.chargeInformationList[index] as ChargeInformation; const from1 = writer.size; encodeChargeInformation(writer, one); writer.header(from1, 0x7f45); } writer.header(from0, 0x7f46); }
  writer.integer(0x5f817b, value.dataVolumeOutgoing);
  writer.integer(0x5f817a, value.dataVolumeIncoming);
  writer.integer(0x5f8322, value.iMSSignallingContext);
};

export interface GprsCall {
  readonly gprsBasicCallInformation?: GprsBasicCallInformation | undefined;
  readonly gprsLocationInformation?: GprsLocationInformation | undefined;
  readonly equipmentIdentifier?: ImeiOrEsn | undefined;
  readonly gprsServiceUsed?: GprsServiceUsed | undefined;
  readonly camelServiceUsed?: CamelServiceUsed | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class GprsCallView extends View implements GprsCall {
  get gprsBasicCallInformation(): GprsBasicCallInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 114); return at < 0 ? undefined : new GprsBasicCallInformationView(source, at); }
  get gprsLocationInformation(): GprsLocationInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 117); return at < 0 ? undefined : new GprsLocationInformationView(source, at); }
  get equipmentIdentifier(): ImeiOrEsn | undefined { const { source } = this; const at = childAt(source, this.entry, 429); return at < 0 ? undefined : new ImeiOrEsnView(source, firstAt(source, at)); }
  get gprsServiceUsed(): GprsServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 121); return at < 0 ? undefined : new GprsServiceUsedView(source, at); }
  get camelServiceUsed(): CamelServiceUsed | undefined { const { source } = this; const at = childAt(source, this.entry, 57); return at < 0 ? undefined : new CamelServiceUsedView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainGprsCall = (source: Source, entry: number): GprsCall => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let gprsBasicCallInformation_: GprsCall['gprsBasicCallInformation'];
  let gprsLocationInformation_: GprsCall['gprsLocationInformation'];
  let equipmentIdentifier_: GprsCall['equipmentIdentifier'];
  let gprsServiceUsed_: GprsCall['gprsServiceUsed'];
  let camelServiceUsed_: GprsCall['camelServiceUsed'];
  let operatorSpecInformation_: GprsCall['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 114: gprsBasicCallInformation_ = plainGprsBasicCallInformation(source, at); break;
      case 117: gprsLocationInformation_ = plainGprsLocationInformation(source, at); break;
      case 429: equipmentIdentifier_ = plainImeiOrEsn(source, firstAt(source, at)); break;
      case 121: gprsServiceUsed_ = plainGprsServiceUsed(source, at); break;
      case 57: camelServiceUsed_ = plainCamelServiceUsed(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { gprsBasicCallInformation: gprsBasicCallInformation_, gprsLocationInformation: gprsLocationInformation_, equipmentIdentifier: equipmentIdentifier_, gprsServiceUsed: gprsServiceUsed_, camelServiceUsed: camelServiceUsed_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeGprsCall = (writer: BackWriter, value: GprsCall): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.camelServiceUsed !== undefined) { const from0 = writer.size; encodeCamelServiceUsed(writer, value.camelServiceUsed); writer.header(from0, 0x7f39); }
  if (value.gprsServiceUsed !== undefined) { const from0 = writer.size; encodeGprsServiceUsed(writer, value.gprsServiceUsed); writer.header(from0, 0x7f79); }
  if (value.equipmentIdentifier !== undefined) { const from0 = writer.size; encodeImeiOrEsn(writer, value.equipmentIdentifier); writer.header(from0, 0x7f832d); }
  if (value.gprsLocationInformation !== undefined) { const from0 = writer.size; encodeGprsLocationInformation(writer, value.gprsLocationInformation); writer.header(from0, 0x7f75); }
  if (value.gprsBasicCallInformation !== undefined) { const from0 = writer.size; encodeGprsBasicCallInformation(writer, value.gprsBasicCallInformation); writer.header(from0, 0x7f72); }
};

export interface ContentTransactionBasicInfo {
  readonly rapFileSequenceNumber?: string | undefined;
  readonly orderPlacedTimeStamp?: DateTime | undefined;
  readonly requestedDeliveryTimeStamp?: DateTime | undefined;
  readonly actualDeliveryTimeStamp?: DateTime | undefined;
  readonly totalTransactionDuration?: Integer | undefined;
  readonly transactionStatus?: Integer | undefined;
}

export class ContentTransactionBasicInfoView extends View implements ContentTransactionBasicInfo {
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get orderPlacedTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 300); return at < 0 ? undefined : new DateTimeView(source, at); }
  get requestedDeliveryTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 301); return at < 0 ? undefined : new DateTimeView(source, at); }
  get actualDeliveryTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 302); return at < 0 ? undefined : new DateTimeView(source, at); }
  get totalTransactionDuration(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 416); return at < 0 ? undefined : integerAt(source, at); }
  get transactionStatus(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 303); return at < 0 ? undefined : integerAt(source, at); }
}

const plainContentTransactionBasicInfo = (source: Source, entry: number): ContentTransactionBasicInfo => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let rapFileSequenceNumber_: ContentTransactionBasicInfo['rapFileSequenceNumber'];
  let orderPlacedTimeStamp_: ContentTransactionBasicInfo['orderPlacedTimeStamp'];
  let requestedDeliveryTimeStamp_: ContentTransactionBasicInfo['requestedDeliveryTimeStamp'];
  let actualDeliveryTimeStamp_: ContentTransactionBasicInfo['actualDeliveryTimeStamp'];
  let totalTransactionDuration_: ContentTransactionBasicInfo['totalTransactionDuration'];
  let transactionStatus_: ContentTransactionBasicInfo['transactionStatus'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 300: orderPlacedTimeStamp_ = plainDateTime(source, at); break;
      case 301: requestedDeliveryTimeStamp_ = plainDateTime(source, at); break;
      case 302: actualDeliveryTimeStamp_ = plainDateTime(source, at); break;
      case 416: totalTransactionDuration_ = integerAt(source, at); break;
      case 303: transactionStatus_ = integerAt(source, at); break;
    }
  }
  return { rapFileSequenceNumber: rapFileSequenceNumber_, orderPlacedTimeStamp: orderPlacedTimeStamp_, requestedDeliveryTimeStamp: requestedDeliveryTimeStamp_, actualDeliveryTimeStamp: actualDeliveryTimeStamp_, totalTransactionDuration: totalTransactionDuration_, transactionStatus: transactionStatus_ };
};

const encodeContentTransactionBasicInfo = (writer: BackWriter, value: ContentTransactionBasicInfo): void => {
  writer.integer(0x5f822f, value.transactionStatus);
  writer.integer(0x5f8320, value.totalTransactionDuration);
  if (value.actualDeliveryTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.actualDeliveryTimeStamp); writer.header(from0, 0x7f822e); }
  if (value.requestedDeliveryTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.requestedDeliveryTimeStamp); writer.header(from0, 0x7f822d); }
  if (value.orderPlacedTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.orderPlacedTimeStamp); writer.header(from0, 0x7f822c); }
  writer.text(0x5f8135, value.rapFileSequenceNumber);
};

export interface ChargedPartyIdentification {
  readonly chargedPartyIdType?: Integer | undefined;
  readonly chargedPartyIdentifier?: string | undefined;
}

export class ChargedPartyIdentificationView extends View implements ChargedPartyIdentification {
  get chargedPartyIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 305); return at < 0 ? undefined : integerAt(source, at); }
  get chargedPartyIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 287); return at < 0 ? undefined : textAt(source, at); }
}

const plainChargedPartyIdentification = (source: Source, entry: number): ChargedPartyIdentification => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargedPartyIdType_: ChargedPartyIdentification['chargedPartyIdType'];
  let chargedPartyIdentifier_: ChargedPartyIdentification['chargedPartyIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 305: chargedPartyIdType_ = integerAt(source, at); break;
      case 287: chargedPartyIdentifier_ = textAt(source, at); break;
    }
  }
  return { chargedPartyIdType: chargedPartyIdType_, chargedPartyIdentifier: chargedPartyIdentifier_ };
};

const encodeChargedPartyIdentification = (writer: BackWriter, value: ChargedPartyIdentification): void => {
  writer.text(0x5f821f, value.chargedPartyIdentifier);
  writer.integer(0x5f8231, value.chargedPartyIdType);
};

export interface ChargedPartyHomeIdentification {
  readonly homeIdType?: Integer | undefined;
  readonly homeIdentifier?: string | undefined;
}

export class ChargedPartyHomeIdentificationView extends View implements ChargedPartyHomeIdentification {
  get homeIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 311); return at < 0 ? undefined : integerAt(source, at); }
  get homeIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 288); return at < 0 ? undefined : textAt(source, at); }
}

const plainChargedPartyHomeIdentification = (source: Source, entry: number): ChargedPartyHomeIdentification => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let homeIdType_: ChargedPartyHomeIdentification['homeIdType'];
  let homeIdentifier_: ChargedPartyHomeIdentification['homeIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 311: homeIdType_ = integerAt(source, at); break;
      case 288: homeIdentifier_ = textAt(source, at); break;
    }
  }
  return { homeIdType: homeIdType_, homeIdentifier: homeIdentifier_ };
};

const encodeChargedPartyHomeIdentification = (writer: BackWriter, value: ChargedPartyHomeIdentification): void => {
  writer.text(0x5f8220, value.homeIdentifier);
  writer.integer(0x5f8237, value.homeIdType);
};

export interface ChargedPartyLocation {
  readonly locationIdType?: Integer | undefined;
  readonly locationIdentifier?: string | undefined;
}

export class ChargedPartyLocationView extends View implements ChargedPartyLocation {
  get locationIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 315); return at < 0 ? undefined : integerAt(source, at); }
  get locationIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 289); return at < 0 ? undefined : textAt(source, at); }
}

const plainChargedPartyLocation = (source: Source, entry: number): ChargedPartyLocation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let locationIdType_: ChargedPartyLocation['locationIdType'];
  let locationIdentifier_: ChargedPartyLocation['locationIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 315: locationIdType_ = integerAt(source, at); break;
      case 289: locationIdentifier_ = textAt(source, at); break;
    }
  }
  return { locationIdType: locationIdType_, locationIdentifier: locationIdentifier_ };
};

const encodeChargedPartyLocation = (writer: BackWriter, value: ChargedPartyLocation): void => {
  writer.text(0x5f8221, value.locationIdentifier);
  writer.integer(0x5f823b, value.locationIdType);
};

export interface ChargedPartyEquipment {
  readonly equipmentIdType?: Integer | undefined;
  readonly equipmentId?: string | undefined;
}

export class ChargedPartyEquipmentView extends View implements ChargedPartyEquipment {
  get equipmentIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 322); return at < 0 ? undefined : integerAt(source, at); }
  get equipmentId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 290); return at < 0 ? undefined : textAt(source, at); }
}

const plainChargedPartyEquipment = (source: Source, entry: number): ChargedPartyEquipment => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let equipmentIdType_: ChargedPartyEquipment['equipmentIdType'];
  let equipmentId_: ChargedPartyEquipment['equipmentId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 322: equipmentIdType_ = integerAt(source, at); break;
      case 290: equipmentId_ = textAt(source, at); break;
    }
  }
  return { equipmentIdType: equipmentIdType_, equipmentId: equipmentId_ };
};

const encodeChargedPartyEquipment = (writer: BackWriter, value: ChargedPartyEquipment): void => {
  writer.text(0x5f8222, value.equipmentId);
  writer.integer(0x5f8242, value.equipmentIdType);
};

export interface ChargedPartyInformation {
  readonly chargedPartyIdList?: readonly ChargedPartyIdentification[] | undefined;
  readonly chargedPartyHomeIdList?: readonly ChargedPartyHomeIdentification[] | undefined;
  readonly chargedPartyLocationList?: readonly ChargedPartyLocation[] | undefined;
  readonly chargedPartyEquipment?: ChargedPartyEquipment | undefined;
}

export class ChargedPartyInformationView extends View implements ChargedPartyInformation {
  get chargedPartyIdList(): readonly ChargedPartyIdentification[] | undefined { const { source } = this; const at = childAt(source, this.entry, 310); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargedPartyIdentificationView(source, at)); }
  get chargedPartyHomeIdList(): readonly ChargedPartyHomeIdentification[] | undefined { const { source } = this; const at = childAt(source, this.entry, 314); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargedPartyHomeIdentificationView(source, at)); }
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
      case 310: chargedPartyIdList_ = listAt(source, at, plainChargedPartyIdentification); break;
      case 314: chargedPartyHomeIdList_ = listAt(source, at, plainChargedPartyHomeIdentification); break;
      case 321: chargedPartyLocationList_ = listAt(source, at, plainChargedPartyLocation); break;
      case 323: chargedPartyEquipment_ = plainChargedPartyEquipment(source, at); break;
    }
  }
  return { chargedPartyIdList: chargedPartyIdList_, chargedPartyHomeIdList: chargedPartyHomeIdList_, chargedPartyLocationList: chargedPartyLocationList_, chargedPartyEquipment: chargedPartyEquipment_ };
};

const encodeChargedPartyInformation = (writer: BackWriter, value: ChargedPartyInformation): void => {
  if (value.chargedPartyEquipment !== undefined) { const from0 = writer.size; encodeChargedPartyEquipment(writer, value.chargedPartyEquipment); writer.header(from0, 0x7f8243); }
  if (value.chargedPartyLocationList !== undefined) { const from0 = writer.size; for (let index = value.chargedPartyLocationList.length - 1; index >= 0; index -= 1) { const one = value.chargedPartyLocationList[index] as ChargedPartyLocation; const from1 = writer.size; encodeChargedPartyLocation(writer, one); writer.header(from1, 0x7f8240); } writer.header(from0, 0x7f8241); }
  if (value.chargedPartyHomeIdList !== undefined) { const from0 = writer.size; for (let index = value.chargedPartyHomeIdList.length - 1; index >= 0; index -= 1) { const one = value.chargedPartyHomeIdList[index] as ChargedPartyHomeIdentification; const from1 = writer.size; encodeChargedPartyHomeIdentification(writer, one); writer.header(from1, 0x7f8239); } writer.header(from0, 0x7f823a); }
  if (value.chargedPartyIdList !== undefined) { const from0 = writer.size; for (let index = value.chargedPartyIdList.length - 1; index >= 0; index -= 1) { const one = value.chargedPartyIdList[index] as ChargedPartyIdentification; const from1 = writer.size; encodeChargedPartyIdentification(writer, one); writer.header(from1, 0x7f8235); } writer.header(from0, 0x7f8236); }
};

export interface ContentProvider {
  readonly contentProviderIdType?: Integer | undefined;
  readonly contentProviderIdentifier?: string | undefined;
}

export class ContentProviderView extends View implements ContentProvider {
  get contentProviderIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 291); return at < 0 ? undefined : integerAt(source, at); }
  get contentProviderIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 292); return at < 0 ? undefined : textAt(source, at); }
}

const plainContentProvider = (source: Source, entry: number): ContentProvider => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let contentProviderIdType_: ContentProvider['contentProviderIdType'];
  let contentProviderIdentifier_: ContentProvider['contentProviderIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 291: contentProviderIdType_ = integerAt(source, at); break;
      case 292: contentProviderIdentifier_ = textAt(source, at); break;
    }
  }
  return { contentProviderIdType: contentProviderIdType_, contentProviderIdentifier: contentProviderIdentifier_ };
};

const encodeContentProvider = (writer: BackWriter, value: ContentProvider): void => {
  writer.text(0x5f8224, value.contentProviderIdentifier);
  writer.integer(0x5f8223, value.contentProviderIdType);
};

export interface InternetServiceProvider {
  readonly ispIdType?: Integer | undefined;
  readonly ispIdentifier?: string | undefined;
}

export class InternetServiceProviderView extends View implements InternetServiceProvider {
  get ispIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 293); return at < 0 ? undefined : integerAt(source, at); }
  get ispIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 294); return at < 0 ? undefined : textAt(source, at); }
}

const plainInternetServiceProvider = (source: Source, entry: number): InternetServiceProvider => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let ispIdType_: InternetServiceProvider['ispIdType'];
  let ispIdentifier_: InternetServiceProvider['ispIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 293: ispIdType_ = integerAt(source, at); break;
      case 294: ispIdentifier_ = textAt(source, at); break;
    }
  }
  return { ispIdType: ispIdType_, ispIdentifier: ispIdentifier_ };
};

const encodeInternetServiceProvider = (writer: BackWriter, value: InternetServiceProvider): void => {
  writer.text(0x5f8226, value.ispIdentifier);
  writer.integer(0x5f8225, value.ispIdType);
};

export interface Network {
  readonly networkIdType?: Integer | undefined;
  readonly networkIdentifier?: string | undefined;
}

export class NetworkView extends View implements Network {
  get networkIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 331); return at < 0 ? undefined : integerAt(source, at); }
  get networkIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 295); return at < 0 ? undefined : textAt(source, at); }
}

const plainNetwork = (source: Source, entry: number): Network => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let networkIdType_: Network['networkIdType'];
  let networkIdentifier_: Network['networkIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 331: networkIdType_ = integerAt(source, at); break;
      case 295: networkIdentifier_ = textAt(source, at); break;
    }
  }
  return { networkIdType: networkIdType_, networkIdentifier: networkIdentifier_ };
};

const encodeNetwork = (writer: BackWriter, value: Network): void => {
  writer.text(0x5f8227, value.networkIdentifier);
  writer.integer(0x5f824b, value.networkIdType);
};

export interface ServingPartiesInformation {
  readonly contentProviderName?: string | undefined;
  readonly contentProviderIdList?: readonly ContentProvider[] | undefined;
  readonly internetServiceProviderIdList?: readonly InternetServiceProvider[] | undefined;
  readonly networkList?: readonly Network[] | undefined;
}

export class ServingPartiesInformationView extends View implements ServingPartiesInformation {
  get contentProviderName(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 334); return at < 0 ? undefined : textAt(source, at); }
  get contentProviderIdList(): readonly ContentProvider[] | undefined { const { source } = this; const at = childAt(source, this.entry, 328); return at < 0 ? undefined : listAt(source, at, (source, at) => new ContentProviderView(source, at)); }
  get internetServiceProviderIdList(): readonly InternetServiceProvider[] | undefined { const { source } = this; const at = childAt(source, this.entry, 330); return at < 0 ? undefined : listAt(source, at, (source, at) => new InternetServiceProviderView(source, at)); }
  get networkList(): readonly Network[] | undefined { const { source } = this; const at = childAt(source, this.entry, 333); return at < 0 ? undefined : listAt(source, at, (source, at) => new NetworkView(source, at)); }
}

const plainServingPartiesInformation = (source: Source, entry: number): ServingPartiesInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let contentProviderName_: ServingPartiesInformation['contentProviderName'];
  let contentProviderIdList_: ServingPartiesInformation['contentProviderIdList'];
  let internetServiceProviderIdList_: ServingPartiesInformation['internetServiceProviderIdList'];
  let networkList_: ServingPartiesInformation['networkList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 334: contentProviderName_ = textAt(source, at); break;
      case 328: contentProviderIdList_ = listAt(source, at, plainContentProvider); break;
      case 330: internetServiceProviderIdList_ = listAt(source, at, plainInternetServiceProvider); break;
      case 333: networkList_ = listAt(source, at, plainNetwork); break;
    }
  }
  return { contentProviderName: contentProviderName_, contentProviderIdList: contentProviderIdList_, internetServiceProviderIdList: internetServiceProviderIdList_, networkList: networkList_ };
};

const encodeServingPartiesInformation = (writer: BackWriter, value: ServingPartiesInformation): void => {
  if (value.networkList !== undefined) { const from0 = writer.size; for (let index = value.networkList.length - 1; index >= 0; index -= 1) { const one = value.networkList[index] as Network; const from1 = writer.size; encodeNetwork(writer, one); writer.header(from1, 0x7f824c); } writer.header(from0, 0x7f824d); }
  if (value.internetServiceProviderIdList !== undefined) { const from0 = writer.size; for (let index = value.internetServiceProviderIdList.length - 1; index >= 0; index -= 1) { const one = value.internetServiceProviderIdList[index] as InternetServiceProvider; const from1 = writer.size; encodeInternetServiceProvider(writer, one); writer.header(from1, 0x7f8249); } writer.header(from0, 0x7f824a); }
  if (value.contentProviderIdList !== undefined) { const from0 = writer.size; for (let index = value.contentProviderIdList.length - 1; index >= 0; index -= 1) { const one = value.contentProviderIdList[index] as ContentProvider; const from1 = writer.size; encodeContentProvider(writer, one); writer.header(from1, 0x7f8247); } writer.header(from0, 0x7f8248); }
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
  readonly objectType?: Integer | undefined;
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
  get objectType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 281); return at < 0 ? undefined : integerAt(source, at); }
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
  let objectType_: ContentServiceUsed['objectType'];
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
      case 281: objectType_ = integerAt(source, at); break;
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
  return { contentTransactionCode: contentTransactionCode_, contentTransactionType: contentTransactionType_, objectType: objectType_, transactionDescriptionSupp: transactionDescriptionSupp_, transactionShortDescription: transactionShortDescription_, transactionDetailDescription: transactionDetailDescription_, transactionIdentifier: transactionIdentifier_, transactionAuthCode: transactionAuthCode_, dataVolumeIncoming: dataVolumeIncoming_, dataVolumeOutgoing: dataVolumeOutgoing_, totalDataVolume: totalDataVolume_, chargeRefundIndicator: chargeRefundIndicator_, contentChargingPoint: contentChargingPoint_, chargeInformationList: chargeInformationList_, advisedChargeInformation: advisedChargeInformation_ };
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
  writer.integer(0x5f8219, value.objectType);
  writer.integer(0x5f8251, value.contentTransactionType);
  writer.integer(0x5f8250, value.contentTransactionCode);
};

export interface ContentTransaction {
  readonly contentTransactionBasicInfo?: ContentTransactionBasicInfo | undefined;
  readonly chargedPartyInformation?: ChargedPartyInformation | undefined;
  readonly servingPartiesInformation?: ServingPartiesInformation | undefined;
  readonly contentServiceUsed?: readonly ContentServiceUsed[] | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class ContentTransactionView extends View implements ContentTransaction {
  get contentTransactionBasicInfo(): ContentTransactionBasicInfo | undefined { const { source } = this; const at = childAt(source, this.entry, 304); return at < 0 ? undefined : new ContentTransactionBasicInfoView(source, at); }
  get chargedPartyInformation(): ChargedPartyInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 324); return at < 0 ? undefined : new ChargedPartyInformationView(source, at); }
  get servingPartiesInformation(): ServingPartiesInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 335); return at < 0 ? undefined : new ServingPartiesInformationView(source, at); }
  get contentServiceUsed(): readonly ContentServiceUsed[] | undefined { const { source } = this; const at = childAt(source, this.entry, 285); return at < 0 ? undefined : listAt(source, at, (source, at) => new ContentServiceUsedView(source, at)); }
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
      case 285: contentServiceUsed_ = listAt(source, at, plainContentServiceUsed); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { contentTransactionBasicInfo: contentTransactionBasicInfo_, chargedPartyInformation: chargedPartyInformation_, servingPartiesInformation: servingPartiesInformation_, contentServiceUsed: contentServiceUsed_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeContentTransaction = (writer: BackWriter, value: ContentTransaction): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.contentServiceUsed !== undefined) { const from0 = writer.size; for (let index = value.contentServiceUsed.length - 1; index >= 0; index -= 1) { const one = value.contentServiceUsed[index] as ContentServiceUsed; const from1 = writer.size; encodeContentServiceUsed(writer, one); writer.header(from1, 0x7f8260); } writer.header(from0, 0x7f821d); }
  if (value.servingPartiesInformation !== undefined) { const from0 = writer.size; encodeServingPartiesInformation(writer, value.servingPartiesInformation); writer.header(from0, 0x7f824f); }
  if (value.chargedPartyInformation !== undefined) { const from0 = writer.size; encodeChargedPartyInformation(writer, value.chargedPartyInformation); writer.header(from0, 0x7f8244); }
  if (value.contentTransactionBasicInfo !== undefined) { const from0 = writer.size; encodeContentTransactionBasicInfo(writer, value.contentTransactionBasicInfo); writer.header(from0, 0x7f8230); }
};

export interface TrackingCustomerIdentification {
  readonly customerIdType?: Integer | undefined;
  readonly customerIdentifier?: string | undefined;
}

export class TrackingCustomerIdentificationView extends View implements TrackingCustomerIdentification {
  get customerIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 363); return at < 0 ? undefined : integerAt(source, at); }
  get customerIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 364); return at < 0 ? undefined : textAt(source, at); }
}

const plainTrackingCustomerIdentification = (source: Source, entry: number): TrackingCustomerIdentification => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let customerIdType_: TrackingCustomerIdentification['customerIdType'];
  let customerIdentifier_: TrackingCustomerIdentification['customerIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 363: customerIdType_ = integerAt(source, at); break;
      case 364: customerIdentifier_ = textAt(source, at); break;
    }
  }
  return { customerIdType: customerIdType_, customerIdentifier: customerIdentifier_ };
};

const encodeTrackingCustomerIdentification = (writer: BackWriter, value: TrackingCustomerIdentification): void => {
  writer.text(0x5f826c, value.customerIdentifier);
  writer.integer(0x5f826b, value.customerIdType);
};

export interface TrackingCustomerHomeId {
  readonly homeIdType?: Integer | undefined;
  readonly homeIdentifier?: string | undefined;
}

export class TrackingCustomerHomeIdView extends View implements TrackingCustomerHomeId {
  get homeIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 311); return at < 0 ? undefined : integerAt(source, at); }
  get homeIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 288); return at < 0 ? undefined : textAt(source, at); }
}

const plainTrackingCustomerHomeId = (source: Source, entry: number): TrackingCustomerHomeId => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let homeIdType_: TrackingCustomerHomeId['homeIdType'];
  let homeIdentifier_: TrackingCustomerHomeId['homeIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 311: homeIdType_ = integerAt(source, at); break;
      case 288: homeIdentifier_ = textAt(source, at); break;
    }
  }
  return { homeIdType: homeIdType_, homeIdentifier: homeIdentifier_ };
};

const encodeTrackingCustomerHomeId = (writer: BackWriter, value: TrackingCustomerHomeId): void => {
  writer.text(0x5f8220, value.homeIdentifier);
  writer.integer(0x5f8237, value.homeIdType);
};

export interface TrackingCustomerLocation {
  readonly locationIdType?: Integer | undefined;
  readonly locationIdentifier?: string | undefined;
}

export class TrackingCustomerLocationView extends View implements TrackingCustomerLocation {
  get locationIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 315); return at < 0 ? undefined : integerAt(source, at); }
  get locationIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 289); return at < 0 ? undefined : textAt(source, at); }
}

const plainTrackingCustomerLocation = (source: Source, entry: number): TrackingCustomerLocation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let locationIdType_: TrackingCustomerLocation['locationIdType'];
  let locationIdentifier_: TrackingCustomerLocation['locationIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 315: locationIdType_ = integerAt(source, at); break;
      case 289: locationIdentifier_ = textAt(source, at); break;
    }
  }
  return { locationIdType: locationIdType_, locationIdentifier: locationIdentifier_ };
};

const encodeTrackingCustomerLocation = (writer: BackWriter, value: TrackingCustomerLocation): void => {
  writer.text(0x5f8221, value.locationIdentifier);
  writer.integer(0x5f823b, value.locationIdType);
};

export interface TrackingCustomerEquipment {
  readonly equipmentIdType?: Integer | undefined;
  readonly equipmentId?: string | undefined;
}

export class TrackingCustomerEquipmentView extends View implements TrackingCustomerEquipment {
  get equipmentIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 322); return at < 0 ? undefined : integerAt(source, at); }
  get equipmentId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 290); return at < 0 ? undefined : textAt(source, at); }
}

const plainTrackingCustomerEquipment = (source: Source, entry: number): TrackingCustomerEquipment => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let equipmentIdType_: TrackingCustomerEquipment['equipmentIdType'];
  let equipmentId_: TrackingCustomerEquipment['equipmentId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 322: equipmentIdType_ = integerAt(source, at); break;
      case 290: equipmentId_ = textAt(source, at); break;
    }
  }
  return { equipmentIdType: equipmentIdType_, equipmentId: equipmentId_ };
};

const encodeTrackingCustomerEquipment = (writer: BackWriter, value: TrackingCustomerEquipment): void => {
  writer.text(0x5f8222, value.equipmentId);
  writer.integer(0x5f8242, value.equipmentIdType);
};

export interface TrackingCustomerInformation {
  readonly trackingCustomerIdList?: readonly TrackingCustomerIdentification[] | undefined;
  readonly trackingCustomerHomeIdList?: readonly TrackingCustomerHomeId[] | undefined;
  readonly trackingCustomerLocList?: readonly TrackingCustomerLocation[] | undefined;
  readonly trackingCustomerEquipment?: TrackingCustomerEquipment | undefined;
}

export class TrackingCustomerInformationView extends View implements TrackingCustomerInformation {
  get trackingCustomerIdList(): readonly TrackingCustomerIdentification[] | undefined { const { source } = this; const at = childAt(source, this.entry, 299); return at < 0 ? undefined : listAt(source, at, (source, at) => new TrackingCustomerIdentificationView(source, at)); }
  get trackingCustomerHomeIdList(): readonly TrackingCustomerHomeId[] | undefined { const { source } = this; const at = childAt(source, this.entry, 365); return at < 0 ? undefined : listAt(source, at, (source, at) => new TrackingCustomerHomeIdView(source, at)); }
  get trackingCustomerLocList(): readonly TrackingCustomerLocation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 368); return at < 0 ? undefined : listAt(source, at, (source, at) => new TrackingCustomerLocationView(source, at)); }
  get trackingCustomerEquipment(): TrackingCustomerEquipment | undefined { const { source } = this; const at = childAt(source, this.entry, 371); return at < 0 ? undefined : new TrackingCustomerEquipmentView(source, at); }
}

const plainTrackingCustomerInformation = (source: Source, entry: number): TrackingCustomerInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let trackingCustomerIdList_: TrackingCustomerInformation['trackingCustomerIdList'];
  let trackingCustomerHomeIdList_: TrackingCustomerInformation['trackingCustomerHomeIdList'];
  let trackingCustomerLocList_: TrackingCustomerInformation['trackingCustomerLocList'];
  let trackingCustomerEquipment_: TrackingCustomerInformation['trackingCustomerEquipment'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 299: trackingCustomerIdList_ = listAt(source, at, plainTrackingCustomerIdentification); break;
      case 365: trackingCustomerHomeIdList_ = listAt(source, at, plainTrackingCustomerHomeId); break;
      case 368: trackingCustomerLocList_ = listAt(source, at, plainTrackingCustomerLocation); break;
      case 371: trackingCustomerEquipment_ = plainTrackingCustomerEquipment(source, at); break;
    }
  }
  return { trackingCustomerIdList: trackingCustomerIdList_, trackingCustomerHomeIdList: trackingCustomerHomeIdList_, trackingCustomerLocList: trackingCustomerLocList_, trackingCustomerEquipment: trackingCustomerEquipment_ };
};

const encodeTrackingCustomerInformation = (writer: BackWriter, value: TrackingCustomerInformation): void => {
  if (value.trackingCustomerEquipment !== undefined) { const from0 = writer.size; encodeTrackingCustomerEquipment(writer, value.trackingCustomerEquipment); writer.header(from0, 0x7f8273); }
  if (value.trackingCustomerLocList !== undefined) { const from0 = writer.size; for (let index = value.trackingCustomerLocList.length - 1; index >= 0; index -= 1) { const one = value.trackingCustomerLocList[index] as TrackingCustomerLocation; const from1 = writer.size; encodeTrackingCustomerLocation(writer, one); writer.header(from1, 0x7f8271); } writer.header(from0, 0x7f8270); }
  if (value.trackingCustomerHomeIdList !== undefined) { const from0 = writer.size; for (let index = value.trackingCustomerHomeIdList.length - 1; index >= 0; index -= 1) { const one = value.trackingCustomerHomeIdList[index] as TrackingCustomerHomeId; const from1 = writer.size; encodeTrackingCustomerHomeId(writer, one); writer.header(from1, 0x7f826e); } writer.header(from0, 0x7f826d); }
  if (value.trackingCustomerIdList !== undefined) { const from0 = writer.size; for (let index = value.trackingCustomerIdList.length - 1; index >= 0; index -= 1) { const one = value.trackingCustomerIdList[index] as TrackingCustomerIdentification; const from1 = writer.size; encodeTrackingCustomerIdentification(writer, one); writer.header(from1, 0x7f826a); } writer.header(from0, 0x7f822b); }
};

export interface LCSSPIdentification {
  readonly contentProviderIdType?: Integer | undefined;
  readonly contentProviderIdentifier?: string | undefined;
}

export class LCSSPIdentificationView extends View implements LCSSPIdentification {
  get contentProviderIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 291); return at < 0 ? undefined : integerAt(source, at); }
  get contentProviderIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 292); return at < 0 ? undefined : textAt(source, at); }
}

const plainLCSSPIdentification = (source: Source, entry: number): LCSSPIdentification => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let contentProviderIdType_: LCSSPIdentification['contentProviderIdType'];
  let contentProviderIdentifier_: LCSSPIdentification['contentProviderIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 291: contentProviderIdType_ = integerAt(source, at); break;
      case 292: contentProviderIdentifier_ = textAt(source, at); break;
    }
  }
  return { contentProviderIdType: contentProviderIdType_, contentProviderIdentifier: contentProviderIdentifier_ };
};

const encodeLCSSPIdentification = (writer: BackWriter, value: LCSSPIdentification): void => {
  writer.text(0x5f8224, value.contentProviderIdentifier);
  writer.integer(0x5f8223, value.contentProviderIdType);
};

export interface LCSSPInformation {
  readonly lCSSPIdentificationList?: readonly LCSSPIdentification[] | undefined;
  readonly iSPList?: readonly InternetServiceProvider[] | undefined;
  readonly networkList?: readonly Network[] | undefined;
}

export class LCSSPInformationView extends View implements LCSSPInformation {
  get lCSSPIdentificationList(): readonly LCSSPIdentification[] | undefined { const { source } = this; const at = childAt(source, this.entry, 374); return at < 0 ? undefined : listAt(source, at, (source, at) => new LCSSPIdentificationView(source, at)); }
  get iSPList(): readonly InternetServiceProvider[] | undefined { const { source } = this; const at = childAt(source, this.entry, 378); return at < 0 ? undefined : listAt(source, at, (source, at) => new InternetServiceProviderView(source, at)); }
  get networkList(): readonly Network[] | undefined { const { source } = this; const at = childAt(source, this.entry, 333); return at < 0 ? undefined : listAt(source, at, (source, at) => new NetworkView(source, at)); }
}

const plainLCSSPInformation = (source: Source, entry: number): LCSSPInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let lCSSPIdentificationList_: LCSSPInformation['lCSSPIdentificationList'];
  let iSPList_: LCSSPInformation['iSPList'];
  let networkList_: LCSSPInformation['networkList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 374: lCSSPIdentificationList_ = listAt(source, at, plainLCSSPIdentification); break;
      case 378: iSPList_ = listAt(source, at, plainInternetServiceProvider); break;
      case 333: networkList_ = listAt(source, at, plainNetwork); break;
    }
  }
  return { lCSSPIdentificationList: lCSSPIdentificationList_, iSPList: iSPList_, networkList: networkList_ };
};

const encodeLCSSPInformation = (writer: BackWriter, value: LCSSPInformation): void => {
  if (value.networkList !== undefined) { const from0 = writer.size; for (let index = value.networkList.length - 1; index >= 0; index -= 1) { const one = value.networkList[index] as Network; const from1 = writer.size; encodeNetwork(writer, one); writer.header(from1, 0x7f824c); } writer.header(from0, 0x7f824d); }
  if (value.iSPList !== undefined) { const from0 = writer.size; for (let index = value.iSPList.length - 1; index >= 0; index -= 1) { const one = value.iSPList[index] as InternetServiceProvider; const from1 = writer.size; encodeInternetServiceProvider(writer, one); writer.header(from1, 0x7f8249); } writer.header(from0, 0x7f827a); }
  if (value.lCSSPIdentificationList !== undefined) { const from0 = writer.size; for (let index = value.lCSSPIdentificationList.length - 1; index >= 0; index -= 1) { const one = value.lCSSPIdentificationList[index] as LCSSPIdentification; const from1 = writer.size; encodeLCSSPIdentification(writer, one); writer.header(from1, 0x7f8277); } writer.header(from0, 0x7f8276); }
};

export interface TrackedCustomerIdentification {
  readonly customerIdType?: Integer | undefined;
  readonly customerIdentifier?: string | undefined;
}

export class TrackedCustomerIdentificationView extends View implements TrackedCustomerIdentification {
  get customerIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 363); return at < 0 ? undefined : integerAt(source, at); }
  get customerIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 364); return at < 0 ? undefined : textAt(source, at); }
}

const plainTrackedCustomerIdentification = (source: Source, entry: number): TrackedCustomerIdentification => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let customerIdType_: TrackedCustomerIdentification['customerIdType'];
  let customerIdentifier_: TrackedCustomerIdentification['customerIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 363: customerIdType_ = integerAt(source, at); break;
      case 364: customerIdentifier_ = textAt(source, at); break;
    }
  }
  return { customerIdType: customerIdType_, customerIdentifier: customerIdentifier_ };
};

const encodeTrackedCustomerIdentification = (writer: BackWriter, value: TrackedCustomerIdentification): void => {
  writer.text(0x5f826c, value.customerIdentifier);
  writer.integer(0x5f826b, value.customerIdType);
};

export interface TrackedCustomerHomeId {
  readonly homeIdType?: Integer | undefined;
  readonly homeIdentifier?: string | undefined;
}

export class TrackedCustomerHomeIdView extends View implements TrackedCustomerHomeId {
  get homeIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 311); return at < 0 ? undefined : integerAt(source, at); }
  get homeIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 288); return at < 0 ? undefined : textAt(source, at); }
}

const plainTrackedCustomerHomeId = (source: Source, entry: number): TrackedCustomerHomeId => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let homeIdType_: TrackedCustomerHomeId['homeIdType'];
  let homeIdentifier_: TrackedCustomerHomeId['homeIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 311: homeIdType_ = integerAt(source, at); break;
      case 288: homeIdentifier_ = textAt(source, at); break;
    }
  }
  return { homeIdType: homeIdType_, homeIdentifier: homeIdentifier_ };
};

const encodeTrackedCustomerHomeId = (writer: BackWriter, value: TrackedCustomerHomeId): void => {
  writer.text(0x5f8220, value.homeIdentifier);
  writer.integer(0x5f8237, value.homeIdType);
};

export interface TrackedCustomerLocation {
  readonly locationIdType?: Integer | undefined;
  readonly locationIdentifier?: string | undefined;
}

export class TrackedCustomerLocationView extends View implements TrackedCustomerLocation {
  get locationIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 315); return at < 0 ? undefined : integerAt(source, at); }
  get locationIdentifier(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 289); return at < 0 ? undefined : textAt(source, at); }
}

const plainTrackedCustomerLocation = (source: Source, entry: number): TrackedCustomerLocation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let locationIdType_: TrackedCustomerLocation['locationIdType'];
  let locationIdentifier_: TrackedCustomerLocation['locationIdentifier'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 315: locationIdType_ = integerAt(source, at); break;
      case 289: locationIdentifier_ = textAt(source, at); break;
    }
  }
  return { locationIdType: locationIdType_, locationIdentifier: locationIdentifier_ };
};

const encodeTrackedCustomerLocation = (writer: BackWriter, value: TrackedCustomerLocation): void => {
  writer.text(0x5f8221, value.locationIdentifier);
  writer.integer(0x5f823b, value.locationIdType);
};

export interface TrackedCustomerEquipment {
  readonly equipmentIdType?: Integer | undefined;
  readonly equipmentId?: string | undefined;
}

export class TrackedCustomerEquipmentView extends View implements TrackedCustomerEquipment {
  get equipmentIdType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 322); return at < 0 ? undefined : integerAt(source, at); }
  get equipmentId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 290); return at < 0 ? undefined : textAt(source, at); }
}

const plainTrackedCustomerEquipment = (source: Source, entry: number): TrackedCustomerEquipment => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let equipmentIdType_: TrackedCustomerEquipment['equipmentIdType'];
  let equipmentId_: TrackedCustomerEquipment['equipmentId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 322: equipmentIdType_ = integerAt(source, at); break;
      case 290: equipmentId_ = textAt(source, at); break;
    }
  }
  return { equipmentIdType: equipmentIdType_, equipmentId: equipmentId_ };
};

const encodeTrackedCustomerEquipment = (writer: BackWriter, value: TrackedCustomerEquipment): void => {
  writer.text(0x5f8222, value.equipmentId);
  writer.integer(0x5f8242, value.equipmentIdType);
};

export interface TrackedCustomerInformation {
  readonly trackedCustomerIdList?: readonly TrackedCustomerIdentification[] | undefined;
  readonly trackedCustomerHomeIdList?: readonly TrackedCustomerHomeId[] | undefined;
  readonly trackedCustomerLocList?: readonly TrackedCustomerLocation[] | undefined;
  readonly trackedCustomerEquipment?: TrackedCustomerEquipment | undefined;
}

export class TrackedCustomerInformationView extends View implements TrackedCustomerInformation {
  get trackedCustomerIdList(): readonly TrackedCustomerIdentification[] | undefined { const { source } = this; const at = childAt(source, this.entry, 370); return at < 0 ? undefined : listAt(source, at, (source, at) => new TrackedCustomerIdentificationView(source, at)); }
  get trackedCustomerHomeIdList(): readonly TrackedCustomerHomeId[] | undefined { const { source } = this; const at = childAt(source, this.entry, 376); return at < 0 ? undefined : listAt(source, at, (source, at) => new TrackedCustomerHomeIdView(source, at)); }
  get trackedCustomerLocList(): readonly TrackedCustomerLocation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 379); return at < 0 ? undefined : listAt(source, at, (source, at) => new TrackedCustomerLocationView(source, at)); }
  get trackedCustomerEquipment(): TrackedCustomerEquipment | undefined { const { source } = this; const at = childAt(source, this.entry, 381); return at < 0 ? undefined : new TrackedCustomerEquipmentView(source, at); }
}

const plainTrackedCustomerInformation = (source: Source, entry: number): TrackedCustomerInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let trackedCustomerIdList_: TrackedCustomerInformation['trackedCustomerIdList'];
  let trackedCustomerHomeIdList_: TrackedCustomerInformation['trackedCustomerHomeIdList'];
  let trackedCustomerLocList_: TrackedCustomerInformation['trackedCustomerLocList'];
  let trackedCustomerEquipment_: TrackedCustomerInformation['trackedCustomerEquipment'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 370: trackedCustomerIdList_ = listAt(source, at, plainTrackedCustomerIdentification); break;
      case 376: trackedCustomerHomeIdList_ = listAt(source, at, plainTrackedCustomerHomeId); break;
      case 379: trackedCustomerLocList_ = listAt(source, at, plainTrackedCustomerLocation); break;
      case 381: trackedCustomerEquipment_ = plainTrackedCustomerEquipment(source, at); break;
    }
  }
  return { trackedCustomerIdList: trackedCustomerIdList_, trackedCustomerHomeIdList: trackedCustomerHomeIdList_, trackedCustomerLocList: trackedCustomerLocList_, trackedCustomerEquipment: trackedCustomerEquipment_ };
};

const encodeTrackedCustomerInformation = (writer: BackWriter, value: TrackedCustomerInformation): void => {
  if (value.trackedCustomerEquipment !== undefined) { const from0 = writer.size; encodeTrackedCustomerEquipment(writer, value.trackedCustomerEquipment); writer.header(from0, 0x7f827d); }
  if (value.trackedCustomerLocList !== undefined) { const from0 = writer.size; for (let index = value.trackedCustomerLocList.length - 1; index >= 0; index -= 1) { const one = value.trackedCustomerLocList[index] as TrackedCustomerLocation; const from1 = writer.size; encodeTrackedCustomerLocation(writer, one); writer.header(from1, 0x7f827c); } writer.header(from0, 0x7f827b); }
  if (value.trackedCustomerHomeIdList !== undefined) { const from0 = writer.size; for (let index = value.trackedCustomerHomeIdList.length - 1; index >= 0; index -= 1) { const one = value.trackedCustomerHomeIdList[index] as TrackedCustomerHomeId; const from1 = writer.size; encodeTrackedCustomerHomeId(writer, one); writer.header(from1, 0x7f8279); } writer.header(from0, 0x7f8278); }
  if (value.trackedCustomerIdList !== undefined) { const from0 = writer.size; for (let index = value.trackedCustomerIdList.length - 1; index >= 0; index -= 1) { const one = value.trackedCustomerIdList[index] as TrackedCustomerIdentification; const from1 = writer.size; encodeTrackedCustomerIdentification(writer, one); writer.header(from1, 0x7f8274); } writer.header(from0, 0x7f8272); }
};

export interface LCSQosRequested {
  readonly lCSRequestTimestamp?: DateTime | undefined;
  readonly horizontalAccuracyRequested?: Integer | undefined;
  readonly verticalAccuracyRequested?: Integer | undefined;
  readonly responseTimeCategory?: Integer | undefined;
  readonly trackingPeriod?: Integer | undefined;
  readonly trackingFrequency?: Integer | undefined;
}

export class LCSQosRequestedView extends View implements LCSQosRequested {
  get lCSRequestTimestamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 384); return at < 0 ? undefined : new DateTimeView(source, at); }
  get horizontalAccuracyRequested(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 385); return at < 0 ? undefined : integerAt(source, at); }
  get verticalAccuracyRequested(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 386); return at < 0 ? undefined : integerAt(source, at); }
  get responseTimeCategory(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 387); return at < 0 ? undefined : integerAt(source, at); }
  get trackingPeriod(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 388); return at < 0 ? undefined : integerAt(source, at); }
  get trackingFrequency(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 389); return at < 0 ? undefined : integerAt(source, at); }
}

const plainLCSQosRequested = (source: Source, entry: number): LCSQosRequested => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let lCSRequestTimestamp_: LCSQosRequested['lCSRequestTimestamp'];
  let horizontalAccuracyRequested_: LCSQosRequested['horizontalAccuracyRequested'];
  let verticalAccuracyRequested_: LCSQosRequested['verticalAccuracyRequested'];
  let responseTimeCategory_: LCSQosRequested['responseTimeCategory'];
  let trackingPeriod_: LCSQosRequested['trackingPeriod'];
  let trackingFrequency_: LCSQosRequested['trackingFrequency'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 384: lCSRequestTimestamp_ = plainDateTime(source, at); break;
      case 385: horizontalAccuracyRequested_ = integerAt(source, at); break;
      case 386: verticalAccuracyRequested_ = integerAt(source, at); break;
      case 387: responseTimeCategory_ = integerAt(source, at); break;
      case 388: trackingPeriod_ = integerAt(source, at); break;
      case 389: trackingFrequency_ = integerAt(source, at); break;
    }
  }
  return { lCSRequestTimestamp: lCSRequestTimestamp_, horizontalAccuracyRequested: horizontalAccuracyRequested_, verticalAccuracyRequested: verticalAccuracyRequested_, responseTimeCategory: responseTimeCategory_, trackingPeriod: trackingPeriod_, trackingFrequency: trackingFrequency_ };
};

const encodeLCSQosRequested = (writer: BackWriter, value: LCSQosRequested): void => {
  writer.integer(0x5f8305, value.trackingFrequency);
  writer.integer(0x5f8304, value.trackingPeriod);
  writer.integer(0x5f8303, value.responseTimeCategory);
  writer.integer(0x5f8302, value.verticalAccuracyRequested);
  writer.integer(0x5f8301, value.horizontalAccuracyRequested);
  if (value.lCSRequestTimestamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.lCSRequestTimestamp); writer.header(from0, 0x7f8300); }
};

export interface LCSQosDelivered {
  readonly lCSTransactionStatus?: Integer | undefined;
  readonly horizontalAccuracyDelivered?: Integer | undefined;
  readonly verticalAccuracyDelivered?: Integer | undefined;
  readonly responseTime?: Integer | undefined;
  readonly positioningMethod?: Integer | undefined;
  readonly trackingPeriod?: Integer | undefined;
  readonly trackingFrequency?: Integer | undefined;
  readonly ageOfLocation?: Integer | undefined;
}

export class LCSQosDeliveredView extends View implements LCSQosDelivered {
  get lCSTransactionStatus(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 391); return at < 0 ? undefined : integerAt(source, at); }
  get horizontalAccuracyDelivered(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 392); return at < 0 ? undefined : integerAt(source, at); }
  get verticalAccuracyDelivered(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 393); return at < 0 ? undefined : integerAt(source, at); }
  get responseTime(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 394); return at < 0 ? undefined : integerAt(source, at); }
  get positioningMethod(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 395); return at < 0 ? undefined : integerAt(source, at); }
  get trackingPeriod(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 388); return at < 0 ? undefined : integerAt(source, at); }
  get trackingFrequency(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 389); return at < 0 ? undefined : integerAt(source, at); }
  get ageOfLocation(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 396); return at < 0 ? undefined : integerAt(source, at); }
}

const plainLCSQosDelivered = (source: Source, entry: number): LCSQosDelivered => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let lCSTransactionStatus_: LCSQosDelivered['lCSTransactionStatus'];
  let horizontalAccuracyDelivered_: LCSQosDelivered['horizontalAccuracyDelivered'];
  let verticalAccuracyDelivered_: LCSQosDelivered['verticalAccuracyDelivered'];
  let responseTime_: LCSQosDelivered['responseTime'];
  let positioningMethod_: LCSQosDelivered['positioningMethod'];
  let trackingPeriod_: LCSQosDelivered['trackingPeriod'];
  let trackingFrequency_: LCSQosDelivered['trackingFrequency'];
  let ageOfLocation_: LCSQosDelivered['ageOfLocation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 391: lCSTransactionStatus_ = integerAt(source, at); break;
      case 392: horizontalAccuracyDelivered_ = integerAt(source, at); break;
      case 393: verticalAccuracyDelivered_ = integerAt(source, at); break;
      case 394: responseTime_ = integerAt(source, at); break;
      case 395: positioningMethod_ = integerAt(source, at); break;
      case 388: trackingPeriod_ = integerAt(source, at); break;
      case 389: trackingFrequency_ = integerAt(source, at); break;
      case 396: ageOfLocation_ = integerAt(source, at); break;
    }
  }
  return { lCSTransactionStatus: lCSTransactionStatus_, horizontalAccuracyDelivered: horizontalAccuracyDelivered_, verticalAccuracyDelivered: verticalAccuracyDelivered_, responseTime: responseTime_, positioningMethod: positioningMethod_, trackingPeriod: trackingPeriod_, trackingFrequency: trackingFrequency_, ageOfLocation: ageOfLocation_ };
};

const encodeLCSQosDelivered = (writer: BackWriter, value: LCSQosDelivered): void => {
  writer.integer(0x5f830c, value.ageOfLocation);
  writer.integer(0x5f8305, value.trackingFrequency);
  writer.integer(0x5f8304, value.trackingPeriod);
  writer.integer(0x5f830b, value.positioningMethod);
  writer.integer(0x5f830a, value.responseTime);
  writer.integer(0x5f8309, value.verticalAccuracyDelivered);
  writer.integer(0x5f8308, value.horizontalAccuracyDelivered);
  writer.integer(0x5f8307, value.lCSTransactionStatus);
};

export interface LocationServiceUsage {
  readonly lCSQosRequested?: LCSQosRequested | undefined;
  readonly lCSQosDelivered?: LCSQosDelivered | undefined;
  readonly chargingTimeStamp?: DateTime | undefined;
  readonly chargeInformationList?: readonly ChargeInformation[] | undefined;
}

export class LocationServiceUsageView extends View implements LocationServiceUsage {
  get lCSQosRequested(): LCSQosRequested | undefined { const { source } = this; const at = childAt(source, this.entry, 383); return at < 0 ? undefined : new LCSQosRequestedView(source, at); }
  get lCSQosDelivered(): LCSQosDelivered | undefined { const { source } = this; const at = childAt(source, this.entry, 390); return at < 0 ? undefined : new LCSQosDeliveredView(source, at); }
  get chargingTimeStamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 74); return at < 0 ? undefined : new DateTimeView(source, at); }
  get chargeInformationList(): readonly ChargeInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 70); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargeInformationView(source, at)); }
}

const plainLocationServiceUsage = (source: Source, entry: number): LocationServiceUsage => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let lCSQosRequested_: LocationServiceUsage['lCSQosRequested'];
  let lCSQosDelivered_: LocationServiceUsage['lCSQosDelivered'];
  let chargingTimeStamp_: LocationServiceUsage['chargingTimeStamp'];
  let chargeInformationList_: LocationServiceUsage['chargeInformationList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 383: lCSQosRequested_ = plainLCSQosRequested(source, at); break;
      case 390: lCSQosDelivered_ = plainLCSQosDelivered(source, at); break;
      case 74: chargingTimeStamp_ = plainDateTime(source, at); break;
      case 70: chargeInformationList_ = listAt(source, at, plainChargeInformation); break;
    }
  }
  return { lCSQosRequested: lCSQosRequested_, lCSQosDelivered: lCSQosDelivered_, chargingTimeStamp: chargingTimeStamp_, chargeInformationList: chargeInformationList_ };
};

const encodeLocationServiceUsage = (writer: BackWriter, value: LocationServiceUsage): void => {
  if (value.chargeInformationList !== undefined) { const from0 = writer.size; for (let index = value.chargeInformationList.length - 1; index >= 0; index -= 1) { const one = value.chargeInformationList[index] as ChargeInformation; const from1 = writer.size; encodeChargeInformation(writer, one); writer.header(from1, 0x7f45); } writer.header(from0, 0x7f46); }
  if (value.chargingTimeStamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.chargingTimeStamp); writer.header(from0, 0x7f4a); }
  if (value.lCSQosDelivered !== undefined) { const from0 = writer.size; encodeLCSQosDelivered(writer, value.lCSQosDelivered); writer.header(from0, 0x7f8306); }
  if (value.lCSQosRequested !== undefined) { const from0 = writer.size; encodeLCSQosRequested(writer, value.lCSQosRequested); writer.header(from0, 0x7f827f); }
};

export interface LocationService {
  readonly rapFileSequenceNumber?: string | undefined;
  readonly recEntityCode?: Integer | undefined;
  readonly callReference?: string | undefined;
  readonly trackingCustomerInformation?: TrackingCustomerInformation | undefined;
  readonly lCSSPInformation?: LCSSPInformation | undefined;
  readonly trackedCustomerInformation?: TrackedCustomerInformation | undefined;
  readonly locationServiceUsage?: LocationServiceUsage | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class LocationServiceView extends View implements LocationService {
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get recEntityCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 184); return at < 0 ? undefined : integerAt(source, at); }
  get callReference(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 45); return at < 0 ? undefined : hexAt(source, at); }
  get trackingCustomerInformation(): TrackingCustomerInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 298); return at < 0 ? undefined : new TrackingCustomerInformationView(source, at); }
  get lCSSPInformation(): LCSSPInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 373); return at < 0 ? undefined : new LCSSPInformationView(source, at); }
  get trackedCustomerInformation(): TrackedCustomerInformation | undefined { const { source } = this; const at = childAt(source, this.entry, 367); return at < 0 ? undefined : new TrackedCustomerInformationView(source, at); }
  get locationServiceUsage(): LocationServiceUsage | undefined { const { source } = this; const at = childAt(source, this.entry, 382); return at < 0 ? undefined : new LocationServiceUsageView(source, at); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainLocationService = (source: Source, entry: number): LocationService => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let rapFileSequenceNumber_: LocationService['rapFileSequenceNumber'];
  let recEntityCode_: LocationService['recEntityCode'];
  let callReference_: LocationService['callReference'];
  let trackingCustomerInformation_: LocationService['trackingCustomerInformation'];
  let lCSSPInformation_: LocationService['lCSSPInformation'];
  let trackedCustomerInformation_: LocationService['trackedCustomerInformation'];
  let locationServiceUsage_: LocationService['locationServiceUsage'];
  let operatorSpecInformation_: LocationService['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 184: recEntityCode_ = integerAt(source, at); break;
      case 45: callReference_ = hexAt(source, at); break;
      case 298: trackingCustomerInformation_ = plainTrackingCustomerInformation(source, at); break;
      case 373: lCSSPInformation_ = plainLCSSPInformation(source, at); break;
      case 367: trackedCustomerInformation_ = plainTrackedCustomerInformation(source, at); break;
      case 382: locationServiceUsage_ = plainLocationServiceUsage(source, at); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { rapFileSequenceNumber: rapFileSequenceNumber_, recEntityCode: recEntityCode_, callReference: callReference_, trackingCustomerInformation: trackingCustomerInformation_, lCSSPInformation: lCSSPInformation_, trackedCustomerInformation: trackedCustomerInformation_, locationServiceUsage: locationServiceUsage_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeLocationService = (writer: BackWriter, value: LocationService): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.locationServiceUsage !== undefined) { const from0 = writer.size; encodeLocationServiceUsage(writer, value.locationServiceUsage); writer.header(from0, 0x7f827e); }
  if (value.trackedCustomerInformation !== undefined) { const from0 = writer.size; encodeTrackedCustomerInformation(writer, value.trackedCustomerInformation); writer.header(from0, 0x7f826f); }
  if (value.lCSSPInformation !== undefined) { const from0 = writer.size; encodeLCSSPInformation(writer, value.lCSSPInformation); writer.header(from0, 0x7f8275); }
  if (value.trackingCustomerInformation !== undefined) { const from0 = writer.size; encodeTrackingCustomerInformation(writer, value.trackingCustomerInformation); writer.header(from0, 0x7f822a); }
  writer.hex(0x5f2d, value.callReference);
  writer.integer(0x5f8138, value.recEntityCode);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
};

export interface ChargedParty {
  readonly imsi?: string | undefined;
  readonly msisdn?: string | undefined;
  readonly publicUserId?: string | undefined;
  readonly homeBid?: string | undefined;
  readonly homeLocationDescription?: string | undefined;
  readonly imei?: string | undefined;
}

export class ChargedPartyView extends View implements ChargedParty {
  get imsi(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 129); return at < 0 ? undefined : bcdAt(source, at); }
  get msisdn(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 152); return at < 0 ? undefined : bcdAt(source, at); }
  get publicUserId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 446); return at < 0 ? undefined : textAt(source, at); }
  get homeBid(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 122); return at < 0 ? undefined : textAt(source, at); }
  get homeLocationDescription(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 413); return at < 0 ? undefined : textAt(source, at); }
  get imei(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 128); return at < 0 ? undefined : bcdAt(source, at); }
}

const plainChargedParty = (source: Source, entry: number): ChargedParty => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let imsi_: ChargedParty['imsi'];
  let msisdn_: ChargedParty['msisdn'];
  let publicUserId_: ChargedParty['publicUserId'];
  let homeBid_: ChargedParty['homeBid'];
  let homeLocationDescription_: ChargedParty['homeLocationDescription'];
  let imei_: ChargedParty['imei'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 129: imsi_ = bcdAt(source, at); break;
      case 152: msisdn_ = bcdAt(source, at); break;
      case 446: publicUserId_ = textAt(source, at); break;
      case 122: homeBid_ = textAt(source, at); break;
      case 413: homeLocationDescription_ = textAt(source, at); break;
      case 128: imei_ = bcdAt(source, at); break;
    }
  }
  return { imsi: imsi_, msisdn: msisdn_, publicUserId: publicUserId_, homeBid: homeBid_, homeLocationDescription: homeLocationDescription_, imei: imei_ };
};

const encodeChargedParty = (writer: BackWriter, value: ChargedParty): void => {
  writer.bcd(0x5f8100, value.imei);
  writer.text(0x5f831d, value.homeLocationDescription);
  writer.text(0x5f7a, value.homeBid);
  writer.text(0x5f833e, value.publicUserId);
  writer.bcd(0x5f8118, value.msisdn);
  writer.bcd(0x5f8101, value.imsi);
};

export interface NetworkElement {
  readonly elementType?: Integer | undefined;
  readonly elementId?: string | undefined;
}

export class NetworkElementView extends View implements NetworkElement {
  get elementType(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 438); return at < 0 ? undefined : integerAt(source, at); }
  get elementId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 437); return at < 0 ? undefined : textAt(source, at); }
}

const plainNetworkElement = (source: Source, entry: number): NetworkElement => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let elementType_: NetworkElement['elementType'];
  let elementId_: NetworkElement['elementId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 438: elementType_ = integerAt(source, at); break;
      case 437: elementId_ = textAt(source, at); break;
    }
  }
  return { elementType: elementType_, elementId: elementId_ };
};

const encodeNetworkElement = (writer: BackWriter, value: NetworkElement): void => {
  writer.text(0x5f8335, value.elementId);
  writer.integer(0x5f8336, value.elementType);
};

export interface NonChargedParty {
  readonly nonChargedPartyNumber?: string | undefined;
  readonly nonChargedPublicUserId?: string | undefined;
}

export class NonChargedPartyView extends View implements NonChargedParty {
  get nonChargedPartyNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 444); return at < 0 ? undefined : bcdAt(source, at); }
  get nonChargedPublicUserId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 445); return at < 0 ? undefined : textAt(source, at); }
}

const plainNonChargedParty = (source: Source, entry: number): NonChargedParty => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let nonChargedPartyNumber_: NonChargedParty['nonChargedPartyNumber'];
  let nonChargedPublicUserId_: NonChargedParty['nonChargedPublicUserId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 444: nonChargedPartyNumber_ = bcdAt(source, at); break;
      case 445: nonChargedPublicUserId_ = textAt(source, at); break;
    }
  }
  return { nonChargedPartyNumber: nonChargedPartyNumber_, nonChargedPublicUserId: nonChargedPublicUserId_ };
};

const encodeNonChargedParty = (writer: BackWriter, value: NonChargedParty): void => {
  writer.text(0x5f833d, value.nonChargedPublicUserId);
  writer.bcd(0x5f833c, value.nonChargedPartyNumber);
};

export interface MessagingEvent {
  readonly messagingEventService?: Integer | undefined;
  readonly chargedParty?: ChargedParty | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly simToolkitIndicator?: string | undefined;
  readonly geographicalLocation?: GeographicalLocation | undefined;
  readonly eventReference?: string | undefined;
  readonly recEntityCodeList?: readonly Integer[] | undefined;
  readonly networkElementList?: readonly NetworkElement[] | undefined;
  readonly locationArea?: Integer | undefined;
  readonly cellId?: Integer | undefined;
  readonly serviceStartTimestamp?: DateTime | undefined;
  readonly nonChargedParty?: NonChargedParty | undefined;
  readonly exchangeRateCode?: Integer | undefined;
  readonly callTypeGroup?: CallTypeGroup | undefined;
  readonly charge?: Integer | undefined;
  readonly taxInformationList?: readonly TaxInformation[] | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class MessagingEventView extends View implements MessagingEvent {
  get messagingEventService(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 439); return at < 0 ? undefined : integerAt(source, at); }
  get chargedParty(): ChargedParty | undefined { const { source } = this; const at = childAt(source, this.entry, 436); return at < 0 ? undefined : new ChargedPartyView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get simToolkitIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 200); return at < 0 ? undefined : textAt(source, at); }
  get geographicalLocation(): GeographicalLocation | undefined { const { source } = this; const at = childAt(source, this.entry, 113); return at < 0 ? undefined : new GeographicalLocationView(source, at); }
  get eventReference(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 435); return at < 0 ? undefined : textAt(source, at); }
  get recEntityCodeList(): readonly Integer[] | undefined { const { source } = this; const at = childAt(source, this.entry, 185); return at < 0 ? undefined : listAt(source, at, integerAt); }
  get networkElementList(): readonly NetworkElement[] | undefined { const { source } = this; const at = childAt(source, this.entry, 442); return at < 0 ? undefined : listAt(source, at, (source, at) => new NetworkElementView(source, at)); }
  get locationArea(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 136); return at < 0 ? undefined : integerAt(source, at); }
  get cellId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 59); return at < 0 ? undefined : integerAt(source, at); }
  get serviceStartTimestamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 447); return at < 0 ? undefined : new DateTimeView(source, at); }
  get nonChargedParty(): NonChargedParty | undefined { const { source } = this; const at = childAt(source, this.entry, 443); return at < 0 ? undefined : new NonChargedPartyView(source, at); }
  get exchangeRateCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 105); return at < 0 ? undefined : integerAt(source, at); }
  get callTypeGroup(): CallTypeGroup | undefined { const { source } = this; const at = childAt(source, this.entry, 258); return at < 0 ? undefined : new CallTypeGroupView(source, at); }
  get charge(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 62); return at < 0 ? undefined : integerAt(source, at); }
  get taxInformationList(): readonly TaxInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 214); return at < 0 ? undefined : listAt(source, at, (source, at) => new TaxInformationView(source, at)); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainMessagingEvent = (source: Source, entry: number): MessagingEvent => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let messagingEventService_: MessagingEvent['messagingEventService'];
  let chargedParty_: MessagingEvent['chargedParty'];
  let rapFileSequenceNumber_: MessagingEvent['rapFileSequenceNumber'];
  let simToolkitIndicator_: MessagingEvent['simToolkitIndicator'];
  let geographicalLocation_: MessagingEvent['geographicalLocation'];
  let eventReference_: MessagingEvent['eventReference'];
  let recEntityCodeList_: MessagingEvent['recEntityCodeList'];
  let networkElementList_: MessagingEvent['networkElementList'];
  let locationArea_: MessagingEvent['locationArea'];
  let cellId_: MessagingEvent['cellId'];
  let serviceStartTimestamp_: MessagingEvent['serviceStartTimestamp'];
  let nonChargedParty_: MessagingEvent['nonChargedParty'];
  let exchangeRateCode_: MessagingEvent['exchangeRateCode'];
  let callTypeGroup_: MessagingEvent['callTypeGroup'];
  let charge_: MessagingEvent['charge'];
  let taxInformationList_: MessagingEvent['taxInformationList'];
  let operatorSpecInformation_: MessagingEvent['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 439: messagingEventService_ = integerAt(source, at); break;
      case 436: chargedParty_ = plainChargedParty(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 200: simToolkitIndicator_ = textAt(source, at); break;
      case 113: geographicalLocation_ = plainGeographicalLocation(source, at); break;
      case 435: eventReference_ = textAt(source, at); break;
      case 185: recEntityCodeList_ = listAt(source, at, integerAt); break;
      case 442: networkElementList_ = listAt(source, at, plainNetworkElement); break;
      case 136: locationArea_ = integerAt(source, at); break;
      case 59: cellId_ = integerAt(source, at); break;
      case 447: serviceStartTimestamp_ = plainDateTime(source, at); break;
      case 443: nonChargedParty_ = plainNonChargedParty(source, at); break;
      case 105: exchangeRateCode_ = integerAt(source, at); break;
      case 258: callTypeGroup_ = plainCallTypeGroup(source, at); break;
      case 62: charge_ = integerAt(source, at); break;
      case 214: taxInformationList_ = listAt(source, at, plainTaxInformation); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { messagingEventService: messagingEventService_, chargedParty: chargedParty_, rapFileSequenceNumber: rapFileSequenceNumber_, simToolkitIndicator: simToolkitIndicator_, geographicalLocation: geographicalLocation_, eventReference: eventReference_, recEntityCodeList: recEntityCodeList_, networkElementList: networkElementList_, locationArea: locationArea_, cellId: cellId_, serviceStartTimestamp: serviceStartTimestamp_, nonChargedParty: nonChargedParty_, exchangeRateCode: exchangeRateCode_, callTypeGroup: callTypeGroup_, charge: charge_, taxInformationList: taxInformationList_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeMessagingEvent = (writer: BackWriter, value: MessagingEvent): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.taxInformationList !== undefined) { const from0 = writer.size; for (let index = value.taxInformationList.length - 1; index >= 0; index -= 1) { const one = value.taxInformationList[index] as TaxInformation; const from1 = writer.size; encodeTaxInformation(writer, one); writer.header(from1, 0x7f8155); } writer.header(from0, 0x7f8156); }
  writer.integer(0x5f3e, value.charge);
  if (value.callTypeGroup !== undefined) { const from0 = writer.size; encodeCallTypeGroup(writer, value.callTypeGroup); writer.header(from0, 0x7f8202); }
  writer.integer(0x5f69, value.exchangeRateCode);
  if (value.nonChargedParty !== undefined) { const from0 = writer.size; encodeNonChargedParty(writer, value.nonChargedParty); writer.header(from0, 0x7f833b); }
  if (value.serviceStartTimestamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.serviceStartTimestamp); writer.header(from0, 0x7f833f); }
  writer.integer(0x5f3b, value.cellId);
  writer.integer(0x5f8108, value.locationArea);
  if (value.networkElementList !== undefined) { const from0 = writer.size; for (let index = value.networkElementList.length - 1; index >= 0; index -= 1) { const one = value.networkElementList[index] as NetworkElement; const from1 = writer.size; encodeNetworkElement(writer, one); writer.header(from1, 0x7f8339); } writer.header(from0, 0x7f833a); }
  if (value.recEntityCodeList !== undefined) { const from0 = writer.size; for (let index = value.recEntityCodeList.length - 1; index >= 0; index -= 1) { writer.integer(0x5f8138, value.recEntityCodeList[index] as Integer); } writer.header(from0, 0x7f8139); }
  writer.text(0x5f8333, value.eventReference);
  if (value.geographicalLocation !== undefined) { const from0 = writer.size; encodeGeographicalLocation(writer, value.geographicalLocation); writer.header(from0, 0x7f71); }
  writer.text(0x5f8148, value.simToolkitIndicator);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargedParty !== undefined) { const from0 = writer.size; encodeChargedParty(writer, value.chargedParty); writer.header(from0, 0x7f8334); }
  writer.integer(0x5f8337, value.messagingEventService);
};

export interface RequestedDestination {
  readonly requestedNumber?: string | undefined;
  readonly requestedPublicUserId?: string | undefined;
}

export class RequestedDestinationView extends View implements RequestedDestination {
  get requestedNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 451); return at < 0 ? undefined : bcdAt(source, at); }
  get requestedPublicUserId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 452); return at < 0 ? undefined : textAt(source, at); }
}

const plainRequestedDestination = (source: Source, entry: number): RequestedDestination => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let requestedNumber_: RequestedDestination['requestedNumber'];
  let requestedPublicUserId_: RequestedDestination['requestedPublicUserId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 451: requestedNumber_ = bcdAt(source, at); break;
      case 452: requestedPublicUserId_ = textAt(source, at); break;
    }
  }
  return { requestedNumber: requestedNumber_, requestedPublicUserId: requestedPublicUserId_ };
};

const encodeRequestedDestination = (writer: BackWriter, value: RequestedDestination): void => {
  writer.text(0x5f8344, value.requestedPublicUserId);
  writer.bcd(0x5f8343, value.requestedNumber);
};

export interface SessionChargeInformation {
  readonly chargedItem?: string | undefined;
  readonly exchangeRateCode?: Integer | undefined;
  readonly callTypeGroup?: CallTypeGroup | undefined;
  readonly chargeDetail?: ChargeDetail | undefined;
  readonly chargeDetailList?: readonly ChargeDetail[] | undefined;
  readonly taxInformationList?: readonly TaxInformation[] | undefined;
}

export class SessionChargeInformationView extends View implements SessionChargeInformation {
  get chargedItem(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 66); return at < 0 ? undefined : textAt(source, at); }
  get exchangeRateCode(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 105); return at < 0 ? undefined : integerAt(source, at); }
  get callTypeGroup(): CallTypeGroup | undefined { const { source } = this; const at = childAt(source, this.entry, 258); return at < 0 ? undefined : new CallTypeGroupView(source, at); }
  get chargeDetail(): ChargeDetail | undefined { const { source } = this; const at = childAt(source, this.entry, 63); return at < 0 ? undefined : new ChargeDetailView(source, at); }
  get chargeDetailList(): readonly ChargeDetail[] | undefined { const { source } = this; const at = childAt(source, this.entry, 64); return at < 0 ? undefined : listAt(source, at, (source, at) => new ChargeDetailView(source, at)); }
  get taxInformationList(): readonly TaxInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 214); return at < 0 ? undefined : listAt(source, at, (source, at) => new TaxInformationView(source, at)); }
}

const plainSessionChargeInformation = (source: Source, entry: number): SessionChargeInformation => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let chargedItem_: SessionChargeInformation['chargedItem'];
  let exchangeRateCode_: SessionChargeInformation['exchangeRateCode'];
  let callTypeGroup_: SessionChargeInformation['callTypeGroup'];
  let chargeDetail_: SessionChargeInformation['chargeDetail'];
  let chargeDetailList_: SessionChargeInformation['chargeDetailList'];
  let taxInformationList_: SessionChargeInformation['taxInformationList'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 66: chargedItem_ = textAt(source, at); break;
      case 105: exchangeRateCode_ = integerAt(source, at); break;
      case 258: callTypeGroup_ = plainCallTypeGroup(source, at); break;
      case 63: chargeDetail_ = plainChargeDetail(source, at); break;
      case 64: chargeDetailList_ = listAt(source, at, plainChargeDetail); break;
      case 214: taxInformationList_ = listAt(source, at, plainTaxInformation); break;
    }
  }
  return { chargedItem: chargedItem_, exchangeRateCode: exchangeRateCode_, callTypeGroup: callTypeGroup_, chargeDetail: chargeDetail_, chargeDetailList: chargeDetailList_, taxInformationList: taxInformationList_ };
};

const encodeSessionChargeInformation = (writer: BackWriter, value: SessionChargeInformation): void => {
  if (value.taxInformationList !== undefined) { const from0 = writer.size; for (let index = value.taxInformationList.length - 1; index >= 0; index -= 1) { const one = value.taxInformationList[index] as TaxInformation; const from1 = writer.size; encodeTaxInformation(writer, one); writer.header(from1, 0x7f8155); } writer.header(from0, 0x7f8156); }
  if (value.chargeDetailList !== undefined) { const from0 = writer.size; for (let index = value.chargeDetailList.length - 1; index >= 0; index -= 1) { const one = value.chargeDetailList[index] as ChargeDetail; const from1 = writer.size; encodeChargeDetail(writer, one); writer.header(from1, 0x7f3f); } writer.header(from0, 0x7f40); }
  if (value.chargeDetail !== undefined) { const from0 = writer.size; encodeChargeDetail(writer, value.chargeDetail); writer.header(from0, 0x7f3f); }
  if (value.callTypeGroup !== undefined) { const from0 = writer.size; encodeCallTypeGroup(writer, value.callTypeGroup); writer.header(from0, 0x7f8202); }
  writer.integer(0x5f69, value.exchangeRateCode);
  writer.text(0x5f42, value.chargedItem);
};

export interface MobileSession {
  readonly mobileSessionService?: Integer | undefined;
  readonly chargedParty?: ChargedParty | undefined;
  readonly rapFileSequenceNumber?: string | undefined;
  readonly simToolkitIndicator?: string | undefined;
  readonly geographicalLocation?: GeographicalLocation | undefined;
  readonly locationArea?: Integer | undefined;
  readonly cellId?: Integer | undefined;
  readonly eventReference?: string | undefined;
  readonly recEntityCodeList?: readonly Integer[] | undefined;
  readonly serviceStartTimestamp?: DateTime | undefined;
  readonly causeForTerm?: Integer | undefined;
  readonly totalCallEventDuration?: Integer | undefined;
  readonly nonChargedParty?: NonChargedParty | undefined;
  readonly requestedDestination?: RequestedDestination | undefined;
  readonly sessionChargeInfoList?: readonly SessionChargeInformation[] | undefined;
  readonly operatorSpecInformation?: readonly string[] | undefined;
}

export class MobileSessionView extends View implements MobileSession {
  get mobileSessionService(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 440); return at < 0 ? undefined : integerAt(source, at); }
  get chargedParty(): ChargedParty | undefined { const { source } = this; const at = childAt(source, this.entry, 436); return at < 0 ? undefined : new ChargedPartyView(source, at); }
  get rapFileSequenceNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 181); return at < 0 ? undefined : textAt(source, at); }
  get simToolkitIndicator(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 200); return at < 0 ? undefined : textAt(source, at); }
  get geographicalLocation(): GeographicalLocation | undefined { const { source } = this; const at = childAt(source, this.entry, 113); return at < 0 ? undefined : new GeographicalLocationView(source, at); }
  get locationArea(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 136); return at < 0 ? undefined : integerAt(source, at); }
  get cellId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 59); return at < 0 ? undefined : integerAt(source, at); }
  get eventReference(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 435); return at < 0 ? undefined : textAt(source, at); }
  get recEntityCodeList(): readonly Integer[] | undefined { const { source } = this; const at = childAt(source, this.entry, 185); return at < 0 ? undefined : listAt(source, at, integerAt); }
  get serviceStartTimestamp(): DateTime | undefined { const { source } = this; const at = childAt(source, this.entry, 447); return at < 0 ? undefined : new DateTimeView(source, at); }
  get causeForTerm(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 58); return at < 0 ? undefined : integerAt(source, at); }
  get totalCallEventDuration(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 223); return at < 0 ? undefined : integerAt(source, at); }
  get nonChargedParty(): NonChargedParty | undefined { const { source } = this; const at = childAt(source, this.entry, 443); return at < 0 ? undefined : new NonChargedPartyView(source, at); }
  get requestedDestination(): RequestedDestination | undefined { const { source } = this; const at = childAt(source, this.entry, 450); return at < 0 ? undefined : new RequestedDestinationView(source, at); }
  get sessionChargeInfoList(): readonly SessionChargeInformation[] | undefined { const { source } = this; const at = childAt(source, this.entry, 448); return at < 0 ? undefined : listAt(source, at, (source, at) => new SessionChargeInformationView(source, at)); }
  get operatorSpecInformation(): readonly string[] | undefined { const { source } = this; const at = childAt(source, this.entry, 162); return at < 0 ? undefined : listAt(source, at, textAt); }
}

const plainMobileSession = (source: Source, entry: number): MobileSession => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let mobileSessionService_: MobileSession['mobileSessionService'];
  let chargedParty_: MobileSession['chargedParty'];
  let rapFileSequenceNumber_: MobileSession['rapFileSequenceNumber'];
  let simToolkitIndicator_: MobileSession['simToolkitIndicator'];
  let geographicalLocation_: MobileSession['geographicalLocation'];
  let locationArea_: MobileSession['locationArea'];
  let cellId_: MobileSession['cellId'];
  let eventReference_: MobileSession['eventReference'];
  let recEntityCodeList_: MobileSession['recEntityCodeList'];
  let serviceStartTimestamp_: MobileSession['serviceStartTimestamp'];
  let causeForTerm_: MobileSession['causeForTerm'];
  let totalCallEventDuration_: MobileSession['totalCallEventDuration'];
  let nonChargedParty_: MobileSession['nonChargedParty'];
  let requestedDestination_: MobileSession['requestedDestination'];
  let sessionChargeInfoList_: MobileSession['sessionChargeInfoList'];
  let operatorSpecInformation_: MobileSession['operatorSpecInformation'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 440: mobileSessionService_ = integerAt(source, at); break;
      case 436: chargedParty_ = plainChargedParty(source, at); break;
      case 181: rapFileSequenceNumber_ = textAt(source, at); break;
      case 200: simToolkitIndicator_ = textAt(source, at); break;
      case 113: geographicalLocation_ = plainGeographicalLocation(source, at); break;
      case 136: locationArea_ = integerAt(source, at); break;
      case 59: cellId_ = integerAt(source, at); break;
      case 435: eventReference_ = textAt(source, at); break;
      case 185: recEntityCodeList_ = listAt(source, at, integerAt); break;
      case 447: serviceStartTimestamp_ = plainDateTime(source, at); break;
      case 58: causeForTerm_ = integerAt(source, at); break;
      case 223: totalCallEventDuration_ = integerAt(source, at); break;
      case 443: nonChargedParty_ = plainNonChargedParty(source, at); break;
      case 450: requestedDestination_ = plainRequestedDestination(source, at); break;
      case 448: sessionChargeInfoList_ = listAt(source, at, plainSessionChargeInformation); break;
      case 162: operatorSpecInformation_ = listAt(source, at, textAt); break;
    }
  }
  return { mobileSessionService: mobileSessionService_, chargedParty: chargedParty_, rapFileSequenceNumber: rapFileSequenceNumber_, simToolkitIndicator: simToolkitIndicator_, geographicalLocation: geographicalLocation_, locationArea: locationArea_, cellId: cellId_, eventReference: eventReference_, recEntityCodeList: recEntityCodeList_, serviceStartTimestamp: serviceStartTimestamp_, causeForTerm: causeForTerm_, totalCallEventDuration: totalCallEventDuration_, nonChargedParty: nonChargedParty_, requestedDestination: requestedDestination_, sessionChargeInfoList: sessionChargeInfoList_, operatorSpecInformation: operatorSpecInformation_ };
};

const encodeMobileSession = (writer: BackWriter, value: MobileSession): void => {
  if (value.operatorSpecInformation !== undefined) { const from0 = writer.size; for (let index = value.operatorSpecInformation.length - 1; index >= 0; index -= 1) { writer.text(0x5f8123, value.operatorSpecInformation[index] as string); } writer.header(from0, 0x7f8122); }
  if (value.sessionChargeInfoList !== undefined) { const from0 = writer.size; for (let index = value.sessionChargeInfoList.length - 1; index >= 0; index -= 1) { const one = value.sessionChargeInfoList[index] as SessionChargeInformation; const from1 = writer.size; encodeSessionChargeInformation(writer, one); writer.header(from1, 0x7f8341); } writer.header(from0, 0x7f8340); }
  if (value.requestedDestination !== undefined) { const from0 = writer.size; encodeRequestedDestination(writer, value.requestedDestination); writer.header(from0, 0x7f8342); }
  if (value.nonChargedParty !== undefined) { const from0 = writer.size; encodeNonChargedParty(writer, value.nonChargedParty); writer.header(from0, 0x7f833b); }
  writer.integer(0x5f815f, value.totalCallEventDuration);
  writer.integer(0x5f3a, value.causeForTerm);
  if (value.serviceStartTimestamp !== undefined) { const from0 = writer.size; encodeDateTime(writer, value.serviceStartTimestamp); writer.header(from0, 0x7f833f); }
  if (value.recEntityCodeList !== undefined) { const from0 = writer.size; for (let index = value.recEntityCodeList.length - 1; index >= 0; index -= 1) { writer.integer(0x5f8138, value.recEntityCodeList[index] as Integer); } writer.header(from0, 0x7f8139); }
  writer.text(0x5f8333, value.eventReference);
  writer.integer(0x5f3b, value.cellId);
  writer.integer(0x5f8108, value.locationArea);
  if (value.geographicalLocation !== undefined) { const from0 = writer.size; encodeGeographicalLocation(writer, value.geographicalLocation); writer.header(from0, 0x7f71); }
  writer.text(0x5f8148, value.simToolkitIndicator);
  writer.text(0x5f8135, value.rapFileSequenceNumber);
  if (value.chargedParty !== undefined) { const from0 = writer.size; encodeChargedParty(writer, value.chargedParty); writer.header(from0, 0x7f8334); }
  writer.integer(0x5f8338, value.mobileSessionService);
};

export interface CallEventDetail {
  readonly mobileOriginatedCall?: MobileOriginatedCall | undefined;
  readonly mobileTerminatedCall?: MobileTerminatedCall | undefined;
  readonly supplServiceEvent?: SupplServiceEvent | undefined;
  readonly serviceCentreUsage?: ServiceCentreUsage | undefined;
  readonly gprsCall?: GprsCall | undefined;
  readonly contentTransaction?: ContentTransaction | undefined;
  readonly locationService?: LocationService | undefined;
  readonly messagingEvent?: MessagingEvent | undefined;
  readonly mobileSession?: MobileSession | undefined;
}

export class CallEventDetailView extends ChoiceView implements CallEventDetail {
  get mobileOriginatedCall(): MobileOriginatedCall | undefined { const { source, entry } = this; return this.tag === 9 ? new MobileOriginatedCallView(source, entry) : undefined; }
  get mobileTerminatedCall(): MobileTerminatedCall | undefined { const { source, entry } = this; return this.tag === 10 ? new MobileTerminatedCallView(source, entry) : undefined; }
  get supplServiceEvent(): SupplServiceEvent | undefined { const { source, entry } = this; return this.tag === 11 ? new SupplServiceEventView(source, entry) : undefined; }
  get serviceCentreUsage(): ServiceCentreUsage | undefined { const { source, entry } = this; return this.tag === 12 ? new ServiceCentreUsageView(source, entry) : undefined; }
  get gprsCall(): GprsCall | undefined { const { source, entry } = this; return this.tag === 14 ? new GprsCallView(source, entry) : undefined; }
  get contentTransaction(): ContentTransaction | undefined { const { source, entry } = this; return this.tag === 17 ? new ContentTransactionView(source, entry) : undefined; }
  get locationService(): LocationService | undefined { const { source, entry } = this; return this.tag === 297 ? new LocationServiceView(source, entry) : undefined; }
  get messagingEvent(): MessagingEvent | undefined { const { source, entry } = this; return this.tag === 433 ? new MessagingEventView(source, entry) : undefined; }
  get mobileSession(): MobileSession | undefined { const { source, entry } = this; return this.tag === 434 ? new MobileSessionView(source, entry) : undefined; }
}

const plainCallEventDetail = (source: Source, entry: number): CallEventDetail => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 9: return { mobileOriginatedCall: plainMobileOriginatedCall(source, entry) };
    case 10: return { mobileTerminatedCall: plainMobileTerminatedCall(source, entry) };
    case 11: return { supplServiceEvent: plainSupplServiceEvent(source, entry) };
    case 12: return { serviceCentreUsage: plainServiceCentreUsage(source, entry) };
    case 14: return { gprsCall: plainGprsCall(source, entry) };
    case 17: return { contentTransaction: plainContentTransaction(source, entry) };
    case 297: return { locationService: plainLocationService(source, entry) };
    case 433: return { messagingEvent: plainMessagingEvent(source, entry) };
    case 434: return { mobileSession: plainMobileSession(source, entry) };
    default: return {};
  }
};

const encodeCallEventDetail = (writer: BackWriter, value: CallEventDetail): void => {
  if (value.mobileSession !== undefined) { const from0 = writer.size; encodeMobileSession(writer, value.mobileSession); writer.header(from0, 0x7f8332); }
  if (value.messagingEvent !== undefined) { const from0 = writer.size; encodeMessagingEvent(writer, value.messagingEvent); writer.header(from0, 0x7f8331); }
  if (value.locationService !== undefined) { const from0 = writer.size; encodeLocationService(writer, value.locationService); writer.header(from0, 0x7f8229); }
  if (value.contentTransaction !== undefined) { const from0 = writer.size; encodeContentTransaction(writer, value.contentTransaction); writer.header(from0, 0x71); }
  if (value.gprsCall !== undefined) { const from0 = writer.size; encodeGprsCall(writer, value.gprsCall); writer.header(from0, 0x6e); }
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

/** The units, the parts of a batch and the records of TAP-0312. */
export const tap0312 = {
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
  encodeTaxation,
  plainTaxation,
  encodeDiscountApplied,
  plainDiscountApplied,
  encodeDiscounting,
  plainDiscounting,
  encodeCurrencyConversion,
  plainCurrencyConversion,
  encodeAccountingInfo,
  plainAccountingInfo,
  encodeUtcTimeOffsetInfo,
  plainUtcTimeOffsetInfo,
  encodeRecEntityInformation,
  plainRecEntityInformation,
  encodeNetworkInfo,
  plainNetworkInfo,
  encodeMessageDescriptionInformation,
  plainMessageDescriptionInformation,
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
  encodeBasicServiceUsed,
  plainBasicServiceUsed,
  encodeThirdPartyInformation,
  plainThirdPartyInformation,
  encodeGprsDestination,
  plainGprsDestination,
  encodeThreeGcamelDestination,
  plainThreeGcamelDestination,
  encodeCamelServiceUsed,
  plainCamelServiceUsed,
  encodeMobileOriginatedCall,
  plainMobileOriginatedCall,
  encodeCallOriginator,
  plainCallOriginator,
  encodeMtBasicCallInformation,
  plainMtBasicCallInformation,
  encodeMobileTerminatedCall,
  plainMobileTerminatedCall,
  encodeSupplServiceUsed,
  plainSupplServiceUsed,
  encodeSupplServiceEvent,
  plainSupplServiceEvent,
  encodeGsmChargeableSubscriber,
  plainGsmChargeableSubscriber,
  encodeScuChargeableSubscriber,
  plainScuChargeableSubscriber,
  encodeScuBasicInformation,
  plainScuBasicInformation,
  encodeScuChargeType,
  plainScuChargeType,
  encodeScuTimeStamps,
  plainScuTimeStamps,
  encodeServiceCentreUsage,
  plainServiceCentreUsage,
  encodeGprsChargeableSubscriber,
  plainGprsChargeableSubscriber,
  encodeGprsBasicCallInformation,
  plainGprsBasicCallInformation,
  encodeGprsNetworkLocation,
  plainGprsNetworkLocation,
  encodeGprsLocationInformation,
  plainGprsLocationInformation,
  encodeGprsServiceUsed,
  plainGprsServiceUsed,
  encodeGprsCall,
  plainGprsCall,
  encodeContentTransactionBasicInfo,
  plainContentTransactionBasicInfo,
  encodeChargedPartyIdentification,
  plainChargedPartyIdentification,
  encodeChargedPartyHomeIdentification,
  plainChargedPartyHomeIdentification,
  encodeChargedPartyLocation,
  plainChargedPartyLocation,
  encodeChargedPartyEquipment,
  plainChargedPartyEquipment,
  encodeChargedPartyInformation,
  plainChargedPartyInformation,
  encodeContentProvider,
  plainContentProvider,
  encodeInternetServiceProvider,
  plainInternetServiceProvider,
  encodeNetwork,
  plainNetwork,
  encodeServingPartiesInformation,
  plainServingPartiesInformation,
  encodeAdvisedChargeInformation,
  plainAdvisedChargeInformation,
  encodeContentServiceUsed,
  plainContentServiceUsed,
  encodeContentTransaction,
  plainContentTransaction,
  encodeTrackingCustomerIdentification,
  plainTrackingCustomerIdentification,
  encodeTrackingCustomerHomeId,
  plainTrackingCustomerHomeId,
  encodeTrackingCustomerLocation,
  plainTrackingCustomerLocation,
  encodeTrackingCustomerEquipment,
  plainTrackingCustomerEquipment,
  encodeTrackingCustomerInformation,
  plainTrackingCustomerInformation,
  encodeLCSSPIdentification,
  plainLCSSPIdentification,
  encodeLCSSPInformation,
  plainLCSSPInformation,
  encodeTrackedCustomerIdentification,
  plainTrackedCustomerIdentification,
  encodeTrackedCustomerHomeId,
  plainTrackedCustomerHomeId,
  encodeTrackedCustomerLocation,
  plainTrackedCustomerLocation,
  encodeTrackedCustomerEquipment,
  plainTrackedCustomerEquipment,
  encodeTrackedCustomerInformation,
  plainTrackedCustomerInformation,
  encodeLCSQosRequested,
  plainLCSQosRequested,
  encodeLCSQosDelivered,
  plainLCSQosDelivered,
  encodeLocationServiceUsage,
  plainLocationServiceUsage,
  encodeLocationService,
  plainLocationService,
  encodeChargedParty,
  plainChargedParty,
  encodeNetworkElement,
  plainNetworkElement,
  encodeNonChargedParty,
  plainNonChargedParty,
  encodeMessagingEvent,
  plainMessagingEvent,
  encodeRequestedDestination,
  plainRequestedDestination,
  encodeSessionChargeInformation,
  plainSessionChargeInformation,
  encodeMobileSession,
  plainMobileSession,
  encodeCallEventDetail,
  plainCallEventDetail,
  encodeNotification,
  plainNotification,
  encodeDataInterChange,
  plainDataInterChange,
};
