import { join } from 'node:path';
import { openDesk } from './demo/desk.ts';
import { tourOfMandates } from './demo/mandates-tour.ts';
import { findPcscPlace } from './demo/pcsc-place.ts';
import { tourOfRoaming } from './demo/roaming-tour.ts';
import { tourOfWriting } from './demo/sim-tour.ts';
import { tourOfTelecom } from './demo/telecom-tour.ts';
import { tourOfCardMaking } from './demo/tour.ts';
import { stateDirOf } from './supervisor/run.ts';
import { type UpOptions, up } from './up.ts';

/** `hufu demo`: `up`, then the tour of a card-making cycle, and of Telecom's. With `--exit` everything stops after it. */
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
      await tourOfTelecom(running);
      return options.exit === true;
    },
  });
};

/** `hufu demo mandates`: `up`, then the tour of bank mandates. */
export const demoOfMandates = (options: UpOptions & { readonly exit?: boolean }): Promise<number> =>
  up({
    ...options,
    tour: async (running) => {
      await tourOfMandates(running);
      return options.exit === true;
    },
  });

/** `hufu demo roaming`: `up`, then the tour of roaming clearing; the statement is put below the state directory. */
export const demoOfRoaming = (options: UpOptions & { readonly exit?: boolean }): Promise<number> =>
  up({
    ...options,
    tour: async (running) => {
      await tourOfRoaming(running, join(stateDirOf(process.env), 'demo'));
      return options.exit === true;
    },
  });

/** `hufu demo sim`: `up` with card readers, then the tour of writing, and Telecom's. `pcsc` names a virtual reader. */
export const demoOfSim = async (
  options: UpOptions & { readonly exit?: boolean; readonly pcsc?: string },
): Promise<number> => {
  const desk = await openDesk(await findPcscPlace(options.pcsc));
  try {
    process.env['HUFU_SIM_POLL_MS'] ??= '1000';
    process.env['HUFU_READERS'] = desk.readers;
    return await up({
      ...options,
      tour: async (running) => {
        await tourOfWriting(running, desk);
        await tourOfTelecom(running);
        return options.exit === true;
      },
    });
  } finally {
    await desk.close();
  }
};
