// Plain JavaScript without dependencies: it runs on the machine's own Node, before anything is installed.
import { install, isInstalled } from '../server/bin/install.mjs';
import { findNode, nodeMissingMessage, runAndExit } from '../server/bin/node.mjs';

const COMMANDS = {
  start: ['server/main.ts', 'start'],
  test: ['tools/check.ts'],
  demo: ['demo/story.ts'],
};

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command) fail(`Usage: node tools/bootstrap.mjs ${Object.keys(COMMANDS).join('|')} [arguments]`);
if (!isInstalled() && !(await install())) process.exit(1);
const node = findNode();
if (!node) fail(nodeMissingMessage());
runAndExit(node, [...command, ...args]);

function fail(message) {
  console.error(message);
  process.exit(1);
}
