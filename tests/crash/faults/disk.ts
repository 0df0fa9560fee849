import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { between, type Fault, pass } from './fault.ts';

const PIECE = Buffer.alloc(256 * 1024, 1);

/** The database's disk is full for a moment; whether PostgreSQL survives it is its own affair. */
export const diskFull: Fault = {
  name: 'disk-full',
  weight: 1,
  impossible: (site) =>
    site.disk ? undefined : 'the database has no small disk of its own: that takes Linux and root',
  async strike({ site, random }) {
    const filler = join(site.disk!, 'filler');
    const end = Date.now() + between(random, 300, 1500);
    fill(filler);
    // What PostgreSQL lets go of meanwhile is taken, too.
    for (let part = 1; Date.now() < end; part++) {
      fill(`${filler}-${part % 20}`);
      await pass(50);
    }
    for (const name of ['', ...Array.from({ length: 20 }, (_, part) => `-${part}`)])
      rmSync(`${filler}${name}`, { force: true });
    return 'the disk of the database was full';
  },
};

function fill(path: string): void {
  const file = openSync(path, 'a');
  try {
    for (;;) writeSync(file, PIECE);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}
