import { randomBytes } from 'node:crypto';

/** A name that no other test run uses: for databases, namespaces, task queues, key prefixes. */
export const uniqueName = (prefix: string): string => `${prefix}_${randomBytes(6).toString('hex')}`;

/** An address that the test run's servers were started with; its absence is a broken set-up, not a skipped test. */
export const serverAddress = (variable: 'MONGODB_URI' | 'REDIS_URL' | 'TEMPORAL_ADDRESS'): string => {
  const value = process.env[variable];
  if (value === undefined || value === '') {
    throw new Error(`${variable} is not set: run the tests with ./hufu test, or give the address of a server`);
  }
  return value;
};
