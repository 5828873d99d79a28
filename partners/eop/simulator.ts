import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Either, Schema } from 'effect';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { SM4_KEY_BYTES } from '../../domain/keys/sm4-gcm.ts';
import { certificates } from '../simulator/certificates.ts';
import { controlPort, patched } from '../simulator/control.ts';
import { stateFile } from '../simulator/state.ts';
import { bodyOf, sendText, tlsDoor } from '../simulator/tls-door.ts';
import type { EopSettings } from './configuration.ts';
import { DataAnswer, DataRequest, PATHS, ResultRequest } from './messages.ts';
import { EopBooks, type EopError, type EopOrder, isError } from './simulator-orders.ts';

/**
 * EOP as a program: an HTTPS server that lets nobody in without a certificate of its own authority, hands out write data
 * and hears results, and can fail in the ways of a real one. Its control port shows and changes how it behaves.
 */

const count = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));
const code = Schema.String.pipe(Schema.pattern(/^(?:[A-Z][A-Za-z0-9]{0,47})?$/));

export const EopBehaviour = Schema.Struct({
  seed: Schema.String,
  stock: count,
  components: Schema.Array(Schema.String),
  files: DataAnswer.fields.files,
  /** Refuses connections and ends those that are open. */
  down: Schema.Boolean,
  /** Before each answer. */
  latencyMs: count,
  /** The next so many answers: 503 and nothing done; */
  busy: count,
  /** … everything done, and the line cut before the answer; */
  loseAnswers: count,
  /** … sent twice; */
  answerTwice: count,
  /** … of data that were handed out before: other ones. */
  differ: count,
  /** With this code everything of the kind is refused; empty: nothing. */
  refuseData: code,
  refuseResults: code,
});
export type EopBehaviour = typeof EopBehaviour.Type;

const USUAL: EopBehaviour = {
  seed: 'hufu',
  stock: 1_000_000,
  components: [],
  files: [],
  down: false,
  latencyMs: 0,
  busy: 0,
  loseAnswers: 0,
  answerTwice: 0,
  differ: 0,
  refuseData: '',
  refuseResults: '',
};

export interface EopStart {
  readonly directory: string;
  /** Default 127.0.0.1; the certificate is for this name or address. */
  readonly host?: string;
  /** 0: any free port. */
  readonly port?: number;
  readonly controlPort?: number;
  /** At the first start only; later the kept behaviour counts. */
  readonly behaviour?: Partial<EopBehaviour>;
}

export interface RunningEop {
  readonly host: string;
  readonly port: number;
  readonly controlUrl: string;
  /** How we reach it: for `eopPortAt`. */
  readonly settings: EopSettings;
  /** The same for another process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly orders: () => readonly EopOrder[];
  /** Calls that came through the door. */
  readonly calls: () => number;
  readonly behaviour: () => EopBehaviour;
  /** As PATCH on the control port. */
  readonly control: (patch: Partial<EopBehaviour>) => Promise<void>;
  readonly close: () => Promise<void>;
}

const KEY_ID = 'eop-1';

const transportKey = async (file: string) => {
  const there = await readFile(file, 'utf8').catch(() => undefined);
  const text = there ?? `${KEY_ID}:${randomBytes(SM4_KEY_BYTES).toString('hex')}\n`;
  if (there === undefined) await writeFile(file, text, { mode: 0o600 });
  const [id = '', hex = ''] = text.trim().split(':');
  return { id, key: new SecretBytes(Buffer.from(hex, 'hex')) };
};

const decoded = <A, I>(schema: Schema.Schema<A, I>, body: string): A | EopError =>
  Either.getOrElse(Schema.decodeEither(Schema.parseJson(schema))(body), () => ({ status: 400, code: 'Malformed' }));

/** Takes one off a counter of the behaviour. */
const takes = (state: { behaviour: EopBehaviour }, name: 'busy' | 'loseAnswers' | 'answerTwice' | 'differ') => {
  const left = state.behaviour[name];
  if (left > 0) state.behaviour = { ...state.behaviour, [name]: left - 1 };
  return left > 0;
};

const sendJson = (response: ServerResponse, status: number, body: unknown, twice: boolean): void =>
  sendText(response, status, JSON.stringify(body), twice);

const answering = (books: EopBooks, state: { behaviour: EopBehaviour }) => {
  const answerOf = async (path: string, body: string): Promise<object> => {
    const { refuseData, refuseResults } = state.behaviour;
    if (path === PATHS.data) {
      const wanted = decoded(DataRequest, body);
      if (isError(wanted)) return wanted;
      if (refuseData !== '') return { status: 409, code: refuseData };
      const before = books.orders.some(({ request }) => request === wanted.request);
      return books.data(wanted, state.behaviour, before && takes(state, 'differ'));
    }
    if (path !== PATHS.result) return { status: 404, code: 'NoSuchPath' };
    const told = decoded(ResultRequest, body);
    if (isError(told)) return told;
    return refuseResults === '' ? books.result(told) : { status: 409, code: refuseResults };
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    await sleep(state.behaviour.latencyMs);
    if (body === undefined) return sendJson(response, 413, { code: 'TooLong', message: '' }, false);
    if (takes(state, 'busy')) return sendJson(response, 503, { code: 'Busy', message: '' }, false);
    const answer = await answerOf(request.method === 'POST' ? (request.url ?? '') : '', body);
    if (takes(state, 'loseAnswers')) return void request.socket.destroy();
    const twice = takes(state, 'answerTwice');
    if (!isError(answer)) return sendJson(response, 200, answer, twice);
    return sendJson(response, answer.status, { code: answer.code, message: `EOP: ${answer.code}` }, twice);
  };
};

export const startEop = async (start: EopStart): Promise<RunningEop> => {
  const { directory, host = '127.0.0.1' } = start;
  await mkdir(directory, { recursive: true });
  const keyFile = join(directory, 'transport-key');
  const key = await transportKey(keyFile);
  const certified = await certificates(join(directory, 'tls'), 'eop', host);
  const kept = await stateFile(join(directory, 'behaviour.json'), { behaviour: { ...USUAL, ...start.behaviour } });
  const books = await EopBooks.open(directory, key);
  const answer = answering(books, kept.value);
  let calls = 0;
  const { ca, client } = certified;
  const door = await tlsDoor(certified.server, ca, host, start.port ?? 0, async (request, response) => {
    calls += 1;
    await answer(request, response);
  });
  const { port } = door;
  const apply = () => door.open(!kept.value.behaviour.down);
  await apply();
  const change = async (patch: unknown): Promise<string | undefined> => {
    const behaviour = patched(EopBehaviour, kept.value.behaviour, patch);
    if (typeof behaviour === 'string') return behaviour;
    kept.value.behaviour = behaviour;
    await kept.save();
    await apply();
    return undefined;
  };
  const read = () => ({ ...kept.value.behaviour, orders: books.orders.length, calls });
  const control = await controlPort(start.controlPort ?? 0, read, change);
  await kept.save();
  const url = `https://${host}:${port}`;
  return {
    host,
    port,
    controlUrl: control.url,
    settings: {
      server: { url, ca, certificate: client.certificate, privateKey: client.privateKey },
      transportKey: key,
    },
    environment: {
      EOP_URL: url,
      EOP_CA_FILE: certified.caFile,
      EOP_CERT_FILE: client.certificateFile,
      EOP_KEY_FILE: client.keyFile,
      EOP_TRANSPORT_KEY_FILE: keyFile,
    },
    orders: () => books.orders,
    calls: () => calls,
    behaviour: () => kept.value.behaviour,
    control: async (patch) => {
      const wrong = await change(patch);
      if (wrong !== undefined) throw new Error(wrong);
    },
    close: async () => {
      await control.close();
      await door.open(false);
      await kept.save();
    },
  };
};
