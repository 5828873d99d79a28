import type { WriteStatus } from '../writing/schema.ts';
import type { Word } from './schema.ts';

/** The one word that EOP and the CRM are told of a write; undefined while it is under way. */
export const wordOf = (status: WriteStatus): Word | undefined => {
  switch (status) {
    case 'written':
    case 'confirmed':
      return 'confirmed';
    case 'refused':
    case 'failed':
      return 'failed';
    case 'inDoubt':
      return 'inDoubt';
    default:
      return undefined;
  }
};
