import { childrenOf } from '@ece/platform/telemetry/process-cpu';
import { between, type Fault, pass, type Scene } from './fault.ts';

/** Stops processes for a moment, as a machine that swaps or a paused virtual machine does. */
async function freeze({ random }: Scene, pids: number[], what: string): Promise<string> {
  const milliseconds = between(random, 100, 1500);
  const each = (signal: NodeJS.Signals) => {
    for (const pid of pids) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended since it was listed.
      }
    }
  };
  each('SIGSTOP');
  await pass(milliseconds);
  each('SIGCONT');
  return `${what} stood still for ${milliseconds} ms`;
}

export const freezeExchange: Fault = {
  name: 'freeze-server',
  weight: 1,
  strike: (scene) => freeze(scene, [scene.site.exchange.pid], 'the server'),
};

export const freezeRelay: Fault = {
  name: 'freeze-relay',
  weight: 1,
  strike: (scene) => freeze(scene, [scene.site.relay.pid], 'the feed'),
};

export const freezePostgres: Fault = {
  name: 'freeze-postgres',
  weight: 1,
  strike: (scene) => {
    const { pid } = scene.site.postgres.server();
    return freeze(scene, [pid, ...childrenOf(pid)], 'PostgreSQL');
  },
};
