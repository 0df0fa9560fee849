import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** Spreads connections over several processes in turn, as a cluster's service address does. */
export interface Balancer {
  url: string;
  /** Where further connections go; those that are open stay. */
  use(ports: number[]): void;
  close(): Promise<void>;
}

/** Opens a balancer over ports of this machine; a port that nobody answers at is passed over. */
export async function openBalancer(first: number[]): Promise<Balancer> {
  let ports = first;
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    pass(client, ports.length);
  });

  function pass(client: Socket, tries: number): void {
    const target = connect(ports[turn++ % ports.length]!, '127.0.0.1');
    const leave = () => client.destroy();
    client.on('error', () => target.destroy());
    client.on('close', () => target.destroy());
    target.on('error', () => {
      if (target.bytesRead + target.bytesWritten === 0 && tries > 1) pass(client, tries - 1);
      else leave();
    });
    target.on('connect', () => {
      target.on('close', leave);
      client.pipe(target).pipe(client);
    });
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}`,
    use(next) {
      ports = next;
    },
    async close() {
      for (const client of open) client.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
