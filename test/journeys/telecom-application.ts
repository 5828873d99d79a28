import { expect } from 'vitest';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import type { TelecomState } from '../../domain/sim/telecom/application/schema.ts';
import type { NewRow, VopHeader } from '../../domain/sim/vop-file.ts';
import { encodeVopFile } from '../../domain/sim/vop-file-encoder.ts';
import { vopFileName } from '../../domain/sim/vop-file-name.ts';
import type { TelecomArrival, TelecomProgress } from '../../workflows/sim/telecom/contract.ts';
import type { Api, Problem } from './api.ts';
import { type Audited, type Card, eventually, ok, type PartnerFile } from './application.ts';

/** One application to Telecom on its way, driven as a person drives it. */

export interface TelecomLine {
  readonly no: number;
  readonly product: string;
  readonly city: string;
  readonly quantity: number;
}

export const TWO_LINES: ReadonlyArray<TelecomLine> = [
  { no: 1, product: 'CTC-4G', city: '110000', quantity: 12 },
  { no: 2, product: 'CTC-5G', city: '310000', quantity: 8 },
];

export const SCAN = Buffer.from('%PDF-1.4\n% the printed form with its red seal\n%%EOF\n');

let serial = 0;

export class TelecomApplication {
  readonly api: Api;
  readonly no: string;
  readonly path: string;

  constructor(api: Api, name: string) {
    serial += 1;
    this.api = api;
    this.no = `T-${name.toUpperCase()}-${serial}`;
    this.path = `/v1/sim/telecom/applications/${this.no}`;
  }

  draft = (lines = TWO_LINES, vendor = 'V-EAST') =>
    this.api.post<{ readonly stage: string }>('/v1/sim/telecom/applications', {
      no: this.no,
      remarks: 'a journey',
      vendor,
      lines,
    });

  /** Drafted, exported, and waiting for the stamped scan. */
  export = async (lines = TWO_LINES, vendor = 'V-EAST') => {
    ok(await this.draft(lines, vendor));
    ok(await this.post('export'));
    await this.untilStage('scan');
  };

  scan = (bytes = SCAN) => this.api.upload<{ readonly stage: string }>(`${this.path}/scan`, bytes, 'application/pdf');

  /** Exported, and its letter on the way. */
  begin = async (lines = TWO_LINES, vendor = 'V-EAST') => {
    await this.export(lines, vendor);
    ok(await this.scan());
  };

  post = <Body>(operation: string, body: unknown = {}) => this.api.post<Body>(`${this.path}/${operation}`, body);

  refused = async (operation: string, body: unknown = {}): Promise<readonly [number, string]> => {
    const { status, body: problem } = await this.post<Problem>(operation, body);
    return [status, problem.code];
  };

  read = async (): Promise<TelecomState> => ok(await this.api.get<TelecomState>(this.path));

  progress = async (): Promise<TelecomProgress> => ok(await this.api.get<TelecomProgress>(`${this.path}/progress`));

  until = (what: string, holds: (progress: TelecomProgress) => boolean) =>
    eventually(`${this.no}: ${what}`, this.progress, holds);

  untilStage = (stage: string) => this.until(stage, (each) => each.stage === stage);

  untilProblem = (code: string) => this.until(code, ({ problem }) => problem?.code === code);

  ended = (how: 'completed' | 'cancelled' = 'completed') => this.until(how, (each) => each.ended === how);

  cards = async (): Promise<ReadonlyArray<Card>> =>
    ok(await this.api.get<{ items: ReadonlyArray<Card> }>(`/v1/sim/applications/${this.no}/cards?limit=200`)).items;

  files = async (): Promise<ReadonlyArray<PartnerFile>> =>
    ok(
      await this.api.get<{ items: ReadonlyArray<PartnerFile> }>(
        `/v1/sim/partner-files?application=${this.no}&limit=50`,
      ),
    ).items;

  /** Every card applied for is made, failed, refused by Telecom or cancelled; the cards themselves say the same. */
  accounted = async (): Promise<Audited> => {
    const audited = await eventually(
      `${this.no}: cards and books agree`,
      async () => ok(await this.api.get<Audited>(`${this.path}/audit`)),
      (seen) => seen.agreeing,
      15_000,
    );
    const { books } = audited;
    expect(audited.balanced).toBe(true);
    expect(books.made + books.failed + books.rejected + books.cancelled).toBe(books.applied);
    const cards = await this.cards();
    expect(new Set(cards.map(({ iccid }) => iccid)).size).toBe(cards.length);
    expect(cards.filter(({ status }) => status === 'made').length).toBe(books.made);
    return audited;
  };

  handIn = (file: { readonly name: string; readonly bytes: Buffer }) =>
    this.api.upload<TelecomArrival>(`${this.path}/files?name=${file.name}`, file.bytes);
}

/** A result file as Telecom would write it, with numbers of its own. */
export const resultFile = (application: string, lines: ReadonlyArray<TelecomLine>, first: number) => {
  const header: VopHeader<'cardMaking'> = {
    kind: 'cardMaking',
    version: 1,
    sender: 'TELECOM',
    receiver: 'RPS',
    application,
    round: 1,
    part: 0,
    sequence: 2,
    created: '2026-11-26T06:00:00Z',
    charset: 'UTF-8',
  };
  let at = first;
  const rows = lines.flatMap(({ no: line, product, city, quantity }) =>
    Array.from({ length: quantity }, (): NewRow<'cardMaking'> => {
      at += 1;
      const iccid = iccidOfBody(`898603${String(at).padStart(13, '0')}`);
      return { line, iccid, imsi: '', product, city, cardType: 'blank' };
    }),
  );
  const encoder = encodeVopFile(header);
  const body = encoder.push(rows);
  const end = encoder.end();
  if (isRefusal(body) || isRefusal(end)) throw new Error('the file cannot be written');
  return { name: vopFileName(header), bytes: Buffer.concat([body, end.bytes]) };
};
