import type { NamedHalt } from '@ece/admin';
import { type Refusal, titleOf } from '@ece/contract';
import { CLI, readAudit } from '@ece/platform/audit/audit';
import { type Operator, withOperator } from '../operator.ts';
import { type CommonOptions, fail, settings } from './settings.ts';

const ROLES = ['collector', 'moderator', 'admin'] as const;

interface HaltOptions extends CommonOptions {
  set?: string;
  withdrawals?: boolean;
  reason: string;
}

interface ReasonOptions extends CommonOptions {
  reason?: string;
}

/** Runs a command beside a running exchange or without it, and ends the process with words for a refusal. */
async function act<T>(
  options: CommonOptions,
  work: (operator: Operator) => Promise<{ ok: true; value: T } | { ok: false; error: Refusal }>,
): Promise<T> {
  const result = await withOperator(settings(options), work);
  if (result.ok) return result.value;
  const { code, detail } = result.error;
  fail(`${titleOf(code)}.${detail ? ` ${detail}` : ''}`);
}

const what = ({ setCode }: NamedHalt) => (setCode ? `the set ${setCode}` : 'everything');
const time = (at: Date) => at.toISOString();

/** `ece admin halt`: halts trading of everything or of one set. */
export async function haltTrading({ set, withdrawals = false, reason, ...options }: HaltOptions) {
  const halt = await act(options, ({ peers }) =>
    peers.admin.halt(CLI, { ...(set && { setCode: set }), withdrawals, reason }),
  );
  console.log(`Trading of ${what(halt)} is halted since ${time(halt.at)}.`);
}

/** `ece admin resume`: lets trading go on. */
export async function resumeTrading({ set, reason, ...options }: ReasonOptions & { set?: string }) {
  const halt = await act(options, ({ peers }) =>
    peers.admin.resume(CLI, { ...(set && { setCode: set }), ...(reason && { reason }) }),
  );
  const seconds = ((halt.until!.getTime() - halt.at.getTime()) / 1000).toFixed(1);
  console.log(`Trading of ${what(halt)} goes on; it was halted for ${seconds} seconds.`);
}

/** `ece admin freeze HANDLE`. */
export async function freeze(handle: string, { reason, ...options }: CommonOptions & { reason: string }) {
  const frozen = await act(options, ({ peers }) => peers.admin.freeze(CLI, 'admin', { handle, reason }));
  console.log(`@${handle} is frozen since ${time(frozen.at)}.`);
}

/** `ece admin unfreeze HANDLE`. */
export async function unfreeze(handle: string, { reason, ...options }: ReasonOptions) {
  await act(options, ({ peers }) =>
    peers.admin.unfreeze(CLI, 'admin', { handle, ...(reason && { reason }) }),
  );
  console.log(`@${handle} is not frozen any more.`);
}

/** `ece admin role HANDLE ROLE`: gives a role and ends the account's sessions. */
export async function giveRole(handle: string, role: string, options: CommonOptions) {
  const wanted = ROLES.find((name) => name === role);
  if (!wanted) fail(`There is no role ${role}. The roles are ${ROLES.join(', ')}.`);
  await act(options, async ({ peers }) => {
    const user = await peers.users.byHandle(handle);
    if (!user) return { ok: false, error: { code: 'not_found', detail: 'There is nobody of this handle.' } };
    return await peers.auth.setRole(user.id, wanted, CLI);
  });
  console.log(`@${handle} is ${wanted} now.`);
}

const MOST_LINES = 10_000;

/** `ece admin audit`: prints the last entries of the audit trail, the oldest first. */
export async function showAudit(
  options: CommonOptions & { last: string; action?: string; actor?: string; subject?: string },
) {
  const last = Number(options.last);
  if (!Number.isInteger(last) || last < 1 || last > MOST_LINES) fail(`--last takes 1 to ${MOST_LINES}.`);
  const { action, actor, subject } = options;
  const filter = { ...(action && { action }), ...(actor && { actor }), ...(subject && { subject }) };
  const entries = await withOperator(settings(options), ({ resources }) =>
    readAudit(resources.db, filter, last),
  );
  for (const { number, at, actor, action, subject, data, address } of entries.reverse()) {
    const from = address ? ` from ${address}` : '';
    console.log(`${number}  ${time(at)}  ${actor}${from}  ${action}  ${subject}  ${data}`);
  }
}

/** `ece admin status`: the halts in force, the frozen accounts, what is late, and the invariants. */
export async function showStatus(options: CommonOptions) {
  const { readHealth } = await import('@ece/admin');
  const health = await withOperator(settings(options), async ({ resources, peers }) =>
    readHealth(resources, await peers.admin.halts()),
  );
  const halts = health.halts.map(
    (halt) => `  ${halt.setCode ?? 'everything'} since ${halt.at}: ${halt.reason}`,
  );
  console.log([halts.length > 0 ? 'Halted:' : 'Trading goes on.', ...halts].join('\n'));
  console.log(`Frozen accounts: ${health.frozen}`);
  console.log(`Chain transactions under way: ${health.chain.pending}`);
  for (const { name, events, seconds } of health.consumers) {
    console.log(`Consumer ${name}: ${events} events behind, ${seconds.toFixed(1)} s`);
  }
  const oldest = health.invariants.map((check) => check.at).sort()[0];
  console.log(
    oldest
      ? `Invariants: ${health.findings} findings in ${health.invariants.length} checks, the oldest made at ${oldest}`
      : 'Invariants: not checked yet',
  );
  for (const check of health.invariants.filter((check) => check.findings > 0 || check.failed)) {
    console.log(`  ${check.invariant} ${check.title}: ${check.failed ? 'not checked' : check.findings}`);
  }
}
