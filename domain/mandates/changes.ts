import type { NumberCommand, NumberEvent } from './schema.ts';
import { type Named, nameOf } from './state.ts';

/**
 * What a turn of the number's actor makes necessary outside, agreement by agreement. The home province is told the
 * number's relation whatever has changed; the bank only what it cannot know from the answer to a message of its own.
 */

/**
 * `formed`: it is formal here too. `expired`: the provisional relation is over. `takeBack`: what it has made formal ends.
 * `askCancel`: the carrier's side cancels, may it?
 */
export type BankWord = 'formed' | 'expired' | 'takeBack' | 'askCancel';

export interface Change extends Named {
  readonly tell: BankWord | null;
  /** For the bank, one line. */
  readonly reason: string;
}

/** A bank's message has room for one line of a hundred characters. */
const lineOf = (reason: string): string => [...reason.replaceAll(/\p{C}+/gu, ' ')].slice(0, 100).join('').trim() || '-';

const changesIn = (event: NumberEvent, command: NumberCommand['_tag']): ReadonlyArray<Change> => {
  switch (event._tag) {
    case 'Reserved':
    case 'Changed':
      return [{ ...nameOf(event.claim), tell: null, reason: '' }];
    case 'Formalised': {
      // The answer to a bank's own result says so; who came by a redirect is told by a message (part 1 step 6.2).
      const answered = command === 'Establish' && event.claim.channel !== 'hall';
      return [{ ...nameOf(event.claim), tell: answered ? null : 'formed', reason: '' }];
    }
    case 'CancelBegun':
      return [{ ...nameOf(event), tell: event.by === 'bank' ? null : 'askCancel', reason: lineOf(event.reason) }];
    case 'CancelRejected':
      return [{ ...nameOf(event), tell: null, reason: '' }];
    case 'Ended': {
      const resolved = command === 'Resolve' ? 'takeBack' : null;
      return [
        { ...nameOf(event), tell: event.ending === 'expired' ? 'expired' : resolved, reason: lineOf(event.reason) },
      ];
    }
    case 'Answered':
      return event.answer.tell.map((name) => ({
        ...nameOf(name),
        tell: 'takeBack',
        reason: 'The carrier has ended it.',
      }));
    default:
      return [];
  }
};

/** One for each agreement that the turn is about. */
export const changesOf = (
  command: NumberCommand['_tag'],
  events: ReadonlyArray<NumberEvent>,
): ReadonlyArray<Change> => {
  const byName = new Map<string, Change>();
  for (const change of events.flatMap((event) => changesIn(event, command))) {
    const name = `${change.bank}/${change.agreement}`;
    if (change.tell !== null || !byName.has(name)) byName.set(name, change);
  }
  return [...byName.values()];
};
