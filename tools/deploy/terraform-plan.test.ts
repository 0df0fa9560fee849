import { expect, test } from 'vitest';
import { missingParts, type Planned, planProblems } from './terraform-plan.ts';

const tags_all = { Project: 'ece', Environment: 'staging', ManagedBy: 'terraform', CostCentre: 'exchange' };
const good: Planned[] = [
  {
    address: 'database',
    type: 'aws_db_instance',
    values: {
      ...{ publicly_accessible: false, storage_encrypted: true, multi_az: true, deletion_protection: true },
      ...{ backup_retention_period: 7, tags_all },
    },
  },
  {
    address: 'group',
    type: 'aws_security_group',
    values: { ingress: [], egress: [{ cidr_blocks: ['0.0.0.0/0'] }] },
  },
  {
    address: 'rule',
    type: 'aws_vpc_security_group_ingress_rule',
    values: { cidr_ipv4: '10.0.0.0/8', tags_all },
  },
  { address: 'alarm', type: 'aws_cloudwatch_metric_alarm', values: { alarm_actions: ['arn'], tags_all } },
];

test('a plan in order has no problem', () => {
  expect(planProblems(good)).toEqual([]);
});

test.each([
  ['database', { publicly_accessible: true }, 'public'],
  ['database', { storage_encrypted: undefined }, 'encrypted'],
  ['database', { backup_retention_period: 1 }, 'any moment'],
  ['database', { tags_all: { ...tags_all, CostCentre: undefined } }, 'CostCentre'],
  ['database', { tags_all: null }, 'Project, Environment'],
  ['group', { ingress: [{ cidr_blocks: ['0.0.0.0/0'] }] }, 'everywhere'],
  ['rule', { cidr_ipv4: null, cidr_ipv6: '::/0' }, 'everywhere'],
  ['alarm', { alarm_actions: null }, 'heard'],
])('%s with %o is a problem', (address, change, word) => {
  const planned = good.map((one) =>
    one.address === address ? { ...one, values: { ...one.values, ...change } } : one,
  );
  const problems = planProblems(planned);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(word);
});

test('a bucket that misses something is a problem', () => {
  const problems = planProblems([{ address: 'bucket', type: 'aws_s3_bucket', values: { tags_all } }]);
  expect(problems).toContain('a bucket has no aws_s3_bucket_public_access_block');
});

test('a part that is planned too seldom is missing', () => {
  expect(missingParts(good, { aws_db_instance: 1, aws_vpc: 0 })).toEqual([]);
  expect(missingParts(good, { aws_db_instance: 2 })).toEqual(['1 of aws_db_instance in place of 2']);
});
