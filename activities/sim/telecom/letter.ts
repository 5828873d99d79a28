import { Effect, Stream } from 'effect';
import { type Fault, fault, isRefusal, type Refusal } from '../../../domain/kernel/refusal.ts';
import { totalBooks } from '../../../domain/sim/application/books.ts';
import type { FileRef } from '../../../domain/sim/schema.ts';
import { encodeTelecomApplication } from '../../../domain/sim/telecom/application/file.ts';
import type { TelecomState } from '../../../domain/sim/telecom/application/schema.ts';
import { applicationForm, applicationWorkbook } from '../../../partners/mail/documents.ts';
import { type Enclosure, type IncomingLetter, MailPort } from '../../../partners/mail/port.ts';
import { Files } from '../../../store/files/files.ts';
import type { Problem, Reasoned, Step } from '../../../workflows/sim/contract.ts';
import { CurrentStep } from '../../activity.ts';
import { contentOf, simFile } from '../stored-file.ts';
import { askTelecom, readTelecom, replyNow, replyOf } from './asking.ts';
import { readTelecomFile } from './file.ts';

/** Steps on the way to Telecom and back (seed 000 §5.2): the application files, the letter, the mailbox. */

const secondsOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
const distinct = (values: ReadonlyArray<string>): ReadonlyArray<string> => [...new Set(values)].sort();

/** One form after the other: a workbook and a PDF are built in memory. */
const documentsOf = (state: TelecomState) =>
  Effect.gen(function* () {
    const built = (form: Promise<Uint8Array>) =>
      Effect.tryPromise({ try: () => form, catch: (error) => fault('documents', 'CannotWrite', String(error)) });
    const { no, lines, createdAtMs } = state;
    return [
      [
        'xlsx',
        'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
        yield* built(applicationWorkbook(state)),
      ],
      ['text', 'text/plain', encodeTelecomApplication({ application: no, created: secondsOf(createdAtMs), lines })],
      ['pdf', 'application/pdf', yield* built(applicationForm(state))],
    ] as const;
  });

const EXTENSION = { xlsx: 'xlsx', text: 'txt', pdf: 'pdf' } as const;

/** Step 1. Once exported, the files stay as they are: what is printed and stamped must not change. */
export const telecomExport = (step: Step) =>
  Effect.gen(function* () {
    const state = yield* readTelecom(step);
    const subject = {
      partner: 'telecom',
      cities: distinct(state.lines.map(({ city }) => city)),
      products: distinct(state.lines.map(({ product }) => product)),
    };
    if (state.exports.length > 0) return { ...subject, reply: replyOf(state) };
    const store = yield* Files;
    const files = yield* Effect.forEach(yield* documentsOf(state), ([form, contentType, bytes]) => {
      const kept = simFile(step.tenant, `APPLY_${state.no}.${EXTENSION[form]}`, { application: state.no, kind: form });
      return Effect.map(store.put({ ...kept, contentType }, Stream.make(bytes)), (file) => ({ form, file }));
    });
    // Built again after a lost answer, the files may differ in a time stamp: then the first ones count.
    const fact = `export/${files.map(({ file }) => file.sm3).join('/')}`;
    const reply = yield* askTelecom(step, { _tag: 'RecordExport', files }, fact).pipe(
      Effect.catchIf(
        (error) => isRefusal(error) && error.code === 'ExportedDifferently',
        () => replyNow(step),
      ),
    );
    return { ...subject, reply };
  });

export const telecomAttachScan = (step: Step & { readonly file: FileRef }) =>
  askTelecom(step, { _tag: 'AttachScan', file: step.file });

export const telecomResend = (step: Reasoned) => askTelecom(step, { _tag: 'Resend', reason: step.reason });

const bytesOf = (step: Step, file: FileRef): Effect.Effect<Uint8Array, Refusal | Fault, Files> =>
  contentOf(step.tenant, file).pipe(
    Stream.runCollect,
    Effect.map((pieces) => Buffer.concat([...pieces])),
  );

/** Of a letter with many lines the enclosed file says the rest. */
const LINES_IN_LETTER = 100;

/** What the letter says: card type and quantity, line by line and in total (S-076). */
export const letterText = ({ no, lines, vendor }: TelecomState): string =>
  [
    '您好：',
    '',
    `我司申请制作电信白卡，申请编号 ${no}，卡商 ${vendor}，共 ${totalBooks(lines).applied} 张：`,
    ...lines
      .slice(0, LINES_IN_LETTER)
      .map((line) => `${line.no}. 白卡 产品 ${line.product} 地市 ${line.city} 数量 ${line.quantity} 张`),
    ...(lines.length > LINES_IN_LETTER ? [`另有 ${lines.length - LINES_IN_LETTER} 行见附件。`] : []),
    '',
    '盖章申请扫描件及申请文件见附件。请回复本邮件并附申请结果文件。',
    '',
  ].join('\n');

/** Step 2. A letter's Message-ID follows from its number: sent again after a crash, it is the same letter. */
export const telecomSend = (step: Step) =>
  Effect.gen(function* () {
    const state = yield* readTelecom(step);
    const { scan, no } = state;
    if (!state.toSend || scan === null) return replyOf(state);
    const mail = yield* MailPort;
    const enclosures: Array<Enclosure> = [
      { name: `${no}-stamped.pdf`, contentType: 'application/pdf', content: yield* bytesOf(step, scan) },
    ];
    for (const { form, file } of state.exports) {
      if (form === 'pdf') continue;
      const contentType =
        form === 'xlsx' ? 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet' : 'text/plain';
      enclosures.push({ name: file.name, contentType, content: yield* bytesOf(step, file) });
    }
    const messageId = `${no}.${state.sent.length + 1}.${scan.sm3.slice(0, 16)}@${mail.domain}`;
    const subject = `电信白卡制卡申请 ${no}`;
    yield* mail.send({ messageId, subject, text: letterText(state), enclosures });
    return yield* askTelecom(step, { _tag: 'RecordSent', messageId, scan: scan.sm3 }, `sent/${messageId}`);
  });

const strange = (code: string, message: string): Problem => ({
  code,
  message,
  action: 'Look at the letter in the mailbox; hand in the result file, or ask Telecom to send it again.',
});

/** Takes what a letter brings; what has been noted before is read again, for a step that was lost before it could say so. */
const takeLetter = (step: Step, letter: IncomingLetter) =>
  Effect.gen(function* () {
    const { messageId, about, kind, sm3, status, note } = letter;
    if (letter.stranger)
      return { arrivals: [], strange: [strange('UnknownSender', 'An answer came from a stranger.')] };
    yield* askTelecom(step, { _tag: 'RecordLetter', messageId, about, kind, sm3, status, note }, `letter/${sm3}`);
    if (kind !== 'answer') return { arrivals: [], strange: [] };
    const files = yield* Files;
    const arrivals = yield* Effect.forEach(letter.enclosures, ({ name, content }) =>
      Effect.gen(function* () {
        const kept = simFile(step.tenant, name, { application: step.application, kind: 'cardMaking' });
        return yield* readTelecomFile(step, yield* files.put(kept, Stream.make(content)), 'poll');
      }),
    );
    const nothing = letter.enclosures.length === 0;
    return { arrivals, strange: nothing ? [strange('NothingEnclosed', 'Telecom has answered without a file.')] : [] };
  }).pipe(
    // One letter that cannot be taken must not keep the others from being looked at.
    Effect.catchIf(isRefusal, ({ code, message }) =>
      code === 'ApplicationEnded'
        ? Effect.succeed({ arrivals: [], strange: [] })
        : Effect.succeed({ arrivals: [], strange: [strange(code, message)] }),
    ),
  );

/** Step 3, by mail: looks once, takes what is new about the application. */
export const telecomLook = (step: Step & { readonly cursor: string | null }) =>
  Effect.gen(function* () {
    const state = yield* readTelecom(step);
    const [first] = state.sent;
    if (first === undefined)
      return { cursor: step.cursor, more: false, arrivals: [], strange: [], reply: replyOf(state) };
    const mail = yield* MailPort;
    const current = yield* CurrentStep;
    const filter = { about: state.sent.map(({ messageId }) => messageId), subject: state.no };
    // Servers compare by the day, in a time zone of theirs.
    const page = yield* mail.look({ ...filter, sinceMs: first.sentAtMs - 2 * 86_400_000 }, step.cursor);
    const taken = yield* Effect.forEach(page.letters, (letter) =>
      Effect.tap(takeLetter(step, letter), current.heartbeat({ taken: letter.uid })),
    );
    yield* mail.markRead(page.letters.filter(({ stranger }) => !stranger).map(({ uid }) => uid));
    return {
      cursor: page.cursor,
      more: page.more,
      arrivals: taken.flatMap(({ arrivals }) => arrivals),
      strange: taken.flatMap((each) => each.strange),
      reply: yield* replyNow(step),
    };
  });
