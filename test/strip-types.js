import { stripTypeScriptTypes } from 'node:module';

/** Jest's transform: what Node itself does to a TypeScript file when it runs one. Lines and columns stay where they are. */
export default { process: (source) => ({ code: stripTypeScriptTypes(source) }) };
