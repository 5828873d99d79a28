import type { Metric } from 'prom-client';
import { type MetricOptions, registry } from './metrics.ts';

/**
 * Histograms for what happens tens of thousands of times a second: an observation is two additions. (prom-client's own
 * checks and hashes the labels of each, which costs as much as the command that is measured.) They are served like the
 * others; there is at most one label.
 */

interface Child {
  /** Observations up to each bound, and past the last one; not cumulated. */
  readonly counts: Float64Array;
  sum: number;
}

interface Value {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName: string;
}

class Tally {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  private readonly label: string | undefined;
  private readonly bounds: ReadonlyArray<number>;
  private readonly children = new Map<string, Child>();

  constructor({ name, help, labels, buckets }: TallyOptions) {
    this.name = name;
    this.help = help;
    this.label = labels?.[0];
    this.bounds = buckets;
  }

  of(labelValue: string): (value: number) => void {
    const known = this.children.get(labelValue);
    const child = known ?? { counts: new Float64Array(this.bounds.length + 1), sum: 0 };
    if (known === undefined) this.children.set(labelValue, child);
    const { bounds } = this;
    const { counts } = child;
    return (value) => {
      let index = 0;
      while (index < bounds.length && value > (bounds[index] ?? 0)) index += 1;
      counts[index] = (counts[index] ?? 0) + 1;
      child.sum += value;
    };
  }

  /** As the registry asks for it. */
  async get() {
    const { name, help, type, aggregator } = this;
    return {
      name,
      help,
      type,
      aggregator,
      values: [...this.children].flatMap(([of, child]) => this.valuesOf(of, child)),
    };
  }

  reset(): void {
    for (const child of this.children.values()) {
      child.counts.fill(0);
      child.sum = 0;
    }
  }

  private valuesOf(of: string, { counts, sum }: Child): ReadonlyArray<Value> {
    const labels = this.label === undefined ? {} : { [this.label]: of };
    let count = 0;
    const buckets = [...counts].map((more, index) => {
      count += more;
      return {
        labels: { le: this.bounds[index] ?? '+Inf', ...labels },
        value: count,
        metricName: `${this.name}_bucket`,
      };
    });
    return [
      ...buckets,
      { labels, value: sum, metricName: `${this.name}_sum` },
      { labels, value: count, metricName: `${this.name}_count` },
    ];
  }
}

type TallyOptions = Omit<MetricOptions<string>, 'labels'> & {
  readonly labels?: readonly [string];
  readonly buckets: ReadonlyArray<number>;
};

/** The same name again is the same metric. @returns for a value of the label (`''` where there is none), what observes. */
export const tally = (options: TallyOptions): ((labelValue: string) => (value: number) => void) => {
  const known: unknown = registry.getSingleMetric(options.name);
  const metric = known instanceof Tally ? known : new Tally(options);
  // The registry asks a metric for its name and its values, as above; its type lists prom-client's own classes.
  registry.registerMetric(metric as unknown as Metric);
  return (labelValue) => metric.of(labelValue);
};
