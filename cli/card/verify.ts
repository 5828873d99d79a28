import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import type { ReaderAddress } from '../../devices/card-reader/address.ts';
import { authenticationRun, type SubscriberKeys } from '../../devices/card-reader/authentication-run.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { opcOf } from '../../domain/sim/uicc/milenage.ts';
import { print } from '../admin/answer.ts';
import { EXIT, Failure } from '../failure.ts';
import { useReader, withReader } from './reader.ts';

/** `hufu card verify`: whether the card holds the keys that a file says, by an authentication run. */

const FORM =
  'It holds {"k": "32 hex digits", "opc": "32 hex digits"}, or "op" in the place of "opc"; "sqn" may be 12 more.';

const secret = (value: unknown): SecretBytes | undefined =>
  typeof value === 'string' && /^[0-9a-f]{32}$/i.test(value) ? new SecretBytes(Buffer.from(value, 'hex')) : undefined;

interface KeyFile extends SubscriberKeys {
  readonly sqn: bigint;
}

/** What is wrong with it is said without any of it. */
const keysOf = (path: string): KeyFile => {
  let found: unknown;
  try {
    found = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Failure(`${path} cannot be read as JSON.`, FORM);
  }
  const fields: Readonly<Record<string, unknown>> = typeof found === 'object' && found !== null ? { ...found } : {};
  const k = secret(fields['k']);
  const op = secret(fields['op']);
  const opc = secret(fields['opc']) ?? (k && op && new SecretBytes(opcOf(k, op)));
  const sqn = fields['sqn'] ?? '000000000020';
  const isNumber = typeof sqn === 'string' && /^[0-9a-f]{12}$/i.test(sqn);
  if (k === undefined || opc === undefined || !isNumber) throw new Failure(`${path} holds no keys of a card.`, FORM);
  return { k, opc, sqn: BigInt(`0x${sqn}`) };
};

export const addVerify = (tree: Command, exit: (code: number) => void): void => {
  withReader(tree.command('verify'))
    .description('challenge the card as its network would, with keys from a file; a USIM counts it')
    .requiredOption('--keys <file>', 'JSON with k and opc (or op), and perhaps sqn, in hex')
    .action(async ({ reader, keys }: { readonly reader: ReaderAddress; readonly keys: string }) => {
      const { sqn, ...known } = keysOf(keys);
      const result = await useReader(reader, (open) => authenticationRun(open, known, randomBytes(16), sqn));
      if (result.outcome === 'right') print('the card holds these keys');
      else if (result.outcome === 'wrong') print('the card holds other keys, or has another algorithm than Milenage');
      else print(`the card did not answer the challenge: ${result.status}`);
      exit(result.outcome === 'right' ? EXIT.ok : EXIT.failed);
    });
};
