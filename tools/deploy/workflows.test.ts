import { expect, test } from 'vitest';
import { workflowProblems } from './workflows.ts';

const sha = 'de0fac2e4500dabe0009e67214ff5f5447ce83dd';
const good = `on: pull_request
permissions: { contents: read }
jobs:
  a:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    steps:
      - uses: actions/checkout@${sha} # v6.0.2
        with: { persist-credentials: false }
      - run: echo "$TITLE"
        env: { TITLE: '\${{ github.event.pull_request.title }}' }
`;

test('a workflow that is safe has no problem', () => {
  expect(workflowProblems(good, 'w')).toEqual([]);
});

test.each([
  ['on: pull_request', 'on: pull_request_target', 'pull_request_target'],
  ['permissions: { contents: read }\n', '', 'permissions'],
  ['contents: read', 'contents: write', 'write in every job'],
  [` # v6.0.2`, '', 'pin'],
  [sha, 'v6', 'pin'],
  ['    timeout-minutes: 5\n', '', 'time limit'],
  ['persist-credentials: false', 'fetch-depth: 0', 'credentials'],
  ['echo "$TITLE"', 'echo "$\u007b{ github.event.pull_request.title }}"', 'expression'],
])('%s, changed to %s, is a problem', (from, to, word) => {
  const problems = workflowProblems(good.replace(from, to), 'w');
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(word);
});
