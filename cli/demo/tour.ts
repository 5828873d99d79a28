import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Books } from '../../domain/sim/application/schema.ts';
import type { CardMakingProgress, PartRef, RoundProgress } from '../../workflows/sim/contract.ts';
import { Failure, say } from '../failure.ts';
import type { RunFile } from '../supervisor/run-file.ts';
import { ApiClient } from './client.ts';
import {
  type DemoLine,
  linesFor,
  REJECTED,
  rangesFor,
  SUBSTITUTE,
  TOO_MANY,
  VENDORS,
  vendorOfCity,
} from './scenario.ts';

/**
 * The tour: a person applies for cards over REST and does what staff do until every card is accounted for. The base
 * operator rejects two lines and sends one file broken; both are put right on the way.
 */
export interface TourOptions {
  readonly cards: number;
  /** Ends the process that works, once, in the middle. */
  readonly killWorker: (() => boolean) | undefined;
}

export interface Tour {
  readonly api: ApiClient;
  readonly application: string;
  readonly lines: ReadonlyArray<DemoLine>;
  readonly killWorker: (() => boolean) | undefined;
  readonly links: { readonly ui: string; readonly gateway: string; readonly namespace: string };
  readonly startedMs: number;
  readonly done: Set<string>;
}

export const LOOK_EVERY_MS = 500;
/** A cycle of 20,000 cards takes a minute or two on two cores; a million as many times longer. */
const patienceMs = (cards: number): number => 600_000 + cards * 10;
const cardsOf = ({ lines }: Tour): number => lines.reduce((sum, { quantity }) => sum + quantity, 0);

export const tell = (tour: Tour, line: string): void =>
  say(`${((performance.now() - tour.startedMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`);

const number = (value: number): string => value.toLocaleString('en');

const bookLine = (books: Books): string =>
  Object.entries(books)
    .filter(([, quantity]) => quantity > 0)
    .map(([name, quantity]) => `${name} ${number(quantity)}`)
    .join(', ');

/** How the simulated partners shall behave this time. */
const setScene = async (running: RunFile): Promise<boolean> => {
  const vop = running.env['HUFU_VOP_CONTROL'];
  if (vop === undefined) return false;
  const response = await fetch(vop, {
    method: 'PATCH',
    body: JSON.stringify({
      delayMs: 500,
      rejectRules: [REJECTED, TOO_MANY],
      posExceptionShare: 0.0005,
      troubles: [
        { kind: 'cardMaking', how: 'truncated', times: 1, repairMs: 3_000 },
        { kind: 'posValidation', how: 'twiceOtherName', times: 1, repairMs: null },
      ],
    }),
  });
  if (!response.ok) throw new Failure(`the simulator of VOP does not take its part: ${await response.text()}`);
  return true;
};

const registerRanges = async (tour: Tour): Promise<void> => {
  const { body } = await tour.api.get<{ items: ReadonlyArray<unknown> }>('/v1/sim/ranges?type=imsi&limit=200');
  for (const range of rangesFor(cardsOf(tour), body.items.length)) await tour.api.post('/v1/sim/ranges', range);
  tell(tour, 'numbers: ranges of ICCIDs and IMSIs are registered');
};

export const apply = async (tour: Tour): Promise<void> => {
  const { api, application, lines } = tour;
  await api.post('/v1/sim/applications', { no: application, partner: 'vop', remarks: 'demo', vendors: VENDORS, lines });
  const { body } = await api.post<{ workflowId: string }>(`/v1/sim/applications/${application}/submit`, {});
  tell(tour, `step 1: ${application} for ${number(cardsOf(tour))} cards in ${lines.length} lines is submitted`);
  const workflow = encodeURIComponent(body.workflowId);
  say(`          watch it: ${tour.links.ui}/namespaces/${tour.links.namespace}/workflows/${workflow}`);
  say(`          follow it: ${tour.links.gateway}/v1/sim/applications/${application}/progress`);
};

/** Says a thing once. */
const once = (tour: Tour, key: string, line: string): boolean => {
  if (tour.done.has(key)) return false;
  tour.done.add(key);
  tell(tour, line);
  return true;
};

const STAGE_TEXT: Readonly<Record<string, string>> = {
  checking: 'step 2: the lines are checked against the ranges, numbers are allocated',
  generating: 'step 3: the application file is generated',
  uploading: 'step 4: the application file goes to VOP over SFTP',
  validation: "step 5: waiting for VOP's validation file",
  cardFile: 'step 5: waiting for the card-making file; its cards are planned',
  splitting: 'step 6: the card-making file is split and sent to the vendors',
  production: 'step 7: the vendors make cards and upload POS files to VOP',
  posValidation: "step 8, 9: POS files and VOP's validation of them are applied",
  completed: 'every card of the round is accounted for',
};

const showRound = (tour: Tour, round: RoundProgress): void => {
  once(tour, `stage ${round.round} ${round.stage}`, `round ${round.round}: ${STAGE_TEXT[round.stage] ?? round.stage}`);
  const { problem } = round;
  if (problem !== null && problem.partnerFile === undefined) {
    once(tour, `problem ${round.round} ${problem.code}`, `round ${round.round}: ${problem.code}: ${problem.message}`);
  }
};

interface Quarantined {
  readonly partner: string;
  readonly sm3: string;
  readonly name: string;
}

/** What is kept out waits for a person; here the partner sends it again. */
const showQuarantine = async (tour: Tour): Promise<void> => {
  const query = `status=quarantined&application=${tour.application}`;
  const { body } = await tour.api.get<{ items: ReadonlyArray<Quarantined> }>(`/v1/sim/partner-files?${query}`);
  for (const { partner, sm3, name } of body.items) {
    if (tour.done.has(`quarantine ${sm3}`)) continue;
    const path = `/v1/sim/partner-files/${partner}:${sm3}`;
    const { body: file } = await tour.api.get<{
      problems: ReadonlyArray<{ line: number; code: string; reason: string }>;
    }>(path);
    const [first] = file.problems;
    once(tour, `quarantine ${sm3}`, `${name} is quarantined: line ${first?.line}: ${first?.code}, ${first?.reason}`);
    say(`          look at it: ${tour.links.gateway}${path}`);
  }
};

const strike = (tour: Tour, rounds: ReadonlyArray<RoundProgress>): void => {
  const { killWorker } = tour;
  const late = rounds.some(({ stage }) => stage === 'production' || stage === 'posValidation');
  if (killWorker === undefined || !late || tour.done.has('struck')) return;
  once(tour, 'struck', killWorker() ? 'the worker is killed with SIGKILL now' : 'there is no worker to be killed here');
};

/** Staff decide on rejected lines: one gets another product, one is given up. */
const decide = async (tour: Tour, progress: CardMakingProgress): Promise<void> => {
  for (const no of progress.undecided) {
    const line = tour.lines.find((each) => each.no === no);
    const path = `/v1/sim/applications/${tour.application}`;
    if (line?.product === REJECTED.product) {
      await tour.api.post(`${path}/corrections`, { lines: [{ no, product: SUBSTITUTE }] });
      tell(
        tour,
        `line ${no} was rejected (${REJECTED.code} ${REJECTED.reason}): applied for as ${SUBSTITUTE}, in a new round`,
      );
    } else {
      await tour.api.post(`${path}/drops`, { lines: [no], reason: 'not needed any more' });
      tell(tour, `line ${no} was rejected (${TOO_MANY.code} ${TOO_MANY.reason}): given up`);
    }
  }
};

const split = async (tour: Tour, round: RoundProgress): Promise<void> => {
  if (round.stage !== 'splitting' || round.parts.length > 0 || tour.done.has(`split ${round.round}`)) return;
  tour.done.add(`split ${round.round}`);
  const { body } = await tour.api.post<{ parts: ReadonlyArray<PartRef> }>(
    `/v1/sim/applications/${tour.application}/split`,
    { round: round.round, rule: { by: 'city', vendors: vendorOfCity() } },
  );
  const parts = body.parts.map(({ vendor, quantity }) => `${vendor} ${number(quantity)}`);
  tell(tour, `round ${round.round}: split by city into ${parts.join(', ')}`);
};

/** Does what staff do until the application has ended. */
export const accompany = async (tour: Tour): Promise<CardMakingProgress> => {
  const until = Date.now() + patienceMs(cardsOf(tour));
  const path = `/v1/sim/applications/${tour.application}/progress`;
  while (Date.now() < until) {
    const { body: progress } = await tour.api.get<CardMakingProgress>(path);
    for (const round of progress.rounds) {
      showRound(tour, round);
      await split(tour, round);
    }
    await decide(tour, progress);
    await showQuarantine(tour);
    strike(tour, progress.rounds);
    if (progress.ended !== null) return progress;
    await sleep(LOOK_EVERY_MS);
  }
  throw new Failure(`the cycle of ${tour.application} did not end in time`, `Look at ${tour.links.ui}.`);
};

interface Audited {
  readonly books: Books;
  readonly balanced: boolean;
  readonly agreeing: boolean;
  readonly cards: ReadonlyArray<{ readonly status: string; readonly cards: number }>;
}

/** The cards' own documents are a moment behind: asked until they agree, or time is over. */
const audit = async (tour: Tour): Promise<Audited> => {
  const until = Date.now() + 60_000;
  for (;;) {
    const { body } = await tour.api.get<Audited>(`/v1/sim/applications/${tour.application}/audit`);
    if (body.agreeing || Date.now() > until) return body;
    await sleep(LOOK_EVERY_MS);
  }
};

const showAudit = async (tour: Tour, auditor: ApiClient): Promise<void> => {
  const { books, balanced, agreeing, cards } = await audit(tour);
  const rejected = books.rejected + books.cancelled;
  const accounted = books.made + books.failed + rejected;
  say('');
  say(`          books:  ${bookLine(books)}`);
  const counts = new Map<string, number>();
  for (const each of cards) counts.set(each.status, (counts.get(each.status) ?? 0) + each.cards);
  say(`          cards:  ${[...counts].map(([status, quantity]) => `${status} ${number(quantity)}`).join(', ')}`);
  say(
    `          audit:  applied ${number(books.applied)} = made ${number(books.made)} + failed ${number(books.failed)} + rejected ${number(rejected)}`,
  );
  const { body: chain } = await auditor.get<{ intact?: boolean; lines?: number }>('/v1/operations/audit/verification');
  say(`          audit log: ${JSON.stringify(chain)}`);
  if (accounted !== books.applied || !balanced || !agreeing) {
    throw new Failure('the books do not balance', JSON.stringify({ books, balanced, agreeing, cards }));
  }
  tell(tour, 'the books balance, and the cards themselves agree');
};

const nameOf = (now: Date): string => {
  const day = now.toISOString().slice(0, 10).replaceAll('-', '');
  return `A${day}-${randomBytes(3).toString('hex').toUpperCase()}`;
};

export const newTour = (
  running: RunFile,
  lines: ReadonlyArray<DemoLine>,
  killWorker: (() => boolean) | undefined = undefined,
): Tour => {
  const find = (name: string): string => running.addresses.find((each) => each.name === name)?.address ?? '';
  const gateway = find('Gateway');
  return {
    api: new ApiClient(gateway, running.env['HUFU_KEY_DIR'] ?? '', 'demo-operator'),
    application: nameOf(new Date()),
    lines,
    killWorker,
    links: { ui: find('Temporal UI'), gateway, namespace: running.env['TEMPORAL_NAMESPACE'] ?? 'hufu' },
    startedMs: performance.now(),
    done: new Set(),
  };
};

/** Runs the tour on what `up` has started. @throws Failure when the cycle does not end, or its books do not balance. */
export const tourOfCardMaking = async (running: RunFile, options: TourOptions): Promise<void> => {
  const tour = newTour(running, linesFor(options.cards), options.killWorker);
  say('');
  say('the tour: a card-making cycle with the base operator (simulated), from the application to the last card');
  if (!(await setScene(running))) say('          the partners are real ones: nothing is rejected or broken on purpose');
  await registerRanges(tour);
  await apply(tour);
  await accompany(tour);
  await showAudit(tour, new ApiClient(tour.links.gateway, running.env['HUFU_KEY_DIR'] ?? '', 'demo-auditor'));
};
