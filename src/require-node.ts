import { unsupportedNode } from './common/supported-node.ts';

// The first module of the package to run: one sentence, where an older Node would fail somewhere.
const complaint = unsupportedNode(process.versions.node);
if (complaint !== null) throw new Error(complaint);
