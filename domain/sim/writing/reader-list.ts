import { type Refusal, refuse } from '../../kernel/refusal.ts';

/**
 * The readers of a node as a setting names them: `NAME=ADDRESS` with `;` between them, `TENANT/NAME=ADDRESS` for those of
 * another tenant than the node's own.
 */
export interface ListedReader {
  readonly tenant: string | null;
  readonly name: string;
  readonly address: string;
}

const ENTRY = /^(?:([a-z0-9][a-z0-9-]{0,31})\/)?([A-Za-z0-9][A-Za-z0-9._-]{0,63})=(\S.*)$/;

export const parseReaderList = (text: string): readonly ListedReader[] | Refusal => {
  const readers: ListedReader[] = [];
  for (const entry of text.split(';').map((one) => one.trim())) {
    if (entry === '') continue;
    const [, tenant, name = '', address = ''] = ENTRY.exec(entry) ?? [];
    const twice = readers.some((one) => one.name === name && one.tenant === (tenant ?? null));
    if (name === '' || twice) {
      return refuse('invalid', 'InvalidReaderList', 'Readers are NAME=ADDRESS;NAME=ADDRESS…, each name once.', {
        field: 'HUFU_READERS',
      });
    }
    readers.push({ tenant: tenant ?? null, name, address });
  }
  return readers;
};
