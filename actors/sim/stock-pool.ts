import { Schema } from 'effect';
import { StockPoolEvent, StockPoolReply, StockPoolState, stockPoolCommands } from '../../domain/sim/stock/schema.ts';
import { stockPoolDecider, stockPoolKey } from '../../domain/sim/stock/stock-pool.ts';
import { defineActor } from '../runtime/definition.ts';
import { answering } from '../runtime/replies.ts';

/** The threshold of a pool of stock; its key is `stockPoolKey`. */
export const stockPoolActor = defineActor({
  kind: 'sim.stockPool',
  decider: stockPoolDecider,
  commands: answering(stockPoolCommands, StockPoolReply),
  event: StockPoolEvent,
  eventVersion: 1,
  state: Schema.NullOr(StockPoolState),
  stateVersion: 1,
  collection: 'sim_stock_pools',
  document: (state) => (state === null ? {} : { pool: stockPoolKey(state), ...state }),
});
