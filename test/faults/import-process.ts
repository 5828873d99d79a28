import { roamingTerms } from '../support/roaming-import.ts';
import { importOnce, importRuntime } from '../support/roaming-import-run.ts';

/**
 * A process with actors and the import's step, to be killed at any moment. Arguments: the address of MongoDB, the
 * database, the directory of the keys, the partner, the file as JSON. It exits with 0 when the import has ended.
 */
const [mongodbUri = '', database = '', directory = '', partner = '', file = '{}'] = process.argv.slice(2);
const runtime = importRuntime({ mongodbUri, database, directory }, roamingTerms(1));
// Written by the process that starts this one.
const { status } = await runtime.runPromise(importOnce(partner, JSON.parse(file)));
process.stdout.write(`${status}\n`);
await runtime.dispose();
