/**
 * Takes pictures of every screen of a running exchange, in both themes and at four widths, into `screens/`.
 * Options: `--url` (http://localhost:3000), `--only NAME`, `--language de`, `--email` and `--password` of somebody of the demo,
 * `--admin-email` and `--admin-password` of an admin, for the operator's screens.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createClient, EceError } from '@ece/sdk';
import { allScreens } from '../tests/web/screens.ts';
import { openBrowser, settled, visit } from '../tests/web/support/browser.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: 'http://localhost:3000' },
    only: { type: 'string' },
    language: { type: 'string', default: 'en' },
    email: { type: 'string', default: 'ada_okafor@demo.ece.example' },
    password: { type: 'string', default: 'collect-them-all' },
    'admin-email': { type: 'string' },
    'admin-password': { type: 'string' },
    folder: { type: 'string', default: 'screens' },
  },
});
const { url, folder } = values;
const collector = { email: values.email, password: values.password };
const admin = values['admin-email'] && { email: values['admin-email'], password: values['admin-password'] };
const SIZES = [
  [360, 780],
  [768, 1024],
  [1280, 900],
  [1920, 1080],
] as const;

mkdirSync(folder, { recursive: true });
const screens = await allScreens(createClient({ url })).catch((error) => {
  if (!(error instanceof EceError) || error.status !== 0) throw error;
  console.error(`No exchange answers at ${url}. Start one by 'npm start', or name its address by --url.`);
  process.exit(1);
});
const browser = await openBrowser();
const wanted = screens.filter(
  ({ name, asAdmin }) => (!values.only || name === values.only) && (!asAdmin || admin),
);
for (const screen of wanted) {
  for (const theme of ['light', 'dark'] as const) {
    const opened = await visit(browser, { url, theme, locale: values.language });
    const person = screen.asAdmin ? admin : screen.signedIn && collector;
    if (person) {
      const answer = await opened.context.request.post('/api/v1/auth/login', { data: person });
      if (!answer.ok()) throw new Error(`${person.email} cannot sign in: ${answer.status()}`);
    }
    for (const [width, height] of SIZES) {
      await opened.page.setViewportSize({ width, height });
      await opened.page.goto(screen.path);
      await settled(opened.page);
      const path = join(folder, `${screen.name}-${width}-${theme}.png`);
      await opened.page.screenshot({ path, fullPage: true });
    }
    for (const complaint of opened.complaints) console.log(`  ${screen.name}: ${complaint}`);
    await opened.close();
  }
  console.log(screen.name);
}
await browser.close();
