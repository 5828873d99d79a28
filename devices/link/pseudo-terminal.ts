import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { Effect, Queue, type Scope, Stream } from 'effect';
import type { Fault } from '../../domain/kernel/refusal.ts';
import { type LineState, linkOver, type SerialDevice, unavailable } from './link.ts';

/**
 * A serial line whose far side is this process: a pseudo-terminal that any program can open by its path, so that a driver
 * meets the operating system's own serial layer. Node cannot make one; a few lines of Python 3 can. It tells the bytes,
 * when the line is opened and closed, and its speed; a pseudo-terminal has no control lines and no parity.
 */
export interface PseudoTerminal {
  readonly path: string;
  readonly device: SerialDevice;
}

/**
 * Frames on its standard output: a letter, a length of four bytes, a body. `P` the path, `O` opened, `C` closed, `S` the
 * speed, `D` data. Openings are told by inotify: a line that is closed and opened at once would otherwise look untouched.
 * An opening counts once the terminal is raw, since until then it echoes and edits what it is sent.
 */
const MASTER = `
import ctypes, fcntl, os, pty, select, struct, sys, time, tty
master, slave = pty.openpty()
path = os.ttyname(slave)
tty.setraw(slave)
out = sys.stdout.buffer
def tell(kind, body=b''):
    out.write(kind + struct.pack('>I', len(body)) + body)
    out.flush()
libc = ctypes.CDLL(None, use_errno=True)
OPEN, CLOSE = 0x20, 0x18
watch = libc.inotify_init1(0)
if watch < 0 or libc.inotify_add_watch(watch, path.encode(), OPEN | CLOSE) < 0:
    sys.exit('no inotify')
os.close(slave)
holders, speed = 1, 0
def settings():
    raw = fcntl.ioctl(master, 0x802C542A, bytes(44))
    return struct.unpack_from('I', raw, 12)[0], struct.unpack_from('I', raw, 40)[0]
def tell_speed():
    global speed
    now = settings()[1]
    if now != speed:
        speed = now
        tell(b'S', str(now).encode())
def events():
    global holders
    data, at = os.read(watch, 4096), 0
    while at < len(data):
        _, mask, _, length = struct.unpack_from('iIII', data, at)
        at += 16 + length
        if mask & OPEN:
            holders += 1
            if holders == 1:
                until = time.monotonic() + 0.5
                while settings()[0] & 0o12 and time.monotonic() < until:
                    time.sleep(0.001)
                time.sleep(0.005)
                tell_speed()
                tell(b'O')
        elif mask & CLOSE:
            holders -= 1
            if holders == 0:
                tell(b'C')
tell(b'P', path.encode())
while True:
    ready = select.select([watch, 0] + ([master] if holders > 0 else []), [], [], 1)[0]
    if watch in ready:
        events()
    if 0 in ready:
        data = os.read(0, 4096)
        if not data:
            break
        while data and holders > 0:
            data = data[os.write(master, data):]
    if master in ready and holders > 0:
        tell_speed()
        try:
            tell(b'D', os.read(master, 4096))
        except OSError:
            pass
`;

const HEAD = 5;

/** Cuts the frames out of what comes. */
class Frames {
  private held = Buffer.alloc(0);

  *add(chunk: Buffer): Generator<readonly [kind: string, body: Buffer]> {
    this.held = Buffer.concat([this.held, chunk]);
    while (this.held.length >= HEAD) {
      const end = HEAD + this.held.readUInt32BE(1);
      if (this.held.length < end) return;
      yield [this.held.toString('latin1', 0, 1), this.held.subarray(HEAD, end)];
      this.held = this.held.subarray(end);
    }
  }
}

/** The bytes of the line as a stream; what is told beside them goes to `told`. */
class Line extends Duplex {
  private readonly input: Writable;
  private readonly output: Readable;

  constructor(input: Writable, output: Readable, told: (kind: string, body: Buffer) => void) {
    super({ allowHalfOpen: false });
    this.input = input;
    this.output = output;
    const frames = new Frames();
    output.on('data', (chunk: Buffer) => {
      for (const [kind, body] of frames.add(chunk)) {
        if (kind !== 'D') told(kind, body);
        else if (!this.push(body)) output.pause();
      }
    });
    output.on('end', () => this.push(null));
    input.on('error', (error) => this.destroy(error));
  }

  override _read(): void {
    this.output.resume();
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.input.write(chunk, done);
  }
}

const ended = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
};

/** Until the scope closes; then whoever has it open is hung up on. Needs `python3`. */
export const openPseudoTerminal: Effect.Effect<PseudoTerminal, Fault, Scope.Scope> = Effect.gen(function* () {
  const child = yield* Effect.acquireRelease(
    Effect.sync(() => spawn('python3', ['-c', MASTER], { stdio: ['pipe', 'pipe', 'inherit'] })),
    (running) => Effect.promise(() => ended(running)),
  );
  const changes = yield* Queue.unbounded<LineState>();
  let state: LineState = { baudRate: 0, rts: false, dtr: false };
  const change = (to: Partial<LineState>): void => {
    state = { ...state, ...to };
    changes.unsafeOffer(state);
  };
  const [line, path] = yield* Effect.async<readonly [Line, string], Fault>((resume) => {
    const failed = (why: string): void => resume(Effect.fail(unavailable('pseudo-terminal', why)));
    child.once('error', ({ message }) => failed(message));
    child.once('exit', () => failed('python3 ended'));
    const opened = new Line(child.stdin, child.stdout, (kind, body) => {
      if (kind === 'P') resume(Effect.succeed([opened, body.toString('utf8')]));
      else if (kind === 'S') change({ baudRate: Number(body.toString('latin1')) });
      // The operating system asserts both when a line is opened, and releases them when it is closed.
      else change({ rts: kind === 'O', dtr: kind === 'O' });
    });
  });
  const link = yield* linkOver(`pseudo-terminal ${path}`, line, () => ended(child));
  return {
    path,
    device: { ...link, state: () => state, states: Stream.fromQueue(changes), drive: () => Effect.void },
  };
});
