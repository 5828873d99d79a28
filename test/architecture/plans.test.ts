import { expect, test } from 'vitest';
import { sources } from './sources.ts';

/** A plan that `hufu admin migrate` does not know would leave its collection without indexes, silently. */
test('every exported collection plan is in cli/admin/plans.ts', () => {
  const all = sources();
  const list = all.find(({ path }) => path === 'cli/admin/plans.ts')?.text ?? '';
  const exported = all
    .filter(({ path }) => /^(?:store|actors)\//.test(path) && !path.endsWith('.test.ts'))
    .flatMap(({ text }) =>
      [...text.matchAll(/export const (\w+): (?:ReadonlyArray<CollectionPlan>|CollectionPlan) =/g)].map(
        ([, name]) => name,
      ),
    );
  expect(exported.length).toBeGreaterThan(3);
  expect(exported.filter((name) => !new RegExp(`^  (?:\\.\\.\\.)?${name},$`, 'm').test(list))).toEqual([]);
});
