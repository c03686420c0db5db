import { restoreSink, restoreSource } from '../../connectors/index.ts';
import { serveTasks } from './serve-tasks.ts';

// The entry of the pool's workers.
serveTasks({ restoreSource, restoreSink });
