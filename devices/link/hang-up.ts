import { read } from 'node:fs';
import type { SerialPort } from 'serialport';

/**
 * A serial line that was hung up (an adapter pulled out, the other end of a pseudo-terminal closed) answers reads with
 * no bytes, at once, for ever. `serialport` then asks again without a pause, and a processor is busy with it while
 * nobody is told. Here such an answer is the end of the line.
 */

type Port = NonNullable<SerialPort['port']>;
/** Of Unix, which waits by a poller. */
type PolledPort = Extract<Port, { readonly poller: unknown }>;

const isPolled = (port: Port): port is PolledPort => 'poller' in port;

const AGAIN = new Set(['EAGAIN', 'EWOULDBLOCK', 'EINTR']);

/** `canceled`: the port was closed by us, which is no failure of the line. */
class ReadEnded extends Error {
  readonly canceled: boolean;
  constructor(message: string, canceled: boolean) {
    super(message);
    this.canceled = canceled;
  }
}

const readable = ({ poller }: PolledPort): Promise<void> =>
  new Promise((resolve, reject) => {
    poller.once('readable', (error: Error | null) => (error === null ? resolve() : reject(error)));
  });

/** What is there now; undefined when nothing is. */
const readNow = (fd: number, buffer: Buffer, offset: number, length: number): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    read(fd, buffer, offset, length, null, (error, bytesRead) => {
      if (error === null) resolve(bytesRead);
      else if (AGAIN.has(error.code ?? '')) resolve(undefined);
      else reject(error);
    });
  });

const readOnce = async (port: PolledPort, buffer: Buffer, offset: number, length: number) => {
  for (;;) {
    // Asked again after each wait: the poller of a port that is closed must not be touched.
    if (port.fd === null) throw new ReadEnded('the line is closed', true);
    const bytesRead = await readNow(port.fd, buffer, offset, length);
    if (bytesRead === 0) throw new ReadEnded('the line was hung up', false);
    if (bytesRead !== undefined) return { bytesRead, buffer };
    if (port.isOpen) await readable(port);
  }
};

/** To be called when the line is open and before anybody reads. */
export const endOnHangUp = ({ port }: SerialPort): void => {
  if (port !== undefined && isPolled(port)) {
    port.read = (buffer, offset, length) => readOnce(port, buffer, offset, length);
  }
};
