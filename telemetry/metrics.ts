/**
 * The process's metrics, in one Prometheus registry. Names begin with `hufu_`, units come last (`_seconds`, `_bytes`),
 * labels have few values: kinds, areas, outcomes, never an id. Whoever measures something calls `counter`, `gauge` or
 * `histogram` once at the top of its file; the gateway serves `registry` at `/metrics`.
 */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { collectMachineMetrics } from './machine.ts';

export const registry = new Registry();

collectDefaultMetrics({ register: registry });
collectMachineMetrics(registry);

export interface MetricOptions<Label extends string> {
  /** `hufu_<room>_<what>_<unit>`, e.g. `hufu_actor_turn_seconds`. Counters end in `_total`. */
  readonly name: `hufu_${string}`;
  readonly help: string;
  readonly labels?: ReadonlyArray<Label>;
}

/** From 1 ms to 30 s, in seconds: what answers to a request are measured in. */
export const LATENCY_SECONDS: ReadonlyArray<number> = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5, 30];

/** The same name again (a second node in one process) is the same metric; as another type it is a bug. */
const once = <M extends object>(type: abstract new (...args: never[]) => M, name: string, make: () => M): M => {
  const known: unknown = registry.getSingleMetric(name);
  if (known === undefined) return make();
  if (known instanceof type) return known;
  throw new Error(`the metric ${name} was registered before as another type`);
};

const configuration = <Label extends string>({ name, help, labels = [] }: MetricOptions<Label>) => ({
  name,
  help,
  labelNames: labels,
  registers: [registry],
  collect: () => {
    for (const tell of held.get(name) ?? []) tell();
  },
});

/** By the name of the metric: what tells it of additions that were held back. */
const held = new Map<string, Array<() => void>>();

/**
 * For what is counted tens of thousands of times a second: additions are held back until somebody asks for the metric.
 * Made once per metric and labels. @param name of the metric; @param child the metric, or it with its labels.
 */
export const holding = (name: string, child: { readonly inc: (by: number) => void }): ((by: number) => void) => {
  let sum = 0;
  const tellers = held.get(name) ?? [];
  held.set(name, tellers);
  tellers.push(() => {
    if (sum !== 0) child.inc(sum);
    sum = 0;
  });
  return (by) => {
    sum += by;
  };
};

export const counter = <Label extends string = never>(options: MetricOptions<Label>): Counter<Label> =>
  once<Counter<Label>>(Counter, options.name, () => new Counter(configuration(options)));

export const gauge = <Label extends string = never>(options: MetricOptions<Label>): Gauge<Label> =>
  once<Gauge<Label>>(Gauge, options.name, () => new Gauge(configuration(options)));

/** `buckets` in the unit of the name; default `LATENCY_SECONDS`. */
export const histogram = <Label extends string = never>(
  options: MetricOptions<Label> & { readonly buckets?: ReadonlyArray<number> },
): Histogram<Label> =>
  once<Histogram<Label>>(
    Histogram,
    options.name,
    () => new Histogram({ ...configuration(options), buckets: [...(options.buckets ?? LATENCY_SECONDS)] }),
  );

/**
 * Text that another library exports in Prometheus' own format (Temporal's worker core), served after ours. One source
 * per name; the function returned takes it away again.
 */
export const addSource = (name: string, read: () => Promise<string>): (() => void) => {
  sources.set(name, read);
  return () => {
    if (sources.get(name) === read) sources.delete(name);
  };
};

const sources = new Map<string, () => Promise<string>>();

/** What `/metrics` answers, as `registry.contentType`. A source that fails is left out and counted. */
export const exposition = async (): Promise<string> => {
  const parts = await Promise.all(
    [...sources].map(([name, read]) =>
      read().catch(() => {
        sourceFailures.inc({ source: name });
        return '';
      }),
    ),
  );
  return [await registry.metrics(), ...parts].filter((part) => part !== '').join('\n');
};

const sourceFailures = counter({
  name: 'hufu_metrics_source_failures_total',
  help: 'Sources of metrics that could not be read',
  labels: ['source'],
});
