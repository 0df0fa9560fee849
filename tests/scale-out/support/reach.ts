import { connect } from 'node:net';
import { vi } from 'vitest';

/** Waits until somebody listens on a port of this machine, as long as `alive` says that somebody may. */
export async function reach(port: number, alive: () => boolean): Promise<void> {
  const attempt = () =>
    new Promise<void>((resolve, reject) => {
      if (!alive()) return reject(new Error(`nobody will listen on ${port}`));
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve();
      });
      socket.once('error', reject);
    });
  await vi.waitFor(attempt, { timeout: 30_000, interval: 20 });
}
