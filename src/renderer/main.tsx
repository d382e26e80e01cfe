import '@fontsource-variable/inter/wght.css'
import '@fontsource/jetbrains-mono/latin-400.css'
import '@mantine/core/styles.layer.css'
import './theme/tokens.css'
import './theme/global.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { startOpened } from './state/opened.ts'
import { startStore } from './state/store.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
// The first second belongs to the first screen.
startStore(1000)
startOpened()
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
