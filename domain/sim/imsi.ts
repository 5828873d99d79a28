import type { Brand } from '../kernel/brand.ts';
import { type Refusal, refuse } from '../kernel/refusal.ts';

/** The subscriber's number on the radio side (ITU-T E.212): MCC(3) MNC(2–3) MSIN, 14 or 15 digits in all. */
export type Imsi = Brand<string, 'Imsi'>;

const IMSI = /^[0-9]{14,15}$/;

export const isImsi = (text: string): text is Imsi => IMSI.test(text);

export const parseImsi = (text: string): Imsi | Refusal =>
  isImsi(text) ? text : refuse('invalid', 'InvalidImsi', 'An IMSI has 14 or 15 digits.', { field: 'imsi' });
