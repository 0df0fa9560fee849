#!/usr/bin/env node
// Plain JavaScript without dependencies: it runs on the machine's own Node and finds the one that ECE needs.
import { install, isInstalled } from './install.mjs';
import { findNode, nodeMissingMessage, runAndExit } from './node.mjs';

if (!isInstalled() && !(await install())) process.exit(1);
const node = findNode();
if (node) {
  runAndExit(node, ['server/main.ts', ...process.argv.slice(2)], { interactive: true });
} else {
  console.error(nodeMissingMessage());
  process.exit(1);
}
