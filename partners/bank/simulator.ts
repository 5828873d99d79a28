import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect, Either, Schema } from 'effect';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { fault } from '../../domain/kernel/refusal.ts';
import { LONGEST_FRAME } from '../../domain/mandates/iso8583/frames.ts';
import type { Answer, Draft, Message } from '../../domain/mandates/messages/schema.ts';
import { messageAt } from '../../domain/mandates/messages/signed.ts';
import { connectionTo, type TlsServer } from '../connection.ts';
import { type Certificates, certificates } from '../simulator/certificates.ts';
import { controlPort, patched } from '../simulator/control.ts';
import { secretFile, signingKey } from '../simulator/secrets.ts';
import { stateFile } from '../simulator/state.ts';
import { bodyOf, sendText, tlsDoor } from '../simulator/tls-door.ts';
import type { ListedBank } from './configuration.ts';
import { door, type Exchange, type Handler, MESSAGES_PATH, overHttps, SIGNATURE } from './exchange.ts';
import { accountsOf, type BankAccount } from './simulator-accounts.ts';
import { BankBehaviour, BankConduct, USUAL } from './simulator-behaviour.ts';
import { BankBooks, type BankPayment } from './simulator-books.ts';
import { BankDesk, CounterRequest, type CounterResult, type HallDoor } from './simulator-desk.ts';
import { overSignedForm } from './simulator-form.ts';
import { simulatedLine } from './simulator-line.ts';
import { bankPage } from './simulator-page.ts';

/**
 * A bank as a program, over HTTPS or over a line of ISO 8583's kind: it keeps books, says messages of its own, and can
 * fail in the ways of a real one. Its control port shows and changes how it behaves.
 */

export interface BankStart {
  readonly directory: string;
  readonly code: string;
  readonly name: string;
  readonly noticesTo: 'hall' | 'paymentWeb';
  readonly transport: ListedBank['transport']['kind'];
  /** Of a line; default 2. */
  readonly headerBytes?: 2 | 4;
  /** Default 127.0.0.1; the certificate is for this name or address. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  readonly controlPort?: number;
  /** Where a bank with HTTPS says its own messages. */
  readonly carrier?: TlsServer;
  /** Where the bank tells the hall itself. */
  readonly hall?: HallDoor;
  /** Its customers; default: four, with the bank's own card numbers. */
  readonly accounts?: readonly BankAccount[];
  /** Of its page for customers. */
  readonly pagePort?: number;
  /** At the first start only; later the kept behaviour counts. */
  readonly behaviour?: Partial<BankBehaviour>;
}

export interface RunningBank {
  readonly address: string;
  readonly controlUrl: string;
  /** Where a user with a ticket is sent. */
  readonly pageUrl: string;
  readonly accounts: readonly BankAccount[];
  /** Somebody wants a mandate at a branch, in online banking, at a terminal; as POST on the control port. */
  readonly open: (request: CounterRequest) => Promise<CounterResult>;
  /** Its entry in the file of HUFU_BANKS_FILE. */
  readonly listed: ListedBank;
  readonly payments: () => readonly BankPayment[];
  /** Agreements that stand in its books. */
  readonly formal: () => readonly string[];
  /** What it has heard about an agreement, or said, in order. */
  readonly heard: (agreement: string) => readonly Message[];
  /** Says a message of the bank's own, and keeps what it was answered. */
  readonly say: (draft: Draft) => Promise<Answer>;
  /** As PATCH on the control port. */
  readonly control: (patch: Partial<BankBehaviour>) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Opened {
  readonly port: number;
  readonly open: (open: boolean) => Promise<void>;
  readonly exchange: Exchange;
  readonly listed: ListedBank['transport'];
}

/** The first six digits of a bank’s cards (ISO/IEC 7812). */
const BINS: Readonly<Record<string, string>> = { CMB: '622588', CCB: '621700', UNIONPAY: '621226' };

export const unconnected: Exchange = () =>
  Effect.fail(fault('hufu', 'Unavailable', 'The bank was not told where we are.'));

const overTls = async (start: BankStart, host: string, handle: Handler, conduct: BankConduct): Promise<Opened> => {
  const { directory, code, carrier } = start;
  const certified: Certificates = await certificates(join(directory, 'tls'), code.toLowerCase(), host);
  const signingKeyFile = join(directory, 'carrier.key');
  const [own, ours] = await Promise.all([signingKey(join(directory, 'bank.key')), signingKey(signingKeyFile)]);
  const bankKeysFile = join(directory, 'bank.pub');
  await writeFile(bankKeysFile, `${own.publicKey.hex}\n`);
  const keys = { own, theirs: [ours.publicKey] };
  const answer = door((bank) => (bank === code ? keys : undefined), 'carrier', handle);
  const opened = await tlsDoor(certified.server, certified.ca, host, start.port ?? 0, async (request, response) => {
    const body = await bodyOf(request);
    const placed = request.method === 'POST' && request.url === MESSAGES_PATH && body !== undefined;
    if (!placed) return sendText(response, 400, JSON.stringify({ code: 'Malformed' }), false);
    const delivery = await conduct.delivery();
    const answered = await Effect.runPromise(answer(body, String(request.headers[SIGNATURE] ?? '')));
    await delivery.turn();
    if (delivery.times === 0) return void request.socket.destroy();
    if (delivery.garbage) return sendText(response, 200, '{"nothing":', false);
    return sendText(response, answered.status, answered.body, delivery.times === 2, answered.headers);
  });
  const { caFile, client } = certified;
  return {
    ...opened,
    exchange: carrier === undefined ? unconnected : overHttps(connectionTo('hufu', carrier), keys),
    listed: {
      kind: 'https',
      url: `https://${host}:${opened.port}`,
      caFile,
      certFile: client.certificateFile,
      keyFile: client.keyFile,
      signingKeyFile,
      bankKeysFile,
    },
  };
};

const overIso = async (start: BankStart, host: string, handle: Handler, conduct: BankConduct): Promise<Opened> => {
  const macKeyFile = join(start.directory, 'mac.key');
  const headerBytes = start.headerBytes ?? 2;
  const frames = { headerBytes, longest: LONGEST_FRAME };
  const place = { terminal: 'HUFU0001', institution: '10080000' };
  const line = { host, frames, ...place, macKey: await secretFile(macKeyFile) };
  const opened = await simulatedLine(start.code, line, start.port ?? 0, handle, (network) => conduct.delivery(network));
  return { ...opened, listed: { kind: 'iso8583', host, port: opened.port, headerBytes, ...place, macKeyFile } };
};

const WAYS = { https: overTls, iso8583: overIso, form: overSignedForm } as const;

export const startBank = async (start: BankStart): Promise<RunningBank> => {
  const { directory, code, name, noticesTo, host = '127.0.0.1' } = start;
  await mkdir(directory, { recursive: true });
  const books = await BankBooks.open(directory);
  const kept = await stateFile(join(directory, 'behaviour.json'), { behaviour: { ...USUAL, ...start.behaviour } });
  const conduct = new BankConduct(kept.value);
  const handle: Handler = (message): Effect.Effect<Awaited<ReturnType<BankBooks['answer']>>, Refusal | Fault> =>
    conduct.takes('busy')
      ? Effect.fail(fault('bank', 'Busy', 'Later.'))
      : Effect.promise(() => books.answer(message, conduct.departure(message.type)));
  const open = await WAYS[start.transport](start, host, handle, conduct);
  const apply = () => open.open(!kept.value.behaviour.down);
  await apply();
  const change = async (patch: unknown): Promise<string | undefined> => {
    const behaviour = patched(BankBehaviour, kept.value.behaviour, patch);
    if (typeof behaviour === 'string') return behaviour;
    kept.value.behaviour = behaviour;
    await kept.save();
    await apply();
    return undefined;
  };
  const read = () => ({
    ...kept.value.behaviour,
    formal: books.formal.length,
    agreements: books.formal,
    payments: books.payments,
  });
  const accounts = start.accounts ?? accountsOf(BINS[code] ?? '622848');
  const hall = start.hall && { door: start.hall, own: await signingKey(join(directory, 'bank.key')) };
  const behaviour = () => kept.value.behaviour;
  const desk = new BankDesk({ bank: code, books, accounts, behaviour, exchange: open.exchange, ...(hall && { hall }) });
  const page = await bankPage(host, start.pagePort ?? 0, desk.pageParts(name), desk.known);
  const control = await controlPort(
    start.controlPort ?? 0,
    () => ({ ...read(), accounts }),
    change,
    async (body) => {
      const wanted = Schema.decodeUnknownEither(CounterRequest, { onExcessProperty: 'error' })(body);
      return Either.isLeft(wanted) ? wanted.left.message : desk.open(wanted.right);
    },
  );
  await kept.save();
  return {
    address: `${start.transport === 'iso8583' ? 'tcp' : 'https'}://${host}:${open.port}`,
    controlUrl: control.url,
    pageUrl: `${page.url}/mandate`,
    accounts,
    open: (request) => desk.open(request),
    listed: { code, name, noticesTo, page: { url: `${page.url}/mandate` }, transport: open.listed },
    payments: () => books.payments,
    formal: () => books.formal,
    heard: (agreement) => books.about(agreement),
    say: async (draft) => {
      const message = messageAt(draft, Date.now());
      const answer = await Effect.runPromise(open.exchange(message));
      await books.said(message, answer);
      return answer;
    },
    control: async (patch) => {
      const wrong = await change(patch);
      if (wrong !== undefined) throw new Error(wrong);
    },
    close: async () => {
      desk.close();
      await page.close();
      await control.close();
      await open.open(false);
      await kept.save();
    },
  };
};
