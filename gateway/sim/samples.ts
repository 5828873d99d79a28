import { Schema } from 'effect';
import type { TenantId } from '../../domain/kernel/actor-id.ts';
import { isRefusal } from '../../domain/kernel/refusal.ts';
import { applicationDecider } from '../../domain/sim/application/decide.ts';
import {
  type ApplicationCommand,
  ApplicationReply,
  ApplicationState,
  Books,
  LineInputs,
  Stage,
  WaitingFor,
} from '../../domain/sim/application/schema.ts';
import { ApplicationNo, Code, Count, Remarks } from '../../domain/sim/schema.ts';
import { sampled } from '../route.ts';

/** What several routes of card making take and give, with the example that the documents show. */

export const NO = 'A20261123-0001';

export const applicationParams = sampled(Schema.Struct({ application: ApplicationNo }), { application: NO });

const LINES = [
  { no: 1, cardType: 'finished' as const, product: '4G-STD', city: '110000', quantity: 1_000 },
  { no: 2, cardType: 'blank' as const, product: '4G-STD', city: '310000', quantity: 500 },
];

const draftFields = {
  partner: Code,
  remarks: Schema.optionalWith(Remarks, { default: () => '' }),
  vendors: Schema.optionalWith(Schema.Array(Code).pipe(Schema.maxItems(50)), { default: () => [] }),
  lines: LineInputs,
};
const DRAFT = { partner: 'vop', remarks: 'spring stock', vendors: ['YINLIAN', 'HENGBAO'], lines: LINES };

export const NewApplication = sampled(
  Schema.Struct({ no: Schema.optionalWith(ApplicationNo, { exact: true }), ...draftFields }),
  { no: NO, ...DRAFT },
);
const { partner: _partner, ...editFields } = draftFields;
export const EditedLines = sampled(Schema.Struct(editFields), { vendors: DRAFT.vendors, lines: LINES });

/** Examples come from the rules themselves, so they cannot say what never happens. */
const exampleOf = (commands: ReadonlyArray<ApplicationCommand>) => {
  const tenant = 'demo' as TenantId;
  const facts = {
    nowMs: 1_795_416_000_000,
    actor: { tenant, key: NO },
    caller: { subject: 'demo-operator', tenant, roles: ['operator'] as const },
    commandId: 'example',
  };
  let state = applicationDecider.initial;
  let reply: ApplicationReply | undefined;
  for (const command of commands) {
    const decision = applicationDecider.decide(state, command, facts);
    if (isRefusal(decision)) throw new Error(`the example is refused: ${decision.code}`);
    state = decision.events.reduce(applicationDecider.evolve, state);
    reply = decision.reply;
  }
  if (state === null || reply === undefined) throw new Error('the example is empty');
  return { state, reply };
};

const drafted = exampleOf([{ _tag: 'Draft', ...DRAFT }]);
const submitted = exampleOf([{ _tag: 'Draft', ...DRAFT }, { _tag: 'Submit' }]);

export const applicationAnswer = (description: string) =>
  sampled(ApplicationState, Schema.encodeSync(ApplicationState)(submitted.state), description);
export const draftAnswer = (description: string) => sampled(ApplicationReply, drafted.reply, description);

export const BOOKS = submitted.reply.books;

export const ApplicationItem = Schema.Struct({
  no: Schema.String,
  partner: Schema.String,
  stage: Stage,
  waitingFor: WaitingFor,
  paused: Schema.Boolean,
  round: Count,
  cities: Schema.Array(Schema.String),
  products: Schema.Array(Schema.String),
  cardTypes: Schema.Array(Schema.String),
  lines: Count,
  books: Books,
  createdAtMs: Schema.Number,
  createdBy: Schema.String,
  endedAtMs: Schema.NullOr(Schema.Number),
}).annotations({ identifier: 'SimApplicationItem' });

export const APPLICATION_ITEM = {
  no: NO,
  partner: DRAFT.partner,
  stage: 'checking' as const,
  waitingFor: null,
  paused: false,
  round: 1,
  cities: ['110000', '310000'],
  products: ['4G-STD'],
  cardTypes: ['finished', 'blank'],
  lines: 2,
  books: BOOKS,
  createdAtMs: 1_795_416_000_000,
  createdBy: 'demo-operator',
  endedAtMs: null,
};
