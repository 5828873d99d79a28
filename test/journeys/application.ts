import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ApplicationState, Books } from '../../domain/sim/application/schema.ts';
import type { RangeBooks } from '../../domain/sim/schema.ts';
import type { CardMakingProgress, PartRef, RoundProgress } from '../../workflows/sim/contract.ts';
import type { Answer, Api, Problem } from './api.ts';
import { VENDORS } from './house.ts';

/** One application on its way, driven as a person drives it; waits for what can be seen, never for a time. */

export interface Line {
  readonly no: number;
  readonly cardType: 'finished' | 'blank';
  readonly city: string;
  readonly quantity: number;
  /** Default: the application's own. */
  readonly product?: string;
}

export interface Audited {
  readonly books: Books;
  readonly balanced: boolean;
  readonly agreeing: boolean;
  readonly cards: ReadonlyArray<{ readonly line: number; readonly status: string; readonly cards: number }>;
}

export interface Card {
  readonly iccid: string;
  readonly imsi?: string | null;
  readonly line: number;
  readonly status: string;
  readonly confirmed: boolean;
  readonly vendor: string | null;
}

export interface PartnerFile {
  readonly partner: string;
  readonly sm3: string;
  readonly name: string;
  readonly kind: string | null;
  readonly status: string;
  readonly deliveries: number;
}

const LOOK_MS = 60;
const PATIENCE_MS = 120_000;

/** Asks until the answer is what is waited for; says what it was instead. */
export const eventually = async <A>(
  what: string,
  look: () => Promise<A>,
  holds: (seen: A) => boolean,
  withinMs = PATIENCE_MS,
): Promise<A> => {
  const until = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > until) throw new Error(`not within ${withinMs} ms: ${what}; seen: ${JSON.stringify(seen)}`);
    await sleep(LOOK_MS);
  }
};

export const ok = <Body>({ status, body }: Answer<Body>): Body => {
  if (status >= 300) throw new Error(`${status}: ${JSON.stringify(body)}`);
  return body;
};

let serial = 0;

/** Ranges of an application's own product: so its books say what this application did. */
export const registerRange = async (
  api: Api,
  type: 'iccid' | 'imsi',
  product: string,
  size: number,
  city: string | null = null,
): Promise<{ readonly type: string; readonly key: string }> => {
  serial += 1;
  const at = (offset: number): string =>
    type === 'iccid'
      ? `8986011${String(serial * 1_000_000 + offset).padStart(12, '0')}`
      : `46001${String(serial * 1_000_000 + offset).padStart(10, '0')}`;
  const { key } = ok(
    await api.post<{ key: string }>('/v1/sim/ranges', { type, product, city, first: at(0), last: at(size - 1) }),
  );
  return { type, key };
};

export const rangeBooks = async (api: Api, range: { readonly type: string; readonly key: string }) =>
  ok(await api.get<{ readonly books: RangeBooks }>(`/v1/sim/ranges/${range.type}/${range.key}`)).books;

export class Application {
  readonly api: Api;
  readonly no: string;
  readonly product: string;
  readonly path: string;

  constructor(api: Api, name: string) {
    serial += 1;
    this.api = api;
    this.no = `J-${name.toUpperCase()}-${serial}`;
    this.product = `P-${serial}`;
    this.path = `/v1/sim/applications/${this.no}`;
  }

  draft = (lines: ReadonlyArray<Line>, key?: string) =>
    this.api.post<{ readonly stage: string }>(
      '/v1/sim/applications',
      {
        no: this.no,
        partner: 'vop',
        remarks: 'a journey',
        vendors: VENDORS,
        lines: lines.map((line) => ({ product: this.product, ...line })),
      },
      key,
    );

  /** Registers ranges of just this size, drafts and submits. */
  begin = async (lines: ReadonlyArray<Line>, spare = 0) => {
    const cards = lines.reduce((sum, { quantity }) => sum + quantity, 0);
    const finished = lines.filter(({ cardType }) => cardType === 'finished');
    const imsis = finished.reduce((sum, { quantity }) => sum + quantity, 0);
    const iccid = await registerRange(this.api, 'iccid', this.product, cards + spare);
    const imsi = await registerRange(this.api, 'imsi', this.product, imsis + spare);
    ok(await this.draft(lines));
    ok(await this.submit());
    return { iccid, imsi };
  };

  submit = () => this.api.post<{ readonly workflowId: string; readonly started: boolean }>(`${this.path}/submit`);

  read = async (): Promise<ApplicationState> => ok(await this.api.get<ApplicationState>(this.path));

  progress = async (): Promise<CardMakingProgress> =>
    ok(await this.api.get<CardMakingProgress>(`${this.path}/progress`));

  until = (what: string, holds: (progress: CardMakingProgress) => boolean, withinMs?: number) =>
    eventually(`${this.no}: ${what}`, this.progress, holds, withinMs);

  untilRound = async (
    round: number,
    what: string,
    holds: (round: RoundProgress) => boolean,
    withinMs?: number,
  ): Promise<RoundProgress> => {
    const of = (progress: CardMakingProgress) => progress.rounds.find((each) => each.round === round);
    const progress = await this.until(
      `round ${round} ${what}`,
      (each) => {
        const found = of(each);
        return found !== undefined && holds(found);
      },
      withinMs,
    );
    const found = of(progress);
    if (found === undefined) throw new Error('the round is gone');
    return found;
  };

  untilStage = (stage: string, round = 1) => this.untilRound(round, stage, (each) => each.stage === stage);

  /** All cards to one vendor, or each city to its own. */
  split = async (vendors: Readonly<Record<string, string>>, round = 1): Promise<ReadonlyArray<PartRef>> => {
    await this.untilRound(round, 'can be split', (each) => each.stage === 'splitting' && each.waitingFor === 'staff');
    return ok(await this.post<{ parts: ReadonlyArray<PartRef> }>('split', { round, rule: { by: 'city', vendors } }))
      .parts;
  };

  post = <Body>(operation: string, body: unknown = {}, key?: string) =>
    this.api.post<Body>(`${this.path}/${operation}`, body, key);

  refused = async (operation: string, body: unknown = {}): Promise<readonly [number, string]> => {
    const { status, body: problem } = await this.post<Problem>(operation, body);
    return [status, problem.code];
  };

  ended = (how: 'completed' | 'cancelled' = 'completed', withinMs?: number) =>
    this.until(how, (each) => each.ended === how, withinMs);

  quarantined = async (status = 'quarantined'): Promise<ReadonlyArray<PartnerFile>> =>
    ok(
      await this.api.get<{ items: ReadonlyArray<PartnerFile> }>(
        `/v1/sim/partner-files?status=${status}&application=${this.no}&limit=100`,
      ),
    ).items;

  cards = async (): Promise<ReadonlyArray<Card>> => {
    const cards: Array<Card> = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: ReadonlyArray<Card>; nextCursor: string | null } = ok(
        await this.api.get(`${this.path}/cards?limit=200${after}`),
      );
      cards.push(...page.items);
      cursor = page.nextCursor;
    }
    return cards;
  };

  /** The cards' own documents are a moment behind: asked until they agree with the books. */
  audit = async (): Promise<Audited> => {
    const audited = await eventually(
      `${this.no}: cards and books agree`,
      async () => ok(await this.api.get<Audited>(`${this.path}/audit`)),
      (seen) => seen.agreeing,
      15_000,
    );
    expect(audited.balanced).toBe(true);
    return audited;
  };

  /** Every card is made and confirmed, or failed; what was applied for is accounted for to the last card. */
  accounted = async (): Promise<Audited> => {
    const audited = await this.audit();
    const { books } = audited;
    expect(books.made + books.failed + books.rejected + books.cancelled).toBe(books.applied);
    expect(books.confirmed).toBe(books.made);
    const cards = await this.cards();
    expect(new Set(cards.map(({ iccid }) => iccid)).size).toBe(cards.length);
    expect(cards.filter(({ status }) => status === 'made').length).toBe(books.made);
    expect(cards.filter(({ status }) => status === 'failed').length).toBe(books.failed);
    expect(cards.every(({ status, confirmed }) => status === 'failed' || (status === 'made' && confirmed))).toBe(true);
    return audited;
  };
}

export const TWO_CITIES = { '110000': 'V-EAST', '310000': 'V-NORTH' } as const;
export const ONE_LINE: ReadonlyArray<Line> = [{ no: 1, cardType: 'finished', city: '110000', quantity: 12 }];
