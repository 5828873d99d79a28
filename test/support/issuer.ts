import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose';

/** An OpenID Connect issuer of somebody else: discovery, keys that rotate, tokens right and wrong. */
export interface OtherIssuer {
  readonly url: string;
  /** How often its keys were fetched. */
  readonly fetches: () => number;
  /** From now on another key signs and is the only one published. */
  readonly rotate: () => Promise<void>;
  /** While true its endpoints answer 500. */
  down: boolean;
  /** A token with these claims over sound ones; `undefined` takes a claim away. */
  readonly sign: (claims?: Record<string, unknown>, header?: { readonly typ?: string }) => Promise<string>;
  readonly key: () => CryptoKey;
  readonly publicJwk: () => JWK;
  readonly stop: () => void;
}

export const startOtherIssuer = async (): Promise<OtherIssuer> => {
  let serial = 0;
  const newKey = async () => {
    serial += 1;
    const pair = await generateKeyPair('ES256', { extractable: true });
    const jwk: JWK = { ...(await exportJWK(pair.publicKey)), kid: `key-${serial}`, alg: 'ES256', use: 'sig' };
    return { ...pair, jwk };
  };
  let current = await newKey();
  let fetches = 0;
  const state = { down: false };
  const server = createServer((request, response) => {
    const url = `http://${request.headers.host}`;
    if (state.down) {
      response.writeHead(500).end();
      return;
    }
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` }));
      return;
    }
    fetches += 1;
    response.end(JSON.stringify({ keys: [current.jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    fetches: () => fetches,
    rotate: async () => {
      current = await newKey();
    },
    get down() {
      return state.down;
    },
    set down(down: boolean) {
      state.down = down;
    },
    sign: (claims = {}, header = {}) => {
      const nowSeconds = Math.floor(Date.now() / 1_000);
      const sound: JWTPayload = {
        iss: url,
        aud: 'hufu',
        sub: 'u-1',
        exp: nowSeconds + 300,
        iat: nowSeconds,
        roles: ['operator'],
        tenant: 'demo',
      };
      const kid = current.jwk.kid ?? '';
      return new SignJWT({ ...sound, ...claims })
        .setProtectedHeader({ alg: 'ES256', kid, ...header })
        .sign(current.privateKey);
    },
    key: () => current.privateKey,
    publicJwk: () => current.jwk,
    stop: () => server.close(),
  };
};
