/** A user's browser on the pages of hall, payment web and bank: one cookie, forms with their hidden fields, links. */

export interface Page {
  readonly status: number;
  readonly text: string;
  readonly url: string;
}

const unescaped = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

/** The hall, and who may log in there. */
export interface HallSite {
  readonly url: string;
  readonly user: { readonly name: string; readonly password: string };
}

/** What an element with this id, or an attribute of it, says. */
export const shown = ({ text }: Page, id: string, attribute?: string): string => {
  const tag = new RegExp(`<[^>]*id="${id}"[^>]*>([^<]*)`).exec(text);
  if (attribute === undefined) return unescaped(tag?.[1] ?? '');
  return unescaped(new RegExp(`${attribute}="([^"]*)"`).exec(tag?.[0] ?? '')?.[1] ?? '');
};

const codeIn = ({ text }: Page): string => unescaped(/class="code"[^>]*>([^<]*)</.exec(text)?.[1] ?? '');

export class Browser {
  readonly #hall: HallSite;
  #cookie = '';

  constructor(hall: HallSite) {
    this.#hall = hall;
  }

  #visit = async (url: string, form?: Readonly<Record<string, string>>): Promise<Page> => {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: this.#cookie },
      ...(form === undefined ? {} : { method: 'POST', body: new URLSearchParams(form) }),
    });
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    const text = await response.text();
    const location = response.headers.get('location');
    return location === null ? { status: response.status, text, url } : this.#visit(new URL(location, url).href);
  };

  open = (url: string): Promise<Page> => this.#visit(url);

  /** Fills in the one form of a page and sends it. */
  send = (page: Page, fields: Readonly<Record<string, string>>): Promise<Page> => {
    const action = /<form[^>]*action="([^"]*)"/.exec(page.text)?.[1] ?? '';
    const hidden = [...page.text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)].map(
      ([, name = '', value = '']) => [name, unescaped(value)] as const,
    );
    return this.#visit(new URL(action, page.url).href, { ...Object.fromEntries(hidden), ...fields });
  };

  login = async (): Promise<void> => {
    const { name, password } = this.#hall.user;
    await this.send(await this.open(`${this.#hall.url}/`), { name, password });
  };

  /** The page after the number: agreement and banks, or why not. */
  number = async (number: string): Promise<Page> => this.send(await this.open(`${this.#hall.url}/mandate`), { number });

  /** Agrees, chooses the bank, and follows our page to the bank's. */
  toBank = async (page: Page, bank: string): Promise<Page> => {
    const ours = await this.send(page, { consent: 'yes', bank });
    return this.open(shown(ours, 'bank', 'href'));
  };

  code = codeIn;
}
