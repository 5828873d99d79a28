import { CardClient, CardServiceError, type WritingComponent } from '../client.ts';
import { type ApduTransport, transportSlot } from '../slot.ts';

/**
 * The card side of a seller's app. What is of the phone comes from outside: its slot, its WebSocket, the session of the
 * person who has signed in, and a place for words on the screen.
 */
export interface Phone {
  readonly transport: ApduTransport;
  readonly deviceId: string;
  readonly accessToken: () => Promise<string>;
  /** This app on the server's allow list; it signs with a key in the phone's key store. */
  readonly component: WritingComponent;
  readonly webSocket: (url: string) => WebSocket;
  readonly show: (words: string) => void;
}

export interface Sale {
  /** Of the CRM; kept with the sale, so that a second try is the same request. */
  readonly request: string;
  readonly product: string;
  readonly msisdn: string;
  readonly operator: 'unicom' | 'telecom';
}

export const sellerApp = (url: string, phone: Phone) => {
  const client = new CardClient({
    url,
    client: phone.deviceId,
    token: phone.accessToken,
    slots: [transportSlot('sim1', phone.transport)],
    component: phone.component,
    connect: phone.webSocket,
    onState: ({ state }) => phone.show(state),
  });
  client.start();

  /** True when the card carries the number; false when somebody has to look at it. */
  const sell = async ({ request, product, msisdn, operator }: Sale): Promise<boolean> => {
    try {
      const card = await client.read('sim1');
      if (!card.blank) phone.show('This card is not blank; a write of before is looked for.');
      const ours = { product, city: null, iccid: null, msisdn, smsc: null };
      const wish = operator === 'telecom' ? { ...ours, operator } : ours;
      const onProgress = ({ commands }: { readonly commands: number }): void => phone.show(`${commands} commands`);
      const written = await client.write('sim1', request, wish, { onProgress });
      phone.show(written.final ? written.status : 'In doubt: leave the card in its slot and try again.');
      return written.status === 'confirmed';
    } catch (cause) {
      if (!(cause instanceof CardServiceError)) throw cause;
      phone.show(cause.problem.action ?? cause.problem.message);
      return false;
    }
  };

  return { sell, close: () => client.stop() };
};
