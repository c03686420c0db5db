import { restoreSink, restoreSource } from '../../src/connectors/index.ts';
import { serveTasks } from '../../src/exec/pool/serve-tasks.ts';
import { RangeSource } from './range-source.ts';
import { SumSink } from './sum-sink.ts';

// The pool's worker with the connectors of these tests.
serveTasks({
  restoreSource: (source) =>
    source.connector === 'range' ? RangeSource.restore(source.state) : restoreSource(source),
  restoreSink: (sink) => (sink.connector === 'sum' ? new SumSink() : restoreSink(sink)),
});
