import { Command, Option } from 'commander';
import { configCheck } from './commands/config-check.ts';
import { importCards } from './commands/import-cards.ts';
import { migrateOnly } from './commands/migrate.ts';
import { reset } from './commands/reset.ts';
import { serve } from './commands/serve.ts';
import { start } from './commands/start.ts';
import { verify } from './commands/verify.ts';

const data = new Option('--data <dir>', 'folder of everything embedded (ECE_DATA_DIR)');
const port = new Option('--port <number>', 'port to listen on (PORT, ECE_PORT)');

const program = new Command('ece')
  .description('ECE, the Elite Card Exchange')
  .showHelpAfterError()
  .configureHelp({ sortSubcommands: false });

program
  .command('start')
  .description('open the exchange with everything embedded; the first time it makes the demo')
  .addOption(port)
  .addOption(data)
  .option('--empty', 'do not make the demo')
  .action(start);

program
  .command('serve')
  .description('serve all roles, or some of them')
  .addOption(port)
  .addOption(data)
  .option('--roles <names>', 'roles of this process, separated by commas')
  .action(serve);

program
  .command('config')
  .description('look at the settings')
  .command('check')
  .description('check the settings and name everything that is wrong')
  .action(configCheck);

program.command('migrate').description('bring the database up to date').addOption(data).action(migrateOnly);

program
  .command('cards')
  .description('the catalogue')
  .command('import')
  .description('import a catalogue (docs/catalogue.md): all rows or none')
  .argument('<file>', 'CATALOGUE.csv')
  .requiredOption('--art <dir>', 'folder of the artwork')
  .option('--dry-run', 'check only')
  .option(
    '--creator <handle>',
    'who earns the royalties of new sets; the first admin (operator) where absent',
  )
  .addOption(data)
  .action(importCards);

program
  .command('verify')
  .description('check the invariants I1 to I9 and print what each one looked at')
  .addOption(data)
  .option('--json', 'print the report as JSON')
  .action(verify);

program
  .command('reset')
  .description('delete the embedded database, chain, content and keys')
  .addOption(data)
  .option('--yes', 'do not ask')
  .action(reset);

await program.parseAsync();
