import { untilStopped } from '../../server/commands/lifecycle.ts';
import { settings } from '../../server/commands/settings.ts';
import { roleNames } from '../../server/roles.ts';
import { run } from '../../server/run.ts';

/*
 * The exchange of a bench: every role but the pages, with everything embedded, as `npm start` runs it. Tells
 * its parent the address when it is open, and stops when the parent is gone.
 */
await untilStopped(async () => {
  const running = await run({ config: settings({}), roles: roleNames.filter((role) => role !== 'web') });
  process.send!({ url: running.exchange.url });
  return running;
});
