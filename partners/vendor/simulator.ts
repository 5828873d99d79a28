import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rename, stat, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Effect, Either, Exit, Scope, Stream } from 'effect';
import { fault, isRefusal } from '../../domain/kernel/refusal.ts';
import type { CardRow, NewRow, VopHeader } from '../../domain/sim/vop-file.ts';
import { vopFileName } from '../../domain/sim/vop-file-name.ts';
import { type SftpClient, sftpClient } from '../sftp.ts';
import { SFTP_TUNING, type SftpServer } from '../sftp-connection.ts';
import { VENDOR_SETTINGS, VendorSettings } from '../simulator/control.ts';
import {
  type DeskState,
  EMPTY_DESK,
  Inbox,
  makeDirectories,
  type Outgoing,
  plan,
  takeTrouble,
} from '../simulator/desk.ts';
import { type PartnerProgram, type PartnerStart, startPartner } from '../simulator/partner.ts';
import { draw, stateFile } from '../simulator/state.ts';
import { checkFile, rowsOf, writeFileOf } from '../simulator/vop-files.ts';
import type { Upload } from '../transfer.ts';

/**
 * A card vendor as a program (seed 000 §5.1 steps 6 and 7): takes its parts from `inbox/` of its own server, makes the
 * cards (some fail), and uploads a POS file to VOP's server as a client; the POS file of a part that Telecom ordered is
 * put into `outbox/` of its own server. A part that it cannot read goes nowhere: a
 * report beside it in `rejected/` says why.
 */
interface VendorOutgoing extends Outgoing {
  /** Into its own `outbox/`, not to VOP. */
  readonly own?: boolean;
}

interface VendorState extends DeskState {
  outgoing: Array<VendorOutgoing>;
  settings: VendorSettings;
  /** SM3 of the parts that were made. */
  made: Array<string>;
}

const FAILURES = [
  ['F01', '芯片损坏'],
  ['F02', '个人化失败'],
  ['F03', '卡体印刷缺陷'],
] as const;

const produced = (seed: string, rate: number, { line, iccid }: CardRow): NewRow<'pos'> => {
  const made = { line, iccid, result: 'made', code: '', reason: '' } as const;
  if (rate === 0 || draw(seed, 'card', iccid) >= rate) return made;
  const failure = FAILURES[Math.floor(draw(seed, 'failure', iccid) * FAILURES.length)] ?? FAILURES[0];
  return { line, iccid, result: 'failed', code: failure[0], reason: failure[1] };
};

async function* production(part: string, settings: VendorSettings): AsyncGenerator<ReadonlyArray<NewRow<'pos'>>> {
  for await (const cards of rowsOf(part, { kind: 'vendorPart' })) {
    yield cards.map((card) => produced(settings.seed, settings.failureRate, card));
  }
}

/** A file on this disk as something to upload. */
const uploadOf = async (path: string, name: string): Promise<Upload<ReturnType<typeof fault>>> => {
  const hash = createHash('sm3');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return {
    name,
    bytes: (await stat(path)).size,
    sm3: hash.digest('hex'),
    open: (start) =>
      Stream.fromAsyncIterable(createReadStream(path, { start }) as AsyncIterable<Uint8Array>, (error) =>
        fault('disk', 'Unavailable', String(error)),
      ),
  };
};

class Vendor implements PartnerProgram {
  readonly #code: string;
  readonly #files: string;
  readonly #work: string;
  readonly #state: VendorState;
  readonly #save: () => Promise<void>;
  readonly #vop: SftpClient;
  readonly #log: (line: string) => void;
  readonly #inbox = new Inbox();

  constructor(
    code: string,
    start: PartnerStart<VendorSettings>,
    state: VendorState,
    save: () => Promise<void>,
    vop: SftpClient,
  ) {
    this.#code = code;
    this.#files = join(start.directory, 'files');
    this.#work = join(start.directory, 'work');
    this.#state = state;
    this.#save = save;
    this.#vop = vop;
    this.#log = start.log;
  }

  async tick(): Promise<void> {
    for (const { path, name } of await this.#inbox.look(join(this.#files, 'inbox'), this.#state.handled)) {
      await this.#part(path, name);
      this.#state.handled[path] = this.#inbox.markOf(path);
      await this.#save();
    }
    for (const outgoing of this.#state.outgoing.filter(({ atMs }) => atMs <= Date.now())) {
      if (!(await this.#send(outgoing))) return;
      this.#state.outgoing = this.#state.outgoing.filter((other) => other !== outgoing);
      await this.#save();
      await unlink(join(this.#work, outgoing.work)).catch(() => undefined);
    }
  }

  async #part(path: string, name: string): Promise<void> {
    const report = await checkFile(path, { kind: 'vendorPart', name, receiver: this.#code });
    const { header } = report;
    if (!report.ok || header === undefined) {
      return writeFile(join(this.#files, 'rejected', `${name}.json`), JSON.stringify(report, null, 2));
    }
    if (this.#state.made.includes(report.sm3)) return;
    const { settings } = this.#state;
    const forTelecom = header.sender === 'TELECOM';
    const created = `${new Date().toISOString().slice(0, 19)}Z`;
    const pos: VopHeader<'pos'> = {
      ...header,
      kind: 'pos',
      sender: this.#code,
      receiver: forTelecom ? 'RPS' : 'VOP',
      created,
      charset: settings.charset,
    };
    const file = vopFileName(pos);
    await writeFileOf(join(this.#work, file), pos, undefined, production(path, settings));
    const { trouble, left } = takeTrouble(settings.troubles, 'pos');
    this.#state.settings = { ...settings, troubles: left };
    const outgoing = await plan(this.#work, file, pos, settings.delayMs, trouble);
    this.#state.outgoing.push(...outgoing.map((each) => ({ ...each, ...(forTelecom ? { own: true } : {}) })));
    this.#state.made.push(report.sm3);
  }

  /** True when it is done with: sent, or refused for good. False: VOP does not answer, later again. */
  async #send({ work, name, own }: VendorOutgoing): Promise<boolean> {
    const path = join(this.#work, work);
    const there = await open(path).then(
      async (file) => file.close().then(() => true),
      () => false,
    );
    // Sent before a crash that came before the state was saved.
    if (!there) return true;
    if (own === true) {
      await rename(path, join(this.#files, 'outbox', name));
      return true;
    }
    const upload = this.#vop.upload('pos', await uploadOf(path, name));
    const sent = await Effect.runPromise(Effect.either(upload));
    if (Either.isRight(sent)) return true;
    this.#log(`${this.#code}: ${name}: ${sent.left.code} ${sent.left.message}`);
    return isRefusal(sent.left);
  }
}

/** Starts a vendor's server and its work; `vop` is where its POS files go. */
export const startVendor = async (code: string, vop: SftpServer, start: PartnerStart<VendorSettings>) => {
  await makeDirectories(start.directory, ['work', 'files/inbox', 'files/outbox', 'files/rejected']);
  const initial: VendorState = {
    ...structuredClone(EMPTY_DESK),
    settings: { ...VENDOR_SETTINGS, ...start.settings },
    made: [],
  };
  const { value, save } = await stateFile(join(start.directory, 'state.json'), initial);
  const scope = await Effect.runPromise(Scope.make());
  const client = await Effect.runPromise(Scope.extend(sftpClient(vop, { ...SFTP_TUNING, attempts: 2 }), scope));
  const running = await startPartner(start, VendorSettings, value, save, new Vendor(code, start, value, save, client));
  return {
    ...running,
    close: async () => {
      await running.close();
      await Effect.runPromise(Scope.close(scope, Exit.void));
    },
  };
};
