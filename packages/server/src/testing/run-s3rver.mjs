// A real S3 server with one bucket in a process of its own: `node run-s3rver.mjs <directory> <bucket>`.
// Prints its port. It throws where an object is deleted while it lists, which must not end it. Development only.
import { createRequire } from 'node:module';

const S3rver = createRequire(import.meta.url)('s3rver');
const [directory, bucket] = process.argv.slice(2);

process.on('uncaughtException', () => {});
const server = new S3rver({
  address: '127.0.0.1',
  port: 0,
  silent: true,
  directory,
  configureBuckets: [{ name: bucket }],
});
const { port } = await server.run();
// Ends with whoever started it.
process.stdin.on('close', () => process.kill(process.pid)).resume();
process.stdout.write(`${port}\n`);
