import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

/**
 * `npm ci` refuses a lock file that lacks the packages of other platforms, which npm leaves out when the registry in use
 * does not have them. docs/decisions/0033 says what to write.
 */
test('package-lock.json has an entry for every optional package', () => {
  const path = resolve(import.meta.dirname, '..', '..', 'package-lock.json');
  const { packages }: Lock = JSON.parse(readFileSync(path, 'utf8'));
  const missing = Object.entries(packages).flatMap(([parent, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) =>
        packages[`node_modules/${name}`] === undefined && packages[`${parent}/node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});
