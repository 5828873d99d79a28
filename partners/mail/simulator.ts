import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { createTransport } from 'nodemailer';
import { SMTPServer } from 'smtp-server';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { decodeTelecomApplication, type TelecomApplicationFile } from '../../domain/sim/telecom/application/file.ts';
import type { NewRow, VopHeader } from '../../domain/sim/vop-file.ts';
import { vopFileName } from '../../domain/sim/vop-file-name.ts';
import { controlPort, patched } from '../simulator/control.ts';
import { stateFile } from '../simulator/state.ts';
import { SPOILS, type Spoil, spoil, writeFileOf } from '../simulator/vop-files.ts';
import type { Mailbox } from './simulator-mailbox.ts';
import { type LetterTrouble, TELECOM_SETTINGS, TelecomSettings } from './simulator-settings.ts';

/**
 * Telecom as a program (seed 000 §5.2 steps 2 and 3): a real SMTP server takes our letters, a clerk reads the stamped
 * application and answers it with the result file by mail, into our own mailbox. It can refuse, bounce, fall silent,
 * answer twice, late or with the wrong file.
 */

export interface TelecomStart {
  readonly directory: string;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly controlPort: number;
  /** Our account at the server, and the addresses on both sides. */
  readonly user: string;
  readonly password: string;
  readonly us: string;
  readonly them: string;
  readonly mailbox: Mailbox;
  readonly settings: Partial<TelecomSettings>;
  readonly tickMs: number;
  readonly log: (line: string) => void;
}

export interface RunningTelecom {
  readonly host: string;
  readonly port: number;
  readonly controlUrl: string;
  readonly settings: () => TelecomSettings;
  readonly control: (patch: Partial<TelecomSettings>) => Promise<void>;
  /** Letters that were taken, by Message-ID: how often each. */
  readonly taken: () => Readonly<Record<string, number>>;
  readonly close: () => Promise<void>;
}

/** What goes out when its time has come; `file` in the work directory. */
interface Reply {
  readonly atMs: number;
  readonly messageId: string;
  readonly inReplyTo: string;
  readonly kind: 'result' | 'bounce' | 'delay' | 'automatic' | 'nothingEnclosed';
  readonly file: string | null;
  readonly name: string;
  readonly from: string;
}

interface TelecomState {
  settings: TelecomSettings;
  nextIccid: number;
  nextMessage: number;
  taken: Record<string, number>;
  replies: Array<Reply>;
}

/** ICCIDs of China Telecom begin with 898603. */
const bodyOf = (serial: number): string => `898603${String(serial).padStart(13, '0')}`;

const CODE = 'TELECOM';

const granted = (state: TelecomState, { lines }: TelecomApplicationFile): ReadonlyArray<NewRow<'cardMaking'>> =>
  lines.flatMap(({ no, product, city, quantity }) =>
    Array.from({ length: Math.min(quantity, state.settings.maxQuantity) }, () => {
      state.nextIccid += 1;
      return {
        line: no,
        iccid: iccidOfBody(bodyOf(state.nextIccid)),
        imsi: '',
        product,
        city,
        cardType: 'blank' as const,
      };
    }),
  );

const report = (reply: Reply, us: string, them: string): string => {
  const failed = reply.kind === 'bounce';
  const boundary = `report-${reply.messageId}`;
  return [
    `From: Mail Delivery System <mailer-daemon@${them.split('@').at(-1)}>`,
    `To: <${us}>`,
    `Message-ID: <${reply.messageId}>`,
    `Date: ${new Date().toUTCString()}`,
    `Subject: ${failed ? 'Undelivered Mail Returned to Sender' : 'Delayed Mail (still being retried)'}`,
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="${boundary}"`,
    '',
    `--${boundary}\r\nContent-Type: text/plain; charset=us-ascii\r\n`,
    `Your message could not ${failed ? 'be delivered' : 'yet be delivered'}.`,
    `--${boundary}\r\nContent-Type: message/delivery-status\r\n`,
    `Reporting-MTA: dns; mx.telecom.example\r\n\r\nFinal-Recipient: rfc822; ${them}`,
    `Action: ${failed ? 'failed' : 'delayed'}\r\nStatus: ${failed ? '5.2.2' : '4.4.1'}`,
    `Diagnostic-Code: smtp; ${failed ? '552 5.2.2 Mailbox full' : '451 4.4.1 No answer from host'}`,
    `--${boundary}\r\nContent-Type: text/rfc822-headers\r\n`,
    `Message-ID: <${reply.inReplyTo}>\r\nTo: ${them}`,
    `--${boundary}--`,
    '',
  ].join('\r\n');
};

class Telecom {
  readonly #start: TelecomStart;
  readonly #state: TelecomState;
  readonly #save: () => Promise<void>;
  readonly #work: string;

  constructor(start: TelecomStart, state: TelecomState, save: () => Promise<void>) {
    this.#start = start;
    this.#state = state;
    this.#save = save;
    this.#work = join(start.directory, 'work');
  }

  #takeTrouble(...hows: ReadonlyArray<LetterTrouble['how']>): LetterTrouble | undefined {
    const { settings } = this.#state;
    const at = settings.troubles.findIndex(({ how, times }) => times > 0 && (hows.length === 0 || hows.includes(how)));
    const trouble = settings.troubles[at];
    if (trouble === undefined) return undefined;
    const troubles = settings.troubles.with(at, { ...trouble, times: trouble.times - 1 });
    this.#state.settings = { ...settings, troubles: troubles.filter(({ times }) => times > 0) };
    return trouble;
  }

  /** What the server says to a recipient: nothing, or why not. */
  refusal(address: string): (Error & { responseCode: number }) | undefined {
    if (address !== this.#start.them) return Object.assign(new Error('No such user here'), { responseCode: 550 });
    const trouble = this.#takeTrouble('refused', 'putOff');
    if (trouble === undefined) return undefined;
    return trouble.how === 'refused'
      ? Object.assign(new Error('Mailbox unavailable'), { responseCode: 550 })
      : Object.assign(new Error('Try again later'), { responseCode: 451 });
  }

  #reply(inReplyTo: string, kind: Reply['kind'], more: Partial<Reply> = {}): Reply {
    this.#state.nextMessage += 1;
    const { them } = this.#start;
    return {
      atMs: Date.now() + this.#state.settings.delayMs,
      messageId: `reply-${this.#state.nextMessage}@${them.split('@').at(-1)}`,
      inReplyTo,
      kind,
      file: null,
      name: '',
      from: them,
      ...more,
    };
  }

  async take(bytes: Buffer): Promise<void> {
    const letter = await simpleParser(bytes);
    const id = letter.messageId?.replace(/^<|>$/g, '') ?? '';
    const before = this.#state.taken[id] ?? 0;
    this.#state.taken[id] = before + 1;
    // The same letter once more is put to the other.
    if (before === 0) this.#state.replies.push(...(await this.#answer(id, letter)));
    await this.#save();
  }

  async #answer(id: string, letter: ParsedMail): Promise<ReadonlyArray<Reply>> {
    const trouble = this.#takeTrouble();
    if (trouble?.how === 'bounced') return [this.#reply(id, 'bounce')];
    if (trouble?.how === 'silent') return [];
    const application = applicationIn(letter);
    if (application === undefined) return [this.#reply(id, 'nothingEnclosed')];
    const file = await this.#resultFile(application);
    const right = this.#reply(id, 'result', file);
    const repair = trouble?.repairMs ?? null;
    const later = repair === null ? [] : [{ ...right, atMs: right.atMs + repair }];
    switch (trouble?.how) {
      case undefined:
        return [right];
      case 'delayed':
        return [this.#reply(id, 'delay'), right];
      case 'automatic':
        return [this.#reply(id, 'automatic'), right];
      case 'twice':
        return [right, { ...right, atMs: right.atMs + this.#state.settings.delayMs }];
      case 'twiceOtherLetter':
        return [right, this.#reply(id, 'result', file)];
      case 'stranger':
        return [this.#reply(id, 'result', { ...file, from: 'somebody@elsewhere.example' }), ...later];
      case 'wrongAttachment':
        return [this.#reply(id, 'nothingEnclosed'), ...later];
      default:
        return [...(await this.#spoilt(id, file, trouble?.how)), ...later];
    }
  }

  async #spoilt(
    id: string,
    file: Pick<Reply, 'file' | 'name'>,
    how: string | undefined,
  ): Promise<ReadonlyArray<Reply>> {
    const wrong = SPOILS.find((each): each is Spoil => each === how);
    if (wrong === undefined || file.file === null) return [this.#reply(id, 'result', file)];
    await spoil(join(this.#work, file.file), join(this.#work, `${file.file}.spoilt`), wrong);
    return [this.#reply(id, 'result', { ...file, file: `${file.file}.spoilt` })];
  }

  async #resultFile(application: TelecomApplicationFile): Promise<Pick<Reply, 'file' | 'name'>> {
    const header: VopHeader<'cardMaking'> = {
      kind: 'cardMaking',
      version: 1,
      sender: CODE,
      receiver: 'RPS',
      application: application.application,
      round: 1,
      part: 0,
      sequence: 1,
      created: `${new Date().toISOString().slice(0, 19)}Z`,
      charset: 'GB18030',
    };
    const name = vopFileName(header);
    const file = `${this.#state.nextMessage}-${name}`;
    await writeFileOf(join(this.#work, file), header, undefined, [granted(this.#state, application)]);
    return { file, name };
  }

  /** Sends what is due; what the mailbox does not take is tried again at the next turn. */
  async tick(): Promise<void> {
    for (const reply of this.#state.replies.filter(({ atMs }) => atMs <= Date.now())) {
      const sent = await this.#send(reply).then(
        () => true,
        (error: unknown) => this.#start.log(`telecom: ${String(error)}`),
      );
      // One that the mailbox does not take holds up none of the others.
      if (sent !== true) continue;
      this.#state.replies = this.#state.replies.filter((other) => other !== reply);
      await this.#save();
    }
  }

  async #send(reply: Reply): Promise<void> {
    const { mailbox, us, them } = this.#start;
    const transport = createTransport({ host: mailbox.host, port: mailbox.smtpPort, ignoreTLS: true });
    const envelope = { from: reply.from, to: us };
    if (reply.kind === 'bounce' || reply.kind === 'delay') {
      // A notice has no envelope sender (RFC 5321 §4.5.5); GreenMail takes none without.
      const daemon = `mailer-daemon@${them.split('@').at(-1)}`;
      await transport.sendMail({ envelope: { from: daemon, to: us }, raw: report(reply, us, them) });
      return;
    }
    const automatic = reply.kind === 'automatic';
    await transport.sendMail({
      envelope,
      messageId: `<${reply.messageId}>`,
      inReplyTo: `<${reply.inReplyTo}>`,
      references: [`<${reply.inReplyTo}>`],
      from: reply.from,
      to: us,
      subject: automatic ? '自动回复：不在办公室' : '回复：电信白卡制卡申请',
      text: automatic ? '收到，稍后处理。' : '申请结果见附件。',
      headers: automatic ? { 'Auto-Submitted': 'auto-replied' } : {},
      attachments:
        reply.file === null
          ? [{ filename: '说明.txt', content: '附件忘记了' }]
          : [{ filename: reply.name, content: await readFile(join(this.#work, reply.file)) }],
    });
  }
}

/** The application in fixed columns among the enclosures, if the stamped scan is there, too. */
const applicationIn = (letter: ParsedMail): TelecomApplicationFile | undefined => {
  const scanned = letter.attachments.some(({ content }) => content.subarray(0, 5).toString('latin1') === '%PDF-');
  for (const { content } of scanned ? letter.attachments : []) {
    const found = decodeTelecomApplication(content);
    if (!isRefusal(found)) return found;
  }
  return undefined;
};

const serverOf = (start: TelecomStart, telecom: Telecom): SMTPServer =>
  new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authMethods: ['PLAIN', 'LOGIN'],
    allowInsecureAuth: true,
    size: 64 * 1024 * 1024,
    onAuth: ({ username, password }, _session, done) =>
      username === start.user && password === start.password
        ? done(null, { user: username })
        : done(Object.assign(new Error('Invalid username or password'), { responseCode: 535 })),
    onRcptTo: ({ address }, _session, done) => done(telecom.refusal(address) ?? null),
    onData: (stream, _session, done) => {
      const pieces: Array<Buffer> = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        telecom.take(Buffer.concat(pieces)).then(
          () => done(),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
      });
    },
  });

const listen = (server: SMTPServer, port: number, host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.on('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      // A client that goes away in the middle.
      server.on('error', () => undefined);
      const address = server.server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });

export const startTelecom = async (start: TelecomStart): Promise<RunningTelecom> => {
  await mkdir(join(start.directory, 'work'), { recursive: true });
  const initial: TelecomState = {
    settings: { ...TELECOM_SETTINGS, ...start.settings },
    nextIccid: 0,
    nextMessage: 0,
    taken: {},
    replies: [],
  };
  const { value: state, save } = await stateFile(join(start.directory, 'state.json'), initial);
  const telecom = new Telecom(start, state, save);
  const server = serverOf(start, telecom);
  const port = await listen(server, start.port, start.host);
  const change = async (patch: unknown): Promise<string | undefined> => {
    const settings = patched(TelecomSettings, state.settings, patch);
    if (typeof settings === 'string') return settings;
    state.settings = settings;
    await save();
    return undefined;
  };
  const control = await controlPort(start.controlPort, () => state.settings, change);
  const stopping = new AbortController();
  const work = (async () => {
    while (!stopping.signal.aborted) {
      await telecom.tick().catch((error: unknown) => start.log(`telecom: ${String(error)}`));
      await sleep(start.tickMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    host: start.host,
    port,
    controlUrl: control.url,
    settings: () => state.settings,
    control: async (patch) => {
      const wrong = await change(patch);
      if (wrong !== undefined) throw new Error(wrong);
    },
    taken: () => ({ ...state.taken }),
    close: async () => {
      stopping.abort();
      await work;
      await control.close();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await save();
    },
  };
};

/** A password for the run, kept in a file that only we read. */
export const mailPassword = async (directory: string, make: () => string): Promise<{ path: string; text: string }> => {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, 'mail.password');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  const text = kept ?? make();
  if (kept === undefined) await writeFile(path, text, { mode: 0o600 });
  return { path, text };
};
