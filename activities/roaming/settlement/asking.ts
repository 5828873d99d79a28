import { Clock, Effect } from 'effect';
import { booksActor } from '../../../actors/roaming/books.ts';
import { settlementPeriodActor } from '../../../actors/roaming/settlement-period.ts';
import { Actors } from '../../../actors/runtime/actors.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import type { Caller } from '../../../domain/kernel/caller.ts';
import { refuse } from '../../../domain/kernel/refusal.ts';
import { periodRefusals } from '../../../domain/roaming/settlement/refusals.ts';
import type { BooksCommand, PeriodCommand } from '../../../domain/roaming/settlement/schema.ts';
import { Roaming } from '../../../partners/roaming/port.ts';
import { raiseAlert } from '../../../store/operations/alerts.ts';
import type { PeriodStep } from '../../../workflows/roaming/settlement/contract.ts';
import { CurrentStep } from '../../activity.ts';

/** How the steps of settlement ask books and periods, and tell a person. */

const SOURCE = 'roaming-settlement';

export const alertAbout = (
  tenant: TenantId,
  subject: string,
  code: string,
  stage: string,
  level: 'problem' | 'alarm' | 'reminder' = 'problem',
) =>
  Effect.flatMap(Clock.currentTimeMillis, (nowMs) =>
    raiseAlert(tenant, { source: SOURCE, subject, level, code, stage }, nowMs),
  );

const UNKNOWN = refuse('missing', 'UnknownPartner', 'No roaming partner of this code is configured.', {
  field: 'partner',
  action: 'Add it to the file that HUFU_ROAMING_FILE names.',
});

/** Who we are, and one of those with whom we are connected. */
export const termsOf = (code: string) =>
  Effect.gen(function* () {
    const terms = yield* Roaming;
    const partner = terms?.partners.get(code);
    return terms === undefined || partner === undefined ? yield* Effect.fail(UNKNOWN) : { terms, partner };
  });

/** The fact names the command: the same fact of the same books is told once. */
export const askBooks = (tenant: TenantId, book: string, command: BooksCommand, fact: string) =>
  Effect.gen(function* () {
    const { caller } = yield* CurrentStep;
    const envelope = { commandId: `settlement:${fact}`, caller };
    return (yield* (yield* Actors).ask(booksActor, { id: { tenant, key: book }, command, envelope })).reply;
  });

export const periodKey = ({ agreement, from }: Pick<PeriodStep, 'agreement' | 'from'>): string =>
  `${agreement}:${from}`;

const periodId = (step: PeriodStep) => ({ tenant: step.tenant, key: periodKey(step) });

export const askPeriod = (
  step: PeriodStep,
  command: PeriodCommand,
  from: { readonly commandId: string; readonly caller?: Caller },
) =>
  Effect.gen(function* () {
    const actors = yield* Actors;
    const { caller } = yield* CurrentStep;
    const envelope = { caller, ...from };
    return (yield* actors.ask(settlementPeriodActor, { id: periodId(step), command, envelope })).reply;
  });

export const periodOf = (step: PeriodStep) =>
  Effect.gen(function* () {
    const { state } = yield* (yield* Actors).read(settlementPeriodActor, periodId(step));
    return state ?? (yield* Effect.fail(periodRefusals.unknown()));
  });
