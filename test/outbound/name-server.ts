import { createSocket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import type { Resolve } from '../../lambdas/outbound/post.ts';

/**
 * A DNS server on loopback that answers each question for an IPv4 address with the next of these (RFC 1035), and who
 * asks it.
 */
export async function nameServer(answers: string[]) {
  const socket = createSocket('udp4');
  let asked = 0;
  socket.on('message', (question, { port, address }) => {
    const next = answers[Math.min(asked, answers.length - 1)] ?? '';
    asked += 1;
    const header = Buffer.from(question.subarray(0, 12));
    // A response without errors, recursion available, with one answer.
    header.writeUInt16BE(0x8180, 2);
    header.writeUInt16BE(1, 6);
    header.writeUInt32BE(0, 8);
    // The question's name and type, without what a client may have added (EDNS).
    const end = question.indexOf(0, 12) + 5;
    // A pointer to the name; A, IN, a TTL of 0, four bytes.
    const answer = Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...next.split('.').map(Number)]);
    socket.send(Buffer.concat([header, question.subarray(12, end), answer]), port, address);
  });
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  const resolver = new Resolver();
  resolver.setServers([`127.0.0.1:${socket.address().port}`]);
  const resolve: Resolve = async (host) => (await resolver.resolve4(host)).map((address) => ({ address, family: 4 }));
  return { resolve, asked: () => asked, close: () => socket.close() };
}
