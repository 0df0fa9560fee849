import { pick } from '@ece/demo/market/random';
import { childrenOf } from '@ece/platform/telemetry/process-cpu';
import type { Fault } from './fault.ts';

/** The server dies with everything that it has in hand. */
export const killExchange: Fault = {
  name: 'kill-server',
  weight: 4,
  async strike({ site }) {
    await site.exchange.killAndRestart();
    return 'the server was killed and started again';
  },
};

/** The process of the feed dies, and with it the relay and every socket. */
export const killRelay: Fault = {
  name: 'kill-relay',
  weight: 2,
  async strike({ site }) {
    await site.relay.killAndRestart();
    return 'the feed was killed and started again';
  },
};

/** PostgreSQL dies, and comes back by what it has written ahead. */
export const killPostgres: Fault = {
  name: 'kill-postgres',
  weight: 3,
  async strike({ site }) {
    const before = site.postgres.restarts();
    process.kill(site.postgres.server().pid, 'SIGKILL');
    await site.postgres.untilRestarted(before);
    return 'PostgreSQL was killed and started again';
  },
};

/** One of PostgreSQL's processes dies: it ends all sessions and recovers by itself. */
export const killBackend: Fault = {
  name: 'kill-backend',
  weight: 1,
  async strike({ site, random }) {
    const victim = pick(random, childrenOf(site.postgres.server().pid));
    process.kill(victim, 'SIGKILL');
    return 'a process of PostgreSQL was killed';
  },
};
