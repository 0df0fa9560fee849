import { expect, test } from 'vitest';
import { lastTrace, newTrace } from './new-trace.ts';

test('a trace is well formed, leaves the choice to the exchange, and is a new one each time', () => {
  const traces = Array.from({ length: 100 }, newTrace);
  for (const trace of traces) expect(trace).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
  expect(new Set(traces.map((trace) => trace.slice(3, 35))).size).toBe(100);
  expect(lastTrace()).toBe(traces.at(-1));
});
