'use client';

import type { Ece } from '@ece/sdk/browser';
import { Price } from '@ece/ui/money';
import { Table } from '@ece/ui/table';
import { RelativeTime } from '@ece/ui/time';
import Link from 'next/link';
import { useCallback } from 'react';
import type { Sale } from '../../data/types.ts';
import { useT } from '../../i18n/client.tsx';
import { minus } from '../../parts/money.ts';
import { type ListPage, More } from '../../parts/more.tsx';
import { Person } from '../../parts/person.tsx';
import { CopyCell } from '../portfolio/copy-cell.tsx';

interface SalesProps {
  view: 'bought' | 'sold';
  me: string;
  first: ListPage<Sale>;
}

/** What I bought or sold, newest first, each leading to the copy with its proofs on chain. */
export function Sales({ view, me, first }: SalesProps) {
  const t = useT();
  const isBought = view === 'bought';
  const load = useCallback(
    (ece: Ece, cursor: string) =>
      ece.market.listSales({
        ...(view === 'bought' ? { buyerHandle: me } : { sellerHandle: me }),
        cursor,
        limit: 30,
      }),
    [view, me],
  );
  const head = [
    { key: 'what', label: t('orders.what') },
    { key: 'who', label: t(isBought ? 'orders.from' : 'orders.to') },
    { key: 'when', label: t('orders.when') },
    { key: 'price', label: t('orders.price'), end: true },
    ...(isBought
      ? []
      : [
          { key: 'fee', label: t('orders.fee'), end: true },
          { key: 'received', label: t('orders.received'), end: true },
        ]),
    { key: 'proof', label: t('orders.proof'), end: true },
  ];
  return (
    <div className="stack">
      <More first={first} load={load}>
        {(sales) => (
          <Table caption={t(`orders.${view}`)} head={head} blocks>
            {sales.map((sale) => {
              const { id, copy, price, at, fee, royalty } = sale;
              const received = minus(minus(price, fee), royalty);
              return (
                <tr key={id}>
                  <CopyCell copy={copy} />
                  <td data-label={t(isBought ? 'orders.from' : 'orders.to')}>
                    <Person handle={isBought ? sale.sellerHandle : sale.buyerHandle} />
                  </td>
                  <td className="soft" data-label={t('orders.when')}>
                    {t(`sale.${sale.venue}`)} · <RelativeTime at={at} />
                  </td>
                  <td className="end" data-label={t('orders.price')}>
                    <Price amount={price} />
                  </td>
                  {!isBought && (
                    <>
                      <td className="end" data-label={t('orders.fee')}>
                        <Price amount={minus(price, received)} />
                      </td>
                      <td className="end" data-label={t('orders.received')}>
                        <Price amount={received} />
                      </td>
                    </>
                  )}
                  <td className="end table-whole">
                    <Link href={`/copies/${copy.id}#on-chain`} prefetch={false}>
                      {t('orders.onChain')}
                      <span className="hidden-text">: {`${copy.name} #${copy.serial}`}</span>
                    </Link>
                  </td>
                </tr>
              );
            })}
          </Table>
        )}
      </More>
      <p className="small soft">{t('orders.proofText')}</p>
    </div>
  );
}
