import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsFor } from '../../test/support/facts.ts';
import { CLAIM, cardOf, NUMBER, OTHER, say } from '../../test/support/mandates.ts';
import { STATE_TABLE } from '../../test/support/mandates-table.ts';
import { numberDecider } from './number.ts';
import type { Claim, NumberCommand, NumberReply, NumberState } from './schema.ts';

/** Every state with every message; the same again, by its id and under a new one; two flows at once. */

const KEY = 'n';
const START = factsFor(KEY).nowMs;
const HALF_AN_HOUR = 1_800_000;

interface Step {
  readonly command: NumberCommand | ((state: NumberState) => NumberCommand);
  readonly afterMs?: number;
  readonly by?: string;
}

const asked = (steps: ReadonlyArray<Step>) => {
  let state = numberDecider.initial;
  let nowMs = START;
  let turn = 0;
  const ask = ({ command, afterMs = 0, by = 'operator' }: Step): NumberReply | string => {
    nowMs += afterMs;
    turn += 1;
    const caller = { ...factsFor(KEY).caller, subject: by };
    const facts = { ...factsFor(KEY), nowMs, caller, commandId: `command-${turn}` };
    const decision = numberDecider.decide(state, typeof command === 'function' ? command(state) : command, facts);
    if (decision._tag === 'Refusal') return decision.code;
    state = decision.events.reduce(numberDecider.evolve, state);
    return decision.reply as NumberReply;
  };
  for (const step of steps) ask(step);
  return { ask, state: () => state };
};

const resolving =
  (action: 'keepOurs' | 'takeTheirs' | 'cancelBoth') =>
  (state: NumberState): NumberCommand => ({
    _tag: 'Resolve',
    case: state.cases[0]?.id ?? '',
    action,
    note: 'asked the bank',
  });

const steps = (...commands: ReadonlyArray<Step['command']>): ReadonlyArray<Step> =>
  commands.map((command) => ({ command }));
const FORMAL = steps(say.request(), say.establish());
const STATES = {
  none: [],
  provisional: steps(say.request()),
  formal: FORMAL,
  cancelling: [...FORMAL, { command: say.cancel('hall') }],
  cancelled: [...FORMAL, ...steps(say.cancel())],
  declined: steps(say.request(), say.decline()),
  expired: [...steps(say.request()), { command: say.expire(), afterMs: HALF_AN_HOUR }],
  other: steps(say.establish(OTHER)),
  manual: steps(say.establish(OTHER), say.establish()),
  refused: steps(say.establish(OTHER), say.establish(), resolving('keepOurs')),
} satisfies Record<string, ReadonlyArray<Step>>;

const RICHER = { ...CLAIM.terms, amountMinor: 6_000 };
const MESSAGES = {
  request: () => say.request(),
  requestOther: () => say.request({ ...CLAIM, account: cardOf(9) }),
  establish: () => say.establish(),
  account: () => say.establish({ ...CLAIM, account: cardOf(9) }),
  terms: () => say.establish({ ...CLAIM, terms: RICHER }),
  decline: () => say.decline(),
  expire: () => say.expire(),
  cancelBank: () => say.cancel('bank'),
  cancelHall: () => say.cancel('hall'),
  confirm: () => say.confirmCancel(),
  reject: () => say.rejectCancel(),
  change: () => say.changeTerms(RICHER),
  has: () => say.reconcile(CLAIM),
  hasNot: () => say.reconcile(null),
} satisfies Record<string, () => NumberCommand>;

/** What is known of CCB's agreement A1. */
const where = ({ relation, cases, ended }: NumberState): string =>
  relation?.bank === 'CCB'
    ? relation.status
    : cases.length > 0
      ? 'manual'
      : (ended.find(({ bank }) => bank === 'CCB')?.ending ?? 'none');

const wordOf = (reply: NumberReply | string): string =>
  typeof reply === 'string'
    ? reply
    : `${reply.word}${reply.code === null ? '' : `/${reply.code}`}${reply.tell.length === 0 ? '' : ' tell'}`;

const STATE_NAMES = Object.keys(STATES) as ReadonlyArray<keyof typeof STATES>;
const MESSAGE_NAMES = Object.keys(MESSAGES) as ReadonlyArray<keyof typeof MESSAGES>;
const PAIRS = STATE_NAMES.flatMap((state) => MESSAGE_NAMES.map((message) => [state, message] as const));
const seen = (state: NumberState): string =>
  `${where(state)}${state.cases.length === 0 ? '' : `+${state.cases.length}`}`;

describe('a number', () => {
  it.each(PAIRS)('that is %s, told %s', (state, message) => {
    const number = asked(STATES[state]);
    const answer = wordOf(number.ask({ command: MESSAGES[message]() }));
    expect(`${answer} → ${seen(number.state())}`).toBe(STATE_TABLE[state][message]);
  });

  it.each(PAIRS)('that is %s, told %s twice under one id, answers the same and does nothing more', (state, message) => {
    const number = asked(STATES[state]);
    const command = MESSAGES[message]();
    const first = number.ask({ command });
    const after = number.state();
    const again = number.ask({ command });
    if (message === 'expire') expect(number.state()).toEqual(after);
    else expect(wordOf(again)).toBe(wordOf(first));
    expect(number.state()).toEqual(after);
  });

  it.each(PAIRS)('that is %s, told %s again under another id, opens no second case', (state, message) => {
    const number = asked(STATES[state]);
    number.ask({ command: MESSAGES[message]() });
    const after = seen(number.state());
    const again = number.ask({ command: MESSAGES[message]() });
    expect(seen(number.state())).toBe(after);
    if (typeof again !== 'string') expect(again.changed).toBe(false);
  });

  it('answers a repeated message as the first was, also when all is over', () => {
    const [request, establish, cancel] = [say.request(), say.establish(), say.cancel('hall')];
    const confirm = say.confirmCancel();
    const number = asked(steps(request, establish, cancel, confirm));
    const again = [request, establish, cancel, confirm].map((command) => wordOf(number.ask({ command })));
    expect(again).toEqual(['provisional', 'formal', 'cancelling', 'cancelled']);
    expect(seen(number.state())).toBe('cancelled');
  });

  it('that both sides cancel has ended with the bank’s word, whatever the bank answers to the question of ours', () => {
    const cancel = say.cancel('bank');
    const number = asked(steps(say.establish(), say.cancel('hall'), cancel, say.rejectCancel(), say.confirmCancel()));
    expect(seen(number.state())).toBe('cancelled');
    expect(wordOf(number.ask({ command: cancel }))).toBe('cancelled');
  });

  it('answers a message that comes again while the CRM or the rules say otherwise as the first was', () => {
    const number = asked([]);
    const blocked = say.request(CLAIM, { ...say.request().subscriber, blacklisted: true });
    expect(wordOf(number.ask({ command: blocked }))).toBe('refused/Blacklisted');
    const again = { ...blocked, subscriber: { ...blocked.subscriber, blacklisted: false } };
    expect(wordOf(number.ask({ command: again }))).toBe('refused/Blacklisted');
    expect(wordOf(number.ask({ command: { ...again, message: 'anew' } }))).toBe('provisional');
  });

  it('ends in one relation when hall and bank come at once, in either order', () => {
    const flows = [say.request(), say.establish(), say.establish(OTHER)];
    for (const order of [flows, [flows[2], flows[0], flows[1]], [flows[0], flows[2], flows[1]]]) {
      const number = asked(order.flatMap((command) => (command === undefined ? [] : [{ command }])));
      expect(number.state().relation).not.toBeNull();
      expect(number.state().cases.length).toBe(1);
    }
  });

  it('takes a notice that overtook nothing: a cancellation that came before it is not undone', () => {
    const number = asked(steps(say.cancel('bank')));
    expect(wordOf(number.ask({ command: say.establish() }))).toBe('cancelled/AgreementEnded');
    expect(number.state().relation).toBeNull();
  });

  it('expires at its moment and not before; another bank may then begin', () => {
    const number = asked(steps(say.request()));
    number.ask({ command: say.expire(), afterMs: HALF_AN_HOUR - 1 });
    expect(seen(number.state())).toBe('provisional');
    number.ask({ command: say.expire(), afterMs: 1 });
    expect(seen(number.state())).toBe('expired');
    expect(wordOf(number.ask({ command: say.request(OTHER) }))).toBe('provisional');
    expect(wordOf(number.ask({ command: say.establish() }))).toBe('manual/existing');
  });

  it('holds an old reminder for what it is: another provisional relation stands', () => {
    const number = asked([...STATES.expired, { command: say.request(OTHER), afterMs: 1 }]);
    number.ask({ command: say.expire(), afterMs: HALF_AN_HOUR });
    expect(number.state().relation).toMatchObject({ bank: OTHER.bank, status: 'provisional' });
  });
});

describe('a case', () => {
  const withOurs = steps(say.establish(OTHER), say.establish());

  it.each([
    ['keepOurs', 'refused', 'ICBC', [{ bank: 'CCB', agreement: 'A1' }]],
    ['takeTheirs', 'formal', 'CCB', [{ bank: 'ICBC', agreement: 'B7' }]],
    [
      'cancelBoth',
      'cancelled',
      undefined,
      [
        { bank: 'ICBC', agreement: 'B7' },
        { bank: 'CCB', agreement: 'A1' },
      ],
    ],
  ] as const)('is decided: %s', (action, word, bank, tell) => {
    const number = asked(withOurs);
    const reply = number.ask({ command: resolving(action) });
    expect(reply).toMatchObject({ word, tell, changed: true });
    expect(number.state().relation?.bank).toBe(bank);
    expect(number.state().cases).toEqual([]);
  });

  it.each([
    ['keepOurs', CLAIM.terms, 'formal'],
    ['takeTheirs', RICHER, 'formal'],
    ['cancelBoth', undefined, 'cancelled'],
  ] as const)('about the terms of one agreement is decided: %s', (action, terms, state) => {
    const number = asked([...FORMAL, { command: say.establish({ ...CLAIM, terms: RICHER }) }]);
    number.ask({ command: resolving(action) });
    expect(number.state().relation?.terms).toEqual(terms);
    expect(seen(number.state())).toBe(state);
  });

  it('over the province’s amount takes two persons who say the same', () => {
    const dear: Claim = { ...CLAIM, terms: { ...CLAIM.terms, amountMinor: 30_000 } };
    const number = asked(steps(say.establish(OTHER), say.establish(dear)));
    const keep = resolving('keepOurs');
    expect(number.ask({ command: keep, by: 'wang' })).toMatchObject({ word: 'manual', code: 'SecondPersonNeeded' });
    expect(number.ask({ command: keep, by: 'wang' })).toBe('SecondPersonNeeded');
    expect(number.ask({ command: resolving('cancelBoth'), by: 'li' })).toMatchObject({ word: 'manual' });
    expect(number.ask({ command: resolving('cancelBoth'), by: 'wang' })).toMatchObject({ word: 'cancelled' });
    expect(number.state()).toMatchObject({ relation: null, cases: [] });
  });
});

describe('whatever comes in whatever order', () => {
  const claims = [CLAIM, OTHER, { ...CLAIM, agreement: 'A2', account: cardOf(3) }];
  const message = fc
    .constantFrom(...claims)
    .chain((claim) =>
      fc.constantFrom<NumberCommand>(
        say.request(claim),
        say.establish(claim),
        say.establish({ ...claim, terms: RICHER }),
        say.decline(claim),
        say.expire(claim),
        say.cancel('bank', claim),
        say.cancel('hall', claim),
        say.confirmCancel(claim),
        say.rejectCancel(claim),
        say.changeTerms(RICHER, claim),
        say.reconcile(claim),
        say.reconcile(null, claim),
      ),
    );

  it('an agreement is in one place: the relation, or over; a message is answered once', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(message, fc.integer({ min: 0, max: HALF_AN_HOUR })), { maxLength: 40 }), (all) => {
        const number = asked([]);
        for (const [command, afterMs] of all) {
          number.ask({ command, afterMs });
          const { relation, ended, cases, answers } = number.state();
          const over = ended.map(({ bank, agreement }) => `${bank}/${agreement}`);
          expect(new Set(over).size).toBe(over.length);
          if (relation !== null) expect(over).not.toContain(`${relation.bank}/${relation.agreement}`);
          const open = cases.map(({ theirs }) => `${theirs.bank}/${theirs.agreement}`);
          expect(new Set(open).size).toBe(open.length);
          expect(new Set(answers.map((answer) => answer.message)).size).toBe(answers.length);
        }
        expect([null, NUMBER]).toContain(number.state().number);
      }),
    ));
});
