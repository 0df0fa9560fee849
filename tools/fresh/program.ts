import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Machine, User } from './machine.ts';

const KEPT_LINES = 60;

/** A program that runs inside the machine; its output is passed on with a mark in front. */
export class Program {
  readonly child: ChildProcess;
  #lines: string[] = [];
  #waiting: { pattern: RegExp; found: (line: string) => void }[] = [];

  constructor(machine: Machine, user: User, folder: string, command: string[], env: NodeJS.ProcessEnv = {}) {
    const account = `--userspec=${user.id}:${user.id}`;
    // chroot and env replace themselves, so the process that signals reach is the command itself.
    this.child = spawn(
      '/usr/sbin/chroot',
      [account, machine.root, '/usr/bin/env', `--chdir=${folder}`, ...command],
      {
        env: { ...machine.env, CI: 'true', HOME: user.home, USER: user.name, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
        detached: true,
      },
    );
    this.child.on('error', (error) => this.#note(`cannot be run: ${error.message}`));
    for (const stream of [this.child.stdout, this.child.stderr]) this.#listen(stream);
  }

  /** The last line that was printed. */
  get lastLine(): string {
    return this.#lines.findLast((line) => line.trim() !== '') ?? '';
  }

  /** Gives the first printed line that matches; fails when the program ends or the time is up. */
  line(pattern: RegExp, patienceMs: number): Promise<string> {
    const already = this.#lines.find((line) => pattern.test(line));
    if (already !== undefined) return Promise.resolve(already);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`"${pattern.source}" was not printed in time`)),
        patienceMs,
      );
      this.#waiting.push({
        pattern,
        found: (line) => {
          clearTimeout(timer);
          resolve(line);
        },
      });
      void this.exit().then((code) => {
        clearTimeout(timer);
        reject(new Error(`it ended with ${code} before it printed "${pattern.source}"`));
      });
    });
  }

  /** Waits for the end; gives the exit code or the signal. */
  async exit(patienceMs?: number): Promise<number | string> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'close');
      const inTime =
        patienceMs === undefined ? ended : Promise.race([ended, sleep(patienceMs, 'late', { ref: false })]);
      if ((await inTime) === 'late') return 'still running';
    }
    return child.signalCode ?? child.exitCode ?? 'unknown';
  }

  #listen(stream: NodeJS.ReadableStream | null): void {
    let rest = '';
    stream?.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#note(line);
    });
    stream?.on('end', () => {
      if (rest !== '') this.#note(rest);
    });
  }

  #note(line: string): void {
    console.log(`      | ${line}`);
    this.#lines.push(line);
    this.#lines.splice(0, this.#lines.length - KEPT_LINES);
    const hits = this.#waiting.filter(({ pattern }) => pattern.test(line));
    this.#waiting = this.#waiting.filter((waiting) => !hits.includes(waiting));
    for (const { found } of hits) found(line);
  }
}
