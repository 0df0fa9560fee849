import { checkKubernetes } from './deploy/kubernetes.ts';
import { checkLogs } from './deploy/logs.ts';
import { checkMonitoring } from './deploy/monitoring.ts';
import { installMissing, installTools, NGINX } from './deploy/programs.ts';
import { Report } from './deploy/report.ts';
import { checkStack } from './deploy/stack.ts';
import { checkTerraform } from './deploy/terraform.ts';
import { checkWorkflows } from './deploy/workflows.ts';

/**
 * Checks everything under deploy/ with the strictest tools that can be had on this machine: `npm run test:deploy`.
 * What cannot be checked is named and counted as skipped.
 */
const areas = {
  kubernetes: checkKubernetes,
  monitoring: checkMonitoring,
  logs: checkLogs,
  terraform: checkTerraform,
  containers: checkStack,
  workflows: checkWorkflows,
};
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in areas));
if (unknown.length > 0) {
  console.log(`Usage: npm run test:deploy [-- ${Object.keys(areas).join(' | ')}]`);
  process.exit(2);
}
const report = new Report();
installMissing([
  { program: 'promtool', packages: ['prometheus'] },
  { program: 'amtool', packages: ['prometheus-alertmanager'] },
  ...NGINX,
]);
await report.check('npm packages', installTools);
for (const [name, check] of Object.entries(areas)) {
  if (wanted.length === 0 || wanted.includes(name)) await check(report);
}
process.exitCode = report.close();
