import type { RemoteClient } from '../../../devices/card-reader/remote/remote-client.ts';
import { LIMITS, type ServerFrame } from '../../../sdk/protocol.ts';

/** So many answers are kept for a client that may not have got them. */
const ANSWERS_KEPT = 64;

/** What one session of a client has asked: each once, its answer given as often as it is asked for. */
export class AskBook {
  private readonly client: RemoteClient;
  private readonly underWay = new Set<string>();
  private readonly answers = new Map<string, ServerFrame>();

  constructor(client: RemoteClient) {
    this.client = client;
  }

  /** @returns whether it is to be done now. */
  open(id: string): boolean {
    const answer = this.answers.get(id);
    if (answer !== undefined) this.client.send(answer);
    if (answer !== undefined || this.underWay.has(id)) return false;
    if (this.underWay.size >= LIMITS.asks) {
      const problem = {
        code: 'Busy',
        message: 'This client has too much under way.',
        field: null,
        action: null,
        retryAfterMs: 1_000,
      };
      this.client.send({ type: 'refused', ask: id, problem });
      return false;
    }
    this.underWay.add(id);
    return true;
  }

  close(id: string, answer: Extract<ServerFrame, { readonly type: 'done' | 'refused' }>): void {
    this.underWay.delete(id);
    // What may go better later is to be done again under its id.
    if (answer.type === 'done' || answer.problem.retryAfterMs === null) {
      this.answers.set(id, answer);
      for (const old of this.answers.keys()) {
        if (this.answers.size <= ANSWERS_KEPT) break;
        this.answers.delete(old);
      }
    }
    this.client.send(answer);
  }
}
