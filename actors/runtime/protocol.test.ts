import fc from 'fast-check';
import { mongo } from 'mongoose';
import { describe, expect, test } from 'vitest';
import { Counter, type CounterEvent } from '../../test/support/counter.ts';
import { defineActor } from './definition.ts';
import { PARTITIONS, partitionOf } from './partition.ts';
import { protocolOf } from './protocol.ts';
import { everyVersion } from './test-kit.ts';
import { bytesAbout } from './turn.ts';

describe('the hash of an input', () => {
  test('differs for different commands with the same input', () => {
    const { encodeInput } = protocolOf(Counter);
    const add = encodeInput({ _tag: 'Add', ...{ by: 1 } });
    const take = encodeInput({ _tag: 'Take', ...{ by: 1 } });
    expect(add).toMatchObject({ encoded: { by: 1 }, hash: expect.any(String) });
    expect('hash' in add && 'hash' in take && add.hash !== take.hash).toBe(true);
  });
});

describe('a protocol', () => {
  test('refuses what is no command, and tells the place but not the value', () => {
    const { encodeInput, decodeInput } = protocolOf(Counter);
    expect(encodeInput({ _tag: 'Explode' })).toMatchObject({ kind: 'invalid', code: 'UnknownCommand' });
    const refusal = decodeInput('Add', { by: 'Zhang San' });
    expect(refusal).toMatchObject({ kind: 'invalid', code: 'InvalidInput', field: 'by' });
    expect(JSON.stringify(refusal)).not.toContain('Zhang');
  });

  test('knows every version of its events, or does not start', () => {
    const two = { ...Counter, eventVersion: 3, upcast: { 1: (event: unknown) => event } };
    expect(() => protocolOf(defineActor(two))).toThrow('version 2');
    const samples: ReadonlyArray<CounterEvent> = [
      { _tag: 'Added', by: 1 },
      { _tag: 'Taken', by: 1 },
    ];
    everyVersion(Counter, { 1: samples });
    expect(() => everyVersion(Counter, {})).toThrow('no sample of version 1');
    expect(() => protocolOf(Counter).decodeEvent(2, samples[0])).toThrow('newer');
  });

  test('carries the command of a reminder there and back', () => {
    const { encodeReminder, decodeReminder } = protocolOf(Counter);
    const command = { _tag: 'Add', by: 5 };
    const stored = encodeReminder({ _tag: 'Set', name: 'n', atMs: 1, command });
    expect(stored._tag === 'Set' && decodeReminder(stored.command)).toEqual(command);
  });
});

test('partitions never change: these are in the journal', () => {
  expect(PARTITIONS).toBe(256);
  expect(['a', 'b', '8986001234567890123'].map((key) => partitionOf('sim.card', `t/${key}`))).toEqual([155, 46, 220]);
  const spread = new Set(Array.from({ length: 5_000 }, (_, index) => partitionOf('sim.card', `t/${index}`)));
  expect(spread.size).toBe(PARTITIONS);
});

test('the estimate of a turn’s size is not below what it takes', () =>
  fc.assert(
    fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (value) => {
      const plain: object = JSON.parse(JSON.stringify(value));
      expect(bytesAbout(plain)).toBeGreaterThanOrEqual(mongo.BSON.calculateObjectSize(plain));
    }),
  ));
