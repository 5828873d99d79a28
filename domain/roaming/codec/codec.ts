import * as nrtrde0201 from './generated/nrtrde-0201.ts';
import * as rap0105Tap0309 from './generated/rap-0105-tap-0309.ts';
import * as rap0105Tap0310 from './generated/rap-0105-tap-0310.ts';
import * as rap0105Tap0311 from './generated/rap-0105-tap-0311.ts';
import * as rap0105Tap0312 from './generated/rap-0105-tap-0312.ts';
import * as tap0309 from './generated/tap-0309.ts';
import * as tap0310 from './generated/tap-0310.ts';
import * as tap0311 from './generated/tap-0311.ts';
import * as tap0312 from './generated/tap-0312.ts';
import { type FormatName, type Grammar, grammar } from './grammar.ts';
import type { Value } from './interpret.ts';
import { type Scheme, schemeOf } from './scheme.ts';
import type { ChoiceCodec } from './view.ts';

/** Where a unit stands: alone in the file, in a batch beside its list of records, or in that list. */
export type Level = 'file' | 'part' | 'record';

/** What the units of each format are, by level. */
export interface Types {
  'TAP-0309': { file: tap0309.DataInterChange; part: tap0309.TransferBatchPart; record: tap0309.CallEventDetail };
  'TAP-0310': { file: tap0310.DataInterChange; part: tap0310.TransferBatchPart; record: tap0310.CallEventDetail };
  'TAP-0311': { file: tap0311.DataInterChange; part: tap0311.TransferBatchPart; record: tap0311.CallEventDetail };
  'TAP-0312': { file: tap0312.DataInterChange; part: tap0312.TransferBatchPart; record: tap0312.CallEventDetail };
  'RAP-0105/TAP-0309': RapTypes<
    rap0105Tap0309.RapDataInterChange,
    rap0105Tap0309.ReturnBatchPart,
    rap0105Tap0309.ReturnDetail
  >;
  'RAP-0105/TAP-0310': RapTypes<
    rap0105Tap0310.RapDataInterChange,
    rap0105Tap0310.ReturnBatchPart,
    rap0105Tap0310.ReturnDetail
  >;
  'RAP-0105/TAP-0311': RapTypes<
    rap0105Tap0311.RapDataInterChange,
    rap0105Tap0311.ReturnBatchPart,
    rap0105Tap0311.ReturnDetail
  >;
  'RAP-0105/TAP-0312': RapTypes<
    rap0105Tap0312.RapDataInterChange,
    rap0105Tap0312.ReturnBatchPart,
    rap0105Tap0312.ReturnDetail
  >;
  'NRTRDE-0201': { file: nrtrde0201.NrtrdeFile; part: nrtrde0201.NrtrdePart; record: nrtrde0201.CallEvent };
}
interface RapTypes<File, Part, Rec> {
  file: File;
  part: Part;
  record: Rec;
}

type Generated = { readonly [F in FormatName]: { readonly [L in Level]: ChoiceCodec<Types[F][L]> } };

const GENERATED: Generated = {
  'TAP-0309': tap0309.tap0309,
  'TAP-0310': tap0310.tap0310,
  'TAP-0311': tap0311.tap0311,
  'TAP-0312': tap0312.tap0312,
  'RAP-0105/TAP-0309': rap0105Tap0309.rap0105Tap0309,
  'RAP-0105/TAP-0310': rap0105Tap0310.rap0105Tap0310,
  'RAP-0105/TAP-0311': rap0105Tap0311.rap0105Tap0311,
  'RAP-0105/TAP-0312': rap0105Tap0312.rap0105Tap0312,
  'NRTRDE-0201': nrtrde0201.nrtrde0201,
};

/** One format as all of its parts, for code that does not care which. */
export interface Codec {
  readonly format: FormatName;
  readonly grammar: Grammar;
  readonly scheme: Scheme;
  readonly of: { readonly [L in Level]: ChoiceCodec<Value> };
}

const made = new Map<FormatName, Codec>();

export const codec = (format: FormatName): Codec => {
  const known = made.get(format);
  if (known !== undefined) return known;
  const rules = grammar(format);
  // Each value comes from this format's own functions, or has passed its grammar (`valueOfJson`).
  const of = GENERATED[format] as unknown as Codec['of'];
  const fresh = { format, grammar: rules, scheme: schemeOf(rules), of };
  made.set(format, fresh);
  return fresh;
};
