import { timingSafeEqual } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2, { type AuthContext, type ParsedKey, type Server, type ServerConfig } from 'ssh2';
import { serveDirectory } from './sftp-directory.ts';

/**
 * A real SFTP server over a real directory, for the partners' simulators: users with keys or passwords, rights per
 * directory, and the ways in which a server outside can fail: down, slow, dropping connections in the middle.
 */
export interface SimulatedUser {
  readonly username: string;
  /** OpenSSH public keys. */
  readonly publicKeys: ReadonlyArray<string>;
  readonly password?: string;
  /** First directories of a path that the user may read and write; others do not exist for it. */
  readonly directories: ReadonlyArray<string>;
}

/** Read at every request, so that they can be changed at run time. */
export interface ServerTroubles {
  /** Refuses connections and ends those that are open. */
  down: boolean;
  /** Added to every request. */
  latencyMs: number;
  /** Ends all connections after so many bytes of file content went through; `drops` times. */
  dropAfterBytes: number;
  drops: number;
}

export const NO_TROUBLES: ServerTroubles = { down: false, latencyMs: 0, dropAfterBytes: 0, drops: 0 };

export interface SftpServerOptions {
  readonly root: string;
  readonly hostKey: string;
  readonly users: ReadonlyArray<SimulatedUser>;
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly troubles: ServerTroubles;
}

export interface RunningServer {
  readonly port: number;
  readonly host: string;
  /** After a change of `down`. */
  readonly applyTroubles: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const equal = (left: Buffer, right: Buffer): boolean => left.length === right.length && timingSafeEqual(left, right);

const parseKeys = (user: SimulatedUser): ReadonlyArray<ParsedKey> =>
  user.publicKeys.map((text) => {
    const key = ssh2.utils.parseKey(text);
    if (key instanceof Error) throw key;
    return key;
  });

const accepts = (user: SimulatedUser, keys: ReadonlyArray<ParsedKey>, context: AuthContext): boolean => {
  if (context.method === 'password') {
    return user.password !== undefined && equal(Buffer.from(user.password), Buffer.from(context.password));
  }
  if (context.method !== 'publickey') return false;
  return keys.some((key) => {
    if (key.type !== context.key.algo || !equal(key.getPublicSSH(), context.key.data)) return false;
    // Without a signature the client only asks whether the key would do.
    if (context.signature === undefined || context.blob === undefined) return true;
    return key.verify(context.blob, context.signature, context.hashAlgo) === true;
  });
};

const sshServer = (options: SftpServerOptions, moved: (bytes: number) => void): Server => {
  const users = new Map(options.users.map((user) => [user.username, { user, keys: parseKeys(user) }]));
  const config: ServerConfig = { hostKeys: [options.hostKey] };
  return new ssh2.Server(config, (client) => {
    let signedIn: SimulatedUser | undefined;
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      const found = users.get(context.username);
      if (found !== undefined && accepts(found.user, found.keys, context)) {
        signedIn = found.user;
        context.accept();
      } else {
        context.reject(['publickey', 'password']);
      }
    });
    client.on('session', (accept) => {
      const session = accept();
      session.on('sftp', (acceptSftp) => {
        const directories = new Set(signedIn?.directories ?? []);
        const wait = () => (options.troubles.latencyMs > 0 ? sleep(options.troubles.latencyMs) : undefined);
        const close = serveDirectory(acceptSftp(), { root: options.root, directories, wait, moved });
        client.on('close', close);
      });
    });
  });
};

export const startSftpServer = async (options: SftpServerOptions): Promise<RunningServer> => {
  const { troubles } = options;
  const sockets = new Set<Socket>();
  let port = options.port;
  let through = 0;
  const hangUp = () => {
    for (const socket of sockets) socket.destroy();
  };
  const ssh = sshServer(options, (bytes) => {
    through += bytes;
    if (troubles.drops <= 0 || through < troubles.dropAfterBytes) return;
    through = 0;
    troubles.drops -= 1;
    hangUp();
  });
  const listener = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    ssh.injectSocket(socket);
  });
  const listen = () =>
    new Promise<void>((resolve, reject) => {
      listener.once('error', reject);
      listener.listen(port, options.host, () => {
        listener.off('error', reject);
        const address = listener.address();
        if (typeof address === 'object' && address !== null) port = address.port;
        resolve();
      });
    });
  const stop = () =>
    new Promise<void>((resolve) => {
      listener.close(() => resolve());
      hangUp();
    });
  // The port must be known even to a server that begins by being down.
  await listen();
  const applyTroubles = async () => {
    through = 0;
    if (troubles.down && listener.listening) await stop();
    if (!troubles.down && !listener.listening) await listen();
  };
  await applyTroubles();
  return {
    get port() {
      return port;
    },
    host: options.host,
    applyTroubles,
    close: async () => {
      if (listener.listening) await stop();
    },
  };
};
