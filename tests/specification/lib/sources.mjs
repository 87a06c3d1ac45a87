// The files of the specification: models, what they promise, and their broken variants.
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'

/**
 * The source of a model.
 *
 * @param folder the folder of the specification
 * @param isThorough whether to search as far as a thorough run does: constants with a comment `thorough: 3` get that value
 */
export function source(folder, name, isThorough) {
  const text = readFileSync(join(folder, 'model', `${name}.qnt`), 'utf8')
  return isThorough ? text.replace(/= \d+ \/\/ thorough: (\d+)/g, '= $1') : text
}

export function modelNames(folder) {
  return readdirSync(join(folder, 'model')).filter(file => file.endsWith('.qnt')).map(file => basename(file, '.qnt')).sort()
}

/** What a model promises: each definition whose comment begins with the numbers of promises, in the order of the model */
export function promises(text) {
  const found = []
  for (const [, comment, name] of text.matchAll(/((?: *\/\/\/ .*\n)+) *val (\w+)/g)) {
    const words = comment.replace(/^ *\/\/\/ /gm, '').trim().replace(/\s+/g, ' ')
    const [, numbers, promise] = words.match(/^promise ([\d, ]+): (.*)$/) ?? []
    if (numbers) {
      found.push({ name, promise, numbers: numbers.split(', ').map(Number) })
    }
  }
  return found
}

/** The names of the broken variants of a model */
export function variantNames(folder, model) {
  return readdirSync(join(folder, 'broken', model)).map(file => basename(file, '.txt')).sort()
}

/**
 * Reads a broken variant. Its file has a title, a line with the definition that it must violate, and changes of the model:
 * lines with a minus are replaced by the following lines with a plus.
 *
 * @returns the title, the name of the definition, and the source of the broken model
 * @throws Error if the lines are not in the model exactly once
 */
export function variant(folder, model, name, text) {
  const lines = readFileSync(join(folder, 'broken', model, `${name}.txt`), 'utf8').split('\n')
  const [title, refuted, ...changes] = lines
  const [, violates] = refuted.match(/^violates: (\w+)$/) ?? []
  if (!title || !violates) {
    throw new Error(`${model}/${name} does not begin with a title and a line "violates: NAME"`)
  }
  let broken = text
  for (const change of changes.join('\n').split('\n\n').filter(part => part.trim())) {
    const marked = mark => change.split('\n').filter(line => line[0] === mark).map(line => line.slice(1)).join('\n')
    const sound = marked('-')
    const places = broken.split(sound).length - 1
    if (!sound || places !== 1) {
      throw new Error(`${model}/${name} changes lines that are in the model ${places} times:\n${sound}`)
    }
    broken = broken.replace(sound, () => marked('+'))
  }
  return { title, violates, text: broken }
}
