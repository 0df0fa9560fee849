import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** This process's Prometheus metrics. */
export interface Metrics {
  registry: Registry;
  counter<L extends string>(name: string, help: string, labels?: readonly L[]): Counter<L>;
  /** A gauge; `collect` fills it when `/metrics` is read. */
  gauge<L extends string>(
    name: string,
    help: string,
    labels?: readonly L[],
    collect?: (gauge: Gauge<L>) => void | Promise<void>,
  ): Gauge<L>;
  histogram<L extends string>(
    name: string,
    help: string,
    labels: readonly L[],
    buckets: number[],
  ): Histogram<L>;
}

/** Makes a registry with Node's own metrics in it. Asking for a name again gives the metric that is there. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'ece_' });
  const reuse = <T>(name: string, make: () => T) =>
    (registry.getSingleMetric(name) as T | undefined) ?? make();
  const registers = [registry];
  return {
    registry,
    counter: (name, help, labels = []) =>
      reuse(name, () => new Counter({ name, help, labelNames: [...labels], registers })),
    gauge: (name, help, labels = [], collect) =>
      reuse(name, () => {
        const gauge: Gauge<(typeof labels)[number]> = new Gauge({
          name,
          help,
          labelNames: [...labels],
          registers,
          ...(collect && { collect: () => collect(gauge) }),
        });
        return gauge;
      }),
    histogram: (name, help, labels, buckets) =>
      reuse(name, () => new Histogram({ name, help, labelNames: [...labels], buckets, registers })),
  };
}
