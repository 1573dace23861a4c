import { Busboy, type BusboyInstance } from '@fastify/busboy';
import type { FormRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { type Argument, MAX_ARGUMENTS } from './argument.ts';

/**
 * Reads multipart/form-data (RFC 7578). Every part is taken as bytes, whatever it says of itself: clients label
 * pictures `application/octet-stream`, `imageData/*`, or not at all.
 */
export function readMultipart(body: Buffer, contentType: string): Promise<Result<Argument[], FormRefusal>> {
  return new Promise((resolve) => {
    const found: Argument[] = [];
    let parser: BusboyInstance;
    try {
      parser = new Busboy({
        headers: { 'content-type': contentType },
        isPartAFile: () => true,
        limits: { parts: MAX_ARGUMENTS, fieldNameSize: 1_000, headerPairs: 50 },
      });
    } catch {
      // The only thing it has read so far is the Content-Type: no boundary in it.
      resolve(refused({ code: 'body-malformed' }));
      return;
    }
    parser.on('file', (name, stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => found.push({ name: name ?? '', bytes: Buffer.concat(chunks) }));
      // A part that breaks off also fails the parser, which answers for it.
      stream.on('error', () => undefined);
    });
    parser.on('partsLimit', () => resolve(refused({ code: 'too-many-arguments', maxArguments: MAX_ARGUMENTS })));
    // The parser has one error for a body that ends before its closing boundary and others for bad syntax.
    parser.on('error', (error) =>
      resolve(refused({ code: /unexpected end/i.test(String(error)) ? 'body-truncated' : 'body-malformed' })),
    );
    parser.on('finish', () => resolve(accepted(found)));
    parser.end(body);
  });
}
