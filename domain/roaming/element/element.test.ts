import { expect, it } from 'vitest';
import { example } from '../../../test/support/rating.ts';
import { decodeElement } from './schema.ts';

const layout = example('cdr-layout-csv') as { readonly record: { readonly fields: ReadonlyArray<object> } };
const entity = { type: 1, id: '8613800100' };
const ELEMENT = {
  ...{ code: 'MSC03', name: 'switch three', layout, entities: { voice: entity, sms: entity, data: entity } },
  server: { url: 'sftp://hufu@msc03.example/', fingerprints: [`SHA256:${'A'.repeat(43)}`], credential: 'MSC03' },
};

it('an element has a server, a layout, and what it recorded as', () => {
  expect(decodeElement(ELEMENT)).toMatchObject({ code: 'MSC03', layout: { form: 'csv' }, endedFrom: null });
  expect(decodeElement({ ...ELEMENT, endedFrom: '2026-12-01' })).toMatchObject({ endedFrom: '2026-12-01' });
});

it.each([
  ['a code that is none', 'code', { code: 'switch' }],
  ['an address that is none', 'server/url', { server: { ...ELEMENT.server, url: 'sftp://a@[' } }],
  [
    'a sort of element that is none',
    'entities/voice/type',
    { entities: { ...ELEMENT.entities, voice: { type: 0, id: '1' } } },
  ],
  ['a layout that lacks a field', 'layout/record', { layout: { ...layout, record: { ...layout.record, fields: [] } } }],
  ['a day that is none', 'endedFrom', { endedFrom: 'soon' }],
])('an element is refused with %s, by %s', (_, field, change) => {
  expect(decodeElement({ ...ELEMENT, ...change })).toMatchObject({
    refusals: expect.arrayContaining([expect.objectContaining({ field: expect.stringContaining(field) })]),
  });
});
