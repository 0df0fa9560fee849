import { randomUUID } from 'node:crypto';
import { errors } from '@ece/contract';
import { pick, seeded } from '@ece/demo/market/random';
import { snapshotsOf } from '@ece/platform/invariants';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { formatResults, isClean, pauseBriefly, runChecks } from '../../server/verify/index.ts';
import { openWorld, type Person, type World } from '../support/world.ts';
import { type Call, kindInPath, readCalls } from './calls.ts';
import { type Caller, type Cast, makeCast } from './cast.ts';
import { hostileValue, someId } from './hostile.ts';
import { Report } from './report.ts';
import { changed, type State, stateReader } from './state.ts';

/**
 * Every call of the published OpenAPI document, with well-formed and hostile input, by nobody and by every
 * role. A call is carried out or refused with a problem that the contract knows, and never fails by our
 * fault. What is refused changes nothing. What belongs to somebody else can be neither read nor written.
 */
const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? 1000);
const SEED = Number(process.env.FUZZ_SEED ?? 20_260);
/** Requests between two runs of the jobs, which else stand still so that every change is a request's. */
const BETWEEN_JOBS = 250;
const PATIENCE_MS = 60_000 + REQUESTS * 100;

let world: World;
let cast: Cast;
let calls: Call[];
let readState: () => Promise<State>;
let belongings: string;

beforeAll(async () => {
  world = await openWorld({ ECE_ACCESS_TOKEN_SECONDS: '86400' });
  cast = await makeCast(world);
  calls = await readCalls(world.exchange.url);
  readState = await stateReader(world.exchange.resources.db);
  await world.pauseJobs();
  belongings = await cast.belongings();
}, 120_000);
afterAll(() => world.close());

const random = seeded(SEED);

/** Calls that would take the callers' own sessions away: they are made with input that names nobody. */
const ENDS_SESSIONS = new Set(['auth.setRole', 'auth.logout']);

/** Refusals that put right what they found out to be over. */
const PUTS_RIGHT = new Set(['copy_stale']);

/** What only our own side may know. */
const INTERNALS = /\.ts:\d|node_modules|postgres|select .* from|at \w+ \(|ECE_[A-Z]/i;

/** Text that may stand in an address; a lone surrogate may not. */
const text = (input: unknown) =>
  encodeURIComponent(String(typeof input === 'object' ? 'x' : input).toWellFormed()) || 'x';

interface Request {
  call: Call;
  caller: Caller;
  url: string;
  /** Ids that the path names. */
  named: string[];
  init: { method: string; headers: Record<string, string>; body: string | undefined };
}

function compose(call: Call): Request {
  const { known } = cast;
  const named: string[] = [];
  const path = call.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const { schema } = call.parameters.find((parameter) => parameter.name === name)!;
    const isId = schema.pattern?.startsWith('^[0-9a-f]{8}') && random() < 0.9;
    const value = isId ? someId(random, known, kindInPath(call.path, name)) : undefined;
    if (value && !ENDS_SESSIONS.has(call.id)) named.push(value);
    return text(ENDS_SESSIONS.has(call.id) ? randomUUID() : (value ?? hostileValue(schema, random, known)));
  });
  const search = call.parameters
    .filter((parameter) => parameter.in === 'query' && random() < (parameter.required ? 0.95 : 0.35))
    .map(({ name, schema }) => `${name}=${text(hostileValue(schema, random, known, name))}`);
  const caller = call.id === 'auth.logout' ? undefined : chooseCaller(call);
  const headers: Record<string, string> = {};
  if (caller) headers.authorization = `Bearer ${caller.accessToken}`;
  if (call.keyed && random() < 0.97) headers['idempotency-key'] = random() < 0.05 ? 'same' : randomUUID();
  if (call.body) headers['content-type'] = random() < 0.98 ? 'application/json' : 'text/xml';
  const body =
    call.body && (random() < 0.03 ? '{"a":' : JSON.stringify(hostileValue(call.body, random, known)));
  return {
    call,
    caller,
    named,
    url: `/api/v1${path}?${search.join('&')}`,
    init: { method: call.method, headers, body },
  };
}

/** Anybody, but more often somebody who may. */
function chooseCaller({ access }: Call): Caller {
  const { callers } = cast;
  if (access === 'admin' && random() < 0.6) return callers.at(-1);
  return pick(random, callers);
}

/** Remembers what a call has made, so that later ones find it. */
function remember({ call }: Request, answer: string): void {
  const kind = call.path.split('/').at(-1)!;
  const id = call.method === 'POST' && answer.startsWith('{') && (JSON.parse(answer) as { id?: unknown }).id;
  if (typeof id !== 'string') return;
  const ids = cast.known.ids.get(kind) ?? [];
  cast.known.ids.set(kind, [...ids, id].slice(-40));
}

/** Fails when an answer tells what the caller may not know. */
function expectDiscreet({ caller, url, init }: Request, answer: string, story: string): void {
  for (const [secret, what] of cast.secrets) {
    const said = url.includes(secret) || init.body?.includes(secret);
    if (said || !answer.includes(secret)) continue;
    // Staff sees the addresses of people, and nothing else of what is theirs.
    if (cast.staff.has(caller) && what === 'an e-mail address') continue;
    expect.fail(`${what} of somebody else is in the answer: ${story}`);
  }
}

/** Checks what every answer owes, and gives the code of a refusal. */
function judge(request: Request, response: Response, answer: string, story: string): string | undefined {
  expect(response.status, story).toBeLessThan(500);
  expectDiscreet(request, answer, story);
  if (response.ok) {
    const foreign = request.named.filter((id) => cast.foreign.has(id));
    expect(foreign, `it belongs to somebody else: ${story}`).toEqual([]);
    return undefined;
  }
  expect(response.headers.get('content-type'), story).toContain('application/problem+json');
  const { code } = JSON.parse(answer) as { code: string };
  expect(errors, story).toHaveProperty(code);
  expect(answer, story).not.toMatch(INTERNALS);
  return code;
}

/** Ends the halts and freezes that requests have made, or all that come later are refused. */
async function letGoOn({ ece }: Person): Promise<void> {
  for (const { setCode } of (await ece.admin.status()).halts) {
    await ece.admin.resume({ ...(setCode && { setCode }) });
  }
  for (const { handle } of (await ece.admin.users({ frozen: 'true', limit: 100 })).items) {
    await ece.admin.unfreeze({ handle });
  }
}

test(
  `${REQUESTS} requests are answered or refused without harm (seed ${SEED})`,
  async () => {
    const report = new Report();
    let state = await readState();
    for (let n = 0; n < REQUESTS; n++) {
      const request = compose(calls[n % calls.length]!);
      const { call, url, init, caller } = request;
      const writes = call.method !== 'GET';
      if (writes) expect(changed(state, await readState()), 'a call that only reads has written').toEqual([]);
      const response = await fetch(`${world.exchange.url}${url}`, init);
      const answer = await response.text();
      const sent = `${call.id} ${url} ${init.body ?? ''} by ${caller?.handle}`;
      const story = `${sent.slice(0, 1500)} -> ${response.status} ${answer.slice(0, 1500)}`;
      report.count(call.id, response.status);
      const refusal = judge(request, response, answer, story);
      if (!refusal) remember(request, answer);
      if (writes) {
        const after = await readState();
        if (refusal && !PUTS_RIGHT.has(refusal)) {
          expect(changed(state, after), `a refused call has written: ${story}`).toEqual([]);
        }
        state = after;
      }
      if (n % BETWEEN_JOBS === BETWEEN_JOBS - 1) {
        await letGoOn(cast.admin);
        await world.runJobs();
        state = await readState();
      }
    }
    console.log(report.toString());
    // Hostile and well-formed input both came through.
    expect(report.between(200, 299)).toBeGreaterThan(REQUESTS / 5);
    expect(report.between(400, 400)).toBeGreaterThan(REQUESTS / 20);
  },
  PATIENCE_MS,
);

test('after all of it those who did not call have what they had, and every invariant holds', async () => {
  expect(await cast.belongings()).toBe(belongings);
  const { resources, checks } = world.exchange;
  const results = await runChecks(checks, { snapshot: snapshotsOf(resources.db), pause: pauseBriefly });
  expect(isClean(results), formatResults(results)).toBe(true);
}, 60_000);
