import { expect, it } from 'vitest';
import { batchBytes, goodBatch, type Loose } from '../../../test/support/tap-batch.ts';
import { readFile } from './file-reader.ts';
import { grammar, type Shape, type TapName } from './grammar.ts';
import { Picker } from './pick.ts';

/** Every path to a value in a record, with what stands there, by its plain form. */
const pathsOf = (shape: Shape, value: Loose, path: string, into: Map<string, Loose>): void => {
  if (shape.kind === 'list') {
    for (const [at, one] of (value as Loose[]).entries()) pathsOf(shape.element.shape, one, `${path}/${at}`, into);
  } else if ('members' in shape) {
    for (const member of shape.members) {
      const inner = value[member.name];
      if (inner !== undefined) pathsOf(member.shape, inner, path === '' ? member.name : `${path}/${member.name}`, into);
    }
  } else into.set(path, value);
};

it.each(['TAP-0309', 'TAP-0310', 'TAP-0311', 'TAP-0312'] as const)(
  'finds every field of every record of %s',
  (version: TapName) => {
    const records = readFile(batchBytes(goodBatch(version))).pieces.flatMap((piece) =>
      piece.kind === 'record' ? [piece] : [],
    );
    const all = new Map<string, Loose>();
    for (const record of records) pathsOf(grammar(version).record, record.plain(), '', all);
    const picker = new Picker(version, 'record');
    const fields = [...all].map(([path, value]) => ({
      path,
      picked: typeof value === 'string' ? picker.text(path) : picker.integer(path),
    }));
    expect(fields.length).toBeGreaterThan(150);
    for (const record of records) {
      const own = new Map<string, Loose>();
      pathsOf(grammar(version).record, record.plain(), '', own);
      picker.read(record);
      for (const { path, picked } of fields) expect([path, picked.value()]).toEqual([path, own.get(path)]);
    }
  },
);

it('reads one field at whichever of its places it stands', () => {
  const picker = new Picker('TAP-0312', 'record');
  const duration = picker.integer(
    'mobileOriginatedCall/basicCallInformation/totalCallEventDuration',
    'gprsCall/gprsBasicCallInformation/totalCallEventDuration',
  );
  const found = readFile(batchBytes(goodBatch())).pieces.flatMap((piece) => {
    if (piece.kind !== 'record') return [];
    picker.read(piece);
    return [[piece.name, duration.value()]];
  });
  expect(found.filter(([, value]) => value !== undefined)).toEqual([
    ['mobileOriginatedCall', 60],
    ['gprsCall', 60],
  ]);
});

it.each(['gprsCall/colour', 'gprsCall', 'gprsCall/gprsServiceUsed/chargeInformationList/x/chargedItem', ''])(
  'refuses a path that leads to no value: %s',
  (path) => expect(() => new Picker('TAP-0312', 'record').text(path)).toThrow(),
);

it('refuses a path of another kind', () => {
  expect(() => new Picker('TAP-0312', 'record').integer('gprsCall/equipmentIdentifier/imei')).toThrow();
});
