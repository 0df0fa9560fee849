'use client';

import { type KeyboardEvent, type PointerEvent, useState } from 'react';

/** A stretch of time in a chart. Values are drawn, never calculated with; null where nothing is known. */
export interface ChartBucket {
  /** ISO 8601. */
  start: string;
  price: number | null;
  floor: number | null;
  volume: number;
  sales: number;
}

interface PriceChartProps {
  /** In order of time, one after the other without a gap; two at the least. */
  buckets: ChartBucket[];
  label: string;
  /** What a bucket says, in words. */
  describe(bucket: ChartBucket): string;
  /** An amount at the axis. */
  amount(value: number): string;
  /** A time at the axis. */
  date(start: string): string;
  /** The bucket that is pointed at, or undefined for none. */
  onPoint(bucket: ChartBucket | undefined): void;
}

/** Parts of the height, in percent: where prices begin and how high they are; the same of volumes. */
const PRICES = { top: 5, height: 62 };
const VOLUMES = { top: 72, height: 18 };
/** Steps of the keyboard. */
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -7, PageUp: 7 };
const WIDTH = 1000;

/**
 * Prices, floor and volume over time, drawn by the server already. It is read point by point with the pointer or
 * by the arrow keys, as a slider over time (WAI-ARIA).
 */
export function PriceChart({ buckets, label, describe, amount, date, onPoint }: PriceChartProps) {
  const [at, setAt] = useState<number>();
  const last = buckets.length - 1;
  const point = (index: number | undefined) => {
    setAt(index);
    onPoint(index === undefined ? undefined : buckets[index]);
  };
  const move = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const part = (event.clientX - box.left) / box.width;
    point(Math.min(last, Math.max(0, Math.floor(part * buckets.length))));
  };
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const from = Math.min(at ?? last, last);
    const step = STEPS[event.key];
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? last : step && from + step;
    if (to === undefined) return;
    event.preventDefault();
    point(Math.min(last, Math.max(0, to)));
  };
  const shown = Math.min(at ?? last, last);
  return (
    <div
      className="price-chart"
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={shown}
      aria-valuetext={describe(buckets[shown]!)}
      onPointerMove={move}
      onPointerDown={move}
      onPointerLeave={() => point(undefined)}
      onBlur={() => point(undefined)}
      onFocus={() => at === undefined && point(last)}
      onKeyDown={press}
    >
      <Plot buckets={buckets} amount={amount} date={date} at={at === undefined ? undefined : shown} />
    </div>
  );
}

interface PlotProps extends Pick<PriceChartProps, 'buckets' | 'amount' | 'date'> {
  at: number | undefined;
}

function Plot({ buckets, amount, date, at }: PlotProps) {
  const values = buckets.flatMap(({ price, floor }) => [price, floor].filter((value) => value !== null));
  // Without any price the volumes have all of the room, and the scale is theirs.
  const isVolume = values.length === 0;
  const scale = scaleOf(isVolume ? [0, ...buckets.map(({ volume }) => volume)] : values);
  const room = isVolume ? { top: PRICES.top, height: 85 } : PRICES;
  const y = (value: number) => room.top + room.height * (1 - (value - scale.low) / (scale.high - scale.low));
  const most = isVolume ? scale.high : Math.max(...buckets.map(({ volume }) => volume), Number.MIN_VALUE);
  const volumes = isVolume ? room : VOLUMES;
  const x = (index: number) => ((index + 0.5) / buckets.length) * 100;
  const bar = WIDTH / buckets.length;
  const prices = pathOf(
    buckets.map(({ price }) => price),
    (value) => y(value),
  );
  const floors = pathOf(
    buckets.map(({ floor }) => floor),
    (value) => y(value),
    true,
  );
  const pointed = at === undefined ? undefined : buckets[at];
  return (
    <svg className="price-chart-plot" width="100%" height="100%" aria-hidden="true">
      {scale.ticks.map((tick) => (
        <line key={tick} className="price-chart-grid" x2="100%" y1={`${y(tick)}%`} y2={`${y(tick)}%`} />
      ))}
      <svg
        viewBox={`0 0 ${WIDTH} 100`}
        preserveAspectRatio="none"
        width="100%"
        height="100%"
        aria-hidden="true"
      >
        {prices.area && <path className="price-chart-area" d={prices.area} />}
        {buckets.map(({ start, volume }, index) => {
          const height = (volume / most) * volumes.height;
          return volume > 0 ? (
            <rect
              key={start}
              className="price-chart-volume"
              x={index * bar + bar * 0.15}
              width={bar * 0.7}
              y={volumes.top + volumes.height - height}
              height={height}
            />
          ) : null;
        })}
        <path className="price-chart-floor" d={floors.line} />
        <path className="price-chart-price" d={prices.line} />
      </svg>
      {scale.ticks.map((tick) => (
        <text key={tick} x="100%" y={`${y(tick)}%`} dy="-4" textAnchor="end">
          {amount(tick)}
        </text>
      ))}
      {labelled(buckets.length).map(({ index, anchor }) => (
        <text
          key={index}
          x={`${anchor === 'start' ? 0 : anchor === 'end' ? 100 : x(index)}%`}
          y="98%"
          textAnchor={anchor}
        >
          {date(buckets[index]!.start)}
        </text>
      ))}
      {pointed && at !== undefined && (
        <>
          <line className="price-chart-cross" x1={`${x(at)}%`} x2={`${x(at)}%`} y1="0" y2="90%" />
          {pointed.floor !== null && (
            <circle className="price-chart-dot-floor" cx={`${x(at)}%`} cy={`${y(pointed.floor)}%`} r="4" />
          )}
          {pointed.price !== null && (
            <circle className="price-chart-dot" cx={`${x(at)}%`} cy={`${y(pointed.price)}%`} r="4.5" />
          )}
        </>
      )}
    </svg>
  );
}

/** The line of some values, interrupted where there are none, and the area below it. */
function pathOf(values: (number | null)[], y: (value: number) => number, stepped = false) {
  let line = '';
  let area = '';
  let from: number | undefined;
  const bottom = PRICES.top + PRICES.height;
  const x = (index: number) => round(((index + 0.5) / values.length) * WIDTH);
  values.forEach((value, index) => {
    if (value === null) {
      if (from !== undefined) area += `L${x(index - 1)},${bottom}Z`;
      from = undefined;
      return;
    }
    const place = `${x(index)},${round(y(value))}`;
    if (from === undefined) {
      line += `M${place}`;
      area += `M${x(index)},${bottom}L${place}`;
      from = index;
    } else {
      line += stepped ? `H${x(index)}V${round(y(value))}` : `L${place}`;
      area += `L${place}`;
    }
  });
  if (from !== undefined) area += `L${x(values.length - 1)},${bottom}Z`;
  return { line, area };
}

const round = (value: number) => Math.round(value * 100) / 100;

/** A scale around values with round numbers at its lines, at most five of them. */
function scaleOf(values: number[]): { low: number; high: number; ticks: number[] } {
  const least = values.length > 0 ? Math.min(...values) : 0;
  const most = values.length > 0 ? Math.max(...values) : 1;
  const span = most - least || Math.abs(most) * 0.2 || 1;
  const [low, high] = [Math.max(0, least - span * 0.08), most + span * 0.12];
  const rough = (high - low) / 4;
  const unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * unit).find((each) => each >= rough)!;
  const ticks: number[] = [];
  for (let tick = Math.ceil(low / step); tick * step <= high; tick++) ticks.push(tick * step);
  return { low, high, ticks };
}

/** Which buckets have their time at the axis. */
function labelled(count: number): { index: number; anchor: 'start' | 'middle' | 'end' }[] {
  if (count < 4)
    return [
      { index: 0, anchor: 'start' },
      { index: count - 1, anchor: 'end' },
    ];
  return [
    { index: 0, anchor: 'start' },
    { index: Math.round((count - 1) / 3), anchor: 'middle' },
    { index: Math.round(((count - 1) * 2) / 3), anchor: 'middle' },
    { index: count - 1, anchor: 'end' },
  ];
}
