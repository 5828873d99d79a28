import { simActors } from './sim/actors.ts';

/** Every kind of actor of the house, area by area. Kinds are never removed: their journals stay. */
export const actorDefinitions = [...simActors] as const;
