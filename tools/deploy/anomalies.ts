import { playHistory } from '@ece/demo/world/history';
import { makeWorld, WORLD_SIZES } from '@ece/demo/world/index';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { anomalies, HOUR, type Planted, randomOf, randomTrade, seasons, type Trade } from './random-trade.ts';

/**
 * Weeks of trade for the rules of `anomalies.yml`: the last weeks of the demo's own history, and the same with a rhythm of
 * days and weeks in it. Clean ones have to be quiet; in others something is planted that has to be found. So it is for
 * random exchanges with something random planted in them.
 */

const STEP = HOUR / 4;
const WEEKS = 7;
/** From here on the rules have what they compare with: four weeks, one more for what is usual, and some hours. */
const READY = 5 * 7 * 24 + 12;
const END = WEEKS * 7 * 24;

/** Hours of the last week, apart from each other, so that each is by itself. */
const PLANTED: Planted[] = [
  { from: END - 150, hours: 4, alerts: ['VolumeUnusual'], sales: 5 },
  // Silence, after an anomaly of the same kind.
  { from: END - 126, hours: 4, alerts: ['VolumeUnusual'], sales: 0 },
  { from: END - 102, hours: 4, alerts: ['BidsUnusual'], bids: 0 },
  { from: END - 78, hours: 4, alerts: ['PricesUnusual'], prices: 4, sales: 0.25 },
  { from: END - 54, hours: 4, alerts: ['VolumeUnusual', 'PricesUnusual'], wash: { sales: 90, usdc: 900 } },
  { from: END - 30, hours: 4, alerts: ['BidsUnusual'], bids: 6 },
];

/** Bounds of the histogram of prices, in USDC: those of `core/vault/metrics.ts`. */
const BOUNDS = [
  0.1,
  0.25,
  0.5,
  1,
  2,
  4,
  8,
  16,
  32,
  64,
  125,
  250,
  500,
  1000,
  2500,
  5000,
  10_000,
  Number.POSITIVE_INFINITY,
];

/** The last weeks of the demo's history. */
function demoTrade(): Trade[] {
  const now = Date.UTC(2026, 0, 5);
  const begin = now - WEEKS * 7 * 24 * HOUR;
  const trade: Trade[] = [];
  for (const { at, price } of playHistory(makeWorld(WORLD_SIZES.large, 1, now))) {
    if (at.getTime() >= begin) trade.push({ at: at.getTime() - begin, usdc: Number(price) / 1e6 });
  }
  return trade;
}

/** Leaves trade out as people sleep, and as they work: least at four in the morning, most on Sunday evening. */
function withRhythm(trade: Trade[], random: () => number): Trade[] {
  return trade.filter(({ at }) => {
    const hour = (at / HOUR) % 24;
    const weekend = Math.floor(at / HOUR / 24) % 7 >= 5 ? 1 : 0.75;
    return random() < weekend * (0.65 + 0.35 * Math.sin(((hour - 10) / 24) * 2 * Math.PI));
  });
}

const inside = (planted: Planted[], at: number) =>
  planted.find(({ from, hours }) => at >= from * HOUR && at < (from + hours) * HOUR);

/** How often something that happens once happens now: 2.5 is twice or three times. */
function times(factor: number, random: () => number): number {
  return Math.floor(factor) + (random() < factor % 1 ? 1 : 0);
}

/** The counters of an exchange, every quarter of an hour, in the notation of promtool. */
function series(trade: Trade[], planted: Planted[], random: () => number, size: number) {
  const slots = Math.ceil((END * HOUR) / STEP) + 1;
  const [sales, bids] = [0, 0].map(() => new Float64Array(slots));
  const prices = BOUNDS.map(() => new Float64Array(slots));
  for (const { at, usdc: price } of trade) {
    const slot = Math.floor(at / STEP) + 1;
    if (slot >= slots) continue;
    const change = inside(planted, at);
    const sold = times(change?.sales ?? 1, random);
    sales![slot]! += sold;
    const paid = price * (change?.prices ?? 1);
    for (const [index, bound] of BOUNDS.entries()) if (paid <= bound) prices[index]![slot]! += sold;
    bids![slot]! += times((1 + 4 * random()) * (change?.bids ?? 1), random);
  }
  for (const { from, hours, wash } of planted) {
    if (!wash) continue;
    for (let slot = (from * HOUR) / STEP + 1; slot <= ((from + hours) * HOUR) / STEP; slot++) {
      const sold = Math.round((wash.sales * STEP) / HOUR);
      sales![slot]! += sold;
      for (const [index, bound] of BOUNDS.entries()) if (wash.usdc <= bound) prices[index]![slot]! += sold;
    }
  }
  const values = (steps: Float64Array) => {
    let sum = 0;
    return Array.from(steps, (step) => {
      sum += step * size;
      return String(sum);
    }).join(' ');
  };
  return [
    { series: 'ece_sales_total{venue="listing"}', values: values(sales!) },
    ...BOUNDS.map((bound, index) => ({
      series: `ece_sale_price_usdc_bucket{venue="listing",le="${bound === Number.POSITIVE_INFINITY ? '+Inf' : bound}"}`,
      values: values(prices[index]!),
    })),
    { series: 'ece_bids_total{result="accepted"}', values: values(bids!) },
  ];
}

/** Which alerts fired in the last hours; only one of them where it is named. */
const firing = (hours: number, alert?: string) =>
  `count by (alertname) (count_over_time(ALERTS{alertstate="firing"${alert ? `,alertname="${alert}"` : ''}}[${hours}h:15m]))`;

/** The alerts that fired in some hours, as an expectation of promtool. */
function expectation(from: number, to: number, alerts: string[]) {
  return {
    expr: firing(to - from),
    eval_time: `${to}h`,
    exp_samples: alerts.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
  };
}

type World = (name: string, of: Trade[], planted: Planted[], expected: object[], size?: number) => object;

/** Random exchanges, one half of them clean and one with something planted; equal seeds give equal ones. */
const RANDOM = { numRuns: 2, seed: Number(process.env.ANOMALY_SEED ?? 1) };

function randomWorlds(world: World): object[] {
  const clean = fc.sample(seasons, RANDOM).map((season) => {
    return world(
      `quiet: ${JSON.stringify(season)}`,
      randomTrade(season, END),
      [],
      [expectation(READY, END, [])],
    );
  });
  const planted = fc.sample(fc.tuple(seasons, anomalies(READY, END)), RANDOM).map(([season, one]) => {
    const { from, hours, alerts } = one;
    // What else is unusual while it lasts is for nobody to say.
    const found = { ...expectation(from, from + hours + 1, alerts), expr: firing(hours + 1, alerts[0]) };
    const expected = [expectation(READY, from, []), found];
    return world(
      `found: ${JSON.stringify({ ...season, ...one })}`,
      randomTrade(season, END),
      [one],
      expected,
    );
  });
  return [...clean, ...planted];
}

/** A test of promtool for `rules`: the path of rules that are evaluated every quarter of an hour. */
export function anomalyTest(rules: string): string {
  const trade = demoTrade();
  const rhythmic = withRhythm(trade, randomOf(1));
  const quiet = [expectation(READY, END, [])];
  const found = [
    expectation(READY, PLANTED[0]!.from, []),
    ...PLANTED.flatMap(({ from, hours, alerts }) => [
      expectation(from - 18, from, []),
      expectation(from, from + hours + 1, alerts),
    ]),
  ];
  const world: World = (name, of, planted, expected, size = 1) => ({
    name,
    interval: `${STEP / 60_000}m`,
    input_series: series(of, planted, randomOf(2), size),
    promql_expr_test: expected,
  });
  return stringify(
    {
      rule_files: [rules],
      evaluation_interval: '15m',
      tests: [
        world('the clean history of the demo is quiet', trade, [], quiet),
        world('what is planted is found, and nothing else in weeks with a rhythm', rhythmic, PLANTED, found),
        world('on an exchange five times as large the same is found', rhythmic, PLANTED, found, 5),
        ...randomWorlds(world),
      ],
    },
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
}
