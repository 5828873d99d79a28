import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { CarrierAnswer, CarrierClient } from '../simulator/carrier.ts';
import { escaped, goTo, htmlPage, type WebAnswer, type WebRequest } from '../simulator/web.ts';
import type { Heard } from './simulator.ts';

/**
 * The pages of the web hall (seed 003 part 1 steps 1–4 and 5.4). What a browser could leave out is asked again here:
 * without the tick of consent nothing goes on.
 */

/** The text that the user agrees to; a changed text is another version. */
export const AGREEMENT = {
  version: '2026-11',
  title: 'Agreement on payment by a bank',
  text:
    'I let the bank that I choose pay for my mobile number: a prepaid balance is topped up when it falls under the ' +
    'threshold, a postpaid bill is paid when it is due. I may stop this, or end the agreement, at any time.',
} as const;

interface Bank {
  readonly code: string;
  readonly name: string;
}

interface Visit {
  readonly user: string;
  /** Sessions of mandates that this user has begun, with the banks to choose from. */
  readonly sessions: Map<string, readonly Bank[]>;
}

interface HallParts {
  readonly client: Pick<CarrierClient, 'get' | 'post'>;
  readonly user: { readonly name: string; readonly password: string };
  readonly heard: (session: string) => Heard;
  /** Where the hall itself is. */
  readonly url: () => string;
}

const COOKIE = 'hall';
const LOOK_AGAIN_S = '2';
const OUTCOMES: Readonly<Record<string, string>> = {
  formal: 'The mandate is in force.',
  manual: 'There is another mandate of this number: a person looks at it and will tell you.',
  failed: 'The mandate was not made.',
  expired: 'Too much time has passed. Please begin again.',
};

const same = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
};

const loginPage = (wrong: boolean): WebAnswer =>
  htmlPage(
    'Web hall',
    `${wrong ? '<p class="code">Name or password is wrong.</p>' : ''}<form method="post" action="/login">` +
      '<label>Name <input name="name" autocomplete="username" required></label>' +
      '<label>Password <input name="password" type="password" autocomplete="current-password" required></label>' +
      '<button>Log in</button></form>',
    wrong ? 401 : 200,
  );

const menuPage = (user: string): WebAnswer =>
  htmlPage('Web hall', `<p>Welcome, ${escaped(user)}.</p><p><a href="/mandate">Open a bank mandate</a></p>`);

const numberPage = (problem = ''): WebAnswer =>
  htmlPage(
    'Bank mandate: your number',
    `${problem}<form method="post" action="/mandate"><label>Mobile number ` +
      '<input name="number" inputmode="tel" required></label><button>Next</button></form>',
    problem === '' ? 200 : 422,
  );

const codeOf = ({ json }: CarrierAnswer): string => String(json['code'] ?? 'Unavailable');

const refusedPage = (code: string): WebAnswer =>
  htmlPage(
    'Bank mandate: not allowed',
    `<p>This number may not have a bank mandate: <span class="code">${escaped(code)}</span>.</p>`,
    409,
  );

const troublePage = (code: string): WebAnswer =>
  htmlPage(
    'Please try again',
    `<p>This does not work at the moment: <span class="code">${escaped(code)}</span>.</p>`,
    503,
  );

const choicePage = (session: string, banks: readonly Bank[], missing: boolean): WebAnswer =>
  htmlPage(
    'Bank mandate: agreement and bank',
    `<h2>${escaped(AGREEMENT.title)}</h2><p class="agreement" id="agreement">${escaped(AGREEMENT.text)}</p>` +
      `${missing ? '<p class="code">ConsentMissing: without your consent it does not go on.</p>' : ''}` +
      '<form method="post" action="/mandate/consent">' +
      `<input type="hidden" name="session" value="${escaped(session)}">` +
      '<label><input type="checkbox" name="consent" value="yes" required> I have read it and agree</label>' +
      `<label>Bank <select name="bank" required>${banks
        .map(({ code, name }) => `<option value="${escaped(code)}">${escaped(name)}</option>`)
        .join('')}</select></label><button>Next</button></form>`,
    missing ? 422 : 200,
  );

const resultPage = (status: string, code: string | null, { bank }: Heard): WebAnswer => {
  const final = OUTCOMES[status];
  const reason = code === null ? '' : ` <span class="code">${escaped(code)}</span>`;
  if (final !== undefined) {
    return htmlPage('Bank mandate: result', `<p id="outcome" data-status="${escaped(status)}">${final}${reason}</p>`);
  }
  // The bank's word is not success yet: the carrier may know another relation (part 1 step 6.1).
  const told = bank?.type === 'formalNotice' ? 'The bank has made the mandate; it is being recorded.' : 'Please wait.';
  const page = `<p id="outcome" data-status="${escaped(status)}">${told}</p>`;
  return htmlPage('Bank mandate: result', page, 200, LOOK_AGAIN_S);
};

const isBank = (value: unknown): value is Bank =>
  typeof value === 'object' && value !== null && 'code' in value && 'name' in value;

export class HallPages {
  readonly #parts: HallParts;
  readonly #visits = new Map<string, Visit>();

  constructor(parts: HallParts) {
    this.#parts = parts;
  }

  serve = async (request: WebRequest): Promise<WebAnswer> => {
    const place = `${request.method} ${request.path}`;
    if (place === 'POST /login') return this.#login(request);
    const visit = this.#visits.get(request.cookies.get(COOKIE) ?? '');
    if (visit === undefined) return loginPage(false);
    switch (place) {
      case 'GET /':
        return menuPage(visit.user);
      case 'GET /mandate':
        return numberPage();
      case 'POST /mandate':
        return this.#check(visit, request);
      case 'POST /mandate/consent':
        return this.#consent(visit, request);
      case 'GET /mandate/result':
        return this.#result(visit, request);
      default:
        return htmlPage('Not found', '<p>There is no such page.</p>', 404);
    }
  };

  #login({ form }: WebRequest): WebAnswer {
    const { name, password } = this.#parts.user;
    if (!same(form.get('name') ?? '', name) || !same(form.get('password') ?? '', password)) return loginPage(true);
    const id = randomBytes(18).toString('base64url');
    this.#visits.set(id, { user: name, sessions: new Map() });
    return goTo('/', { 'set-cookie': `${COOKIE}=${id}; HttpOnly; SameSite=Lax; Path=/` });
  }

  async #check(visit: Visit, { form }: WebRequest): Promise<WebAnswer> {
    const number = form.get('number') ?? '';
    const returnUrl = `${this.#parts.url()}/mandate/result`;
    const answer = await this.#parts.client.post('/v1/mandates/hall/sessions', { number, returnUrl });
    if (answer.status === 422) return numberPage(`<p class="code">${escaped(codeOf(answer))}</p>`);
    if (answer.status !== 200) return troublePage(codeOf(answer));
    const { session, status, banks } = answer.json;
    if (status !== 'eligible') return refusedPage(codeOf(answer));
    const offered = Array.isArray(banks) ? banks.filter(isBank) : [];
    visit.sessions.set(String(session), offered);
    return choicePage(String(session), offered, false);
  }

  async #consent(visit: Visit, { form }: WebRequest): Promise<WebAnswer> {
    const session = form.get('session') ?? '';
    const banks = visit.sessions.get(session);
    if (banks === undefined) return numberPage();
    if (form.get('consent') !== 'yes') return choicePage(session, banks, true);
    const consent = { agreementVersion: AGREEMENT.version, consentAtMs: Date.now() };
    const body = { bank: form.get('bank') ?? '', ...consent };
    const answer = await this.#parts.client.post(`/v1/mandates/hall/sessions/${session}/consent`, body);
    return answer.status === 200 ? goTo(String(answer.json['redirectUrl'])) : troublePage(codeOf(answer));
  }

  async #result(visit: Visit, { query }: WebRequest): Promise<WebAnswer> {
    const session = query.get('session') ?? '';
    // Another user's session is none of this one's.
    if (!visit.sessions.has(session)) return numberPage();
    const heard = this.#parts.heard(session);
    const answer = await this.#parts.client.get(`/v1/mandates/hall/sessions/${session}`);
    if (answer.status !== 200) return resultPage('unknown', null, heard);
    const code = answer.json['code'];
    return resultPage(String(answer.json['status']), typeof code === 'string' ? code : null, heard);
  }
}
