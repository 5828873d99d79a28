import { type AskProgress, type CardClient, CardServiceError } from '../../sdk/client.ts';
import type { CardWritten, Problem, WriteWish } from '../../sdk/protocol.ts';

/** The writes that pages of this machine have asked for, by the CRM's request id. */

export interface WriteState extends Omit<AskProgress, 'state'> {
  readonly request: string;
  readonly reader: string;
  readonly state: AskProgress['state'] | 'ended';
  /** How it stands, when the server has said so. */
  readonly result: CardWritten | null;
  /** Why there is no result. */
  readonly problem: Problem | null;
}

interface Entry {
  readonly content: string;
  state: WriteState;
  readonly watchers: Set<(state: WriteState) => void>;
}

/** So many ended ones are remembered; for older ones the server is asked again, which remembers all. */
const KEPT = 1_000;

export class Writes {
  private readonly client: CardClient;
  private readonly entries = new Map<string, Entry>();

  constructor(client: CardClient) {
    this.client = client;
  }

  find(request: string): WriteState | undefined {
    return this.entries.get(request)?.state;
  }

  /**
   * Begins it, or goes on: a write that is under way or has its final answer stays as it is, any other is asked for
   * again. Undefined: the id was used for another content.
   */
  start(request: string, reader: string, wish: WriteWish): WriteState | undefined {
    const content = JSON.stringify([wish.product, wish.city, wish.iccid, wish.msisdn, wish.smsc, wish.operator]);
    const known = this.entries.get(request);
    if (known !== undefined && known.content !== content) return undefined;
    if (known !== undefined && (known.state.state !== 'ended' || known.state.result?.final === true))
      return known.state;
    const state: WriteState = { request, reader, state: 'waiting', commands: 0, result: null, problem: null };
    const entry: Entry = { content, state, watchers: known?.watchers ?? new Set() };
    this.entries.delete(request);
    this.entries.set(request, entry);
    this.forgetOld();
    const tell = (more: Partial<WriteState>): void => {
      entry.state = { ...entry.state, ...more };
      for (const changed of entry.watchers) changed(entry.state);
    };
    this.client.write(reader, request, wish, { onProgress: tell }).then(
      (result) => tell({ state: 'ended', result }),
      (cause: unknown) => {
        if (!(cause instanceof CardServiceError)) throw cause;
        tell({ state: 'ended', problem: cause.problem });
      },
    );
    return entry.state;
  }

  /** Calls now and at every change, until what it returns is called. Undefined: there is none. */
  watch(request: string, changed: (state: WriteState) => void): (() => void) | undefined {
    const entry = this.entries.get(request);
    if (entry === undefined) return undefined;
    entry.watchers.add(changed);
    changed(entry.state);
    return () => entry.watchers.delete(changed);
  }

  private forgetOld(): void {
    for (const [request, { state }] of this.entries) {
      if (this.entries.size <= KEPT) return;
      if (state.state === 'ended') this.entries.delete(request);
    }
  }
}
