import { applicationDecider } from '../../domain/sim/application/decide.ts';
import type { ApplicationCommand, ApplicationReply } from '../../domain/sim/application/schema.ts';
import { running } from './facts.ts';

/** The commands of an application of two lines (10 finished cards, 5 blank ones), for the tests of its rules. */

export const NO = 'A20261123-0001';
export const sm3 = (letter: string): string => letter.repeat(64);
export const [CARDS, POS, VALIDATION, OTHER] = [sm3('a'), sm3('b'), sm3('c'), sm3('d')];
export const file = (hash: string) => ({ id: `id-${hash[0]}`, name: `${hash[0]}.txt`, bytes: 1, sm3: hash });
export const iccids = (quantity: number) => [
  { range: 'r', first: '8986012600000000000', last: `89860126${`${quantity - 1}`.padStart(11, '0')}` },
];
export const imsis = (quantity: number) => [
  { range: 'r', first: '460010000000000', last: `46001${`${quantity - 1}`.padStart(10, '0')}` },
];

export const line = (no: number, quantity: number, cardType: 'blank' | 'finished' = 'blank', city = '110000') => ({
  no,
  cardType,
  product: 'P1',
  city,
  quantity,
});
export const draft: ApplicationCommand = {
  _tag: 'Draft',
  partner: 'VOP',
  remarks: '',
  vendors: ['V1', 'V2'],
  lines: [line(1, 10, 'finished'), line(2, 5, 'blank', '310000')],
};
export const submit: ApplicationCommand = { _tag: 'Submit' };
export const checked = (no: number, quantity: number, finished: boolean, missing = 0) => ({
  no,
  iccid: iccids(quantity),
  imsi: finished && quantity > missing ? imsis(quantity - missing) : [],
  missingIccid: 0,
  missingImsi: missing,
});
export const check: ApplicationCommand = {
  _tag: 'RecordCheck',
  round: 1,
  lines: [checked(1, 10, true), checked(2, 5, false)],
};
export const recordFile = (
  kind: 'application' | 'pos' | 'validation',
  status: 'generated' | 'uploaded' | 'received',
  hash = OTHER,
  part: string | null = null,
  round = 1,
): ApplicationCommand => ({ _tag: 'RecordFile', round, kind, status, file: file(hash), part });
export const uploaded = [recordFile('application', 'generated'), recordFile('application', 'uploaded')];
export const verdict = (
  accepted: ReadonlyArray<number>,
  rejected: ReadonlyArray<number>,
  round = 1,
): ApplicationCommand => ({
  _tag: 'RecordValidation',
  round,
  file: VALIDATION,
  accepted,
  rejected: rejected.map((no) => ({ no, code: 'E03', reason: 'quantity too large' })),
});
export const cards = (
  lines: ReadonlyArray<readonly [number, number]>,
  hash = CARDS,
  round = 1,
): ApplicationCommand => ({
  _tag: 'RecordCardFile',
  round,
  file: hash,
  lines: lines.map(([no, rows]) => ({ no, rows })),
});
export const part = (number: number, vendor: string, lines: ReadonlyArray<readonly [number, number]>) => ({
  part: number,
  vendor,
  lines: lines.map(([no, quantity]) => ({ no, quantity })),
});
export const split = (...parts: ReadonlyArray<ReturnType<typeof part>>): ApplicationCommand => ({
  _tag: 'RecordSplit',
  file: CARDS,
  criterion: 'hand',
  parts,
});
export const twoParts = split(
  part(1, 'V1', [[1, 6]]),
  part(2, 'V2', [
    [1, 4],
    [2, 5],
  ]),
);
export const sent = (id: string): ApplicationCommand => ({ _tag: 'RecordPartSent', part: id });
export const cancelPart = (id: string): ApplicationCommand => ({
  _tag: 'CancelPart',
  part: id,
  reason: 'vendor closed',
});
export const count = (
  id: string,
  no: number,
  numbers: Partial<Record<'made' | 'failed' | 'confirmed' | 'reversed', number>>,
) => ({
  part: id,
  no,
  made: 0,
  failed: 0,
  confirmed: 0,
  reversed: 0,
  ...numbers,
});
export const post = (
  counts: ReadonlyArray<ReturnType<typeof count>>,
  more: { hash?: string; chunk?: number; last?: boolean; kind?: 'pos' | 'posValidation' } = {},
): ApplicationCommand => ({
  _tag: 'PostProgress',
  file: more.hash ?? POS,
  kind: more.kind ?? 'pos',
  chunk: more.chunk ?? 0,
  last: more.last ?? true,
  counts,
  unknown: 1,
  duplicate: 2,
});
export const pause: ApplicationCommand = { _tag: 'Pause', reason: 'stock-taking' };
export const cancel: ApplicationCommand = { _tag: 'Cancel', reason: 'not needed' };
export const complete: ApplicationCommand = { _tag: 'Complete' };
export const drop = (no: number): ApplicationCommand => ({ _tag: 'DropLine', no, reason: 'given up' });
export const correct = (no: number, quantity: number): ApplicationCommand => ({
  _tag: 'Correct',
  lines: [{ no, quantity }],
});
export const rejectPos: ApplicationCommand = {
  _tag: 'RejectPos',
  part: '1.1',
  file: POS,
  code: 'E90',
  reason: 'unreadable',
};

export const atValidation = [draft, submit, check, ...uploaded];
export const accepted = [...atValidation, verdict([1, 2], [])];
export const planned = [
  ...accepted,
  cards([
    [1, 10],
    [2, 5],
  ]),
];
export const atVendors = [...planned, twoParts, sent('1.1'), sent('1.2')];

export const having = (commands: ReadonlyArray<ApplicationCommand>) => {
  const application = running(applicationDecider, NO);
  for (const command of commands) application.must(command);
  return application;
};
export const where = (reply: ApplicationReply): readonly [string, string | null] => [reply.stage, reply.waitingFor];
