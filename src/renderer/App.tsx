import { MantineProvider } from '@mantine/core'
import { AppFrame } from './frame/AppFrame.tsx'
import { useTheme } from './frame/useTheme.ts'
import { cssVariables, mantineTheme } from './theme/theme.ts'

/** The policy of the page lets Mantine write its `<style>` elements only with the nonce that came with the page. */
const nonce = (): string => document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''

export function App() {
  const shown = useTheme()
  return (
    <MantineProvider
      theme={mantineTheme}
      cssVariablesResolver={cssVariables}
      forceColorScheme={shown === 'light' ? 'light' : 'dark'}
      getStyleNonce={nonce}
    >
      <AppFrame />
    </MantineProvider>
  )
}
