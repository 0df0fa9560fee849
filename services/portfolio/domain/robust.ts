/** A number with how much it counts. */
export interface Weighted {
  value: number;
  weight: number;
}

/**
 * The value with half of the weight on each side; between two values when the weight is cut exactly there.
 * Undefined for a list without weight.
 */
export function weightedMedian(items: readonly Weighted[]): number | undefined {
  const sorted = items.filter(({ weight }) => weight > 0).sort((a, b) => a.value - b.value);
  const half = sorted.reduce((sum, { weight }) => sum + weight, 0) / 2;
  let sum = 0;
  for (const [index, { value, weight }] of sorted.entries()) {
    sum += weight;
    if (Math.abs(sum - half) < half * 1e-9) return (value + (sorted[index + 1]?.value ?? value)) / 2;
    if (sum > half) return value;
  }
  return undefined;
}

export function median(values: readonly number[]): number | undefined {
  return weightedMedian(values.map((value) => ({ value, weight: 1 })));
}

/** Makes a median absolute deviation comparable with a standard deviation, for normal values. */
const MAD_TO_DEVIATION = 1.4826;
/** Deviations beyond which a value is an outlier. */
const OUTLIER = 2.5;

export interface Center {
  center: number;
  /** Robust standard deviation of the values around it. */
  deviation: number;
}

/**
 * The robust middle of weighted values: the weighted mean of those that are within 2.5 robust deviations of
 * the weighted median (the Hampel identifier; Davies and Gather 1993). Up to half of the weight may be
 * absurd without moving it far.
 * @param least the least deviation that is assumed, so that equal values do not make a near one an outlier
 */
export function robustCenter(items: readonly Weighted[], least: number): Center | undefined {
  const middle = weightedMedian(items);
  if (middle === undefined) return undefined;
  const off = items.map(({ value, weight }) => ({ value: Math.abs(value - middle), weight }));
  const deviation = (weightedMedian(off) ?? 0) * MAD_TO_DEVIATION;
  const reach = OUTLIER * Math.max(deviation, least);
  let [sum, weights] = [0, 0];
  for (const { value, weight } of items) {
    if (Math.abs(value - middle) > reach) continue;
    sum += value * weight;
    weights += weight;
  }
  return { center: sum / weights, deviation };
}
