import { createReadStream } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Schema } from 'effect';
import { answerHeader } from '../../domain/mandates/reconciliation/error-file.ts';
import { openFile, parseFileName, rowOfCells } from '../../domain/mandates/reconciliation/file.ts';
import { wholeFile } from '../../domain/mandates/reconciliation/file-writer.ts';
import type { FileRow } from '../../domain/mandates/reconciliation/schema.ts';
import { cellsOf, FramedRows } from '../../domain/matching/frame.ts';
import type { ListedServer } from '../configuration.ts';
import { ServerSettings, SIMULATED_SERVER } from '../simulator/control.ts';
import { type DeskState, EMPTY_DESK, Inbox, makeDirectories } from '../simulator/desk.ts';
import { type PartnerProgram, type PartnerStart, startPartner } from '../simulator/partner.ts';
import { keyPair, stateFile } from '../simulator/state.ts';

/**
 * A bank's or a province's file server as a program. A bank only puts files out; a province also takes error-handling
 * files from `inbox/`, brings its relations to what they say, and answers. Which rows it refuses, and how its server
 * misbehaves, is set over its control port.
 */

const FilePartnerSettings = Schema.Struct({
  server: ServerSettings,
  /** Agreements whose correction the province's CRM refuses. */
  refuses: Schema.Array(Schema.String).pipe(Schema.maxItems(1_000)),
  /** Agreements whose correction its BOSS refuses. */
  bossRefuses: Schema.Array(Schema.String).pipe(Schema.maxItems(1_000)),
});
type FilePartnerSettings = Schema.Schema.Type<typeof FilePartnerSettings>;
const FILE_PARTNER_SETTINGS: FilePartnerSettings = { server: SIMULATED_SERVER, refuses: [], bossRefuses: [] };

interface FilePartnerState extends DeskState {
  settings: FilePartnerSettings;
  /** What stands there, by bank, agreement and number. */
  relations: Record<string, FileRow>;
  /** Agreements whose users were told. */
  texts: Array<string>;
}

const nameOf = ({ bank, agreement, number }: FileRow): string => `${bank}/${agreement}/${number}`;

class Province implements PartnerProgram {
  readonly #files: string;
  readonly #state: FilePartnerState;
  readonly #save: () => Promise<void>;
  readonly #inbox = new Inbox();

  constructor(directory: string, state: FilePartnerState, save: () => Promise<void>) {
    this.#files = join(directory, 'files');
    this.#state = state;
    this.#save = save;
  }

  async tick(): Promise<void> {
    for (const { path, name } of await this.#inbox.look(join(this.#files, 'inbox'), this.#state.handled)) {
      if (parseFileName(name)?.kind === 'ERR') await this.#apply(path);
      this.#state.handled[path] = this.#inbox.markOf(path);
      await this.#save();
    }
  }

  async #apply(path: string): Promise<void> {
    const opened = openFile(await readFile(path));
    if ('code' in opened) return;
    const answers: Array<ReadonlyArray<string>> = [];
    const framed = new FramedRows(opened.frame, {
      row: (bytes, starts, ends) => answers.push(this.#one(cellsOf(bytes, starts, ends))),
      unreadable: () => undefined,
    });
    for await (const chunk of createReadStream(path)) framed.feed(chunk as Buffer);
    // Not whole: nothing of it is answered, and we hear of it by the missing answer.
    if (framed.end().problems.length > 0) return;
    const { receiver, period, sequence } = opened.header;
    const answer = wholeFile(answerHeader(receiver, period, sequence), 'GB18030', answers);
    await putOut(this.#files, answer.name, answer.bytes);
  }

  #one(cells: ReadonlyArray<string>): ReadonlyArray<string> {
    const [difference = '', verb, text = 'NONE', , ...rest] = cells;
    const row = rowOfCells(rest);
    const { refuses, bossRefuses } = this.#state.settings;
    if (refuses.includes(row.agreement)) return [difference, 'REFUSED', 'NONE', 'NONE', '省侧拒绝'];
    if (verb === 'SET') this.#state.relations[nameOf(row)] = row;
    else delete this.#state.relations[nameOf(row)];
    if (bossRefuses.includes(row.agreement)) return [difference, 'DONE', 'REFUSED', 'NONE', 'BOSS拒绝'];
    if (text !== 'NONE') this.#state.texts.push(row.agreement);
    return [difference, 'DONE', 'DONE', text === 'NONE' ? 'NONE' : 'SENT', ''];
  }
}

/** Under a temporary name first: nobody sees half a file. */
const putOut = async (files: string, name: string, bytes: Buffer): Promise<void> => {
  const path = join(files, 'outbox', name);
  await writeFile(`${path}.part`, bytes);
  await rename(`${path}.part`, path);
};

const startFilePartner = async (start: PartnerStart<FilePartnerSettings>) => {
  await makeDirectories(start.directory, ['files/outbox', 'files/inbox', 'files/archive']);
  const initial: FilePartnerState = {
    ...structuredClone(EMPTY_DESK),
    settings: { ...FILE_PARTNER_SETTINGS, ...start.settings },
    relations: {},
    texts: [],
  };
  const { value, save } = await stateFile(join(start.directory, 'state.json'), initial);
  const program = new Province(start.directory, value, save);
  const running = await startPartner(start, FilePartnerSettings, value, save, program);
  return {
    ...running,
    putOut: (name: string, bytes: Buffer) => putOut(running.files, name, bytes),
    relations: () => value.relations,
    texts: (): ReadonlyArray<string> => value.texts,
  };
};

type RunningFilePartner = Awaited<ReturnType<typeof startFilePartner>>;

export interface FilePartners {
  readonly partners: ReadonlyMap<string, RunningFilePartner>;
  /** How we reach them: for `mandateFilesPortAt`. */
  readonly servers: ReadonlyArray<ListedServer>;
  /** The same for another process: what HUFU_MANDATE_FILES_FILE names. */
  readonly file: string;
  readonly close: () => Promise<void>;
}

/** Several of them; keys are made at the first start, in the directory. */
export const runFilePartners = async (
  listed: ReadonlyArray<{ readonly code: string; readonly name: string }>,
  more: {
    readonly directory: string;
    readonly host: string;
    readonly tickMs: number;
    readonly log: (line: string) => void;
  },
): Promise<FilePartners> => {
  const ours = await keyPair(join(more.directory, 'client'), 'rps');
  const users = [{ username: 'rps', publicKeys: [ours.publicKey], directories: ['inbox', 'outbox', 'archive'] }];
  const partners = new Map<string, RunningFilePartner>();
  const settings: Array<object> = [];
  const servers: Array<ListedServer> = [];
  for (const { code, name } of listed) {
    const directory = join(more.directory, code);
    const running = await startFilePartner({ ...more, directory, port: 0, controlPort: 0, users, settings: {} });
    partners.set(code, running);
    const { host, port, fingerprint } = running;
    const url = `sftp://rps@${host}:${port}/`;
    settings.push({ code, name, url, fingerprint, keyFile: ours.privateFile });
    const reach = {
      host,
      port,
      username: 'rps',
      fingerprints: [fingerprint],
      privateKey: ours.privateKey,
      basePath: '',
    };
    servers.push({ code, name, server: { service: `mandates:${code}`, ...reach } });
  }
  const file = join(more.directory, 'mandate-files.json');
  await writeFile(file, `${JSON.stringify(settings, null, 2)}\n`);
  return {
    partners,
    servers,
    file,
    close: async () => {
      for (const partner of partners.values()) await partner.close();
    },
  };
};
