import { Schema } from 'effect';
import { Code, Count } from '../schema.ts';
import { STOCK_TYPES } from '../statistics/measures.ts';

/** The words of stock thresholds (seed 000 §6.1, §6.2). */

export const StockType = Schema.Literal(...STOCK_TYPES);
export const Threshold = Schema.Int.pipe(Schema.between(0, 1_000_000_000));

export const stockPoolCommands = {
  /** Sets or changes the threshold. */
  Set: Schema.Struct({ low: Threshold, clear: Threshold }),
  /** What is in stock now. */
  Observe: Schema.Struct({ available: Schema.Int }),
  /** No threshold any more; an alarm that stands is cleared. */
  Remove: Schema.Struct({}),
};

export const StockPoolState = Schema.Struct({
  type: StockType,
  product: Schema.NullOr(Code),
  city: Schema.NullOr(Code),
  low: Threshold,
  clear: Threshold,
  active: Schema.Boolean,
  raised: Schema.Boolean,
  /** The stock when it last crossed a threshold; null before. */
  crossedAt: Schema.NullOr(Schema.Int),
  sinceMs: Count,
});
export const StockPoolReply = Schema.Struct({ changed: Schema.Boolean, raised: Schema.Boolean });
const crossing = { available: Schema.Int, atMs: Count };
export const StockPoolEvent = Schema.Union(
  Schema.TaggedStruct('Configured', {
    type: StockType,
    product: Schema.NullOr(Code),
    city: Schema.NullOr(Code),
    low: Threshold,
    clear: Threshold,
    atMs: Count,
  }),
  Schema.TaggedStruct('Crossed', crossing),
  Schema.TaggedStruct('Cleared', crossing),
  Schema.TaggedStruct('Removed', { atMs: Count }),
);

export type StockPoolState = Schema.Schema.Type<typeof StockPoolState>;
export type StockPoolReply = Schema.Schema.Type<typeof StockPoolReply>;
export type StockPoolEvent = Schema.Schema.Type<typeof StockPoolEvent>;
type Commands = typeof stockPoolCommands;
export type StockPoolCommand = {
  readonly [Tag in keyof Commands]: { readonly _tag: Tag } & Schema.Schema.Type<Commands[Tag]>;
}[keyof Commands];

export type StockPool = Pick<StockPoolState, 'type' | 'product' | 'city'>;
