import { Config, Context, Effect, Layer } from 'effect';
import { DEFAULT_DEADLINES, type Deadlines } from '../../workflows/sim/stages.ts';

/** What every card-making process is started with. */
export class CardMakingSettings extends Context.Tag('hufu/CardMakingSettings')<
  CardMakingSettings,
  {
    /** How often the partner's server is looked at, in milliseconds. */
    readonly pollEveryMs: number;
    readonly deadlines: Deadlines;
  }
>() {}

/** From `HUFU_SIM_POLL_MS` (default 60,000; at least 200). */
export const CardMakingSettingsLive = Layer.effect(
  CardMakingSettings,
  Effect.map(
    Config.integer('HUFU_SIM_POLL_MS').pipe(
      Config.withDefault(60_000),
      Config.validate({ message: 'HUFU_SIM_POLL_MS is at least 200', validation: (ms) => ms >= 200 }),
    ),
    (pollEveryMs) => ({ pollEveryMs, deadlines: DEFAULT_DEADLINES }),
  ),
);
