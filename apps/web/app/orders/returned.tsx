import { Price } from '@ece/ui/money';
import { Table } from '@ece/ui/table';
import { RelativeTime } from '@ece/ui/time';
import Link from 'next/link';
import { getT } from '../../i18n/server.ts';
import type { Translate } from '../../i18n/translate.ts';
import type { Return } from './returns.ts';

const STATES = {
  declined: 'offer.declinedState',
  withdrawn: 'offer.withdrawnState',
  expired: 'offer.expired',
  void: 'offer.void',
  open: 'offer.open',
  accepted: 'offer.accepted',
} as const;

function reasonOf(t: Translate, { kind, state }: Return): string {
  if (kind === 'offer') return t('orders.offerBack', { state: t(STATES[state ?? 'expired']) });
  return t(kind === 'bid' ? 'orders.bidBack' : 'orders.withdrawalBack');
}

/** Money that came back, and why. */
export async function Returns({ returns }: { returns: Return[] }) {
  const t = await getT();
  return (
    <div className="stack">
      <Table
        caption={t('orders.returned')}
        head={[
          { key: 'what', label: t('orders.what') },
          { key: 'when', label: t('orders.when') },
          { key: 'amount', label: t('orders.amount'), end: true },
        ]}
      >
        {returns.map((each) => (
          <tr key={`${each.kind} ${each.id}`}>
            <td>
              <span className="stack-s orders-why">
                <Link href={each.path} prefetch={false}>
                  {each.name ?? t('orders.toWallet')}
                </Link>
                <span className="small soft">{reasonOf(t, each)}</span>
              </span>
            </td>
            <td className="soft">
              <RelativeTime at={each.at} />
            </td>
            <td className="end">
              <Price amount={each.amount} />
            </td>
          </tr>
        ))}
      </Table>
      <p className="small soft">
        {t('orders.latest')} <Link href="/offers?view=made&state=all">{t('orders.toOffers')}</Link>{' '}
        <Link href="/wallet">{t('orders.toWallet')}</Link>
      </p>
    </div>
  );
}
