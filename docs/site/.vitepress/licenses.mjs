// Writes the licenses of the packages whose code is in the scripts and styles of the site into licenses.txt.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A plugin of Vite; it looks at what is sent to browsers, not at what renders the pages. */
export function licenses() {
  const folders = new Set()
  let isServer = false
  return {
    name: 'tenon-licenses',
    configResolved(config) {
      isServer = Boolean(config.build.ssr)
    },
    generateBundle(options, bundle) {
      if (isServer) {
        return
      }
      for (const id of this.getModuleIds()) {
        const folder = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id.replace(/^\0/, ''))?.[0]
        if (folder && existsSync(join(folder, 'package.json'))) {
          folders.add(folder)
        }
      }
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: [...folders].sort().map(describe).join('\n') })
    },
  }
}

function describe(folder) {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find(file => /^licen[cs]e/i.test(file))
  if (!license) {
    throw new Error(`${name} ${version} names no license in ${folder}`)
  }
  // Some packages name their license without its text
  const text = file ? readFileSync(join(folder, file), 'utf8').trim() : `See ${homepage}`
  return `${name} ${version} (${license})\n\n${text}\n`
}
