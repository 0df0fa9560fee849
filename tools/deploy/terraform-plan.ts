import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { run, terraform } from './programs.ts';
import { expectNone } from './report.ts';

/**
 * Plans an environment by the AWS provider itself, as if nothing had been made yet, and looks at all that would be. The
 * provider speaks to a stand-in for AWS that knows who asks and nothing else, so nothing of the world is read or changed.
 */

/** Tags that everything has which can have some. */
const TAGS = ['Project', 'Environment', 'ManagedBy', 'CostCentre'];

type Values = Record<string, unknown>;

/** Something that would be made. */
export interface Planned {
  address: string;
  type: string;
  /** What is known of it before it is made. */
  values: Values;
}

/**
 * What would be made of a root, by `terraform test` of its `tests/plan.tftest.hcl`.
 * @param folder the root, after `terraform init`
 */
export async function plan(folder: string): Promise<Planned[]> {
  const { program, env } = terraform();
  const stand = await openStand();
  const { port } = stand.address() as AddressInfo;
  const said = await run(program, ['test', '-json', '-verbose', '-filter=tests/plan.tftest.hcl'], {
    cwd: folder,
    seconds: 300,
    env: {
      ...env,
      AWS_ACCESS_KEY_ID: 'nobody',
      AWS_SECRET_ACCESS_KEY: 'nobody',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
    },
  });
  stand.closeAllConnections();
  stand.close();
  const lines = said.out
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);
  expectNone(
    lines.flatMap(({ diagnostic: its }) =>
      its?.severity === 'error' ? [`${its.range?.filename ?? ''} ${its.summary}: ${its.detail}`] : [],
    ),
  );
  const changes = lines.flatMap(({ test_plan: its }) => its?.resource_changes ?? []);
  if (said.code !== 0 || changes.length === 0) throw new Error(`nothing was planned\n${said.err}`);
  return changes
    .filter(({ mode }) => mode === 'managed')
    .map(({ address, type, change }) => ({ address, type, values: change.after ?? {} }));
}

interface Line {
  diagnostic?: { severity: string; summary: string; detail: string; range?: { filename: string } };
  test_plan?: {
    resource_changes: { address: string; mode: string; type: string; change: { after: Values | null } }[];
  };
}

const IDENTITY = `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::000000000000:user/nobody</Arn><UserId>NOBODY</UserId><Account>000000000000</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>`;

/** Stands in for AWS: knows who asks, and refuses everything else in a way that is not tried again. */
async function openStand(): Promise<Server> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (body.includes('Action=GetCallerIdentity'))
      response.setHeader('content-type', 'text/xml').end(IDENTITY);
    else if (request.url?.includes('/compatibleVersions')) {
      response.setHeader('content-type', 'application/json').end('{"CompatibleVersions":[]}');
    } else response.writeHead(400, { 'content-type': 'application/json' }).end('{}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** What each thing of a type has to be. */
const RULES: Record<string, Record<string, (values: Values) => boolean>> = {
  aws_db_instance: {
    'is not public': (its) => its.publicly_accessible === false,
    'is encrypted': (its) => its.storage_encrypted === true,
    'is in several zones': (its) => its.multi_az === true,
    'can be brought back to any moment of a week': (its) => Number(its.backup_retention_period) >= 7,
    'cannot be deleted by mistake': (its) => its.deletion_protection === true,
  },
  aws_elasticache_replication_group: {
    'is encrypted': (its) =>
      its.at_rest_encryption_enabled === true || its.at_rest_encryption_enabled === 'true',
    'speaks TLS alone': (its) => its.transit_encryption_mode === 'required',
  },
  aws_opensearch_domain: {
    'is encrypted': (its) => first(its.encrypt_at_rest).enabled === true,
    'speaks TLS alone': (its) => first(its.domain_endpoint_options).enforce_https === true,
    'is inside of the VPC': (its) => Array.isArray(its.vpc_options) && its.vpc_options.length === 1,
  },
  aws_eks_cluster: {
    'has no public address': (its) => first(its.vpc_config).endpoint_public_access === false,
  },
  aws_efs_file_system: { 'is encrypted': (its) => its.encrypted === true },
  aws_ebs_encryption_by_default: { 'is on': (its) => its.enabled === true },
  aws_kms_key: { 'turns every year': (its) => its.enable_key_rotation === true },
  aws_subnet: { 'gives no public address': (its) => its.map_public_ip_on_launch === false },
  aws_security_group: { 'lets nobody in from everywhere': (its) => !isOpen(its.ingress) },
  aws_vpc_security_group_ingress_rule: { 'lets nobody in from everywhere': (its) => !isOpen(its) },
  aws_s3_bucket_public_access_block: {
    'blocks everything': (its) =>
      ['block_public_acls', 'block_public_policy', 'ignore_public_acls', 'restrict_public_buckets'].every(
        (name) => its[name] === true,
      ),
  },
  aws_s3_bucket_versioning: {
    'keeps what is overwritten': (its) => first(its.versioning_configuration).status === 'Enabled',
  },
  aws_launch_template: {
    'encrypts its disks': (its) => first(first(its.block_device_mappings).ebs).encrypted === 'true',
    'tags what it makes': (its) =>
      ['instance', 'volume', 'network-interface'].every((kind) =>
        listOf(its.tag_specifications).some(
          ({ resource_type, tags }) => resource_type === kind && lacking(tags).length === 0,
        ),
      ),
  },
  aws_cloudwatch_metric_alarm: { 'is heard by somebody': (its) => listOf(its.alarm_actions).length > 0 },
  aws_cloudfront_distribution: { 'is behind the firewall': (its) => its.web_acl_id !== '' },
};

/** Each bucket needs all of these. */
const OF_BUCKETS = [
  'aws_s3_bucket_public_access_block',
  'aws_s3_bucket_server_side_encryption_configuration',
  'aws_s3_bucket_versioning',
  'aws_s3_bucket_policy',
];

/** What is wrong with what would be made: tags, ways in from outside, encryption, backups. */
export function planProblems(planned: Planned[]): string[] {
  const problems = planned.flatMap(({ address, type, values }) => {
    const own = Object.entries(RULES[type] ?? {})
      .filter(([, holds]) => !holds(values))
      .map(([what]) => `${address} is wanted to be so: it ${what}`);
    const missing = 'tags_all' in values ? lacking(values.tags_all) : [];
    return [...own, ...(missing.length > 0 ? [`${address} lacks the tags ${missing.join(', ')}`] : [])];
  });
  const count = (wanted: string) => planned.filter(({ type }) => type === wanted).length;
  for (const type of OF_BUCKETS) {
    if (count(type) !== count('aws_s3_bucket')) problems.push(`a bucket has no ${type}`);
  }
  return problems;
}

/** Which parts are not planned often enough. */
export function missingParts(planned: Planned[], wanted: Record<string, number>): string[] {
  return Object.entries(wanted).flatMap(([type, least]) => {
    const count = planned.filter((one) => one.type === type).length;
    return count < least ? [`${count} of ${type} in place of ${least}`] : [];
  });
}

const lacking = (tags: unknown) => TAGS.filter((name) => !(tags as Values | null)?.[name]);
const listOf = (value: unknown) => (Array.isArray(value) ? (value as Values[]) : []);
const first = (value: unknown): Values => listOf(value)[0] ?? {};
const isOpen = (value: unknown) => /"(?:0\.0\.0\.0\/0|::\/0)"/.test(JSON.stringify(value ?? null));
