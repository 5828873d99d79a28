/** Every workflow of the house, under its type's name: what the bundle is made of. */
export { cardMaking as 'sim.cardMaking' } from './sim/card-making.ts';
