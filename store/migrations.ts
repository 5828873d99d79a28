/**
 * The migration command: what collections, indexes and validators the stores need is written down as plans beside the
 * stores, and `migrate` makes what is missing. It may run any number of times and on several nodes at once; it never
 * drops or rebuilds anything: an index that differs from its plan is refused with what to do. Data migrations have a
 * number and run once.
 */
import { randomUUID } from 'node:crypto';
import { Duration, Effect, Schedule } from 'effect';
import type mongoose from 'mongoose';
import { canonicalJson } from '../domain/kernel/canonical-json.ts';
import { type Fault, fault, type Refusal, refuse } from '../domain/kernel/refusal.ts';
import { databaseOf, isDuplicateKey, mongoTry } from './mongo.ts';

type Db = mongoose.mongo.Db;

export interface IndexPlan {
  /** Unique within the collection; how the index is recognised later. */
  readonly name: string;
  /** In order: it counts. */
  readonly key: Readonly<Record<string, 1 | -1 | 'hashed'>>;
  readonly unique?: boolean;
  readonly sparse?: boolean;
  /** Documents vanish this long after the date in the (only) field. */
  readonly expireAfterSeconds?: number;
  readonly partialFilterExpression?: Readonly<Record<string, unknown>>;
}

export interface CollectionPlan {
  readonly collection: string;
  readonly indexes: ReadonlyArray<IndexPlan>;
  /** A `$jsonSchema` or query that every written document must match. */
  readonly validator?: Readonly<Record<string, unknown>>;
  /** Used when the collection is made; an existing one is not changed. */
  readonly collectionOptions?: Readonly<mongoose.mongo.CreateCollectionOptions>;
}

/** A change of documents. It may be cut short and run again from the start, so it must be able to. */
export interface DataMigration {
  /** 1, 2, 3…; never reused. */
  readonly number: number;
  readonly name: string;
  /** @returns one line for the report: what was changed. */
  readonly run: (connection: mongoose.Connection) => Effect.Effect<string, Fault>;
}

export interface MigrationReport {
  /** `collection`, `collection.index` or `data/1`, with what was done. */
  readonly made: ReadonlyArray<string>;
  readonly alreadyThere: ReadonlyArray<string>;
  /** Indexes that no plan knows. They cost writes; nothing is done to them. */
  readonly unplanned: ReadonlyArray<string>;
}

interface Step {
  readonly name: string;
  readonly doing: string;
  readonly run: (db: Db) => Promise<unknown>;
}

interface Survey {
  readonly steps: Step[];
  readonly alreadyThere: string[];
  readonly unplanned: string[];
  readonly differs: string[];
}

const RECORDS = 'migrations';
const LEASE_MS = 30_000;

interface MigrationRecord {
  readonly _id: string;
  readonly name?: string;
  readonly ranAt?: Date;
  readonly result?: string;
  readonly owner?: string;
  readonly expiresAt?: Date;
}

const indexOptions = (plan: IndexPlan | mongoose.mongo.IndexDescriptionInfo) => ({
  unique: plan.unique === true,
  sparse: plan.sparse === true,
  expireAfterSeconds: plan.expireAfterSeconds ?? null,
  partialFilterExpression: plan.partialFilterExpression ?? null,
});

/** The order of an index's fields counts, so they are compared as a list. */
const indexShape = (index: IndexPlan | mongoose.mongo.IndexDescriptionInfo): string =>
  canonicalJson({ key: Object.entries(index.key), ...indexOptions(index) });

const surveyIndexes = (
  plan: CollectionPlan,
  present: ReadonlyArray<mongoose.mongo.IndexDescriptionInfo>,
  survey: Survey,
): void => {
  for (const wanted of plan.indexes) {
    const name = `${plan.collection}.${wanted.name}`;
    const keys = JSON.stringify(Object.entries(wanted.key));
    const found =
      present.find((one) => one.name === wanted.name) ??
      present.find((one) => JSON.stringify(Object.entries(one.key)) === keys);
    if (found === undefined) {
      const { key, ...options } = wanted;
      const run = (db: Db) => db.collection(plan.collection).createIndex({ ...key }, options);
      survey.steps.push({ name, doing: `building the index ${name}`, run });
    } else if (found.name === wanted.name && indexShape(found) === indexShape(wanted)) {
      survey.alreadyThere.push(name);
    } else {
      survey.differs.push(
        `${name} is ${found.name} ${indexShape(found)} and should be ${indexShape(wanted)}; ` +
          `when no running version needs it: db.${plan.collection}.dropIndex('${found.name}'), then migrate again`,
      );
    }
  }
  const planned = new Set(plan.indexes.map((one) => one.name));
  for (const { name = '' } of present) {
    if (name !== '_id_' && !planned.has(name)) survey.unplanned.push(`${plan.collection}.${name}`);
  }
};

/** Looks at what is there and lists what is to be done; changes nothing. */
const surveyOf = async (db: Db, plans: ReadonlyArray<CollectionPlan>): Promise<Survey> => {
  const survey: Survey = { steps: [], alreadyThere: [], unplanned: [], differs: [] };
  const infos = await db.listCollections().toArray();
  for (const plan of plans) {
    const there = infos.find((one) => one.name === plan.collection);
    const validator = plan.validator === undefined ? {} : { validator: plan.validator };
    if (there === undefined) {
      const run = (on: Db) => on.createCollection(plan.collection, { ...plan.collectionOptions, ...validator });
      survey.steps.push({ name: plan.collection, doing: `making the collection ${plan.collection}`, run });
      surveyIndexes(plan, [], survey);
      continue;
    }
    survey.alreadyThere.push(plan.collection);
    const { validator: current = {} } = 'options' in there ? (there.options ?? {}) : {};
    if (canonicalJson(current) !== canonicalJson(plan.validator ?? {})) {
      const run = (on: Db) => on.command({ collMod: plan.collection, validator: plan.validator ?? {} });
      survey.steps.push({
        name: `${plan.collection} validator`,
        doing: `changing the validator of ${plan.collection}`,
        run,
      });
    }
    surveyIndexes(plan, await db.collection(plan.collection).indexes(), survey);
  }
  return survey;
};

const runStep = (db: Db, step: Step): Effect.Effect<string, Refusal | Fault> =>
  Effect.tryPromise({ try: () => step.run(db), catch: (cause) => cause }).pipe(
    Effect.as(step.name),
    Effect.catchAll(
      (cause): Effect.Effect<never, Refusal | Fault> =>
        isDuplicateKey(cause)
          ? Effect.fail(
              refuse('conflict', 'DuplicatesPresent', `Documents that should differ are alike: ${step.name}.`, {
                action: 'Find and merge the documents that share the key of this unique index, then migrate again.',
              }),
            )
          : mongoTry(step.doing, () => Promise.reject(cause)),
    ),
  );

const runData = (
  connection: mongoose.Connection,
  migration: DataMigration,
): Effect.Effect<{ readonly name: string; readonly made: boolean }, Refusal | Fault> =>
  Effect.gen(function* () {
    const records = databaseOf(connection).collection<MigrationRecord>(RECORDS);
    const _id = `data/${migration.number}`;
    const name = `${_id} ${migration.name}`;
    const done = yield* mongoTry('reading migrations', () => records.findOne({ _id }));
    if (done !== null && done.name !== migration.name) {
      return yield* Effect.fail(
        refuse('conflict', 'MigrationNumberReused', `Migration ${migration.number} ran here as ${done.name}.`, {
          action: `Give ${migration.name} a number of its own.`,
        }),
      );
    }
    if (done !== null) return { name, made: false };
    const result = yield* migration.run(connection);
    const record = { _id, name: migration.name, ranAt: new Date(), result };
    yield* mongoTry('recording a migration', () => records.insertOne(record));
    return { name: `${name}: ${result}`, made: true };
  });

/** Takes or renews the lease by the server's clock; false while another owner's is valid. */
const lease = (db: Db, owner: string): Effect.Effect<boolean, Fault> =>
  mongoTry('taking the migration lock', async () => {
    const free = { $or: [{ $eq: ['$owner', owner] }, { $lt: [{ $ifNull: ['$expiresAt', new Date(0)] }, '$$NOW'] }] };
    const until = { $dateAdd: { startDate: '$$NOW', unit: 'millisecond', amount: LEASE_MS } };
    const ifFree = (value: unknown, otherwise: string) => ({ $cond: [free, value, otherwise] });
    const lock = await db
      .collection<MigrationRecord>(RECORDS)
      .findOneAndUpdate(
        { _id: 'lock' },
        [{ $set: { owner: ifFree(owner, '$owner'), expiresAt: ifFree(until, '$expiresAt') } }],
        { upsert: true, returnDocument: 'after' },
      );
    return lock?.owner === owner;
  });

/** Runs the effect while holding the lock; stops it when the lock cannot be kept. */
const locked = <A, E>(db: Db, waitMs: number, run: Effect.Effect<A, E>): Effect.Effect<A, E | Fault> => {
  const owner = randomUUID();
  const lost = fault('mongodb', 'LockLost', 'The migration lock was lost; migrate again.', 1_000);
  const take = lease(db, owner).pipe(
    Effect.repeat({ until: (taken) => taken, schedule: Schedule.spaced('200 millis') }),
    Effect.timeoutFail({
      duration: Duration.millis(waitMs),
      onTimeout: () => fault('mongodb', 'Busy', 'Another node is migrating and takes long; wait for it to end.', 5_000),
    }),
  );
  const keep = lease(db, owner).pipe(
    Effect.flatMap((held) => (held ? Effect.void : Effect.fail(lost))),
    Effect.delay(Duration.millis(LEASE_MS / 3)),
    Effect.forever,
  );
  const release = mongoTry('releasing the migration lock', () =>
    db.collection<MigrationRecord>(RECORDS).deleteOne({ _id: 'lock', owner }),
  );
  // Waiting may be given up; a lock that is left behind then, or cannot be released, expires by itself.
  return Effect.acquireUseRelease(
    Effect.interruptible(take),
    () => Effect.raceFirst(run, keep),
    () => Effect.ignore(release),
  );
};

const refuseDifferences = (survey: Survey): Effect.Effect<void, Refusal> =>
  survey.differs.length === 0
    ? Effect.void
    : Effect.fail(
        refuse('conflict', 'IndexDiffers', `Nothing was changed. ${survey.differs.join('. ')}.`, {
          action: 'Drop the index by hand when no running version needs it, then migrate again.',
        }),
      );

/**
 * Makes what the plans ask for and runs the data migrations that have not run yet, in the order of their numbers.
 * @returns what was made and what was there.
 * Refusals: IndexDiffers (before anything is changed), DuplicatesPresent, MigrationNumberReused. Faults: Busy when
 * another node holds the lock for longer than `waitMs` (default 60,000), LockLost, Unavailable.
 */
export const migrate = (
  connection: mongoose.Connection,
  plans: ReadonlyArray<CollectionPlan>,
  dataMigrations: ReadonlyArray<DataMigration> = [],
  waitMs = 60_000,
): Effect.Effect<MigrationReport, Refusal | Fault> =>
  Effect.gen(function* () {
    const db = databaseOf(connection);
    const survey = yield* mongoTry('looking at the collections', () => surveyOf(db, plans));
    yield* refuseDifferences(survey);
    const made = yield* Effect.forEach(survey.steps, (step) => runStep(db, step));
    const data = yield* Effect.forEach(
      dataMigrations.toSorted((a, b) => a.number - b.number),
      (migration) => runData(connection, migration),
    );
    return {
      made: [...made, ...data.filter((one) => one.made).map((one) => one.name)],
      alreadyThere: [...survey.alreadyThere, ...data.filter((one) => !one.made).map((one) => one.name)],
      unplanned: survey.unplanned,
    };
  }).pipe((run) => locked(databaseOf(connection), waitMs, run));
