import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, connect as dial } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Our own mailbox for the time of a run: GreenMail, a mail server in Java with SMTP and IMAP, on the loopback. It keeps
 * letters in memory; a run that is started again has an empty mailbox, as after a provider's loss.
 */

export interface Mailbox {
  readonly host: string;
  readonly smtpPort: number;
  readonly imapPort: number;
  readonly close: () => Promise<void>;
}

const HOST = '127.0.0.1';
const START_MS = 60_000;
const STOP_MS = 5_000;

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, HOST, () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });

/** True when a server on the port has said its greeting. */
const greets = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = dial(port, HOST);
    const done = (greeted: boolean) => {
      socket.destroy();
      resolve(greeted);
    };
    socket.once('data', () => done(true));
    socket.once('error', () => done(false));
    socket.once('close', () => done(false));
    socket.setTimeout(2_000, () => done(false));
  });

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(timer);
};

/** Starts `program` (GreenMail) with one mailbox, `address` with `password`, and waits until both servers greet. */
export const startMailbox = async (program: string, address: string, password: string): Promise<Mailbox> => {
  const [smtpPort, imapPort] = [await freePort(), await freePort()];
  const [local, domain] = address.split('@');
  const settings = {
    'setup.test.hostname': HOST,
    'smtp.hostname': HOST,
    'smtp.port': smtpPort,
    'imap.hostname': HOST,
    'imap.port': imapPort,
    users: `${local}:${password}@${domain}`,
    'users.login': 'email',
  };
  const options = Object.entries(settings).map(([name, value]) => `-Dgreenmail.${name}=${value}`);
  const child = spawn(program, [], {
    // The launcher reads it: the program takes no options of the virtual machine.
    env: { ...process.env, JDK_JAVA_OPTIONS: `-Xmx96m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 ${options.join(' ')}` },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-2_000);
  });
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the mailbox ended with ${code}: ${said}`)));
  });
  failed.catch(() => undefined);
  const greeted = async (): Promise<void> => {
    const until = Date.now() + START_MS;
    while (!((await greets(smtpPort)) && (await greets(imapPort)))) {
      if (Date.now() > until) throw new Error(`the mailbox did not start: ${said}`);
      await sleep(100);
    }
  };
  try {
    await Promise.race([greeted(), failed]);
  } catch (error) {
    await stop(child);
    throw error;
  }
  return { host: HOST, smtpPort, imapPort, close: () => stop(child) };
};
