import { createServer } from 'node:http';
import { HostStartError } from '../host/host-start-error.ts';
import { listen } from '../host/listen.ts';

/** What to do if another `npm start` uses a port. */
export const secondCopy =
  'For a second copy beside another npm start: npm start -- --port 0 --emulators-port 0 --demo-port 0';

/** The port, or a free one for 0. A port in use is a HostStartError that names the option that chooses another. */
export async function findPort(wanted: number, option = '--port'): Promise<number> {
  const server = createServer();
  const port = await listen(server, wanted, option).catch((error: unknown) => {
    if (!(error instanceof HostStartError)) throw error;
    throw new HostStartError(`${error.message} ${secondCopy}`, {
      cause: error,
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return port;
}
