import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { dashboardQueries } from './dashboards.ts';
import { deploy } from './programs.ts';

/** A rule of Prometheus: an alert, or a series that is recorded. */
export interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export const prometheus = join(deploy, 'monitoring/prometheus');

/** All rules, in the order of their files. */
export function readRules(): Rule[] {
  return globSync('rules/*.yml', { cwd: prometheus })
    .sort()
    .flatMap((file) => {
      const { groups } = parse(readFileSync(join(prometheus, file), 'utf8')) as {
        groups: { rules: Rule[] }[];
      };
      return groups.flatMap(({ rules }) => rules);
    });
}

/** The names of our own metrics in a query: `ece_…` that is scraped, `ece:…` that is recorded. */
export function metricsIn(expr: string): string[] {
  const withoutTexts = expr.replace(/"[^"]*"/g, '""');
  return [...new Set(withoutTexts.match(/\bece[_:][\w:]+/g) ?? [])];
}

/** Our metrics that rules and dashboards look at, by where. */
export function usedMetrics(): Map<string, string> {
  const used = new Map<string, string>();
  for (const { alert, record, expr } of readRules()) {
    for (const name of metricsIn(expr)) used.set(name, `the rule ${alert ?? record}`);
  }
  for (const { where, expr } of dashboardQueries()) {
    for (const name of metricsIn(expr)) used.set(name, where);
  }
  return used;
}
