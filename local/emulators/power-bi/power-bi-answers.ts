import type { Answer } from '../emulator.ts';

/** A refusal in the format of Power BI's REST API, where only the code says what is wrong. */
export function refuse(status: number, code: string, message?: string): Answer {
  return {
    status,
    body: {
      error: {
        code,
        ...(message === undefined ? {} : { message }),
        'pbi.error': { code, parameters: {}, details: [], exceptionCulprit: 1 },
      },
    },
  };
}

export const notAuthorized = (): Answer => refuse(401, 'PowerBINotAuthorizedException');

export const entityNotFound = (): Answer => refuse(404, 'PowerBIEntityNotFound');

/** A list in an OData envelope. */
export function list(url: string, entitySet: string, value: readonly unknown[]): Answer {
  return { status: 200, body: { '@odata.context': `${url}/v1.0/myorg/$metadata#${entitySet}`, value } };
}
