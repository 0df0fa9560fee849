/** Milliseconds for which a rush lasts after it was last noted. */
const LASTS_MS = 500;

let endsAt = Number.NEGATIVE_INFINITY;

/** Notes that many people wait for this process just now: work that can wait lets them go first. */
export function noteRush(): void {
  endsAt = performance.now() + LASTS_MS;
}

/** Whether many people wait for this process. */
export function isRush(): boolean {
  return performance.now() < endsAt;
}
