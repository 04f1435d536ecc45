import type { Answer } from '../emulator.ts';

/** The form, which posts to its own URL; `message` says why the last attempt failed. */
export function signInPage(upn: string, message?: string): Answer {
  const complaint = message === undefined ? '' : `<p role="alert">${escapeHtml(message)}</p>`;
  return page(
    200,
    'Sign in (local Entra)',
    `${complaint}<form method="post">
<p><label>User name <input name="login" autocomplete="username" value="${escapeHtml(upn)}"></label></p>
<p><label>Password <input name="passwd" type="password" autocomplete="current-password"></label></p>
<p><button>Sign in</button></p>
</form>`,
  );
}

/** The page for errors where a redirect to the app would not be safe. */
export function errorPage(message: string): Answer {
  return page(400, 'Sorry, but we’re having trouble signing you in.', `<p>${escapeHtml(message)}</p>`);
}

export function page(status: number, title: string, content: string): Answer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' },
    body: `<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<h1>${title}</h1>
${content}
</body>
</html>
`,
  };
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
