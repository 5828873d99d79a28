import { Clock, Effect, Option, Stream } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { isLate } from '../../domain/roaming/imports/delivery.ts';
import { endedAt } from '../../domain/roaming/network/visitor-record.ts';
import type { OutgoingFile } from '../../domain/roaming/outgoing/schema.ts';
import { dayBefore, dayOfMoment, endOfDayMs } from '../../domain/roaming/settlement/day.ts';
import { Roaming, type RoamingConfiguration, RoamingPort } from '../../partners/roaming/port.ts';
import { Files } from '../../store/files/files.ts';
import { Processes } from '../../temporal/client.ts';
import type { OfTenant } from '../../workflows/contract.ts';
import {
  type CutResult,
  roamingContract,
  type SendDayInput,
  type SendInput,
  type SendResult,
} from '../../workflows/roaming/contract.ts';
import { CurrentStep } from '../activity.ts';
import { buildFile, checkFile, recordsOf } from './build-file.ts';
import { companionOf, hashOf } from './checksum.ts';
import { eachParty } from './each-party.ts';
import { exchanged } from './exchanges.ts';
import { alertOf } from './import-asking.ts';
import { askOutgoing, readOutgoing } from './outgoing-asking.ts';

/**
 * Files of what a partner's subscribers used in our network (seed 002 §3.2.1): numbered, made, checked by our own check,
 * put on the partner's server. Each of these may be cut short and done again.
 */

const unknownPartner = (partner: string): Refusal =>
  refuse('missing', 'UnknownPartner', `No roaming partner ${partner} is configured.`, { field: 'partner' });

const dayNotOver = (): Refusal =>
  refuse('conflict', 'DayNotOver', 'The day is not over yet in the zone of the books.', { field: 'day' });

const configured = (partner: string) =>
  Effect.gen(function* () {
    const terms = yield* Roaming;
    const found = terms?.partners.get(partner);
    if (terms === undefined || found === undefined) return yield* Effect.fail(unknownPartner(partner));
    return { terms, partner: found };
  });

/** The number of the partner's file of a day that is over, and its records. Once for the day, however often it is asked. */
export const cutDay = ({ tenant, partner, day }: SendDayInput) =>
  Effect.gen(function* () {
    const { terms, partner: found } = yield* configured(partner);
    if ((yield* Clock.currentTimeMillis) < endOfDayMs(day, terms.zone)) return yield* Effect.fail(dayNotOver());
    // CIBER has no word for a day without usage.
    const isTap = found.ciber === null;
    const format = isTap ? 'tap' : 'ciber';
    const command = { _tag: 'Cut', series: 'billing', occasion: day, format, empty: isTap } as const;
    const { file } = yield* askOutgoing({ tenant, partner }, command, day);
    return { sequence: file?.sequence ?? 0, kind: file?.kind ?? 'notification' } satisfies CutResult;
  });

/** Makes the bytes and has our own check look at them. False: it found something, and a person is told. */
const built = (input: SendInput, terms: RoamingConfiguration, file: OutgoingFile) =>
  Effect.gen(function* () {
    const { tenant, partner } = input;
    const { series, sequence } = file;
    const found = yield* configured(partner);
    const place = { series, sequence } as const;
    const made = yield* buildFile({ tenant, terms, partner: found.partner, file }).pipe(
      Effect.flatMap((ref) => Effect.map(checkFile({ tenant, file }, ref), (reason) => ({ ref, reason }))),
      // What cannot be made is held as what is wrong: a person mends it, and nothing goes before it.
      Effect.catchIf(isRefusal, ({ message }) => Effect.succeed({ ref: undefined, reason: message })),
    );
    if (made.ref !== undefined && made.reason === undefined) {
      const command = { _tag: 'Build', ...place, file: made.ref } as const;
      return (yield* askOutgoing(input, command, series, sequence, file.rap ?? 0)).file;
    }
    yield* alertOf(tenant, partner, 'OutgoingFileHeld', `${series} ${sequence}`);
    const reason = made.reason ?? '';
    yield* askOutgoing(input, { _tag: 'Hold', ...place, reason: reason.slice(0, 500) }, series, sequence, reason);
    return null;
  });

/** Tells a person when the partner has heard of an event later than TD.35 asks for. */
const tellLate = ({ tenant, partner }: SendInput, file: OutgoingFile, sentAtMs: number) =>
  Effect.gen(function* () {
    const late = yield* recordsOf({ tenant, file }).pipe(
      Stream.filter(({ one }) => isLate(endedAt(one), sentAtMs)),
      Stream.runHead,
    );
    if (Option.isSome(late)) yield* alertOf(tenant, partner, 'NearRealTimeLate', 'sending');
  });

const sendOne = (input: SendInput, terms: RoamingConfiguration, file: OutgoingFile) =>
  Effect.gen(function* () {
    const port = yield* RoamingPort;
    const files = yield* Files;
    const ready = file.status === 'cut' ? yield* built(input, terms, file) : file;
    const ref = ready?.status === 'held' ? undefined : ready?.file;
    if (ref === undefined || ref === null) return false;
    const upload = { ...ref, open: (offset: number) => files.open(input.tenant, ref.id, offset) };
    yield* exchanged(input.tenant, input.partner, 'send', port.upload(input.partner, upload));
    const checksum = terms.partners.get(input.partner)?.checksum ?? null;
    if (checksum !== null) {
      const hash = checksum === 'sm3' ? ref.sm3 : yield* hashOf(checksum, upload.open(0));
      yield* port.upload(input.partner, companionOf(ref.name, checksum, hash));
    }
    const { series, sequence } = file;
    const sent = yield* askOutgoing(input, { _tag: 'Send', series, sequence }, series, sequence, file.rap ?? 0);
    if (series === 'nrtrde') yield* tellLate(input, file, sent.file?.sentAtMs ?? 0);
    return true;
  });

/** Every file of the series that the partner does not have yet, in the order of their numbers; a held one stops those behind it. */
export const sendFiles = (input: SendInput) =>
  Effect.gen(function* () {
    const { terms } = yield* configured(input.partner);
    const { heartbeat } = yield* CurrentStep;
    const { files } = yield* readOutgoing(input);
    const open = files.filter(({ series, status }) => series === input.series && status !== 'sent');
    let sent = 0;
    for (const file of open) {
      if (!(yield* sendOne(input, terms, file))) break;
      sent += 1;
      yield* heartbeat({ stage: 'sending', sent });
    }
    return { sent, held: open.length - sent } satisfies SendResult;
  }).pipe(
    // Nobody waits for this step: what refuses to go on is told to a person.
    Effect.tapError((failure) =>
      isRefusal(failure) ? alertOf(input.tenant, input.partner, failure.code, 'sending') : Effect.void,
    ),
  );

/** Starts the day's file for each partner whose subscribers are charged for. */
export const startDay = ({ tenant }: OfTenant) =>
  Effect.gen(function* () {
    const terms = yield* Roaming;
    const processes = yield* Processes;
    if (terms === undefined) return { started: 0 };
    const day = dayBefore(dayOfMoment(yield* Clock.currentTimeMillis, terms.zone));
    let started = 0;
    for (const { code, visitors } of terms.partners.values()) {
      if (visitors === null) continue;
      const input = { tenant, partner: code, day };
      yield* processes.start(roamingContract.workflows.sendDay, { key: `${code}-${day}`, input });
      started += 1;
    }
    return { started };
  });

const QUARTER_MS = 15 * 60_000;

/** Gives the file of this quarter of an hour its number and what waits; none when nothing does. Once, however often it is asked. */
export const cutNrtrde = (tenant: TenantId, partner: string, occasion: string) =>
  askOutgoing(
    { tenant, partner },
    { _tag: 'Cut', series: 'nrtrde', occasion, format: 'nrtrde', empty: false },
    occasion,
  );

const nrtrdeTo = (tenant: TenantId, partner: string, occasion: string) =>
  Effect.zipRight(cutNrtrde(tenant, partner, occasion), sendFiles({ tenant, partner, series: 'nrtrde' }));

/** Near-real-time usage to each partner that gets it; a server that cannot be reached keeps no other waiting. */
export const sendNrtrde = ({ tenant }: OfTenant) =>
  Effect.gen(function* () {
    const terms = yield* Roaming;
    const nowMs = yield* Clock.currentTimeMillis;
    const occasion = new Date(nowMs - (nowMs % QUARTER_MS)).toISOString().slice(0, 16);
    const those = [...(terms?.partners.values() ?? [])].filter(({ visitors }) => visitors?.nrtrde === true);
    const { done, failed } = yield* eachParty(
      tenant,
      'nrtrde',
      those.map(({ code }) => [code, nrtrdeTo(tenant, code, occasion)] as const),
    );
    return {
      sent: done.reduce((sum, { sent }) => sum + sent, 0),
      held: done.reduce((sum, { held }) => sum + held, failed),
    } satisfies SendResult;
  });
