const shownCharacters = 12;

/** Asks the running function app for one token of a profile and tells, in lines to print, what came and how to ask again. */
export async function askForFirstToken(functionAppUrl: string, profile: string): Promise<string> {
  const tokenUrl = `${functionAppUrl}/api/token${profile === 'default' ? '' : `/${profile}`}`;
  const response = await fetch(tokenUrl);
  const text = await response.text();
  return [
    '',
    `GET ${tokenUrl} answered ${response.status}:`,
    JSON.stringify(shortenToken(parse(text)), undefined, 2),
    '',
    `The function app: ${functionAppUrl}/api`,
    ...explain(response.status),
    `Ask again:        curl ${response.status === 401 ? '-H "Authorization: Bearer $TOKEN" ' : ''}${tokenUrl}`,
    'Ctrl-C ends everything.',
    '',
  ].join('\n');
}

// What a caller lacks the answer must not tell; whoever sits at this machine may be sent to where it stands.
function explain(status: number): readonly string[] {
  switch (status) {
    case 200:
      return [];
    case 401:
      return ["No token: CALLER_AUTH asks for a caller's own token; docs/callers.md tells how to get one here."];
    case 403:
      return [
        'No token: no grant of profiles.json gives it to a caller without an identity. Let a grant name "anyone", or start with',
        'CALLER_AUTH=entra and bring a token of your own: docs/callers.md.',
      ];
    default:
      return ['No token: the answer above says why, and /api/health/ready what else does not work.'];
  }
}

function shortenToken(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null || !('access_token' in answer)) return answer;
  const token = String(answer.access_token);
  return { ...answer, access_token: `${token.slice(0, shownCharacters)}... (${token.length} characters)` };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Shown as it came: it should have been JSON, and seeing what it is helps.
    return text;
  }
}
