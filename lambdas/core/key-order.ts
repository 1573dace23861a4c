/** Whether S3 lists a key after another: by their UTF-8 bytes. Every key comes after none. */
export const isKeyBehind = (key: string, other: string | undefined): boolean =>
  other === undefined || Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
