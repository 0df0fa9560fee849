/** Tells a person at a terminal what is going on. */
export interface Progress {
  /** A step has begun; the one before it is done. */
  step(text: string): void;
  /** How far the present step is. */
  update(done: number, total: number, what?: string): void;
  /** The last step is done. */
  done(): void;
}

const WIDTH = 24;
/** Milliseconds between two drawings of a bar, and between two lines where there is no terminal to draw on. */
const EVERY = { terminal: 80, file: 3000 };

/**
 * Progress on a stream: a line that redraws itself in a terminal, plain lines elsewhere.
 * @param signal once it is aborted, the next word of progress throws instead: the work is not wanted any more
 */
export function createProgress(out: NodeJS.WriteStream, signal?: AbortSignal): Progress {
  let text = '';
  let began = 0;
  let drawn = 0;
  const bar = (done: number, total: number) => {
    const filled = total === 0 ? WIDTH : Math.round((Math.min(done, total) / total) * WIDTH);
    return `${'█'.repeat(filled)}${'░'.repeat(WIDTH - filled)} ${done.toLocaleString('en')}/${total.toLocaleString('en')}`;
  };
  const finish = () => {
    if (!text) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    out.write(out.isTTY ? `\r\x1b[K  ✓ ${text}  ${seconds} s\n` : `  done: ${text} (${seconds} s)\n`);
    text = '';
  };
  return {
    step(next) {
      signal?.throwIfAborted();
      finish();
      text = next;
      began = performance.now();
      drawn = 0;
      out.write(out.isTTY ? `  … ${text}` : `  ${text} …\n`);
    },
    update(done, total, what = '') {
      signal?.throwIfAborted();
      const now = performance.now();
      if (now - drawn < (out.isTTY ? EVERY.terminal : EVERY.file) && done < total) return;
      if (!out.isTTY && drawn === 0 && now - began < EVERY.file) return;
      drawn = now;
      const line = `${text}  ${bar(done, total)} ${what}`;
      out.write(out.isTTY ? `\r\x1b[K  … ${line}` : `  ${line}\n`);
    },
    done: finish,
  };
}
