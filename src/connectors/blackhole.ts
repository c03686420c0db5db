import { RowKind } from '../columnar/batch.ts';
import { type DynamicTableSink, defineConnector } from './connector.ts';

/** Takes all rows and keeps none. */
const SINK: DynamicTableSink = {
  changelogMode: new Set(Object.values(RowKind)),
  spec: { connector: 'blackhole', state: {} },
  writer: () => ({ write: () => {}, finish: () => null, abort: () => {} }),
  commit: () => Promise.resolve(),
  abort: () => Promise.resolve(),
};

/** Swallows rows; for measuring what comes before. */
export const blackhole = defineConnector({
  identifier: 'blackhole',
  doc: 'Takes all rows and keeps none.',
  options: {},
  source: null,
  sink: () => SINK,
  restoreSink: () => SINK,
});
