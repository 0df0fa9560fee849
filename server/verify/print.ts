import { type InvariantName, MOST_FINDINGS } from '@ece/platform/invariants';
import type { CheckResult } from './run.ts';

/** What each invariant says. */
const INVARIANTS: Record<InvariantName, string> = {
  A1: 'the audit trail is whole',
  I1: 'postings sum to 0 per transaction and asset',
  I2: 'no available balance is below 0',
  I3: 'holds are the sum of the live commitments',
  I4: 'each copy has one owner and at most one live commitment',
  I5: 'an answered call is in the database; one key, one effect',
  I6: 'each topic’s sequence is dense',
  I7: 'replaying an auction’s log gives its winner and price',
  I8: 'custody on chain is what the vault says',
  I9: 'nothing is accepted after the close',
  I10: 'what is derived is what it is derived from',
};

/** The results for people: each invariant with its checks, rows, time and findings. */
export function formatResults(results: CheckResult[]): string {
  const byInvariant = Map.groupBy(results, (result) => result.check.invariant);
  const lines: string[] = [];
  for (const [name, title] of Object.entries(INVARIANTS)) {
    const own = byInvariant.get(name as InvariantName) ?? [];
    lines.push(`${name}  ${title}`);
    for (const result of own) lines.push(...formatResult(result));
  }
  const findings = results.reduce((sum, result) => sum + result.total, 0);
  const failures = results.filter((result) => result.failure).length;
  const rows = results.reduce((sum, result) => sum + result.checked, 0);
  const seconds = (results.reduce((sum, result) => sum + result.milliseconds, 0) / 1000).toFixed(1);
  const verdict =
    findings + failures === 0 ? 'Everything holds' : `${findings} findings, ${failures} checks not made`;
  lines.push(
    '',
    `${verdict}: ${results.length} checks of ${rows.toLocaleString('en')} rows in ${seconds} s.`,
  );
  return lines.join('\n');
}

function formatResult({ check, checked, findings, total, milliseconds, failure }: CheckResult): string[] {
  const outcome = failure ? 'NOT CHECKED' : total === 0 ? 'ok' : `${total} FOUND`;
  const rows = `${checked.toLocaleString('en')} rows, ${Math.round(milliseconds)} ms`;
  const lines = [`    ${outcome.padEnd(11)} ${check.title} (${rows})`];
  if (failure) lines.push(`        ${failure.message}`);
  for (const { subject, problem, detail } of findings) {
    lines.push(`        ${subject} ${problem}${detail ? `: ${detail}` : ''}`);
  }
  if (total > findings.length)
    lines.push(`        … ${total - findings.length} more (${MOST_FINDINGS} are shown)`);
  return lines;
}

/** The results for programs. */
export function toJson(results: CheckResult[]): object[] {
  return results.map(({ check, checked, total, findings, milliseconds, failure }) => ({
    invariant: check.invariant,
    title: check.title,
    checked,
    total,
    findings,
    milliseconds: Math.round(milliseconds),
    failure: failure?.message ?? null,
  }));
}
