import { Effect } from 'effect';
import type { ActorId, TenantId } from '../../domain/kernel/actor-id.ts';
import { reaches } from '../../domain/kernel/province.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import type { Language } from '../../domain/kernel/report.ts';
import { historyOf, type Turn } from '../../domain/mandates/history.ts';
import { rulesDecider } from '../../domain/mandates/province-rules.ts';
import { mandateRefusals } from '../../domain/mandates/refusals.ts';
import type { NumberEvent } from '../../domain/mandates/schema.ts';
import { knownOf, type Named } from '../../domain/mandates/state.ts';
import { findRelation, type WantedRelation } from '../../store/mandates/relations.ts';
import { Actors } from '../runtime/actors.ts';
import { readTurns } from '../runtime/history.ts';
import { protocolOf } from '../runtime/protocol.ts';
import { replayActor } from '../runtime/replay.ts';
import { numberActor } from './number.ts';
import { provinceRulesActor } from './province-rules.ts';

/**
 * One agreement of a bank, found by its name and within reach: whatever staff do begins here. One of a province that is out of
 * reach is not there.
 */

/** Where it is, how its number stands, and what is known of it. Refusal: MandateUnknown. */
export const findAgreement = (wanted: WantedRelation) =>
  Effect.gen(function* () {
    const { tenant, reach, name } = wanted;
    const item = yield* findRelation(wanted);
    const id = { tenant, key: item.key };
    const { state, rev } = yield* (yield* Actors).read(numberActor, id);
    const known = knownOf(state, name);
    // What can be looked up is a moment behind.
    const province = known.relation?.province ?? known.open?.theirs.province ?? item.province;
    if (!reaches(reach, province)) return yield* Effect.fail(mandateRefusals.unknown());
    return { id, item, state, rev, known, province };
  });

export type FoundAgreement = Effect.Effect.Success<ReturnType<typeof findAgreement>>;

/** As many as a page of the journal has. */
const PAGE = 200;
/** Turns of one number that are read at once; a longer history goes on in the journal of the actor. */
export const MOST_TURNS = 4_000;

const turnsOf = (id: ActorId) =>
  Effect.gen(function* () {
    const protocol = protocolOf(numberActor);
    const turns: Array<Turn> = [];
    let cursor: string | undefined;
    do {
      const from = cursor === undefined ? {} : { cursor };
      const page = yield* readTurns(numberActor, id, { limit: PAGE, values: true, ...from });
      for (const { rev, atMs, subject, command, values } of page.items) {
        const { eventVersion = 1, events: encoded = [] } = values ?? {};
        // What the kind's own schema has decoded.
        const events = encoded.map((event) => protocol.decodeEvent(eventVersion, event) as NumberEvent);
        turns.push({ rev, atMs, subject, command, events });
      }
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && turns.length < MOST_TURNS);
    return { turns, whole: cursor === undefined };
  });

/** The province's rules, version by version; none when nobody has set any. */
const rulesOf = (tenant: TenantId, province: string | null) =>
  province === null
    ? Effect.succeed(rulesDecider.initial)
    : replayActor(provinceRulesActor, { tenant, key: province }).pipe(
        Effect.map(({ state }) => state),
        Effect.catchIf(
          (failure) => isRefusal(failure) && failure.kind === 'missing',
          () => Effect.succeed(rulesDecider.initial),
        ),
      );

/** The whole history of a found agreement, from the journal; `whole` false: its number has a longer one. */
export const readAgreementHistory = (
  { id, province }: Pick<FoundAgreement, 'id' | 'province'>,
  name: Named,
  language: Language,
) =>
  Effect.gen(function* () {
    const { turns, whole } = yield* turnsOf(id);
    const rules = yield* rulesOf(id.tenant, province);
    return { lines: historyOf(turns, name, rules, language), whole };
  });
