import { testSamples } from '../../test/support/event-samples.ts';
import { operationsActors } from './actors.ts';

testSamples(operationsActors, 'operations-events.json');
