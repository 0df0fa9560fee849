import { postgres } from '@ece/platform/db/driver';
import { afterAll, expect, inject, test } from 'vitest';
import { createTemplate, testDatabase } from './database.ts';

const databases: { drop(): Promise<void> }[] = [];
afterAll(() => Promise.all(databases.map((database) => database.drop())));

test('each call gives a database of its own', async () => {
  const [one, two] = await Promise.all([testDatabase(), testDatabase()]);
  databases.push(one, two);
  const first = postgres({ ...one.connection, max: 1 });
  const second = postgres({ ...two.connection, max: 1 });
  await first`create table only_here (id int)`;
  await expect(second`select * from only_here`).rejects.toThrow('does not exist');
  await Promise.all([first.end(), second.end()]);
});

test('a database made from a template holds what the template holds', async () => {
  const name = `template_${process.pid}`;
  await createTemplate(inject('postgres'), name, async (connection) => {
    const sql = postgres({ ...connection, max: 1 });
    await sql`create table filled as select 42 as answer`;
    await sql.end();
  });
  const copy = await testDatabase({ template: name });
  databases.push(copy);
  const sql = postgres({ ...copy.connection, max: 1 });
  expect(await sql`select answer from filled`).toEqual([{ answer: 42 }]);
  await sql.end();
});
