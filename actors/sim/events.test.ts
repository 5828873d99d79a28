import { testSamples } from '../../test/support/event-samples.ts';
import { simActors } from './actors.ts';

testSamples(simActors, 'sim-events.json');
