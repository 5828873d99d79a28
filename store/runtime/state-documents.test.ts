import type mongoose from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectForTest } from '../../test/support/mongo.ts';
import { databaseOf } from '../mongo.ts';
import { readStateDocuments, type StateDocument, writeStateDocuments } from './state-documents.ts';

let connection: mongoose.Connection;
beforeAll(async () => {
  connection = await connectForTest('state_documents');
});
afterAll(async () => {
  await connection.dropDatabase();
  await connection.close();
});

const document = (rev: number, stateVersion: number, state: string): StateDocument => ({
  _id: 't/a',
  tenant: 't',
  key: 'a',
  rev,
  actor: { seq: rev, stateVersion, at: new Date(), stored: { state, receipts: [] } },
});

describe('a stored state document', () => {
  test.each([
    ['an older revision', document(1, 1, 'new'), {}, 'old'],
    ['the same revision', document(2, 1, 'new'), {}, 'old'],
    ['the same revision in a newer shape', document(2, 2, 'new'), {}, 'new'],
    ['the same revision in an older shape', document(2, 0, 'new'), {}, 'old'],
    ['the same revision, when all are made anew', document(2, 1, 'new'), { anew: true }, 'new'],
    ['an older revision, when all are made anew', document(1, 1, 'new'), { anew: true }, 'old'],
    ['a newer revision', document(3, 1, 'new'), {}, 'new'],
    ['a newer revision, thought to be the first', document(3, 1, 'new'), { missing: new Set(['t/a', 't/b']) }, 'new'],
    ['an older revision, thought to be the first', document(1, 1, 'new'), { missing: new Set(['t/a']) }, 'old'],
  ])('against %s', async (_, next, options, expected) => {
    const db = databaseOf(connection);
    const collection = `documents_${Math.random().toString(36).slice(2)}`;
    await writeStateDocuments(db, collection, [document(2, 1, 'old')]);
    await writeStateDocuments(db, collection, [next, { ...next, _id: 't/b', key: 'b' }], options);
    const [a, b] = (await readStateDocuments(db, collection, ['t/a', 't/b'])).toSorted((x, y) =>
      x._id < y._id ? -1 : 1,
    );
    expect(a?.actor.stored?.state).toBe(expected);
    expect(b?.actor.stored?.state).toBe('new');
  });
});
