/** The few pages that the embedded issuer shows. No script, no asset from anywhere, everything escaped. */

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 24rem; margin: 12vh auto; padding: 0 1rem; color: #1d2733; }
label { display: block; margin: 1rem 0 .25rem; }
input { width: 100%; box-sizing: border-box; font: inherit; padding: .5rem; border: 1px solid #8a97a6; border-radius: 4px; }
button { margin-top: 1.25rem; font: inherit; padding: .5rem 1.25rem; border: 0; border-radius: 4px; background: #17406d; color: #fff; }
.error { color: #a11; }
</style>
</head>
<body>
<h1>Hufu 虎符</h1>
${body}
</body>
</html>
`;

export const loginPage = (action: string, error?: string): string =>
  page(
    'Sign in',
    `<p>This is the issuer for development. Its users are in the key directory.</p>
${error === undefined ? '' : `<p class="error" role="alert">${escapeHtml(error)}</p>`}
<form method="post" action="${escapeHtml(action)}">
<label for="login">User</label>
<input id="login" name="login" autocomplete="username" required autofocus maxlength="64">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required maxlength="256">
<button type="submit">Sign in</button>
</form>`,
  );

export const messagePage = (title: string, text: string): string => page(title, `<p>${escapeHtml(text)}</p>`);

/** `form` is the library's own hidden form. */
export const logoutPage = (form: string): string =>
  page(
    'Sign out',
    `<p>Sign out of this browser?</p>${form}<button form="op.logoutForm" name="logout" value="yes">Sign out</button>`,
  );

/** Nothing may be loaded or framed; a form may only post to us and be redirected to the client that asked. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};
