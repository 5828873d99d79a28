/**
 * What a benchmark is: a bounded run that reports figures, each beside the baseline measured in the same run.
 * `./hufu bench NAME` starts the servers it names, runs it and prints the figures.
 */
export interface Figure {
  readonly figure: string;
  readonly value: number;
  readonly unit: string;
  /** The same work done the plain way, in the same run and unit. */
  readonly baseline?: number;
  /** value / baseline; computed by the runner when left out. */
  readonly ratio?: number;
  /** `value` must be at least (`min`) or at most (`max`) this for `met`. */
  readonly goal?: { readonly min: number } | { readonly max: number };
}

export interface BenchContext {
  /** True for the large sizes; without it the run must end within two minutes on a quiet machine. */
  readonly full: boolean;
  /** Whether this part of the bench is to run. */
  readonly wants: (part: string) => boolean;
  readonly report: (figure: Figure) => void;
  /** Progress for the person who waits. */
  readonly log: (line: string) => void;
  /** Addresses of the servers asked for, and a database and namespace name of this run's own. */
  readonly mongodbUri: string;
  readonly redisUrl: string;
  readonly temporalAddress: string;
  readonly database: string;
}

export interface Bench {
  readonly name: string;
  readonly title: string;
  readonly servers: ReadonlyArray<'mongodb' | 'redis' | 'temporal'>;
  /** What can be run alone, as `./hufu bench NAME/PART`. */
  readonly parts?: ReadonlyArray<string>;
  readonly run: (context: BenchContext) => Promise<void>;
}
