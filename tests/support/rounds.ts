/** How often each race is run: enough to be one, and in `npm run test:races` a thousand times. */
export const RACE_ROUNDS = Number(process.env.RACE_ROUNDS ?? 200);

/** Runs numbered rounds, `width` of them at a time, and gives their results in order. */
export async function rounds<T>(
  count: number,
  width: number,
  run: (round: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = new Array(count);
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const round = next++;
      results[round] = await run(round);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

/** A race of two calls, which gives both answers. */
export type Contest<T> = (one: () => Promise<T>, two: () => Promise<T>) => Promise<[T, T]>;

/**
 * Makes races that either of two calls can win, on any machine: whoever has won starts later the next time, by
 * more and more turns of the event loop until the other wins.
 */
export function evenContest<T>(won: (answer: T) => boolean): Contest<T> {
  let turns = 0;
  let step = 1;
  let oneWon: boolean | undefined;
  return async (one, two) => {
    const late = turns;
    const [first, second] = late > 0 ? [two, one] : [one, two];
    const started = first();
    for (let turn = 0; turn < Math.abs(late); turn++) await new Promise(setImmediate);
    const [a, b] = await Promise.all([started, second()]);
    const answers: [T, T] = late > 0 ? [b, a] : [a, b];
    step = won(answers[0]) === oneWon ? Math.min(2 * step, 256) : 1;
    oneWon = won(answers[0]);
    turns += oneWon ? step : -step;
    return answers;
  };
}
