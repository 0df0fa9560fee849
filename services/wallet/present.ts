import { formatMoney, type operations, type Static } from '@ece/contract';
import type { SentTransaction } from '@ece/platform/chain/sender';
import type { Entry } from '@ece/vault';
import type { TransferRow } from './store.ts';

type Transfer = Static<(typeof operations)['wallet']['transfer']['response']>;
type StatementEntry = Static<(typeof operations)['wallet']['entries']['response']>['items'][number];

/** A transfer as the API shows it; while it is on its way, with what the sender knows of it. */
export function presentTransfer(row: TransferRow, sent: SentTransaction | undefined): Transfer {
  return {
    id: row.id,
    kind: row.kind,
    state: row.state === 'requested' ? onItsWay(sent) : row.state,
    amount: formatMoney(row.amount),
    address: row.address,
    signature: row.signature ?? sent?.signature ?? null,
    createdAt: row.createdAt.toISOString(),
    finalAt: row.state === 'final' && row.endedAt ? row.endedAt.toISOString() : null,
  };
}

function onItsWay(sent: SentTransaction | undefined): 'requested' | 'signed' | 'sent' {
  if (sent?.state === 'signed') return 'signed';
  // A faucet payment that is final on chain is still on its way to the account's balance.
  return sent?.state === 'sent' || sent?.state === 'final' ? 'sent' : 'requested';
}

/** A line of a statement as the API shows it. */
export function presentEntry(entry: Entry): StatementEntry {
  return {
    id: entry.id,
    kind: entry.kind,
    amount: formatMoney(entry.amount),
    balance: formatMoney(entry.balance),
    reference: entry.reference,
    at: entry.at.toISOString(),
  };
}
