import { createSocket } from 'node:dgram';

/** An SRV record (RFC 2782): where a domain offers a service. */
interface SrvRecord {
  priority: number;
  weight: number;
  port: number;
  target: string;
}

const TYPE_SRV = 33;
const CLASS_IN = 1;
const HEADER_BYTES = 12;

/**
 * A DNS server on loopback with SRV records only (RFC 1035, section 4). Any other name does not exist.
 * @param records by name, `_avatars._tcp.example.com`
 */
export async function srvServer(records: Record<string, SrvRecord[]>) {
  const socket = createSocket('udp4');
  const queried: string[] = [];
  socket.on('message', (query, { port, address }) => {
    const { name, end } = readName(query, HEADER_BYTES);
    queried.push(name);
    const answers = query.readUInt16BE(end) === TYPE_SRV ? (records[name.toLowerCase()] ?? []) : [];
    const header = Buffer.from(query.subarray(0, HEADER_BYTES));
    // An authoritative response; 3 is "no such name".
    header.writeUInt16BE(0x8400 | (query.readUInt16BE(2) & 0x0100) | (answers.length === 0 ? 3 : 0), 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(answers.length, 6);
    header.writeUInt32BE(0, 8);
    const question = query.subarray(HEADER_BYTES, end + 4);
    socket.send(Buffer.concat([header, question, ...answers.map(srvAnswer)]), port, address);
  });
  await new Promise<void>((done) => {
    socket.bind(0, '127.0.0.1', done);
  });
  return {
    address: `127.0.0.1:${socket.address().port}`,
    /** The names that were asked for, in order. */
    queried,
    close: () => new Promise<void>((done) => socket.close(() => done())),
  };
}

function readName(message: Buffer, from: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = from;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('ascii', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.'), end: at + 1 };
}

function srvAnswer({ priority, weight, port, target }: SrvRecord): Buffer {
  const labels = target.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  const name = Buffer.concat([...labels, Buffer.from([0])]);
  const answer = Buffer.alloc(18);
  // A pointer to the question's name.
  answer.writeUInt16BE(0xc000 | HEADER_BYTES, 0);
  answer.writeUInt16BE(TYPE_SRV, 2);
  answer.writeUInt16BE(CLASS_IN, 4);
  answer.writeUInt32BE(86_400, 6);
  answer.writeUInt16BE(6 + name.length, 10);
  answer.writeUInt16BE(priority, 12);
  answer.writeUInt16BE(weight, 14);
  answer.writeUInt16BE(port, 16);
  return Buffer.concat([answer, name]);
}
