import { Effect, type Scope } from 'effect';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { openSerial } from '../link/serial.ts';
import { linkFault } from './faults.ts';
import { type ModemOptions, modemReader } from './modem/modem.ts';
import { openPcsc } from './pcsc/pcsc.ts';
import type { CardReader, ReaderFault } from './port.ts';
import { type SmartMouseOptions, smartMouse } from './serial/smart-mouse.ts';
import { listenVpcd, VPCD_PORT } from './vpcd.ts';

/**
 * Readers by address, as settings and the command line name them:
 *
 * - `serial:PATH?baud=9600&reset=rts|dtr|open&echo=on|off&presence=cts|dsr|dcd&max-baud=115200`: a smart mouse; `baud` is
 *   the speed of the answer to reset.
 * - `modem:PATH?baud=115200&access=csim|crsm&reset=cfun|none`
 * - `vpcd:PORT?host=127.0.0.1`: the first card that dials in.
 * - `pcsc:NAME`: the PC/SC reader whose name begins so.
 */
export type ReaderAddress =
  | ({ readonly kind: 'serial'; readonly path: string; readonly maxBaudRate: number } & Required<
      Pick<SmartMouseOptions, 'reset' | 'echo' | 'clockHz'>
    > &
      Pick<SmartMouseOptions, 'presence'>)
  | ({ readonly kind: 'modem'; readonly path: string; readonly baudRate: number } & Required<ModemOptions>)
  | { readonly kind: 'vpcd'; readonly host: string; readonly port: number }
  | { readonly kind: 'pcsc'; readonly name: string };

/** Clocks that a bit of the answer to reset takes (ISO 7816-3 §8.1). */
const FIRST_FI = 372;

const invalid = (message: string): Refusal => refuse('invalid', 'InvalidReaderAddress', message, { field: 'reader' });

/** Named values behind the `?`, each read once; whatever is left is unknown. */
class Settings {
  private readonly left: Map<string, string>;
  problem: string | undefined;

  constructor(query: string) {
    this.left = new Map(new URLSearchParams(query));
  }

  private take(name: string): string | undefined {
    const value = this.left.get(name);
    this.left.delete(name);
    return value;
  }

  one<const Value extends string>(name: string, values: readonly Value[]): Value | undefined {
    const text = this.take(name);
    const found = values.find((value) => value === text);
    if (text !== undefined && found === undefined) this.problem ??= `${name} is one of ${values.join(', ')}`;
    return found;
  }

  count(name: string, usual: number): number {
    const text = this.take(name);
    const value = text === undefined ? usual : Number(text);
    if (!Number.isInteger(value) || value < 1 || value > 4_000_000) this.problem ??= `${name} is a whole number`;
    return value;
  }

  text(name: string, usual: string): string {
    return this.take(name) ?? usual;
  }

  /** What is wrong, if anything. */
  end(): string | undefined {
    const [unknown] = this.left.keys();
    return this.problem ?? (unknown === undefined ? undefined : `there is no setting ${unknown}`);
  }
}

const addressOf = (kind: string, place: string, settings: Settings): ReaderAddress | undefined => {
  if (kind === 'serial') {
    const presence = settings.one('presence', ['cts', 'dsr', 'dcd']);
    return {
      kind,
      path: place,
      clockHz: settings.count('baud', 9_600) * FIRST_FI,
      reset: settings.one('reset', ['rts', 'dtr', 'open']) ?? 'rts',
      echo: settings.one('echo', ['on', 'off']) !== 'off',
      maxBaudRate: settings.count('max-baud', 115_200),
      ...(presence === undefined ? {} : { presence }),
    };
  }
  if (kind === 'modem') {
    const access = settings.one('access', ['csim', 'crsm']) ?? 'csim';
    const reset = settings.one('reset', ['cfun', 'none']) ?? 'cfun';
    return { kind, path: place, baudRate: settings.count('baud', 115_200), access, reset };
  }
  if (kind === 'vpcd') {
    const port = place === '' ? VPCD_PORT : Number(place);
    if (!Number.isInteger(port) || port < 0 || port > 65_535) return undefined;
    return { kind, port, host: settings.text('host', '127.0.0.1') };
  }
  return kind === 'pcsc' ? { kind, name: place } : undefined;
};

export const parseReaderAddress = (text: string): ReaderAddress | Refusal => {
  const found = /^([a-z]+):([^?]*)(?:\?(.*))?$/.exec(text);
  if (found === null) return invalid('A reader is serial:PATH, modem:PATH, vpcd:PORT or pcsc:NAME.');
  const [, kind = '', place = '', query = ''] = found;
  const settings = new Settings(query);
  const address = addressOf(kind, place, settings);
  if (address === undefined || (place === '' && kind !== 'vpcd')) {
    return invalid('A reader is serial:PATH, modem:PATH, vpcd:PORT or pcsc:NAME.');
  }
  const problem = settings.end();
  return problem === undefined ? address : invalid(`The address of the reader cannot be read: ${problem}.`);
};

/** Opens it, until the scope closes. A vpcd reader waits until a card dials in; `listening` is told on which port. */
export const openReader = (
  address: ReaderAddress,
  listening: (port: number) => void = () => undefined,
): Effect.Effect<CardReader, ReaderFault, Scope.Scope> => {
  if (address.kind === 'pcsc') return openPcsc(address.name);
  if (address.kind === 'vpcd') {
    const { host, port } = address;
    return Effect.flatMap(listenVpcd({ host, port }), (listener) => {
      listening(listener.port);
      return listener.accept;
    });
  }
  const { path } = address;
  if (address.kind === 'modem') {
    const link = Effect.mapError(openSerial({ path, baudRate: address.baudRate }), linkFault());
    return Effect.flatMap(link, (open) => modemReader(open, address));
  }
  const open: SmartMouseOptions['open'] = (settings) => openSerial({ path, stopBits: 2, ...settings });
  return smartMouse(`serial ${path}`, { ...address, open });
};
