import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** What happens to the connection of the next transaction that commits. */
export type Cut =
  /** The database has the COMMIT and its answer never comes back. */
  | 'after-answer'
  /** The COMMIT is passed on and nobody waits. */
  | 'after-sending'
  /** The COMMIT never gets there. */
  | 'before-sending';

/** Stands between a server and PostgreSQL. */
export interface DatabaseProxy {
  port: number;
  /** Cuts the next connection that sends COMMIT; settles when it has happened. */
  cutNext(cut: Cut): Promise<void>;
  /** Cuts nothing that has not been cut. */
  disarm(): void;
  close(): Promise<void>;
}

/** The driver prepares `commit` once for each connection, and binds it by its name from then on. */
const PREPARED = /([a-z0-9]+)\0commit\0/;

/**
 * Opens a proxy on a port of this machine.
 * @param target path of PostgreSQL's socket, asked for each connection
 */
export async function openProxy(target: () => string): Promise<DatabaseProxy> {
  const sockets = new Set<Socket>();
  let armed: { cut: Cut; done: () => void } | undefined;

  const server = createServer((client) => {
    const database = connect(target());
    const cut = () => {
      client.destroy();
      database.destroy();
    };
    let waiting: (() => void) | undefined;
    let name: string | undefined;
    const commits = (chunk: Buffer) => {
      const text = chunk.toString('latin1');
      name = PREPARED.exec(text)?.[1] ?? name;
      return name !== undefined && (text.includes(`\0${name}\0`) || text.includes('\0commit\0'));
    };
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', cut);
      socket.on('close', () => {
        sockets.delete(socket);
        cut();
      });
    }
    client.on('data', (chunk) => {
      if (!commits(chunk) || !armed) return void database.write(chunk);
      const { cut: kind, done } = armed;
      armed = undefined;
      const strike = () => {
        cut();
        done();
      };
      if (kind === 'before-sending') return strike();
      if (kind === 'after-answer') waiting = strike;
      // The database gets the bytes and reads them, though nobody is there any more.
      database.write(chunk, () => {
        if (kind === 'after-sending') {
          client.destroy();
          database.end();
          done();
        }
      });
    });
    database.on('data', (chunk) => {
      if (waiting) waiting();
      else client.write(chunk);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cutNext: (cut) =>
      new Promise((resolve) => {
        armed = { cut, done: resolve };
      }),
    disarm: () => {
      armed?.done();
      armed = undefined;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
