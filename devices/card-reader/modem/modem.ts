import { Effect, Schedule, type Scope, Stream } from 'effect';
import type { Link } from '../../link/link.ts';
import { readerFault } from '../faults.ts';
import type { CardReader, Presence, ReaderFault } from '../port.ts';
import { readerOver } from '../reader.ts';
import type { CardTransport } from '../transport.ts';
import { AtChannel } from './at-channel.ts';
import { RestrictedAccess } from './crsm.ts';
import { genericAccess } from './csim.ts';

/**
 * A modem or phone as a card reader (3GPP TS 27.007 §8.17, §8.18): `AT+CSIM` passes commands through, `AT+CRSM` knows
 * reading and updating of files alone, and many modems have only that. The modem uses the card as well, and gives no
 * answer to reset.
 */

export interface ModemOptions {
  /** Default `csim`. */
  readonly access?: 'csim' | 'crsm';
  /**
   * `cfun`: the modem's radio is switched off and on, which resets the card; `none`: nothing is reset, and what was
   * selected and verified stays. Default `cfun`.
   */
  readonly reset?: 'cfun' | 'none';
}

const COMMAND_MS = 5_000;
const READY_MS = 10_000;
const READY_POLL_MS = 200;
const PRESENCE_POLL_MS = 2_000;
const NO_ATR = new Uint8Array();

/** Whether the modem sees a card, and needs nobody to type a PIN. */
const cardState = (at: AtChannel): Effect.Effect<void, ReaderFault> =>
  Effect.flatMap(at.ask('AT+CPIN?', '+CPIN:', COMMAND_MS), ([state = '']) =>
    // A card with a PIN can be read in part, and it is the card that decides.
    state === ''
      ? Effect.fail(readerFault('CardAbsent', `${at.name} does not say whether it has a card.`))
      : Effect.void,
  );

/** After a restart modems say "SIM busy" or "SIM failure" for a while. */
const ready = (at: AtChannel): Effect.Effect<void, ReaderFault> =>
  cardState(at).pipe(
    Effect.retry({
      schedule: Schedule.spaced(READY_POLL_MS),
      times: READY_MS / READY_POLL_MS,
      while: ({ code }) => code === 'ReaderRefused' || code === 'ProtocolError',
    }),
  );

const refusalsPass = (fault: ReaderFault): Effect.Effect<readonly string[], ReaderFault> =>
  fault.code === 'ReaderRefused' ? Effect.succeed([]) : Effect.fail(fault);

const restarted = (at: AtChannel, { reset }: ModemOptions): Effect.Effect<Uint8Array, ReaderFault> =>
  Effect.gen(function* () {
    // Both are wishes: a modem that keeps its echo or its words for errors is understood as well.
    yield* Effect.catchAll(at.ask('ATE0', '', COMMAND_MS), refusalsPass);
    yield* Effect.catchAll(at.ask('AT+CMEE=1', '', COMMAND_MS), refusalsPass);
    if (reset !== 'none') {
      yield* at.ask('AT+CFUN=0', '', READY_MS);
      yield* at.ask('AT+CFUN=1', '', READY_MS);
    }
    yield* ready(at);
    return NO_ATR;
  });

const presence = (
  at: AtChannel,
  alone: <A>(action: Effect.Effect<A, ReaderFault>) => Effect.Effect<A, ReaderFault>,
) => {
  const asked: Effect.Effect<Presence, ReaderFault> = alone(cardState(at)).pipe(
    Effect.as('present' as const),
    Effect.catchIf(
      ({ code }) => code === 'CardAbsent',
      () => Effect.succeed('absent' as const),
    ),
  );
  return Stream.changes(
    Stream.concat(Stream.fromEffect(asked), Stream.repeatEffect(Effect.delay(asked, PRESENCE_POLL_MS))),
  );
};

/** The reader over a link to a modem. */
export const modemReader = (link: Link, options: ModemOptions = {}): Effect.Effect<CardReader, never, Scope.Scope> =>
  Effect.gen(function* () {
    const at = new AtChannel(link);
    // Presence is asked beside commands.
    const line = yield* Effect.makeSemaphore(1);
    const alone = <A>(action: Effect.Effect<A, ReaderFault>): Effect.Effect<A, ReaderFault> =>
      line.withPermits(1)(action);
    const restricted = options.access === 'crsm' ? new RestrictedAccess(at) : undefined;
    const transport: CardTransport = {
      name: at.name,
      power: () =>
        alone(
          Effect.suspend(() => {
            restricted?.forget();
            return restarted(at, options);
          }),
        ),
      powerOff: Effect.void,
      unit: () => (restricted === undefined ? 'T=0 TPDU' : 'APDU'),
      exchange: (command, withinMs) =>
        alone(restricted === undefined ? genericAccess(at, command, withinMs) : restricted.exchange(command, withinMs)),
      presence: presence(at, alone),
      close: link.close,
    };
    return yield* readerOver(transport);
  });
