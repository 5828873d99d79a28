import type { CollectionPlan } from '../migrations.ts';

/** State documents of subscribers: sealed, read by their actors alone, so no list and no index beside the id. */
export const subscriberPlan: CollectionPlan = { collection: 'roaming_subscribers', indexes: [] };
