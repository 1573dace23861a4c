/** Whether S3 lists an object's key behind another: by the bytes of their UTF-8. Every key is behind none. */
export const isKeyBehind = (key: string, other: string | undefined): boolean =>
  other === undefined || Buffer.compare(Buffer.from(key), Buffer.from(other)) > 0;
