import { Effect, Schema } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { blankCardActor } from '../../actors/sim/blank-card.ts';
import type { Caller } from '../../domain/kernel/caller.ts';
import { iccidOfBody } from '../../domain/sim/iccid.ts';
import { Iccid } from '../../domain/sim/schema.ts';
import { blankCardRefusals } from '../../domain/sim/writing/blank-card.ts';
import {
  AdmStanding,
  type BlankCardState,
  BlankCardStatus,
  blankCardCommands,
  ChannelStanding,
} from '../../domain/sim/writing/schema.ts';
import { masksFor } from '../masks.ts';
import { readActor } from '../read.ts';
import { answer, route, sampled } from '../route.ts';

/** What writing knows of a blank card, never its keys; and a person's word that what is uncertain may be tried again. */

const ICCID = iccidOfBody('8986012610000000017');
const params = sampled(Schema.Struct({ iccid: Iccid }), { iccid: ICCID });
const BlankCard = Schema.Struct({
  iccid: Schema.String,
  profile: Schema.String,
  status: BlankCardStatus,
  adm: AdmStanding.annotations({ description: '`Trying`: a VERIFY whose answer is not known' }),
  channel: ChannelStanding.annotations({ description: '`trying`: an authentication whose answer is not known' }),
  request: Schema.NullOr(Schema.String).annotations({ description: 'The write that has it, had it last, or wrote it' }),
}).annotations({ identifier: 'SimBlankCard' });
const CARD = {
  iccid: ICCID,
  profile: 'usim-scp03',
  status: 'blank' as const,
  adm: { _tag: 'Untried' as const },
  channel: 'trying' as const,
  request: null,
};

const shownTo = (caller: Caller, { iccid, profile, status, adm, channel, request }: BlankCardState) => {
  return { iccid: masksFor(caller)(iccid), profile, status, adm, channel, request };
};

const now = (caller: Caller, key: string) =>
  Effect.map(
    readActor(blankCardActor, { tenant: caller.tenant, key }, blankCardRefusals.keysMissing()),
    ({ state, rev }) => answer(200, shownTo(caller, state), { rev }),
  );

const read = route({
  method: 'GET',
  path: '/v1/sim/blank-cards/{iccid}',
  operationId: 'sim.blankCard.read',
  summary: 'Read what is known of a blank card: its profile, and what its ADM code and channel have done',
  personalData: true,
  in: { params },
  out: { 200: sampled(BlankCard, CARD, 'The card as it is now; its keys are shown to nobody') },
  refusals: [blankCardRefusals.keysMissing()],
  handler: ({ caller, params: { iccid } }) => now(caller, iccid),
});

const allowTry = route({
  method: 'POST',
  path: '/v1/sim/blank-cards/{iccid}/allow-try',
  operationId: 'sim.blankCard.allowTry',
  summary: 'Say that an uncertain ADM code or key of the channel has been checked and may be tried once more',
  description:
    'For a card whose answer to VERIFY (`adm`) or to the opening of its secure channel (`channel`) got lost: ' +
    '`AdmUncertain`, `ChannelUncertain`. A wrong try may cost the card, so whoever says it answers for it.',
  personalData: true,
  in: {
    params,
    body: sampled(Schema.Struct(blankCardCommands.AllowTry.fields), {
      of: 'channel',
      reason: 'the vendor confirms the keys of this batch',
    }),
  },
  out: { 200: sampled(BlankCard, { ...CARD, channel: 'untried' }, 'The card after it') },
  refusals: [
    blankCardRefusals.keysMissing(),
    blankCardRefusals.notUncertain(),
    blankCardRefusals.beingWritten(),
    blankCardRefusals.written(),
    blankCardRefusals.scrapped(),
    blankCardRefusals.admRefused(),
    blankCardRefusals.channelRefused(),
  ],
  handler: ({ tenant, caller, envelope, params: { iccid }, body }) =>
    Effect.gen(function* () {
      const actors = yield* Actors;
      const command = { _tag: 'AllowTry' as const, ...body };
      yield* actors.ask(blankCardActor, { id: { tenant, key: iccid }, command, envelope });
      return yield* now(caller, iccid);
    }),
});

export const blankCardRoutes = [read, allowTry];
