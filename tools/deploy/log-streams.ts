import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { deploy } from './programs.ts';

/**
 * Templates of the data streams of logs, and policies of their retention, for Elasticsearch (ILM) and OpenSearch (ISM), made
 * from `deploy/monitoring/logs/kinds.yml`. `node tools/deploy/log-streams.ts apply URL` installs them, `show ENGINE` prints them.
 */

/** A kind of logs: days that it is kept, until it is merged, and of an index. */
export interface Kind {
  days: number;
  warm: number;
  rollover: number;
  about: string;
}

export type Engine = 'elasticsearch' | 'opensearch';

/** A thing to install: PUT this at that path. */
export interface Setup {
  path: string;
  body: object;
}

/** The kinds, by name. */
export function kinds(): Map<string, Kind> {
  const text = readFileSync(join(deploy, 'monitoring/logs/kinds.yml'), 'utf8');
  return new Map(Object.entries(parse(text) as Record<string, Kind>));
}

const keyword = { type: 'keyword', ignore_above: 1024 };
const text = { type: 'text' };
const integer = { type: 'integer' };

/** The fields of a line that can be searched; all others are kept and not indexed. */
const LINE = {
  '@timestamp': { type: 'date' },
  ...{ level: keyword, kind: keyword, msg: text, pod: keyword, pid: integer },
  ...{ reqId: keyword, trace_id: keyword, method: keyword, route: keyword, path: keyword, job: keyword },
  ...{ status: { type: 'short' }, ms: integer },
  err: { properties: { type: keyword, message: text, code: keyword } },
};
const AUDIT = { number: { type: 'long' }, actor: keyword, action: keyword, subject: keyword, hash: keyword };
/** A record of OTLP as the collector's exporter writes it. */
const RECORD = {
  '@timestamp': { type: 'date' },
  ...{ Body: text, SeverityText: keyword, TraceId: keyword, SpanId: keyword },
  Attributes: {
    properties: {
      exception: { properties: { type: keyword, message: text } },
      ece: { properties: { job: keyword, request_id: keyword, error_code: keyword } },
    },
  },
};

function fieldsOf(kind: string): object {
  if (kind === 'errors') return RECORD;
  return kind === 'audit' ? { ...LINE, ...AUDIT } : LINE;
}

/** Everything that has to be installed, in order. */
export function setupOf(engine: Engine): Setup[] {
  return [...kinds()].flatMap(([name, kind]) => [policyOf(engine, name, kind), templateOf(engine, name)]);
}

const patternOf = (kind: string) => `logs-ece.${kind}-*`;

function templateOf(engine: Engine, kind: string): Setup {
  return {
    path: `/_index_template/ece-logs-${kind}`,
    body: {
      index_patterns: [patternOf(kind)],
      // Above the template `logs` that Elasticsearch brings.
      priority: 500,
      data_stream: {},
      template: {
        settings: {
          'index.number_of_shards': 1,
          'index.number_of_replicas': 1,
          ...(engine === 'elasticsearch' && { 'index.lifecycle.name': `ece-logs-${kind}` }),
        },
        mappings: { dynamic: false, properties: fieldsOf(kind) },
      },
    },
  };
}

const LARGEST = '25gb';

function policyOf(engine: Engine, name: string, kind: Kind): Setup {
  const [age, warm, end] = [kind.rollover, kind.warm, kind.days].map((days) => `${days}d`);
  if (engine === 'elasticsearch') {
    return {
      path: `/_ilm/policy/ece-logs-${name}`,
      body: {
        policy: {
          phases: {
            hot: { actions: { rollover: { max_age: age, max_primary_shard_size: LARGEST } } },
            warm: { min_age: warm, actions: { forcemerge: { max_num_segments: 1 } } },
            delete: { min_age: end, actions: { delete: {} } },
          },
        },
      },
    };
  }
  // Ages count from the rollover, as those of ILM do.
  const then = (state_name: string, min_rollover_age: string) => [
    { state_name, conditions: { min_rollover_age } },
  ];
  return {
    path: `/_plugins/_ism/policies/ece-logs-${name}`,
    body: {
      policy: {
        description: kind.about,
        default_state: 'hot',
        states: [
          {
            name: 'hot',
            actions: [{ rollover: { min_index_age: age, min_primary_shard_size: LARGEST } }],
            transitions: then('warm', warm!),
          },
          {
            name: 'warm',
            actions: [{ force_merge: { max_num_segments: 1 } }],
            transitions: then('delete', end!),
          },
          { name: 'delete', actions: [{ delete: {} }], transitions: [] },
        ],
        ism_template: [{ index_patterns: [patternOf(name)], priority: 500 }],
      },
    },
  };
}

/** Name and password of an address go into a header: `fetch` takes none in the address. */
function reach(address: string): { base: string; headers: Record<string, string> } {
  const { origin, username, password } = new URL(address);
  const plain = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(plain).toString('base64')}`;
  return {
    base: origin,
    headers: { 'content-type': 'application/json', ...(username && { authorization }) },
  };
}

/**
 * Installs templates and policies, or renews them.
 * @param address of Elasticsearch or OpenSearch, with name and password where it wants them
 * @param which which of them; all where absent
 */
export async function applyTo(
  address: string,
  which: (setup: Setup) => boolean = () => true,
): Promise<string[]> {
  const { base, headers } = reach(address);
  const ask = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`${base}${path}`, { headers, ...init });
    const answer = (await response.json()) as Record<string, unknown>;
    if (!response.ok && response.status !== 404) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return { found: response.ok, answer };
  };
  const { answer: about } = await ask('/');
  const { distribution } = about.version as { distribution?: string };
  const setups = setupOf(distribution === 'opensearch' ? 'opensearch' : 'elasticsearch').filter(which);
  for (const { path, body } of setups) {
    // A policy of ISM is only replaced by who says which version of it.
    const present = path.startsWith('/_plugins/') ? await ask(path) : undefined;
    const version = present?.found
      ? `?if_seq_no=${present.answer._seq_no}&if_primary_term=${present.answer._primary_term}`
      : '';
    const { found, answer } = await ask(`${path}${version}`, { method: 'PUT', body: JSON.stringify(body) });
    if (!found) throw new Error(`${path}: ${JSON.stringify(answer)}`);
  }
  return setups.map(({ path }) => path);
}

if (import.meta.main) {
  const [command, to] = process.argv.slice(2);
  if (command === 'show' && (to === 'elasticsearch' || to === 'opensearch')) {
    for (const { path, body } of setupOf(to)) console.log(`PUT ${path}\n${JSON.stringify(body, null, 2)}\n`);
  } else if (command === 'apply' && to) {
    for (const path of await applyTo(to)) console.log(`installed ${path}`);
  } else {
    console.log('Usage: node tools/deploy/log-streams.ts apply URL | show elasticsearch | show opensearch');
    process.exitCode = 2;
  }
}
