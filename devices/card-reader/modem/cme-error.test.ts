import { expect, test } from 'vitest';
import { cmeFault } from './cme-error.ts';

test.each([
  [' 10', 'CardAbsent', 'unknown'],
  ['SIM not inserted', 'CardAbsent', 'unknown'],
  [' 13', 'ProtocolError', 'unknown'],
  [' 14', 'ReaderRefused', 'no'],
  ['operation not allowed', 'ReaderRefused', 'no'],
  [' 11', 'ReaderRefused', 'no'],
  [' 999', 'ReaderRefused', 'unknown'],
  ['', 'ReaderRefused', 'unknown'],
])('CME ERROR%s is a named fault', (said, code, execution) => {
  expect(cmeFault('modem', said)).toMatchObject({ _tag: 'Fault', service: 'card-reader', code, execution });
});
