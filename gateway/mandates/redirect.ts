import { Clock, Effect, Schema, Stream } from 'effect';
import { hallSessionActor } from '../../actors/mandates/hall-session.ts';
import { type Refusal, refuse } from '../../domain/kernel/refusal.ts';
import { ticketIsOurs, ticketParts } from '../../domain/mandates/hall/ticket.ts';
import { KeyRing } from '../../store/keys/key-ring.ts';
import { operationsTenant } from '../../temporal.config.ts';
import { escapeHtml } from '../issuer/pages.ts';
import { readActor } from '../read.ts';
import { download, sampled } from '../route.ts';

/**
 * Our page between hall and bank (seed 003 part 1 step 4.1): whoever comes with a ticket of ours is sent on to the bank's
 * page. It changes nothing, so a second click leads to the same place; the bank asks about the ticket by itself.
 */

const codes = {
  unknown: (): Refusal =>
    refuse('missing', 'TicketUnknown', 'This is no ticket of ours.', { action: 'Begin again in the web hall.' }),
  late: (): Refusal =>
    refuse('conflict', 'TicketLate', 'The time of this ticket is over.', { action: 'Begin again in the web hall.' }),
  used: (): Refusal =>
    refuse('conflict', 'TicketUsed', 'This ticket has been used.', { action: 'Look at the result in the web hall.' }),
};

const pageTo = (url: string): string =>
  '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>To your bank</title></head><body>' +
  `<p>You are sent to your bank. <a id="bank" href="${escapeHtml(url)}">Go on</a></p></body></html>\n`;

const addressOf = (page: string, ticket: string, returnUrl: string, session: string): string => {
  const back = new URL(returnUrl);
  back.searchParams.set('session', session);
  const url = new URL(page);
  url.searchParams.set('ticket', ticket);
  url.searchParams.set('return', back.href);
  return url.href;
};

const redirect = download({
  method: 'GET',
  path: '/v1/mandates/redirects/{ticket}',
  operationId: 'mandates.redirect.open',
  summary: 'Send a user with a ticket on to the bank’s page',
  rate: 'read',
  contentTypes: ['text/html'],
  in: {
    params: sampled(Schema.Struct({ ticket: Schema.String.pipe(Schema.maxLength(100)) }), {
      ticket: `T.S-${'4f'.repeat(16)}.1.${'x'.repeat(43)}`,
    }),
  },
  refusals: [codes.unknown(), codes.late(), codes.used()],
  handler: ({ params: { ticket } }) =>
    Effect.gen(function* () {
      // Nobody is signed in here; the hall and its banks are those of the installation's own tenant.
      const tenant = yield* operationsTenant;
      const parts = ticketParts(ticket);
      if (parts === undefined) return yield* Effect.fail(codes.unknown());
      const { session, keyId } = parts;
      const { state } = yield* readActor(hallSessionActor, { tenant, key: session }, codes.unknown());
      const { number, returnUrl, ticket: issued } = state;
      const key = (yield* KeyRing).byId('token', keyId)?.key;
      if (number === null || returnUrl === null || issued === null) return yield* Effect.fail(codes.unknown());
      const { bank, page, used, openedAtMs, openUntilMs } = issued;
      if (!ticketIsOurs(key, parts, { tenant, session, bank, number })) return yield* Effect.fail(codes.unknown());
      if (used !== null) return yield* Effect.fail(codes.used());
      const late = openedAtMs === null && (yield* Clock.currentTimeMillis) >= openUntilMs;
      if (late || state.status === 'expired') return yield* Effect.fail(codes.late());
      const url = addressOf(page, ticket, returnUrl, session);
      const content = Buffer.from(pageTo(url));
      return {
        contentType: 'text/html; charset=utf-8',
        bytes: content.length,
        headers: { refresh: `0;url=${url}`, 'cache-control': 'no-store' },
        open: (offset: number) => Stream.make(content.subarray(offset)),
      };
    }),
});

export const redirectRoutes = [redirect];
