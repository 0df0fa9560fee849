const PATIENCE_MS = 60_000;

/** Waits for a condition; a minute at the most, unless told otherwise. */
export async function eventually(holds: () => Promise<boolean>, patienceMs = PATIENCE_MS): Promise<void> {
  const end = performance.now() + patienceMs;
  while (!(await holds())) {
    if (performance.now() > end)
      throw new Error(`the condition did not come true within ${patienceMs / 1000} seconds`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
