import { Effect, Exit, Fiber, Scope, Stream } from 'effect';
import { openPcsc } from '../../devices/card-reader/pcsc/pcsc.ts';
import { made } from '../../devices/card-reader/simulator/card/personality.ts';
import { SimCard } from '../../devices/card-reader/simulator/card/sim-card.ts';
import { type Misbehaviour, SimulatedCard } from '../../devices/card-reader/simulator/simulated-card.ts';
import { smartMouseCard } from '../../devices/card-reader/simulator/smart-mouse-card.ts';
import { vpcdCard } from '../../devices/card-reader/simulator/vpcd-card.ts';
import { VPCD_PORT } from '../../devices/card-reader/vpcd.ts';
import { openPseudoTerminal } from '../../devices/link/pseudo-terminal.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { encodeFile } from '../../domain/sim/uicc/file-codecs.ts';
import { Failure } from '../failure.ts';
import { anyPort } from '../supervisor/ports.ts';
import type { PcscPlace } from './pcsc-place.ts';

/**
 * The counter of the demo: two phone-type readers on serial lines of their own, a place where cards dial in over TCP,
 * and a virtual reader of PC/SC where there is one. The cards are simulated; the lines, the sockets, the service and the
 * readers' drivers are real.
 */

export type Place = 'serial-1' | 'serial-2' | 'tcp' | 'pcsc';

export interface Desk {
  /** `HUFU_READERS` of the node. */
  readonly readers: string;
  /** Where the cards are put in, one after the other. */
  readonly places: ReadonlyArray<Place>;
  /** What becomes of PC/SC. */
  readonly pcsc: string;
  /** Puts a card in; what it answers takes it out again. It misbehaves from its next command on. */
  readonly insert: (place: Place, card: SimulatedCard, misbehaviour?: Misbehaviour) => Promise<() => Promise<void>>;
  readonly close: () => Promise<void>;
}

const NOTICED_MS = 10_000;

/** A blank card as its vendor delivers it. */
export const blankCard = (iccid: string, adm: string): SimulatedCard => {
  const bytes = encodeFile('EF.ICCID', iccid, 10);
  if (isRefusal(bytes)) throw new Failure(`no card can be made: ${bytes.code}`);
  return new SimulatedCard(new SimCard(made({ iccid: bytes, adm })));
};

/** Until the service has noticed the card; it looks now and then. */
const noticed = (reader: string): Effect.Effect<void, Failure> =>
  openPcsc(reader).pipe(
    Effect.flatMap(({ presence }) => Stream.runHead(Stream.filter(presence, (now) => now === 'present'))),
    Effect.scoped,
    Effect.timeout(NOTICED_MS),
    Effect.mapError(({ message }) => new Failure(`no card shows in ${reader}: ${message}`)),
    Effect.asVoid,
  );

/** `pcsc`: the virtual reader of PC/SC, or why there is none. */
export const openDesk = async (pcsc: PcscPlace | string): Promise<Desk> => {
  const scope = await Effect.runPromise(Scope.make());
  const terminal = () => Effect.runPromise(Scope.extend(openPseudoTerminal, scope));
  const lines = { 'serial-1': await terminal(), 'serial-2': await terminal() };
  const virtual = typeof pcsc === 'string' ? undefined : pcsc;
  const port = await anyPort();
  const serial = Object.entries(lines).map(([name, { path }]) => `${name}=serial:${path}?reset=open`);
  const played = (place: Place, card: SimulatedCard) => {
    if (place === 'tcp') return vpcdCard(card, { host: '127.0.0.1', port });
    if (place !== 'pcsc') return smartMouseCard(card, lines[place].device);
    return vpcdCard(card, { host: '127.0.0.1', port: virtual?.port ?? VPCD_PORT });
  };
  return {
    readers: [...serial, `tcp=vpcd:${port}`, ...(virtual === undefined ? [] : [`pcsc=pcsc:${virtual.reader}`])].join(
      ';',
    ),
    places: ['serial-1', 'tcp', 'serial-2', virtual === undefined ? 'tcp' : 'pcsc'],
    pcsc: typeof pcsc === 'string' ? pcsc : `cards dial into ${pcsc.reader}, port ${pcsc.port}`,
    insert: async (place, card, misbehaviour = {}) => {
      card.misbehave(misbehaviour);
      const fiber = Effect.runFork(Effect.ignore(played(place, card)));
      if (place === 'pcsc' && virtual !== undefined) await Effect.runPromise(noticed(virtual.reader));
      return () => Effect.runPromise(Effect.asVoid(Fiber.interrupt(fiber)));
    },
    close: () => Effect.runPromise(Scope.close(scope, Exit.void)),
  };
};
