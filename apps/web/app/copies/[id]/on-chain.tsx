import { CopyText } from '@ece/ui/copy-text';
import type { CopyDetail } from '../../../data/types.ts';
import { getT } from '../../../i18n/server.ts';

/** What the chain says of a copy. */
export async function OnChain({ copy }: { copy: CopyDetail }) {
  const t = await getT();
  const { onChain, mint, metadataUri, mintTransaction, custody } = copy;
  if (!mint) return null;
  const isFixed = onChain?.supply === '1' && onChain.mintAuthority === null;
  return (
    <section className="detail-section" id="on-chain">
      <h2>{t('copy.onChain')}</h2>
      <p className="soft small">{t('copy.onChainText')}</p>
      <dl className="chain">
        <dt>{t('copy.mintAddress')}</dt>
        <dd>
          <CopyText text={mint} label={t('copy.mintAddress')} />
        </dd>
        {onChain && (
          <>
            <dt>{t('copy.supply')}</dt>
            <dd>{isFixed ? t('copy.supplyOne') : `${onChain.supply}, ${t('copy.supplyOpen')}`}</dd>
            <dt>{t('copy.holder')}</dt>
            <dd>
              <code>{onChain.owner}</code>{' '}
              {custody === 'exchange' && <span className="soft small">{t('copy.custodyExchange')}</span>}
            </dd>
          </>
        )}
        {metadataUri && (
          <>
            <dt>{t('copy.metadata')}</dt>
            <dd>
              <code>{metadataUri}</code>
            </dd>
          </>
        )}
        {mintTransaction && (
          <>
            <dt>{t('copy.transaction')}</dt>
            <dd>
              <code>{mintTransaction}</code>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}
