import sharp from 'sharp';

/**
 * sharp with our global settings. All of this folder imports sharp from here, so that no picture is opened without
 * them.
 */
export { sharp };

/**
 * An allow-list of loaders. libvips opens more than 20 kinds of file (SVG with links, PDF, raw camera files), each with
 * a parser that a caller could attack. Raw pixels need no loader.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadWebpBuffer',
    // In HEIF it decodes only AV1: sharp comes without another decoder.
    'VipsForeignLoadHeifBuffer',
  ],
});

/** No operation is repeated. A cache would only keep other people's pixels in memory between invocations. */
sharp.cache(false);

/**
 * Threads per pipeline. One, because there is already a pipeline for each processor (one a stored picture). More
 * threads would only add buffers and switches.
 */
sharp.concurrency(1);
