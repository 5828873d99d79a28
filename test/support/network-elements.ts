import { decodeCdrLayout } from '../../domain/roaming/network/schema.ts';
import type { NetworkElement } from '../../partners/roaming/visitors.ts';
import { example, right } from './rating.ts';

/** Two elements by the documented layouts: one writes columns, one fixed widths. */
export const NETWORK_ELEMENTS: ReadonlyArray<NetworkElement> = [
  {
    code: 'MSC01',
    name: 'switch one',
    layout: right(decodeCdrLayout(example('cdr-layout-csv'))),
    entities: {
      voice: { type: 1, id: '8613800100' },
      sms: { type: 2, id: '8613800500' },
      data: { type: 4, id: '10.0.0.1' },
    },
  },
  {
    code: 'MSC02',
    name: 'switch two',
    layout: right(decodeCdrLayout(example('cdr-layout-fixed'))),
    entities: {
      voice: { type: 1, id: '8613800200' },
      sms: { type: 2, id: '8613800500' },
      data: { type: 4, id: '10.0.0.2' },
    },
  },
];
