import { booksActor } from './books.ts';
import { clearingCaseActor } from './clearing-case.ts';
import { financeAccountActor } from './finance-account.ts';
import { fileRegisterActor, importFileActor } from './import-file.ts';
import { outgoingActor } from './outgoing.ts';
import { reratingsActor } from './reratings.ts';
import { settlementPeriodActor } from './settlement-period.ts';
import { subscriberActor } from './subscriber.ts';
import { termsActor } from './terms.ts';

/** All kinds of actors of the area: whoever starts actors gives this list to the runtime. */
export const roamingActors = [
  booksActor,
  settlementPeriodActor,
  subscriberActor,
  importFileActor,
  fileRegisterActor,
  outgoingActor,
  termsActor,
  reratingsActor,
  financeAccountActor,
  clearingCaseActor,
] as const;
