import { Failure } from './failure.ts';

/** The `client_credentials` grant (RFC 6749 §4.4): how a program of ours gets an access token. @throws Failure */
export const clientCredentialsToken = async (url: string, id: string, secret: string): Promise<string> => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'api' }),
    signal: AbortSignal.timeout(10_000),
    redirect: 'error',
  }).catch(() => {
    throw new Failure(`the issuer did not answer at ${url}`, 'Is it running? ./hufu up starts the embedded one.');
  });
  const body = (await answer.json().catch(() => ({}))) as { readonly access_token?: string };
  if (body.access_token !== undefined) return body.access_token;
  throw new Failure(
    `the issuer gave no token (${answer.status})`,
    'Are id and secret of the client right? For a demo user: does the gateway use the same HUFU_KEY_DIR?',
  );
};
