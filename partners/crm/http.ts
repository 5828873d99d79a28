import { Effect, Layer } from 'effect';
import { type NoticeParty, type NoticeServer, noticeServers, sendNotice } from '../notices.ts';
import { CrmPort } from './port.ts';

/** CRMs over HTTP: a signed notice for each result. */

const CRM: NoticeParty = {
  service: 'crm',
  name: 'CRM',
  variable: 'HUFU_CRMS_FILE',
  page: 'docs/card-writing.md',
  refused: 'CrmRefused',
};

export const crmPort = (servers: readonly NoticeServer[]) =>
  CrmPort.of({
    tellWrite: (tenant, notice) =>
      Effect.gen(function* () {
        const server = servers.find((one) => one.tenant === tenant);
        if (server === undefined) return 'nobody';
        const id = `${notice.request}/${notice.revision}`;
        return yield* sendNotice(CRM, server, id, notice);
      }),
  });

/** Without a file nobody is told. */
export const CrmPortLive = Layer.effect(CrmPort, Effect.map(noticeServers(CRM), crmPort));
