import { registerHooks } from 'node:module';
import type Postgres from 'postgres';

/*
 * The driver as everything here uses it: postgres.js with corrections for connections that break. As it is
 * published (3.4.9), a connection that breaks inside a transaction ends the process, by a write to a socket that
 * is gone (its issues 1066, 1154, 1208), or is never usable again; and what the transaction says afterwards goes
 * to whoever has the connection next. The corrections are made while its files are loaded: no install step can
 * leave them out, and a driver that they do not fit is refused. docs/adr/0027 tells more.
 */

/** Text of a file that occurs in it once, what stands there instead, and why. */
interface Correction {
  why: string;
  text: string;
  instead: string;
}

const CORRECTIONS: Readonly<Record<string, readonly Correction[]>> = {
  'connection.js': [
    {
      why: 'a pooler lends the connection to somebody else when a query is over; nothing may be under way behind it',
      text: `        && sent.length < max_pipeline
`,
      instead: `        && (options.prepare ? sent.length < max_pipeline : q.options.onexecute)
`,
    },
    {
      why: 'a query on a connection that is gone fails; it is neither written nor kept for the next one',
      text: `    if (terminated)
      return queryError(`,
      instead: `    if (!socket)
      return (queryError(q, Errors.connection('CONNECTION_CLOSED', options)), true)

    if (terminated)
      return queryError(`,
    },
    {
      why: 'a query on a connection that is gone, and whatever else comes late, is not written',
      text: `    const x = socket.write(chunk, fn)
`,
      instead: `    if (!socket)
      return (chunk = nextWriteTimer = null, false)

    const x = socket.write(chunk, fn)
`,
    },
    {
      why: 'whoever reads rows in pieces may find the connection gone, or gone over to somebody else',
      text: `    try {
      const x = await Promise.resolve(query.cursorFn(result))
      rows = 0
`,
      instead: `    const q = query
    try {
      const x = await Promise.resolve(q.cursorFn(result))
      if (query !== q)
        return

      rows = 0
`,
    },
    {
      why: 'as above',
      text: `    } catch (err) {
      write(Sync)
      query.reject(err)
    }
  }

  function CloseComplete`,
      instead: `    } catch (err) {
      query === q && write(Sync)
      q.reject(err)
    }
  }

  function CloseComplete`,
    },
    {
      why: 'what was not sent is not sent to the next server, and the next write is',
      text: `    incomings = null
    clearImmediate(nextWriteTimer)
`,
      instead: `    incomings = null
    clearImmediate(nextWriteTimer)
    chunk = nextWriteTimer = null
`,
    },
    {
      why: 'a server that hangs up while it is greeted is an error, and no reason to call again at once; and what a transaction says between an error and the end of its connection (rollback) is not left to the next one',
      text: `    if (initial)
      return reconnect()

    !hadError && (query || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
`,
      instead: `    if (initial && options.host[retries + 1])
      return reconnect()

    ;(query || initial || sent.length) && error(Errors.connection('CONNECTION_CLOSED', options, socket))
    query = results = errorResponse = final = null
    result = new Result()
    rows = 0
`,
    },
    {
      why: 'a greeting that breaks off is told to whoever waits for it, and nobody hears of it a second time',
      text: `        return fetchArrayTypes()
`,
      instead: `        return fetchArrayTypes().catch(noop)
`,
    },
    {
      why: 'as above',
      text: `    query.execute()
  }
`,
      instead: `    query.catch(noop)
  }
`,
    },
  ],
  'index.js': [
    {
      why: 'where a server cannot be reached, all who wait are told; one after the other would take minutes',
      text: `  function onclose(c, e) {
    move(c, closed)
`,
      instead: `  function onclose(c, e) {
    const unreachable = c.queue === connecting
      && open.length + busy.length + full.length + reserved.length === 0
    move(c, closed)
    while (unreachable && queries.length)
      queries.shift().reject(e)

`,
    },
    {
      why: 'a transaction whose connection is gone says nothing to the next one on it',
      text: `      , connection
      , prepare = null
`,
      instead: `      , connection
      , gone
      , prepare = null
`,
    },
    {
      why: 'a transaction whose connection is gone',
      text: 'new Promise((_, reject) => connection.onclose = reject)',
      instead: 'new Promise((_, reject) => connection.onclose = e => reject(gone = e))',
    },
    {
      why: 'a transaction whose connection is gone',
      text: `        q.catch(e => uncaughtError || (uncaughtError = e))
`,
      instead: `        q.catch(e => uncaughtError || (uncaughtError = e))
        if (gone)
          return q.reject(gone)

`,
    },
  ],
};

/** Makes the corrections in the text of a file. @throws where one of them does not fit */
export function corrected(file: string, source: string): string {
  return CORRECTIONS[file]!.reduce((text, { why, text: old, instead }) => {
    const parts = text.split(old);
    if (parts.length !== 2) throw new Error(`the correction of postgres/src/${file} does not fit: ${why}`);
    return parts.join(instead);
  }, source);
}

async function load(): Promise<typeof Postgres> {
  const open = new Set(Object.keys(CORRECTIONS));
  const hooks = registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const file = /\/node_modules\/postgres\/src\/([a-z]+\.js)$/.exec(url)?.[1];
      if (!file || !open.delete(file)) return loaded;
      return {
        ...loaded,
        source: corrected(file, Buffer.from(loaded.source as Uint8Array).toString('utf8')),
      };
    },
  });
  try {
    const { default: postgres } = await import('postgres');
    if (open.size > 0)
      throw new Error('postgres was loaded elsewhere before: import it from platform/db/driver');
    return postgres;
  } finally {
    hooks.deregister();
  }
}

/** Opens pools of connections, as `postgres` does. */
export const postgres: typeof Postgres = await load();
