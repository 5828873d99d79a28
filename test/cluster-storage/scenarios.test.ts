import { describe, expect, it } from 'vitest';
import type { Scenario } from './scenario.ts';
import { METHODS, scenarios } from './scenarios.ts';
import { type OpenedWorld, openMemory, openMongo } from './storages.ts';

const inWorld = async (open: () => Promise<OpenedWorld>, scenario: Scenario): Promise<void> => {
  const world = await open();
  try {
    await scenario.run(world);
    expect([...world.called]).toEqual(expect.arrayContaining([...scenario.of]));
  } finally {
    await world.close();
  }
};

/** By an expectation that is not met, not by an error: so a reason that no longer holds is found. */
const differs = async (scenario: Scenario): Promise<void> => {
  const failure = await inWorld(openMemory, scenario).then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ name: 'AssertionError' });
};

describe('the list', () => {
  it('has a scenario about every method of both interfaces', () => {
    const methods = Object.keys(METHODS);
    const about = new Set<string>(scenarios.flatMap((scenario) => scenario.of));
    expect(methods.filter((method) => !about.has(method))).toEqual([]);
    // A fault is not a behaviour: each method has a scenario in which it does its work, too.
    const working = new Set<string>(
      scenarios.filter(({ name }) => !name.startsWith('without the database')).flatMap((scenario) => scenario.of),
    );
    expect(methods.filter((method) => !working.has(method))).toEqual([]);
  });

  it('has the methods that the implementations have', async () => {
    const world = await openMemory();
    const { messages, runners } = await world.node();
    const found = [
      ...Object.keys(messages).map((name) => `messages.${name}`),
      ...Object.keys(runners).map((name) => `runners.${name}`),
    ];
    expect(found.sort()).toEqual(Object.keys(METHODS).sort());
  });

  it('has no name twice', () => {
    expect(new Set(scenarios.map(({ name }) => name)).size).toBe(scenarios.length);
  });
});

describe('the reference, in memory', () => {
  for (const scenario of scenarios) {
    const { name, memoryDiffers } = scenario;
    if (memoryDiffers === undefined) it(name, () => inWorld(openMemory, scenario));
    else it(`otherwise, as ${memoryDiffers}: ${name}`, () => differs(scenario));
  }
});

describe('MongoDB', () => {
  for (const scenario of scenarios) it(scenario.name, () => inWorld(openMongo, scenario));
});
