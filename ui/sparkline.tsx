interface SparklineProps {
  /** Values in order of time; they are drawn, never calculated with. */
  values: number[];
  /** What it shows, in words. */
  label: string;
}

const WIDTH = 100;
const HEIGHT = 30;

/** A small line of values, rising or falling in colour and in words. */
export function Sparkline({ values, label }: SparklineProps) {
  if (values.length < 2) return null;
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const points = values.map((value, index) => {
    const x = (index / (values.length - 1)) * WIDTH;
    const y = HEIGHT - ((value - low) / span) * HEIGHT;
    return `${x.toFixed(2)},${y.toFixed(2)}`;
  });
  const change = values.at(-1)! - values[0]!;
  const direction = change > 0 ? 'up' : change < 0 ? 'down' : 'flat';
  return (
    <svg
      className={`sparkline sparkline-${direction}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <polygon className="sparkline-area" points={`0,${HEIGHT} ${points.join(' ')} ${WIDTH},${HEIGHT}`} />
      <polyline className="sparkline-line" points={points.join(' ')} />
    </svg>
  );
}
