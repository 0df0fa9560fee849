import { type Config, readConfig, root } from '../config.ts';

/** Options that several commands share. */
export interface CommonOptions {
  data?: string;
  port?: string;
}

/**
 * The settings with a command's options over them; on a failure says everything that is wrong and ends the process.
 * @param needs.signs false where the command does not sign with the exchange's keys
 */
export function settings(options: CommonOptions, needs: { signs?: boolean } = {}): Config {
  const env: Record<string, string | undefined> = { ...process.env };
  if (options.data) env.ECE_DATA_DIR = options.data;
  if (options.port) env.ECE_PORT = options.port;
  const result = readConfig(env, root, needs);
  if (result.ok) return result.config;
  fail(`The settings are not right:\n${result.failures.map((failure) => `  - ${failure}`).join('\n')}`);
}

/** Ends the process with a message for people. */
export function fail(message: string): never {
  process.stderr.write(`\n${message}\n`);
  process.exit(1);
}
