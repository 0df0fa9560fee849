import { checkImports, type Violation } from './imports.ts';
import { readProject } from './source.ts';
import { checkStyle } from './style.ts';

/** What a check of the whole project found. */
export interface Report {
  files: number;
  imports: number;
  violations: Violation[];
}

/** Checks the dependency and style rules of a project. */
export function checkProject(root: string): Report {
  const files = readProject(root);
  return {
    files: files.length,
    imports: files.reduce((sum, file) => sum + file.imports.length, 0),
    violations: [...checkImports(root, files), ...checkStyle(root, files)],
  };
}

/** A violation as one line of text that an editor can follow. */
export function describe({ path, line, rule, message }: Violation): string {
  return `${path}:${line} [${rule}] ${message}`;
}
