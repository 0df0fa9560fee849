/** Counts answers by call and status, for the report at the end. */
export class Report {
  readonly #counts = new Map<string, Map<number, number>>();
  #total = 0;

  count(call: string, status: number): void {
    const byStatus = this.#counts.get(call) ?? new Map<number, number>();
    this.#counts.set(call, byStatus);
    byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
    this.#total++;
  }

  /** How many answers had a status in a range. */
  between(least: number, most: number): number {
    let sum = 0;
    for (const byStatus of this.#counts.values()) {
      for (const [status, count] of byStatus) if (status >= least && status <= most) sum += count;
    }
    return sum;
  }

  /** How often a call was carried out. */
  carriedOut(call: string): number {
    return [...(this.#counts.get(call) ?? [])].reduce((sum, [status, n]) => sum + (status < 300 ? n : 0), 0);
  }

  /** The calls that were never carried out. */
  neverCarriedOut(): string[] {
    const failed = (byStatus: Map<number, number>) => [...byStatus.keys()].every((status) => status >= 400);
    return [...this.#counts].filter(([, byStatus]) => failed(byStatus)).map(([call]) => call);
  }

  /** A line for each call with its statuses, and a line of totals. */
  toString(): string {
    const lines = [...this.#counts].sort().map(([call, byStatus]) => {
      const counts = [...byStatus].sort(([a], [b]) => a - b).map(([status, n]) => `${status}: ${n}`);
      return `  ${call.padEnd(36)} ${counts.join('  ')}`;
    });
    const totals = `${this.#total} requests to ${this.#counts.size} calls: ${this.between(200, 299)} carried out, ${this.between(400, 499)} refused, ${this.between(500, 599)} failed`;
    const acts = [...this.#counts.keys()].filter((call) => call.startsWith('admin.')).sort();
    const powers = `the operator's: ${acts.map((call) => `${call} ${this.carriedOut(call)}`).join(', ')}`;
    return [...lines, powers, totals].join('\n');
  }
}
