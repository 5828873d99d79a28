import { Effect, Layer } from 'effect';
import { SubscriptionsLive } from '../runtime/subscriptions.ts';
import { recyclingSubscription } from './recycling.ts';
import { statisticsSubscription } from './statistics.ts';
import { StockWatchLive, stockAlarmSubscription } from './stock-watch.ts';

/** What follows the journal of the area, on nodes that hold actors. */
export const SimSubscriptionsLive = Layer.unwrapEffect(
  Effect.map(recyclingSubscription, (recycling) =>
    Layer.mergeAll(
      SubscriptionsLive([recycling]),
      SubscriptionsLive([statisticsSubscription]),
      SubscriptionsLive([stockAlarmSubscription]),
      StockWatchLive,
    ),
  ),
);
