import * as oauth from 'oauth4webapi';

/**
 * Signing in at the issuer: OpenID Connect, authorization code with PKCE (RFC 7636). Tokens stay in this module's memory: they
 * are gone with the page, and no other page can read them. What has to outlive the way to the issuer and back is no secret
 * that opens anything by itself; it lies in the tab's session storage until the way back.
 */

export interface ConsoleSettings {
  readonly issuer: string;
  readonly client: string;
  readonly scope: string;
  readonly publicUrl: string;
}

interface Tokens {
  readonly access: string;
  readonly id: string | undefined;
}
let tokens: Tokens | undefined;
export const accessToken = (): string | undefined => tokens?.access;
/** It is refused; only a new one helps. */
export const dropTokens = (): void => {
  tokens = undefined;
};

interface Way {
  readonly state: string;
  readonly verifier: string;
  readonly nonce: string;
  /** Where in the console the person was. */
  readonly back: string;
}
const WAY = 'hufu.way';
/** Set while this tab is signed in: loading the page again goes to the issuer, which still knows the person. */
const SIGNED_IN = 'hufu.signed-in';

const CALLBACK = '/console/callback';
const redirectUri = ({ publicUrl }: ConsoleSettings): string => `${publicUrl}${CALLBACK}`;

const discover = async ({ issuer }: ConsoleSettings): Promise<oauth.AuthorizationServer> => {
  const url = new URL(issuer);
  const response = await oauth.discoveryRequest(url, { algorithm: 'oidc', ...insecure(url) });
  return oauth.processDiscoveryResponse(url, response);
};

/** The issuer for development speaks plain HTTP to this machine; the gateway takes no other such one. */
const insecure = (url: URL) => ({ [oauth.allowInsecureRequests]: url.protocol === 'http:' });

export const fetchSettings = async (): Promise<ConsoleSettings> => {
  const response = await fetch('/console/settings');
  if (!response.ok) throw new Error(`the gateway answered ${response.status}`);
  return response.json();
};

export const wasSignedIn = (): boolean => sessionStorage.getItem(SIGNED_IN) !== null;

/** Leaves the page. */
export const beginSignIn = async (settings: ConsoleSettings, back: string): Promise<void> => {
  const server = await discover(settings);
  if (server.authorization_endpoint === undefined) throw new Error('the issuer names no authorization endpoint');
  const verifier = oauth.generateRandomCodeVerifier();
  const way: Way = { state: oauth.generateRandomState(), verifier, nonce: oauth.generateRandomNonce(), back };
  sessionStorage.setItem(WAY, JSON.stringify(way));
  const url = new URL(server.authorization_endpoint);
  const parameters = {
    client_id: settings.client,
    redirect_uri: redirectUri(settings),
    response_type: 'code',
    scope: settings.scope,
    state: way.state,
    nonce: way.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  location.assign(url);
};

const isCallback = (): boolean => location.pathname === CALLBACK;

/** On the way back from the issuer: takes the code. @returns where the person was, or undefined when this is no way back. */
export const finishSignIn = async (settings: ConsoleSettings): Promise<string | undefined> => {
  if (!isCallback()) return undefined;
  const kept = sessionStorage.getItem(WAY);
  const here = new URL(location.href);
  sessionStorage.removeItem(WAY);
  history.replaceState(null, '', '/console/');
  // From signing out, too, one comes back here.
  if (kept === null || !(here.searchParams.has('code') || here.searchParams.has('error'))) return undefined;
  const way: Way = JSON.parse(kept);
  const server = await discover(settings);
  const client: oauth.Client = { client_id: settings.client };
  const parameters = oauth.validateAuthResponse(server, client, here, way.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    redirectUri(settings),
    way.verifier,
    insecure(new URL(settings.issuer)),
  );
  const answer = await oauth.processAuthorizationCodeResponse(server, client, response, {
    expectedNonce: way.nonce,
    requireIdToken: true,
  });
  tokens = { access: answer.access_token, id: answer.id_token };
  sessionStorage.setItem(SIGNED_IN, '1');
  return way.back;
};

/** Leaves the page: at the issuer, too, the person is signed out then (OpenID Connect RP-Initiated Logout). */
export const signOut = async (settings: ConsoleSettings): Promise<void> => {
  const hint = tokens?.id;
  sessionStorage.removeItem(SIGNED_IN);
  const server = await discover(settings);
  dropTokens();
  if (server.end_session_endpoint === undefined) {
    location.reload();
    return;
  }
  const url = new URL(server.end_session_endpoint);
  if (hint !== undefined) url.searchParams.set('id_token_hint', hint);
  url.searchParams.set('client_id', settings.client);
  url.searchParams.set('post_logout_redirect_uri', redirectUri(settings));
  location.assign(url);
};
