import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLogger } from '../log/log.ts';
import { type RunningJob, startJob } from './runner.ts';
import { noteRush } from './rush.ts';

let logged: Record<string, unknown>[] = [];
const log = createLogger({
  level: 'info',
  format: 'json',
  destination: { write: (text: string) => void logged.push(JSON.parse(text)) },
});
let running: RunningJob | undefined;

beforeEach(() => {
  logged = [];
  vi.useFakeTimers();
});
afterEach(async () => {
  await running?.stop();
  vi.useRealTimers();
});

function start(run: () => Promise<boolean>, everyMs = 1000, patient = false): number[] {
  const began: number[] = [];
  const zero = Date.now();
  running = startJob(
    {
      name: 'a job',
      everyMs,
      patient,
      run: () => {
        began.push(Date.now() - zero);
        return run();
      },
    },
    log,
  );
  return began;
}

test('a job runs at once, then after each pause, and without one while there is more', async () => {
  const more = [true, true, false, false];
  const began = start(async () => more.shift() ?? false);
  await vi.advanceTimersByTimeAsync(2500);
  expect(began).toEqual([0, 0, 0, 1000, 2000]);
});

test('waking ends the pause, and is not forgotten during a run', async () => {
  const gate = Promise.withResolvers<void>();
  let runs = 0;
  const began = start(async () => {
    if (++runs === 2) await gate.promise;
    return false;
  });
  await vi.advanceTimersByTimeAsync(100);
  running!.wake();
  await vi.advanceTimersByTimeAsync(10);
  running!.wake();
  running!.wake();
  gate.resolve();
  await vi.advanceTimersByTimeAsync(10);
  expect(began).toEqual([0, 100, 110]);
});

test('failures are logged and followed by doubling pauses, 30 s at the most; hints do not shorten them', async () => {
  let healthy = false;
  const began = start(async () => {
    if (!healthy) throw new Error('broken');
    return false;
  }, 100);
  for (let i = 0; i < 1400; i++) {
    running!.wake();
    await vi.advanceTimersByTimeAsync(100);
  }
  const pauses = began.slice(1).map((at, i) => at - began[i]!);
  expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  expect(logged).toHaveLength(began.length);
  expect(logged[2]).toMatchObject({ job: 'a job', failures: 3, err: { message: 'broken' } });
  healthy = true;
  await vi.advanceTimersByTimeAsync(30_000);
  const runs = began.length;
  running!.wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(began.length).toBe(runs + 1);
});

test('a stop waits for the run in flight and ends a pause', async () => {
  const gate = Promise.withResolvers<boolean>();
  const began = start(() => gate.promise);
  let stopped = false;
  const stopping = running!.stop().then(() => {
    stopped = true;
  });
  await vi.advanceTimersByTimeAsync(5000);
  expect(stopped).toBe(false);
  gate.resolve(true);
  await stopping;
  expect(began).toEqual([0]);

  const again = start(async () => {
    throw new Error('broken');
  });
  await vi.advanceTimersByTimeAsync(1);
  await running!.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(again).toEqual([0]);
  expect(vi.getTimerCount()).toBe(0);
});

test('a patient job pauses in a rush, even where there is more and it is woken, and goes on after it', async () => {
  noteRush();
  const more = [true, true, false];
  const began = start(async () => more.shift() ?? false, 200, true);
  await vi.advanceTimersByTimeAsync(400);
  running!.wake();
  await vi.advanceTimersByTimeAsync(500);
  expect(began).toEqual([0]);
  // The rush was over after half a second.
  await vi.advanceTimersByTimeAsync(200);
  expect(began).toEqual([0, 1000, 1000]);
});

test('other jobs go on in a rush', async () => {
  noteRush();
  const more = [true, true, false];
  const began = start(async () => more.shift()!);
  await vi.advanceTimersByTimeAsync(900);
  expect(began).toEqual([0, 0, 0]);
});

test('a job that only lacks the database looks every two seconds whether it is back', async () => {
  const began = start(async () => {
    throw Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' });
  }, 100);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(began).toEqual([0, 500, 1500, 3500, 5500, 7500, 9500]);
});
