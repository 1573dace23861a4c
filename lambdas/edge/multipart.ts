import type { FormRefusal } from '../core/refusal.ts';
import { accepted, type Result, refused } from '../core/result.ts';
import { type Argument, MAX_ARGUMENTS } from './request.ts';

/** RFC 2046, section 5.1.1: "no longer than 70 characters". It also bounds the search. */
const MAX_BOUNDARY_CHARACTERS = 70;
/** For one part: what Node allows for a whole request. The longest that clients send hold a path. */
const MAX_HEADER_BYTES = 16_384;

/**
 * Reads multipart/form-data (RFC 7578; framed as in RFC 2046, section 5.1). Every part is bytes, whatever its type:
 * clients label pictures `application/octet-stream`, `imageData/*`, or not at all. The bytes are views of the body, not
 * copies.
 *
 * Refused: `body-malformed` (no usable boundary; no line with it in a body that could hold one; a part without a name,
 * without an empty line after its headers, or with more than 16 KiB of headers), `body-truncated` (the closing boundary
 * is missing), `too-many-arguments`.
 *
 * Our own parser, although @fastify/busboy 3.2.6 reads every real client. It takes a line that only begins like the
 * boundary for the boundary, and so accepts a picture that is cut there. It silently drops parts without a name and
 * headers that are too long. It knows neither spaces after a boundary nor bare line feeds.
 * `test/edge/multipart.test.ts` has a row for each.
 */
export function readMultipart(body: Buffer, contentType: string): Result<Argument[], FormRefusal> {
  const boundary = boundaryOf(contentType);
  if (boundary === undefined) return refused({ code: 'body-malformed' });
  const dashed = Buffer.from(`--${boundary}`, 'latin1');
  const found: Argument[] = [];
  let delimiter = firstDelimiter(body, dashed);
  if (delimiter === undefined)
    return refused({ code: isBeginning(body, dashed) ? 'body-truncated' : 'body-malformed' });
  const { lineEnd } = delimiter;
  const needle = Buffer.concat([lineEnd, dashed]);
  while (delimiter !== undefined && !delimiter.isLast) {
    if (found.length === MAX_ARGUMENTS) return refused({ code: 'too-many-arguments', maxArguments: MAX_ARGUMENTS });
    // From the line end before the headers, which is the next delimiter's own when there is nothing between.
    const start = delimiter.end - lineEnd.length;
    delimiter = nextDelimiter(body, needle, start, lineEnd);
    if (delimiter === undefined) break;
    const argument = readPart(body.subarray(start, delimiter.start + lineEnd.length), lineEnd);
    if (argument === undefined) return refused({ code: 'body-malformed' });
    found.push(argument);
  }
  return delimiter === undefined ? refused({ code: 'body-truncated' }) : accepted(found);
}

/** Also after a comma, as twurl writes it. */
function boundaryOf(contentType: string): string | undefined {
  const [, quoted, plain] = /[;,\s]boundary\s*=\s*(?:"([^"]*)"|([^;]*))/i.exec(contentType) ?? [];
  const boundary = quoted ?? plain?.trim() ?? '';
  return boundary === '' || boundary.length > MAX_BOUNDARY_CHARACTERS ? undefined : boundary;
}

const CRLF = Buffer.from('\r\n');
/** No known client sends bare line feeds, but people's scripts do. */
const LF = Buffer.from('\n');
const [TAB, NEW_LINE, CR, SPACE, DASH] = Buffer.from('\t\n\r -');

/** A line `--boundary` or `--boundary--`. */
interface Delimiter {
  /** Where the line end before it begins. That line end belongs to the delimiter, not to the part. */
  start: number;
  /** Where the line after it begins. */
  end: number;
  isLast: boolean;
  lineEnd: Buffer;
}

/** On the first line, or after a preamble: some clients send an empty line there. Its line end is that of all lines. */
function firstDelimiter(body: Buffer, dashed: Buffer): Delimiter | undefined {
  const first = body.subarray(0, dashed.length).equals(dashed) ? delimiterAt(body, 0, dashed.length) : undefined;
  return first ?? nextDelimiter(body, Buffer.concat([LF, dashed]), 0);
}

/** Whether a body without a delimiter may be cut off before the first one: it is empty, or ends in a part of it. */
function isBeginning(body: Buffer, dashed: Buffer): boolean {
  const line = body.subarray(body.lastIndexOf(NEW_LINE ?? 0) + 1);
  const isPart = dashed.subarray(0, line.length).equals(line);
  const isAllOfIt = line.subarray(0, dashed.length).equals(dashed) && isBlank(line.subarray(dashed.length));
  return (line.length > 0 && isPart) || isAllOfIt || isBlank(body);
}

const isBlank = (bytes: Buffer): boolean =>
  bytes.every((byte) => byte === CR || byte === NEW_LINE || byte === SPACE || byte === TAB);

/** `needle` is a line end and the boundary. `lineEnd`, once known, is what all delimiters but the last end with. */
function nextDelimiter(body: Buffer, needle: Buffer, from: number, lineEnd?: Buffer): Delimiter | undefined {
  for (let at = body.indexOf(needle, from); at >= 0; at = body.indexOf(needle, at + 1)) {
    const delimiter = delimiterAt(body, at, at + needle.length);
    if (delimiter?.isLast || (delimiter && (lineEnd ?? delimiter.lineEnd) === delimiter.lineEnd)) return delimiter;
  }
  return undefined;
}

/** The delimiter whose boundary ends at `after`; undefined if the line goes on, as in a picture's bytes. */
function delimiterAt(body: Buffer, start: number, after: number): Delimiter | undefined {
  const isLast = body[after] === DASH && body[after + 1] === DASH;
  let at = isLast ? after + 2 : after;
  // "Transport padding" in RFC 2046.
  while (body[at] === SPACE || body[at] === TAB) at++;
  const lineEnd = body[at] === NEW_LINE ? LF : body[at] === CR && body[at + 1] === NEW_LINE ? CRLF : undefined;
  if (lineEnd !== undefined) return { start, end: at + lineEnd.length, isLast, lineEnd };
  // Several clients end the body here.
  const isEnd = at === body.length || (body[at] === CR && at + 1 === body.length);
  return isLast && isEnd ? { start, end: body.length, isLast, lineEnd: CRLF } : undefined;
}

/** One part, with the line ends before and after it; undefined if it is not one. */
function readPart(part: Buffer, lineEnd: Buffer): Argument | undefined {
  const emptyLine = part.indexOf(Buffer.concat([lineEnd, lineEnd]));
  if (emptyLine < 0 || emptyLine > MAX_HEADER_BYTES) return undefined;
  // A long header may continue on the next line, after a space.
  const headers = part.toString('latin1', 0, emptyLine).replace(/\r?\n[ \t]+/g, ' ');
  const name = nameOf(headers);
  const bytes = part.subarray(emptyLine + 2 * lineEnd.length, part.length - lineEnd.length);
  const isBase64 = /^content-transfer-encoding[ \t]*:[ \t]*base64[ \t]*$/im.test(headers);
  return name === undefined ? undefined : { name, bytes: isBase64 ? decodeBase64(bytes) : bytes };
}

/** `key=value` or `key="value"`. A quote that is never closed reaches to the end. */
const PARAMETER = /;\s*([^=;\s]+)\s*=\s*(?:"((?:\\.|[^"\\])*)(?:"|$)|([^;]*))/g;

/** The `name` of a Content-Disposition, in UTF-8 (RFC 7578, section 5.1). */
function nameOf(headers: string): string | undefined {
  const disposition = /^content-disposition[ \t]*:(.*)$/im.exec(headers)?.[1] ?? '';
  for (const [, key, quoted, plain] of disposition.matchAll(PARAMETER)) {
    if (key?.toLowerCase() !== 'name') continue;
    const name = quoted?.replace(/\\(["\\])/g, '$1') ?? plain?.trim() ?? '';
    return Buffer.from(name, 'latin1').toString('utf8');
  }
  return undefined;
}

/** Decodes base64 with line breaks. What is not base64 stays as it is, since some clients label raw bytes so. */
function decodeBase64(bytes: Buffer): Buffer {
  const digits = withoutBlanks(bytes)
    .toString('latin1')
    .replace(/={1,2}$/, '');
  return /[^A-Za-z0-9+/]/.test(digits) ? bytes : Buffer.from(digits, 'base64');
}

/** A loop, because a pattern for megabytes of blanks in a row can overflow V8's stack for patterns. */
function withoutBlanks(bytes: Buffer): Buffer {
  const kept = Buffer.alloc(bytes.length);
  let length = 0;
  for (const byte of bytes) if (!BLANKS.has(byte)) kept[length++] = byte;
  return kept.subarray(0, length);
}

/** Tab, line feed, vertical tab, form feed, carriage return, space, no-break space. */
const BLANKS = new Set([9, 10, 11, 12, 13, 32, 160]);
