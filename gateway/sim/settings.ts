import { Config, Context, Effect, Layer, Option } from 'effect';
import type { CardMakingInput } from '../../workflows/sim/contract.ts';
import type { TelecomInput } from '../../workflows/sim/telecom/contract.ts';

/** What every card-making process is started with, beside the application. */
export class CardMakingSettings extends Context.Tag('hufu/CardMakingSettings')<
  CardMakingSettings,
  Pick<CardMakingInput, 'pollEveryMs' | 'deadlines' | 'continueAfterEvents'> & {
    readonly telecomDeadlines: TelecomInput['deadlines'];
  }
>() {}

const settings = Config.all({
  pollEveryMs: Config.integer('HUFU_SIM_POLL_MS').pipe(
    Config.withDefault(60_000),
    Config.validate({ message: 'HUFU_SIM_POLL_MS is at least 200', validation: (ms) => ms >= 200 }),
  ),
  continueAfterEvents: Config.option(
    Config.integer('HUFU_SIM_CONTINUE_AFTER').pipe(
      Config.validate({ message: 'HUFU_SIM_CONTINUE_AFTER is at least 50', validation: (events) => events >= 50 }),
    ),
  ),
});

/**
 * How often the partner is looked at: `HUFU_SIM_POLL_MS` (default 60,000; at least 200). After how many events a
 * process goes on in a new run: `HUFU_SIM_CONTINUE_AFTER` (default: when the server suggests it).
 */
export const cardMakingSettingsLayer = (
  deadlines: CardMakingInput['deadlines'],
  telecomDeadlines: TelecomInput['deadlines'],
) =>
  Layer.effect(
    CardMakingSettings,
    Effect.map(settings, ({ pollEveryMs, continueAfterEvents }) => ({
      pollEveryMs,
      deadlines,
      telecomDeadlines,
      ...(Option.isNone(continueAfterEvents) ? {} : { continueAfterEvents: continueAfterEvents.value }),
    })),
  );
