'use client';

import { Field, MoneyField, Select } from '@ece/ui/field';
import { useState } from 'react';
import { useT } from '../../i18n/client.tsx';
import { readAmount } from '../../parts/money.ts';
import { type PriceRule, readPercent } from './prices.ts';

/** How the prices are proposed: by what each copy is worth, or the same for all. */
export function RuleFields({ rule, onChange }: { rule: PriceRule; onChange(rule: PriceRule): void }) {
  const t = useT();
  const [percent, setPercent] = useState('100');
  const [same, setSame] = useState('');
  const choose = (kind: string, percentText: string, sameText: string) =>
    onChange(
      kind === 'same'
        ? { kind: 'same', price: readAmount(sameText) ? sameText : '' }
        : { kind: 'estimate', percent: readPercent(percentText) ?? 0 },
    );
  return (
    <div className="sell-rule">
      <Select
        label={t('sell.rule')}
        value={rule.kind}
        onChange={(event) => choose(event.target.value, percent, same)}
        options={[
          { value: 'estimate', label: t('sell.ruleEstimate') },
          { value: 'same', label: t('sell.ruleSame') },
        ]}
      />
      {rule.kind === 'estimate' ? (
        <Field
          label={t('sell.percent')}
          unit="%"
          inputMode="decimal"
          autoComplete="off"
          maxLength={6}
          value={percent}
          error={readPercent(percent) === undefined && t('sell.percentBad')}
          onChange={(event) => {
            setPercent(event.target.value);
            choose('estimate', event.target.value, same);
          }}
        />
      ) : (
        <MoneyField
          label={t('sell.samePrice')}
          value={same}
          onChange={(event) => {
            setSame(event.target.value);
            choose('same', percent, event.target.value);
          }}
        />
      )}
    </div>
  );
}
