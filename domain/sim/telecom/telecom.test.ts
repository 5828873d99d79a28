import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { factsFor, running } from '../../../test/support/facts.ts';
import { iccidOfBody } from '../iccid.ts';
import type { Imsi } from '../imsi.ts';
import { componentDecider, componentKey } from './component.ts';
import { eopOrderDecider } from './eop-order.ts';
import { CHALLENGE_LIFE_MS, challengeText, proofProblem } from './proof.ts';
import type { ComponentCommand, ComponentState, EopOrderCommand, EopOrderState } from './schema.ts';

const pair = () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  return { publicKey: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'), privateKey };
};
const OURS = pair();
const OTHER = pair();
const REQUEST = 'CRM-1';
const NONCE = 'n'.repeat(43);
const NEXT = 'm'.repeat(43);
const ICCID = iccidOfBody('8986112600000000001');
const OTHER_ICCID = iccidOfBody('8986112600000000002');

const allow = (publicKey = OURS.publicKey): ComponentCommand => ({ _tag: 'Allow', publicKey, note: 'counter client' });
const withdraw: ComponentCommand = { _tag: 'Withdraw', reason: 'leaked' };

describe('the allow list of writing components', () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey;
  const table: ReadonlyArray<readonly [string, readonly ComponentCommand[], string]> = [
    ['ComponentUnknown', [withdraw], 'ComponentUnknown'],
    ['InvalidComponentKey, of garbage', [allow(`${'A'.repeat(59)}=`)], 'InvalidComponentKey'],
    [
      'InvalidComponentKey, of another algorithm',
      [allow(rsa.export({ format: 'der', type: 'spki' }).toString('base64'))],
      'InvalidComponentKey',
    ],
    ['ComponentKeyDiffers', [allow(), allow(OTHER.publicKey)], 'ComponentKeyDiffers'],
    ['ComponentKeyDiffers, also once withdrawn', [allow(), withdraw, allow(OTHER.publicKey)], 'ComponentKeyDiffers'],
  ];
  it.each(table)('refuses with %s', (_name, commands, code) => {
    const list = running(componentDecider, componentKey('counter', '2.1'));
    for (const command of commands.slice(0, -1)) list.must(command);
    expect(list.ask(commands.at(-1) as ComponentCommand)).toBe(code);
  });

  it('takes a version up, withdraws it with a reason, and takes it up again; each change once', () => {
    const list = running(componentDecider, componentKey('counter', '2.1'));
    expect(list.must(allow())).toMatchObject({
      changed: true,
      component: { status: 'allowed', changedBy: 'operator' },
    });
    expect(list.must(allow())).toMatchObject({ changed: false });
    expect(list.must(withdraw)).toMatchObject({ changed: true, component: { status: 'withdrawn', reason: 'leaked' } });
    expect(list.must(withdraw)).toMatchObject({ changed: false });
    expect(list.must(allow())).toMatchObject({ changed: true, component: { status: 'allowed', reason: null } });
  });
});

const challenge = (nonce = NONCE): EopOrderCommand => ({ _tag: 'Challenge', nonce, forMs: CHALLENGE_LIFE_MS });
const signed = (key: KeyObject, more: Partial<Parameters<typeof challengeText>[0]> = {}) => {
  const challenged = { tenant: 'demo', request: REQUEST, name: 'counter', version: '2.1', nonce: NONCE, ...more };
  const { name, version, nonce } = challenged;
  return {
    name,
    version,
    nonce,
    signature: sign(null, Buffer.from(challengeText(challenged)), key).toString('base64'),
  };
};
const prove = (proof = signed(OURS.privateKey)): EopOrderCommand => ({ _tag: 'Prove', proof });
const ask = (iccid = ICCID): EopOrderCommand => ({ _tag: 'Ask', iccid, component: 'counter@2.1' });
const take = (order = 'EO-1', imsi = '460110000000001'): EopOrderCommand => {
  return { _tag: 'Take', order, imsi: imsi as Imsi, smsc: '8613311000000' };
};
const told = (word: 'confirmed' | 'failed' | 'inDoubt', revision: number): EopOrderCommand => {
  return { _tag: 'Told', party: 'eop', revision, word };
};

const orderAfter = (commands: readonly EopOrderCommand[], lateMs = 0): EopOrderState | null => {
  const facts = factsFor(REQUEST);
  let state = eopOrderDecider.initial;
  for (const command of commands) {
    const nowMs = command._tag === 'Prove' ? facts.nowMs + lateMs : facts.nowMs;
    const decision = eopOrderDecider.decide(state, command, { ...facts, nowMs });
    if (decision._tag !== 'Accepted') throw new Error(decision.code);
    state = decision.events.reduce(eopOrderDecider.evolve, state);
  }
  return state;
};

describe('the check of the writing component', () => {
  const list = running(componentDecider, componentKey('counter', '2.1'));
  list.must(allow());
  const allowed = list.state();
  list.must(withdraw);
  const withdrawn = list.state();
  type Row = readonly [string, EopOrderState | null, ComponentState | null];
  const garbled = { ...signed(OURS.privateKey), signature: 'garbage' };
  const table: ReadonlyArray<Row> = [
    ['ComponentMissing', null, allowed],
    ['ComponentMissing', orderAfter([challenge()]), allowed],
    ['ComponentUnknown', orderAfter([challenge(), prove()]), null],
    ['ComponentWithdrawn', orderAfter([challenge(), prove()]), withdrawn],
    ['ChallengeExpired', orderAfter([challenge(), prove()], CHALLENGE_LIFE_MS + 1), allowed],
    ['ComponentSignatureWrong', orderAfter([challenge(), prove(signed(OTHER.privateKey))]), allowed],
    ['ComponentSignatureWrong', orderAfter([challenge(), prove(garbled)]), allowed],
  ];
  it.each(table)('refuses with %s', (code, order, component) => {
    expect(proofProblem('demo', order, component)?.code).toBe(code);
  });

  it.each([
    ['request', { request: 'CRM-2' }],
    ['tenant', { tenant: 'other' }],
    ['version', { version: '2.0' }],
    ['challenge', { nonce: NEXT }],
  ])('does not take what was signed for another %s', (_what, more) => {
    const proof = { ...signed(OURS.privateKey), signature: signed(OURS.privateKey, more).signature };
    expect(proofProblem('demo', orderAfter([challenge(), prove(proof)]), allowed)?.code).toBe(
      'ComponentSignatureWrong',
    );
  });

  it('takes what an allowed version signed in time', () => {
    expect(proofProblem('demo', orderAfter([challenge(), prove()], CHALLENGE_LIFE_MS), allowed)).toBeUndefined();
  });
});

describe('what EOP has to do with a write', () => {
  const table: ReadonlyArray<readonly [string, readonly EopOrderCommand[]]> = [
    ['EopOrderUnknown', [prove()]],
    ['EopOrderUnknown', [ask()]],
    ['ChallengeDiffers', [challenge(), challenge(NEXT), prove()]],
    ['ComponentNotProved', [challenge(), ask()]],
    ['ComponentNotProved', [challenge(), prove(), challenge(NEXT), ask()]],
    ['EopNotAsked', [challenge(), prove(), take()]],
    ['CardChanged', [challenge(), prove(), ask(), ask(OTHER_ICCID)]],
    ['EopOrderUnderWay', [challenge(), prove(), ask(), challenge(NEXT)]],
    ['EopOrderUnderWay', [challenge(), prove(), ask(), prove(signed(OTHER.privateKey))]],
    ['EopDataDiffers', [challenge(), prove(), ask(), take(), take('EO-2')]],
    ['EopDataDiffers', [challenge(), prove(), ask(), take(), take('EO-1', '460110000000002')]],
    ['WordDiffers', [challenge(), prove(), ask(), take(), told('failed', 5), told('confirmed', 6)]],
    ['WordDiffers', [challenge(), prove(), ask(), take(), told('confirmed', 5), told('inDoubt', 6)]],
  ];
  it.each(table)('is refused with %s', (code, commands) => {
    const order = running(eopOrderDecider, REQUEST);
    for (const command of commands.slice(0, -1)) order.must(command);
    expect(order.ask(commands.at(-1) as EopOrderCommand)).toBe(code);
  });

  it('goes from the challenge to what each party knows; everything said again changes nothing', () => {
    const order = running(eopOrderDecider, REQUEST);
    const way = [challenge(), prove(), ask(), take(), told('inDoubt', 4), told('confirmed', 7)];
    for (const command of way) {
      expect(order.must(command)).toMatchObject({ changed: true });
      expect(order.must(command)).toMatchObject({ changed: false });
    }
    expect(order.state()).toMatchObject({
      component: 'counter@2.1',
      iccid: ICCID,
      order: 'EO-1',
      knows: { eop: { revision: 7, word: 'confirmed', problem: null }, crm: { revision: 0, word: null } },
    });
  });

  it('remembers why a party could not be told until it is; a late failure changes nothing', () => {
    const order = running(eopOrderDecider, REQUEST);
    const untold: EopOrderCommand = { _tag: 'Untold', party: 'crm', revision: 5, code: 'CrmUnreachable' };
    for (const command of [challenge(), prove(), ask(), take()]) order.must(command);
    expect(order.must(untold)).toMatchObject({
      changed: true,
      order: { knows: { crm: { problem: 'CrmUnreachable' } } },
    });
    order.must({ _tag: 'Told', party: 'crm', revision: 5, word: 'failed' });
    expect(order.must(untold)).toMatchObject({ changed: false, order: { knows: { crm: { problem: null } } } });
  });
});
