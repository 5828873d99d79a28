import { testSamples } from '../../test/support/event-samples.ts';
import { roamingActors } from './actors.ts';

testSamples(roamingActors, 'roaming-events.json');
