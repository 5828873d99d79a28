import { readerFault } from '../faults.ts';
import type { Execution, ReaderFault, ReaderFaultCode } from '../port.ts';

/** What a modem says instead of OK (3GPP TS 27.007 §9.2): its number, its words, and what it means for a card reader. */

type Row = readonly [code: number, text: string, fault: ReaderFaultCode, execution: Execution];

const ROWS: readonly Row[] = [
  [0, 'phone failure', 'ReaderRefused', 'unknown'],
  [3, 'operation not allowed', 'ReaderRefused', 'no'],
  [4, 'operation not supported', 'ReaderRefused', 'no'],
  [5, 'PH-SIM PIN required', 'ReaderRefused', 'no'],
  [10, 'SIM not inserted', 'CardAbsent', 'unknown'],
  [11, 'SIM PIN required', 'ReaderRefused', 'no'],
  [12, 'SIM PUK required', 'ReaderRefused', 'no'],
  [13, 'SIM failure', 'ProtocolError', 'unknown'],
  [14, 'SIM busy', 'ReaderRefused', 'no'],
  [15, 'SIM wrong', 'ProtocolError', 'unknown'],
  [16, 'incorrect password', 'ReaderRefused', 'no'],
  [17, 'SIM PIN2 required', 'ReaderRefused', 'no'],
  [18, 'SIM PUK2 required', 'ReaderRefused', 'no'],
  [50, 'Incorrect parameters', 'ReaderRefused', 'no'],
  [100, 'unknown', 'ProtocolError', 'unknown'],
];

/** `said` is what follows `+CME ERROR:`, a number or words; empty for a bare ERROR, which says nothing of the card. */
export const cmeFault = (modem: string, said: string): ReaderFault => {
  const text = said.trim();
  const row = ROWS.find(([code, words]) => text === String(code) || text.toLowerCase() === words.toLowerCase());
  if (row === undefined) {
    const what = text === '' ? 'ERROR' : `CME ERROR ${text.slice(0, 40)}`;
    return readerFault('ReaderRefused', `${modem} answered ${what}.`, 'unknown');
  }
  const [code, words, fault, execution] = row;
  return readerFault(fault, `${modem} answered CME ERROR ${code}: ${words}.`, execution);
};
