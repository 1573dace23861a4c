/**
 * The trace headers of objects that functions have put and S3 has not told of yet: S3's event continues the chain. In
 * memory, and the oldest go first; after a crash a new chain begins.
 */
export function putTraces() {
  const headers = new Map<string, string>();
  return {
    /** @param path as in the request: `/<bucket>/<key>`, encoded */
    note(path: string, traceHeader: string): void {
      const [bucket = '', ...key] = path.slice(1).split('/').map(decodeURIComponent);
      headers.set(`${bucket}/${key.join('/')}`, traceHeader);
      const oldest = headers.size > MAX_KEPT ? headers.keys().next().value : undefined;
      if (oldest !== undefined) headers.delete(oldest);
    },
    take({ bucket, key }: { bucket: string; key: string }): string | undefined {
      const header = headers.get(`${bucket}/${key}`);
      headers.delete(`${bucket}/${key}`);
      return header;
    },
  };
}

const MAX_KEPT = 10_000;
