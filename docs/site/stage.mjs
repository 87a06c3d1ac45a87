// node stage.mjs: writes the pages of the repository to pages, as VitePress reads them; with --watch also each change.

import { readFileSync, utimesSync, watch } from 'node:fs'
import { join } from 'node:path'
import { diagnosticsOf, stagedPages, sync } from './lib/pages.mjs'

const ICON = 'jobs-dashboard/src/main/resources/dev/tenon/jobs/dashboard/assets/icon.svg'

const root = process.env.TENON_ROOT
const pages = new URL('pages', import.meta.url).pathname
const config = new URL('.vitepress/config.mjs', import.meta.url).pathname
const site = JSON.parse(readFileSync(new URL('site.json', import.meta.url), 'utf8'))

function stage() {
  const files = stagedPages(root, site)
  files.set('public/icon.svg', readFileSync(join(root, ICON)))
  for (const { id, anchor } of diagnosticsOf(root)) {
    files.set(`public/d/${id}/index.html`, redirect(`../../diagnostics.html#${anchor}`, id))
  }
  sync(files, pages)
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

/** Stages what has changed, once for changes that come together. VitePress reads its configuration again when that is touched. */
function watching() {
  let due = null
  let index = false
  const changed = (_, name) => {
    index ||= name === 'README.md'
    clearTimeout(due)
    due = setTimeout(() => {
      try {
        stage()
        if (index) {
          index = false
          utimesSync(config, new Date(), new Date())
        }
      } catch (error) {
        // Shown until the page is right; what was staged last stays
        console.error(error.message)
      }
    }, 100)
  }
  watch(root, changed)
  watch(join(root, 'docs'), { recursive: true }, changed)
}

stage()
if (process.argv.includes('--watch')) {
  watching()
}
