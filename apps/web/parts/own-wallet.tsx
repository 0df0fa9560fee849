'use client';

import './own-wallet.css';
import { Notice, StatePill } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { type ReactNode, useState } from 'react';
import { useT } from '../i18n/client.tsx';
import {
  type ConnectFault,
  connectWallet,
  disconnectWallet,
  type ProvenWallet,
  useWallets,
} from '../wallets/use-wallets.ts';

/** A wallet of this browser: connected here, it proves its address by a signature. Then there is more to do with it. */
export function OwnWallet({ children }: { children?(wallet: ProvenWallet): ReactNode }) {
  const t = useT();
  const { proven } = useWallets();
  if (!proven) return <Connect />;
  return (
    <div className="own-wallet">
      <div className="row">
        <img src={proven.icon} alt="" width={20} height={20} />
        <span className="small">{proven.name}</span>
        <StatePill tone="good">{t('address.proven')}</StatePill>
      </div>
      <code>{proven.address}</code>
      <div className="row">
        {children?.(proven)}
        <Button size="small" variant="quiet" onClick={() => void disconnectWallet()}>
          {t('address.disconnect')}
        </Button>
      </div>
    </div>
  );
}

function Connect() {
  const t = useT();
  const { wallets } = useWallets();
  const [busy, setBusy] = useState<string>();
  const [fault, setFault] = useState<ConnectFault>();
  const connect = async (wallet: (typeof wallets)[number]) => {
    setBusy(wallet.name);
    setFault(await connectWallet(wallet));
    setBusy(undefined);
  };
  return (
    <div className="own-wallet">
      {wallets.length > 0 ? (
        <div className="row">
          {wallets.map((wallet) => (
            <Button
              key={wallet.name}
              size="small"
              busy={busy === wallet.name}
              onClick={() => void connect(wallet)}
            >
              <img src={wallet.icon} alt="" width={20} height={20} />
              {t('address.connect', { wallet: wallet.name })}
            </Button>
          ))}
        </div>
      ) : (
        <p className="small soft">{t('address.none')}</p>
      )}
      {fault && (
        <div role="alert">
          <Notice tone="bad">{t(`address.${fault}`)}</Notice>
        </div>
      )}
    </div>
  );
}
