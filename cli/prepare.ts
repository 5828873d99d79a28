import { runMigrations } from './admin/migrate.ts';

/** What must be there before the first node starts: collections and indexes. Runs on every `up`; repeating it is free. */
export const prepare = async (env: Readonly<Record<string, string>>): Promise<void> => {
  await runMigrations(env);
};
