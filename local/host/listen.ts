import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { HostStartError } from './host-start-error.ts';

/** Listens on loopback only and resolves with the port. A port in use is a HostStartError that says what to do. */
export async function listen(server: Server, port: number, option = '--port'): Promise<number> {
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new HostStartError(
      `Port ${port} is in use. Stop the program that listens there, or choose another port with ${option}.`,
      {
        cause,
      },
    );
  }
}
