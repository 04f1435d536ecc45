import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { HostStartError } from './host-start-error.ts';

/** Listens on loopback alone and gives the port; a taken port is a HostStartError that says what to do. */
export async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(error.code === 'EADDRINUSE' ? portTaken(port, error) : error);
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

function portTaken(port: number, cause: Error): HostStartError {
  return new HostStartError(`Port ${port} is taken: stop what listens there, or choose another with --port.`, {
    cause,
  });
}
