const PAUSE_MS = 2_000;

/** Gives what is on its way between two systems time to arrive. */
export function pauseBriefly(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
