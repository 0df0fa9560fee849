import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { ShapedExchange } from './shape.ts';

const story = fileURLToPath(new URL('../../demo/story.ts', import.meta.url));

/** Runs the demo's story against an exchange and gives what it printed. */
export async function tell({ url, env, output }: ShapedExchange): Promise<string> {
  const child = spawn(process.execPath, [story, '--url', url], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = await once(child, 'exit');
  expect(code, `${text}\n${output()}`).toBe(0);
  return text;
}
