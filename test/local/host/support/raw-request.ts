import { request as sendRequest } from 'node:http';

export interface RawAnswer {
  readonly status: number | undefined;
  readonly body: string;
}

/** Sends a GET with exactly these headers (names and values in turn), which fetch would change. */
export function sendRaw(url: string, headers: readonly string[]): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    sendRequest(url, { headers: [...headers] }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => {
        resolve({ status: response.statusCode, body });
      });
    })
      .on('error', reject)
      .end();
  });
}

export async function statusOf(url: string, headers: readonly string[]): Promise<number | undefined> {
  return (await sendRaw(url, headers)).status;
}
