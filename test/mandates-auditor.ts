import { numberDecider } from '../domain/mandates/number.ts';
import type { Claim, NumberCommand, NumberReply, NumberState } from '../domain/mandates/schema.ts';
import { Random } from './simulation/random.ts';
import { factsFor } from './support/facts.ts';
import { CLAIM, cardOf, POSTPAID, RULES, SUBSCRIBER, say } from './support/mandates.ts';

/**
 * One number in a world of its own: two banks with their copies of the relation and their accounts, a province with its
 * copy, and messages between them and the number's decider that are lost, repeated and overtaken. An auditor looks after
 * every message. All from one seed.
 */

interface Post {
  readonly command: NumberCommand;
  /** What the sender does with the answer. */
  readonly answered?: (reply: NumberReply | string) => void;
}

/** What a bank has: agreements that are formal there, and money that it took, by charge and attempt. */
class BankCopy {
  readonly formal = new Map<string, Claim>();
  readonly taken = new Map<string, number>();

  cancel(agreement: string): void {
    this.formal.delete(agreement);
  }

  /** Idempotent: the same charge and attempt is taken once. */
  charge(id: string, attempt: number, amountMinor: number): void {
    this.taken.set(`${id}/${attempt}`, amountMinor);
  }
}

const BANKS = ['CCB', 'ICBC'] as const;
type Bank = (typeof BANKS)[number];

export interface Verdict {
  readonly problems: ReadonlyArray<string>;
  readonly messages: number;
  readonly cases: number;
  readonly charges: number;
  readonly relations: number;
}

class World {
  readonly random: Random;
  readonly banks = { CCB: new BankCopy(), ICBC: new BankCopy() };
  /** The province's copy: what the last notice that arrived in order said. */
  province: { readonly rev: number; readonly formal: string | null } = { rev: 0, formal: null };
  readonly problems: string[] = [];
  readonly userType: Claim['userType'];
  state: NumberState = numberDecider.initial;
  nowMs = factsFor('n').nowMs;
  rev = 0;
  messages = 0;
  cases = 0;
  relations = 0;
  private agreements = 0;
  private triggers = 0;
  private post: Post[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
    this.userType = this.random.chance(0.5) ? 'prepaid' : 'postpaid';
  }

  claim(bank: Bank): Claim {
    this.agreements += 1;
    const terms = this.userType === 'prepaid' ? CLAIM.terms : POSTPAID;
    const account = cardOf(this.agreements);
    return { ...CLAIM, bank, agreement: `A${this.agreements}`, account, userType: this.userType, terms };
  }

  /** One message reaches the decider, through the actor's turn. */
  deliver({ command, answered }: Post): void {
    this.messages += 1;
    const facts = { ...factsFor('n'), nowMs: this.nowMs, commandId: `turn-${this.messages}` };
    const decision = numberDecider.decide(this.state, command, facts);
    if (decision._tag === 'Refusal') {
      answered?.(decision.code);
      return;
    }
    const before = this.state;
    this.state = decision.events.reduce(numberDecider.evolve, before);
    if (decision.events.length > 0) this.rev += 1;
    this.audit(before);
    const reply = decision.reply as NumberReply;
    for (const { bank, agreement } of reply.tell) this.tellBank(bank as Bank, agreement);
    this.tellProvince();
    answered?.(reply);
  }

  /** It may be lost, come twice, and come after what was sent later. */
  send(post: Post): void {
    if (this.random.chance(0.15)) return;
    const copies = this.random.chance(0.2) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      this.post.splice(this.random.below(this.post.length + 1), 0, post);
    }
  }

  step(): void {
    const next = this.post.shift();
    if (next !== undefined) this.deliver(next);
  }

  drain(): void {
    while (this.post.length > 0) this.step();
  }

  private tellBank(bank: Bank, agreement: string): void {
    if (this.random.chance(0.85)) this.banks[bank].cancel(agreement);
  }

  private tellProvince(): void {
    const { rev } = this;
    const formal = formalOf(this.state);
    if (this.random.chance(0.15)) return;
    const arrive = () => {
      if (rev > this.province.rev) this.province = { rev, formal };
    };
    arrive();
    if (this.random.chance(0.2)) arrive();
  }

  private audit(before: NumberState): void {
    const [was, is] = [formalOf(before), formalOf(this.state)];
    if (was === null && is !== null) this.relations += 1;
    this.cases += this.state.cases.length > before.cases.length ? 1 : 0;
    const formal = this.state.relation === null ? [] : [`${this.state.relation.bank}/${this.state.relation.agreement}`];
    const over = this.state.ended.map(({ bank, agreement }) => `${bank}/${agreement}`);
    if (formal.some((name) => over.includes(name))) this.problems.push(`${formal} stands and is over`);
    const names = this.state.cases.map(({ theirs }) => `${theirs.bank}/${theirs.agreement}`);
    if (new Set(names).size !== names.length) this.problems.push('two cases about one agreement');
    // A relation is replaced by another in one turn only when a person takes theirs.
    if (was !== null && is !== null && was !== is && !over.includes(was)) this.problems.push(`${was} became ${is}`);
  }

  // ── what banks, hall, users and staff do ────────────────────────────────────────────────────────────────────

  open(): void {
    const bank = this.random.pick(BANKS);
    const claim = this.claim(bank);
    const establish = () => {
      this.banks[bank].formal.set(claim.agreement, claim);
      this.send({ command: say.establish(claim) });
    };
    // The hall's flow asks nobody; the bank's asks first and makes it formal when it may.
    if (this.random.chance(0.4)) {
      establish();
      return;
    }
    // A bank takes the answer to its request once.
    let heard = false;
    const answered = (reply: NumberReply | string) => {
      if (heard || typeof reply === 'string' || reply.word !== 'provisional') return;
      heard = true;
      if (this.random.chance(0.1)) this.send({ command: say.decline(claim) });
      else establish();
    };
    this.send({ command: say.request(claim, { ...SUBSCRIBER, userType: this.userType }), answered });
  }

  cancel(): void {
    const { relation } = this.state;
    const bank = this.random.pick(BANKS);
    const [agreement] = this.banks[bank].formal.keys();
    if (this.random.chance(0.5) && agreement !== undefined) {
      const claim = this.banks[bank].formal.get(agreement);
      if (claim === undefined) return;
      this.banks[bank].cancel(agreement);
      this.send({ command: say.cancel('bank', claim) });
      return;
    }
    if (relation === null) return;
    const answered = (reply: NumberReply | string) => {
      if (typeof reply === 'string' || reply.word !== 'cancelling' || this.random.chance(0.15)) return;
      this.banks[relation.bank as Bank].cancel(relation.agreement);
      this.send({ command: say.confirmCancel(relation) });
    };
    this.send({ command: say.cancel('hall', relation), answered });
  }

  charge(): void {
    // An old trigger half of the time.
    if (this.triggers === 0 || this.random.chance(0.5)) this.triggers += 1;
    const id = `t${1 + this.random.below(this.triggers)}`;
    const command = this.userType === 'prepaid' ? say.topUp(id, this.nowMs) : say.payBill(id, 5_000);
    const answered = (reply: NumberReply | string) => {
      if (typeof reply === 'string' || reply.charge === null || !reply.changed) return;
      this.ask(reply.charge.bank as Bank, id, reply.charge.attempt, reply.charge.amountMinor);
    };
    this.send({ command, answered });
  }

  /** The bank is asked; its answer may not come, and then it is unknown until somebody asks again. */
  private ask(bank: Bank, id: string, attempt: number, amountMinor: number): void {
    const reached = this.random.chance(0.85);
    const paid = reached && this.random.chance(0.8);
    if (paid) this.banks[bank].charge(id, attempt, amountMinor);
    const outcome = !reached || this.random.chance(0.2) ? 'unknown' : paid ? 'paid' : 'failed';
    this.send({ command: say.recordCharge(id, outcome, attempt) });
  }

  expire(): void {
    this.nowMs += this.random.below(RULES.provisionalMs * 2);
    const { relation } = this.state;
    if (relation !== null) this.deliver({ command: say.expire(relation) });
  }

  resolve(): void {
    const [open] = this.state.cases;
    if (open === undefined) return;
    const action = this.random.pick(['keepOurs', 'takeTheirs', 'cancelBoth'] as const);
    const command = { _tag: 'Resolve', case: open.id, action, note: 'looked at' } as const;
    this.deliver({ command });
    // Of a case for two, the second person; the caller of the facts is one person.
    if (this.state.cases.some(({ id }) => id === open.id)) this.second(command);
  }

  private second(command: NumberCommand): void {
    const caller = { ...factsFor('n').caller, subject: 'second' };
    const facts = { ...factsFor('n'), caller, nowMs: this.nowMs, commandId: `second-${this.messages}` };
    const decision = numberDecider.decide(this.state, command, facts);
    if (decision._tag === 'Refusal') return;
    const before = this.state;
    this.state = decision.events.reduce(numberDecider.evolve, before);
    this.rev += 1;
    this.audit(before);
    for (const { bank, agreement } of (decision.reply as NumberReply).tell) this.tellBank(bank as Bank, agreement);
  }

  // ── reconciliation: nothing is lost here ────────────────────────────────────────────────────────────────────

  settleCharges(): void {
    for (const { id, attempt, bank, status } of this.state.charges) {
      if (status !== 'asked' && status !== 'unknown') continue;
      const paid = this.banks[bank as Bank].taken.has(`${id}/${attempt}`);
      this.deliver({ command: say.recordCharge(id, paid ? 'paid' : 'failed', attempt) });
    }
  }

  /** Everything that either side has, once; what the bank is told it does. */
  reconcileBanks(): void {
    const { relation, cases } = this.state;
    const ours = [...(relation === null ? [] : [relation]), ...cases.map(({ theirs }) => theirs)];
    for (const bank of BANKS) {
      const copy = this.banks[bank].formal;
      const all = new Map([
        ...ours.filter((one) => one.bank === bank).map((one) => [one.agreement, one] as const),
        ...copy,
      ]);
      for (const [agreement, claim] of all) {
        const answered = (reply: NumberReply | string) => {
          if (typeof reply !== 'string')
            for (const told of reply.tell) this.banks[told.bank as Bank].cancel(told.agreement);
        };
        this.deliver({ command: say.reconcile(copy.get(agreement) ?? null, claim), answered });
      }
    }
  }

  reconcileProvince(): void {
    this.province = { rev: this.rev, formal: formalOf(this.state) };
  }
}

/** What stands: a formal relation, also one that is being cancelled. */
const formalOf = ({ relation }: NumberState): string | null =>
  relation === null || relation.status === 'provisional' ? null : `${relation.bank}/${relation.agreement}`;

const STEPS = ['open', 'open', 'cancel', 'charge', 'charge', 'expire', 'resolve'] as const;
/** Each round a case may be decided for a claim that then ends another: as many as there can be, and one to see it. */
const ROUNDS = 12;

/** Both sides say the same, and every fen that a bank took is a charge that is paid. */
const converge = (world: World): void => {
  world.drain();
  world.nowMs += RULES.provisionalMs;
  if (world.state.relation !== null) world.deliver({ command: say.expire(world.state.relation) });
  for (let round = 0; round < ROUNDS; round += 1) {
    world.settleCharges();
    world.reconcileBanks();
    const before = world.state.cases.length;
    while (world.state.cases.length > 0) world.resolve();
    if (before === 0 && round > 0) break;
  }
  world.reconcileProvince();
  const ours = formalOf(world.state);
  const theirs = BANKS.flatMap((bank) => [...world.banks[bank].formal.keys()].map((name) => `${bank}/${name}`));
  if (theirs.join() !== (ours ?? '')) world.problems.push(`ours ${ours}, the banks’ ${theirs.join()}`);
  if (world.province.formal !== ours) world.problems.push(`the province has ${world.province.formal}, we ${ours}`);
  const taken = BANKS.flatMap((bank) => [...world.banks[bank].taken.keys()]);
  const ids = taken.map((name) => name.slice(0, name.indexOf('/')));
  if (new Set(ids).size !== ids.length) world.problems.push(`money twice: ${taken.join()}`);
  const paid = world.state.charges
    .filter(({ status }) => status === 'paid')
    .map(({ id, attempt }) => `${id}/${attempt}`);
  if (paid.toSorted().join() !== taken.toSorted().join()) world.problems.push(`taken ${taken}, paid ${paid}`);
};

/** One sequence from its seed, to the end and reconciled. */
export const auditSequence = (seed: number): Verdict => {
  const world = new World(seed);
  const steps = 10 + world.random.below(40);
  for (let at = 0; at < steps; at += 1) {
    world[world.random.pick(STEPS)]();
    for (let some = world.random.below(3); some > 0; some -= 1) world.step();
  }
  converge(world);
  const { problems, messages, cases, relations, state } = world;
  return { problems, messages, cases, relations, charges: state.charges.length };
};
