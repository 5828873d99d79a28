import { Effect, Layer, Schedule } from 'effect';
import { type Fault, isFault, isRefusal, type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { type Imsi, parseImsi } from '../../domain/sim/imsi.ts';
import { componentKey } from '../../domain/sim/telecom/component.ts';
import { eopOrderRefusals } from '../../domain/sim/telecom/eop-order.ts';
import { proofProblem } from '../../domain/sim/telecom/proof.ts';
import { contentsOf, writeDataRefusals } from '../../domain/sim/telecom/write-data.ts';
import type { Judged } from '../../domain/sim/writing/judge.ts';
import { subscriptionOf } from '../../domain/sim/writing/resource.ts';
import type { CardWriteState } from '../../domain/sim/writing/schema.ts';
import { EopPort, type WriteData } from '../../partners/eop/port.ts';
import type { Actors } from '../runtime/actors.ts';
import { cardWriteActor } from './card-write.ts';
import { ask, find, type Writing } from './card-writing/asking.ts';
import { type Supply, TelecomSupply, type Wish } from './card-writing/supply.ts';
import { eopOrderActor } from './eop-order.ts';
import { imsiActor } from './imsi.ts';
import { writingComponentActor } from './writing-component.ts';

/**
 * The data of a Telecom card (seed 000 §4.3 steps 3 and 4): the component that writes is checked, then EOP is asked, at
 * that moment, and asked for the same again after a crash or a doubt. That EOP is about to be asked is recorded first,
 * so that it hears of the end also when its answer never came. Keys live here from the answer to the card, nowhere else.
 */

type Asked<A> = Effect.Effect<A, Refusal | Fault, Actors>;
type Port = EopPort['Type'];

/** EOP knows a write by tenant and request id: two tenants may have the same id. */
export const eopRequestOf = ({ tenant, request }: Pick<Writing, 'tenant' | 'request'>): string =>
  `${tenant}:${request}`;

/** Somebody stands at the counter: three tries, one second and a bit between the first and the last. */
const PATIENCE = Schedule.intersect(Schedule.exponential(350, 2), Schedule.recurs(2));

const unreachable = ({ code }: Fault): Refusal =>
  refuse('exhausted', 'EopUnreachable', `EOP has not given the data of this card in time (${code}).`, {
    action: 'Try again under a new request id; what EOP may have handed out is given back.',
  });

const objection = (writing: Writing, { profile }: Judged): Asked<Refusal | undefined> =>
  Effect.gen(function* () {
    const { tenant, request } = writing;
    const order = yield* find(tenant, eopOrderActor, request);
    const proof = order?.proof;
    const component =
      proof === undefined || proof === null
        ? null
        : yield* find(tenant, writingComponentActor, componentKey(proof.name, proof.version));
    const problem = proofProblem(tenant, order, component);
    // What EOP hands out would be left out in silence.
    return problem ?? (profile.keys === undefined ? writeDataRefusals.keysHaveNoPlace() : undefined);
  });

/** What EOP hands out, after the intent and with what it is recorded, its keys apart. */
const fetched = (port: Port, { writing, judged }: Wish): Asked<WriteData> =>
  Effect.gen(function* () {
    const { tenant, request } = writing;
    const { iccid, product, city } = judged;
    const order = yield* find(tenant, eopOrderActor, request);
    const proof = order?.proof;
    if (proof === undefined || proof === null) return yield* Effect.fail(eopOrderRefusals.notProved());
    const { name, version } = proof;
    const component = { name, version };
    yield* ask(writing, eopOrderActor, request, { _tag: 'Ask', iccid, component: componentKey(name, version) }, iccid);
    const wanted = { request: eopRequestOf(writing), iccid, product, city, component };
    const data = yield* port.fetchData(wanted).pipe(
      Effect.retry({ while: isFault, schedule: PATIENCE }),
      Effect.mapError((failure) => (isFault(failure) ? unreachable(failure) : failure)),
    );
    const imsi = parseImsi(data.imsi);
    if (isRefusal(imsi)) return yield* Effect.fail(imsi);
    const command = { _tag: 'Take', order: data.order, imsi, smsc: data.smsc } as const;
    yield* ask(writing, eopOrderActor, request, command, `${data.order}/${imsi}/${data.smsc}`);
    return data;
  });

/** The write takes what EOP handed out, as it takes what comes from our own stock. */
const reserved = ({ writing, write, judged, reader }: Wish, imsi: Imsi, smsc: string): Asked<CardWriteState> =>
  Effect.gen(function* () {
    let now = write;
    const { iccid, profile, application, line, product, city } = judged;
    if (now.status !== 'reserved') {
      const of = { iccid, profile: profile.id, reader, application, line, product, city, range: null };
      yield* ask(writing, cardWriteActor, writing.request, { _tag: 'Judge', ...of }, `${iccid}/${reader}`);
      ({ write: now } = yield* ask(writing, cardWriteActor, writing.request, { _tag: 'Reserve', imsi, smsc }));
    }
    yield* ask(writing, imsiActor, imsi, { _tag: 'Reserve', iccid, application, line, product, city });
    return now;
  });

const supplyFrom = (port: Port): Supply => ({
  objection,
  supply: (wish) =>
    Effect.gen(function* () {
      const { write, judged, own } = wish;
      const data = yield* fetched(port, wish);
      const further = write.status === 'reserved' || write.status === 'inDoubt';
      if (further && (write.imsi !== data.imsi || write.smsc !== data.smsc)) {
        return yield* Effect.fail(eopOrderRefusals.dataDiffer());
      }
      const contents = contentsOf(judged.profile, data.files);
      if (isRefusal(contents)) return yield* Effect.fail(contents);
      const now = write.status === 'inDoubt' ? write : yield* reserved(wish, data.imsi as Imsi, data.smsc);
      const base = subscriptionOf(judged.iccid, data.imsi, data.smsc, write.wanted.msisdn);
      return { write: now, data: { ...base, ...contents }, keys: { ...own, keys: data.keys } };
    }),
});

export const TelecomSupplyLive: Layer.Layer<TelecomSupply, never, EopPort> = Layer.effect(
  TelecomSupply,
  Effect.map(EopPort, supplyFrom),
);
