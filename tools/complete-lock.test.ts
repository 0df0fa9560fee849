import { expect, test } from 'vitest';
import { missingEntries } from './complete-lock.ts';

test('platform packages that the lock file lacks get an entry for their platform', () => {
  const packages = {
    'node_modules/tool': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: {
        'tool-linux-x64': '2.0.0',
        'tool-linux-arm64-musl': '2.0.0',
        'tool-darwin-x64': '2.0.0',
      },
    },
    'node_modules/tool-linux-x64': { version: '2.0.0', optional: true },
    'node_modules/tool/node_modules/tool-darwin-x64': { version: '2.0.0', optional: true },
  };
  expect(missingEntries({ packages })).toEqual({
    'node_modules/tool-linux-arm64-musl': {
      version: '2.0.0',
      cpu: ['arm64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    },
  });
});

test('a package that is not pinned, or for no platform, is left to a person', () => {
  const entry = (name: string, version: string) => ({
    'node_modules/a': { optionalDependencies: { [name]: version } },
  });
  expect(() => missingEntries({ packages: entry('b-linux-x64', '^2.0.0') })).toThrow('b-linux-x64');
  expect(() => missingEntries({ packages: entry('b', '2.0.0') })).toThrow('b@2.0.0');
});
