/**
 * By what runs are found in the Temporal UI. Search attributes pass no codec, so they hold words of ours only: no
 * name, number or document of anybody. Registered at start by `temporal.config.ts`.
 */
import { defineSearchAttributeKey, type SearchAttributeType } from '@temporalio/common';

export const HUFU_AREA = defineSearchAttributeKey('HufuArea', 'KEYWORD');
export const HUFU_TENANT = defineSearchAttributeKey('HufuTenant', 'KEYWORD');
/** The stage that a process is in, as its contract names stages. */
export const HUFU_STAGE = defineSearchAttributeKey('HufuStage', 'KEYWORD');
export const HUFU_PARTNER = defineSearchAttributeKey('HufuPartner', 'KEYWORD');
export const HUFU_CITY = defineSearchAttributeKey('HufuCity', 'KEYWORD_LIST');
export const HUFU_PRODUCT = defineSearchAttributeKey('HufuProduct', 'KEYWORD_LIST');

export const searchAttributes: ReadonlyArray<{ readonly name: string; readonly type: SearchAttributeType }> = [
  HUFU_AREA,
  HUFU_TENANT,
  HUFU_STAGE,
  HUFU_PARTNER,
  HUFU_CITY,
  HUFU_PRODUCT,
];
