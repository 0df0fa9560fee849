import { writeFileSync } from 'node:fs';
import { pagesSecret } from '@ece/edge/gateway/limits';
import { migrate } from '@ece/platform/db/migrate';
import { signAccessToken } from '@ece/platform/http/access-token';
import { newId } from '@ece/platform/ids/index';
import { createLogger } from '@ece/platform/log/log';
import { createMeasuring, type Figures } from '../bench/measure.ts';
import { formatFigures, loadText } from '../bench/print.ts';
import { allReads } from '../bench/reads.ts';
import { drawSubjects, type Person } from '../bench/subjects.ts';
import type { Config } from '../config.ts';
import { joinStack } from '../embedded/stack.ts';
import { startExchange } from '../exchange.ts';
import { createProgress } from '../progress.ts';
import { openResources, type Resources } from '../resources.ts';
import { migrationSources, roleNames } from '../roles.ts';
import { type CommonOptions, fail, settings } from './settings.ts';

interface BenchOptions extends CommonOptions {
  url?: string;
  requests: string;
  only?: string;
  json?: string;
}

/** Seconds that a reader's token is good: longer than any bench takes. */
const TOKEN_SECONDS = 4 * 3600;

/** `ece bench reads`: times every read of the API that matters on the data of a folder, and prints a table. */
export async function benchReads(options: BenchOptions): Promise<void> {
  const requests = Number(options.requests);
  if (!Number.isSafeInteger(requests) || requests < 1)
    fail('The number of requests is a whole number from 1.');
  const config = settings(options);
  const { url, only = '', json } = options;
  const before = loadText();
  const figures = await withResources(config, async (resources) => {
    const opened = url ? undefined : await open(resources);
    try {
      return await measureAll(resources, url ?? opened!.url, { requests, only });
    } finally {
      await opened?.close();
    }
  });
  if (figures.length === 0)
    fail('There is nothing to read here: fill the exchange first, or ask for other reads.');
  console.log(`\n${requests} requests each, one after the other; ${before} before, ${loadText()} after\n`);
  console.log(formatFigures(figures));
  if (json) writeFileSync(json, `${JSON.stringify({ requests, load: before, figures }, null, 2)}\n`);
}

/** Joins what a running exchange of this folder runs on, or starts it for the time of the work. */
async function withResources<T>(config: Config, work: (resources: Resources) => Promise<T>): Promise<T> {
  const stack = await joinStack(config, () => {});
  try {
    const resources = await openResources({
      config: { ...config, host: '127.0.0.1', port: 0 },
      log: createLogger({ level: 'warn', format: 'pretty' }),
      database: stack.database,
      chainUrl: stack.chainUrl,
      publicUrl: config.publicUrl ?? `http://localhost:${config.port}`,
    });
    try {
      return await work(resources);
    } finally {
      await resources.close();
    }
  } finally {
    await stack.stop();
  }
}

/** Opens the exchange without its pages, and without jobs: what is measured stays as it is. */
async function open(resources: Resources) {
  await migrate(resources.db, migrationSources);
  const idle = { wake() {}, stop: async () => {} };
  const { app, url } = await startExchange(
    resources,
    roleNames.filter((role) => role !== 'web'),
    () => idle,
  );
  return { url, close: () => app.close() };
}

async function measureAll(
  { db, secrets }: Resources,
  url: string,
  { requests, only }: { requests: number; only: string },
): Promise<Figures[]> {
  const progress = createProgress(process.stderr);
  progress.step('Drawing what to read');
  const subjects = await drawSubjects(db);
  const tokens = new Map<Person, string>();
  for (const person of [subjects.most, subjects.typical, subjects.admin]) {
    if (!person) continue;
    const principal = { accountId: person.id, role: person.role, sessionId: newId() };
    tokens.set(person, await signAccessToken(secrets.tokenSecret, principal, TOKEN_SECONDS));
  }
  const reads = allReads(subjects, (person) => tokens.get(person)!).filter(({ name }) => name.includes(only));
  const sql = await db.reserve();
  const { measure, close } = createMeasuring({
    ...{ url, sql },
    // So that the calls are not counted against anybody's limit.
    headers: { 'x-ece-pages': pagesSecret(secrets.internalSecret) },
  });
  try {
    const figures: Figures[] = [];
    for (const read of reads) {
      progress.step(read.name);
      figures.push(await measure(read, requests));
    }
    progress.done();
    return figures;
  } finally {
    close();
    sql.release();
  }
}
