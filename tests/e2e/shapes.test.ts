import { afterEach, expect, test } from 'vitest';
import { chosenShape, type Shape, type ShapedExchange, startShape } from '../support/shape.ts';
import { tell } from '../support/story.ts';

let exchange: ShapedExchange | undefined;
afterEach(async () => {
  const codes = await exchange?.stop();
  exchange = undefined;
  expect(codes?.filter((code) => code !== 0)).toEqual([]);
});

const names: Record<Shape, string> = {
  one: 'everything in one process',
  roles: 'one process for each role',
  doubled: 'two processes for each role',
};
/** `npm run test:shapes` chooses the others. */
const shapes: Shape[] = [chosenShape() ?? 'one'];

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
