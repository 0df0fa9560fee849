import type { Rarity } from '@ece/ui/card';
import { Price } from '@ece/ui/money';
import { getLanguage, getT } from '../../i18n/server.ts';
import { percent } from '../../parts/percent.ts';

interface Part {
  key: string;
  name: string;
  rarity?: Rarity;
  /** A decimal string of USDC. */
  value: string;
  copies: number;
}

/** Parts that are shown; what follows is small. */
const SHOWN = 8;

/** What the value consists of, the largest part first. */
export async function Allocation({ title, parts }: { title: string; parts: Part[] }) {
  const [t, language] = await Promise.all([getT(), getLanguage()]);
  // Shares are drawn, never calculated with.
  const total = parts.reduce((sum, { value }) => sum + Number(value), 0);
  const shares = parts
    .map((part) => ({ ...part, share: total > 0 ? Number(part.value) / total : 0 }))
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN);
  return (
    <section className="panel stack">
      <h2>{title}</h2>
      <ul className="allocation">
        {shares.map(({ key, name, rarity, value, copies, share }) => (
          <li key={key} className={rarity ? `rarity-${rarity}` : undefined}>
            <span className="allocation-name">{name}</span>
            <Price amount={value} estimated />
            <svg className="allocation-bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
              <rect width={share * 100} height="1" />
            </svg>
            <span className="small soft">
              {percent(Math.round(share * 1000) * 10, language)} · {t('portfolio.copies', { count: copies })}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
