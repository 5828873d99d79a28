import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reform } from '../../../test/support/roaming-records.ts';
import { batchBytes, goodBatch, type Loose } from '../../../test/support/tap-batch.ts';
import { tapFile } from '../../../test/support/tap-file.ts';
import { FileReader, readFile } from './file-reader.ts';
import { grammar, type Shape, type TapName } from './grammar.ts';
import { Picker } from './pick.ts';

const INDEFINITE = { indefinite: true, longLengths: false, padding: false, unknown: false };

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

const recordsOf = (bytes: Buffer, fields?: Picker) =>
  readFile(bytes, fields === undefined ? {} : { fields }).pieces.flatMap((piece) =>
    piece.kind === 'record' ? [piece] : [],
  );

it.each(['TAP-0309', 'TAP-0310', 'TAP-0311', 'TAP-0312'] as const)(
  'finds every field of every record of %s',
  (version: TapName) => {
    const records = recordsOf(batchBytes(goodBatch(version)));
    const all = new Map<string, Loose>();
    for (const record of records) pathsOf(grammar(version).record, record.plain(), '', all);
    const picker = new Picker(version, 'record');
    const fields = [...all].map(([path, value]) => ({
      path,
      picked: typeof value === 'string' ? picker.text(path) : picker.integer(path),
    }));
    expect(fields.length).toBeGreaterThan(150);
    for (const record of recordsOf(batchBytes(goodBatch(version)), picker)) {
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
  const found = recordsOf(batchBytes(goodBatch()), picker).map((record) => {
    picker.read(record);
    return [record.name, duration.value()];
  });
  expect(found.filter(([, value]) => value !== undefined)).toEqual([
    ['mobileOriginatedCall', 60],
    ['gprsCall', 60],
  ]);
});

it('keeps fields apart that share a place, and takes the first of several that a record has', () => {
  const picker = new Picker('TAP-0312', 'record');
  const ofCalls = 'mobileOriginatedCall/basicCallInformation/totalCallEventDuration';
  const ofData = 'gprsCall/gprsBasicCallInformation/totalCallEventDuration';
  const used = 'gprsCall/gprsServiceUsed';
  const fields = [
    picker.integer(ofCalls, ofData),
    picker.integer(ofData),
    picker.integer(ofCalls),
    picker.integer(`${used}/dataVolumeOutgoing`, `${used}/dataVolumeIncoming`),
    picker.integer(`${used}/dataVolumeIncoming`, `${used}/dataVolumeOutgoing`),
  ];
  const found = recordsOf(tapFile(60), picker).map((record) => {
    picker.read(record);
    const { mobileOriginatedCall: call, gprsCall: data } = record.plain() as Loose;
    const [made, lasted] = [call?.basicCallInformation, data?.gprsBasicCallInformation];
    const volumes = data?.gprsServiceUsed;
    expect(fields.map((field) => field.value())).toEqual([
      (made ?? lasted)?.totalCallEventDuration,
      lasted?.totalCallEventDuration,
      made?.totalCallEventDuration,
      volumes?.dataVolumeOutgoing,
      volumes?.dataVolumeIncoming,
    ]);
    return record.name;
  });
  expect(new Set(found).size).toBe(3);
});

it.each(['gprsCall/colour', 'gprsCall', 'gprsCall/gprsServiceUsed/chargeInformationList/x/chargedItem', ''])(
  'refuses a path that leads to no value: %s',
  (path) => expect(() => new Picker('TAP-0312', 'record').text(path)).toThrow(),
);

it('refuses a path of another kind', () => {
  expect(() => new Picker('TAP-0312', 'record').integer('gprsCall/equipmentIdentifier/imei')).toThrow();
});

it('finds fields among padding, in indefinite lengths and beside what is unknown, of each element of a list its own', () => {
  const plain = tapFile(60);
  const forms = { indefinite: true, longLengths: true, padding: true, unknown: true };
  let turn = 0;
  const odd = reform(plain, forms, (below) => {
    turn = (turn * 7 + 3) % 11;
    return turn % below;
  });
  expect(odd.length).toBeGreaterThan(plain.length);
  const read = (bytes: Buffer): unknown => {
    const picker = new Picker('TAP-0312', 'record');
    const used = 'gprsCall/gprsServiceUsed';
    const fields = [
      picker.text('gprsCall/gprsBasicCallInformation/callEventStartTimeStamp/localTimeStamp'),
      picker.integer(`${used}/dataVolumeOutgoing`),
      ...[0, 1, 2].map((at) => picker.integer(`${used}/chargeInformationList/${at}/chargeDetailList/0/charge`)),
      picker.text('mobileOriginatedCall/basicServiceUsedList/0/chargeInformationList/0/chargedItem'),
    ];
    return recordsOf(bytes, picker).map((record) => {
      picker.read(record);
      return fields.map((field) => field.value());
    });
  };
  expect(read(odd)).toEqual(read(plain));
});

it('is asked for all its fields before a file is read, and reads units of its own reader alone', () => {
  const picker = new Picker('TAP-0312', 'record');
  const [first] = recordsOf(batchBytes(goodBatch()), picker);
  if (first === undefined) throw new Error('there is no record');
  expect(() => picker.text('gprsCall/equipmentIdentifier/imei')).toThrow();
  expect(() => new Picker('TAP-0312', 'record').read(first)).toThrow();
});

/** All that a reader tells of a file, units with everything that is in them. */
const toldOf = (bytes: Buffer, fields?: Picker): readonly unknown[] => {
  const reader = new FileReader(fields === undefined ? {} : { fields });
  const told: unknown[] = [];
  for (let at = 0; at < bytes.length; at += 1_000) {
    for (const piece of reader.feed(bytes.subarray(at, at + 1_000))) {
      if (piece.kind === 'opened' || piece.kind === 'closed' || piece.kind === 'kept') told.push(piece);
      else told.push([piece.name, piece.offset, piece.bytes, piece.remarks, piece.plain()]);
    }
  }
  reader.end();
  return [told, reader.refused];
};

it('leaves nothing unchecked: what is told of a file that was tampered with is the same', () => {
  const good = [tapFile(12), reform(tapFile(12), INDEFINITE, () => 0)];
  let odd = 0;
  fc.assert(
    fc.property(
      fc.constantFrom(...good),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 0xff })), { minLength: 1, maxLength: 3 }),
      (bytes, changes) => {
        const file = Buffer.from(bytes);
        for (const [at, byte] of changes) file[at % file.length] = byte;
        const picker = new Picker('TAP-0312', 'record');
        picker.integer('gprsCall/gprsServiceUsed/chargeInformationList/0/chargeDetailList/0/charge');
        const told = toldOf(file);
        expect(toldOf(file, picker)).toEqual(told);
        // Of what is told, the last: a value may be a bigint, which is no JSON.
        if (JSON.stringify(told.at(-1))?.includes('LengthPastParent')) odd += 1;
      },
    ),
    { numRuns: 400 },
  );
  expect(odd).toBeGreaterThan(20);
});

it.each(['definite', 'indefinite'])(
  'tells the same of a file with %s lengths, whichever byte of it is damaged',
  (form) => {
    const bytes = form === 'definite' ? tapFile(3) : reform(tapFile(3), INDEFINITE, () => 0);
    const file = Buffer.from(bytes);
    let refused = 0;
    for (const [at, was] of bytes.entries()) {
      // A tag or length that goes on, an indefinite length, nothing at all, padding; the last of these makes a value of a group.
      for (const byte of new Set([was | 0x80, 0x80, 0x00, 0xff, was ^ 0x20])) {
        file[at] = byte;
        const picker = new Picker('TAP-0312', 'record');
        picker.integer('gprsCall/gprsServiceUsed/chargeInformationList/0/chargeDetailList/0/charge');
        const told = toldOf(file);
        expect(toldOf(file, picker), `byte ${at} is ${byte}`).toEqual(told);
        if (told.at(-1) !== undefined) refused += 1;
      }
      file[at] = was;
    }
    expect(refused).toBeGreaterThan(100);
  },
);
