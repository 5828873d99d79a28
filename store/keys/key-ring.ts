/**
 * The key ring: which key to write with, and every key that something may still have to be read with. It looks at its
 * directory again from time to time and when it meets an id it does not know, so a rotation needs no restart.
 */
import { Clock, Config, Context, Duration, Effect, Layer, Schedule } from 'effect';
import { type Fault, fault, isFault } from '../../domain/kernel/refusal.ts';
import {
  isDemoDirectory,
  type KeyPurpose,
  type KeyVersion,
  makeMissingKeys,
  missingPurposes,
  readKeys,
  rotateKey,
} from './key-files.ts';

export type { KeyPurpose } from './key-files.ts';

export interface RingKey {
  /** `<purpose>-<version>`; stored beside what the key sealed. */
  readonly id: string;
  readonly key: Buffer;
}

export class KeyRing extends Context.Tag('hufu/KeyRing')<
  KeyRing,
  {
    /** The newest version that is in force for writing. There is always one: a ring without it does not start. */
    readonly current: (purpose: KeyPurpose) => RingKey;
    /** Any version, also an old one; undefined when there is none of that id for that purpose. */
    readonly byId: (purpose: KeyPurpose, id: string) => RingKey | undefined;
    /** Reads the directory again; a damaged directory leaves the ring as it was. */
    readonly refresh: Effect.Effect<void, Fault>;
  }
>() {}

export interface KeyRingOptions {
  readonly directory: string;
  /** May make missing keys. Also allowed when the directory is marked for it. */
  readonly demoKeys: boolean;
  /** How often the directory is read again. Default 30 s. */
  readonly refreshEveryMs?: number;
}

/** An unknown id makes us look at the directory, but forged ids must not make us read it all day. */
const LOOK_AGAIN_MS = 1_000;

class Ring {
  private readonly directory: string;
  private byKeyId = new Map<string, KeyVersion>();
  private byPurpose = new Map<KeyPurpose, ReadonlyArray<KeyVersion>>();
  private lookedAtMs = 0;

  constructor(directory: string) {
    this.directory = directory;
  }

  load(nowMs: number): Fault | undefined {
    this.lookedAtMs = nowMs;
    const versions = readKeys(this.directory);
    if ('_tag' in versions) return versions;
    const [missing] = missingPurposes(versions);
    if (missing !== undefined) {
      return fault(
        'keys',
        'Missing',
        `There is no key for ${missing} in ${this.directory}. Run: hufu admin keys rotate ${missing}`,
      );
    }
    this.byKeyId = new Map(versions.map((one) => [one.id, one]));
    this.byPurpose = Map.groupBy(versions, (one) => one.purpose);
    return undefined;
  }

  current(purpose: KeyPurpose, nowMs: number): KeyVersion {
    const versions = this.byPurpose.get(purpose) ?? [];
    // A ring whose only version is not in force yet has nothing else to write with.
    const found = versions.findLast((one) => one.writeFromMs <= nowMs) ?? versions[0];
    if (found === undefined) throw new Error(`the key ring was used before it was loaded: ${purpose}`);
    return found;
  }

  byId(purpose: KeyPurpose, id: string, nowMs: number): KeyVersion | undefined {
    if (!this.byKeyId.has(id) && nowMs - this.lookedAtMs >= LOOK_AGAIN_MS) this.load(nowMs);
    const found = this.byKeyId.get(id);
    return found?.purpose === purpose ? found : undefined;
  }
}

const demoKeys = (options: KeyRingOptions): Effect.Effect<void, Fault> =>
  Effect.gen(function* () {
    if (!options.demoKeys && !isDemoDirectory(options.directory)) return;
    const made = makeMissingKeys(options.directory, { nowMs: yield* Clock.currentTimeMillis, demo: true });
    if ('_tag' in made) return yield* Effect.fail(made);
    if (made.length === 0) return;
    yield* Effect.logWarning(
      `DEMO KEYS MADE in ${options.directory}: ${made.join(', ')}. They protect nothing that matters; in production give keys of your own.`,
    );
  });

/** The key ring over a directory. Fails when the directory is missing, open to others, damaged or incomplete. */
export const keyRingLayer = (options: KeyRingOptions): Layer.Layer<KeyRing, Fault> =>
  Layer.scoped(
    KeyRing,
    Effect.gen(function* () {
      yield* demoKeys(options);
      const clock = yield* Effect.clock;
      const ring = new Ring(options.directory);
      const refresh = Effect.suspend(() => {
        const failure = ring.load(clock.unsafeCurrentTimeMillis());
        return failure === undefined ? Effect.void : Effect.fail(failure);
      });
      yield* refresh;
      const every = Duration.millis(options.refreshEveryMs ?? 30_000);
      yield* refresh.pipe(
        Effect.catchAll((failure) => Effect.logWarning(`Keys were not read again: ${failure.message}`)),
        Effect.schedule(Schedule.spaced(every)),
        Effect.forkScoped,
      );
      return {
        current: (purpose) => ring.current(purpose, clock.unsafeCurrentTimeMillis()),
        byId: (purpose, id) => ring.byId(purpose, id, clock.unsafeCurrentTimeMillis()),
        refresh,
      };
    }),
  );

/** `HUFU_KEY_DIR`: where the key files lie. `HUFU_DEMO_KEYS=1`: missing ones may be made. */
export const keyRingConfig = Config.all({
  directory: Config.nonEmptyString('HUFU_KEY_DIR'),
  demoKeys: Config.boolean('HUFU_DEMO_KEYS').pipe(Config.withDefault(false)),
});

export const KeyRingLive = Layer.unwrapEffect(Effect.map(keyRingConfig, keyRingLayer));

export interface KeyLine {
  readonly id: string;
  readonly purpose: KeyPurpose;
  readonly createdAt: string;
  readonly writeFrom: string;
  /** `current` is written with, `old` and `coming` are only read with. */
  readonly standing: 'current' | 'old' | 'coming';
}

const lineOf = (one: KeyVersion, all: ReadonlyArray<KeyVersion>, nowMs: number): KeyLine => {
  const current = all.findLast((other) => other.purpose === one.purpose && other.writeFromMs <= nowMs);
  return {
    id: one.id,
    purpose: one.purpose,
    createdAt: new Date(one.createdAtMs).toISOString(),
    writeFrom: new Date(one.writeFromMs).toISOString(),
    standing: one.writeFromMs > nowMs ? 'coming' : one === current ? 'current' : 'old',
  };
};

/** `hufu admin keys list`: every version without its key. */
export const listKeys = (directory: string): Effect.Effect<ReadonlyArray<KeyLine>, Fault> =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
    const versions = readKeys(directory);
    return '_tag' in versions
      ? Effect.fail(versions)
      : Effect.succeed(versions.map((one) => lineOf(one, versions, nowMs)));
  });

/**
 * `hufu admin keys rotate <purpose> [--after <ms>]`: makes the next version (the first one too). Nodes on other
 * machines need the file before they meet its id, so `afterMs` (default 0) puts off when it is written with.
 */
export const rotate = (directory: string, purpose: KeyPurpose, afterMs = 0): Effect.Effect<KeyLine, Fault> =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMs) => {
    const made = rotateKey(directory, purpose, { nowMs, writeFromMs: nowMs + afterMs });
    return isFault(made) ? Effect.fail(made) : Effect.succeed(lineOf(made, [made], nowMs));
  });
