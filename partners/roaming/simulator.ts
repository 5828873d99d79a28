import { copyFile, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema } from 'effect';
import type { CiberTerms } from '../../domain/roaming/partner/schema.ts';
import type { ReadyAgreement } from '../../domain/roaming/rating/compile.ts';
import type { RoamingAgreement } from '../../domain/roaming/validation/facts.ts';
import { ServerSettings } from '../simulator/control.ts';
import { type DeskState, Inbox, makeDirectories, publish } from '../simulator/desk.ts';
import { type PartnerProgram, type PartnerStart, startPartner } from '../simulator/partner.ts';
import { NO_TROUBLES } from '../simulator/server.ts';
import { stateFile } from '../simulator/state.ts';
import { ROAMING_DIRECTORIES } from './sftp.ts';
import { ciberReturnsFor, simulatedCiber } from './simulator-ciber.ts';
import { type SimulatedFile, simulatedFile } from './simulator-file.ts';
import { simulatedNrtrde } from './simulator-nrtrde.ts';
import { missingReturn, returnsFor } from './simulator-returns.ts';

/**
 * A roaming partner as a program: an SFTP server of its own, into whose `outbox/` it puts a TAP or NRTRDE file, or a CIBER batch,
 * whenever it is told to send one, right or wrong. What we put into its `inbox/` stays there; TAP files and batches are judged when
 * it is told to, and come back.
 */

const count = Schema.Int.pipe(Schema.greaterThanOrEqualTo(0));

export const RoamingSpoil = Schema.Literal(
  'none',
  /** Half of the bytes. */
  'truncated',
  /** A letter under the name of a file. */
  'text',
  'empty',
  /** From another partner. */
  'otherPartner',
  'wrongCurrency',
  /** The audit group says another total. */
  'wrongAudit',
  /** Three records with a severe error. */
  'severe',
  /** Two records with a severe error, and one of somebody whom nobody knows. */
  'faulty',
  /** Another file under the number of the last one. */
  'reused',
  /** A number of the past that is not missing. */
  'past',
  /** The last file again, under another name. */
  'twice',
  /** NRTRDE: another count of records, a release of which nothing is known. */
  'wrongCount',
  'wrongVersion',
);

export const RoamingSettings = Schema.Struct({
  /** Files that are to be sent now. */
  send: count,
  /** In which format; each has numbers of its own, which whoever tells it to send gives. */
  form: Schema.Literal('tap', 'nrtrde', 'ciber'),
  /** How the next one is. */
  spoil: RoamingSpoil,
  /** Number of the next file. */
  sequence: Schema.Int.pipe(Schema.between(1, 99_999)),
  records: Schema.Int.pipe(Schema.between(1, 1_000_000)),
  subscribers: Schema.Int.pipe(Schema.between(1, 1_000_000)),
  /** `20261101`, by the partner's clock. */
  day: Schema.String.pipe(Schema.pattern(/^[0-9]{8}$/)),
  /** Within which seconds of the day. */
  seconds: Schema.Struct({ from: count, to: count }),
  /** Whether our TAP files are judged, and what is not taken goes back in RAP files. */
  judges: Schema.Boolean,
  /** Whether it awaits live data by now: else each file comes back as a whole. */
  live: Schema.Boolean,
  /** First digits of the IMSIs that it says are its own; none: all. Records of others come back. */
  imsiPrefixes: Schema.Array(Schema.String),
  /** Number of a file of ours that it says it has not got; 0: none. */
  misses: count,
  server: ServerSettings,
});
export type RoamingSettings = Schema.Schema.Type<typeof RoamingSettings>;

interface State extends Pick<DeskState, 'handled'> {
  settings: RoamingSettings;
  /** Number of the last RAP file. */
  returned: number;
  /** Records that have been sent, so that no two files have the same. */
  sent: number;
}

const INITIAL: RoamingSettings = {
  send: 0,
  form: 'tap',
  spoil: 'none',
  sequence: 1,
  records: 100,
  subscribers: 10,
  day: '20261101',
  seconds: { from: 0, to: 86_400 },
  judges: false,
  live: true,
  imsiPrefixes: [],
  misses: 0,
  server: NO_TROUBLES,
};

export interface SimulatedRoamingPartner {
  /** TADIG codes: its own, and ours. */
  readonly code: string;
  readonly home: string;
  readonly agreement: ReadyAgreement;
  readonly utcOffset: string;
  /** As we have them, where its files are batches. */
  readonly ciber?: CiberTerms;
}

const nameOf = (
  { code, home }: SimulatedRoamingPartner,
  { form }: Pick<RoamingSettings, 'form'>,
  sequence: number,
): string =>
  ({
    tap: `CD${code}${home}${String(sequence).padStart(5, '0')}`,
    nrtrde: `NR${code}${home}${String(sequence).padStart(7, '0')}`,
    ciber: `CIBER${code}${home}${String(sequence).padStart(3, '0')}`,
  })[form];

const SEVERE_RECORDS = 3;
const LETTER = 'Dear colleagues,\nthe file of today will be late.\n';

const nrtrdePieces = (file: SimulatedFile, spoil: RoamingSettings['spoil']): ReadonlyArray<Buffer> => [
  simulatedNrtrde({ ...file, wrongCount: spoil === 'wrongCount', wrongVersion: spoil === 'wrongVersion' }).bytes,
];

class RoamingPartnerProgram implements PartnerProgram {
  readonly #who: SimulatedRoamingPartner;
  readonly #state: State;
  readonly #save: () => Promise<void>;
  readonly #work: string;
  readonly #outbox: string;
  readonly #inbox: string;
  readonly #incoming = new Inbox();

  constructor(who: SimulatedRoamingPartner, directory: string, state: State, save: () => Promise<void>) {
    this.#who = who;
    this.#state = state;
    this.#save = save;
    this.#work = join(directory, 'work');
    this.#outbox = join(directory, 'files', ROAMING_DIRECTORIES.outbox);
    this.#inbox = join(directory, 'files', ROAMING_DIRECTORIES.inbox);
  }

  async tick(): Promise<void> {
    while (this.#state.settings.send > 0) {
      await this.#send();
      const { settings } = this.#state;
      const number = ['reused', 'past', 'twice'].includes(settings.spoil) ? settings.sequence : settings.sequence + 1;
      this.#state.settings = { ...settings, send: settings.send - 1, spoil: 'none', sequence: number };
      await this.#save();
    }
    if (this.#state.settings.judges) await this.#judge();
  }

  /** Reads our files as they come, each once. */
  async #judge(): Promise<void> {
    const { settings, handled } = this.#state;
    for (const { path, name } of await this.#incoming.look(this.#inbox, handled)) {
      const { live, imsiPrefixes } = settings;
      const agreement = { live, ...(imsiPrefixes.length === 0 ? {} : { imsiPrefixes }) };
      const rap = this.#returnsFor(name, await readFile(path), agreement);
      this.#state.handled[path] = this.#incoming.markOf(path);
      if (rap !== undefined) await this.#put(rap);
      await this.#save();
    }
    if (settings.misses === 0) return;
    const { code: sender, home: recipient } = this.#who;
    const identity = { sender, recipient, sequence: this.#state.returned + 1, test: false };
    await this.#put(missingReturn(identity, settings.misses, settings.misses));
    this.#state.settings = { ...settings, misses: 0 };
    await this.#save();
  }

  #returnsFor(name: string, bytes: Buffer, agreement: RoamingAgreement) {
    const { code, home, ciber } = this.#who;
    const number = this.#state.returned + 1;
    if (name.startsWith('CD')) return returnsFor(name, bytes, agreement, number);
    if (ciber === undefined || !name.startsWith(`CIBER${home}`)) return undefined;
    const back = ciberReturnsFor(bytes, ciber, agreement, number);
    return back === undefined ? undefined : { name: `CIBERRET${code}${home}${number}`, bytes: back };
  }

  async #put({ name, bytes }: { readonly name: string; readonly bytes: Buffer }): Promise<void> {
    this.#state.returned += 1;
    await writeFile(join(this.#work, 'rap'), bytes);
    await publish(this.#work, this.#outbox, { atMs: 0, work: 'rap', name });
  }

  async #send(): Promise<void> {
    const { spoil, sequence, records } = this.#state.settings;
    const back = { reused: 1, past: 40, twice: 1 } as const;
    const number = spoil === 'reused' || spoil === 'past' ? Math.max(1, sequence - back[spoil]) : sequence;
    const { settings } = this.#state;
    const name = nameOf(this.#who, settings, number);
    const last = join(this.#work, 'last');
    if (spoil === 'twice') await copyFile(last, join(this.#work, 'next'));
    else {
      await this.#write(join(this.#work, 'next'), number);
      await copyFile(join(this.#work, 'next'), last);
      this.#state.sent += records;
    }
    const sent = spoil === 'twice' ? `${nameOf(this.#who, settings, sequence - 1)}.again` : name;
    await publish(this.#work, this.#outbox, { atMs: 0, work: 'next', name: spoil === 'reused' ? `${sent}.new` : sent });
  }

  #pieces(form: RoamingSettings['form'], file: SimulatedFile, spoil: RoamingSettings['spoil']): Iterable<Buffer> {
    const { ciber } = this.#who;
    if (form === 'tap') return simulatedFile(file);
    return form === 'ciber' && ciber !== undefined ? [simulatedCiber(file, ciber)] : nrtrdePieces(file, spoil);
  }

  async #write(path: string, sequence: number): Promise<void> {
    const { form, spoil, records, subscribers, day, seconds } = this.#state.settings;
    const { code, home, agreement, utcOffset } = this.#who;
    if (spoil === 'text') return writeFile(path, LETTER);
    if (spoil === 'empty') return writeFile(path, '');
    const file: SimulatedFile = {
      sender: spoil === 'otherPartner' ? 'XXXXX' : code,
      recipient: home,
      sequence,
      records,
      subscribers,
      firstRecord: this.#state.sent,
      ...{ day, seconds },
      utcOffset,
      agreement,
      ...(spoil === 'wrongCurrency' ? { currency: 'USD' } : {}),
      ...(spoil === 'wrongAudit' ? { auditDiffersBy: 1 } : {}),
      ...(spoil === 'severe' ? { severe: SEVERE_RECORDS } : {}),
      ...(spoil === 'faulty' ? { severe: 2, strangers: 1 } : {}),
    };
    const written = await open(path, 'w');
    try {
      for (const piece of this.#pieces(form, file, spoil)) await written.write(piece);
      if (spoil === 'truncated') await written.truncate(Math.floor((await written.stat()).size / 2));
    } finally {
      await written.close();
    }
    return undefined;
  }
}

/** Starts a partner's server and its work. */
export const startRoamingPartner = async (who: SimulatedRoamingPartner, start: PartnerStart<RoamingSettings>) => {
  const { outbox, inbox, archive } = ROAMING_DIRECTORIES;
  await makeDirectories(start.directory, ['work', `files/${outbox}`, `files/${inbox}`, `files/${archive}`]);
  const initial: State = {
    settings: { ...INITIAL, ...start.settings },
    sent: 0,
    returned: 0,
    handled: {},
  };
  const { value, save } = await stateFile(join(start.directory, 'state.json'), initial);
  const program = new RoamingPartnerProgram(who, start.directory, value, save);
  return startPartner(start, RoamingSettings, value, save, program);
};
