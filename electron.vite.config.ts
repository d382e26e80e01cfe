import { resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

// One build makes every process: main's inputs are the window, the two workers, the engine's second thread and the command line (all plain ESM for Node),
// the preload is CommonJS because it runs sandboxed, and so is Electron's entry, because it must run before `ready` (main/early.ts). `dependencies` stay external, `devDependencies` are bundled.
export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      rollupOptions: {
        input: {
          index: resolve('src/main/index.ts'),
          engine: resolve('src/engine/worker.ts'),
          noise: resolve('src/engine/noise-thread.ts'),
          imaging: resolve('src/imaging/worker.ts'),
          cli: resolve('src/cli/index.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      rollupOptions: {
        input: { index: resolve('src/preload/index.ts'), early: resolve('src/main/early.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'src/renderer',
    plugins: [react()],
    build: { outDir: 'out/renderer', minify: true, rollupOptions: { input: resolve('src/renderer/index.html') } },
  },
})
