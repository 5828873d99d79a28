import { createHash } from 'node:crypto';
import type { SecretBytes } from '../../kernel/secret.ts';
import type { CardRow } from '../vop-file.ts';
import type { CardSecrets } from './card-secrets.ts';
import type { TransportAlgorithm } from './schema.ts';
import { encryptValue } from './transport-key.ts';

/**
 * What goes out for a part beside its card-making file (docs/sim-resources.md): the equipment file for the vendor's
 * personalisation machine, the HLR/AuC file for the core network, the laser file of what is printed. ASCII, lines of LF,
 * a head of `*` lines, a line that names the columns, a row per card, a trailer with count and SM3.
 */

export const OUTPUT_KINDS = ['equipment', 'hlr', 'laser'] as const;
export type OutputKind = (typeof OUTPUT_KINDS)[number];

export interface OutputKey {
  readonly algorithm: TransportAlgorithm;
  readonly key: SecretBytes;
  readonly kcv: string;
  readonly version: number;
}

interface Column {
  readonly name: string;
  readonly value: (card: OutputCard) => string;
}

interface OutputCard extends Pick<CardRow, 'iccid' | 'imsi' | 'product' | 'city'> {
  readonly secrets: CardSecrets;
  readonly seal: (value: SecretBytes) => string;
}

const COLUMNS: Readonly<Record<OutputKind, ReadonlyArray<Column>>> = {
  equipment: [
    { name: 'ICCID', value: ({ iccid }) => iccid },
    { name: 'IMSI', value: ({ imsi }) => imsi },
    { name: 'KI', value: ({ secrets, seal }) => seal(secrets.k) },
    { name: 'OPC', value: ({ secrets, seal }) => seal(secrets.opc) },
    { name: 'ADM1', value: ({ secrets, seal }) => seal(secrets.adm1) },
    { name: 'PUK1', value: ({ secrets, seal }) => seal(secrets.puk1) },
    { name: 'PUK2', value: ({ secrets, seal }) => seal(secrets.puk2) },
  ],
  hlr: [
    { name: 'IMSI', value: ({ imsi }) => imsi },
    { name: 'ICCID', value: ({ iccid }) => iccid },
    { name: 'KI', value: ({ secrets, seal }) => seal(secrets.k) },
    { name: 'OPC', value: ({ secrets, seal }) => seal(secrets.opc) },
    { name: 'ALGORITHM', value: () => 'MILENAGE' },
  ],
  // Printed in groups of five, as people read it out.
  laser: [
    { name: 'ICCID', value: ({ iccid }) => iccid },
    { name: 'PRINT', value: ({ iccid }) => (iccid.match(/.{1,5}/g) ?? []).join(' ') },
    { name: 'PRODUCT', value: ({ product }) => product },
    { name: 'CITY', value: ({ city }) => city },
  ],
};

export const needsKey = (kind: OutputKind): boolean => kind !== 'laser';

/** A card without an IMSI is no subscriber yet: the HLR hears of it when it is written. */
const belongs = (kind: OutputKind, row: Pick<CardRow, 'imsi'>): boolean => kind !== 'hlr' || row.imsi !== '';

export interface OutputHead {
  readonly kind: OutputKind;
  readonly application: string;
  readonly part: string;
  /** For whom it is. */
  readonly partner: string;
}

export const outputName = ({ kind, application, part, partner }: OutputHead): string =>
  `${kind.toUpperCase()}_${application}_P${part}_${partner}.txt`;

/** Writes the file piece by piece; the same part, secret and key give the same bytes. */
export class OutputWriter {
  readonly #hash = createHash('sm3');
  readonly #head: OutputHead;
  readonly #key: OutputKey | undefined;
  readonly #secretsOf: (iccid: string) => CardSecrets;
  #rows = 0;

  /** @throws TypeError when a file that carries keys is to be written without a transport key: a bug of the caller. */
  constructor(head: OutputHead, key: OutputKey | undefined, secretsOf: (iccid: string) => CardSecrets) {
    if (needsKey(head.kind) && key === undefined) throw new TypeError(`a file of kind ${head.kind} needs a key`);
    this.#head = head;
    this.#key = key;
    this.#secretsOf = secretsOf;
  }

  #hashed(text: string): Buffer {
    const bytes = Buffer.from(text, 'ascii');
    this.#hash.update(bytes);
    return bytes;
  }

  begin(): Buffer {
    const { kind, application, part, partner } = this.#head;
    const lines = [`*${kind.toUpperCase()} 1`, `*Application: ${application}`, `*Part: ${part}`, `*For: ${partner}`];
    if (this.#key !== undefined && needsKey(kind)) {
      const { algorithm, kcv, version } = this.#key;
      lines.push(`*Transport_key: ${algorithm} ECB, version ${version}, KCV ${kcv}`);
    }
    const names = COLUMNS[kind].map(({ name }) => name).join(';');
    return this.#hashed(`${lines.join('\n')}\n${names}\n`);
  }

  rows(rows: ReadonlyArray<Pick<CardRow, 'iccid' | 'imsi' | 'product' | 'city'>>): Buffer {
    const { kind } = this.#head;
    const key = this.#key;
    // Never called for a file without a key: its columns hold no secret (and `needsKey` says so).
    const seal = (value: SecretBytes): string => (key === undefined ? '' : encryptValue(key.algorithm, key.key, value));
    let text = '';
    for (const row of rows) {
      if (!belongs(kind, row)) continue;
      this.#rows += 1;
      const card = { ...row, secrets: this.#secretsOf(row.iccid), seal };
      text += `${COLUMNS[kind].map(({ value }) => value(card)).join(';')}\n`;
    }
    return this.#hashed(text);
  }

  end(): Buffer {
    return Buffer.from(`*End: ${this.#rows} ${this.#hash.digest('hex')}\n`);
  }
}
