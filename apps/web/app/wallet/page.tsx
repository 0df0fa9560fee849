import '../../parts/stage.css';
import './wallet.css';
import { CopyText } from '@ece/ui/copy-text';
import { Price } from '@ece/ui/money';
import type { Metadata } from 'next';
import { renderSVG } from 'uqr';
import { api } from '../../data/server.ts';
import { signedIn } from '../../data/signed-in.ts';
import { getT } from '../../i18n/server.ts';
import { Words } from '../../i18n/words.tsx';
import { Faucet } from './faucet.tsx';
import { PayIn } from './pay-in.tsx';
import { Statement } from './statement.tsx';
import { Transfers } from './transfers.tsx';
import { Withdraw } from './withdraw.tsx';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getT())('nav.wallet') };
}

/** My money: what there is, how it comes in and goes out, and every movement. */
export default async function WalletPage() {
  await signedIn('/wallet');
  const [ece, t] = await Promise.all([api(), getT()]);
  const [wallet, entries, transfers] = await Promise.all([
    ece.wallet.get(),
    ece.wallet.entries({ limit: 30 }),
    ece.wallet.transfers({ limit: 10 }),
  ]);
  return (
    <Words of={['wallet', 'address', 'payIn']}>
      <div className="wrap">
        <div className="page-head">
          <h1>{t('nav.wallet')}</h1>
        </div>
        <div className="wallet">
          <section className="panel stack" aria-labelledby="balance">
            <h2 id="balance">{t('wallet.balance')}</h2>
            <div>
              <p className="small soft">{t('home.available')}</p>
              <Price amount={wallet.available} size="large" />
            </div>
            <div>
              <p className="small soft">{t('home.held')}</p>
              <Price amount={wallet.held} />
            </div>
            <p className="small soft">{t('wallet.heldText')}</p>
          </section>
          <section className="panel stack" aria-labelledby="deposit">
            <h2 id="deposit">{t('wallet.deposit')}</h2>
            <p className="small soft">{t('wallet.depositText')}</p>
            <div className="wallet-address">
              <QrCode text={wallet.depositAddress} label={t('wallet.qr')} />
              <CopyText text={wallet.depositAddress} label={t('wallet.address')} />
            </div>
            <PayIn />
            <Faucet />
          </section>
          <section className="panel stack" aria-labelledby="withdraw">
            <h2 id="withdraw">{t('wallet.withdraw')}</h2>
            <Withdraw available={wallet.available} />
          </section>
        </div>
        <section className="detail-section">
          <h2>{t('wallet.transfers')}</h2>
          <Transfers first={transfers} />
        </section>
        <section className="detail-section">
          <h2>{t('wallet.statement')}</h2>
          <Statement first={entries} />
        </section>
      </div>
    </Words>
  );
}

/** The address as a QR code, drawn on the server; it is black on white in both themes, for cameras. */
function QrCode({ text, label }: { text: string; label: string }) {
  const svg = renderSVG(text, { border: 2 });
  const source = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  return <img className="wallet-qr" src={source} alt={label} width={144} height={144} />;
}
