'use client';

import { Button } from '@ece/ui/button';
import { Field } from '@ece/ui/field';
import { useT } from '../i18n/client.tsx';
import { OwnWallet } from './own-wallet.tsx';

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
      <OwnWallet>
        {({ address }) => {
          const isUsed = value.trim() === address;
          return (
            <Button size="small" disabled={isUsed} onClick={() => onChange(address)}>
              {t(isUsed ? 'address.used' : 'address.use')}
            </Button>
          );
        }}
      </OwnWallet>
    </div>
  );
}
