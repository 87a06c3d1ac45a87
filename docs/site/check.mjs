// node check.mjs: fails unless each link of the built site leads to a file and, if it names one, to an anchor there, and
// nothing is loaded from elsewhere.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

const output = process.env.TENON_SITE_OUTPUT
const base = process.env.TENON_SITE_BASE || '/'

const files = readdirSync(output, { recursive: true })
  .map(path => path.split(/[/\\]/).join('/'))
  // The javadoc's links are those of the javadoc tool
  .filter(path => !path.startsWith('api/'))

const entities = { amp: '&', quot: '"', lt: '<', gt: '>', '#39': "'" }
const unescape = text => text.replace(/&(amp|quot|lt|gt|#39);/g, (_, name) => entities[name])

const pages = new Map()

/** The ids and links of a page. */
function page(path) {
  if (!pages.has(path)) {
    const text = readFileSync(join(output, path), 'utf8')
    const tags = [...text.matchAll(/<([a-z][\w-]*)((?:\s+[\w:@-]+(?:="[^"]*")?)*)\s*\/?>/g)].map(([, name, rest]) => ({
      name,
      attributes: new Map([...rest.matchAll(/([\w:@-]+)="([^"]*)"/g)].map(([, key, value]) => [key, unescape(value)])),
    }))
    pages.set(path, { tags, ids: new Set(tags.map(tag => tag.attributes.get('id')).filter(Boolean)) })
  }
  return pages.get(path)
}

const wrong = []
let links = 0

function check(from, link) {
  links++
  const [target, anchor = ''] = link.split('#')
  let path = from
  if (target !== '') {
    const decoded = decodeURIComponent(target)
    if (decoded.startsWith('/') && !decoded.startsWith(base)) {
      wrong.push(`${from}: ${link} is not below ${base}`)
      return
    }
    path = decoded.startsWith('/') ? decoded.slice(base.length) : posix.join(posix.dirname(from), decoded)
    path = posix.normalize(path)
    if (path.endsWith('/') || path === '.' || path === '') {
      path = posix.join(path, 'index.html')
    }
  }
  if (!existsSync(join(output, path)) || !statSync(join(output, path)).isFile()) {
    if (!(path.startsWith('api/') && process.env.TENON_SITE_API === 'no')) {
      wrong.push(`${from}: ${link} leads nowhere`)
    }
  } else if (anchor !== '' && path.endsWith('.html') && !page(path).ids.has(decodeURIComponent(anchor))) {
    wrong.push(`${from}: ${link} names an anchor that is not there`)
  }
}

for (const path of files.filter(path => path.endsWith('.html'))) {
  for (const { name, attributes } of page(path).tags) {
    const refresh = name === 'meta' && attributes.get('http-equiv') === 'refresh'
    const link = refresh ? attributes.get('content').replace(/^.*url=/, '') : (attributes.get('href') ?? attributes.get('src'))
    if (link === undefined || link.startsWith('data:') || link.startsWith('mailto:')) {
      continue
    }
    if (!/^[a-z]+:|^\/\//i.test(link)) {
      check(path, link)
    } else if (name !== 'a') {
      wrong.push(`${path}: <${name}> loads ${link}`)
    }
  }
}

for (const path of files.filter(path => path.endsWith('.css'))) {
  for (const [, url] of readFileSync(join(output, path), 'utf8').matchAll(/url\(["']?((?:https?:)?\/\/[^)"']*)/g)) {
    wrong.push(`${path}: loads ${url}`)
  }
}

if (wrong.length > 0) {
  console.error(`The site is wrong in ${wrong.length} places:\n  ${wrong.join('\n  ')}`)
  process.exit(1)
}
console.log(`${files.filter(path => path.endsWith('.html')).length} pages, ${links} links, none of them dead.`)
