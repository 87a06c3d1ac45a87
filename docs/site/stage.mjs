// node stage.mjs: writes the pages of the repository to pages, as VitePress reads them; with --watch also each change.

import { readFileSync, watch } from 'node:fs'
import { join } from 'node:path'
import { diagnosticsOf, stagePages, write } from './lib/pages.mjs'

const root = process.env.TENON_ROOT
const pages = new URL('pages', import.meta.url).pathname
const site = JSON.parse(readFileSync(new URL('site.json', import.meta.url), 'utf8'))

function stage() {
  stagePages(root, pages, site)
  for (const { id, anchor } of diagnosticsOf(root)) {
    write(join(pages, 'public/d', id, 'index.html'), redirect(`../../diagnostics.html#${anchor}`, id))
  }
}

/** A page that sends the reader on; it works on any server, and without scripts. */
function redirect(to, title) {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${title}</title>
<meta http-equiv="refresh" content="0; url=${to}">
<a href="${to}">${title}</a>
</html>
`
}

stage()
if (process.argv.includes('--watch')) {
  let due = null
  watch(join(root, 'docs'), { recursive: true }, () => {
    clearTimeout(due)
    due = setTimeout(() => {
      try {
        stage()
      } catch (error) {
        console.error(error.message)
      }
    }, 100)
  })
}
