import { Effect } from 'effect';
import { Actors } from '../../actors/runtime/actors.ts';
import { cardWriteActor } from '../../actors/sim/card-write.ts';
import { keepEnded } from '../journeys/runs.ts';
import { tenant } from './card-writing.ts';
import type { House } from './telecom-house.ts';

/** With `HUFU_RECORD=1`: keeps the process that told a party the end of a write for the replay test. */
export const keepTelling = async (
  house: House,
  workflow: 'writeResult' | 'eopResult',
  request: string,
  name: string,
): Promise<void> => {
  if (process.env['HUFU_RECORD'] !== '1') return;
  const reading = Effect.flatMap(Actors, (actors) => actors.read(cardWriteActor, { tenant, key: request }));
  const { rev } = await house.run(reading);
  await keepEnded(house, `sim.${workflow}/${tenant}/${request}/${rev}`, name);
};
