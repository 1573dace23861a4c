/** A form, and where it goes. */
interface FormToPost {
  url: string;
  form: FormData;
  headers?: Record<string, string>;
  maxSeconds: number;
}

interface FormAnswer {
  status: number;
  body: string;
  header: (name: string) => string | null;
}

/**
 * Posts a form. Not with `fetch`, which does not report progress.
 * @param signal stops it
 * @returns undefined if it did not arrive or was stopped
 */
export function postForm(
  { url, form, headers = {}, maxSeconds }: FormToPost,
  onProgress: (sentFraction: number) => void,
  signal: AbortSignal,
): Promise<FormAnswer | undefined> {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open('POST', url);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () =>
      done({
        status: request.status,
        body: request.responseText,
        header: (name) => request.getResponseHeader(name),
      });
    const lost = () => done(undefined);
    request.onerror = lost;
    request.onabort = lost;
    request.ontimeout = lost;
    request.timeout = maxSeconds * 1000;
    signal.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}
