import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TelecomState } from '../../domain/sim/telecom/application/schema.ts';
import type { TelecomProgress } from '../../workflows/sim/telecom/contract.ts';
import { Failure, say } from '../failure.ts';
import type { RunFile } from '../supervisor/run-file.ts';
import { ApiClient } from './client.ts';

/**
 * The tour's second part: blank cards from Telecom by mail. The first letter comes back and is sent once more; the form
 * itself stands for its stamped scan.
 */

const LOOK_EVERY_MS = 500;
const PATIENCE_MS = 180_000;
const LINES = [
  { no: 1, product: 'CTC-4G', city: '110000', quantity: 300 },
  { no: 2, product: 'CTC-5G', city: '310000', quantity: 200 },
];

interface Audited {
  readonly books: TelecomState['lines'][number]['books'];
  readonly balanced: boolean;
  readonly agreeing: boolean;
}

const until = async <A>(what: string, look: () => Promise<A>, holds: (seen: A) => boolean): Promise<A> => {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Failure(`Telecom’s cycle does not go on: ${what}`, JSON.stringify(seen));
    await sleep(LOOK_EVERY_MS);
  }
};

/** Runs it on what `up` has started; does nothing where there is no simulated Telecom. */
export const tourOfTelecom = async (running: RunFile): Promise<void> => {
  const control = running.env['HUFU_TELECOM_CONTROL'];
  if (control === undefined) return say('Telecom is not simulated here: its cycle is left out');
  const troubles = [{ how: 'bounced', times: 1, repairMs: null }];
  const told = await fetch(control, { method: 'PATCH', body: JSON.stringify({ troubles }) });
  if (!told.ok) throw new Failure(`the simulator of Telecom does not take its part: ${await told.text()}`);
  const gateway = running.addresses.find(({ name }) => name === 'Gateway')?.address ?? '';
  const api = new ApiClient(gateway, running.env['HUFU_KEY_DIR'] ?? '', 'demo-operator');
  const no = `T-${randomBytes(3).toString('hex').toUpperCase()}`;
  const path = `/v1/sim/telecom/applications/${no}`;
  const progress = async () => (await api.get<TelecomProgress>(`${path}/progress`)).body;
  say('');
  say('the tour goes on: blank cards from Telecom (simulated), by mail over SMTP and IMAP');
  await api.post('/v1/sim/telecom/applications', { no, vendor: 'EASTCARD', lines: LINES });
  await api.post(`${path}/export`, {});
  await until('the files are exported', progress, ({ stage }) => stage === 'scan');
  const form = await api.download(`${path}/exports/pdf`);
  say(`          ${no} is exported: workbook, fixed columns, and the form to stamp (${form.length} bytes of PDF)`);
  await api.upload(`${path}/scan`, form, 'application/pdf');
  await until('the letter is back', progress, (seen) => seen.stage === 'mailing' && seen.waitingFor === 'staff');
  const [bounced] = (await api.get<TelecomState>(path)).body.sent;
  say(`          the letter came back: ${bounced?.note ?? ''}`);
  await api.post(`${path}/resend`, { reason: 'their mailbox has room again' });
  await until('every card is accounted for', progress, ({ ended }) => ended === 'completed');
  const { sent, received } = (await api.get<TelecomState>(path)).body;
  say(`          letters: ${sent.map(({ delivery }) => delivery).join(', ')} · came: ${received.length}`);
  const audit = async () => (await api.get<Audited>(`${path}/audit`)).body;
  const { books, balanced } = await until('books and cards agree', audit, ({ agreeing }) => agreeing);
  if (!balanced) throw new Failure('the books of Telecom’s application do not balance', JSON.stringify(books));
  say(
    `          books:  applied ${books.applied} = made ${books.made} + failed ${books.failed} + rejected ${books.rejected}`,
  );
};
