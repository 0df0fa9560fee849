import { parseOptions } from '@node-rs/argon2';
import { expect, test } from 'vitest';
import { createPasswords } from './passwords.ts';

test('hashes are argon2id with the parameters that OWASP names, each with its own salt', async () => {
  const passwords = createPasswords();
  const [one, two] = await Promise.all([passwords.hash('correct horse'), passwords.hash('correct horse')]);
  if (!one.ok || !two.ok) throw new Error('refused');
  expect(one.value).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(parseOptions(one.value)).toMatchObject({ outputLen: 32, saltLen: 16 });
  expect(one.value).not.toBe(two.value);
});

test('the same password matches however its letters are written; another one does not', async () => {
  const passwords = createPasswords();
  const hashed = await passwords.hash('zo\u00eb \ufb01ve cards');
  if (!hashed.ok) throw new Error('refused');
  expect(await passwords.matches('zoe\u0308 five cards', hashed.value)).toEqual({ ok: true, value: true });
  expect(await passwords.matches('zoe five cards', hashed.value)).toEqual({ ok: true, value: false });
});

test('without a stored hash nothing matches, and it does the same work', async () => {
  const passwords = createPasswords();
  const hashed = await passwords.hash('correct horse');
  if (!hashed.ok) throw new Error('refused');
  const time = async (stored: string | undefined) => {
    const start = performance.now();
    expect(await passwords.matches('wrong horse', stored)).toEqual({ ok: true, value: false });
    return performance.now() - start;
  };
  // The fastest of many runs is the work itself, however busy the machine is. A path that skips the hash is a
  // hundred times quicker and stays so.
  let [known, unknown] = [Infinity, Infinity];
  const alike = () => known < 2 * unknown && unknown < 2 * known;
  for (let run = 0; run < 5 || (run < 100 && !alike()); run++) {
    known = Math.min(known, await time(hashed.value));
    unknown = Math.min(unknown, await time(undefined));
  }
  expect(alike(), `${known} ms for a known e-mail, ${unknown} ms for an unknown one`).toBe(true);
});

test('a storm is answered in part, refused in part, and leaves the process free', async () => {
  const passwords = createPasswords(20);
  let ticks = 0;
  const timer = setInterval(() => ticks++, 1);
  const results = await Promise.all(Array.from({ length: 40 }, () => passwords.hash('correct horse')));
  clearInterval(timer);
  const refused = results.filter((result) => !result.ok);
  expect(refused.length).toBeGreaterThanOrEqual(18);
  expect(refused.length).toBeLessThan(20);
  for (const result of refused) expect(result).toMatchObject({ error: { code: 'overloaded' } });
  expect(ticks).toBeGreaterThan(5);
  expect((await passwords.hash('correct horse')).ok).toBe(true);
});
