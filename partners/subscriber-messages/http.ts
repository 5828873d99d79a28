import { Effect, Layer } from 'effect';
import { type NoticeParty, type NoticeServer, noticeServers, sendNotice } from '../notices.ts';
import { SubscriberMessages } from './port.ts';

/** Message systems over HTTP: a signed notice for each message. */

const MESSAGES: NoticeParty = {
  service: 'subscriber-messages',
  name: 'message system',
  variable: 'HUFU_ROAMING_MESSAGES_FILE',
  page: 'docs/roaming-subscribers.md',
  refused: 'MessageRefused',
};

export const subscriberMessages = (servers: readonly NoticeServer[]) =>
  SubscriberMessages.of({
    tell: (tenant, message) =>
      Effect.gen(function* () {
        const server = servers.find((one) => one.tenant === tenant);
        if (server === undefined) return 'nobody';
        return yield* sendNotice(MESSAGES, server, message.id, message);
      }),
  });

/** Without a file nobody is told. */
export const SubscriberMessagesLive = Layer.effect(
  SubscriberMessages,
  Effect.map(noticeServers(MESSAGES), subscriberMessages),
);
