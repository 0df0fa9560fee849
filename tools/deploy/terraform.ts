import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deploy, must, terraform } from './programs.ts';
import { expectNone, type Report } from './report.ts';

const folder = join(deploy, 'terraform');

/** Checks the infrastructure: format, validity of the roots, and the properties of modules with a mocked AWS. */
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
  for (const name of ['staging', 'production']) {
    await report.check(`terraform validate, ${name}`, async () => {
      await init(join(folder, name));
      await tool(join(folder, name), 'validate');
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
