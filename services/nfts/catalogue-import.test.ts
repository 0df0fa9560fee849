import { operations } from '@ece/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawing, expectProblem, type Person, startExchange, type TestExchange } from './test-exchange.ts';

let exchange: TestExchange;
let admin: Person;
let cid: string;
beforeAll(async () => {
  exchange = await startExchange();
  admin = await exchange.person('admin');
  cid = (await exchange.content.put(drawing())).cid;
});
afterAll(() => exchange.stop());

const HEADER =
  'set_code,set_name,set_description,number,name,rarity,category,edition_size,artwork,description,attributes';
const row = (code: string, number: number, change: { name?: string; artwork?: string } = {}) =>
  `${code},${change.name ?? `Set ${code}`},,${number},Card ${number},rare,Tools,10,${change.artwork ?? 'a.svg'},,A=${number}`;

function importCards(lines: string[], more: object = {}) {
  return exchange.call<{ sets: number; cards: number }>(admin, 'POST', '/cards/import', {
    body: { csv: [HEADER, ...lines].join('\r\n'), artwork: { 'a.svg': cid }, ...more },
    schema: operations.nfts.importCards.response,
  });
}

const counts = async () => {
  const [row] = await exchange.db<{ sets: bigint; cards: bigint }[]>`
    select (select count(*) from nfts.sets) as sets, (select count(*) from nfts.cards) as cards`;
  return row!;
};

test('a dry run tells what would happen, the import does it', async () => {
  const before = await counts();
  const lines = [row('IMP1', 1), row('IMP1', 2), row('IMP2', 1)];
  expect((await importCards(lines, { dryRun: true })).body).toMatchObject({
    sets: 2,
    cards: 3,
    dryRun: true,
  });
  expect(await counts()).toEqual(before);
  expect((await importCards(lines)).body).toEqual({ sets: 2, cards: 3, dryRun: false });
  expect((await importCards([row('IMP1', 3, { name: '' })])).body).toEqual({
    sets: 0,
    cards: 1,
    dryRun: false,
  });
  const events = await exchange.db`
    select type, count(*)::int as n from platform.events
    where type in ('set.created', 'card.created') group by type order by type`;
  expect(events).toMatchObject([
    { type: 'card.created', n: 4 },
    { type: 'set.created', n: 2 },
  ]);
  const { body } = await exchange.call<{ items: object[] }>(undefined, 'GET', '/cards?limit=100', {
    schema: operations.nfts.listCards.response,
  });
  expect(body.items).toContainEqual(
    expect.objectContaining({
      setCode: 'IMP1',
      number: 2,
      attributes: [{ key: 'A', value: '2' }],
      artwork: { cid, url: `http://exchange.test/content/${cid}`, mediaType: 'image/svg+xml' },
    }),
  );
});

test('a dry run shows what would come, also before the images are stored', async () => {
  await importCards([row('PRE', 1)]);
  const lines = [row('PRE', 2, { name: '', artwork: 'b.svg' }), row('NEXT', 1), row('NEXT', 2)];
  const awaited = { dryRun: true, awaited: ['b.svg'] };
  expect((await importCards(lines, awaited)).body).toMatchObject({
    preview: {
      sets: [
        { code: 'PRE', name: 'Set PRE', isNew: false, cards: 1 },
        { code: 'NEXT', name: 'Set NEXT', isNew: true, cards: 2 },
      ],
      copies: 30,
      artwork: ['b.svg', 'a.svg'],
      rows: [
        { line: 2, setCode: 'PRE', number: 2, artwork: 'b.svg' },
        { line: 3, setCode: 'NEXT' },
        { line: 4, setCode: 'NEXT', editionSize: 10 },
      ],
    },
  });
  const without = [
    await importCards(lines, { dryRun: true }),
    await importCards(lines, { awaited: ['b.svg'] }),
  ];
  for (const answer of without) {
    expectProblem(answer, 'import_rejected');
    expect((answer.body as { data?: object }).data).toEqual({
      issues: [{ line: 2, message: 'There is no artwork called "b.svg".' }],
    });
  }
});

test('every fault is reported with its line and nothing is imported', async () => {
  await importCards([row('OLD', 1)]);
  const before = await counts();
  const bad = (await exchange.content.put(Buffer.from('<svg onload="x"/>'))).cid;
  const missing = (await exchange.content.put(Buffer.from('elsewhere'))).cid.replace(/.{4}$/, 'aaaa');
  const answer = await importCards(
    [
      row('NEW', 1),
      row('OLD', 1),
      row('OLD', 2, { name: 'Renamed' }),
      row('NEW', 2, { artwork: 'nobody.svg' }),
      row('NEW', 3, { artwork: 'bad.svg' }),
      row('NEW', 4, { artwork: 'missing.svg' }),
      row('NEW', 1),
      row('NONAME', 1, { name: '' }),
      '"broken"row',
      row('low', 5),
    ],
    { artwork: { 'a.svg': cid, 'bad.svg': bad, 'missing.svg': missing } },
  );
  const problem = expectProblem(answer, 'import_rejected');
  const issues = problem.data?.issues as { line: number; message: string }[];
  expect(issues.map(({ line, message }) => `${line} ${message}`)).toEqual([
    '3 The set OLD has a card with number 1 already.',
    '4 The set OLD is called "Set OLD" further up, here "Renamed".',
    '5 There is no artwork called "nobody.svg".',
    '6 The artwork "bad.svg" cannot be used: It is not an SVG image.',
    '7 The artwork "missing.svg" cannot be used: The content store does not have it.',
    '8 The set NEW has number 1 on line 2 already.',
    '9 The set NONAME is new and needs a set_name.',
    '10 The quotation marks of this row do not match.',
    '11 set_code must be 2 to 8 capital letters and digits, not "low".',
  ]);
  expect(await counts()).toEqual(before);

  const renamed = expectProblem(await importCards([row('OLD', 2, { name: 'Renamed' })]), 'import_rejected');
  expect(renamed.data?.issues).toEqual([
    { line: 2, message: 'The set OLD is there already and is called "Set OLD".' },
  ]);
});

test('of rival imports of one set, one wins and the others are told which numbers are taken', async () => {
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => importCards([row('RIVAL', 1), row('RIVAL', 2)])),
  );
  expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  for (const answer of answers.filter((each) => each.status !== 200)) {
    expect(expectProblem(answer, 'import_rejected').data?.issues).toHaveLength(2);
  }
});

test('10,000 cards are imported in seconds', async () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => row(`BIG${index % 6}`, index + 1));
  const started = performance.now();
  expect((await importCards(lines)).body).toEqual({ sets: 6, cards: 10_000, dryRun: false });
  expect(performance.now() - started).toBeLessThan(15_000);
});

test('only administrators import', async () => {
  const body = { csv: HEADER, artwork: {} };
  expectProblem(await exchange.call(undefined, 'POST', '/cards/import', { body }), 'unauthenticated');
  const somebody = await exchange.person();
  expectProblem(await exchange.call(somebody, 'POST', '/cards/import', { body }), 'forbidden');
});
