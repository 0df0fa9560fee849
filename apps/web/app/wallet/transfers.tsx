'use client';

import type { Ece } from '@ece/sdk/browser';
import { StatePill, type Tone } from '@ece/ui/badge';
import { Price } from '@ece/ui/money';
import { Table } from '@ece/ui/table';
import { RelativeTime } from '@ece/ui/time';
import type { Transfer } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { type ListPage, More } from '../../parts/more.tsx';

const load = (ece: Ece, cursor: string) => ece.wallet.transfers({ cursor, limit: 10 });

const TONES: Record<Transfer['state'], Tone> = {
  requested: 'info',
  signed: 'info',
  sent: 'info',
  final: 'good',
  returned: 'bad',
};

/** What came and went on chain, and how far it is. */
export function Transfers({ first }: { first: ListPage<Transfer> }) {
  const t = useT();
  if (first.items.length === 0) return <p className="soft">{t('wallet.noTransfers')}</p>;
  const head = [
    { key: 'what', label: t('wallet.what') },
    { key: 'state', label: t('wallet.state') },
    { key: 'when', label: t('wallet.when') },
    { key: 'amount', label: t('wallet.amount'), end: true },
  ];
  return (
    <More first={first} load={load}>
      {(transfers) => (
        <Table caption={t('wallet.transfers')} head={head}>
          {transfers.map(({ id, kind, state, amount, createdAt }) => (
            <tr key={id}>
              <td>{t(`wallet.${kind}Kind`)}</td>
              <td>
                <StatePill tone={TONES[state]}>{t(`wallet.${state}`)}</StatePill>
              </td>
              <td className="soft">
                <RelativeTime at={createdAt} />
              </td>
              <td className="end">
                <Price amount={amount} />
              </td>
            </tr>
          ))}
        </Table>
      )}
    </More>
  );
}
