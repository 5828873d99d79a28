import { NrtrdeFile } from '../../domain/roaming/outgoing/nrtrde-file.ts';
import type { PricedEvent } from '../../domain/roaming/outgoing/priced-event.ts';
import { momentOfEvent, type SimulatedFile, simulatedEvent } from './simulator-file.ts';

/** NRTRDE 2.1 files of a partner: the same usage that its TAP file of these numbers will have (`simulatedFile`), sooner. */

export interface SimulatedNrtrde extends SimulatedFile {
  /** It says another count of records than it has. */
  readonly wrongCount?: boolean;
  /** It says a release of which nothing is known. */
  readonly wrongVersion?: boolean;
}

const NRTRDE_EVENTS = { made: 'voice.originating', received: 'voice.terminating', data: 'data' } as const;

const pricedOf = (file: SimulatedFile, place: number): PricedEvent => {
  const { at, usage, stamp, who, charge } = simulatedEvent(file, place);
  const kind = usage.service === 'data' ? 'data' : usage.direction === 'originating' ? 'made' : 'received';
  return {
    event: NRTRDE_EVENTS[kind],
    ...who,
    imei: `35${String(at).padStart(13, '0')}0`.slice(0, 16),
    party: usage.destination,
    localTime: stamp.localTimeStamp,
    utcOffset: file.utcOffset,
    seconds: kind === 'data' ? 60 : usage.quantity,
    bytesIn: kind === 'data' ? usage.quantity - (usage.quantity >> 3) : 0,
    bytesOut: kind === 'data' ? usage.quantity >> 3 : 0,
    reference: String(at),
    area: 0,
    cell: at % 60_000,
    chargeMinor: charge,
    chargedUnits: 0,
    entityType: 1,
    entityId: '33600001',
  };
};

/** `5f25`: release version number. */
const RELEASE = Buffer.from([0x5f, 0x25, 1]);
const UNKNOWN_RELEASE = 9;

/** The file whole, and its name. */
export const simulatedNrtrde = (file: SimulatedNrtrde): { readonly name: string; readonly bytes: Buffer } => {
  const { sender, recipient, utcOffset, sequence } = file;
  const events = Array.from({ length: file.records }, (_, place) => pricedOf(file, place));
  const atMs = momentOfEvent(file, file.records) + 60_000;
  const made = new NrtrdeFile({ sender, recipient, utcOffset }, { sequence, atMs });
  for (const event of events) made.measure(event);
  const { head, tail } = made.around();
  if (file.wrongCount === true) tail.writeUInt8((tail.at(-1) ?? 0) ^ 1, tail.length - 1);
  if (file.wrongVersion === true) head.writeUInt8(UNKNOWN_RELEASE, head.indexOf(RELEASE) + RELEASE.length);
  return { name: made.name, bytes: Buffer.concat([head, ...events.map((event) => made.record(event)), tail]) };
};
