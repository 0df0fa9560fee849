import type { Sql } from '../db/database.ts';
import {
  type Finding,
  type InvariantCheck,
  MOST_FINDINGS,
  type Relation,
  reportOf,
  type Snapshot,
} from '../invariants.ts';
import type { ChainClient } from './client.ts';
import { readReplacedSignatures } from './send-store.ts';

const PAGE = 500;
/** The newest transactions that are looked for on chain; older ones were looked for when they were new. */
const RECENT = 512;

/**
 * Where the requests of a purpose and the things that they are for disagree.
 * @param things `reference` (text), `state` as one of final, failed, pending, and `signature`, which counts
 *   for final ones only
 * @param word what such a thing is called
 */
export function requestDisagreements(sql: Sql, purpose: string, word: string, things: Relation): Relation {
  return sql`
    select ${word}::text || ' ' || t.reference as subject,
      case when c.reference is null then 'was never asked of the chain'
        when t.state <> c.ended then 'has another end than its chain transaction'
        else 'names another signature than its chain transaction' end as problem,
      'it is ' || t.state || coalesce(' by ' || t.signature, '') || ', its transaction '
        || coalesce(c.state || coalesce(' by ' || c.signature, ''), 'missing') as detail
    from (${things}) t
    left join (
      select reference, state, signature,
        case when state in ('final', 'failed') then state else 'pending' end as ended
      from platform.chain_transactions where purpose = ${purpose}
    ) c using (reference)
    where c.reference is null or t.state <> c.ended
      or (t.state = 'final' and t.signature is distinct from c.signature)`;
}

/** I8: what is recorded as final is on chain, and no signature that was replaced ever took effect. */
export function senderChecks(chain: Pick<ChainClient, 'statuses'>): InvariantCheck[] {
  return [
    {
      invariant: 'I8',
      title: `the newest ${RECENT} final transactions are final on chain`,
      acrossSystems: true,
      run: (snapshot) => checkFinal(chain, snapshot),
    },
    {
      invariant: 'I8',
      title: 'replaced signatures never took effect',
      acrossSystems: true,
      run: (snapshot) => checkReplaced(chain, snapshot),
    },
  ];
}

async function checkFinal(chain: Pick<ChainClient, 'statuses'>, snapshot: Snapshot) {
  const rows = await snapshot(
    (sql) => sql<{ purpose: string; reference: string; signature: string }[]>`
      select purpose, reference, signature from platform.chain_transactions
      where state = 'final' order by id desc limit ${RECENT}`,
  );
  const statuses = await chain.statuses(rows.map((row) => row.signature));
  const findings = rows.flatMap(({ purpose, reference, signature }): Finding[] => {
    const status = statuses.get(signature);
    if (status?.state === 'finalized' && status.err === null) return [];
    const detail = `${signature} is ${status?.err ? `failed: ${status.err}` : (status?.state ?? 'unknown')}`;
    return [
      { subject: `${purpose} ${reference}`, problem: 'is recorded as final and is not on chain', detail },
    ];
  });
  return reportOf(rows.length, { findings: findings.slice(0, MOST_FINDINGS), total: findings.length });
}

async function checkReplaced(chain: Pick<ChainClient, 'statuses'>, snapshot: Snapshot) {
  const findings: Finding[] = [];
  let checked = 0;
  let after = 0n;
  for (;;) {
    const rows = await snapshot((sql) => readReplacedSignatures(sql, after, PAGE));
    const statuses = await chain.statuses(rows.flatMap((row) => row.signatures));
    checked += statuses.size;
    for (const { purpose, reference, signatures } of rows) {
      const landed = signatures.filter((signature) => {
        const status = statuses.get(signature);
        return status && status.state !== 'unknown' && status.err === null;
      });
      if (landed.length === 0) continue;
      findings.push({
        subject: `${purpose} ${reference}`,
        problem: 'took effect by a signature that was replaced',
        detail: landed.join(', '),
      });
    }
    if (rows.length < PAGE) break;
    after = rows.at(-1)!.id;
  }
  return reportOf(checked, { findings: findings.slice(0, MOST_FINDINGS), total: findings.length });
}
