import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { chosenShape, type Shape, type ShapedExchange, startShape } from '../support/shape.ts';

const story = fileURLToPath(new URL('../../demo/story.ts', import.meta.url));

let exchange: ShapedExchange | undefined;
afterEach(async () => {
  const codes = await exchange?.stop();
  exchange = undefined;
  expect(codes?.filter((code) => code !== 0)).toEqual([]);
});

/** Runs the demo's story against an exchange and gives what it printed. */
async function tell({ url, env, output }: ShapedExchange): Promise<string> {
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

const names: Record<Shape, string> = {
  one: 'everything in one process',
  roles: 'one process for each role',
  doubled: 'two processes for each role',
};
const shapes: Shape[] = chosenShape() ? [chosenShape()!] : ['one', 'roles'];

test.each(shapes.map((shape) => [names[shape], shape] as const))(
  'the story holds with %s',
  async (_, shape) => {
    exchange = await startShape(shape);
    expect(await tell(exchange)).toMatch(/The end: \d+ proofs held/);
  },
  480_000,
);

test('a role that is gone is named, and its calls are refused without hurting the others', async () => {
  exchange = await startShape('roles');
  const { url, servers } = exchange;
  await servers.get('market')![0]!.stop();
  const after = await fetch(`${url}/health/ready`);
  expect(after.status).toBe(503);
  expect(await after.json()).toMatchObject({ notReady: ['market'] });
  const refused = await fetch(`${url}/api/v1/listings`);
  expect(refused.status).toBe(503);
  expect(await refused.json()).toMatchObject({ code: 'unavailable' });
  expect((await fetch(`${url}/api/v1/auctions`)).status).toBe(200);
}, 480_000);
