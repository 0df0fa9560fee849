import { enableCompileCache, getCompileCacheDir } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Command, Option } from 'commander';

// What was compiled once is read from here at the next start; where it cannot be written, nothing is lost.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
const compiled = getCompileCacheDir();
// For the processes that this one starts.
if (compiled) process.env.NODE_COMPILE_CACHE ??= compiled;

/** A command whose code is loaded when it is called: each one needs little of what the others do. */
function lazily<A extends unknown[]>(load: () => Promise<(...args: A) => unknown>) {
  return async (...args: A) => {
    await (await load())(...args);
  };
}

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
  .action(lazily(async () => (await import('./commands/start.ts')).start));

program
  .command('serve')
  .description('serve all roles, or some of them')
  .addOption(port)
  .addOption(data)
  .option('--roles <names>', 'roles of this process, separated by commas')
  .action(lazily(async () => (await import('./commands/serve.ts')).serve));

program
  .command('seed')
  .description('fill an empty exchange with a made-up world, and leave it stopped')
  .addOption(
    new Option(
      '--size <size>',
      'how much: small takes seconds, demo is what start makes, large has 100,000 copies',
    )
      .choices(['small', 'demo', 'large'])
      .default('demo'),
  )
  .option('--seed <number>', 'equal numbers make equal worlds (small and large)', '1')
  .option('--replace', 'delete what is there before')
  .option('--if-empty', 'leave an exchange that is not empty as it is, and call that a success')
  .addOption(port)
  .addOption(data)
  .action(lazily(async () => (await import('./commands/seed.ts')).seed));

program
  .command('config')
  .description('look at the settings')
  .command('check')
  .description('check the settings and name everything that is wrong')
  .action(lazily(async () => (await import('./commands/config-check.ts')).configCheck));

program
  .command('migrate')
  .description('bring the database up to date')
  .addOption(data)
  .action(lazily(async () => (await import('./commands/migrate.ts')).migrateOnly));

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
  .action(lazily(async () => (await import('./commands/import-cards.ts')).importCards));

const admin = program.command('admin').description('the operator’s powers (docs/operating.md)');
const code = new Option('--set <code>', 'only this set; everything where absent');

admin
  .command('status')
  .description('what is halted, frozen, late or broken')
  .addOption(data)
  .action(lazily(async () => (await import('./commands/admin.ts')).showStatus));

admin
  .command('halt')
  .description('halt trading')
  .addOption(code)
  .option('--withdrawals', 'stop withdrawals, too')
  .requiredOption('--reason <text>', 'why; everybody sees it')
  .addOption(data)
  .action(lazily(async () => (await import('./commands/admin.ts')).haltTrading));

admin
  .command('resume')
  .description('let trading go on; auctions have their lost time back')
  .addOption(code)
  .option('--reason <text>', 'why')
  .addOption(data)
  .action(lazily(async () => (await import('./commands/admin.ts')).resumeTrading));

admin
  .command('freeze')
  .description('freeze an account: nothing moves by it any more')
  .argument('<handle>')
  .requiredOption('--reason <text>', 'why')
  .addOption(data)
  .action(lazily(async () => (await import('./commands/admin.ts')).freeze));

admin
  .command('unfreeze')
  .description('end an account’s freeze')
  .argument('<handle>')
  .option('--reason <text>', 'why')
  .addOption(data)
  .action(lazily(async () => (await import('./commands/admin.ts')).unfreeze));

admin
  .command('role')
  .description('give an account a role: collector, moderator or admin')
  .argument('<handle>')
  .argument('<role>')
  .addOption(data)
  .action(lazily(async () => (await import('./commands/admin.ts')).giveRole));

admin
  .command('audit')
  .description('print the audit trail')
  .option('--last <number>', 'how many entries', '50')
  .option('--action <name>', 'only this action')
  .option('--actor <id>', 'only acts of this account, of cli or of system')
  .option('--subject <text>', 'only acts on this')
  .addOption(data)
  .action(lazily(async () => (await import('./commands/admin.ts')).showAudit));

program
  .command('verify')
  .description('check the invariants A1 and I1 to I10 and print what each one looked at')
  .addOption(data)
  .option('--json', 'print the report as JSON')
  .option('--verbose', 'tell which check is under way, as at a terminal')
  .action(lazily(async () => (await import('./commands/verify.ts')).verify));

program
  .command('bench')
  .description('measure an exchange')
  .command('reads')
  .description('time every read of the API that matters, on the data that is there (docs/benchmarks.md)')
  .addOption(data)
  .option(
    '--url <url>',
    'a running exchange on this data; where absent, one is opened on it without its jobs',
  )
  .option('--requests <number>', 'requests of each read', '60')
  .option('--only <text>', 'only the reads whose name has this in it')
  .option('--json <file>', 'write the figures as JSON, too')
  .action(lazily(async () => (await import('./commands/bench.ts')).benchReads));

program
  .command('rebuild')
  .description(
    'make what is derived (market data and the like) anew from the truth, beside a running exchange',
  )
  .argument('[services...]', 'services to rebuild; all that keep something derived where absent')
  .addOption(data)
  .action(lazily(async () => (await import('./commands/rebuild.ts')).rebuild));

program
  .command('reset')
  .description('delete the embedded database, chain, content and keys')
  .addOption(data)
  .option('--yes', 'do not ask')
  .action(lazily(async () => (await import('./commands/reset.ts')).reset));

await program.parseAsync();
