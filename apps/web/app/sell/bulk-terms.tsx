'use client';

import type { Ece, ErrorCode } from '@ece/sdk/browser';
import { Notice } from '@ece/ui/badge';
import { Button } from '@ece/ui/button';
import { useUi } from '@ece/ui/context';
import { formatAmount } from '@ece/ui/money';
import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { errorText } from '../../data/error-text.ts';
import type { Estimates } from '../../data/types.ts';
import { useCall } from '../../data/use-call.ts';
import { useT } from '../../i18n/client.tsx';
import { readAmount } from '../../parts/money.ts';
import type { TradeCopy } from '../trades/goods.ts';
import { BulkRow, type RowState } from './bulk-row.tsx';
import { type PriceRule, priceBy, sumOf } from './prices.ts';
import { Totals } from './quote.tsx';
import { RuleFields } from './rule-fields.tsx';
import { useQuotes } from './use-quotes.ts';

interface BulkTermsProps {
  chosen: readonly TradeCopy[];
  estimates: Estimates;
  onRemove(copy: TradeCopy): void;
}

type Items = { copyId: string; price: string }[];

const list = (ece: Ece, items: Items, idempotencyKey: string) =>
  ece.market.createListings({ items }, { idempotencyKey });

/** Many copies, each for a price of its own: a rule proposes, every row can be changed, and each is answered. */
export function BulkTerms({ chosen, estimates, onRemove }: BulkTermsProps) {
  const t = useT();
  const router = useRouter();
  const { locale } = useUi();
  const [rule, setRule] = useState<PriceRule>({ kind: 'estimate', percent: 100 });
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [states, setStates] = useState<Readonly<Record<string, RowState>>>({});
  const [isChecked, setChecked] = useState(false);
  const call = useCall(list);
  const textOf = (id: string) => typed[id] ?? priceBy(rule, estimates[id]?.value);
  const open = chosen.filter(({ id }) => states[id]?.kind !== 'listed');
  const rows = open.map((copy) => ({ copy, price: readAmount(textOf(copy.id)) }));
  const items = rows.flatMap(({ copy, price }) => (price ? [{ copyId: copy.id, price }] : []));
  const quotes = useQuotes(items);
  const listed = chosen.length - open.length;
  const refused = open.filter(({ id }) => states[id]?.kind === 'refused').length;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (items.length < open.length) return;
    const answer = await call.run(items);
    if (!answer) return;
    const became = answer.results.map(({ copyId, listing, problem }): [string, RowState] => [
      copyId,
      listing
        ? { kind: 'listed' }
        : { kind: 'refused', reason: errorText(t, { code: problem!.code as ErrorCode }) },
    ]);
    setStates((before) => ({ ...before, ...Object.fromEntries(became) }));
    setChecked(false);
    router.refresh();
  };
  return (
    <form className="stack" onSubmit={submit} noValidate>
      <p className="small soft">{t('sell.bulkText')}</p>
      <RuleFields
        rule={rule}
        onChange={(next) => {
          setRule(next);
          setTyped({});
        }}
      />
      {(listed > 0 || refused > 0) && (
        <div role="status">
          <Notice tone={refused > 0 ? 'warn' : 'good'}>
            {t('sell.listedSome', { count: listed, of: chosen.length })}{' '}
            {refused > 0 && t('sell.refusedSome', { count: refused })}
          </Notice>
        </div>
      )}
      <ul className="bulk-list" aria-label={t('sell.prices')}>
        {chosen.map((copy) => (
          <BulkRow
            key={copy.id}
            copy={copy}
            text={textOf(copy.id)}
            receives={quotes.receives.get(copy.id)}
            fault={
              isChecked && !readAmount(textOf(copy.id))
                ? t('sell.notMoney')
                : quotes.isCurrent
                  ? quotes.problems.get(copy.id)
                  : undefined
            }
            state={states[copy.id]}
            onText={(text) => setTyped((before) => ({ ...before, [copy.id]: text }))}
            onRemove={() => onRemove(copy)}
          />
        ))}
      </ul>
      {open.length > 0 && (
        <>
          <div className="facts">
            <div className="facts-row">
              <span className="soft">{t('sell.sum', { count: items.length })}</span>
              <span className="number bulk-sum">
                {formatAmount(sumOf(items.map(({ price }) => price)), locale)} USDC
              </span>
            </div>
          </div>
          {quotes.isCurrent && quotes.error ? (
            <Notice tone="bad">{errorText(t, quotes.error)}</Notice>
          ) : quotes.total ? (
            <Totals total={quotes.total} isCurrent={quotes.isCurrent} />
          ) : (
            <p className="small soft sell-quote">{t('sell.quoteHint')}</p>
          )}
          {call.error && (
            <div role="alert">
              <Notice tone="bad">{call.error}</Notice>
            </div>
          )}
          <Button type="submit" variant="primary" size="large" wide busy={call.busy}>
            {t(refused > 0 ? 'sell.listRest' : 'sell.listMany', { count: open.length })}
          </Button>
        </>
      )}
    </form>
  );
}
