'use client';

import type { Ece } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { buttonClass } from '@ece/ui/button-class';
import { useUi } from '@ece/ui/context';
import { Dialog } from '@ece/ui/dialog';
import { MoneyField, Select } from '@ece/ui/field';
import { BellIcon } from '@ece/ui/icons';
import { formatAmount } from '@ece/ui/money';
import { useToast } from '@ece/ui/toast';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useState } from 'react';
import { useCall } from '../data/use-call.ts';
import { useT } from '../i18n/client.tsx';
import { readAmount } from './money.ts';

interface PriceAlertProps {
  cardId: string;
  name: string;
  /** The cheapest listing at present. */
  floor: string | null;
  signedIn: boolean;
}

const KINDS = ['listing_below', 'sale_above', 'sale_below', 'listing_above'] as const;
type Kind = (typeof KINDS)[number];

const create = (
  ece: Ece,
  { cardId, kind, price, repeat }: { cardId: string; kind: Kind; price: string; repeat: boolean },
) => {
  const [on, direction] = kind.split('_') as ['listing' | 'sale', 'below' | 'above'];
  return ece.notifications.createPriceAlert({ cardId, on, direction, price, repeat });
};

/** Asks to be told when a card reaches a price. */
export function PriceAlert({ cardId, name, floor, signedIn }: PriceAlertProps) {
  const t = useT();
  const path = usePathname();
  const [open, setOpen] = useState(false);
  if (!signedIn) {
    return (
      <Link
        className={buttonClass({ size: 'small' })}
        href={`/sign-in?next=${encodeURIComponent(path)}`}
        prefetch={false}
      >
        <BellIcon />
        {t('watch.alert')}
      </Link>
    );
  }
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        <BellIcon />
        {t('watch.alert')}
      </Button>
      <AlertDialog cardId={cardId} name={name} floor={floor} open={open} onClose={() => setOpen(false)} />
    </>
  );
}

interface AlertDialogProps extends Omit<PriceAlertProps, 'signedIn'> {
  open: boolean;
  onClose(): void;
}

function AlertDialog({ cardId, name, floor, open, onClose }: AlertDialogProps) {
  const t = useT();
  const { locale } = useUi();
  const toast = useToast();
  const router = useRouter();
  const call = useCall(create);
  const [kind, setKind] = useState<Kind>('listing_below');
  const [typed, setTyped] = useState('');
  const [repeat, setRepeat] = useState(false);
  const [tried, setTried] = useState(false);
  const price = readAmount(typed);
  const save = async () => {
    setTried(true);
    if (!price) return;
    const alert = await call.run({ cardId, kind, price, repeat });
    if (!alert) return;
    onClose();
    setTyped('');
    setTried(false);
    toast({ tone: 'good', text: t(alert.state === 'fired' ? 'watch.alertFired' : 'watch.alertSet') });
    router.refresh();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={t('watch.alertTitle', { name })}
      actions={
        <Button variant="primary" busy={call.busy} onClick={() => void save()}>
          {t('watch.alertSave')}
        </Button>
      }
    >
      <Select
        label={t('watch.when')}
        value={kind}
        onChange={({ target }) => setKind(KINDS.find((each) => each === target.value) ?? 'listing_below')}
        options={KINDS.map((value) => ({ value, label: t(`watch.${value}`) }))}
      />
      <MoneyField
        label={t('watch.price')}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        hint={floor ? t('watch.floorNow', { price: formatAmount(floor, locale) }) : t('watch.noFloor')}
        error={tried && !price ? t('watch.notMoney') : undefined}
      />
      <label className="check">
        <input type="checkbox" checked={repeat} onChange={({ target }) => setRepeat(target.checked)} />
        {t('watch.repeat')}
      </label>
      {call.error && (
        <div role="alert">
          <Notice tone="bad">{call.error}</Notice>
        </div>
      )}
    </Dialog>
  );
}
