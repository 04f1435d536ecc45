import { startTestHost } from './support/host-under-test.ts';

const source = `
import { app } from '@azure/functions';
const told = [];
app.hook.appStart(() => { told.push('appStart'); });
app.hook.preInvocation((context) => {
  told.push('pre ' + context.invocationContext.functionName);
  const handler = context.functionHandler;
  context.functionHandler = async (...inputs) => ({ ...(await handler(...inputs)), status: 202 });
});
app.hook.postInvocation((context) => {
  if (context.error) { context.error = null; context.result = { status: 418 }; }
});
app.hook.preInvocation(() => { told.push('removed'); }).dispose();
app.hook.log((context) => { context.message = context.message.toUpperCase(); });
app.http('told', { authLevel: 'anonymous', handler: (request, context) => { context.log('line'); return { jsonBody: told }; } });
app.http('throws', { authLevel: 'anonymous', handler: () => { throw new Error('x'); } });
`;

test('hooks run around invocations, in order, and may change what comes of them', async () => {
  const host = await startTestHost({ source });
  try {
    const answer = await fetch(`${host.url}/api/told`);
    expect([answer.status, await answer.json()]).toEqual([202, ['appStart', 'pre told']]);
    expect((await fetch(`${host.url}/api/throws`)).status).toBe(418);
    expect(host.entries).toContainEqual(expect.objectContaining({ category: 'user', message: 'LINE' }));
  } finally {
    await host.close();
  }
});
