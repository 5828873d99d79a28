import { applicationActor } from './sim/application.ts';
import { cardActor } from './sim/card.ts';
import { imsiActor } from './sim/imsi.ts';
import { iccidRangeActor, imsiRangeActor, rangeRegistryActor } from './sim/number-range.ts';
import { fileNameActor, partnerFileActor } from './sim/partner-file.ts';

/** Every kind of actor of the house. Kinds are never removed: their journals stay. */
export const actorDefinitions = [
  applicationActor,
  cardActor,
  imsiActor,
  iccidRangeActor,
  imsiRangeActor,
  rangeRegistryActor,
  partnerFileActor,
  fileNameActor,
] as const;
