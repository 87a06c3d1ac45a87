// The site of the documentation. ./dev site stages the pages, and says in the environment where the repository is
// (TENON_ROOT), its version (TENON_VERSION), and below which path the site will be (TENON_SITE_BASE).

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDecisions, slugify } from '../lib/contents.mjs'
import { contentsOf } from '../lib/pages.mjs'
import { licenses } from './licenses.mjs'
import { bracesAreText, tabs } from './markdown.mjs'

const root = process.env.TENON_ROOT
const version = process.env.TENON_VERSION
const base = process.env.TENON_SITE_BASE || '/'
const site = JSON.parse(readFileSync(new URL('../site.json', import.meta.url), 'utf8'))
const contents = contentsOf(root)
const notes = new Map(contents.flatMap(group => group.pages.map(page => [page.place, page.note])))

/** The address of a page, as VitePress writes it. */
const address = place => '/' + place.replace(/(^|\/)index\.md$/, '$1').replace(/\.md$/, '')

const decisions = parseDecisions(readFileSync(join(root, 'docs/decisions/README.md'), 'utf8'))

const sidebar = contents.map(group => ({
  text: group.title,
  collapsed: false,
  items: group.pages.map(page => ({
    text: page.title,
    link: address(page.place),
    ...(page.place === 'decisions/index.md' && {
      collapsed: true,
      items: decisions.map(record => ({ text: record.title, link: address(`decisions/${record.href}`) })),
    }),
  })),
}))

export default {
  title: site.title,
  description: site.description,
  lang: 'en',
  base,
  srcDir: 'pages',
  outDir: process.env.TENON_SITE_OUTPUT,
  // check.mjs finds the rest: anchors, pictures, and links outside the text
  ignoreDeadLinks: false,
  metaChunk: true,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}icon.svg` }]],
  markdown: {
    anchor: { slugify },
    config(md) {
      md.use(bracesAreText)
      md.use(tabs)
    },
  },
  transformPageData(page) {
    page.description = notes.get(page.relativePath) || page.description
  },
  themeConfig: {
    logo: '/icon.svg',
    nav: [
      { text: 'Questions', link: '/' },
      { text: 'API', link: '/api/index.html', target: '_self' },
      {
        text: version,
        items: [
          { text: `${version}: what it contains`, link: '/changelog' },
          { text: 'What a version may change', link: '/versioning' },
          ...site.versions.map(({ version, address }) => ({ text: version, link: address, target: '_self' })),
        ],
      },
    ],
    sidebar,
    outline: { level: [2, 3] },
    search: {
      provider: 'local',
      options: {
        miniSearch: {
          searchOptions: {
            // What answers few questions comes after the rest, and diagnostics only first if they are asked for. Runs in
            // the browser: it may use nothing from here
            boostDocument(id, term) {
              if (/\/(decisions|benchmarks)\/|\/(renamed|changelog|agents|contributing)\.html/.test(id)) {
                return 0.3
              }
              return /\/(diagnostics|mistakes)\.html/.test(id) && !term.startsWith('jobs') ? 0.3 : 1
            },
          },
        },
      },
    },
    externalLinkIcon: true,
  },
  vite: {
    plugins: [licenses()],
    // One page has all diagnostics
    build: { chunkSizeWarningLimit: 4000 },
    server: { host: 'localhost' },
  },
}
