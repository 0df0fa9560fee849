import { fields, readConfig } from '../config.ts';
import { fail } from './settings.ts';

/** `ece config check`: names every failure, or says which settings are set. Values are never printed. */
export function configCheck(): void {
  const result = readConfig(process.env);
  if (!result.ok) {
    fail(`The settings are not right:\n${result.failures.map((failure) => `  - ${failure}`).join('\n')}`);
  }
  const { config } = result;
  console.log(`The settings are right (${config.environment}).\n`);
  for (const [name, field] of Object.entries(fields)) {
    const value = config[name as keyof typeof config];
    const state = value === undefined ? 'not set' : field.secret ? 'set' : 'ok';
    console.log(`  ${field.env.padEnd(32)} ${state.padEnd(8)} ${field.about}`);
  }
}
