import { expect, it } from 'vitest';
import { actorDefinitions } from '../../actors/actors.ts';
import { sources } from '../../test/architecture/sources.ts';
import { collectionPlans } from './plans.ts';

const planned = collectionPlans.map(({ collection }) => collection);

it('plans each collection once', () => {
  expect(planned).toEqual([...new Set(planned)]);
});

it('plans the state documents of every kind of actor', () => {
  const missing = actorDefinitions.filter(({ collection }) => !planned.includes(collection));
  expect(missing.map(({ kind }) => kind)).toEqual([]);
});

/** Made by the migration command itself, before it looks at any plan. */
const ITS_OWN = 'migrations';

it('plans every collection that stores and actors name', () => {
  const rooms = sources().filter(({ path }) => /^(?:store|actors)\//.test(path) && !/\.test\.ts$/.test(path));
  const constants = new Map(
    rooms.flatMap(({ text }) => [...text.matchAll(/\bconst ([A-Z_]+) = '([a-z_.]+)'/g)].map(([, k = '', v]) => [k, v])),
  );
  const used = rooms.flatMap(({ text }) =>
    [...text.matchAll(/\.collection(?:<[^()]*?>)?\((?:([A-Z_]+)|'([a-z_.]+)')\)/g)].map(
      ([, constant = '', literal]) => literal ?? constants.get(constant) ?? constant,
    ),
  );
  expect(new Set(used).size).toBeGreaterThan(12);
  expect(used.filter((name) => name !== ITS_OWN && !planned.includes(name))).toEqual([]);
});

it('gives the read models the indexes of their schemas', () => {
  const indexes = (name: string) =>
    collectionPlans.find(({ collection }) => collection === name)?.indexes.map((index) => index.name);
  expect(indexes('sim_cards')).toEqual(['list_number', 'list_by_application', 'parts', 'stock']);
  expect(indexes('sim_applications')).toContain('list_by_waitingFor');
  expect(indexes('sim_number_ranges')).toContain('stock');
  expect(indexes('sim_partner_files')).toContain('names');
  expect(indexes('operations_alerts')).toEqual(['list_newest', 'list_by_open', 'list_by_level', 'retention']);
});
