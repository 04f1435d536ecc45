// Generates load in a separate process, so that it does not share a thread with the host or the stand-ins for Azure.
import { generateLoad, type LoadRequest } from './generate-load.ts';

process.on('message', (request: LoadRequest) => {
  void generateLoad(request).then((load) => process.send?.(load));
});
process.once('disconnect', () => process.exit(0));
