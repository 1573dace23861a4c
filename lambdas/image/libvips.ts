import sharp from 'sharp';

/**
 * sharp with this project's global settings. Everything in this folder takes sharp from here, so that no picture is ever
 * opened before the settings hold.
 */
export { sharp };

/**
 * An allow-list of loaders. libvips opens 20 and more kinds of file (SVG with links, PDF, raw camera files), each a
 * parser that a caller could feed. A kind that nobody has thought about stays shut. Raw pixels need no loader.
 */
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadWebpBuffer',
    // Of HEIF it decodes AV1 alone: sharp comes without a decoder for anything else.
    'VipsForeignLoadHeifBuffer',
  ],
});

/** No operation is ever asked for twice: a cache would only hold other people's pixels in memory between invocations. */
sharp.cache(false);

/**
 * Threads of one pipeline. One, because a pipeline for each processor runs already (one a stored picture), and more
 * threads a pipeline would only add buffers and switches.
 */
sharp.concurrency(1);
