/** Why a check was not made. Thrown by the check. */
export class Skip extends Error {}

/** Takes down what came of checks, and says so as they end. */
export class Report {
  passed = 0;
  failed = 0;
  readonly skipped: string[] = [];

  heading(text: string): void {
    console.log(`\n${text}`);
  }

  /**
   * Makes a check. What it gives is said beside its name; what it throws fails it, and a `Skip` skips it.
   * @returns what the check gave, where it passed
   */
  async check<T>(name: string, make: () => T | Promise<T>): Promise<T | undefined> {
    const started = performance.now();
    const seconds = () => `${((performance.now() - started) / 1000).toFixed(1)} s`;
    try {
      const result = await make();
      this.passed++;
      console.log(`  ok      ${name}${typeof result === 'string' ? `: ${result}` : ''} (${seconds()})`);
      return result;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof Skip) {
        this.skipped.push(`${name}: ${message}`);
        console.log(`  SKIPPED ${name}: ${message}`);
      } else {
        this.failed++;
        console.log(`  FAILED  ${name} (${seconds()})\n${indent(message)}`);
      }
      return undefined;
    }
  }

  /** Prints what was skipped and the closing line. @returns the exit code */
  close(): number {
    if (this.skipped.length > 0) {
      console.log(`\nNot checked on this machine:\n${this.skipped.map((line) => `  ${line}`).join('\n')}`);
    }
    const skipped = this.skipped.length > 0 ? `, ${this.skipped.length} skipped` : '';
    console.log(`\n${this.passed} passed, ${this.failed} failed${skipped}`);
    return this.failed === 0 ? 0 : 1;
  }
}

/** Throws with all of the problems, where there are some. */
export function expectNone(problems: string[]): void {
  if (problems.length > 0) throw new Error(problems.slice(0, 40).join('\n'));
}

const indent = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => `          ${line}`)
    .join('\n');
