import { expect, test } from 'vitest';
import { deviceOf } from './device.ts';

test.each([
  [
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36',
    { browser: 'Chrome', system: 'Windows', kind: 'desktop' },
  ],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Safari/605.1.15',
    { browser: 'Safari', system: 'macOS', kind: 'desktop' },
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1',
    { browser: 'Safari', system: 'iOS', kind: 'phone' },
  ],
  [
    'Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0',
    { browser: 'Firefox', system: 'Android', kind: 'phone' },
  ],
  ['node', { browser: null, system: null, kind: 'other' }],
  ['curl/8.9', { browser: null, system: null, kind: 'other' }],
  ['', { browser: null, system: null, kind: 'other' }],
  ['<script>alert(1)</script>/1', { browser: null, system: null, kind: 'other' }],
])('%s', (agent, device) => {
  expect(deviceOf(agent)).toEqual(device);
});

test('any words give a device', () => {
  for (const agent of ['/', '()', '\u00e9'.repeat(300), 'a/'.repeat(150), '(;;;;)'.repeat(50)]) {
    expect(deviceOf(agent).kind).toMatch(/^(desktop|phone|tablet|other)$/);
  }
});
