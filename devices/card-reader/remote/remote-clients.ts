import { randomBytes } from 'node:crypto';
import { CLOSE } from '../../../sdk/protocol.ts';
import { gauge } from '../../../telemetry/metrics.ts';
import { RemoteClient } from './remote-client.ts';

/**
 * The clients whose readers are used from this process. A session belongs to its owner (tenant, credentials, name of
 * the machine), who has one at a time: a client that was started anew ends what its predecessor had left.
 */

export interface RemoteClientsOptions {
  /** How long a client whose line is cut may stay away. */
  readonly graceMs: number;
  readonly most: number;
  readonly mostPerSubject: number;
}

const connected = gauge({
  name: 'hufu_card_clients',
  help: 'Clients of the card service, also those that may come back',
});

export interface ClientOwner {
  readonly tenant: string;
  readonly subject: string;
  readonly client: string;
}

const subjectOf = ({ tenant, subject }: ClientOwner): string => `${tenant}/${subject}`;

export class RemoteClients {
  private readonly options: RemoteClientsOptions;
  private readonly byOwner = new Map<string, RemoteClient>();
  private readonly perSubject = new Map<string, number>();

  constructor(options: RemoteClientsOptions) {
    this.options = options;
  }

  get size(): number {
    return this.byOwner.size;
  }

  /** The session that this client has, or a new one; undefined when there are too many. */
  enter(
    owner: ClientOwner,
    session: string | null,
  ): { readonly client: RemoteClient; readonly resumed: boolean } | undefined {
    const subject = subjectOf(owner);
    const key = `${subject}/${owner.client}`;
    const known = this.byOwner.get(key);
    if (known !== undefined && known.session === session) return { client: known, resumed: true };
    known?.lose(CLOSE.replaced);
    const mine = this.perSubject.get(subject) ?? 0;
    if (this.byOwner.size >= this.options.most || mine >= this.options.mostPerSubject) return undefined;
    const client = new RemoteClient(randomBytes(16).toString('hex'), owner.client, this.options.graceMs, () => {
      if (this.byOwner.get(key) !== client) return;
      this.byOwner.delete(key);
      connected.dec();
      const rest = (this.perSubject.get(subject) ?? 1) - 1;
      if (rest === 0) this.perSubject.delete(subject);
      else this.perSubject.set(subject, rest);
    });
    this.byOwner.set(key, client);
    this.perSubject.set(subject, mine + 1);
    connected.inc();
    return { client, resumed: false };
  }

  /** On stopping: they go elsewhere. */
  close(): void {
    for (const client of [...this.byOwner.values()]) client.lose(CLOSE.goingAway);
  }
}
