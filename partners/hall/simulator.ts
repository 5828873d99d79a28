import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema } from 'effect';
import { noticeIsOurs } from '../../domain/keys/notice-signature.ts';
import { sm2PublicKey } from '../../domain/keys/sm2.ts';
import type { HallNotice } from '../../domain/mandates/hall/notice.ts';
import { answerTo, isNotLetIn, openMessage, replyOf, signAnswer } from '../../domain/mandates/messages/signed.ts';
import { type CarrierAccess, CarrierClient } from '../simulator/carrier.ts';
import { controlPort, patched } from '../simulator/control.ts';
import { secretFile, signingKey } from '../simulator/secrets.ts';
import { stateFile } from '../simulator/state.ts';
import { jsonAnswer, type WebAnswer, type WebRequest, webSite } from '../simulator/web.ts';
import { HallPages } from './simulator-pages.ts';

/**
 * The carrier's web hall as a program: pages for a user's browser (log in, number, agreement and bank, result), calls of
 * our REST behind them, and two doors for what it is told: by us, signed with a key of both, and by banks in their own
 * signed messages (docs/partners/hall.md). It can be down, slow, and lose its answers.
 */

export const HallBehaviour = Schema.Struct({
  /** Tells nobody that it has heard. */
  down: Schema.Boolean,
  latencyMs: Schema.Int.pipe(Schema.between(0, 60_000)),
  /** So many notices are taken, and the line is cut before the answer. */
  loseAnswers: Schema.Int.pipe(Schema.between(0, 1_000)),
});
export type HallBehaviour = typeof HallBehaviour.Type;

export interface HallStart {
  readonly directory: string;
  readonly carrier: CarrierAccess;
  /** Public keys of banks that tell the hall themselves, 130 hex digits each, by code. */
  readonly bankKeys: Readonly<Record<string, readonly string[]>>;
  readonly host?: string;
  /** 0: any free one. */
  readonly port?: number;
  readonly controlPort?: number;
}

/** What the hall has heard of a session, besides what it asks us. */
export interface Heard {
  /** By the bank itself: `formalNotice`, or `failureNotice` with its reason. */
  readonly bank: { readonly type: 'formalNotice' | 'failureNotice'; readonly reason: string | null } | null;
  readonly carrier: HallNotice | null;
}

export interface RunningHall {
  readonly url: string;
  readonly controlUrl: string;
  /** The key of our notices. */
  readonly keyFile: string;
  /** Where our notices go. */
  readonly noticesUrl: string;
  /** Where banks tell it, and the public key of its answers. */
  readonly banksUrl: string;
  readonly publicKey: string;
  /** Who may log in to its pages. */
  readonly user: { readonly name: string; readonly password: string };
  readonly heard: (session: string) => Heard;
  readonly control: (patch: Partial<HallBehaviour>) => Promise<void>;
  readonly close: () => Promise<void>;
}

interface Kept {
  behaviour: HallBehaviour;
  heard: Record<string, Heard>;
}

const NOTHING: Heard = { bank: null, carrier: null };

/** The ticket names its session (`T.<session>.…`): the hall knows a bank's word by it. */
const sessionOfTicket = (ticket: string): string => ticket.split('.')[1] ?? '';

export const startHall = async (start: HallStart): Promise<RunningHall> => {
  const { directory, host = '127.0.0.1' } = start;
  await mkdir(directory, { recursive: true });
  const keyFile = join(directory, 'notices.key');
  const key = (await secretFile(keyFile)).reveal();
  const own = await signingKey(join(directory, 'hall.key'));
  const password = (await secretFile(join(directory, 'user.password'))).reveal().toString('base64url');
  const user = { name: 'lin', password };
  const usual: HallBehaviour = { down: false, latencyMs: 0, loseAnswers: 0 };
  const kept = await stateFile<Kept>(join(directory, 'state.json'), { behaviour: usual, heard: {} });
  const heard = (session: string): Heard => kept.value.heard[session] ?? NOTHING;
  const hear = async (session: string, change: Partial<Heard>): Promise<void> => {
    kept.value.heard[session] = { ...heard(session), ...change };
    await kept.save();
  };
  const theirs = (bank: string) => (start.bankKeys[bank] ?? []).flatMap((hex) => sm2PublicKey(hex) ?? []);
  const pages = new HallPages({ client: new CarrierClient(start.carrier), user, heard, url: () => site.url });

  const fromCarrier = async ({ body, headers }: WebRequest): Promise<WebAnswer> => {
    if (!noticeIsOurs(key, Date.now(), body, String(headers['hufu-signature']))) return jsonAnswer(401, {});
    const notice = JSON.parse(body) as HallNotice;
    if ((heard(notice.session).carrier?.revision ?? 0) <= notice.revision) {
      await hear(notice.session, { carrier: notice });
    }
    return jsonAnswer(200, { taken: true });
  };
  const fromBank = async ({ body, headers }: WebRequest): Promise<WebAnswer> => {
    const keysOf = (bank: string) => ({ own, theirs: theirs(bank) });
    const signature = String(headers['mandate-signature'] ?? '');
    const message = openMessage(keysOf, 'bank', Date.now(), { body, signature });
    if (isNotLetIn(message)) return jsonAnswer(401, { code: message.code });
    if (message.type !== 'formalNotice' && message.type !== 'failureNotice') {
      return jsonAnswer(400, { code: 'Malformed' });
    }
    const reason = message.type === 'failureNotice' ? message.reason : null;
    await hear(sessionOfTicket(message.ticket), { bank: { type: message.type, reason } });
    const signed = signAnswer(answerTo(message, replyOf(message.type, 'Done'), Date.now()), keysOf(message.bank));
    return { ...jsonAnswer(200, {}), body: signed.body, headers: { 'mandate-signature': signed.signature } };
  };
  const DOORS: Readonly<Record<string, (request: WebRequest) => Promise<WebAnswer>>> = {
    '/notices': fromCarrier,
    '/mandates/v1/messages': fromBank,
  };
  const serve = async (request: WebRequest): Promise<WebAnswer | undefined> => {
    const { behaviour } = kept.value;
    const door = request.method === 'POST' ? DOORS[request.path] : undefined;
    if (door === undefined) return pages.serve(request);
    await new Promise((resolve) => setTimeout(resolve, behaviour.latencyMs));
    if (behaviour.down) return jsonAnswer(503, {});
    const answer = await door(request);
    if (behaviour.loseAnswers === 0) return answer;
    kept.value.behaviour = { ...behaviour, loseAnswers: behaviour.loseAnswers - 1 };
    return undefined;
  };
  const site = await webSite(host, start.port ?? 0, serve);
  const change = async (patch: unknown): Promise<string | undefined> => {
    const behaviour = patched(HallBehaviour, kept.value.behaviour, patch);
    if (typeof behaviour === 'string') return behaviour;
    kept.value.behaviour = behaviour;
    await kept.save();
    return undefined;
  };
  const control = await controlPort(start.controlPort ?? 0, () => ({ ...kept.value, url: site.url, user }), change);
  return {
    url: site.url,
    controlUrl: control.url,
    keyFile,
    noticesUrl: `${site.url}/notices`,
    banksUrl: site.url,
    publicKey: own.publicKey.hex,
    user,
    heard,
    control: async (patch) => {
      const wrong = await change(patch);
      if (wrong !== undefined) throw new Error(wrong);
    },
    close: async () => {
      await control.close();
      await site.close();
      await kept.save();
    },
  };
};
