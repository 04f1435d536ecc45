// Generates load in a process of its own: in one with the host, or with the stand-ins for Azure, they would share a thread.
import { generateLoad, type LoadRequest } from './generate-load.ts';

process.on('message', (request: LoadRequest) => {
  void generateLoad(request).then((load) => process.send?.(load));
});
process.once('disconnect', () => process.exit(0));
