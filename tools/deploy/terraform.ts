import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy, must, terraform } from './programs.ts';
import { expectNone, type Report } from './report.ts';
import { missingParts, plan, planProblems } from './terraform-plan.ts';

const folder = join(deploy, 'terraform');

/** What every region has. */
const REGION = {
  ...{ aws_vpc: 1, aws_eks_cluster: 1, aws_eks_node_group: 2, aws_db_instance: 1, aws_kms_key: 1 },
  ...{ aws_ec2_client_vpn_endpoint: 1, aws_guardduty_detector: 1, aws_efs_file_system: 1 },
};

/** How many of what an environment has at the least: production everything of a region twice. */
const PARTS: Record<string, Record<string, number>> = {
  staging: {
    ...REGION,
    ...{ aws_elasticache_replication_group: 1, aws_opensearch_domain: 1, aws_budgets_budget: 1 },
    // Machines and the database go at night and come in the morning.
    ...{ aws_autoscaling_schedule: 4, aws_scheduler_schedule: 2 },
  },
  production: {
    ...Object.fromEntries(Object.entries(REGION).map(([type, count]) => [type, 2 * count])),
    ...{ aws_elasticache_replication_group: 1, aws_opensearch_domain: 1, aws_budgets_budget: 1 },
    ...{ aws_cloudfront_distribution: 1, aws_wafv2_web_acl: 1, aws_shield_protection: 1 },
    ...{ aws_route53_health_check: 2, aws_route53_record: 4, aws_s3_bucket_replication_configuration: 2 },
  },
};

/** Checks the infrastructure: format, roots and what would be made of them, and the properties of modules with a mocked AWS. */
export async function checkTerraform(report: Report): Promise<void> {
  report.heading('Terraform');
  const tool = async (cwd: string, ...args: string[]) => {
    const { program, env } = terraform();
    return await must(program, args, { cwd, env, seconds: 900 });
  };
  const init = async (cwd: string) =>
    await tool(cwd, 'init', '-input=false', '-backend=false', `-plugin-dir=${terraform().plugins}`);
  await report.check('terraform fmt', async () => {
    await tool(folder, 'fmt', '-check', '-recursive', '-diff');
  });
  await report.check('every variable is described', () => {
    const files = globSync('**/*.tf', { cwd: folder, exclude: ['**/.terraform/**'] });
    const bare = files.flatMap((file) =>
      [
        ...readFileSync(join(folder, file), 'utf8').matchAll(/^variable "(\w+)" \{\n(?! {2}description)/gm),
      ].map(([, name]) => `${file}: ${name} says not what it is`),
    );
    expectNone(bare);
  });
  for (const name of Object.keys(PARTS)) {
    await report.check(`terraform validate, ${name}`, async () => {
      await init(join(folder, name));
      await tool(join(folder, name), 'validate');
    });
    await report.check(`what would be made, ${name}: tagged, encrypted, backed up, closed`, async () => {
      const planned = await plan(join(folder, name));
      expectNone([...planProblems(planned), ...missingParts(planned, PARTS[name]!)]);
      return `${planned.length} things`;
    });
  }
  for (const tests of globSync('modules/*/tests', { cwd: folder }).sort()) {
    const module = join(folder, tests, '..');
    await report.check(`terraform test, ${tests.replace(/\/tests$/, '')}`, async () => {
      await init(module);
      await tool(module, 'test');
    });
  }
}
