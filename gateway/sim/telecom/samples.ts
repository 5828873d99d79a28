import { Schema } from 'effect';
import { telecomApplicationActor } from '../../../actors/sim/telecom-application.ts';
import type { TenantId } from '../../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../../domain/kernel/refusal.ts';
import { refusals } from '../../../domain/sim/application/refusals.ts';
import { ApplicationNo, Code, Remarks } from '../../../domain/sim/schema.ts';
import { telecomDecider } from '../../../domain/sim/telecom/application/decide.ts';
import {
  type TelecomCommand,
  TelecomLineInputs,
  TelecomReply,
  TelecomState,
} from '../../../domain/sim/telecom/application/schema.ts';
import { readActor } from '../../read.ts';
import { sampled } from '../../route.ts';

/** What several routes of Telecom's cycle take and give, with the example that the documents show. */

export const TELECOM_NO = 'T-20261126-0001';

export const telecomParams = sampled(Schema.Struct({ application: ApplicationNo }), { application: TELECOM_NO });

const fields = {
  remarks: Schema.optionalWith(Remarks, { default: () => '' }),
  vendor: Code,
  lines: TelecomLineInputs,
};
const DRAFT = {
  remarks: 'spring stock',
  vendor: 'EASTCARD',
  lines: [{ no: 1, product: 'CTC-4G', city: '110000', quantity: 1_000 }],
};
export const NewTelecomApplication = sampled(
  Schema.Struct({ no: Schema.optionalWith(ApplicationNo, { exact: true }), ...fields }),
  { no: TELECOM_NO, ...DRAFT },
);
export const EditedTelecomLines = sampled(Schema.Struct(fields), DRAFT);

/** Examples come from the rules themselves, so they cannot say what never happens. */
const exampleOf = (commands: ReadonlyArray<TelecomCommand>) => {
  const tenant = 'demo' as TenantId;
  const facts = {
    nowMs: 1_795_416_000_000,
    actor: { tenant, key: TELECOM_NO },
    caller: { subject: 'demo-operator', tenant, roles: ['operator'] as const },
    commandId: 'example',
  };
  let state = telecomDecider.initial;
  let reply: TelecomReply | undefined;
  for (const command of commands) {
    const decision = telecomDecider.decide(state, command, facts);
    if (isRefusal(decision)) throw new Error(`the example is refused: ${decision.code}`);
    state = decision.events.reduce(telecomDecider.evolve, state);
    reply = decision.reply;
  }
  if (state === null || reply === undefined) throw new Error('the example is empty');
  return { state, reply };
};

const file = (name: string, letter: string) => ({ id: `F-${letter}`, name, bytes: 4_096, sm3: letter.repeat(64) });
const exported: TelecomCommand = {
  _tag: 'RecordExport',
  files: [{ form: 'pdf', file: file(`APPLY_${TELECOM_NO}.pdf`, 'a') }],
};
const drafted = exampleOf([{ _tag: 'Draft', ...DRAFT }]);
const mailed = exampleOf([
  { _tag: 'Draft', ...DRAFT },
  exported,
  { _tag: 'AttachScan', file: file('scan.pdf', 'b') },
  { _tag: 'RecordSent', messageId: `${TELECOM_NO}.1@mvno.example`, scan: 'b'.repeat(64) },
]);

const Reply = TelecomReply.annotations({ identifier: 'SimTelecomReply' });
export const draftAnswer = (description: string) => sampled(Reply, drafted.reply, description);
export const replyAnswer = (description: string) => sampled(Reply, mailed.reply, description);
export const stateAnswer = (description: string) =>
  sampled(TelecomState, Schema.encodeSync(TelecomState)(mailed.state), description);
export const TELECOM_BOOKS = mailed.reply.books;

/** The application as its actor knows it; `ApplicationUnknown` when it was never drafted. */
export const readTelecom = (tenant: TenantId, application: string) =>
  readActor(telecomApplicationActor, { tenant, key: application }, refusals.applicationUnknown());
