// Long: written by domain/roaming/codec/generate.ts from the tag table of NRTRDE-0201; not to be changed by hand.
import type { BackWriter } from '../back-writer.ts';
import { bcdAt, childAt, ENTRY, firstAt, hexAt, type Integer, integerAt, type Source, textAt } from '../tape.ts';
import { type ChoiceCodec, ChoiceView, View } from '../view.ts';

export interface NrtrdePart {
  readonly specificationVersionNumber?: Integer | undefined;
  readonly releaseVersionNumber?: Integer | undefined;
  readonly sender?: string | undefined;
  readonly recipient?: string | undefined;
  readonly sequenceNumber?: string | undefined;
  readonly fileAvailableTimeStamp?: string | undefined;
  readonly utcTimeOffset?: string | undefined;
  readonly callEventsCount?: Integer | undefined;
}

export class NrtrdePartView extends ChoiceView implements NrtrdePart {
  get specificationVersionNumber(): Integer | undefined { const { source, entry } = this; return this.tag === 41 ? integerAt(source, entry) : undefined; }
  get releaseVersionNumber(): Integer | undefined { const { source, entry } = this; return this.tag === 37 ? integerAt(source, entry) : undefined; }
  get sender(): string | undefined { const { source, entry } = this; return this.tag === 38 ? textAt(source, entry) : undefined; }
  get recipient(): string | undefined { const { source, entry } = this; return this.tag === 36 ? textAt(source, entry) : undefined; }
  get sequenceNumber(): string | undefined { const { source, entry } = this; return this.tag === 39 ? textAt(source, entry) : undefined; }
  get fileAvailableTimeStamp(): string | undefined { const { source, entry } = this; return this.tag === 31 ? textAt(source, entry) : undefined; }
  get utcTimeOffset(): string | undefined { const { source, entry } = this; return this.tag === 45 ? textAt(source, entry) : undefined; }
  get callEventsCount(): Integer | undefined { const { source, entry } = this; return this.tag === 20 ? integerAt(source, entry) : undefined; }
}

const plainNrtrdePart = (source: Source, entry: number): NrtrdePart => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 41: return { specificationVersionNumber: integerAt(source, entry) };
    case 37: return { releaseVersionNumber: integerAt(source, entry) };
    case 38: return { sender: textAt(source, entry) };
    case 36: return { recipient: textAt(source, entry) };
    case 39: return { sequenceNumber: textAt(source, entry) };
    case 31: return { fileAvailableTimeStamp: textAt(source, entry) };
    case 45: return { utcTimeOffset: textAt(source, entry) };
    case 20: return { callEventsCount: integerAt(source, entry) };
    default: return {};
  }
};

const encodeNrtrdePart = (writer: BackWriter, value: NrtrdePart): void => {
  writer.integer(0x54, value.callEventsCount);
  writer.text(0x5f2d, value.utcTimeOffset);
  writer.text(0x5f1f, value.fileAvailableTimeStamp);
  writer.text(0x5f27, value.sequenceNumber);
  writer.text(0x5f24, value.recipient);
  writer.text(0x5f26, value.sender);
  writer.integer(0x5f25, value.releaseVersionNumber);
  writer.integer(0x5f29, value.specificationVersionNumber);
};

export interface ServiceCode {
  readonly teleServiceCode?: string | undefined;
  readonly bearerServiceCode?: string | undefined;
}

export class ServiceCodeView extends ChoiceView implements ServiceCode {
  get teleServiceCode(): string | undefined { const { source, entry } = this; return this.tag === 43 ? hexAt(source, entry) : undefined; }
  get bearerServiceCode(): string | undefined { const { source, entry } = this; return this.tag === 18 ? hexAt(source, entry) : undefined; }
}

const plainServiceCode = (source: Source, entry: number): ServiceCode => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 43: return { teleServiceCode: hexAt(source, entry) };
    case 18: return { bearerServiceCode: hexAt(source, entry) };
    default: return {};
  }
};

const encodeServiceCode = (writer: BackWriter, value: ServiceCode): void => {
  writer.hex(0x52, value.bearerServiceCode);
  writer.hex(0x5f2b, value.teleServiceCode);
};

export interface Moc {
  readonly imsi?: string | undefined;
  readonly imei?: string | undefined;
  readonly callEventStartTimeStamp?: string | undefined;
  readonly utcTimeOffset?: string | undefined;
  readonly callEventDuration?: Integer | undefined;
  readonly causeForTermination?: Integer | undefined;
  readonly serviceCode?: ServiceCode | undefined;
  readonly supplementaryServiceCode?: string | undefined;
  readonly dialledDigits?: string | undefined;
  readonly connectedNumber?: string | undefined;
  readonly thirdPartyNumber?: string | undefined;
  readonly recEntityId?: string | undefined;
  readonly callReference?: Integer | undefined;
  readonly chargeAmount?: Integer | undefined;
  readonly servingNetwork?: string | undefined;
  readonly msisdn?: string | undefined;
  readonly locationArea?: Integer | undefined;
  readonly cellId?: Integer | undefined;
}

export class MocView extends View implements Moc {
  get imsi(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 34); return at < 0 ? undefined : bcdAt(source, at); }
  get imei(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
  get callEventStartTimeStamp(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 21); return at < 0 ? undefined : textAt(source, at); }
  get utcTimeOffset(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 45); return at < 0 ? undefined : textAt(source, at); }
  get callEventDuration(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 19); return at < 0 ? undefined : integerAt(source, at); }
  get causeForTermination(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 24); return at < 0 ? undefined : integerAt(source, at); }
  get serviceCode(): ServiceCode | undefined { const { source } = this; const at = childAt(source, this.entry, 46); return at < 0 ? undefined : new ServiceCodeView(source, firstAt(source, at)); }
  get supplementaryServiceCode(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 42); return at < 0 ? undefined : hexAt(source, at); }
  get dialledDigits(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 30); return at < 0 ? undefined : textAt(source, at); }
  get connectedNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 27); return at < 0 ? undefined : textAt(source, at); }
  get thirdPartyNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 44); return at < 0 ? undefined : textAt(source, at); }
  get recEntityId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 35); return at < 0 ? undefined : textAt(source, at); }
  get callReference(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 23); return at < 0 ? undefined : integerAt(source, at); }
  get chargeAmount(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 25); return at < 0 ? undefined : integerAt(source, at); }
  get servingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 15); return at < 0 ? undefined : textAt(source, at); }
  get msisdn(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 49); return at < 0 ? undefined : bcdAt(source, at); }
  get locationArea(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 48); return at < 0 ? undefined : integerAt(source, at); }
  get cellId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 47); return at < 0 ? undefined : integerAt(source, at); }
}

const plainMoc = (source: Source, entry: number): Moc => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let imsi_: Moc['imsi'];
  let imei_: Moc['imei'];
  let callEventStartTimeStamp_: Moc['callEventStartTimeStamp'];
  let utcTimeOffset_: Moc['utcTimeOffset'];
  let callEventDuration_: Moc['callEventDuration'];
  let causeForTermination_: Moc['causeForTermination'];
  let serviceCode_: Moc['serviceCode'];
  let supplementaryServiceCode_: Moc['supplementaryServiceCode'];
  let dialledDigits_: Moc['dialledDigits'];
  let connectedNumber_: Moc['connectedNumber'];
  let thirdPartyNumber_: Moc['thirdPartyNumber'];
  let recEntityId_: Moc['recEntityId'];
  let callReference_: Moc['callReference'];
  let chargeAmount_: Moc['chargeAmount'];
  let servingNetwork_: Moc['servingNetwork'];
  let msisdn_: Moc['msisdn'];
  let locationArea_: Moc['locationArea'];
  let cellId_: Moc['cellId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 34: imsi_ = bcdAt(source, at); break;
      case 33: imei_ = bcdAt(source, at); break;
      case 21: callEventStartTimeStamp_ = textAt(source, at); break;
      case 45: utcTimeOffset_ = textAt(source, at); break;
      case 19: callEventDuration_ = integerAt(source, at); break;
      case 24: causeForTermination_ = integerAt(source, at); break;
      case 46: serviceCode_ = plainServiceCode(source, firstAt(source, at)); break;
      case 42: supplementaryServiceCode_ = hexAt(source, at); break;
      case 30: dialledDigits_ = textAt(source, at); break;
      case 27: connectedNumber_ = textAt(source, at); break;
      case 44: thirdPartyNumber_ = textAt(source, at); break;
      case 35: recEntityId_ = textAt(source, at); break;
      case 23: callReference_ = integerAt(source, at); break;
      case 25: chargeAmount_ = integerAt(source, at); break;
      case 15: servingNetwork_ = textAt(source, at); break;
      case 49: msisdn_ = bcdAt(source, at); break;
      case 48: locationArea_ = integerAt(source, at); break;
      case 47: cellId_ = integerAt(source, at); break;
    }
  }
  return { imsi: imsi_, imei: imei_, callEventStartTimeStamp: callEventStartTimeStamp_, utcTimeOffset: utcTimeOffset_, callEventDuration: callEventDuration_, causeForTermination: causeForTermination_, serviceCode: serviceCode_, supplementaryServiceCode: supplementaryServiceCode_, dialledDigits: dialledDigits_, connectedNumber: connectedNumber_, thirdPartyNumber: thirdPartyNumber_, recEntityId: recEntityId_, callReference: callReference_, chargeAmount: chargeAmount_, servingNetwork: servingNetwork_, msisdn: msisdn_, locationArea: locationArea_, cellId: cellId_ };
};

const encodeMoc = (writer: BackWriter, value: Moc): void => {
  writer.integer(0x5f2f, value.cellId);
  writer.integer(0x5f30, value.locationArea);
  writer.bcd(0x5f31, value.msisdn);
  writer.text(0x4f, value.servingNetwork);
  writer.integer(0x59, value.chargeAmount);
  writer.integer(0x57, value.callReference);
  writer.text(0x5f23, value.recEntityId);
  writer.text(0x5f2c, value.thirdPartyNumber);
  writer.text(0x5b, value.connectedNumber);
  writer.text(0x5e, value.dialledDigits);
  writer.hex(0x5f2a, value.supplementaryServiceCode);
  if (value.serviceCode !== undefined) { const from0 = writer.size; encodeServiceCode(writer, value.serviceCode); writer.header(from0, 0x7f2e); }
  writer.integer(0x58, value.causeForTermination);
  writer.integer(0x53, value.callEventDuration);
  writer.text(0x5f2d, value.utcTimeOffset);
  writer.text(0x55, value.callEventStartTimeStamp);
  writer.bcd(0x5f21, value.imei);
  writer.bcd(0x5f22, value.imsi);
};

export interface Mtc {
  readonly imsi?: string | undefined;
  readonly imei?: string | undefined;
  readonly callEventStartTimeStamp?: string | undefined;
  readonly utcTimeOffset?: string | undefined;
  readonly callEventDuration?: Integer | undefined;
  readonly causeForTermination?: Integer | undefined;
  readonly serviceCode?: ServiceCode | undefined;
  readonly callingNumber?: string | undefined;
  readonly recEntityId?: string | undefined;
  readonly callReference?: Integer | undefined;
  readonly chargeAmount?: Integer | undefined;
  readonly servingNetwork?: string | undefined;
  readonly msisdn?: string | undefined;
  readonly locationArea?: Integer | undefined;
  readonly cellId?: Integer | undefined;
}

export class MtcView extends View implements Mtc {
  get imsi(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 34); return at < 0 ? undefined : bcdAt(source, at); }
  get imei(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
  get callEventStartTimeStamp(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 21); return at < 0 ? undefined : textAt(source, at); }
  get utcTimeOffset(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 45); return at < 0 ? undefined : textAt(source, at); }
  get callEventDuration(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 19); return at < 0 ? undefined : integerAt(source, at); }
  get causeForTermination(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 24); return at < 0 ? undefined : integerAt(source, at); }
  get serviceCode(): ServiceCode | undefined { const { source } = this; const at = childAt(source, this.entry, 46); return at < 0 ? undefined : new ServiceCodeView(source, firstAt(source, at)); }
  get callingNumber(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 22); return at < 0 ? undefined : textAt(source, at); }
  get recEntityId(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 35); return at < 0 ? undefined : textAt(source, at); }
  get callReference(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 23); return at < 0 ? undefined : integerAt(source, at); }
  get chargeAmount(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 25); return at < 0 ? undefined : integerAt(source, at); }
  get servingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 15); return at < 0 ? undefined : textAt(source, at); }
  get msisdn(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 49); return at < 0 ? undefined : bcdAt(source, at); }
  get locationArea(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 48); return at < 0 ? undefined : integerAt(source, at); }
  get cellId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 47); return at < 0 ? undefined : integerAt(source, at); }
}

const plainMtc = (source: Source, entry: number): Mtc => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let imsi_: Mtc['imsi'];
  let imei_: Mtc['imei'];
  let callEventStartTimeStamp_: Mtc['callEventStartTimeStamp'];
  let utcTimeOffset_: Mtc['utcTimeOffset'];
  let callEventDuration_: Mtc['callEventDuration'];
  let causeForTermination_: Mtc['causeForTermination'];
  let serviceCode_: Mtc['serviceCode'];
  let callingNumber_: Mtc['callingNumber'];
  let recEntityId_: Mtc['recEntityId'];
  let callReference_: Mtc['callReference'];
  let chargeAmount_: Mtc['chargeAmount'];
  let servingNetwork_: Mtc['servingNetwork'];
  let msisdn_: Mtc['msisdn'];
  let locationArea_: Mtc['locationArea'];
  let cellId_: Mtc['cellId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 34: imsi_ = bcdAt(source, at); break;
      case 33: imei_ = bcdAt(source, at); break;
      case 21: callEventStartTimeStamp_ = textAt(source, at); break;
      case 45: utcTimeOffset_ = textAt(source, at); break;
      case 19: callEventDuration_ = integerAt(source, at); break;
      case 24: causeForTermination_ = integerAt(source, at); break;
      case 46: serviceCode_ = plainServiceCode(source, firstAt(source, at)); break;
      case 22: callingNumber_ = textAt(source, at); break;
      case 35: recEntityId_ = textAt(source, at); break;
      case 23: callReference_ = integerAt(source, at); break;
      case 25: chargeAmount_ = integerAt(source, at); break;
      case 15: servingNetwork_ = textAt(source, at); break;
      case 49: msisdn_ = bcdAt(source, at); break;
      case 48: locationArea_ = integerAt(source, at); break;
      case 47: cellId_ = integerAt(source, at); break;
    }
  }
  return { imsi: imsi_, imei: imei_, callEventStartTimeStamp: callEventStartTimeStamp_, utcTimeOffset: utcTimeOffset_, callEventDuration: callEventDuration_, causeForTermination: causeForTermination_, serviceCode: serviceCode_, callingNumber: callingNumber_, recEntityId: recEntityId_, callReference: callReference_, chargeAmount: chargeAmount_, servingNetwork: servingNetwork_, msisdn: msisdn_, locationArea: locationArea_, cellId: cellId_ };
};

const encodeMtc = (writer: BackWriter, value: Mtc): void => {
  writer.integer(0x5f2f, value.cellId);
  writer.integer(0x5f30, value.locationArea);
  writer.bcd(0x5f31, value.msisdn);
  writer.text(0x4f, value.servingNetwork);
  writer.integer(0x59, value.chargeAmount);
  writer.integer(0x57, value.callReference);
  writer.text(0x5f23, value.recEntityId);
  writer.text(0x56, value.callingNumber);
  if (value.serviceCode !== undefined) { const from0 = writer.size; encodeServiceCode(writer, value.serviceCode); writer.header(from0, 0x7f2e); }
  writer.integer(0x58, value.causeForTermination);
  writer.integer(0x53, value.callEventDuration);
  writer.text(0x5f2d, value.utcTimeOffset);
  writer.text(0x55, value.callEventStartTimeStamp);
  writer.bcd(0x5f21, value.imei);
  writer.bcd(0x5f22, value.imsi);
};

export interface Gprs {
  readonly imsi?: string | undefined;
  readonly imei?: string | undefined;
  readonly callEventStartTimeStamp?: string | undefined;
  readonly utcTimeOffset?: string | undefined;
  readonly callEventDuration?: Integer | undefined;
  readonly causeForTermination?: Integer | undefined;
  readonly accessPointNameNI?: string | undefined;
  readonly accessPointNameOI?: string | undefined;
  readonly dataVolumeIncoming?: Integer | undefined;
  readonly dataVolumeOutgoing?: Integer | undefined;
  readonly sgsnAddress?: string | undefined;
  readonly ggsnAddress?: string | undefined;
  readonly chargingId?: Integer | undefined;
  readonly chargeAmount?: Integer | undefined;
  readonly servingNetwork?: string | undefined;
  readonly msisdn?: string | undefined;
  readonly locationArea?: Integer | undefined;
  readonly cellId?: Integer | undefined;
}

export class GprsView extends View implements Gprs {
  get imsi(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 34); return at < 0 ? undefined : bcdAt(source, at); }
  get imei(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 33); return at < 0 ? undefined : bcdAt(source, at); }
  get callEventStartTimeStamp(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 21); return at < 0 ? undefined : textAt(source, at); }
  get utcTimeOffset(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 45); return at < 0 ? undefined : textAt(source, at); }
  get callEventDuration(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 19); return at < 0 ? undefined : integerAt(source, at); }
  get causeForTermination(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 24); return at < 0 ? undefined : integerAt(source, at); }
  get accessPointNameNI(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 16); return at < 0 ? undefined : textAt(source, at); }
  get accessPointNameOI(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 17); return at < 0 ? undefined : textAt(source, at); }
  get dataVolumeIncoming(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 28); return at < 0 ? undefined : integerAt(source, at); }
  get dataVolumeOutgoing(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 29); return at < 0 ? undefined : integerAt(source, at); }
  get sgsnAddress(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 40); return at < 0 ? undefined : textAt(source, at); }
  get ggsnAddress(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 32); return at < 0 ? undefined : textAt(source, at); }
  get chargingId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 26); return at < 0 ? undefined : integerAt(source, at); }
  get chargeAmount(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 25); return at < 0 ? undefined : integerAt(source, at); }
  get servingNetwork(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 15); return at < 0 ? undefined : textAt(source, at); }
  get msisdn(): string | undefined { const { source } = this; const at = childAt(source, this.entry, 49); return at < 0 ? undefined : bcdAt(source, at); }
  get locationArea(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 48); return at < 0 ? undefined : integerAt(source, at); }
  get cellId(): Integer | undefined { const { source } = this; const at = childAt(source, this.entry, 47); return at < 0 ? undefined : integerAt(source, at); }
}

const plainGprs = (source: Source, entry: number): Gprs => {
  const { tape } = source;
  const end = tape[entry + 3] as number;
  let imsi_: Gprs['imsi'];
  let imei_: Gprs['imei'];
  let callEventStartTimeStamp_: Gprs['callEventStartTimeStamp'];
  let utcTimeOffset_: Gprs['utcTimeOffset'];
  let callEventDuration_: Gprs['callEventDuration'];
  let causeForTermination_: Gprs['causeForTermination'];
  let accessPointNameNI_: Gprs['accessPointNameNI'];
  let accessPointNameOI_: Gprs['accessPointNameOI'];
  let dataVolumeIncoming_: Gprs['dataVolumeIncoming'];
  let dataVolumeOutgoing_: Gprs['dataVolumeOutgoing'];
  let sgsnAddress_: Gprs['sgsnAddress'];
  let ggsnAddress_: Gprs['ggsnAddress'];
  let chargingId_: Gprs['chargingId'];
  let chargeAmount_: Gprs['chargeAmount'];
  let servingNetwork_: Gprs['servingNetwork'];
  let msisdn_: Gprs['msisdn'];
  let locationArea_: Gprs['locationArea'];
  let cellId_: Gprs['cellId'];
  for (let at = entry + ENTRY; at < end; at = tape[at + 3] as number) {
    switch (tape[at]) {
      case 34: imsi_ = bcdAt(source, at); break;
      case 33: imei_ = bcdAt(source, at); break;
      case 21: callEventStartTimeStamp_ = textAt(source, at); break;
      case 45: utcTimeOffset_ = textAt(source, at); break;
      case 19: callEventDuration_ = integerAt(source, at); break;
      case 24: causeForTermination_ = integerAt(source, at); break;
      case 16: accessPointNameNI_ = textAt(source, at); break;
      case 17: accessPointNameOI_ = textAt(source, at); break;
      case 28: dataVolumeIncoming_ = integerAt(source, at); break;
      case 29: dataVolumeOutgoing_ = integerAt(source, at); break;
      case 40: sgsnAddress_ = textAt(source, at); break;
      case 32: ggsnAddress_ = textAt(source, at); break;
      case 26: chargingId_ = integerAt(source, at); break;
      case 25: chargeAmount_ = integerAt(source, at); break;
      case 15: servingNetwork_ = textAt(source, at); break;
      case 49: msisdn_ = bcdAt(source, at); break;
      case 48: locationArea_ = integerAt(source, at); break;
      case 47: cellId_ = integerAt(source, at); break;
    }
  }
  return { imsi: imsi_, imei: imei_, callEventStartTimeStamp: callEventStartTimeStamp_, utcTimeOffset: utcTimeOffset_, callEventDuration: callEventDuration_, causeForTermination: causeForTermination_, accessPointNameNI: accessPointNameNI_, accessPointNameOI: accessPointNameOI_, dataVolumeIncoming: dataVolumeIncoming_, dataVolumeOutgoing: dataVolumeOutgoing_, sgsnAddress: sgsnAddress_, ggsnAddress: ggsnAddress_, chargingId: chargingId_, chargeAmount: chargeAmount_, servingNetwork: servingNetwork_, msisdn: msisdn_, locationArea: locationArea_, cellId: cellId_ };
};

const encodeGprs = (writer: BackWriter, value: Gprs): void => {
  writer.integer(0x5f2f, value.cellId);
  writer.integer(0x5f30, value.locationArea);
  writer.bcd(0x5f31, value.msisdn);
  writer.text(0x4f, value.servingNetwork);
  writer.integer(0x59, value.chargeAmount);
  writer.integer(0x5a, value.chargingId);
  writer.text(0x5f20, value.ggsnAddress);
  writer.text(0x5f28, value.sgsnAddress);
  writer.integer(0x5d, value.dataVolumeOutgoing);
  writer.integer(0x5c, value.dataVolumeIncoming);
  writer.text(0x51, value.accessPointNameOI);
  writer.text(0x50, value.accessPointNameNI);
  writer.integer(0x58, value.causeForTermination);
  writer.integer(0x53, value.callEventDuration);
  writer.text(0x5f2d, value.utcTimeOffset);
  writer.text(0x55, value.callEventStartTimeStamp);
  writer.bcd(0x5f21, value.imei);
  writer.bcd(0x5f22, value.imsi);
};

export interface CallEvent {
  readonly moc?: Moc | undefined;
  readonly mtc?: Mtc | undefined;
  readonly gprs?: Gprs | undefined;
}

export class CallEventView extends ChoiceView implements CallEvent {
  get moc(): Moc | undefined { const { source, entry } = this; return this.tag === 3 ? new MocView(source, entry) : undefined; }
  get mtc(): Mtc | undefined { const { source, entry } = this; return this.tag === 4 ? new MtcView(source, entry) : undefined; }
  get gprs(): Gprs | undefined { const { source, entry } = this; return this.tag === 5 ? new GprsView(source, entry) : undefined; }
}

const plainCallEvent = (source: Source, entry: number): CallEvent => {
  switch (entry < 0 ? -1 : source.tape[entry]) {
    case 3: return { moc: plainMoc(source, entry) };
    case 4: return { mtc: plainMtc(source, entry) };
    case 5: return { gprs: plainGprs(source, entry) };
    default: return {};
  }
};

const encodeCallEvent = (writer: BackWriter, value: CallEvent): void => {
  if (value.gprs !== undefined) { const from0 = writer.size; encodeGprs(writer, value.gprs); writer.header(from0, 0x65); }
  if (value.mtc !== undefined) { const from0 = writer.size; encodeMtc(writer, value.mtc); writer.header(from0, 0x64); }
  if (value.moc !== undefined) { const from0 = writer.size; encodeMoc(writer, value.moc); writer.header(from0, 0x63); }
};

export interface NrtrdeFile {
}

export class NrtrdeFileView extends ChoiceView implements NrtrdeFile {
}

const plainNrtrdeFile = (): NrtrdeFile => ({});

const encodeNrtrdeFile = (): void => {};

/** The units, the parts of a batch and the records of NRTRDE-0201. */
export const nrtrde0201 = {
  file: {
    view: (source, entry) => new NrtrdeFileView(source, entry),
    plain: plainNrtrdeFile,
    encode: encodeNrtrdeFile,
  } satisfies ChoiceCodec<NrtrdeFile>,
  part: {
    view: (source, entry) => new NrtrdePartView(source, entry),
    plain: plainNrtrdePart,
    encode: encodeNrtrdePart,
  } satisfies ChoiceCodec<NrtrdePart>,
  record: {
    view: (source, entry) => new CallEventView(source, entry),
    plain: plainCallEvent,
    encode: encodeCallEvent,
  } satisfies ChoiceCodec<CallEvent>,
};

export {
  encodeNrtrdePart,
  plainNrtrdePart,
  encodeServiceCode,
  plainServiceCode,
  encodeMoc,
  plainMoc,
  encodeMtc,
  plainMtc,
  encodeGprs,
  plainGprs,
  encodeCallEvent,
  plainCallEvent,
  encodeNrtrdeFile,
  plainNrtrdeFile,
};
