import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Either, Schema } from 'effect';
import { noticeIsOurs } from '../../domain/keys/notice-signature.ts';
import type { ChargeNotice, RelationNotice } from '../../domain/mandates/province-messages.ts';
import { Msisdn, Subscriber } from '../../domain/mandates/schema.ts';
import { SIGNATURE } from '../notices.ts';
import { ANY_USUAL, anyBehaviour, Conduct, count } from '../simulator/conduct.ts';
import { controlPort, patched } from '../simulator/control.ts';
import { secretFile } from '../simulator/secrets.ts';
import { stateFile } from '../simulator/state.ts';
import { bodyOf, sendText } from '../simulator/tls-door.ts';
import { CHARGE_PATH, CHECK_PATH, type ListedProvince, NOTICE_PATH } from './http.ts';
import { type MandateRecord, ProvinceBooks, type ProvinceSubscriber, type SentText } from './simulator-books.ts';

/**
 * A province as a program: a CRM that knows its subscribers and keeps mandates, a BOSS with a copy, and texts in an
 * outbox instead of a network. Its control port shows them and changes how it behaves.
 */

const ProvinceBehaviour = Schema.Struct({
  ...anyBehaviour,
  /** The next so many relations are kept with another amount. */
  differ: count,
  /** Its BOSS takes nothing: the CRM keeps what it is told, and asks to be told again. */
  bossDown: Schema.Boolean,
  /** It takes no notice, and says that it never will. */
  refuse: Schema.Boolean,
});
export type ProvinceBehaviour = typeof ProvinceBehaviour.Type;

const USUAL: ProvinceBehaviour = { ...ANY_USUAL, differ: 0, bossDown: false, refuse: false };

const { existing: _existing, ...subscriber } = Subscriber.fields;
/** A subscriber as the control port takes it: what is left out stays, or is usual. */
const SubscriberWish = Schema.Struct({
  number: Msisdn,
  subscriber: Schema.partialWith(Schema.Struct({ ...subscriber, own: Schema.Boolean, balanceMinor: Schema.Int }), {
    exact: true,
  }),
});

export const USUAL_SUBSCRIBER: ProvinceSubscriber = {
  primary: true,
  status: 'normal',
  userType: 'prepaid',
  services: [],
  blacklisted: false,
  collection: false,
  own: false,
  balanceMinor: 5_000,
};

export interface ProvinceStart {
  readonly directory: string;
  readonly code: string;
  readonly name: string;
  readonly segments: ListedProvince['segments'];
  /** Numbers that it has from the beginning. */
  readonly subscribers: ReadonlyMap<string, Partial<ProvinceSubscriber>>;
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  readonly controlPort?: number;
}

export interface RunningProvince {
  readonly controlUrl: string;
  /** Its entry in the file of HUFU_PROVINCES_FILE. */
  readonly listed: ListedProvince;
  readonly records: () => ReadonlyMap<string, MandateRecord>;
  readonly boss: () => ReadonlyMap<string, MandateRecord>;
  readonly texts: () => readonly SentText[];
  /** What BOSS has heard of charges, by their id. */
  readonly charges: () => ReadonlyMap<string, ChargeNotice>;
  readonly checks: () => number;
  readonly setSubscriber: (number: string, patch: Partial<ProvinceSubscriber>) => Promise<void>;
  readonly control: (patch: Partial<ProvinceBehaviour>) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Decision {
  readonly status: number;
  readonly value: object;
}

/** Of the newest texts, on the control port. */
const SHOWN = 50;

export const startProvince = async (start: ProvinceStart): Promise<RunningProvince> => {
  const { directory, code, name, segments, host = '127.0.0.1' } = start;
  const books = await ProvinceBooks.open(directory);
  const keyFile = join(directory, 'key');
  const key = await secretFile(keyFile);
  const kept = await stateFile(join(directory, 'behaviour.json'), { behaviour: USUAL });
  const conduct = new Conduct(kept.value);
  let checks = 0;
  const setSubscriber = (number: string, patch: Partial<ProvinceSubscriber>): Promise<void> =>
    books.setSubscriber(number, { ...USUAL_SUBSCRIBER, ...books.subscribers.get(number), ...patch });
  for (const [number, known] of start.subscribers) {
    if (!books.subscribers.has(number)) await setSubscriber(number, known);
  }

  const decide = async (path: string, body: string): Promise<Decision> => {
    if (conduct.takes('busy')) return { status: 503, value: { code: 'Busy' } };
    if (path === CHECK_PATH) {
      checks += 1;
      const found = books.check((JSON.parse(body) as { readonly number: string }).number);
      return found === undefined ? { status: 404, value: { code: 'NumberUnknown' } } : { status: 200, value: found };
    }
    if (path !== NOTICE_PATH && path !== CHARGE_PATH) return { status: 404, value: {} };
    const notice = JSON.parse(body) as RelationNotice | ChargeNotice;
    const { number } = notice;
    if (!books.subscribers.has(number)) return { status: 422, value: { code: 'NumberUnknown' } };
    if (conduct.behaviour.refuse) return { status: 422, value: { code: 'NotWanted' } };
    if ('revision' in notice) await books.take(notice, notice.relation !== null && conduct.takes('differ'));
    if (conduct.behaviour.bossDown) return { status: 503, value: { code: 'BossUnavailable' } };
    if ('revision' in notice) await books.synchronise(number);
    else await books.takeCharge(notice);
    return { status: 200, value: { taken: true } };
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await bodyOf(request)) ?? '';
    if (!noticeIsOurs(key.reveal(), Date.now(), body, String(request.headers[SIGNATURE]))) {
      return sendText(response, 401, '{}', false);
    }
    const delivery = await conduct.delivery();
    const { status, value } = await decide(request.url ?? '', body);
    await delivery.turn();
    if (delivery.times === 0) return void request.socket.destroy();
    sendText(response, status, JSON.stringify(value), delivery.times === 2);
  };
  const server = createServer((request, response) => {
    serve(request, response).catch(() => response.destroy());
  });
  const listen = async (port: number): Promise<void> => {
    server.listen(port, host);
    await once(server, 'listening');
  };
  await listen(start.port ?? 0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  };
  const apply = async (): Promise<void> => {
    if (conduct.behaviour.down === !server.listening) return;
    await (conduct.behaviour.down ? close() : listen(port));
  };
  await apply();
  const change = async (patch: unknown): Promise<string | undefined> => {
    const behaviour = patched(ProvinceBehaviour, kept.value.behaviour, patch);
    if (typeof behaviour === 'string') return behaviour;
    kept.value.behaviour = behaviour;
    await kept.save();
    await apply();
    return undefined;
  };
  const control = await controlPort(
    start.controlPort ?? 0,
    () => ({
      ...kept.value.behaviour,
      subscribers: Object.fromEntries(books.subscribers),
      records: Object.fromEntries(books.records),
      boss: Object.fromEntries(books.boss),
      charges: Object.fromEntries(books.charges),
      texts: books.texts.slice(-SHOWN),
    }),
    change,
    async (wish) => {
      const wanted = Schema.decodeUnknownEither(SubscriberWish, { onExcessProperty: 'error' })(wish);
      if (Either.isLeft(wanted)) return wanted.left.message;
      const { number, subscriber: patch } = wanted.right;
      await setSubscriber(number, patch);
      return books.subscribers.get(number) ?? {};
    },
  );
  await kept.save();
  return {
    controlUrl: control.url,
    listed: { code, name, url: `http://${host}:${port}`, keyFile, segments },
    records: () => books.records,
    boss: () => books.boss,
    texts: () => books.texts,
    charges: () => books.charges,
    checks: () => checks,
    setSubscriber,
    control: async (patch) => {
      const wrong = await change(patch);
      if (wrong !== undefined) throw new Error(wrong);
    },
    close: async () => {
      await control.close();
      if (server.listening) await close();
      await kept.save();
    },
  };
};
