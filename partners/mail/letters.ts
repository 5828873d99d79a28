import { createHash } from 'node:crypto';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { Enclosure, IncomingLetter, LetterFilter } from './port.ts';

/**
 * What a letter from the mailbox is: a notice of a mail server about a letter of ours (RFC 3464), or Telecom's answer.
 * Told by its headers where they are kept, by the letter of ours that it carries or names where they are not.
 */

/** The headers by which a letter is sorted out before it is fetched. */
export const SORTING_HEADERS = ['content-type', 'in-reply-to', 'references', 'subject', 'auto-submitted'];

export interface Headers {
  readonly contentType: string;
  /** In-Reply-To and References. */
  readonly references: string;
  readonly subject: string;
}

const isReport = (contentType: string): boolean => /multipart\/report/i.test(contentType);

/** Whether it is worth fetching. A notice shows only inside whose it is. */
export const mayConcern = (headers: Headers, { about, subject }: LetterFilter): boolean =>
  isReport(headers.contentType) ||
  about.some((id) => headers.references.includes(`<${id}>`)) ||
  headers.subject.includes(subject);

const field = (text: string, pattern: RegExp): string => pattern.exec(text)?.[1]?.trim() ?? '';

/** The fields of a delivery status: seven-bit lines by RFC 3464, so they are read as they stand. */
const noticeOf = (source: string) => {
  const action = field(source, /^Action:[ \t]*([a-z]+)/im).toLowerCase();
  const kind = action === 'failed' ? 'bounced' : action === 'delayed' ? 'delayed' : 'delivered';
  return {
    kind,
    status: field(source, /^Status:[ \t]*([245]\.\d{1,3}\.\d{1,3})/im),
    note: field(source, /^Diagnostic-Code:[ \t]*([^\r\n]{1,300})/im),
  } as const;
};

const enclosuresOf = (mail: ParsedMail): ReadonlyArray<Enclosure> =>
  mail.attachments
    .filter(({ related }) => !related)
    .map(({ filename, contentType, content }, index) => ({
      name: (filename ?? `attachment-${index + 1}`).replace(/[/\\\p{Cc}]/gu, '_').slice(0, 200),
      contentType,
      content,
    }));

const senderDomain = (mail: ParsedMail): string => mail.from?.value[0]?.address?.split('@').at(-1)?.toLowerCase() ?? '';

/** The letter, or nothing when it is about none of ours. @throws when the bytes are no letter at all. */
export const readLetter = async (
  uid: number,
  source: Buffer,
  filter: LetterFilter,
  partnerDomain: string,
): Promise<IncomingLetter | undefined> => {
  const sm3 = createHash('sm3').update(source).digest('hex');
  const raw = source.toString('latin1');
  const mail = await simpleParser(source, { skipImageLinks: true, skipHtmlToText: true, skipTextToHtml: true });
  const headers = mail.headerLines.find(({ key }) => key === 'content-type')?.line ?? '';
  const report = isReport(headers);
  const references = [mail.inReplyTo ?? '', ...[mail.references ?? []].flat()].join(' ');
  const named = filter.about.findLast((id) => (report ? raw : references).includes(`<${id}>`));
  const bySubject = !report && (mail.subject ?? '').includes(filter.subject) ? filter.about.at(-1) : undefined;
  const about = named ?? bySubject;
  if (about === undefined) return undefined;
  // A letter without a Message-ID of its own is known by its bytes.
  const messageId = mail.messageId?.replace(/^<|>$/g, '').replace(/[\s<>]/g, '') || `sm3.${sm3}`;
  const common = { uid, messageId: messageId.slice(0, 300), sm3, about };
  if (report) return { ...common, ...noticeOf(raw), stranger: false, enclosures: [] };
  const stranger = senderDomain(mail) !== partnerDomain;
  const automatic = String(mail.headers.get('auto-submitted') ?? 'no').toLowerCase() !== 'no';
  // "I am away": it has arrived, and is no answer.
  if (automatic) return { ...common, kind: 'delivered', stranger, status: '', note: 'automatic reply', enclosures: [] };
  return { ...common, kind: 'answer', stranger, status: '', note: '', enclosures: enclosuresOf(mail) };
};
