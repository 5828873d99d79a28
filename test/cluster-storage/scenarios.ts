import { faultScenarios } from './fault-scenarios.ts';
import { messageScenarios } from './message-scenarios.ts';
import { replyScenarios } from './reply-scenarios.ts';
import { runnerScenarios } from './runner-scenarios.ts';
import type { Method, Scenario } from './scenario.ts';

/** Every behaviour of Effect's two storage interfaces, in one list. */
export const scenarios: ReadonlyArray<Scenario> = [
  ...messageScenarios,
  ...replyScenarios,
  ...runnerScenarios,
  ...faultScenarios,
];

/** Every method of the two interfaces; the compiler keeps it so. */
export const METHODS: Readonly<Record<Method, true>> = {
  'messages.saveRequest': true,
  'messages.saveEnvelope': true,
  'messages.saveReply': true,
  'messages.clearReplies': true,
  'messages.repliesFor': true,
  'messages.repliesForUnfiltered': true,
  'messages.requestIdForPrimaryKey': true,
  'messages.registerReplyHandler': true,
  'messages.unregisterReplyHandler': true,
  'messages.unregisterShardReplyHandlers': true,
  'messages.unprocessedMessages': true,
  'messages.unprocessedMessagesById': true,
  'messages.resetShards': true,
  'messages.resetAddress': true,
  'messages.clearAddress': true,
  'runners.register': true,
  'runners.unregister': true,
  'runners.getRunners': true,
  'runners.setRunnerHealth': true,
  'runners.acquire': true,
  'runners.refresh': true,
  'runners.release': true,
  'runners.releaseAll': true,
};
