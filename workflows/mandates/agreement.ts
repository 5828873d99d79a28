import { allHandlersFinished, condition } from '@temporalio/workflow';
import type { OpenReply } from '../../domain/mandates/bank-exchange.ts';
import type { MessageOf } from '../../domain/mandates/messages/schema.ts';
import {
  activitiesOf,
  faultOf,
  isStepFailure,
  onQuery,
  onSignal,
  onUpdate,
  refusalOf,
  showStage,
  showSubject,
} from '../process.ts';
import { type AgreementChange, type AgreementInput, mandatesContract, type Seen, type Standing } from './contract.ts';

/**
 * One agreement of a bank about a number, from a bank's request or the first change until all sides say the same: the
 * process waits while it is provisional or being cancelled, and never gives up telling. The relation itself is the
 * actor's: whatever is heard twice, late or in another order changes nothing there, and is told under the same ids.
 */

/** The actor settles these by itself, by a message or by its reminder: another change is to come. */
const UNSETTLED: ReadonlySet<Standing> = new Set(['provisional', 'cancelling']);
const BUSY: OpenReply = { result: 'Busy', offer: null, existing: null };

/** What nobody took for so long is tried again by itself, and staff hear of it again. */
const UNTOLD_AGAIN_MS = 86_400_000;

type PartyName = 'bank' | 'province';

interface Lane {
  /** What is to be told, the oldest first. */
  pending: ReadonlyArray<AgreementChange>;
  untold: string | null;
}

export async function agreement(input: AgreementInput): Promise<{ readonly standing: Standing }> {
  const { checkNumber, reserve, tellProvince, tellBank, alertUntold } = activitiesOf(mandatesContract);
  const lanes: Record<PartyName, Lane> = {
    bank: { pending: [], untold: null },
    province: { pending: [], untold: null },
  };
  let seen: Seen = { standing: null, rev: -1 };
  let heard = false;
  let newest = 0;
  let retries = 0;

  const show = (): void => {
    const untold = lanes.bank.untold ?? lanes.province.untold;
    showStage(untold === null ? (seen.standing ?? 'checking') : 'untold');
  };
  /** Two steps may answer in another order than they have looked. */
  const saw = ({ standing, rev }: Seen): void => {
    if (rev >= seen.rev) seen = { standing, rev };
    show();
  };
  showSubject({ partner: input.bank });
  show();

  onSignal(mandatesContract.workflows.agreement, 'changed', (change) => {
    heard = true;
    // The journal is followed in order, but at least once.
    if (change.rev <= newest) return;
    newest = change.rev;
    if (change.tell !== null) lanes.bank.pending = [...lanes.bank.pending, change];
    lanes.province.pending = [...lanes.province.pending, change];
  });

  const request = async (message: MessageOf<'openRequest'>): Promise<OpenReply> => {
    try {
      const checked = await checkNumber({ ...input, msisdn: message.number });
      if (checked === null) return { result: 'NumberUnknown', offer: null, existing: null };
      const reserved = await reserve({ ...input, message, checked });
      saw(reserved);
      return reserved.reply;
    } catch (error) {
      // Nothing was decided, or nobody knows: the bank asks again under the same id.
      if (isStepFailure(error)) return BUSY;
      throw error;
    }
  };
  onUpdate(mandatesContract.workflows.agreement, 'request', {
    refuse: () => undefined,
    handle: (message) => {
      heard = true;
      return request(message);
    },
  });
  onUpdate(mandatesContract.workflows.agreement, 'retry', {
    refuse: () => undefined,
    handle: () => {
      retries += 1;
      return { parties: Object.values(lanes).filter(({ untold }) => untold !== null).length };
    },
  });
  onQuery(mandatesContract.workflows.agreement, 'progress', () => {
    const partyOf = ({ pending, untold }: Lane) => ({ pending: pending.length, untold });
    return { standing: seen.standing, bank: partyOf(lanes.bank), province: partyOf(lanes.province) };
  });

  /** Tells until it is told. What nobody takes is a person's, who says when to try again; a newer change tries too. */
  const insist = async (party: PartyName, tell: () => Promise<Seen>): Promise<void> => {
    const lane = lanes[party];
    for (;;) {
      try {
        const told = await tell();
        lane.untold = null;
        return saw(told);
      } catch (error) {
        if (!isStepFailure(error)) throw error;
        lane.untold = (refusalOf(error) ?? faultOf(error))?.code ?? 'Unreachable';
        show();
        const [tried, known] = [retries, newest];
        await alertUntold({ ...input, party, code: lane.untold }).catch((failure) => {
          if (!isStepFailure(failure)) throw failure;
        });
        await condition(() => retries > tried || newest > known, UNTOLD_AGAIN_MS);
      }
    }
  };
  const idle = (): boolean =>
    heard &&
    allHandlersFinished() &&
    !UNSETTLED.has(seen.standing) &&
    Object.values(lanes).every(({ pending }) => pending.length === 0);
  const follow = async (party: PartyName, tell: (pending: ReadonlyArray<AgreementChange>) => Promise<number>) => {
    const lane = lanes[party];
    for (;;) {
      await condition(() => lane.pending.length > 0 || idle());
      if (lane.pending.length === 0) return;
      const upTo = await tell(lane.pending);
      lane.pending = lane.pending.filter(({ rev }) => rev > upTo);
    }
  };

  await Promise.all([
    // The bank hears each thing by itself, in order.
    follow('bank', async ([next]) => {
      if (next === undefined) return 0;
      await insist('bank', () => tellBank({ ...input, ...next }));
      return next.rev;
    }),
    // The province hears what has come of them all.
    follow('province', async () => {
      const upTo = newest;
      await insist('province', () => tellProvince(input));
      return upTo;
    }),
  ]);
  return { standing: seen.standing };
}
