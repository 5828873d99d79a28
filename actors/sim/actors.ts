import { applicationActor } from './application.ts';
import { blankCardActor } from './blank-card.ts';
import { cardActor } from './card.ts';
import { cardWriteActor } from './card-write.ts';
import { eopOrderActor } from './eop-order.ts';
import { imsiActor } from './imsi.ts';
import { iccidRangeActor, imsiRangeActor, rangeRegistryActor } from './number-range.ts';
import { partSecretActor, transportKeyActor } from './outputs.ts';
import { fileNameActor, partnerFileActor } from './partner-file.ts';
import { readerActor } from './reader.ts';
import { resourceFileActor } from './resource-file.ts';
import { smscActor } from './smsc.ts';
import { stockPoolActor } from './stock-pool.ts';
import { telecomApplicationActor } from './telecom-application.ts';
import { writingComponentActor } from './writing-component.ts';

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
  cardWriteActor,
  blankCardActor,
  smscActor,
  readerActor,
  resourceFileActor,
  stockPoolActor,
  transportKeyActor,
  partSecretActor,
  telecomApplicationActor,
  writingComponentActor,
  eopOrderActor,
] as const;
