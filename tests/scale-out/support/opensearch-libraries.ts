import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How OpenSearch is made here, and where its libraries are kept between runs. */
export const source = fileURLToPath(new URL('opensearch/', import.meta.url));
export const jars = fileURLToPath(new URL('../../../node_modules/.cache/opensearch-2.19.6', import.meta.url));

/** Whether `fetchOpenSearch` has been here. */
export const hasOpenSearch = () => existsSync(jars);

/**
 * Gets the libraries of OpenSearch by Maven, once.
 * @returns why they cannot be had, or undefined
 */
export function fetchOpenSearch(): string | undefined {
  const has = (program: string, flag: string) => spawnSync(program, [flag], { stdio: 'ignore' }).status === 0;
  if (!has('javac', '-version')) return 'there is no Java development kit';
  if (hasOpenSearch()) return undefined;
  if (!has('mvn', '-v')) return 'there is no Maven';
  const folder = `${jars}.${process.pid}`;
  mkdirSync(folder, { recursive: true });
  const args = ['-q', '-B', '-f', join(source, 'pom.xml'), 'dependency:copy-dependencies'];
  const { status } = spawnSync('mvn', [...args, `-DoutputDirectory=${folder}`], {
    stdio: 'ignore',
    timeout: 300_000,
  });
  if (status === 0) renameSync(folder, jars);
  else rmSync(folder, { recursive: true, force: true });
  return status === 0 ? undefined : 'Maven could not get its libraries';
}
