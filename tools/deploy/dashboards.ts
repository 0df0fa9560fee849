import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { deploy } from './programs.ts';

/**
 * Makes the dashboards of Grafana from their short descriptions in `deploy/monitoring/grafana/*.yml`: rows of panels, each
 * a title, a unit and queries. `node tools/deploy/dashboards.ts` writes them.
 */

interface Panel {
  title: string;
  /** A unit of Grafana: `reqps`, `s`, `percentunit`, `short` … */
  unit?: string;
  /** `stat` for one big figure; a graph where absent. */
  as?: 'stat' | 'table';
  /** Legend and query. */
  queries: Record<string, string>;
  /** It may be below zero. */
  signed?: boolean;
  /** From here on it is red. */
  alarm?: number;
  about?: string;
}

interface Description {
  title: string;
  about: string;
  rows: Record<string, Panel[]>;
}

const folder = join(deploy, 'monitoring/grafana');
const WIDTH = 24;
const HEIGHT = 8;
const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

/** Every dashboard, by the path of its file. */
export function dashboards(): Map<string, string> {
  return new Map(
    globSync('*.yml', { cwd: folder }).map((file) => {
      const name = basename(file, '.yml');
      const description = parse(readFileSync(join(folder, file), 'utf8')) as Description;
      const text = `${JSON.stringify(dashboard(name, description), null, 1)}\n`;
      return [join(folder, 'dashboards', `${name}.json`), text];
    }),
  );
}

function dashboard(name: string, { title, about, rows }: Description) {
  let [y, id] = [0, 0];
  const panels: object[] = [];
  for (const [row, members] of Object.entries(rows)) {
    panels.push({
      id: ++id,
      type: 'row',
      title: row,
      collapsed: false,
      gridPos: { x: 0, y: y++, w: WIDTH, h: 1 },
    });
    const w = Math.floor(WIDTH / Math.min(members.length, 4));
    for (const [index, panel] of members.entries()) {
      const gridPos = { x: (index % 4) * w, y: y + Math.floor(index / 4) * HEIGHT, w, h: HEIGHT };
      panels.push({ id: ++id, gridPos, ...panelOf(panel) });
    }
    y += Math.ceil(members.length / 4) * HEIGHT;
  }
  return {
    uid: `ece-${name}`,
    title: `ECE: ${title}`,
    description: about,
    tags: ['ece'],
    schemaVersion: 39,
    editable: false,
    refresh: '30s',
    time: { from: 'now-6h', to: 'now' },
    templating: {
      list: [
        { name: 'datasource', label: 'Source', type: 'datasource', query: 'prometheus', hide: 0 },
        {
          name: 'environment',
          label: 'Environment',
          type: 'query',
          datasource: DATASOURCE,
          query: 'label_values(up{role!=""}, environment)',
          refresh: 1,
          includeAll: true,
          allValue: '.*',
          hide: 0,
        },
      ],
    },
    annotations: {
      list: [
        {
          name: 'Alerts',
          datasource: DATASOURCE,
          enable: true,
          expr: 'ALERTS{alertstate="firing",severity=~"page|ticket"}',
          titleFormat: '{{alertname}}',
          iconColor: 'red',
        },
      ],
    },
    panels,
  };
}

function panelOf({ title, unit = 'short', as, queries, signed, alarm, about }: Panel) {
  const steps = [
    { color: 'green', value: null },
    ...(alarm === undefined ? [] : [{ color: 'red', value: alarm }]),
  ];
  return {
    title,
    ...(about && { description: about }),
    type: as ?? 'timeseries',
    datasource: DATASOURCE,
    fieldConfig: {
      defaults: {
        unit,
        ...(!signed && { min: 0 }),
        thresholds: { mode: 'absolute', steps },
        ...(as ? {} : { custom: { thresholdsStyle: { mode: alarm === undefined ? 'off' : 'line' } } }),
      },
      overrides: [],
    },
    targets: Object.entries(queries).map(([legendFormat, expr], index) => ({
      refId: String.fromCharCode(65 + index),
      datasource: DATASOURCE,
      expr,
      legendFormat,
      ...(as && { instant: true }),
    })),
  };
}

/** Every query of the dashboards, with where it is. */
export function dashboardQueries(): { where: string; expr: string }[] {
  return [...dashboards()].flatMap(([path, text]) => {
    const { panels } = JSON.parse(text) as { panels: { title: string; targets?: { expr: string }[] }[] };
    return panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => ({ where: `${basename(path)}: ${title}`, expr })),
    );
  });
}

if (import.meta.main) for (const [path, text] of dashboards()) writeFileSync(path, text);
