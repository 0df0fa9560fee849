/** Writes an error of the chain as JSON, for storing and showing; integers of any size stay exact. */
export function describeError(error: unknown): string {
  return JSON.stringify(error, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
}
