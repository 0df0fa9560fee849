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
