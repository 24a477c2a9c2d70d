/*
 * A name server that knows no name, for daemons in a network of their own: without one, questions about the
 * world outside are answered by nobody, and gRPC waits for each (it asks for TXT and SRV records, too).
 */
const server = require('node:dgram').createSocket('udp4');
const NXDOMAIN = 3;
server.on('message', (question, from) => {
  const answer = Buffer.from(question);
  answer[2] |= 0x80; // an answer
  answer[3] = 0x80 | NXDOMAIN;
  server.send(answer, from.port, from.address);
});
server.bind(53, process.argv[2]);
