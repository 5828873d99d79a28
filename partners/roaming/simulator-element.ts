import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema } from 'effect';
import { type CdrEvent, type CdrLayout, cdrFileName } from '../../domain/roaming/network/schema.ts';
import { ServerSettings } from '../simulator/control.ts';
import { makeDirectories, publish } from '../simulator/desk.ts';
import { type PartnerProgram, type PartnerStart, startPartner } from '../simulator/partner.ts';
import { NO_TROUBLES } from '../simulator/server.ts';
import { stateFile } from '../simulator/state.ts';
import { ROAMING_DIRECTORIES } from './sftp.ts';

/**
 * An element of the network as a program: an SFTP server, into whose `outbox/` and `log/` it writes a file of what visitors
 * used whenever it is told to, by its layout, right or wrong. Everything comes from the settings, so the same file comes out
 * each time.
 */

const count = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));

export const ElementSpoil = Schema.Literal(
  'none',
  /** The outbox gets half of the bytes; the log has all. */
  'truncated',
  /** The file is in the log alone. */
  'lost',
  /** The records of the last file, under a number of its own. */
  'transferredAgain',
  /** The last file's last half, and as many new ones. */
  'collectedAgain',
  /** Four records that are not in order, and one of nobody's subscriber. */
  'malformed',
  /** A record's number is passed over. */
  'passedOver',
);

export const ElementSettings = Schema.Struct({
  /** Files that are to be written now. */
  send: count,
  /** How the next one is. */
  spoil: ElementSpoil,
  /** Number of the next file. */
  sequence: Schema.Int.pipe(Schema.between(1, 99_999)),
  records: Schema.Int.pipe(Schema.between(1, 1_000_000)),
  /** First digits of visitors' IMSIs, in turn. */
  prefixes: Schema.Array(Schema.String.pipe(Schema.pattern(/^[0-9]{5,6}$/))).pipe(Schema.minItems(1)),
  /** `20261101`, by the network's clock. */
  day: Schema.String.pipe(Schema.pattern(/^[0-9]{8}$/)),
  server: ServerSettings,
});
export type ElementSettings = Schema.Schema.Type<typeof ElementSettings>;

type Values = Readonly<Record<string, string>>;
type Part = 'header' | 'record' | 'trailer';

const lineOf = (layout: CdrLayout, part: Part, values: Values): string => {
  const { mark, fields } = layout[part];
  if (layout.form === 'csv') return [mark, ...fields.map(({ name }) => values[name] ?? '')].join(layout.separator);
  const columns = fields.map(({ name, length, kind }) =>
    kind === 'integer' ? (values[name] ?? '').padStart(length) : (values[name] ?? '').padEnd(length),
  );
  return mark + columns.join('');
};

const padded = (value: number, length: number): string => String(value).padStart(length, '0');

/** A layout may have it with signs between. */
const timeOf = ({ record }: CdrLayout, day: string, second: number): string => {
  const [hour, minute] = [padded(Math.floor(second / 3_600) % 24, 2), padded(Math.floor(second / 60) % 60, 2)];
  const time = [hour, minute, padded(second % 60, 2)];
  const signs = record.fields.some(({ name, kind }) => name === 'startedAt' && kind === 'isoTimestamp');
  return signs ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)} ${time.join(':')}` : day + time.join('');
};

const KINDS: ReadonlyArray<CdrEvent> = ['voice.originating', 'data', 'voice.terminating', 'sms.originating', 'data'];

const recordOf = (layout: CdrLayout, { prefixes, day }: ElementSettings, at: number): Values => {
  const event = KINDS[at % KINDS.length] ?? 'data';
  const word = Object.entries(layout.record.fields.find(({ kind }) => kind === 'event')?.events ?? {});
  const isData = event === 'data';
  const prefix = prefixes[at % prefixes.length] ?? '';
  return {
    event: word.find(([, means]) => means === event)?.[0] ?? '',
    imsi: prefix + padded(at % 50, 15 - prefix.length),
    msisdn: `8529${padded(at % 50, 7)}`,
    imei: `35${padded(at % 50, 13)}0`,
    party: isData ? '' : `86138${padded((at * 7_919) % 100_000_000, 8)}`,
    startedAt: timeOf(layout, day, (at * 37) % 86_400),
    utcOffset: '+0800',
    duration: String(event.startsWith('sms') ? 0 : 1 + ((at * 13) % 3_600)),
    volumeIn: isData ? String((at * 104_729) % 30_000_000) : '',
    volumeOut: isData ? String((at * 7_919) % 3_000_000) : '',
    reference: String(1_000 + at),
    area: '10001',
    cell: String(at % 60_000),
  };
};

const WRONG: ReadonlyArray<Values> = [
  { startedAt: '20261399999999' },
  { imsi: '45412' },
  { duration: 'long' },
  { event: 'FAX' },
  { imsi: '999990000000001' },
];

export interface SimulatedElement {
  readonly code: string;
  readonly layout: CdrLayout;
}

interface State {
  settings: ElementSettings;
  /** Records that have been written, so that no two files have the same. */
  written: number;
}

const INITIAL: ElementSettings = {
  send: 0,
  spoil: 'none',
  sequence: 1,
  records: 12,
  prefixes: ['45412'],
  day: '20261101',
  server: NO_TROUBLES,
};

/** Numbers of the records of the next file; what it has of the last one is not new. */
const numbersOf = ({ settings: { spoil, records }, written }: State): ReadonlyArray<number> => {
  const back = spoil === 'transferredAgain' ? records : spoil === 'collectedAgain' ? Math.floor(records / 2) : 0;
  return Array.from({ length: records }, (_, at) => Math.max(0, written - back) + at);
};

class ElementProgram implements PartnerProgram {
  readonly #who: SimulatedElement;
  readonly #state: State;
  readonly #save: () => Promise<void>;
  readonly #directory: string;

  constructor(who: SimulatedElement, directory: string, state: State, save: () => Promise<void>) {
    this.#who = who;
    this.#state = state;
    this.#save = save;
    this.#directory = directory;
  }

  async tick(): Promise<void> {
    while (this.#state.settings.send > 0) {
      await this.#write();
      const { settings } = this.#state;
      this.#state.settings = { ...settings, send: settings.send - 1, spoil: 'none', sequence: settings.sequence + 1 };
      await this.#save();
    }
  }

  async #write(): Promise<void> {
    const { layout, code } = this.#who;
    const { spoil, sequence } = this.#state.settings;
    const name = cdrFileName(layout, code, sequence);
    const text = this.#text();
    const work = join(this.#directory, 'work');
    const files = join(this.#directory, 'files');
    await writeFile(join(work, 'next'), text);
    await copyFile(join(work, 'next'), join(work, 'log'));
    await publish(work, join(files, ROAMING_DIRECTORIES.log), { atMs: 0, work: 'log', name });
    if (spoil === 'lost') return;
    if (spoil === 'truncated') await writeFile(join(work, 'next'), text.slice(0, Math.floor(text.length / 2)));
    await publish(work, join(files, ROAMING_DIRECTORIES.outbox), { atMs: 0, work: 'next', name });
  }

  #text(): string {
    const { layout, code } = this.#who;
    const { spoil, sequence, day } = this.#state.settings;
    const numbers = numbersOf(this.#state);
    const records = numbers.map((number, at) => ({
      ...recordOf(layout, this.#state.settings, number),
      number: String(at + 1 + (spoil === 'passedOver' && at > 0 ? 1 : 0)),
      ...(spoil === 'malformed' ? WRONG[at] : {}),
    }));
    this.#state.written = Math.max(this.#state.written, (numbers.at(-1) ?? -1) + 1);
    const header = { element: code, sequence: String(sequence), createdAt: timeOf(layout, day, 86_399) };
    const lines = [
      lineOf(layout, 'header', header),
      ...records.map((values) => lineOf(layout, 'record', values)),
      lineOf(layout, 'trailer', { records: String(records.length) }),
    ];
    return `${lines.join('\n')}\n`;
  }
}

/** Starts an element's server and its work. */
export const startNetworkElement = async (who: SimulatedElement, start: PartnerStart<ElementSettings>) => {
  const { outbox, archive, log } = ROAMING_DIRECTORIES;
  await makeDirectories(start.directory, ['work', `files/${outbox}`, `files/${archive}`, `files/${log}`]);
  const initial: State = { settings: { ...INITIAL, ...start.settings }, written: 0 };
  const { value, save } = await stateFile(join(start.directory, 'state.json'), initial);
  return startPartner(start, ElementSettings, value, save, new ElementProgram(who, start.directory, value, save));
};
