import { maskId } from '../../domain/kernel/mask.ts';
import { sm3Hex } from '../../domain/keys/sm3.ts';
import type { AnswerOf, MessageOf } from '../../domain/mandates/messages/schema.ts';
import type { HttpServer } from '../simulator/http.ts';
import { escaped, htmlPage, type WebAnswer, type WebRequest, webSite } from '../simulator/web.ts';
import type { AccountProblem, Applicant } from './simulator-accounts.ts';

/**
 * The bank's own page (seed 003 part 1 steps 4.2 and 5): whoever comes with a ticket enters card, name and identity. The
 * ticket is asked about first, so that nobody fills in a form for nothing. A form that is sent twice makes one mandate.
 */

export interface PageParts {
  readonly bank: string;
  readonly name: string;
  /** Undefined: nobody answers. */
  readonly query: (ticket: string) => Promise<AnswerOf<'ticketQuery'> | undefined>;
  /** Undefined: the account is good for a mandate of this number. */
  readonly problem: (applicant: Applicant) => AccountProblem | undefined;
  /** The mandate is made here and told; what the carrier has answered so far. */
  readonly make: (made: Made) => Promise<string>;
  readonly fail: (failed: Failed) => Promise<void>;
}

export interface Made {
  readonly ticket: string;
  readonly agreement: string;
  readonly applicant: Applicant;
  readonly userType: MessageOf<'formalNotice'>['userType'];
  readonly terms: MessageOf<'formalNotice'>['terms'];
}

export interface Failed {
  readonly ticket: string;
  readonly number: string;
  readonly reason: AccountProblem;
}

type Offer = NonNullable<AnswerOf<'ticketQuery'>['offer']>;

/** One agreement for one ticket, whatever is sent again. */
export const agreementOf = (bank: string, ticket: string): string => `${bank}-W${sm3Hex(ticket).slice(0, 16)}`;

/** Back to the hall: a browser is sent to http or https and to nothing else. */
const back = (url: string): string =>
  /^https?:\/\//.test(url) ? `<p><a id="back" href="${escaped(url)}">Back to the web hall</a></p>` : '';

const fen = (yuan: string | null): number | null => {
  const [, whole, part = ''] = /^([0-9]{1,9})(?:\.([0-9]{1,2}))?$/.exec(yuan ?? '') ?? [];
  return whole === undefined ? null : Number(whole) * 100 + Number(part.padEnd(2, '0'));
};
const yuan = (minor: number | null): string => (minor === null ? '' : (minor / 100).toFixed(2));

const termsFields = ({ userType, terms }: Offer): string =>
  userType === 'postpaid'
    ? ''
    : `<label>Top up when the balance is under <input name="threshold" value="${yuan(terms.thresholdMinor)}"> yuan</label>` +
      `<label>by <input name="amount" value="${yuan(terms.amountMinor)}"> yuan</label>`;

const formPage = (name: string, ticket: string, returnTo: string, number: string, offer: Offer): WebAnswer =>
  htmlPage(
    `${name}: mandate for a mobile number`,
    `<p>Mobile number <b id="number">${escaped(maskId(number))}</b></p><form method="post" action="/mandate">` +
      `<input type="hidden" name="ticket" value="${escaped(ticket)}">` +
      `<input type="hidden" name="return" value="${escaped(returnTo)}">` +
      '<label>Card number <input name="account" inputmode="numeric" autocomplete="cc-number" required></label>' +
      '<label>Name <input name="name" autocomplete="cc-name" required></label>' +
      '<label>Identity card <input name="identity" required></label>' +
      `${termsFields(offer)}<label><input type="checkbox" name="automatic" value="yes"${
        offer.terms.automaticPayment ? ' checked' : ''
      }> Pay by itself</label><button>Confirm</button></form>`,
  );

const stopPage = (name: string, code: string, returnTo: string, status: number): WebAnswer =>
  htmlPage(
    `${name}: this does not go on`,
    `<p>The mandate was not made: <span class="code" id="code">${escaped(code)}</span>.</p>${back(returnTo)}`,
    status,
  );

const madePage = (name: string, agreement: string, result: string, returnTo: string): WebAnswer =>
  htmlPage(
    `${name}: the mandate is made`,
    `<p>Agreement <b id="agreement">${escaped(agreement)}</b>, <span id="result">${escaped(result)}</span>.</p>${back(returnTo)}`,
  );

/** What a bank that says no has told its user, and the carrier. */
const isTurnedDown = (result: string): boolean => result.startsWith('Ticket') || result === 'RelationEnded';

const show = async ({ name, query }: PageParts, request: WebRequest): Promise<WebAnswer> => {
  const ticket = request.query.get('ticket') ?? '';
  const returnTo = request.query.get('return') ?? '';
  const answer = await query(ticket);
  if (answer === undefined) return stopPage(name, 'CarrierUnavailable', returnTo, 503);
  const { result, number, offer } = answer;
  if (result !== 'Done' || number === null || offer === null) return stopPage(name, result, returnTo, 409);
  return formPage(name, ticket, returnTo, number, offer);
};

const termsOf = (form: URLSearchParams, { userType, terms }: Offer): Offer['terms'] => ({
  thresholdMinor: userType === 'postpaid' ? null : (fen(form.get('threshold')) ?? terms.thresholdMinor),
  amountMinor: userType === 'postpaid' ? null : (fen(form.get('amount')) ?? terms.amountMinor),
  automaticPayment: form.get('automatic') === 'yes',
});

const confirm = async (parts: PageParts, { form }: WebRequest): Promise<WebAnswer> => {
  const { bank, name } = parts;
  const ticket = form.get('ticket') ?? '';
  const returnTo = form.get('return') ?? '';
  const answer = await parts.query(ticket);
  if (answer === undefined) return stopPage(name, 'CarrierUnavailable', returnTo, 503);
  const { result, number, offer } = answer;
  if (result !== 'Done' || number === null || offer === null) return stopPage(name, result, returnTo, 409);
  const text = (field: string): string => (form.get(field) ?? '').trim();
  const applicant = { number, account: text('account'), name: text('name'), identity: text('identity').toUpperCase() };
  const reason = parts.problem(applicant);
  if (reason !== undefined) {
    await parts.fail({ ticket, number, reason });
    return stopPage(name, reason, returnTo, 409);
  }
  const agreement = agreementOf(bank, ticket);
  const { userType } = offer;
  const told = await parts.make({ ticket, agreement, applicant, userType, terms: termsOf(form, offer) });
  return isTurnedDown(told) ? stopPage(name, told, returnTo, 409) : madePage(name, agreement, told, returnTo);
};

/** @param known what became of this ticket's form before, when it was sent already */
export const bankPage = (
  host: string,
  port: number,
  parts: PageParts,
  known: (agreement: string) => string | undefined,
): Promise<HttpServer> => {
  /** Forms under way, by ticket: the second of two clicks has the answer of the first. */
  const confirming = new Map<string, Promise<WebAnswer>>();
  const once = (ticket: string, request: WebRequest): Promise<WebAnswer> => {
    const agreement = agreementOf(parts.bank, ticket);
    const before = known(agreement);
    if (before !== undefined) {
      return Promise.resolve(madePage(parts.name, agreement, before, request.form.get('return') ?? ''));
    }
    const running = confirming.get(ticket) ?? confirm(parts, request).finally(() => confirming.delete(ticket));
    confirming.set(ticket, running);
    return running;
  };
  return webSite(host, port, async (request) => {
    const place = `${request.method} ${request.path}`;
    if (place === 'GET /mandate') return show(parts, request);
    if (place === 'POST /mandate') return once(request.form.get('ticket') ?? '', request);
    return htmlPage(parts.name, '<p>There is no such page.</p>', 404);
  });
};
