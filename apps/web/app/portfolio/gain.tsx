import { Price } from '@ece/ui/money';

interface GainProps {
  /** A decimal string, negative for a loss; null where the cost is not known. */
  amount: string | null;
  unknown: string;
  size?: 'medium' | 'large';
  /** By an estimate, not by a sale. */
  estimated?: boolean;
}

/** A gain or a loss, by its sign and in its colour. */
export function Gain({ amount, unknown, size, estimated }: GainProps) {
  if (amount === null) return <span className="soft">{unknown}</span>;
  const isLoss = amount.startsWith('-');
  const isGain = !isLoss && !/^0(\.0+)?$/.test(amount);
  return (
    <span className={isLoss ? 'gain gain-down' : isGain ? 'gain gain-up' : 'gain'}>
      {isGain && <span className={size === 'large' ? 'price-large' : undefined}>+</span>}
      <Price amount={amount} size={size} estimated={estimated} />
    </span>
  );
}
