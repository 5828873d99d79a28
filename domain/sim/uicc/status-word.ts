import { type Refusal, type RefusalKind, refuse } from '../../kernel/refusal.ts';
import { INS } from './commands.ts';

/**
 * What the two status bytes of a response say: a stable name, what it means, and above all what the command has done
 * to the card, since that decides whether it may be sent again. The tables of TS 102 221 §10.2.1 and TS 51.011 §9.4;
 * where the two give one word different meanings, the class of the card decides.
 */

/** `gsm`: class byte A0 (TS 51.011). `uicc`: 00 and 80 (TS 102 221). */
export type CardClass = 'gsm' | 'uicc';

/**
 * `done` as asked; `more` bytes wait for GET RESPONSE; `repeat` with the right Le; `warning` answered, but not as
 * asked; `refused` not done.
 */
export type StatusOutcome = 'done' | 'more' | 'repeat' | 'warning' | 'refused';

/** What has changed on the card. `counter`: one try of a PIN, ADM or key is gone. `unknown`: read before writing again. */
export type StatusEffect = 'done' | 'nothing' | 'counter' | 'unknown';

export interface Status {
  readonly sw: number;
  /** Stable, in PascalCase: `SecurityStatusNotSatisfied`. `UnknownStatus` when no table has it. */
  readonly name: string;
  readonly outcome: StatusOutcome;
  readonly effect: StatusEffect;
  readonly meaning: string;
  readonly clause: string;
  /** Tries left (`63Cx`), bytes waiting (`61xx`, `9Fxx`), the right Le (`6Cxx`; 256 for `00`), retries (`920x`). */
  readonly count?: number;
}

type Row = readonly [
  words: string,
  on: CardClass | 'both',
  name: string,
  outcome: StatusOutcome,
  effect: StatusEffect,
  clause: string,
  meaning: string,
];

const T102 = 'TS 102 221 §10.2.1';
const T51 = 'TS 51.011 §9.4';

/** The first row whose words hold the status counts; an `x` holds any digit. */
export const STATUS_WORDS: readonly Row[] = [
  ['9000', 'both', 'Ok', 'done', 'done', `${T102}.1`, 'done'],
  ['91xx', 'both', 'OkProactivePending', 'done', 'done', `${T102}.1`, 'done; a proactive command waits'],
  ['920x', 'gsm', 'OkAfterRetries', 'done', 'done', `${T51}.3`, 'written, after internal retries'],
  ['9240', 'gsm', 'MemoryProblem', 'refused', 'unknown', `${T51}.3`, 'memory problem'],
  ['92xx', 'uicc', 'OkTransferOngoing', 'done', 'done', `${T102}.1`, 'done; a data transfer session goes on'],
  ['9300', 'both', 'ToolkitBusy', 'refused', 'nothing', `${T102}.2`, 'the toolkit is busy, later'],
  ['9fxx', 'gsm', 'ResponseWaiting', 'more', 'done', `${T51}.1`, 'bytes wait for GET RESPONSE'],
  ['61xx', 'both', 'ResponseWaiting', 'more', 'done', 'TS 102 221 §7.3.1.1', 'bytes wait for GET RESPONSE'],
  ['6cxx', 'both', 'WrongLe', 'repeat', 'nothing', 'TS 102 221 §7.3.1.1', 'repeat with this Le'],
  ['6200', 'both', 'WarningUnchanged', 'warning', 'nothing', `${T102}.3`, 'no information, nothing changed'],
  ['6281', 'both', 'DataMayBeCorrupt', 'warning', 'nothing', `${T102}.3`, 'part of the data may be corrupt'],
  ['6282', 'both', 'EndOfFile', 'warning', 'nothing', `${T102}.3`, 'the file ends before Le bytes'],
  ['6283', 'both', 'FileDeactivated', 'warning', 'nothing', `${T102}.3`, 'the selected file is deactivated'],
  ['6284', 'both', 'FileTerminated', 'warning', 'nothing', `${T102}.3`, 'the selected file is terminated'],
  ['62f1', 'uicc', 'MoreData', 'warning', 'nothing', `${T102}.3`, 'more data available'],
  [
    '62f2',
    'uicc',
    'MoreDataProactivePending',
    'warning',
    'nothing',
    `${T102}.3`,
    'more data; a proactive command waits',
  ],
  ['62f3', 'uicc', 'ResponseAvailable', 'warning', 'nothing', `${T102}.3`, 'response data available'],
  ['63f1', 'uicc', 'MoreDataExpected', 'done', 'done', `${T102}.3`, 'more data expected'],
  ['63f2', 'uicc', 'MoreDataExpectedProactivePending', 'done', 'done', `${T102}.3`, 'more expected; a command waits'],
  ['6300', 'both', 'VerificationFailed', 'refused', 'counter', 'GPC §11.1.3', 'the code or cryptogram is wrong'],
  ['6400', 'both', 'FailedUnchanged', 'refused', 'nothing', `${T102}.4`, 'execution error, nothing changed'],
  ['6500', 'both', 'FailedChanged', 'refused', 'unknown', `${T102}.4`, 'execution error, memory changed'],
  ['6581', 'both', 'MemoryProblem', 'refused', 'unknown', `${T102}.4`, 'memory problem'],
  ['67xx', 'both', 'WrongLength', 'refused', 'nothing', `${T102}.5`, 'wrong length (P3, Lc or Le)'],
  ['6881', 'both', 'ChannelNotSupported', 'refused', 'nothing', `${T102}.5.1`, 'no such logical channel'],
  [
    '6882',
    'both',
    'SecureMessagingNotSupported',
    'refused',
    'nothing',
    `${T102}.5.1`,
    'secure messaging not supported',
  ],
  [
    '68xx',
    'both',
    'ClassFunctionNotSupported',
    'refused',
    'nothing',
    `${T102}.5.1`,
    'function of the class byte not supported',
  ],
  ['6981', 'both', 'WrongFileStructure', 'refused', 'nothing', `${T102}.5.2`, 'the file has another structure'],
  [
    '6982',
    'both',
    'SecurityStatusNotSatisfied',
    'refused',
    'nothing',
    `${T102}.5.2`,
    'the right code was not verified',
  ],
  ['6983', 'both', 'Blocked', 'refused', 'nothing', `${T102}.5.2`, 'the code is blocked, no try left'],
  ['6984', 'both', 'ReferencedDataInvalid', 'refused', 'nothing', `${T102}.5.2`, 'the referenced data is invalidated'],
  ['6985', 'both', 'ConditionsNotSatisfied', 'refused', 'nothing', `${T102}.5.2`, 'conditions of use not satisfied'],
  ['6986', 'both', 'NoFileSelected', 'refused', 'nothing', `${T102}.5.2`, 'no elementary file selected'],
  [
    '6988',
    'both',
    'WrongSecureMessaging',
    'refused',
    'nothing',
    'ISO 7816-4 §5.6',
    'secure messaging objects incorrect',
  ],
  ['6989', 'uicc', 'SecureChannelRequired', 'refused', 'nothing', `${T102}.5.2`, 'the secure channel is not satisfied'],
  ['69xx', 'both', 'NotAllowed', 'refused', 'nothing', `${T102}.5.2`, 'command not allowed'],
  ['6a80', 'both', 'WrongData', 'refused', 'nothing', `${T102}.5.3`, 'wrong parameters in the data field'],
  ['6a81', 'both', 'FunctionNotSupported', 'refused', 'nothing', `${T102}.5.3`, 'function not supported'],
  ['6a82', 'both', 'FileNotFound', 'refused', 'nothing', `${T102}.5.3`, 'no such file'],
  ['6a83', 'both', 'RecordNotFound', 'refused', 'nothing', `${T102}.5.3`, 'no such record'],
  ['6a84', 'both', 'NotEnoughMemory', 'refused', 'nothing', `${T102}.5.3`, 'not enough memory'],
  ['6a86', 'both', 'WrongP1P2', 'refused', 'nothing', `${T102}.5.3`, 'wrong P1 or P2'],
  ['6a87', 'both', 'LcContradictsP1P2', 'refused', 'nothing', `${T102}.5.3`, 'Lc contradicts P1 or P2'],
  ['6a88', 'both', 'ReferencedDataNotFound', 'refused', 'nothing', `${T102}.5.3`, 'the referenced data is not there'],
  ['6axx', 'both', 'WrongParameters', 'refused', 'nothing', `${T102}.5.3`, 'wrong parameters'],
  ['6bxx', 'both', 'WrongP1P2', 'refused', 'nothing', `${T102}.5`, 'wrong P1 or P2'],
  ['6dxx', 'both', 'UnknownInstruction', 'refused', 'nothing', `${T102}.5`, 'the card does not know the instruction'],
  ['6exx', 'both', 'WrongClass', 'refused', 'nothing', `${T102}.5`, 'the card does not know the class byte'],
  ['6fxx', 'both', 'TechnicalProblem', 'refused', 'unknown', `${T102}.5`, 'technical problem, no diagnosis'],
  ['9400', 'gsm', 'NoFileSelected', 'refused', 'nothing', `${T51}.4`, 'no elementary file selected'],
  ['9402', 'gsm', 'OutOfRange', 'refused', 'nothing', `${T51}.4`, 'address out of range'],
  ['9404', 'gsm', 'FileNotFound', 'refused', 'nothing', `${T51}.4`, 'no such file, or pattern not found'],
  ['9408', 'gsm', 'WrongFileStructure', 'refused', 'nothing', `${T51}.4`, 'the file has another structure'],
  ['9802', 'gsm', 'NoCodeInitialised', 'refused', 'nothing', `${T51}.5`, 'no such CHV on the card'],
  ['9804', 'gsm', 'AccessConditionNotFulfilled', 'refused', 'nothing', `${T51}.5`, 'the right CHV was not verified'],
  ['9808', 'gsm', 'ContradictsCodeStatus', 'refused', 'nothing', `${T51}.5`, 'in contradiction with the CHV status'],
  ['9810', 'gsm', 'FileDeactivated', 'refused', 'nothing', `${T51}.5`, 'in contradiction with the invalidation status'],
  ['9840', 'gsm', 'Blocked', 'refused', 'counter', `${T51}.5`, 'the CHV is blocked, no try left'],
  ['9850', 'both', 'MaximumReached', 'refused', 'nothing', `${T102}.6`, 'INCREASE: the maximum is reached'],
  ['9862', 'both', 'AuthenticationMacWrong', 'refused', 'nothing', `${T102}.6`, 'authentication error, wrong MAC'],
  ['9863', 'uicc', 'SessionExpired', 'refused', 'nothing', `${T102}.6`, 'security session expired'],
];

const COUNTED: Readonly<Record<string, number>> = { '61xx': 0xff, '6cxx': 0xff, '9fxx': 0xff, '920x': 0x0f };
/** `63Cx` is tries left where a code was checked; elsewhere it is a write that took x internal retries. */
const CHECKS_CODE: ReadonlySet<number> = new Set([
  INS.verify,
  INS.changePin,
  INS.disablePin,
  INS.enablePin,
  INS.unblockPin,
  INS.externalAuthenticate,
]);

const statusOf63c = (sw: number, ins: number): Status =>
  CHECKS_CODE.has(ins)
    ? {
        sw,
        name: 'WrongCode',
        outcome: 'refused',
        // Sent without a value, VERIFY only asks for the counter; whoever sent it knows that nothing was used up.
        effect: 'counter',
        meaning: 'the code is wrong',
        clause: `${T102}.3`,
        count: sw & 0x0f,
      }
    : {
        sw,
        name: 'OkAfterRetries',
        outcome: 'done',
        effect: 'done',
        meaning: 'done, after internal retries',
        clause: `${T102}.3`,
        count: sw & 0x0f,
      };

/** What the status says after the instruction `ins` on a card of this class. */
export const statusOf = (sw: number, cardClass: CardClass, ins: number): Status => {
  const text = sw.toString(16).padStart(4, '0');
  if (text.startsWith('63c')) return statusOf63c(sw, ins);
  const row = STATUS_WORDS.find(
    ([words, on]) =>
      (on === 'both' || on === cardClass) && [...words].every((digit, i) => digit === 'x' || digit === text[i]),
  );
  if (row === undefined) {
    return {
      sw,
      name: 'UnknownStatus',
      outcome: 'refused',
      effect: 'unknown',
      meaning: 'not in the standards',
      clause: '',
    };
  }
  const [words, , name, outcome, effect, clause, meaning] = row;
  // A wrong CHV costs a try; the same word from READ or UPDATE costs none.
  const used = name === 'AccessConditionNotFulfilled' && CHECKS_CODE.has(ins) ? 'counter' : effect;
  const status: Status = { sw, name, outcome, effect: used, meaning, clause };
  const mask = COUNTED[words];
  if (mask === undefined) return status;
  const count = sw & mask;
  return { ...status, count: count === 0 && mask === 0xff ? 256 : count };
};

const KINDS: Readonly<Record<string, RefusalKind>> = {
  FileNotFound: 'missing',
  RecordNotFound: 'missing',
  ReferencedDataNotFound: 'missing',
  SecurityStatusNotSatisfied: 'denied',
  AccessConditionNotFulfilled: 'denied',
  SecureChannelRequired: 'denied',
  AuthenticationMacWrong: 'denied',
  VerificationFailed: 'denied',
  WrongCode: 'denied',
  Blocked: 'denied',
  NotEnoughMemory: 'exhausted',
};

/** A status that is a "no", as a refusal whose code is the status' name with `Card` before it. */
export const refusalOf = (status: Status, field?: string): Refusal => {
  const left = status.name === 'WrongCode' ? `, tries left: ${status.count ?? 0}` : '';
  const word = status.sw.toString(16).toUpperCase().padStart(4, '0');
  return refuse(
    KINDS[status.name] ?? 'conflict',
    `Card${status.name}`,
    `The card answered ${word}: ${status.meaning}${left}.`,
    field === undefined ? {} : { field },
  );
};
