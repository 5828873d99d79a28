import { thresholdsActor } from './thresholds.ts';

/** All kinds of actors of the area: whoever starts actors gives this list to the runtime. */
export const operationsActors = [thresholdsActor] as const;
