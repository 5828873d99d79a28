import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect } from 'effect';
import { expect } from 'vitest';
import { booksActor } from '../../actors/roaming/books.ts';
import { Actors } from '../../actors/runtime/actors.ts';
import { FileReader } from '../../domain/roaming/codec/file-reader.ts';
import { FileValidator } from '../../domain/roaming/validation/validator.ts';
import type { ElementSettings } from '../../partners/roaming/simulator-element.ts';
import { listAlerts } from '../../store/operations/alerts.ts';
import { NETWORK_ELEMENTS } from './network-elements.ts';
import { PARTNER, type RoamingHouse, startRoamingHouse, tenant } from './roaming-house.ts';

/** A node with elements of the network and a partner that judges what it is sent. */

/** Whose files are CIBER batches. */
export const CIBER_PARTNER = 'USAVZ';

export const PATIENT = { timeout: 60_000, interval: 100 };

interface Outgoing {
  readonly waiting: number;
  readonly last: { readonly billing: number };
  readonly files: ReadonlyArray<{
    readonly sequence: number;
    readonly occasion: string;
    readonly status: string;
    readonly records: number;
    readonly chargeMinor: string;
    readonly kind: string;
    readonly file: { readonly name: string } | null;
  }>;
}
/** What tests do with such a node: let elements write, look, and see what became of it. */
export const inboundOf = (house: RoamingHouse) => {
  /** Gives the file's number. */
  const write = async (code: string, settings: Partial<ElementSettings>): Promise<number> => {
    const element = house.element(code);
    const { sequence } = { ...element.settings(), ...settings };
    await element.control({ send: 1, ...settings });
    await expect.poll(() => element.settings(), PATIENT).toMatchObject({ send: 0, sequence: sequence + 1 });
    return sequence;
  };
  const look = async (code: string): Promise<void> => {
    expect(await house.ask('POST', '/import-files/look')).toMatchObject({ status: 202 });
    await expect.poll(() => readdir(join(house.element(code).files, 'outbox')), PATIENT).toEqual([]);
  };
  const newest = async (code: string, found: object): Promise<{ readonly path: string; readonly sm3: string }> => {
    const path = `/import-files?partner=${code}&limit=1`;
    await house.waitFor(path, { items: [found] });
    const { items } = (await house.ask('GET', path)).json as { items: ReadonlyArray<{ sm3: string }> };
    const sm3 = items[0]?.sm3 ?? '';
    return { path: `/import-files/${code}/${sm3}`, sm3 };
  };
  const booked = async (partner: string) => {
    const lines = [];
    for (let digit = 0; digit < 10; digit += 1) {
      const id = { tenant, key: `${partner}:${digit}` };
      const { state } = await house.run(
        Effect.flatMap(Actors, (actors) => actors.read(booksActor, id)).pipe(
          Effect.catchAll(() => Effect.succeed({ state: null })),
        ),
      );
      lines.push(...(state?.open.flatMap((day) => day.lines) ?? []));
    }
    const ours = lines.filter(({ direction }) => direction === 'inbound');
    return {
      events: ours.reduce((sum, { events }) => sum + events, 0),
      amountMinor: ours.reduce((sum, { amountMinor }) => sum + amountMinor, 0n),
      networks: [...new Set(ours.map(({ network }) => network))],
    };
  };
  const outgoing = async (partner = PARTNER): Promise<Outgoing> => {
    const { status, json } = await house.ask('GET', `/outgoing-files/${partner}`);
    return status === 404 ? { waiting: 0, last: { billing: 0 }, files: [] } : (json as Outgoing);
  };
  const inbox = () => readdir(join(house.partner.files, 'inbox'));
  const alerts = async (subject: string) =>
    (await house.run(listAlerts({ tenant, filters: { source: 'roaming-import' } }))).items
      .filter((alert) => alert.subject === subject)
      .map(({ code, stage }) => `${code} ${stage}`);

  /** As the partner reads it. */
  const judged = async (name: string) => {
    const bytes = await readFile(join(house.partner.files, 'inbox', name));
    const reader = new FileReader();
    const validator = new FileValidator({ fileName: name, receivedAtMs: Date.now() });
    const pieces = [...reader.feed(bytes), ...reader.end()];
    const found = pieces.flatMap((piece) => validator.take(piece));
    const { findings, report } = validator.end({ refused: reader.refused });
    return { findings: [...found, ...findings], report, pieces };
  };
  const send = (day: string, partner = PARTNER) =>
    house.ask('POST', `/outgoing-files/${partner}/send`, { body: { day } });
  return { write, look, newest, booked, outgoing, inbox, alerts, judged, send };
};

export type Inbound = ReturnType<typeof inboundOf>;

export const startInbound = async (name: string): Promise<RoamingHouse> => {
  const house = await startRoamingHouse(name, { elements: NETWORK_ELEMENTS, more: [CIBER_PARTNER] });
  await house.partner.control({ judges: true });
  return house;
};
