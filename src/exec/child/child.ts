import { read, writeSync } from 'node:fs';
import { promisify } from 'node:util';
import { pulseOf } from '../../udf/pulse.ts';
import { ChildHost } from './child-host.ts';
import { decodeFrame, encodeFrame, FrameKind, FrameReader } from './frames.ts';
import type { Reply, Request } from './protocol.ts';
import { forbidSignals } from './signals.ts';

/** The entry of a child: serves requests until the pipe that they come by is closed. */
const REQUESTS = 3;
const REPLIES = 4;
/** How often a sign of life is sent at most. */
const PROGRESS_MS = 20;
/** How often the timer fires that keeps the process alive. */
const STAY_MS = 60_000;
/** Bytes that are read at once. */
const CHUNK_BYTES = 1 << 20;

const PROGRESS = encodeFrame(FrameKind.progress);
const readChunk = promisify(read);

let progressAt = 0;
let isReading = false;

/** Sends a frame. The pipe blocks: nothing is kept here for a program that does not read. */
function send(frame: Uint8Array): void {
  try {
    for (let at = 0; at < frame.length; ) at += writeSync(REPLIES, frame, at);
  } catch {
    // Nobody is there any more.
    process.exit();
  }
}

function progress(): void {
  const now = performance.now();
  if (now - progressAt < PROGRESS_MS) return;
  progressAt = now;
  send(PROGRESS);
}

async function serve(): Promise<void> {
  const host = new ChildHost(pulseOf(progress));
  const frames = new FrameReader();
  const chunk = new Uint8Array(CHUNK_BYTES);
  // While a request is served nothing is read: what waits for ever must not end the process.
  setInterval(() => {}, STAY_MS);
  send(encodeFrame(FrameKind.ready));
  for (;;) {
    isReading = true;
    const { bytesRead } = await readChunk(REQUESTS, chunk, 0, CHUNK_BYTES, null);
    isReading = false;
    if (bytesRead === 0) process.exit();
    for (const frame of frames.push(chunk.subarray(0, bytesRead))) {
      const { header, rows } = decodeFrame(frame);
      // The program wrote it.
      const { reply, rows: results } = await host.handle(header as Request, rows);
      send(encodeFrame(FrameKind.reply, reply satisfies Reply, results));
    }
  }
}

// Node waits for a read that is under way: a child that ends while it is idle, by a timer that a
// function left, would end in the next statement.
const kill = process.kill.bind(process);
process.on('exit', () => {
  if (isReading) kill(process.pid, 'SIGKILL');
});
if (process.permission !== undefined) forbidSignals();
void serve();
