import type { Fault } from '../../domain/kernel/refusal.ts';
import type { Execution, ReaderFault, ReaderFaultCode } from './port.ts';

/** Faults of a card reader, and what those of the link below mean for it. */

export const readerFault = (code: ReaderFaultCode, message: string, execution: Execution = 'no'): ReaderFault => ({
  _tag: 'Fault',
  service: 'card-reader',
  code,
  message,
  execution,
});

const ofLink = (code: string): ReaderFaultCode => {
  if (code === 'LinkUnavailable') return 'ReaderUnavailable';
  if (code === 'LinkTimeout') return 'CardTimeout';
  return code === 'LinkUnable' ? 'ReaderRefused' : 'ReaderGone';
};

/** A fault of the link, while the card may (`unknown`) or cannot (`no`) have got all of a command. */
export const linkFault =
  (execution: Execution = 'no') =>
  ({ code, message }: Fault): ReaderFault =>
    readerFault(ofLink(code), message, execution);

/** The same fault, later in an exchange: what has been certain stays so. */
export const during =
  (execution: Execution) =>
  (fault: ReaderFault): ReaderFault => ({ ...fault, execution });
