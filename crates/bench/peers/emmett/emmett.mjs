// Emmett's PostgreSQL event store, driven by `bench`: node emmett.mjs HOST PORT DATABASE.
//
// Fills the empty database, then serves rounds: a line of JSON each way, as `bench-load` does it in Rust. The host
// is the directory of a unix socket. One node process, as node has one thread for JavaScript.
import pg from 'pg';
import { createInterface } from 'node:readline';
import { dumbo } from '@event-driven-io/dumbo';
import { getPostgreSQLEventStore, readMessagesBatch } from '@event-driven-io/emmett-postgresql';

const SHORT_STREAMS = 10_000;
const LONG_STREAMS = 1_000;
const LONG_LENGTH = 50;
const CONNECTIONS = 32;
const TRIES = 50;
const PAGE = 1_000;

const [host, port, database] = process.argv.slice(2);
const connectionString = `postgresql://postgres@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
const pool = new pg.Pool({ host, port: Number(port), user: 'postgres', database, max: CONNECTIONS });
const store = getPostgreSQLEventStore(connectionString, {
  schema: { autoMigration: 'CreateOrUpdate' },
  connectionOptions: { pool },
});

// Random-looking ids that follow from the number; they need not be those of the other systems.
const MASK = 0xffff_ffff_ffff_ffffn;
const half = (n) => ((BigInt(n) * 0x9e3779b97f4a7c15n) & MASK).toString(16).padStart(16, '0');
const caseId = (n) => {
  const hex = half(n + 1) + half(n * 7 + 13);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};
const streamName = (n) => `case-${caseId(n)}`;
const note = (stream, number) => ({
  type: 'CaseNoteAdded',
  data: {
    case_id: caseId(stream),
    occurred_at: '2026-11-22T14:20:47.123456Z',
    actor: `user-${String(number % 10_000).padStart(5, '0')}`,
    kind: 'CaseNoteAdded',
    number,
    note: 'Caseworker phoned the client to confirm the appointment and agreed the next steps of the plan for the week with them and the key worker.',
  },
});
const notes = (stream, after, count) => Array.from({ length: count }, (_, at) => note(stream, after + 1 + at));

async function fill() {
  await store.schema.migrate();
  const total = SHORT_STREAMS + LONG_STREAMS;
  let next = 0;
  const worker = async () => {
    while (next < total) {
      const stream = next++;
      const length = stream < SHORT_STREAMS ? 1 : LONG_LENGTH;
      const options = { expectedStreamVersion: 'STREAM_DOES_NOT_EXIST' };
      await store.appendToStream(streamName(stream), notes(stream, 0, length), options);
    }
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  await pool.query('VACUUM ANALYZE');
}

const tokens = new Array(SHORT_STREAMS).fill(1n);
const busy = new Set();

async function append(stream, count) {
  const expected = tokens[stream];
  const done = await store.appendToStream(streamName(stream), notes(stream, Number(expected), count), {
    expectedStreamVersion: expected,
  });
  tokens[stream] = done.nextExpectedStreamVersion;
}

/** An append with an old expected version must be refused, or the store is not measured. */
async function checkVersions() {
  await append(0, 1);
  const right = tokens[0];
  tokens[0] = right - 1n;
  const accepted = await append(0, 1).then(() => true, () => false);
  if (accepted) throw new Error('an append with an old expected version was accepted');
  tokens[0] = right;
}

async function operation(round) {
  if (round.workload === 'read') {
    const read = await store.readStream(streamName(SHORT_STREAMS + Math.floor(Math.random() * LONG_STREAMS)));
    if (read.events.length !== LONG_LENGTH) throw new Error(`${read.events.length} events in a stream`);
    return 0;
  }
  let stream;
  do stream = Math.floor(Math.random() * SHORT_STREAMS);
  while (busy.has(stream));
  busy.add(stream);
  try {
    for (let refused = 0; ; refused++) {
      try {
        await append(stream, round.events);
        return refused;
      } catch (error) {
        if (refused + 1 === TRIES) throw error;
      }
    }
  } finally {
    busy.delete(stream);
  }
}

async function replay() {
  const { execute } = dumbo({ connectionString, pool });
  const start = performance.now();
  let after = 0n;
  let count = 0;
  for (;;) {
    const page = await readMessagesBatch(execute, { after, batchSize: PAGE });
    count += page.messages.length;
    after = page.currentGlobalPosition;
    if (!page.areMessagesLeft) break;
  }
  const seconds = (performance.now() - start) / 1000;
  return { rate: count / seconds, p50_us: 0, p99_us: 0, operations: count, refused: 0, failed: 0 };
}

/** Nearest rank, as in `bench-load`. */
const percentile = (sorted, share) =>
  sorted.length ? sorted[Math.min(Math.max(Math.ceil(sorted.length * share), 1), sorted.length) - 1] : 0;

async function measure(round) {
  if (round.workload === 'replay') return replay();
  const counts = performance.now() + round.warm_up * 1000;
  const ends = counts + round.seconds * 1000;
  const times = [];
  let refused = 0;
  let failed = 0;
  let why;
  const client = async () => {
    for (;;) {
      const begun = performance.now();
      if (begun >= ends) return;
      const again = await operation(round).catch((error) => ((why = error), null));
      const ended = performance.now();
      if (begun < counts || ended > ends) continue;
      if (again === null) failed++;
      else {
        times.push(Math.floor((ended - begun) * 1000));
        refused += again;
      }
    }
  };
  await Promise.all(Array.from({ length: round.clients }, client));
  if (why && !times.length) throw why;
  times.sort((a, b) => a - b);
  const weight = round.workload === 'append' ? round.events : 1;
  return {
    rate: (times.length * weight) / round.seconds,
    p50_us: percentile(times, 0.5),
    p99_us: percentile(times, 0.99),
    operations: times.length,
    refused,
    failed,
  };
}

const say = (reply) => process.stdout.write(`${JSON.stringify(reply)}\n`);

try {
  await fill();
  await checkVersions();
  say({ ready: `Emmett 0.42` });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      say({ measured: await measure(JSON.parse(line)) });
    } catch (error) {
      say({ failed: String(error?.message ?? error) });
    }
  }
} catch (error) {
  say({ failed: String(error?.message ?? error) });
}
process.exit(0);
