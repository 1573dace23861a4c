export default function removeSharedAssembly() {
  globalThis.removeSharedAssembly();
}
