import { Effect, Layer } from 'effect';
import { type NoticeParty, type NoticeServer, noticeServers, sendNotice } from '../notices.ts';
import { HallPort } from './port.ts';

/** Web halls over HTTP: a signed notice for each change of a session that the bank tells us alone. */

const HALL: NoticeParty = {
  service: 'hall',
  name: 'web hall',
  variable: 'HUFU_HALLS_FILE',
  page: 'docs/partners/hall.md',
  refused: 'HallRefused',
};

export const hallPort = (servers: readonly NoticeServer[]) =>
  HallPort.of({
    tell: (tenant, notice) =>
      Effect.gen(function* () {
        const server = servers.find((one) => one.tenant === tenant);
        if (server === undefined) return 'nobody';
        const id = `${notice.session}/${notice.revision}`;
        return yield* sendNotice(HALL, server, id, notice);
      }),
  });

/** Without a file nobody is told. */
export const HallPortLive = Layer.effect(HallPort, Effect.map(noticeServers(HALL), hallPort));
