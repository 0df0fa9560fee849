import type { Database } from '../db/database.ts';
import { currentCall } from './call-context.ts';
import { startSpan } from './spans.ts';

/** Characters of a statement that are told; never its values. */
const LONGEST = 200;

interface Lazy {
  handle?: () => unknown;
  strings?: readonly string[];
}

/**
 * A pool whose single queries are recorded as spans of what they are done for; those within a transaction belong to
 * its span. A query is only made by the driver when somebody waits for it, and the span begins there.
 */
export function recordQueries(db: Database): Database {
  return new Proxy(db, {
    apply(target, self, args: [unknown, ...unknown[]]) {
      const query = Reflect.apply(target as (...values: unknown[]) => Lazy, self, args);
      const parent = currentCall()?.span;
      const { handle, strings } = query;
      if (!parent || !handle || !strings) return query;
      let begun = false;
      query.handle = function (this: Lazy) {
        if (!begun) {
          begun = true;
          const text = strings.join('?').replace(/\s+/g, ' ').trim().slice(0, LONGEST);
          const span = startSpan('query', {
            parent,
            kind: 'internal',
            attributes: { 'db.system.name': 'postgresql', 'db.query.text': text },
          });
          const failed = (error: unknown) => {
            span?.fail(error);
            span?.end();
          };
          Promise.prototype.then.call(query, () => span?.end(), failed);
        }
        return handle.call(this);
      };
      return query;
    },
  });
}
