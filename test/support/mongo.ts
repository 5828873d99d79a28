import mongoose from 'mongoose';
import { serverAddress, uniqueName } from './names.ts';

/** A connection to a database of this test file's own; drop the database and close the connection at the end. */
export const connectForTest = (name: string): Promise<mongoose.Connection> =>
  mongoose
    .createConnection(serverAddress('MONGODB_URI'), {
      dbName: uniqueName(name),
      autoIndex: false,
      autoCreate: false,
      writeConcern: { w: 'majority', j: true },
      readConcern: { level: 'majority' },
    })
    .asPromise();
