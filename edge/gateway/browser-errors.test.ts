import { createApp } from '@ece/platform/http/app';
import { createLogger } from '@ece/platform/log/log';
import { createMetrics } from '@ece/platform/telemetry/metrics';
import { openOtlp } from '@ece/platform/telemetry/otlp';
import { recordTo } from '@ece/platform/telemetry/spans';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OtlpReceiver, openReceiver } from '../../tests/support/otlp-receiver.ts';
import { BROWSER_ERRORS, takeBrowserErrors } from './browser-errors.ts';

const REPORT = {
  type: 'TypeError',
  message: "Cannot read properties of undefined (reading 'price')",
  stack: [
    "TypeError: Cannot read properties of undefined (reading 'price')",
    '    at Tile (https://ece.example/_next/static/chunks/0a1.js:1:2345)',
    '    at async https://ece.example/_next/static/chunks/0a2.js:3:4',
    '    at thief (https://elsewhere.example/x.js:1:1)',
    'onClick@https://ece.example/_next/static/chunks/0a3.js:5:6',
  ].join('\n'),
  page: '/people',
  release: '0123456789abcdef',
};
const TRACE = 'ab'.repeat(16);

let receiver: OtlpReceiver;
let telemetry: ReturnType<typeof openOtlp>;
let lines: string[];
let clock: number;
let app: ReturnType<typeof createApp>;
const metrics = createMetrics();

beforeEach(async () => {
  receiver = await openReceiver();
  telemetry = openOtlp({ endpoint: receiver.url, ratio: 0, resource: { 'service.name': 'test' } });
  recordTo(telemetry.recorder);
  [lines, clock] = [[], 0];
  const log = createLogger({
    level: 'warn',
    format: 'json',
    destination: { write: (line) => void lines.push(line) },
  });
  app = createApp({ log, metrics, isEdge: true, trustProxy: true });
  takeBrowserErrors(app, { metrics, now: () => clock });
});
afterEach(async () => {
  await app.close();
  recordTo(undefined);
  await receiver.close();
});

const send = (body: unknown, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: BROWSER_ERRORS,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });

test('what a page did not catch is an error of ours, in its trace, with frames in our scripts and its release', async () => {
  const { statusCode } = await send(REPORT, {
    traceparent: `00-${TRACE}-${'b'.repeat(16)}-00`,
    cookie: 'ece_session=a-secret',
  });
  expect(statusCode).toBe(204);
  await telemetry.close();
  expect(receiver.logs).toHaveLength(1);
  const [{ traceId, severityNumber, attributes }] = receiver.logs as [(typeof receiver.logs)[number]];
  expect({ traceId, severityNumber }).toEqual({ traceId: TRACE, severityNumber: 17 });
  expect(attributes).toMatchObject({
    'exception.type': 'TypeError',
    'exception.message': REPORT.message,
    'exception.stacktrace': [
      'TypeError',
      '    at Tile (/_next/static/chunks/0a1.js:1:2345)',
      '    at anonymous (/_next/static/chunks/0a2.js:3:4)',
      '    at onClick (/_next/static/chunks/0a3.js:5:6)',
    ].join('\n'),
    'ece.page': '/people',
    'ece.release': REPORT.release,
  });
  expect(JSON.parse(lines[0]!)).toMatchObject({ type: 'TypeError', page: '/people', trace_id: TRACE });
  expect(`${receiver.raw()}${lines}`).not.toMatch(/a-secret|elsewhere|127\.0\.0\.1"/);
  expect(await metrics.registry.metrics()).toContain('ece_browser_errors_total 1');
});

test.each([
  ['nova@demo.ece.example is not there', '[address] is not there'],
  ['cannot open https://ece.example/people/nova', 'cannot open [link]'],
  ['no "a word to nova" here', 'no [text] here'],
  ['0190a5d7-ac96-774b-bcce-b302099a8057 is gone', '[id] is gone'],
  ['1250.50 is too much', '[number] is too much'],
  ["reading 'price'", "reading 'price'"],
])('of the message "%s" this is told: %s', async (message, told) => {
  await send({ ...REPORT, message });
  await telemetry.close();
  expect(receiver.logs[0]!.attributes['exception.message']).toBe(told);
});

test('what could not be parsed is not quoted', async () => {
  await send({ ...REPORT, type: 'SyntaxError', message: `Unexpected token 'n', "nova's" is not valid JSON` });
  await telemetry.close();
  expect(receiver.logs).toHaveLength(1);
  expect(receiver.raw() + lines).not.toContain('nova');
});

test.each([
  ['no JSON', '{', 400],
  ['another form', { ...REPORT, account: 'nova' }, 400],
  ['a whole address', { ...REPORT, page: '/people/nova' }, 400],
  ['a type with words', { ...REPORT, type: 'nova was here' }, 400],
  ['a stack without end', { ...REPORT, stack: 'x'.repeat(4001) }, 400],
  ['more bytes than a report has', { ...REPORT, more: 'x'.repeat(9000) }, 413],
])('%s is refused, and nothing is told', async (_what, body, status) => {
  expect((await send(body)).statusCode).toBe(status);
  await telemetry.close();
  expect(receiver.logs).toEqual([]);
});

test('a client, and all of them together, may tell so many in a minute', async () => {
  const statuses = async (times: number, address: (time: number) => string) => {
    const answers: number[] = [];
    for (let time = 0; time < times; time++) {
      answers.push((await send(REPORT, { 'x-forwarded-for': address(time) })).statusCode);
    }
    return [204, 429].map((status) => answers.filter((each) => each === status).length);
  };
  expect(await statuses(12, () => '198.51.100.7')).toEqual([10, 2]);
  // Those that were refused did not count for all.
  expect(await statuses(300, (time) => `203.0.113.${time % 250}`)).toEqual([290, 10]);
  clock = 60_000;
  expect(await statuses(1, () => '198.51.100.7')).toEqual([1, 0]);
});
