import { mandateActors } from './mandates/actors.ts';
import { operationsActors } from './operations/actors.ts';
import { roamingActors } from './roaming/actors.ts';
import { simActors } from './sim/actors.ts';

/** Every kind of actor of the house, area by area. Kinds are never removed: their journals stay. */
export const actorDefinitions = [...simActors, ...mandateActors, ...roamingActors, ...operationsActors] as const;
