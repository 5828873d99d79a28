import { applicationActor } from './application.ts';
import { cardActor } from './card.ts';
import { imsiActor } from './imsi.ts';
import { iccidRangeActor, imsiRangeActor, rangeRegistryActor } from './number-range.ts';
import { fileNameActor, partnerFileActor } from './partner-file.ts';

/** All kinds of actors of the area: whoever starts actors gives this list to the runtime. */
export const simActors = [
  applicationActor,
  cardActor,
  imsiActor,
  iccidRangeActor,
  imsiRangeActor,
  rangeRegistryActor,
  partnerFileActor,
  fileNameActor,
] as const;
