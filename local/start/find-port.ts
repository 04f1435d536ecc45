import { createServer } from 'node:http';
import { listen } from '../host/listen.ts';

/** The port, or a free one for 0. A port in use is a HostStartError that names the option that chooses another. */
export async function findPort(wanted: number, option = '--port'): Promise<number> {
  const server = createServer();
  const port = await listen(server, wanted, option);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
