import { readFileSync, writeFileSync } from 'node:fs';

/*
 * Preloaded into a server: steps its clock. SIGUSR2 says that the file named by CRASH_CLOCK holds another
 * offset, in milliseconds; a file beside it then holds it, too. Timers go on as they do when a real clock is stepped.
 */
const { CRASH_CLOCK: file } = process.env;
let offset = 0;
const now = Date.now.bind(Date);

globalThis.Date = new Proxy(Date, {
  construct: (target, args, made) =>
    Reflect.construct(target, args.length === 0 ? [now() + offset] : args, made),
  apply: (target) => new target(now() + offset).toString(),
  get: (target, key) => (key === 'now' ? () => now() + offset : Reflect.get(target, key)),
});
process.on('SIGUSR2', () => {
  offset = Number(readFileSync(file!, 'utf8'));
  writeFileSync(`${file}.set`, String(offset));
});
