'use client';

import type { Ece } from '@ece/sdk/browser';
import { Price } from '@ece/ui/money';
import { Table } from '@ece/ui/table';
import { RelativeTime } from '@ece/ui/time';
import type { Entry } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import type { MessageKey } from '../../i18n/translate.ts';
import { type ListPage, More } from '../../parts/more.tsx';

const load = (ece: Ece, cursor: string) => ece.wallet.entries({ cursor, limit: 30 });

const KINDS: Record<string, MessageKey> = {
  deposit: 'wallet.kindDeposit',
  withdrawal: 'wallet.kindWithdrawal',
  sale: 'wallet.kindSale',
  trade: 'wallet.kindTrade',
  hold: 'wallet.kindHold',
  release: 'wallet.kindRelease',
};

/** What a movement is called; a purchase is a sale that I paid for. */
function kindOf(kind: string, amount: string): MessageKey {
  if (kind === 'sale' && amount.startsWith('-')) return 'wallet.kindPurchase';
  return KINDS[kind] ?? 'wallet.kindOther';
}

/** Every movement of my money, newest first, with the balance after it. */
export function Statement({ first }: { first: ListPage<Entry> }) {
  const t = useT();
  if (first.items.length === 0) return <p className="soft">{t('wallet.noEntries')}</p>;
  const head = [
    { key: 'what', label: t('wallet.what') },
    { key: 'when', label: t('wallet.when') },
    { key: 'amount', label: t('wallet.amount'), end: true },
    { key: 'balance', label: t('wallet.after'), end: true },
  ];
  return (
    <More first={first} load={load}>
      {(entries) => (
        <Table caption={t('wallet.statement')} head={head}>
          {entries.map(({ id, kind, amount, balance, at }) => (
            <tr key={id}>
              <td>{t(kindOf(kind, amount))}</td>
              <td className="soft">
                <RelativeTime at={at} />
              </td>
              <td className="end">
                <Price amount={amount} aligned />
              </td>
              <td className="end">
                <Price amount={balance} aligned />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </More>
  );
}
