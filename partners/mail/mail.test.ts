import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Effect } from 'effect';
import { createTransport } from 'nodemailer';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Fault, Refusal } from '../../domain/kernel/refusal.ts';
import { encodeTelecomApplication } from '../../domain/sim/telecom/application/file.ts';
import type { MailSettings } from './configuration.ts';
import { mailPortOf } from './driver.ts';
import type { IncomingLetter, Letter, LetterPage } from './port.ts';
import { type RunningTelecom, startTelecom } from './simulator.ts';
import { type Mailbox, startMailbox } from './simulator-mailbox.ts';
import type { LetterTrouble } from './simulator-settings.ts';

/** Our driver against a real SMTP server with Telecom's manners, and a real mail server for the way back. */
const US = 'rps@mvno.example';
const THEM = 'cards@telecom.example';
const PASSWORD = 'secret-of-the-test';
let directory: string;
let mailbox: Mailbox;
let telecom: RunningTelecom;
let settings: MailSettings;

beforeAll(async () => {
  const program = process.env['HUFU_GREENMAIL'];
  if (program === undefined) throw new Error('HUFU_GREENMAIL is not set: run the tests with ./hufu test');
  directory = await mkdtemp(join(tmpdir(), 'hufu-mail-'));
  mailbox = await startMailbox(program, US, PASSWORD);
  telecom = await startTelecom({
    directory,
    host: '127.0.0.1',
    port: 0,
    controlPort: 0,
    user: US,
    password: PASSWORD,
    us: US,
    them: THEM,
    mailbox,
    settings: { delayMs: 20 },
    tickMs: 20,
    log: () => undefined,
  });
  const server = { host: '127.0.0.1', secure: false, loopback: true, user: US };
  settings = {
    smtp: { ...server, port: telecom.port },
    imap: { ...server, port: mailbox.imapPort },
    password: PASSWORD,
    from: US,
    to: THEM,
  };
});
afterAll(async () => {
  await telecom?.close();
  await mailbox?.close();
  await rm(directory, { recursive: true, force: true });
});
beforeEach(() => telecom.control({ troubles: [] }));

let serial = 0;
const newLetter = (): Letter & { readonly no: string } => {
  serial += 1;
  const no = `T-MAIL-${serial}`;
  const lines = [{ no: 1, product: 'CTC', city: '110000', quantity: 3 }];
  return {
    no,
    messageId: `${no}.1@mvno.example`,
    subject: `电信白卡制卡申请 ${no}`,
    text: '白卡 3 张',
    enclosures: [
      { name: 'scan.pdf', contentType: 'application/pdf', content: Buffer.from('%PDF-1.4 stamped') },
      {
        name: 'application.txt',
        contentType: 'text/plain',
        content: encodeTelecomApplication({ application: no, created: '2026-11-26T06:00:00Z', lines }),
      },
    ],
  };
};
const run = <A>(effect: Effect.Effect<A, Refusal | Fault>) => Effect.runPromise(effect);
const failure = (effect: Effect.Effect<unknown, Refusal | Fault>) =>
  run(Effect.flip(effect as Effect.Effect<never, Refusal | Fault>) as Effect.Effect<Refusal | Fault>);
const port = (more: Partial<MailSettings> = {}) => mailPortOf({ ...settings, ...more });
const trouble = (how: LetterTrouble['how'], repairMs: number | null = null) =>
  telecom.control({ troubles: [{ how, times: 1, repairMs }] });

/** Looks on until so many letters have come about this one. */
const untilLetters = async ({ messageId, no }: ReturnType<typeof newLetter>, count: number) => {
  const filter = { about: [messageId], subject: no, sinceMs: Date.now() - 86_400_000 };
  const letters: Array<IncomingLetter> = [];
  let cursor: string | null = null;
  const until = Date.now() + 90_000;
  while (letters.length < count) {
    if (Date.now() > until) throw new Error(`${letters.length} letters of ${count}`);
    const page: LetterPage = await run(port().look(filter, cursor));
    letters.push(...page.letters);
    cursor = page.cursor;
    if (!page.more) await sleep(30);
  }
  return letters;
};

describe('letters to Telecom and back', () => {
  it('brings the result file in answer to the letter, once per cursor', async () => {
    const letter = newLetter();
    await run(port().send(letter));
    const [answer] = await untilLetters(letter, 1);
    expect(answer).toMatchObject({ about: letter.messageId, kind: 'answer', stranger: false });
    expect(answer?.enclosures.map(({ name }) => name)).toEqual([`CARD_${letter.no}_R01_P000_S01_TELECOM.txt`]);
    const filter = { about: [letter.messageId], subject: letter.no, sinceMs: Date.now() - 86_400_000 };
    const first = await run(port().look(filter, null));
    expect((await run(port().look(filter, first.cursor))).letters).toEqual([]);
    // Another UIDVALIDITY: everything is seen again.
    expect((await run(port().look(filter, '1:999999'))).letters.length).toBe(first.letters.length);
    await run(port().markRead([answer?.uid ?? 0]));
  });

  it('is told of another letter only by those that are about it', async () => {
    const [one, other] = [newLetter(), newLetter()];
    await run(port().send(one));
    await run(port().send(other));
    expect((await untilLetters(other, 1)).map(({ about }) => about)).toEqual([other.messageId]);
  });

  it('takes the same letter for one when it is sent twice', async () => {
    const letter = newLetter();
    await run(port().send(letter));
    await run(port().send(letter));
    expect(telecom.taken()[letter.messageId]).toBe(2);
    expect((await untilLetters(letter, 1)).length).toBe(1);
  });

  it.each([
    ['bounced', 'bounced', '5.2.2'],
    ['delayed', 'delayed', '4.4.1'],
    ['automatic', 'delivered', ''],
  ] as const)('knows a notice: %s', async (how, kind, status) => {
    const letter = newLetter();
    await trouble(how);
    await run(port().send(letter));
    const [notice] = await untilLetters(letter, 1);
    expect(notice).toMatchObject({ about: letter.messageId, kind, status, enclosures: [] });
  });

  it('knows an answer from another domain', async () => {
    const letter = newLetter();
    await trouble('stranger');
    await run(port().send(letter));
    expect((await untilLetters(letter, 1))[0]).toMatchObject({ kind: 'answer', stranger: true });
  });

  it('takes for an answer what names the application in its subject alone', async () => {
    const letter = newLetter();
    const transport = createTransport({ host: mailbox.host, port: mailbox.smtpPort, ignoreTLS: true });
    await transport.sendMail({ from: THEM, to: US, subject: `关于 ${letter.no}`, text: 'see below' });
    expect((await untilLetters(letter, 1))[0]).toMatchObject({ about: letter.messageId, kind: 'answer' });
  });
});

describe('what goes wrong', () => {
  it.each([
    ['a refusal of the server', () => trouble('refused'), {}, ['Refusal', 'LetterRefused']],
    ['a server that puts off', () => trouble('putOff'), {}, ['Fault', 'PutOff']],
    ['an unknown recipient', () => undefined, { to: 'nobody@telecom.example' }, ['Refusal', 'LetterRefused']],
    ['a wrong password', () => undefined, { password: 'wrong' }, ['Refusal', 'MailSignInRefused']],
  ])('%s', async (_, before, more, expected) => {
    await before();
    const failed = await failure(port(more).send(newLetter()));
    expect([failed._tag, failed.code]).toEqual(expected);
    // No address and no password in what is told.
    expect(JSON.stringify(failed)).not.toMatch(/@|secret|wrong"/);
  });

  it('a server that is not there', async () => {
    const server = { ...settings.smtp, port: 1 };
    expect(await failure(port({ smtp: server }).send(newLetter()))).toMatchObject({ code: 'Unavailable' });
    const filter = { about: ['x@y'], subject: 'x', sinceMs: 0 };
    expect(await failure(port({ imap: server }).look(filter, null))).toMatchObject({ code: 'Unavailable' });
  });

  it('a mailbox with another password', async () => {
    const filter = { about: ['x@y'], subject: 'x', sinceMs: 0 };
    expect(await failure(port({ password: 'wrong' }).look(filter, null))).toMatchObject({ code: 'MailSignInRefused' });
  });
});
