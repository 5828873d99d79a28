import { tourOfCardMaking } from './demo/tour.ts';
import { type UpOptions, up } from './up.ts';

/** `hufu demo`: `up`, then the tour of a card-making cycle. With `--exit` everything stops after it. */
export const demo = (
  options: UpOptions & { readonly exit?: boolean; readonly cards: number; readonly killWorker?: boolean },
): Promise<number> => {
  // A person watches: the partner is looked at every second, not every minute.
  process.env['HUFU_SIM_POLL_MS'] ??= '1000';
  const worker = options.separate === true ? 'node-worker' : (options.nodes ?? 1) > 1 ? 'node-1' : 'node';
  return up({
    ...options,
    tour: async (running, strike) => {
      const killWorker = options.killWorker === true ? () => strike(worker) : undefined;
      await tourOfCardMaking(running, { cards: options.cards, killWorker });
      return options.exit === true;
    },
  });
};
