/** Every workflow of the house, under its type's name: what the bundle is made of. */
export { housekeeping as 'operations.housekeeping' } from './operations/housekeeping.ts';
export { cardMaking as 'sim.cardMaking' } from './sim/card-making.ts';
export { strayFiles as 'sim.strayFiles' } from './sim/stray-files.ts';
