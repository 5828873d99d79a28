import { say } from '../failure.ts';

/**
 * Resolves at the first SIGINT, SIGTERM or SIGHUP. A second Ctrl-C does not wait for anybody: `force` ends what runs,
 * then the process ends.
 */
export const untilSignal = (force: () => Promise<void>): Promise<'signal'> =>
  new Promise((resolve) => {
    let told = false;
    const heard = (name: NodeJS.Signals): void => {
      if (!told) {
        told = true;
        resolve('signal');
        return;
      }
      if (name !== 'SIGINT') return;
      say('killing what is left');
      const leave = (): never => process.exit(130);
      force().then(leave, leave);
    };
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, heard);
  });
