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
