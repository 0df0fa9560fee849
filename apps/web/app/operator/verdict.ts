import type { Health } from '../../data/types.ts';
import type { Values } from '../../i18n/translate.ts';

/** Something that an operator should act on: the message `operator.problem_<kind>` with its values. */
export interface Trouble {
  kind: 'findings' | 'unchecked' | 'stale' | 'silent' | 'waiting' | 'job' | 'lag' | 'chain' | 'halted';
  values: Values;
}

/** Seconds behind the events from which on readers count as late. */
const LATE_SECONDS = 15;
/** Seconds that a chain transaction may take. */
const LONG_SECONDS = 180;
/** Milliseconds without a check after which nobody seems to check. */
const STALE_MS = 10 * 60_000;

/** What is wrong, the worst first; empty where nothing is. */
export function troublesOf(health: Health): Trouble[] {
  const { invariants, processes, jobs, consumers, chain, halts, serverTime } = health;
  const now = Date.parse(serverTime);
  const last = Math.max(...invariants.map(({ at }) => Date.parse(at)));
  const minutes = (ms: number) => Math.floor(ms / 60_000);
  const of = (kind: Trouble['kind'], list: Values[]) => list.map((values) => ({ kind, values }));
  const nameOf = ({ invariant, title }: Health['invariants'][number]) => `${invariant}, ${title}`;
  return [
    ...of(
      'findings',
      invariants.filter((check) => check.findings > 0).map((check) => ({ name: nameOf(check) })),
    ),
    ...of(
      'unchecked',
      invariants.filter(({ failed }) => failed).map((check) => ({ name: nameOf(check) })),
    ),
    ...of(
      'silent',
      processes.filter(({ alive }) => !alive).map((each) => ({ name: processName(each) })),
    ),
    ...of(
      'waiting',
      processes
        .filter(({ alive, notReady }) => alive && notReady.length > 0)
        .map((each) => ({ name: processName(each), what: each.notReady.join(', ') })),
    ),
    ...of(
      'job',
      jobs.filter(({ failing }) => failing).map(({ name }) => ({ name })),
    ),
    ...of(
      'lag',
      consumers
        .filter(({ seconds }) => seconds > LATE_SECONDS)
        .map(({ name, seconds }) => ({ name, seconds: Math.round(seconds) })),
    ),
    ...of(
      'chain',
      chain.oldestSeconds > LONG_SECONDS ? [{ minutes: minutes(chain.oldestSeconds * 1000) }] : [],
    ),
    ...of('stale', invariants.length > 0 && now - last > STALE_MS ? [{ minutes: minutes(now - last) }] : []),
    ...of(
      'halted',
      halts.map(({ setCode }) => ({ what: setCode ?? '' })),
    ),
  ];
}

/** What a process is called: one of one role by its role. */
export function processName({ host, roles }: Pick<Health['processes'][number], 'host' | 'roles'>): string {
  return roles.length === 1 ? `${roles[0]} (${host})` : host;
}
