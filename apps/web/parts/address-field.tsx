'use client';

import './address-field.css';
import { Notice, StatePill } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { Field } from '@ece/ui/field';
import { useState } from 'react';
import { useT } from '../i18n/client.tsx';
import { type ConnectFault, connectWallet, disconnectWallet, useWallets } from '../wallets/use-wallets.ts';

interface AddressFieldProps {
  value: string;
  error: string | undefined;
  onChange(address: string): void;
}

/**
 * The address of a wallet outside: typed, or that of a wallet of this browser, which proves by a signature that the
 * address is its own.
 */
export function AddressField({ value, error, onChange }: AddressFieldProps) {
  const t = useT();
  return (
    <div className="stack-s">
      <Field
        label={t('address.to')}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        hint={t('address.hint')}
        error={error}
        autoComplete="off"
        spellCheck={false}
      />
      <OwnWallet value={value} onUse={onChange} />
    </div>
  );
}

function OwnWallet({ value, onUse }: { value: string; onUse(address: string): void }) {
  const t = useT();
  const { wallets, proven } = useWallets();
  const [busy, setBusy] = useState<string>();
  const [fault, setFault] = useState<ConnectFault>();
  const connect = async (wallet: (typeof wallets)[number]) => {
    setBusy(wallet.name);
    setFault(await connectWallet(wallet));
    setBusy(undefined);
  };
  if (proven) {
    const isUsed = value.trim() === proven.address;
    return (
      <div className="own-wallet">
        <div className="row">
          <img src={proven.icon} alt="" width={20} height={20} />
          <span className="small">{proven.name}</span>
          <StatePill tone="good">{t('address.proven')}</StatePill>
        </div>
        <code>{proven.address}</code>
        <div className="row">
          <Button size="small" disabled={isUsed} onClick={() => onUse(proven.address)}>
            {t(isUsed ? 'address.used' : 'address.use')}
          </Button>
          <Button size="small" variant="quiet" onClick={() => void disconnectWallet()}>
            {t('address.disconnect')}
          </Button>
        </div>
      </div>
    );
  }
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
