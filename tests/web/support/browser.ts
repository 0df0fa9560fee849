import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import chromium from '@sparticuz/chromium';
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core';

/** What differs between visits. */
export interface VisitOptions {
  url: string;
  width?: number;
  height?: number;
  theme?: 'light' | 'dark';
  locale?: string;
  reducedMotion?: boolean;
}

/** Flags by which the browser asks nobody outside, and needs no sandbox of the system's. */
const QUIET = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-gpu',
];

/**
 * Where fonts are. The package's own file names folders of another world; with no font at all, a page with a
 * character that its web fonts lack ends the browser.
 */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/**
 * Starts the browser that is inside the npm package; nothing has to be installed on the machine.
 * @param more flags besides its usual ones
 */
export async function openBrowser(more: string[] = []): Promise<Browser> {
  chromium.setGraphicsMode = false;
  const args = chromium.args.filter((flag) => !flag.startsWith('--single-process'));
  const folder = await unpackBrowser();
  return await playwright.launch({
    executablePath: join(folder, 'chromium'),
    args: [...args, ...QUIET, ...more],
    headless: true,
    env: {
      ...process.env,
      // What a bare machine lacks comes with the package.
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_PATH: join(folder, 'fonts'),
    },
  });
}

/**
 * Unpacks the browser with its libraries and fonts, once for each person and version; gives the folder. The
 * package by itself would unpack into one place for everybody, where another person or half a file may be.
 */
async function unpackBrowser(): Promise<string> {
  const entry = fileURLToPath(import.meta.resolve('@sparticuz/chromium'));
  const source = join(dirname(entry), '..', 'bin');
  const { size, mtimeMs } = statSync(join(source, 'chromium.br'));
  const user = userInfo().uid;
  const target = join(tmpdir(), `ece-browser-${user}-${size}-${Math.floor(mtimeMs / 1000)}`);
  if (existsSync(target)) return target;
  const draft = mkdtempSync(`${target}-`);
  const parts = ['chromium.br', 'al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br'].map((part) =>
    join(source, part),
  );
  const program = `import { inflate } from ${JSON.stringify(entry)};
    await Promise.all(${JSON.stringify(parts)}.map((part) => inflate(part)));`;
  // It unpacks into the folder of temporary files, which a process of its own may have elsewhere.
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    env: { ...process.env, TMPDIR: draft },
  });
  writeFileSync(join(draft, 'fonts', 'fonts.conf'), FONTS);
  try {
    renameSync(draft, target);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    // Another process was quicker.
    if (!existsSync(target)) throw error;
  }
  return target;
}

/** A visit with cookies of its own. What its pages complained about is gathered. */
export interface Visit {
  context: BrowserContext;
  page: Page;
  /** Errors and warnings of the console, errors of scripts, and answers of 500 and above. */
  complaints: string[];
  close(): Promise<void>;
}

/** Opens a visit to an exchange. */
export async function visit(browser: Browser, options: VisitOptions): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: options.url,
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    colorScheme: options.theme ?? 'light',
    locale: options.locale ?? 'en',
    reducedMotion: options.reducedMotion ? 'reduce' : 'no-preference',
  });
  const complaints: string[] = [];
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      complaints.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on('pageerror', (error) => complaints.push(`script: ${error.message}`));
  page.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()}: ${response.url()}`);
  });
  return { context, page, complaints, close: () => context.close() };
}

/**
 * Waits until a page can be used: it is loaded, its scripts run, nothing holds a place any more, its fonts and its pictures in view are
 * there. What a page that leads elsewhere shows does not count, nor a picture
 * that is taken away while it loads, or that this width does not show.
 */
export async function settled(page: Page): Promise<void> {
  await page.waitForFunction(
    () =>
      document.readyState === 'complete' &&
      ('ready' in document.documentElement.dataset ||
        !document.querySelector('[src^="/_next/"], [data-late]')) &&
      !document.querySelector('.loading') &&
      document.fonts.status === 'loaded' &&
      [...document.images].every(
        (image) =>
          image.complete ||
          image.getClientRects().length === 0 ||
          image.getBoundingClientRect().top >= innerHeight,
      ),
  );
}
