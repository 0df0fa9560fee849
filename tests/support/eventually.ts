const PATIENCE_MS = 60_000;

/** Waits for a condition; a minute at the most. */
export async function eventually(holds: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('the condition did not come true within a minute');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
