import type { Bench, Goal, Run } from '../bench.ts';
import { type FeedSide, startSide, subscribeTo } from '../support/feed.ts';
import { measurePairs, toRow } from '../support/measure.ts';

/*
 * CPU of the server when 2,000 clients come back at once and ask for the 20 events that they have missed, until
 * each has them. The reference is the opening of as many sockets on a bare `ws` server, without a message. Each
 * client looks at every number: a gap ends the bench.
 *
 * It does not measure clients that missed more than the feed keeps in memory; those are served by PostgreSQL.
 */
const CLIENTS = 2000;
const MISSED = 20;

const goal: Goal = {
  name: 'resume-storm',
  ratio: 'CPU of 2,000 clients that come back for 20 events ÷ of a bare handshake',
  target: 3,
  better: 'lower',
};

export const resumeStorm: Bench = {
  name: 'resume-storm',
  about: 'everybody comes back at once',
  goals: [goal],
  async run(run) {
    const [feed, bare] = await Promise.all([startSide('feed'), startSide('bare')]);
    try {
      const pairs = await measurePairs(run, goal.name, {
        ours: () => cpuOfReturn(run, feed, true),
        reference: () => cpuOfReturn(run, bare, false),
      });
      return [toRow(goal, pairs, ['microseconds of CPU per client; no client saw a gap'])];
    } finally {
      await Promise.all([feed.stop(), bare.stop()]);
    }
  },
};

async function cpuOfReturn(run: Run, { port, server, clients }: FeedSide, resume: boolean): Promise<number> {
  const count = run.quick ? 200 : CLIENTS;
  const { published } = await server.do({ do: 'publish', count: MISSED, together: 1, size: 350 });
  await clients.do({ do: 'reset', lookAtEvery: 1 });
  const before = await server.do({ do: 'read' });
  const { gaps } = await clients.do({
    ...{ do: 'open', port, count },
    ...(resume && { hello: subscribeTo(published - MISSED), frames: MISSED + 1 }),
  });
  const after = await server.do({ do: 'read' });
  if (gaps > 0) throw new Error(`clients saw ${gaps} gaps`);
  await clients.do({ do: 'close' });
  return (after.cpu - before.cpu) / count;
}
