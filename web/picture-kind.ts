/** Kinds that the service may take unchanged, and whose orientation the browser applies as the service does. */
export const MEDIA_TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  heic: 'image/heic',
} as const;

type PictureKind = keyof typeof MEDIA_TYPES;

/**
 * The kind of picture by its bytes; undefined for one that has to be drawn anew.
 * Names and types are often wrong: pictures saved from the web may be WebP with the name of a JPEG.
 */
export async function pictureKind(file: Blob): Promise<PictureKind | undefined> {
  const first = new Uint8Array(await file.slice(0, 12).arrayBuffer());
  const begins = (...bytes: number[]) => bytes.every((byte, index) => first[index] === byte);
  if (begins(0xff, 0xd8, 0xff)) return 'jpeg';
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'png';
  if (begins(0x47, 0x49, 0x46, 0x38)) return 'gif';
  if (/^....ftyphe[iv]/s.test(String.fromCharCode(...first))) return 'heic';
  return undefined;
}
