import { readFileSync } from 'node:fs';
import { Schema, SchemaAST } from 'effect';
import { describe, expect, it } from 'vitest';
import type { AnyDefinition } from '../../actors/runtime/definition.ts';

/**
 * One sample of each event in each version that was ever written. Samples are only added: a journal holds events of all
 * versions for ever, and each must be read.
 */
type Samples = Readonly<Record<string, Readonly<Record<string, ReadonlyArray<{ readonly _tag: string }>>>>>;
const upcast = (definition: AnyDefinition, version: number, event: unknown): unknown => {
  let encoded = event;
  for (let from = version; from < definition.eventVersion; from += 1) {
    const step = definition.upcast?.[from];
    if (step === undefined) throw new Error(`${definition.kind} does not upcast from version ${from}`);
    encoded = step(encoded);
  }
  return encoded;
};

/** The names of the events that a kind can write. */
const tagsOf = (definition: AnyDefinition): ReadonlyArray<string> => {
  const { ast } = definition.event;
  const members = SchemaAST.isUnion(ast) ? ast.types : [ast];
  return members.map((member) => {
    const tag = SchemaAST.getPropertySignatures(member).find(({ name }) => name === '_tag');
    if (tag === undefined || !SchemaAST.isLiteral(tag.type))
      throw new Error(`${definition.kind}: an event without tag`);
    return String(tag.type.literal);
  });
};

/** Tests them. @param file in `test/vectors/` */
export const testSamples = (definitions: ReadonlyArray<AnyDefinition>, file: string): void => {
  const samples: Samples = JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), 'utf8'));
  describe.each(definitions.map((definition) => [definition.kind, definition] as const))(
    'events of %s',
    (kind, definition) => {
      it('are read in every version, and evolve a state without harm', () => {
        const versions = Object.entries(samples[kind] ?? {});
        expect(versions.length).toBe(definition.eventVersion);
        for (const [version, events] of versions) {
          expect(events.length).toBeGreaterThan(0);
          for (const sample of events) {
            const event = Schema.decodeUnknownSync(definition.event)(upcast(definition, Number(version), sample));
            expect(Schema.encodeSync(definition.event)(event)).toMatchObject({ _tag: expect.any(String) });
            if (Number(version) === definition.eventVersion)
              expect(Schema.encodeSync(definition.event)(event)).toEqual(sample);
            expect(() => definition.decider.evolve(definition.decider.initial, event)).not.toThrow();
          }
        }
      });

      it('have a sample each in the version that is written now', () => {
        const now = samples[kind]?.[definition.eventVersion] ?? [];
        expect(now.map(({ _tag }) => _tag).sort()).toEqual([...tagsOf(definition)].sort());
      });
    },
  );
};
