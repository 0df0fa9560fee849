import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLogger } from './log.ts';

function logged(write: (log: ReturnType<typeof createLogger>) => void): { text: string; lines: object[] } {
  const destination = new PassThrough();
  write(createLogger({ level: 'debug', format: 'json', destination }));
  const text = String(destination.read() ?? '');
  return {
    text,
    lines: text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line)),
  };
}

const NAMES = [
  'password',
  'passphrase',
  'secret',
  'token',
  'accessToken',
  'authorization',
  'cookie',
  'set-cookie',
  'email',
  'idempotency-key',
  'x-ece-internal',
];

test.each(NAMES)('%s is masked at every depth, and what stands beside it is not', (name) => {
  const own = { [name]: 'hunter2', kept: 'shown' };
  const { text, lines } = logged((log) => {
    log.info(own, 'one');
    log.info({ body: own }, 'two');
    log.info({ request: { body: own } }, 'three');
    log.info({ request: { body: { user: own } } }, 'four');
    log.info({ list: [own, own] }, 'five');
    log.child({ request: own }).info('six');
  });
  expect(lines).toHaveLength(6);
  expect(text).not.toContain('hunter2');
  expect(text.match(/\[masked\]/g)).toHaveLength(7);
  expect(text.match(/shown/g)).toHaveLength(7);
});

test('the values that a database error names are masked, its message and stack are kept', () => {
  const err = Object.assign(new Error('duplicate key'), {
    detail: 'Key (email)=(ada@example.com) already exists.',
    query: 'insert into accounts …',
    parameters: ['ada@example.com'],
    code: '23505',
  });
  const { text, lines } = logged((log) => log.error({ err }, 'request failed'));
  expect(text).not.toContain('ada@example.com');
  expect(lines[0]).toMatchObject({ err: { message: 'duplicate key', code: '23505', detail: '[masked]' } });
  expect((lines[0] as { err: { stack: string } }).err.stack).toContain('log.test.ts');
});

test('levels below the least one are not written', () => {
  const { lines } = logged((log) => {
    log.trace('no');
    log.debug('yes');
  });
  expect(lines).toMatchObject([{ msg: 'yes', time: expect.stringMatching(/^\d{4}-.*Z$/) }]);
});
