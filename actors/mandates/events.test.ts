import { testSamples } from '../../test/support/event-samples.ts';
import { mandateActors } from './actors.ts';

testSamples(mandateActors, 'mandates-events.json');
