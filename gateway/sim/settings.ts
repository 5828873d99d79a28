import { Config, Context, Effect, Layer } from 'effect';
import type { CardMakingInput } from '../../workflows/sim/contract.ts';

/** What every card-making process is started with, beside the application. */
export class CardMakingSettings extends Context.Tag('hufu/CardMakingSettings')<
  CardMakingSettings,
  Pick<CardMakingInput, 'pollEveryMs' | 'deadlines'>
>() {}

/** How often the partner is looked at: from `HUFU_SIM_POLL_MS` (default 60,000; at least 200). */
export const cardMakingSettingsLayer = (deadlines: CardMakingInput['deadlines']) =>
  Layer.effect(
    CardMakingSettings,
    Effect.map(
      Config.integer('HUFU_SIM_POLL_MS').pipe(
        Config.withDefault(60_000),
        Config.validate({ message: 'HUFU_SIM_POLL_MS is at least 200', validation: (ms) => ms >= 200 }),
      ),
      (pollEveryMs) => ({ pollEveryMs, deadlines }),
    ),
  );
