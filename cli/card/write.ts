import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Effect, Schema } from 'effect';
import { look, type TalkEnd, write } from '../../actors/sim/card-writing/conversation.ts';
import type { ReaderAddress } from '../../devices/card-reader/address.ts';
import type { CardReader, ReaderFault } from '../../devices/card-reader/port.ts';
import { isRefusal, type Refusal } from '../../domain/kernel/refusal.ts';
import { SecretBytes } from '../../domain/kernel/secret.ts';
import { Iccid, Imsi } from '../../domain/sim/schema.ts';
import { judgeCard } from '../../domain/sim/uicc/card-profile.ts';
import type { SubscriberKeys } from '../../domain/sim/uicc/codec-keys.ts';
import { PROFILES } from '../../domain/sim/uicc/profiles.ts';
import type { StaticKeys } from '../../domain/sim/uicc/secure-channel.ts';
import { planWrite } from '../../domain/sim/uicc/write-plan.ts';
import { subscriptionOf } from '../../domain/sim/writing/resource.ts';
import { Msisdn, SmscNumber } from '../../domain/sim/writing/schema.ts';
import { print } from '../admin/answer.ts';
import { EXIT, Failure } from '../failure.ts';
import { useReader, withReader } from './reader.ts';

/** `hufu card write`: one blank card from one file, without a server. Nobody but this machine knows of it. */

const Key = Schema.String.pipe(Schema.pattern(/^[0-9a-fA-F]{32}$/));
const ChannelKey = Schema.String.pipe(Schema.pattern(/^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{48}|[0-9a-fA-F]{64})$/));
const exact = { exact: true } as const;
const Data = Schema.parseJson(
  Schema.Struct({
    iccid: Iccid,
    imsi: Imsi,
    smsc: SmscNumber,
    msisdn: Schema.optionalWith(Msisdn, exact),
    k: Schema.optionalWith(Key, exact),
    opc: Schema.optionalWith(Key, exact),
    op: Schema.optionalWith(Key, exact),
    adm: Schema.optionalWith(Schema.String, exact),
    channel: Schema.optionalWith(Schema.Struct({ enc: ChannelKey, mac: ChannelKey, dek: ChannelKey }), exact),
  }),
);
type Data = typeof Data.Type;

const FORM =
  'It holds {"iccid", "imsi", "smsc", "k", "opc" or "op", "adm"} and perhaps "msisdn", and "channel" with "enc", "mac", "dek"; keys in hex, the ADM code as its vendor gave it.';

/** @throws Failure without a word of what the file holds. */
const dataOf = (path: string): Data => {
  try {
    return Schema.decodeUnknownSync(Data)(readFileSync(path, 'utf8'));
  } catch {
    throw new Failure(`${path} cannot be read as the data of a card.`, FORM);
  }
};

const secret = (hex: string): SecretBytes => new SecretBytes(Buffer.from(hex, 'hex'));

const keysOf = ({ k, opc, op }: Data): SubscriberKeys | undefined =>
  k === undefined
    ? undefined
    : {
        k: secret(k),
        ...(opc === undefined ? {} : { opc: secret(opc) }),
        ...(op === undefined ? {} : { op: secret(op) }),
      };

const channelOf = ({ enc, mac, dek }: NonNullable<Data['channel']>): StaticKeys => ({
  enc: secret(enc),
  mac: secret(mac),
  dek: secret(dek),
});

const written = (reader: CardReader, data: Data): Effect.Effect<TalkEnd | Refusal, ReaderFault> =>
  Effect.gen(function* () {
    const looked = yield* look(reader, PROFILES);
    if (isRefusal(looked)) return looked;
    const { seen, profile } = looked;
    const legal = judgeCard(seen, { profiles: PROFILES, profile: profile.id, iccid: data.iccid, planned: true });
    if (isRefusal(legal)) return legal;
    const keys = keysOf(data);
    const subscription = {
      ...subscriptionOf(data.iccid, data.imsi, data.smsc, data.msisdn ?? null),
      ...(keys === undefined ? {} : { keys }),
      ...(data.adm === undefined ? {} : { adm: data.adm }),
      ...(data.channel === undefined ? {} : { channel: channelOf(data.channel) }),
    };
    const steps = planWrite(profile, subscription, legal.keepsIccid);
    return isRefusal(steps) ? steps : yield* write(reader, profile, steps, keys);
  });

const ON_CARD = {
  absent: 'The card does not carry the IMSI.',
  unknown: 'Whether the card carries the IMSI is not known: read it before the IMSI is used again.',
  written: 'The card carries the IMSI.',
};

export const addWrite = (tree: Command, exit: (code: number) => void): void => {
  withReader(tree.command('write'))
    .description('write a blank card, read it back and prove its keys; a code that is refused is not tried again')
    .requiredOption('--data <file>', 'JSON with iccid, imsi, smsc, k, opc or op, adm, perhaps msisdn and channel')
    .action(async ({ reader, data }: { readonly reader: ReaderAddress; readonly data: string }) => {
      const known = dataOf(data);
      const end = await useReader(reader, (open) => written(open, known));
      if (isRefusal(end))
        throw new Failure(
          `${end.message} (${end.code})`,
          ...(end.field === undefined ? [] : [`It is about ${end.field}.`]),
        );
      if (end.problem === undefined) {
        print(end.proved ? 'written, read back, and its keys are proved' : 'written and read back');
        return;
      }
      print(`not written: ${end.problem.message} (${end.problem.code})`);
      print(ON_CARD[end.progress.imsi]);
      if (end.progress.adm === 'refused') print('The card has refused its ADM code: do not try it again.');
      if (end.progress.channel === 'refused') {
        print('The card has refused the keys of its secure channel: do not try them again.');
      }
      exit(EXIT.failed);
    });
};
