import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'rolldown/utils';

/** A reference from one module to another, type-only ones included. */
export interface Import {
  /** What is written between the quotes; undefined when it is computed. */
  specifier: string | undefined;
  line: number;
  /** Vanishes when the types are stripped. */
  typeOnly: boolean;
}

/** A source file as the rules see it. */
export interface SourceFile {
  /** Path from the root of the project, with forward slashes. */
  path: string;
  text: string;
  /** The text with its comments blanked out; lines keep their numbers. */
  code: string;
  imports: Import[];
}

const SKIPPED_FOLDERS = new Set(['node_modules', '.git', '.next', 'screens', 'data', 'dist', 'coverage']);
const CODE = /\.(ts|tsx|mts|js|jsx|mjs|cjs)$/;
const TEXT = /\.(sql|md|json|ya?ml|sh|html|css|toml|example|development|staging|production)$/;

/** Lists the files of a project, leaving out what is installed or produced. */
export function listFiles(root: string, folder = ''): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED_FOLDERS.has(entry.name) ? [] : listFiles(root, path);
    return entry.isFile() ? [path] : [];
  });
}

/** Reads the code and text files of a project; others (images, archives) are left out. */
export function readProject(root: string): SourceFile[] {
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  return listFiles(root).flatMap((path) => {
    if (CODE.test(path)) return [parse(path, read(path))];
    if (!TEXT.test(path) || path === 'package-lock.json') return [];
    const text = read(path);
    return [{ path, text, code: path.endsWith('.sql') ? text.replace(/--.*/g, '') : text, imports: [] }];
  });
}

function parse(path: string, text: string): SourceFile {
  const { program, comments, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const imports: Import[] = [];
  const note = (node: { start: number }, source: unknown, kind: string | null | undefined) => {
    if (!source) return;
    imports.push({ specifier: literal(source), line: lineAt(text, node.start), typeOnly: kind === 'type' });
  };
  new Visitor({
    ImportDeclaration: (node) => note(node, node.source, node.importKind),
    ExportAllDeclaration: (node) => note(node, node.source, node.exportKind),
    ExportNamedDeclaration: (node) => note(node, node.source, node.exportKind),
    ImportExpression: (node) => note(node, node.source, 'value'),
    TSImportType: (node) => note(node, node.source, 'type'),
    TSExternalModuleReference: (node) => note(node, node.expression, 'value'),
  }).visit(program);
  return { path, text, code: blank(text, comments), imports };
}

function literal(node: unknown): string | undefined {
  const { type, value } = node as { type: string; value?: unknown };
  return type === 'Literal' && typeof value === 'string' ? value : undefined;
}

function blank(text: string, ranges: { start: number; end: number }[]): string {
  let code = text;
  for (const { start, end } of ranges) {
    code = code.slice(0, start) + text.slice(start, end).replace(/[^\n]/g, ' ') + code.slice(end);
  }
  return code;
}

/** Line number, from 1, of a position in a text. */
export function lineAt(text: string, position: number): number {
  return text.slice(0, position).split('\n').length;
}
