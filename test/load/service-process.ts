import { once } from 'node:events';
import { startLaptop } from '../../local/laptop-run.ts';
import type { Endpoints } from '../../local/resource-types.ts';
import type { Running } from '../../local/running-file.ts';

/** What the serving process tells its parent, in this order. */
export type FromService = { endpoints: Endpoints } | { running: Running } | { shown: string };

/**
 * A laptop run in a process of its own, so that its memory is not the driver's. The parent answers `endpoints` with the
 * addresses that the functions are to use. It ends with its parent.
 */
const [dataDir = '', assemblyDir = '', concurrency = ''] = process.argv.slice(2);
const say = (message: FromService) => process.connected && process.send?.(message);

const laptop = await startLaptop({
  dataDir,
  assemblyDir,
  port: 0,
  ...(concurrency !== '' && { concurrency: Number(concurrency) }),
  verbose: false,
  show: (shown) => say({ shown }),
  async functionEndpoints(endpoints) {
    say({ endpoints });
    const [instead] = await once(process, 'message');
    return instead as Endpoints;
  },
});
process.once('disconnect', () => void laptop.stop(5_000).finally(() => process.exit(0)));
say({ running: laptop.running });
