import { Clock, Effect } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { cardWriteActor } from '../../actors/sim/card-write.ts';
import { wordOf } from '../../domain/sim/telecom/word.ts';
import { noticeOf } from '../../domain/sim/writing/notice.ts';
import { CrmPort } from '../../partners/crm/port.ts';
import { raiseAlert } from '../../store/operations/alerts.ts';
import type { WriteResultInput } from '../../workflows/sim/contract.ts';
import { recordTold } from './eop-result.ts';

/** What a write has come to by now is read from its actor: no number of a card goes through a workflow's history. */
export const tellCrm = ({ tenant, request }: WriteResultInput) =>
  Effect.gen(function* () {
    const { state, rev } = yield* (yield* Actors).read(cardWriteActor, { tenant, key: request });
    const notice = state === null ? undefined : noticeOf(state, rev);
    if (notice === undefined) return { told: false };
    const told = yield* (yield* CrmPort).tellWrite(tenant, notice);
    const word = wordOf(notice.status);
    if (told === 'told' && word !== undefined) yield* recordTold({ tenant, request }, 'crm', rev, word);
    return { told: told === 'told' };
  });

export const alertUntold = ({ tenant, request, code }: WriteResultInput & { readonly code: string }) =>
  Effect.gen(function* () {
    const alert = { source: 'card-writing', subject: request, level: 'problem', code, stage: 'result' } as const;
    yield* raiseAlert(tenant, alert, yield* Clock.currentTimeMillis);
    return null;
  });
