import type { Facts } from '../../../domain/roaming/validation/facts.ts';
import { batchBytes, type Loose } from '../tap-batch.ts';
import { inControl, inRecords, moc, type Plants, withFacts } from './planting.ts';
import type { Plant } from './spoil.ts';

/** Faults of control information and notifications. */
const RETURNED: Facts = { history: { expected: 43, earlier: { digest: 'aa', outcome: 'returned' } } };
/** Nothing can be told of a file without version but by who says which one it is. */
const forced =
  (change: (control: Loose) => void): Plant =>
  (batch) => {
    change(batch.batchControlInfo);
    return { format: batch.version };
  };
const CONTROL: Plants = ['batchControlInfo', 'notification'].flatMap((group) => [
  [`${group}/37`, withFacts(RETURNED)],
  [
    `${group}/38`,
    inControl(
      (control) => {
        control.fileTypeIndicator = 'T';
      },
      { agreement: { live: true } },
    ),
  ],
  [`${group}/39`, withFacts({ agreement: { live: false } })],
  [
    `${group}/40`,
    inControl(
      (control) => {
        control.rapFileSequenceNumber = '00007';
      },
      { history: { expected: 42 } },
    ),
  ],
]);

export const HEADER_FAULTS: Plants = [
  ...CONTROL,
  [
    'notification/34',
    forced((control) => {
      delete control.specificationVersionNumber;
    }),
  ],
  ['sender/20', withFacts({ senders: ['DEUD1'] })],
  ['sender/100', withFacts({ fileName: 'CDDEUD1CHNCU00042' })],
  ['recipient/20', withFacts({ recipients: ['CHNCM'] })],
  ['recipient/100', withFacts({ fileName: 'CDFRAF1CHNCM00042' })],
  ['fileSequenceNumber/100', withFacts({ fileName: 'CDFRAF1CHNCU00043' })],
  ['fileSequenceNumber/200', withFacts({ history: { expected: 40 } })],
  [
    'fileSequenceNumber/201',
    () => ({ facts: { history: { expected: 43, earlier: { digest: 'aa', outcome: 'accepted' } } }, digest: 'bb' }),
  ],
  [
    'fileCreationTimeStamp/100',
    inControl((control) => {
      control.fileCreationTimeStamp.localTimeStamp = '20261101195900';
    }),
  ],
  [
    'fileAvailableTimeStamp/100',
    inControl((control) => {
      control.fileAvailableTimeStamp.localTimeStamp = '20261101195900';
      delete control.fileCreationTimeStamp;
    }),
  ],
  [
    'fileAvailableTimeStamp/102',
    inControl((control) => {
      control.fileAvailableTimeStamp.localTimeStamp = '20261101195900';
      delete control.fileCreationTimeStamp;
    }),
  ],
  [
    'fileAvailableTimeStamp/101',
    inControl((control) => {
      control.fileAvailableTimeStamp.localTimeStamp = '20261101200500';
    }),
  ],
  [
    'fileAvailableTimeStamp/103',
    inControl((control) => {
      control.fileAvailableTimeStamp.localTimeStamp = '20261101200500';
    }),
  ],
  ['fileAvailableTimeStamp/104', withFacts({ receivedAtMs: Date.UTC(2026, 10, 1, 12) })],
  ['fileAvailableTimeStamp/105', withFacts({ receivedAtMs: Date.UTC(2026, 10, 1, 12) })],
  [
    'specificationVersionNumber/20',
    (batch) => {
      batch.batchControlInfo.specificationVersionNumber = 4;
      return { bytes: batchBytes(batch), format: batch.version };
    },
  ],
  [
    'releaseVersionNumber/20',
    (batch) => {
      batch.batchControlInfo.releaseVersionNumber = 11;
      return { bytes: batchBytes(batch), format: batch.version };
    },
  ],
  [
    'fileTypeIndicator/20',
    inControl((control) => {
      control.fileTypeIndicator = 'B';
    }),
  ],
  [
    'fileTypeIndicator/10',
    inControl((control) => {
      control.fileTypeIndicator = '1';
    }),
  ],
  [
    'rapFileSequenceNumber/10',
    inControl((control) => {
      control.rapFileSequenceNumber = 'x';
    }),
  ],
  [
    'rapFileSequenceNumber/20',
    inControl((control) => {
      control.rapFileSequenceNumber = '00000';
    }),
  ],
  [
    'rapFileSequenceNumber/11',
    inRecords((batch) => {
      moc(batch).basicCallInformation.rapFileSequenceNumber = 'x';
    }),
  ],
  [
    'rapFileSequenceNumber/21',
    inRecords((batch) => {
      moc(batch).basicCallInformation.rapFileSequenceNumber = '00000';
    }),
  ],
  ['operatorSpecInformation/30', withFacts({ agreement: { operatorSpecInformation: false } })],
];
