import type { Answer } from '../emulator.ts';
import type { User } from './directory.ts';

export interface SignInForm {
  readonly upn: string;
  /** The users who can sign in here. Their passwords are no secrets: they exist only on this machine. */
  readonly users: readonly Pick<User, 'upn' | 'password'>[];
  /** Why the last attempt failed. */
  readonly message?: string;
}

/** The form, which posts to its own URL. */
export function signInPage({ upn, users, message }: SignInForm): Answer {
  const complaint = message === undefined ? '' : `<p role="alert">${escapeHtml(message)}</p>`;
  return page(
    200,
    'Sign in (local Entra)',
    `${complaint}<form method="post">
<p><label>User name <input name="login" autocomplete="username" value="${escapeHtml(upn)}"></label></p>
<p><label>Password <input name="passwd" type="password" autocomplete="current-password"></label></p>
<p><button>Sign in</button></p>
</form>
<p>This page stands for Microsoft Entra on this machine. It knows these users:</p>
<table>
<tr><th>User name</th><th>Password</th></tr>
${users.map((user) => `<tr><td>${escapeHtml(user.upn)}</td><td>${escapeHtml(user.password)}</td></tr>`).join('\n')}
</table>`,
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
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 2rem auto; padding: 0 1rem; overflow-wrap: anywhere }
input { font: inherit; display: block; width: 100%; box-sizing: border-box }
button { font: inherit }
table { border-spacing: 0 .6rem; overflow-wrap: normal }
th, td { padding-right: 1.5rem; text-align: left; vertical-align: top }
td { user-select: all }
@media (max-width: 40rem) { tr { display: grid; margin-bottom: .6rem } table { border-spacing: 0 } }
</style>
</head>
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
