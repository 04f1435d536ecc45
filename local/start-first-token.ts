const shownCharacters = 12;

/** Asks the running function app for one token and tells, in lines to print, what came and how to ask again. */
export async function askForFirstToken(functionAppUrl: string): Promise<string> {
  const tokenUrl = `${functionAppUrl}/api/token`;
  const response = await fetch(tokenUrl);
  const text = await response.text();
  return [
    '',
    `GET ${tokenUrl} answered ${response.status}:`,
    JSON.stringify(shortenToken(parse(text)), undefined, 2),
    '',
    `The function app: ${functionAppUrl}/api`,
    ...(response.ok
      ? []
      : [
          'That is no token: the hint above says why, and CALLER_AUTH and the grants of profiles.json who may have one.',
        ]),
    `Ask again:        curl ${tokenUrl}`,
    'Ctrl-C ends everything.',
    '',
  ].join('\n');
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
