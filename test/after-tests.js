export default () => globalThis.afterTests();
