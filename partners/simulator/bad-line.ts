import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A line of TCP that is slow, loses packets, has little bandwidth or breaks, in front of a server that is none of these. What
 * TCP makes of a lost packet is what is simulated: bytes do not get lost, what follows waits until they were sent again.
 * Whether a chunk is held is drawn from a row of numbers that is the same in each run.
 */

export interface LineQuality {
  /** There and back, added to what the network takes anyhow. */
  readonly roundTripMs: number;
  /** Of packets of 1460 bytes, 0 to 1. */
  readonly loss: number;
  /** In each direction; 0: unlimited. */
  readonly bytesPerSecond: number;
  /** Connections that are ended after so many bytes each; 0 cuts: none. */
  readonly cutAfterBytes: number;
  readonly cuts: number;
}

export const GOOD_LINE: LineQuality = { roundTripMs: 0, loss: 0, bytesPerSecond: 0, cutAfterBytes: 0, cuts: 0 };

export interface BadLine {
  readonly port: number;
  /** For connections and bytes from now on. */
  readonly become: (quality: Partial<LineQuality>) => void;
  /** Connections that were cut since it was last changed. */
  readonly cut: () => number;
  readonly close: () => Promise<void>;
}

const PACKET_BYTES = 1_460;
/** Linux waits so long, or a round trip if that is longer, before it sends a packet again (RFC 6298 §2). */
const RESEND_MS = 200;
/** What may be under way in one direction before whoever sends is held up. */
const WINDOW_BYTES = 1_048_576;
const MULTIPLIER = 48_271;
const MODULUS = 2_147_483_647;

/** From 0 to 1: minimal standard generator (Park and Miller). */
const randomFrom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state * MULTIPLIER) % MODULUS;
    return state / MODULUS;
  };
};

class Line {
  quality: LineQuality;
  cuts = 0;
  private readonly random = randomFrom(7);

  constructor(quality: LineQuality) {
    this.quality = quality;
  }

  /** How long a chunk takes beyond its half of a round trip. */
  heldMs(bytes: number): number {
    const { loss, bytesPerSecond, roundTripMs } = this.quality;
    const sending = bytesPerSecond === 0 ? 0 : (bytes / bytesPerSecond) * 1_000;
    const isLost = loss > 0 && this.random() < 1 - (1 - loss) ** Math.ceil(bytes / PACKET_BYTES);
    return sending + (isLost ? Math.max(RESEND_MS, roundTripMs) : 0);
  }

  /** Whether a connection that has carried so many bytes ends here. */
  breaks(carried: number): boolean {
    const { cutAfterBytes, cuts } = this.quality;
    if (this.cuts >= cuts || carried < cutAfterBytes) return false;
    this.cuts += 1;
    return true;
  }
}

/** Carries one direction in order; what was on its way when the other side left still arrives. */
const carry = (line: Line, from: Socket, to: Socket, carried: (bytes: number) => void): void => {
  let freeAtMs = 0;
  let underWay = 0;
  const later = (bytes: number, arrive: () => void): void => {
    const now = performance.now();
    // Behind the chunk before it, as long as that is held.
    freeAtMs = Math.max(now, freeAtMs) + line.heldMs(bytes);
    setTimeout(arrive, freeAtMs + line.quality.roundTripMs / 2 - now);
  };
  from.on('data', (chunk: Buffer) => {
    underWay += chunk.length;
    if (underWay > WINDOW_BYTES) from.pause();
    later(chunk.length, () => {
      underWay -= chunk.length;
      if (underWay <= WINDOW_BYTES) from.resume();
      if (!to.destroyed) to.write(chunk);
      carried(chunk.length);
    });
  });
  from.on('end', () => later(0, () => to.end()));
  from.on('error', () => to.destroy());
  from.on('close', () => later(0, () => to.destroy()));
};

/** Starts to listen in front of a server of this machine. */
export const startBadLine = async (target: { readonly host: string; readonly port: number }): Promise<BadLine> => {
  const line = new Line(GOOD_LINE);
  const open = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ ...target, noDelay: true });
    let bytes = 0;
    const carried = (count: number): void => {
      bytes += count;
      if (!line.breaks(bytes)) return;
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
    }
    carry(line, near, far, carried);
    carry(line, far, near, carried);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the line has no port');
  return {
    port: address.port,
    become: (quality) => {
      line.quality = { ...GOOD_LINE, ...quality };
      line.cuts = 0;
    },
    cut: () => line.cuts,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
};
