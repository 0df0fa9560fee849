'use client';

import { useEffect, useRef } from 'react';
import { useUi } from './context.tsx';

export interface ChartPoint {
  /** ISO 8601. */
  at: string;
  /** Drawn, never calculated with. */
  value: number;
}

/** A line over time that can be read point by point. Its library is loaded when it is first shown. */
export function Chart({ points, label }: { points: ChartPoint[]; label: string }) {
  const { locale } = useUi();
  const frame = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let gone = false;
    let end = () => {};
    void import('lightweight-charts').then(({ AreaSeries, ColorType, createChart }) => {
      if (gone) return;
      const amounts = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
      const chart = createChart(element, {
        autoSize: true,
        layout: { attributionLogo: false },
        grid: { vertLines: { visible: false } },
        rightPriceScale: { borderVisible: false },
        timeScale: { borderVisible: false, timeVisible: true },
        // Otherwise it takes the system's name of the language, which need not be one that browsers know.
        localization: { locale, priceFormatter: (value: number) => amounts.format(value) },
        handleScroll: false,
        handleScale: false,
      });
      const series = chart.addSeries(AreaSeries, { lineWidth: 2 });
      const paint = () => {
        const style = getComputedStyle(element);
        const color = (name: string) => resolveColor(element, style.getPropertyValue(name));
        const line = color('--accent-ink');
        chart.applyOptions({
          layout: {
            background: { type: ColorType.Solid, color: 'transparent' },
            textColor: color('--soft'),
            fontFamily: style.fontFamily,
          },
          grid: { horzLines: { color: color('--line') } },
        });
        series.applyOptions({ lineColor: line, topColor: `${line}55`, bottomColor: `${line}00` });
      };
      paint();
      series.setData(
        points.map(({ at, value }) => ({ time: Math.floor(Date.parse(at) / 1000) as never, value })),
      );
      chart.timeScale().fitContent();
      const stop = onThemeChange(paint);
      end = () => {
        stop();
        chart.remove();
      };
    });
    return () => {
      gone = true;
      end();
    };
  }, [points, locale]);
  return <div ref={frame} className="chart" role="img" aria-label={label} />;
}

/** Calls back when the page gets other colours, by the person's choice or by the system's. */
function onThemeChange(paint: () => void): () => void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  const choice = new MutationObserver(paint);
  system.addEventListener('change', paint);
  choice.observe(document.documentElement, { attributeFilter: ['data-theme'] });
  return () => {
    system.removeEventListener('change', paint);
    choice.disconnect();
  };
}

/** A colour of the tokens as the canvas takes it. */
function resolveColor(element: HTMLElement, value: string): string {
  const probe = document.createElement('span');
  probe.style.color = value;
  element.append(probe);
  const [r = 0, g = 0, b = 0] =
    getComputedStyle(probe)
      .color.match(/[\d.]+/g)
      ?.map(Number) ?? [];
  probe.remove();
  return `#${[r, g, b].map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}
