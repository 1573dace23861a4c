import { constants, createContext } from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

/**
 * Jest's environment with a global of V8's own. Jest's is a proxy that Node asks at every use of a global name, which
 * makes all code in a test slower by a sixth.
 */
export default class PlainEnvironment extends TestEnvironment {
  constructor(config, context) {
    super(config, context);
    const jests = this.global;
    const plain = createContext(constants.DONT_CONTEXTIFY);
    const own = new Set(Reflect.ownKeys(plain));
    for (const name of Reflect.ownKeys(jests)) {
      // What the language brings is the context's, but for what Node's own modules make and check.
      if (own.has(name) && name !== 'ArrayBuffer' && name !== 'Uint8Array') continue;
      const descriptor = Object.getOwnPropertyDescriptor(jests, name);
      const { configurable, enumerable } = descriptor;
      const become = (value) => Object.defineProperty(plain, name, { value, configurable, enumerable, writable: true });
      // Jest resolves most of Node's globals when they are first used.
      const isLate = descriptor.get !== undefined && configurable;
      const late = { configurable, enumerable, get: () => become(jests[name])[name], set: become };
      Object.defineProperty(plain, name, isLate ? late : descriptor);
    }
    plain.global = plain;
    plain.Error.stackTraceLimit = jests.Error.stackTraceLimit;
    this.global = plain;
    this.context = plain;
    this.fakeTimersModern = new this.fakeTimersModern.constructor({ config: config.projectConfig, global: plain });
    this.moduleMocker = new this.moduleMocker.constructor(plain);
  }
}
