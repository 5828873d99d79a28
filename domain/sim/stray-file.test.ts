import { expect, it } from 'vitest';
import { type ApplicationStanding, type StrayClaim, strayProblem } from './stray-file.ts';

const named = { kind: 'pos', application: 'A20261123-0001' } as const;

it.each<readonly [StrayClaim, ApplicationStanding, string | undefined]>([
  [{ kind: null, application: null }, 'unknown', 'UnreadableFile'],
  [{ kind: 'pos', application: null }, 'unknown', 'UnreadableFile'],
  [{ ...named, kind: 'vendorPart' }, 'open', 'UnexpectedKind'],
  [{ ...named, kind: 'application' }, 'unknown', 'UnexpectedKind'],
  [named, 'unknown', 'UnknownApplication'],
  [named, 'ended', 'ApplicationEnded'],
  [named, 'open', undefined],
])('a file that says %o of an application that is %s: %s', (claim, standing, code) => {
  const problem = strayProblem(claim, standing);
  expect(problem?.code).toBe(code);
  if (problem !== undefined) expect(problem).toMatchObject({ line: 0, reason: expect.stringMatching(/^.{20,}$/) });
});
