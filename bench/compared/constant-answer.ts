import type { HttpResponseInit } from '@azure/functions';

/** An answer with the size and the headers of a token answer. */
export const constantAnswer: HttpResponseInit = {
  status: 200,
  headers: {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    Pragma: 'no-cache',
    'X-Content-Type-Options': 'nosniff',
  },
  body: 'x'.repeat(Number(process.env['BENCH_BODY_LENGTH'])),
};
