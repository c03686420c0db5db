import { createRequire } from 'node:module';
import { unsupportedNode } from './supported-node.ts';

// The first module of the package to run: one sentence, where another runtime would fail somewhere.
const complaint =
  // What bundlers for browsers put in the place of Node's modules is empty.
  typeof createRequire === 'function'
    ? unsupportedNode(process.versions.node)
    : "millrace runs on Node and was bundled for browsers; bundle it for Node (Vite: 'build.ssr').";
if (complaint !== null) throw new Error(complaint);
