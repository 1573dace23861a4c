/** What the service may take as it is, where the browser turns it as the service does. */
export const MEDIA_TYPES = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  gif: 'image/gif',
  heic: 'image/heic',
} as const;

type PictureKind = keyof typeof MEDIA_TYPES;

/**
 * What kind of picture the bytes are; undefined for one that is drawn anew.
 * Names and types lie: pictures saved from the web are often WebP under the name of a JPEG.
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
