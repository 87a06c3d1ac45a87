// VitePress's default theme with Tenon's colors, and the fonts of the reader's system: no font is loaded.

import { h } from 'vue'
import { useData, withBase } from 'vitepress'
import DefaultTheme from 'vitepress/theme-without-fonts'
import './style.css'

const CHOICE = 'tenon-tab'

/** Selects the tabs of a label, on the whole page. */
function select(label) {
  for (const input of document.querySelectorAll('.snippet-tabs > input')) {
    if (input.dataset.label === label) {
      input.checked = true
    }
  }
}

export default {
  extends: DefaultTheme,
  Layout() {
    const { page } = useData()
    return h(DefaultTheme.Layout, null, {
      'aside-outline-after': () =>
        page.value.isNotFound
          ? null
          : h('a', { class: 'as-markdown', href: withBase(`/${page.value.relativePath}`), target: '_self' }, 'This page as Markdown'),
    })
  },
  enhanceApp({ router }) {
    if (typeof document === 'undefined') {
      return
    }
    document.addEventListener('change', event => {
      const { label } = event.target.dataset ?? {}
      if (label && event.target.matches('.snippet-tabs > input')) {
        localStorage.setItem(CHOICE, label)
        select(label)
      }
    })
    // The same choice on the next page
    router.onAfterPageLoad = () => requestAnimationFrame(() => select(localStorage.getItem(CHOICE)))
    document.addEventListener('DOMContentLoaded', () => select(localStorage.getItem(CHOICE)))
  },
}
