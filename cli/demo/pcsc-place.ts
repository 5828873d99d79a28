import { Effect, Either } from 'effect';
import { listPcsc } from '../../devices/card-reader/pcsc/pcsc.ts';
import { VPCD_PORT } from '../../devices/card-reader/vpcd.ts';
import { Failure } from '../failure.ts';

/**
 * PC/SC in the demo. It writes cards of its own and no others: in the virtual reader of vsmartcard (the driver `vpcd` of
 * pcscd), into which a simulated card dials, and only when it is named and empty. In a reader of metal lies a card of
 * somebody, whose codes nobody here knows: each wrong one would cost it a try.
 */

/** A virtual reader, and where cards dial into it. */
export interface PcscPlace {
  readonly reader: string;
  readonly port: number;
}

/** As the driver names them: a slot after the other, each with the next port. */
const VIRTUAL = /^Virtual PCD \d\d (\d\d)$/;

/** The place, or why PC/SC is not used. @throws Failure when the reader that was named is none for the demo. */
export const findPcscPlace = async (wanted: string | undefined): Promise<PcscPlace | string> => {
  const listed = await Effect.runPromise(Effect.either(listPcsc));
  if (Either.isLeft(listed)) return `not present (${listed.left.message})`;
  const names = listed.right.map(({ name }) => name);
  if (names.length === 0) return 'not present (the service runs and has no reader)';
  if (wanted === undefined) return `not used (it has ${names.join(', ')}; --pcsc NAME takes a virtual one)`;
  const found = listed.right.find(({ name }) => name.startsWith(wanted));
  if (found === undefined) {
    throw new Failure(`PC/SC has no reader whose name begins with "${wanted}".`, `It has: ${names.join(', ')}.`);
  }
  const slot = VIRTUAL.exec(found.name)?.[1];
  if (slot === undefined) {
    throw new Failure(
      `${found.name} is not a virtual reader, and the demo writes no card that it has not made.`,
      'Name a reader of the driver vsmartcard-vpcd, or write a card of your own with: ./hufu card write',
    );
  }
  if (found.presence === 'present') {
    throw new Failure(
      `a card lies in ${found.name}, and the demo writes no card that it has not made.`,
      'Take it out.',
    );
  }
  return { reader: found.name, port: VPCD_PORT + Number(slot) };
};
